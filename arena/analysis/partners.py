"""Kinds of partner: decisions of people and agents opposite a person, and opposite a program.

Every decision counts once. Levels are compared within the same seat, round and situation by least
squares with errors clustered by `arena.analysis.people_clusters`. Participants with partners of
both kinds are therefore compared with themselves, and others with each other. Matches in which an
agent replaced a participant are left out, since the kind of partner changed.

Source: Cameron and Miller (2015), A practitioner's guide to cluster-robust inference, Journal of
Human Resources 50, 317 to 372.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.result import Result
from arena.core.types import PASSIVE
from arena.record.participants import answers, by_match, participants, succeeded
from arena.record.run import Run, distinct
from games import BadInput
from prompts import OPENING
from ratings.core.emotion.effects import ENOUGH, TOO_FEW
from ratings.core.statistics.least_squares import fit, holm

PERSON, PROGRAM, BOTH = "person", "program", "both"
"""Kinds of opponents: people, agents, or both."""
TOLD, UNTOLD = "told", "not told"
"""Whether a lab tells participants the kind of their opponents."""

COLUMNS = {
    "game": "id of the game",
    "outcome": "what was decided, reported or, after a match, answered",
    "contestant": "who decided",
    "contrast": "partner, a person against a program; or disclosure, told against not told",
    "arm": "whose decisions, such as: person, told",
    "reference": "compared with whose",
    "level": "mean in the arm",
    "n": "decisions in it",
    "reference_level": "mean in the reference",
    "reference_n": "decisions in it",
    "clusters": "clusters with a decision in one of both",
    "effect": "difference of the means within seat, round and situation, arm less reference",
    "error": "its standard error, cluster-robust",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "p": "two-sided p value of no difference",
    "holm": "the same, adjusted by Holm for all rows",
    "note": "too few clusters, or empty",
}
"""Columns of the table with their descriptions."""

ROWS = ("game", "outcome", "contestant", "partner", "disclosed", "cluster", "place", "value")
"""Columns of the compared decisions."""

_SEATED = "SELECT match, seat, contestant FROM seats JOIN counted ON id = match ORDER BY match"


def partners(runs: Sequence[Run]) -> Result:
    """Compare kinds of partner, and disclosure with non-disclosure, on all outcomes.

    Args:
        runs: runs of labs; several with different participants if `lab.disclose` is the factor.

    Raises:
        BadInput: a run is not from a lab or is named twice, or there is a single kind.
    """
    distinct(runs)
    tables = [decisions(run, f"{number}:") for number, run in enumerate(runs)]
    table = contrasts(pd.concat(tables, ignore_index=True))
    if table.empty:
        raise BadInput(
            f"{', '.join(str(run.folder) for run in runs)}: nobody decided opposite two kinds of "
            "partner, or told and not told: there is nothing to compare"
        )
    return Result.of(runs[0], table)


def decisions(run: Run, prefix: str = "") -> pd.DataFrame:
    """Decisions of a lab's run with the kind of opponent.

    Args:
        run: the run.
        prefix: prefix of the names of clusters.

    Returns:
        Columns ROWS.

    Raises:
        BadInput: the run is not from a lab.
    """
    if run.manifest.file is None or (lab := run.tournament.lab) is None:
        raise BadInput(f"{run.folder} was not played in a lab: its partners are known by name")
    opposite, design = _opposite(run), run.manifest.design
    names = [name for name in design["contestants"] if name != PASSIVE]
    due = pd.concat([DueDecisions(run, key, names).table for key in design["games"]])
    made = due[(due["lost"] == "") & due["match"].notna()]
    made = pd.concat([made, _answered(run, made)], ignore_index=True)
    keys = zip(made["match"], made["seat"], strict=True)
    made = made.assign(
        partner=[opposite.get((str(match), int(seat)), "") for match, seat in keys],
        disclosed=TOLD if lab.disclose == "kind" else UNTOLD,
        cluster=prefix + made["cluster"].astype(str),
        place="seat " + made["seat"].astype(str) + "; " + made["place"],
    )
    return made[made["partner"] != ""][list(ROWS)].reset_index(drop=True)


def _opposite(run: Run) -> dict[tuple[str, int], str]:
    """Kind of opponent by match and seat, without seats that lack one or whose kind changed."""
    held, changed = by_match(run), {match for match, _ in succeeded(run)}
    seats: dict[str, dict[int, str]] = {}
    for match, seat, name in run.rows(_SEATED):
        if name != PASSIVE and match not in changed:
            seats.setdefault(match, {})[seat] = PROGRAM
    for match, kinds in seats.items():
        for each in held.get(match, ()):
            if each.turn == OPENING and each.participant is not None:
                kinds[each.seat] = PERSON
    return {
        (match, seat): others.pop() if len(others) == 1 else BOTH
        for match, kinds in seats.items()
        for seat in kinds
        if (others := {kind for at, kind in kinds.items() if at != seat})
    }


def _answered(run: Run, made: pd.DataFrame) -> pd.DataFrame:
    """Numeric answers to questions after a match, as outcomes of seats."""
    seats = {
        (each.match, each.participant): each.seat
        for rows in by_match(run).values()
        for each in rows
        if each.participant is not None
    }
    own = made.drop_duplicates(["match", "seat"]).set_index(["match", "seat"])
    rows = [
        dict(own.loc[(match, seat), ["game", "contestant", "cluster"]])
        | {"outcome": f"asked {key}", "value": value, "match": match, "seat": seat, "place": "end"}
        for person in participants(run)
        for match, given in _by_match(run, person.id)
        if (seat := seats.get((match, person.id))) is not None and (match, seat) in own.index
        for key, value in _numbers(given)
    ]
    return pd.DataFrame(rows, columns=made.columns)


def _by_match(run: Run, person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Answers of a participant after each match."""
    for answer in answers(run, person):
        kind, _, match = answer.page.partition("/")
        if kind == "match" and not answer.wrong:
            yield match, answer.given


def _numbers(given: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Numeric answers; a grid gives valence and arousal."""
    for key, value in given.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield key, float(value)
        elif isinstance(value, list | tuple) and len(value) == 2:  # noqa: PLR2004 - a grid
            yield f"{key} valence", float(value[0])
            yield f"{key} arousal", float(value[1])


def contrasts(rows: pd.DataFrame) -> pd.DataFrame:
    """All comparisons of kinds that the decisions support.

    Args:
        rows: columns ROWS.

    Returns:
        Columns COLUMNS; all rows are one family.
    """
    lines = [
        {"game": game, "outcome": outcome, "contestant": who, **line}
        for (game, outcome, who), own in rows.groupby(list(ROWS[:3]), sort=False)
        for line in _compared(own)
    ]
    table = pd.DataFrame(lines, columns=[*COLUMNS])
    return table.assign(holm=holm(table["p"].to_numpy(dtype=float)))


def _compared(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Comparisons of one outcome by partner and by disclosure, with the other factor held fixed."""
    factors = (
        ("partner", "disclosed", PERSON, PROGRAM),
        ("disclosed", "partner", TOLD, UNTOLD),
    )
    for factor, fixed, arm, reference in factors:
        for level in sorted(set(rows[fixed])):
            own = rows[rows[fixed] == level]
            one, other = own[own[factor] == arm], own[own[factor] == reference]
            if len(one) and len(other):
                ends = [(end, level) for end in (arm, reference)]
                if factor == "disclosed":
                    ends = [(level, end) for end in (arm, reference)]
                contrast = "partner" if factor == "partner" else "disclosure"
                names = dict(zip(("arm", "reference"), map(", ".join, ends), strict=True))
                yield {"contrast": contrast, **names, **_difference(one, other)}


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, Any]:
    """Difference of two arms within places, with its standard error."""
    both = pd.concat([one, other])
    arm = np.repeat([1.0, 0.0], [len(one), len(other)])[:, None]
    places = pd.get_dummies(both["place"]).to_numpy(dtype=float)
    asked = np.eye(1, 1 + places.shape[1])
    fitted = fit(np.hstack([arm, places]), both["value"].to_numpy(float), both["cluster"], asked)
    low, high = (float(end[0]) for end in fitted.interval)
    few = fitted.clusters < ENOUGH
    return {
        "level": one["value"].mean(),
        "n": len(one),
        "reference_level": other["value"].mean(),
        "reference_n": len(other),
        "clusters": fitted.clusters,
        "effect": float(fitted.estimate[0]),
        "error": float(fitted.error[0]),
        "low": low,
        "high": high,
        "p": np.nan if few or np.isnan(low) else float(fitted.p[0]),
        "note": TOO_FEW if few else "",
    }
