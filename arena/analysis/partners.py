"""Kinds of partner: decisions of people and agents opposite a person, and opposite a program.

Every decision that was made counts once. Levels are compared within the same seat, round and
situation, with errors that go together within clusters (see `arena.analysis.people_clusters`). So
participants who meet both kinds are compared with themselves, and others with others. Beside the
effect stand its bounds under the two extreme fates of the decisions that were lost. Matches in
which an agent went on for somebody are left out: there the kind changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.result import Result
from arena.core.types import PASSIVE
from arena.design.lab import Lab, LabQuestion
from arena.record.participants import answers, by_match, participants, succeeded
from arena.record.run import Run, distinct
from games import BadInput
from prompts import OPENING
from ratings.core.emotion.effects import ENOUGH, TOO_FEW, UNTESTED
from ratings.core.statistics.cluster_difference import cluster_difference
from ratings.core.statistics.cluster_mean import ClusterMean
from ratings.core.statistics.least_squares import holm
from ratings.core.statistics.worst_case import interval

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
    "lost": "share of the decisions due in the arm that was not made",
    "reference_lost": "share in the reference",
    "clusters": "clusters with a decision in a place that both have",
    "effect": "difference of the means within seat, round and situation, arm less reference",
    "error": "its standard error (CR2)",
    "df": "degrees of freedom of its t test (Satterthwaite)",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "p": "two-sided p value of no difference",
    "holm": "the same, adjusted by Holm for all rows",
    "bound_low": "the effect if all that was lost had gone against it",
    "bound_high": "the effect if all that was lost had gone its way",
    "bounds_low": "lower end of the 95 % interval of an effect between these bounds",
    "bounds_high": "upper end",
    "note": "too few clusters, no test, or empty",
}
"""Columns of the table with their descriptions."""

ROWS = (
    "game", "outcome", "contestant", "partner", "disclosed", "cluster", "place", "value", "least",
    "most",
)  # fmt: skip
"""Columns of the decisions that are compared. value: NaN where the decision was lost. least, most:
the limits of the outcome."""

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
    """The decisions that were due in a lab's run, with who sat opposite.

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
    due = pd.concat([_due(DueDecisions(run, key, names)) for key in design["games"]])
    due = pd.concat([due, _answered(run, lab, due)], ignore_index=True)
    keys = zip(due["match"], due["seat"], strict=True)
    due = due.assign(
        partner=[opposite.get((str(match), int(seat)), "") for match, seat in keys],
        disclosed=TOLD if lab.disclose == "kind" else UNTOLD,
        cluster=prefix + due["cluster"].astype(str),
        place="seat " + due["seat"].astype(str) + "; " + due["place"],
    )
    return due[due["partner"] != ""][list(ROWS)].reset_index(drop=True)


def _due(decisions: DueDecisions) -> pd.DataFrame:
    """The decisions of matches that were due in a game, with the limits of their outcomes."""
    table, scales = decisions.table, decisions.scales
    table = table[table["match"].notna()]
    return table.assign(
        value=table["value"].where(table["lost"] == "").astype(float),
        least=[scales[outcome].low for outcome in table["outcome"]],
        most=[scales[outcome].high for outcome in table["outcome"]],
    )


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


def _answered(run: Run, lab: Lab, due: pd.DataFrame) -> pd.DataFrame:
    """Numeric answers to questions after a match, as outcomes of the seats of participants."""
    given = {
        (match, person.id): values
        for person in participants(run)
        for match, values in _by_match(run, person.id)
    }
    own = due.drop_duplicates(["match", "seat"]).set_index(["match", "seat"])
    rows = [
        dict(own.loc[(match, each.seat), ["game", "contestant", "cluster"]])
        | {"outcome": f"asked {key}", "value": value, "least": question.low, "most": question.high}
        | {"match": match, "seat": each.seat, "place": "end"}
        for match, held in by_match(run).items()
        for each in held
        if each.participant is not None and (match, each.seat) in own.index
        for question in lab.asked("match")
        for key, value in _numbers(question, given.get((match, each.participant), {}))
    ]
    return pd.DataFrame(rows, columns=due.columns)


def _by_match(run: Run, person: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Answers of a participant after each match."""
    for answer in answers(run, person):
        kind, _, match = answer.page.partition("/")
        if kind == "match" and not answer.wrong:
            yield match, answer.given


def _numbers(question: LabQuestion, given: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The answer to a question that asks for a number, NaN without one; of a grid, both axes."""
    if question.kind in {"scale", "number"}:
        yield question.key, float(given.get(question.key, np.nan))
    elif question.kind == "grid":
        values = given.get(question.key, (np.nan, np.nan))
        yield from zip(_axes(question.key), map(float, values), strict=True)


def _axes(key: str) -> tuple[str, str]:
    return f"{key} valence", f"{key} arousal"


def contrasts(rows: pd.DataFrame) -> pd.DataFrame:
    """All comparisons of kinds that the decisions support.

    Args:
        rows: columns ROWS.

    Returns:
        Columns COLUMNS; all rows are one family.
    """
    rows = rows.assign(scale=rows["most"] - rows["least"])
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
            if one["value"].notna().any() and other["value"].notna().any():
                ends = [(end, level) for end in (arm, reference)]
                if factor == "disclosed":
                    ends = [(level, end) for end in (arm, reference)]
                contrast = "partner" if factor == "partner" else "disclosure"
                names = dict(zip(("arm", "reference"), map(", ".join, ends), strict=True))
                yield {"contrast": contrast, **names, **_difference(one, other)}


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, Any]:
    """The difference of two arms within places, with its error and bounds."""
    made, reference = one[one["value"].notna()], other[other["value"].notna()]
    gap = _gap(made, reference, "value", "value")
    low, high = gap.interval
    few, untested = gap.clusters < ENOUGH, np.isinf(gap.limits[1])
    return {
        "level": made["value"].mean(),
        "n": len(made),
        "reference_level": reference["value"].mean(),
        "reference_n": len(reference),
        "lost": one["value"].isna().mean(),
        "reference_lost": other["value"].isna().mean(),
        "clusters": gap.clusters,
        "effect": gap.value,
        "error": gap.error,
        "df": gap.df,
        "low": low,
        "high": high,
        "p": np.nan if few or untested else gap.p,
        **_bounds(gap, one, other),
        "note": TOO_FEW if few else UNTESTED if untested else "",
    }


def _bounds(gap: ClusterMean, one: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """Bounds of the difference under the extreme fates of what was lost."""
    names = ("bound_low", "bound_high", "bounds_low", "bounds_high")
    if not pd.concat([one, other])["value"].isna().any():
        return dict(zip(names, (gap.value, gap.value, *gap.interval), strict=True))
    one, other = (
        rows.assign(**{end: rows["value"].fillna(rows[end]) for end in ("least", "most")})
        for rows in (one, other)
    )
    if np.isinf(pd.concat([one, other])[["least", "most"]].to_numpy(float)).any():
        return dict.fromkeys(names, np.nan)  # what was lost could have been anything
    lower, upper = _gap(one, other, "least", "most"), _gap(one, other, "most", "least")
    return dict(zip(names, (lower.value, upper.value, *interval(lower, upper)), strict=True))


def _gap(one: pd.DataFrame, other: pd.DataFrame, of: str, less: str) -> ClusterMean:
    """The difference between a column of an arm and one of its reference, within places."""
    both = pd.concat([one, other])
    values = np.concatenate([one[of].to_numpy(float), other[less].to_numpy(float)])
    arm = np.repeat([True, False], [len(one), len(other)])
    width = float(both["scale"].max())
    return cluster_difference(values, arm, both["place"], both["cluster"], (-width, width))
