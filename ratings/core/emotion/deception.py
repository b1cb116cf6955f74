"""Deception: informativeness of contestants' displays, and their effect on others.

All measures read a tidy table with one row per decision, columns DECISIONS; the formulas are in
`docs/deception.md`. A block (all matches under one seed: one game, one repetition) is a cluster.

Source: displays as moves that need not be true, Crawford and Sobel (1982), Strategic information
transmission, Econometrica 50, 1431 to 1451.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ratings.core.emotion.messages import compliance, promises
from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.clusters import (
    bounds,
    codes,
    difference,
    replicates,
    share,
)
from ratings.core.statistics.information import Excess, excess
from ratings.core.statistics.strata import Effect
from ratings.core.tables import require

DECISIONS = (
    "match", "game", "repetition", "round", "seat", "turn", "contestant", "options", "action",
    "felt", "shown", "private", "public", "backed", "believed", "perceived",
    "perceived_from", "randomised", "opponents", "text", "states", "advises", "kept",
)  # fmt: skip
"""One row per decision, as the run's table of decisions has them. action is missing where none was
legal, and of a display before the first move, whose turn is -1; options is a tuple of words, empty
where the action is a number or a message. Messages count in `mismatches` and the measures of
messages alone."""

_PAIRS = (("felt", "face"), ("face", "shown"), ("felt", "shown"))

_WHO = ["contestant", "game"]

FEWEST = 10
"""Number of comparisons below which an effect gets no interval, since rare outcomes look certain.
"""


def mismatches(decisions: pd.DataFrame) -> pd.DataFrame:
    """Share of displays that differ from the emotion reported as felt.

    Returns:
        Per contestant and game that shows emotions: n (displays), blocks, share, low, high.
    """
    return _each(_shown(decisions, "felt"), _mismatch)


def agreements(decisions: pd.DataFrame) -> pd.DataFrame:
    """Agreement of a person's report, the reading of its face, and its display.

    A participant is a cluster. Only decisions with a reading of the face count, so that all pairs
    cover the same decisions.

    Returns:
        Per contestant, game and pair of felt, face and shown: n (decisions that have both), people,
        share (of them with the same emotion), low, high, kappa (beyond chance; NaN where both are
        one and the same emotion throughout).

    Source: Cohen (1960), A coefficient of agreement for nominal scales, Educational and
    Psychological Measurement 20, 37 to 46.
    """
    names = [*_WHO, "pair", "n", "people", "share", "low", "high", "kappa"]
    rows = require(decisions, (*DECISIONS, "face", "participant")).dropna(subset=["face"])
    lines = [
        dict(zip(_WHO, who, strict=True))
        | {"pair": f"{one} and {other}"}
        | _agreement(both, one, other)
        for who, group in rows.groupby(_WHO, sort=True)
        for one, other in _PAIRS
        if len(both := group.dropna(subset=[one, other]))
    ]
    return pd.DataFrame(lines, columns=names)


def leaks(decisions: pd.DataFrame) -> pd.DataFrame:
    """Information in a display about the private card or dice, given the public situation.

    Returns:
        Per contestant and game: n, blocks, bits (of information beyond chance), low, high, chance,
        entropy, p (all in bits but p; see `ratings.core.statistics.information.Excess`), part (of
        the private information that is revealed: 1 all, 0 nothing).
    """
    rows = _shown(_moves(decisions), "private")
    return _each(rows[rows["private"] != ""], _leak)


def predictions(decisions: pd.DataFrame) -> pd.DataFrame:
    """Information in a display about the next action of the same contestant in the same match.

    The information is conditional on the public situation of the display, the action that went with
    the display, and the public situation of the next action.

    Returns:
        Per contestant and game: n (displays with a next action), blocks, and information about the
        next action: bits, low, high, chance, entropy, p, part, as in `leaks`.
    """
    rows = _moves(decisions).sort_values(["match", "seat", "turn"])
    after = rows.groupby(["match", "seat"])[["action", "public"]].shift(-1)
    rows = rows.assign(next_action=after["action"], next_public=after["public"])
    return _each(_shown(rows, "next_action"), _prediction)


def bluffs(decisions: pd.DataFrame) -> pd.DataFrame:
    """Number of bluffs, and shares of bluffs and of honest claims that are believed.

    A claim is a move that asserts something about its maker's hand, such as a bet or a bid. A bluff
    is a claim that its maker's own card or dice do not support.

    Returns:
        Per contestant and game with claims: n (claims), blocks, bluffs (number), believed (share of
        the bluffs), low, high, honest (share of the honest claims believed), gap (believed minus
        honest), gap_low, gap_high.
    """
    return _each(_made(decisions, "backed", "believed"), _bluff)


def responses(decisions: pd.DataFrame) -> pd.DataFrame:
    """Dependence of a contestant's behaviour on the display shown to it.

    Only displays drawn at random count. The dependence is then an effect of the display.

    Returns:
        Per contestant and game: n, blocks, and information of the display about the action: bits,
        low, high, chance, entropy, p, part, as in `leaks`.
    """
    return _each(_answers(decisions), _response)


def effects(decisions: pd.DataFrame) -> pd.DataFrame:
    """Effect of each display: the action after it against the action after all other displays.

    Comparisons are within the same public situation and the same opponent, for random displays
    only.

    Returns:
        Per contestant, game, display and outcome: n (decisions after this display), compared
        (number of these with comparable decisions, each weighted by the share of other displays in
        its situation), mean (of the outcome after the display), effect (difference to other
        displays), low, high (NaN if `compared` is below FEWEST). The outcome is the share of an
        action, or `points` if actions are numbers.
    """
    lines = []
    for who, rows in _answers(decisions).groupby(_WHO, sort=True):
        lines += [dict(zip(_WHO, who, strict=True)) | row for row in _effects(rows)]
    names = [*_WHO, "display", "outcome", "n", "compared", "mean", "effect", "low", "high"]
    return pd.DataFrame(lines, columns=names)


MEASURES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "mismatches": mismatches,
    "agreements": agreements,
    "leaks": leaks,
    "predictions": predictions,
    "bluffs": bluffs,
    "responses": responses,
    "effects": effects,
    "promises": promises,
    "compliance": compliance,
}
"""All measures above, in the order of a report."""


def _moves(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions that are no messages."""
    return require(decisions, DECISIONS)[decisions["text"].isna()]


def _made(decisions: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Decisions that were made and have these columns."""
    return _moves(decisions).dropna(subset=["action", *needed])


def _shown(decisions: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Displays, with a move or before the first one, with values in these columns."""
    require(decisions, DECISIONS)
    rows = decisions.dropna(subset=["shown", *needed])
    return rows[rows["action"].notna() | (rows["turn"] < 0)]


def _answers(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions made after a display that was drawn at random."""
    rows = _made(decisions, "perceived")
    return rows[rows["randomised"].astype(bool)]


def _each(rows: pd.DataFrame, measure: Callable[[pd.DataFrame], dict[str, Any]]) -> pd.DataFrame:
    lines = [
        dict(zip(_WHO, who, strict=True))
        | {"n": len(group), "blocks": group["repetition"].nunique()}
        | measure(group)
        for who, group in rows.groupby(_WHO, sort=True)
    ]
    return pd.DataFrame(lines, columns=None if lines else [*_WHO, "n", "blocks"])


def _mismatch(rows: pd.DataFrame) -> dict[str, Any]:
    estimate = share(rows["shown"] != rows["felt"], rows["repetition"])
    return {"share": estimate.value, "low": estimate.low, "high": estimate.high}


def _agreement(rows: pd.DataFrame, one: str, other: str) -> dict[str, Any]:
    from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415 - slow to load

    same = share(rows[one] == rows[other], rows["participant"])
    labels = sorted({*rows[one], *rows[other]})
    pairs = pd.crosstab(rows[one], rows[other]).reindex(index=labels, columns=labels, fill_value=0)
    kappa = cohens_kappa(pairs.to_numpy(), return_results=False) if len(labels) > 1 else np.nan
    about = {"n": len(rows), "people": rows["participant"].nunique(), "share": same.value}
    return about | {"low": same.low, "high": same.high, "kappa": float(kappa)}


def _leak(rows: pd.DataFrame) -> dict[str, Any]:
    """The card was drawn for a seat in a round of a block, independently of the contestant."""
    units = codes(rows["repetition"], rows["seat"], rows["round"], rows["private"])
    known = codes(rows["public"], _text(rows["action"]))
    leak = excess(rows["private"], rows["shown"], known, units=units, clusters=rows["repetition"])
    return _row(leak)


def _response(rows: pd.DataFrame) -> dict[str, Any]:
    """Displays are drawn independently, so permutations within a situation are equally likely."""
    known = codes(rows["public"], rows["perceived_from"])
    response = excess(
        _text(rows["action"]),
        rows["perceived"],
        known,
        units=np.arange(len(rows)),
        clusters=rows["repetition"],
    )
    return _row(response)


def _row(measured: Excess) -> dict[str, Any]:
    names = ("bits", "low", "high", "chance", "entropy", "p", "part")
    return {name: getattr(measured, name) for name in names}


def _prediction(rows: pd.DataFrame) -> dict[str, Any]:
    """Matches of a block may be copies, so equal actions at the same turn count once."""
    action = _text(rows["next_action"])
    known = codes(rows["public"], _text(rows["action"]), rows["next_public"])
    units = codes(rows["repetition"], rows["turn"], action)
    return _row(excess(action, rows["shown"], known, units=units, clusters=rows["repetition"]))


def _bluff(rows: pd.DataFrame) -> dict[str, Any]:
    backed = rows["backed"].astype(bool).to_numpy()
    believed, block = rows["believed"].astype(bool).to_numpy(), rows["repetition"].to_numpy()
    parts = [(believed[those], block[those]) for those in (~backed, backed)]
    bluff, honest = (share(*part) for part in parts)
    gap = difference(*parts[0], *parts[1])
    return {
        "bluffs": int((~backed).sum()),
        "believed": bluff.value,
        "low": bluff.low,
        "high": bluff.high,
        "honest": honest.value,
        "gap": gap.value,
        "gap_low": gap.low,
        "gap_high": gap.high,
    }


def _effects(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Effects on points if the answer is a number, otherwise on each action where it is legal."""
    numbers = rows[[not options for options in rows["options"]]]
    if len(numbers):
        yield from _effects_on("points", numbers, numbers["action"].to_numpy(dtype=float))
    for action in sorted({option for options in rows["options"] for option in options}):
        possible = rows[[action in options for options in rows["options"]]]
        taken = (possible["action"] == action).to_numpy(dtype=float)
        yield from _effects_on(action, possible, taken)


def _effects_on(outcome: str, rows: pd.DataFrame, y: Floats) -> Iterator[dict[str, Any]]:
    displays, seen = np.unique(rows["perceived"].astype(str), return_inverse=True)
    effect = Effect(codes(rows["public"], rows["perceived_from"]), seen, y)
    ones, block = np.ones(len(rows)), rows["repetition"]
    estimates, compared, drawn = effect(ones), effect.compared(ones), replicates(block, effect)
    for at, display in enumerate(displays):
        enough = compared[at] >= FEWEST
        low, high = bounds(drawn[:, at], block) if enough else (np.nan, np.nan)
        mine = y[seen == at]
        about = {"display": str(display), "outcome": outcome, "n": len(mine)}
        about |= {"compared": float(compared[at]), "mean": float(mine.mean())}
        yield about | {"effect": float(estimates[at]), "low": low, "high": high}


def _text(actions: pd.Series) -> pd.Series:
    """Actions as text, so that words and numbers sort together."""
    return actions.map(str)
