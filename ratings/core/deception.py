"""Deception: what contestants show, what it gives away, and what it does to others.

All measures read a tidy table with one row per decision, columns DECISIONS; the formulas are in
`docs/deception.md`. A block (all matches under one seed: one game, one repetition) is a cluster.

Sources: displays as moves that need not be true, Crawford and Sobel (1982), Strategic information
transmission, Econometrica 50, 1431 to 1451; stratification of randomised comparisons, Cochran
(1954), Some methods for strengthening the common chi-square tests, Biometrics 10, 417 to 451.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ratings.core.clusters import (
    SEED,
    Floats,
    Ints,
    bounds,
    codes,
    difference,
    mean,
    replicates,
    share,
)
from ratings.core.information import Excess, excess
from ratings.core.tables import require

DECISIONS = (
    "match", "game", "repetition", "round", "seat", "turn", "contestant", "action",
    "felt", "shown", "private", "public", "backed", "believed", "seen", "seen_from", "randomised",
)  # fmt: skip
"""One row per decision; action is missing where none was legal. The others are those of the run's
table of decisions."""

_WHO = ["contestant", "game"]

EXCHANGES = 50
"""Random exchanges of displays behind the level of chance of a prediction."""
FEWEST = 10
"""With fewer comparisons an effect gets no interval: whatever is seen so rarely looks certain."""


def mismatches(decisions: pd.DataFrame) -> pd.DataFrame:
    """How often the emotion shown differs from the one reported as felt.

    Returns:
        Per contestant and game that shows emotions: n (decisions), blocks, share, low, high.
    """
    return _each(_made(decisions, "shown", "felt"), _mismatch)


def leaks(decisions: pd.DataFrame) -> pd.DataFrame:
    """What a display tells of the private card or dice to those who know the rest.

    Returns:
        Per contestant and game: n, blocks, bits (of information beyond chance), low, high, chance,
        entropy, p (all in bits but p; see `ratings.core.information.Excess`), part (of what is
        private that is given away: 1 all, 0 nothing).
    """
    rows = _made(decisions, "shown", "private")
    return _each(rows[rows["private"] != ""], _leak)


def predictions(decisions: pd.DataFrame) -> pd.DataFrame:
    """How well a display predicts the next action of the same contestant in the same match.

    The guess is the most frequent next action in the other blocks after the same action and the
    same display, in the same public situation. The level of chance is how often such a guess is
    right when the displays are exchanged at random within the situation.

    Returns:
        Per contestant and game: n (decisions with a guess), blocks, right (share of right guesses),
        chance (likewise with exchanged displays), gain (their difference), low, high (of the gain).
    """
    rows = require(decisions, DECISIONS).sort_values(["match", "seat", "turn"])
    after = rows.groupby(["match", "seat"])[["action", "public"]].shift(-1)
    rows = rows.assign(next_action=after["action"], next_public=after["public"])
    return _each(_made(rows, "shown", "next_action"), _prediction)


def bluffs(decisions: pd.DataFrame) -> pd.DataFrame:
    """How often bluffs are made and believed, beside how often honest claims are.

    A claim is a move that says something of what its maker holds, such as a bet or a bid; a bluff
    is a claim that its maker's own card or dice do not back.

    Returns:
        Per contestant and game with claims: n (claims), blocks, bluffs (number), believed (share of
        the bluffs), low, high, honest (share of the honest claims believed), gap (believed minus
        honest), gap_low, gap_high.
    """
    return _each(_made(decisions, "backed", "believed"), _bluff)


def responses(decisions: pd.DataFrame) -> pd.DataFrame:
    """How much of a contestant's behaviour depends on the display shown to it.

    Only displays drawn at random count: then the dependence is an effect of the display.

    Returns:
        Per contestant and game: n, blocks, and of the information between display and action in
        bits: bits, low, high, chance, entropy, p, part, as in `leaks`.
    """
    return _each(_answers(decisions), _response)


def effects(decisions: pd.DataFrame) -> pd.DataFrame:
    """What each display does: the action taken after it against that after all other displays.

    Compared within the same public situation and the same opponent. Displays drawn at random only.

    Returns:
        Per contestant, game, display and outcome: n (decisions after this display), compared (of
        them, how many have others to be compared with, each counted as the share of others beside
        it), mean (of the outcome after it), effect (difference to other displays), low, high (NaN
        if `compared` is below FEWEST). The outcome is the share of an action, or `points` where
        actions are numbers.
    """
    found = []
    for who, rows in _answers(decisions).groupby(_WHO, sort=True):
        found += [dict(zip(_WHO, who, strict=True)) | row for row in _effects(rows)]
    names = [*_WHO, "display", "outcome", "n", "compared", "mean", "effect", "low", "high"]
    return pd.DataFrame(found, columns=names)


def _made(decisions: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Decisions that were made and have these columns."""
    require(decisions, DECISIONS)
    return decisions.dropna(subset=["action", *needed])


def _answers(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions made after a display that was drawn at random."""
    rows = _made(decisions, "seen")
    return rows[rows["randomised"].astype(bool)]


def _each(rows: pd.DataFrame, measure: Callable[[pd.DataFrame], dict[str, Any]]) -> pd.DataFrame:
    found = [
        dict(zip(_WHO, who, strict=True))
        | {"n": len(group), "blocks": group["repetition"].nunique()}
        | measure(group)
        for who, group in rows.groupby(_WHO, sort=True)
    ]
    return pd.DataFrame(found, columns=None if found else [*_WHO, "n", "blocks"])


def _mismatch(rows: pd.DataFrame) -> dict[str, Any]:
    found = share(rows["shown"] != rows["felt"], rows["repetition"])
    return {"share": found.value, "low": found.low, "high": found.high}


def _leak(rows: pd.DataFrame) -> dict[str, Any]:
    """The card was drawn for a seat in a round of a block, whoever sat there."""
    units = codes(rows["repetition"], rows["seat"], rows["round"])
    known = codes(rows["public"], _text(rows["action"]))
    found = excess(rows["private"], rows["shown"], known, units=units, clusters=rows["repetition"])
    return _row(found)


def _response(rows: pd.DataFrame) -> dict[str, Any]:
    """Each display was drawn on its own."""
    known = codes(rows["public"], rows["seen_from"])
    found = excess(
        rows["seen"],
        _text(rows["action"]),
        known,
        units=np.arange(len(rows)),
        clusters=rows["repetition"],
    )
    return _row(found)


def _row(found: Excess) -> dict[str, Any]:
    names = ("bits", "low", "high", "chance", "entropy", "p", "part")
    return {name: getattr(found, name) for name in names}


def _prediction(rows: pd.DataFrame) -> dict[str, Any]:
    action = codes(_text(rows["next_action"]))
    block = codes(rows["repetition"])
    situation = codes(rows["public"], _text(rows["action"]), rows["next_public"])
    display = codes(rows["shown"])
    told = _right(situation, display, block, action)
    rng, order = np.random.default_rng(SEED), np.argsort(situation, kind="stable")
    exchanged = np.zeros(len(rows))
    for _ in range(EXCHANGES):
        shuffled = np.empty_like(display)
        shuffled[order] = display[np.lexsort((rng.random(len(rows)), situation))]
        exchanged += _right(situation, shuffled, block, action) / EXCHANGES
    known = ~np.isnan(told)
    gain = mean((told - exchanged)[known], block[known])
    right, chance = (float(a[known].mean()) if known.any() else np.nan for a in (told, exchanged))
    counts = {"n": int(known.sum()), "right": right, "chance": chance}
    return {**counts, "gain": gain.value, "low": gain.low, "high": gain.high}


def _right(situation: Ints, display: Ints, block: Ints, action: Ints) -> Floats:
    """Probability that the guess from other blocks is right.

    A display that no other block has in this situation tells nothing: the guess is then made
    without it. NaN where no other block has the situation.
    """
    right = _guessed(codes(situation, display), block, action)
    return np.where(np.isnan(right), _guessed(situation, block, action), right)


def _guessed(given: Ints, block: Ints, action: Ints) -> Floats:
    within = codes(given, block)
    everywhere, here = (
        np.zeros((int(code.max()) + 1, int(action.max()) + 1)) for code in (given, within)
    )
    np.add.at(everywhere, (given, action), 1)
    np.add.at(here, (within, action), 1)
    elsewhere = everywhere[given] - here[within]
    best = elsewhere == elsewhere.max(axis=1, keepdims=True)
    right = best[np.arange(len(action)), action] / best.sum(axis=1)
    return np.where(elsewhere.any(axis=1), right, np.nan)


def _bluff(rows: pd.DataFrame) -> dict[str, Any]:
    backed = rows["backed"].astype(bool).to_numpy()
    parts = [rows[~backed], rows[backed]]
    bluff, honest = (share(part["believed"].astype(bool), part["repetition"]) for part in parts)
    gap = difference(bluff, honest)
    return {
        "bluffs": len(parts[0]),
        "believed": bluff.value,
        "low": bluff.low,
        "high": bluff.high,
        "honest": honest.value,
        "gap": gap.value,
        "gap_low": gap.low,
        "gap_high": gap.high,
    }


def _effects(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    displays, seen = np.unique(rows["seen"].astype(str), return_inverse=True)
    names, outcomes = _outcomes(rows["action"])
    found = _Effect(codes(rows["public"], rows["seen_from"]), seen, outcomes)
    ones, block = np.ones(len(rows)), rows["repetition"]
    estimates, compared = found(ones), found.compared(ones)
    drawn = replicates(block, found)
    for (outcome, name), (at, display) in product(enumerate(names), enumerate(displays)):
        enough = compared[at] >= FEWEST
        low, high = bounds(drawn[:, outcome, at], block) if enough else (np.nan, np.nan)
        y = outcomes[outcome][seen == at]
        about = {"display": str(display), "outcome": name, "n": len(y)}
        about |= {"compared": float(compared[at]), "mean": float(y.mean())}
        yield about | {"effect": float(estimates[outcome, at]), "low": low, "high": high}


class _Effect:
    """The effect of each display within strata, as a function of weights: [outcomes, displays].

    With n_s(e) observations of display e in stratum s, it is the sum over strata of y after e minus
    n_s(e) times the stratum's mean, divided by the sum of n_s(e) (1 - n_s(e) / n_s): the coefficient
    of e in a regression on e and the strata.
    """

    def __init__(self, strata: Ints, seen: Ints, outcomes: list[Floats]) -> None:
        self._shape = (int(strata.max()) + 1, int(seen.max()) + 1)
        self._cell = strata * self._shape[1] + seen
        self._outcomes = outcomes

    def __call__(self, weights: Floats) -> Floats:
        part, compared = self._parts(weights), self.compared(weights)
        sums = [self._total(weights * y) for y in self._outcomes]
        above = np.array([(y - part * y.sum(axis=1, keepdims=True)).sum(axis=0) for y in sums])
        nothing: Floats = np.full_like(above, np.nan)
        return np.asarray(np.divide(above, compared, out=nothing, where=compared > 1e-9))  # noqa: PLR2004

    def compared(self, weights: Floats) -> Floats:
        """Observations of each display, each counted as the share of others in its stratum."""
        compared: Floats = (self._total(weights) * (1 - self._parts(weights))).sum(axis=0)
        return compared

    def _parts(self, weights: Floats) -> Floats:
        n = self._total(weights)
        sizes = n.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(n, sizes, out=np.zeros_like(n), where=sizes > 0))

    def _total(self, weights: Floats) -> Floats:
        length = self._shape[0] * self._shape[1]
        return np.bincount(self._cell, weights, minlength=length).reshape(self._shape)


def _outcomes(actions: pd.Series) -> tuple[list[str], list[Floats]]:
    """Numbers as they are; of words, one indicator each."""
    if all(isinstance(action, int) for action in actions):
        return ["points"], [actions.to_numpy(dtype=float)]
    words = sorted(set(_text(actions)))
    return words, [(_text(actions) == word).to_numpy(dtype=float) for word in words]


def _text(actions: pd.Series) -> pd.Series:
    """Actions as text, so that words and numbers can be sorted together."""
    return actions.map(str)
