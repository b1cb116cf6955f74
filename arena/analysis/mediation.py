"""Mediation of an induced emotion's effect by its report: induced → reported → action."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from arena.analysis.due_decisions import PAYOFF, DueDecisions
from arena.analysis.policy_exploitability import EXPLOITABILITY
from arena.analysis.reported_emotions import INTENSITY
from arena.analysis.result import Result
from arena.analysis.treatments import NONE, Induction, induced_arms, references
from arena.record.run import Run
from games import BadInput
from games.core.errors import check_known
from prompts import PLACEBO
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.mediation import MEDIATION, mediation

COLUMNS = {
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    "contrast": "what the difference is called",
    "arm": "whose decisions",
    "reference": "compared with whose",
    "emotion": "what was induced in the arm, and whose reported intensity is the mediator",
    "yes_no": "whether decisions are yes or no",
    **MEDIATION,
}
"""Columns of the table with their descriptions. The report is in points from 0 to 100."""

_DECISION = ["match", "contestant", "seat", "place"]
_UNIT = ["cluster", "unit"]


def mediations(run: Run, games: Sequence[str] = (), outcomes: Sequence[str] = ()) -> Result:
    """Paths from all induced emotions to all choices.

    The mediator is the reported intensity of the induced emotion before the action; 0 if another
    emotion is reported.

    Args:
        run: the run.
        games: ids of games; none for all.
        outcomes: names of choices and details, without payoffs; none for all.

    Raises:
        BadInput: a name is unknown, only outcomes were recorded, or no two contestants that report
            before the action differ in the induction only.
    """
    run.require_sample()
    design = run.manifest.design
    check_known("game of this run", games, design["games"])
    emotions = {name: each.get("emotion") or {} for name, each in design["contestants"].items()}
    reporting = [name for name, each in emotions.items() if each.get("report") == "before"]
    arms = induced_arms({name: design["contestants"][name] for name in reporting})
    if not arms:
        raise BadInput(
            f"no two contestants of {run.folder} that report an emotion before they act differ in "
            "emotion.induced alone: no report can lie between the induction and the action"
        )
    due = {key: DueDecisions(run, key, arms) for key in games or design["games"]}
    decided = {key: _decided(each) for key, each in due.items()}
    check_known("choice of this run", outcomes, {name for own in decided.values() for name in own})
    rows = [
        row
        for key, each in due.items()
        for outcome in decided[key]
        if not outcomes or outcome in outcomes
        for row in _of_outcome(key, each, outcome, arms)
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS])
    return Result.of(run, table)


def _decided(due: DueDecisions) -> list[str]:
    """Outcomes that are decisions: no reports, payoffs or policies."""
    others = {PAYOFF, EXPLOITABILITY}
    return [name for name in due.scales if due.family(name) != "reports" and name not in others]


def _of_outcome(
    key: str, due: DueDecisions, outcome: str, arms: Mapping[str, tuple[str, Induction]]
) -> Iterator[dict[str, Any]]:
    """Rows of the table for one outcome of a game."""
    named = {str(arm): arm for _, arm in arms.values()}
    contrasts = [each for each in references(named.values()) if _induces(named[each.arm])]
    for emotion in dict.fromkeys(named[each.arm].emotion for each in contrasts):
        units = _units(due.table, outcome, emotion, arms)
        for each in contrasts:
            if named[each.arm].emotion == emotion:
                for contestant, pairs in _pairs(units, each):
                    yield {
                        "game": key,
                        "outcome": outcome,
                        "contestant": contestant,
                        "contrast": each.name,
                        "arm": each.arm,
                        "reference": each.reference,
                        "emotion": emotion,
                        "yes_no": due.scales[outcome].yes_no,
                        **mediation(pairs["report"], pairs["value"], pairs["cluster"]),
                    }


def _induces(arm: Induction) -> bool:
    return arm.emotion not in {NONE, PLACEBO}


def _units(
    table: pd.DataFrame, outcome: str, emotion: str, arms: Mapping[str, tuple[str, Induction]]
) -> pd.DataFrame:
    """Means of units by contestant and arm: columns cluster, unit, report and value."""

    def column(name: str) -> "pd.Series[float]":
        return table[table["outcome"] == name].groupby(_DECISION)["value"].mean()

    made = table[table["outcome"] == outcome].dropna(subset=["value"])
    report = (column(f"felt {emotion}") * column(INTENSITY)).rename("report")
    both = made.join(report, on=_DECISION).dropna(subset=["report"])
    both = both.assign(
        contestant=[arms[name][0] for name in both["contestant"]],
        arm=[str(arms[name][1]) for name in both["contestant"]],
    )
    means = both.groupby(["contestant", "arm", *_UNIT])[["report", "value"]].mean()
    return means.reset_index()


def _pairs(units: pd.DataFrame, contrast: Contrast) -> Iterator[tuple[str, pd.DataFrame]]:
    """Differences between the arms of a contrast in their common units, by contestant."""
    place = ["contestant", *_UNIT]
    one, other = (
        units[units["arm"] == arm].set_index(place)[["report", "value"]]
        for arm in (contrast.arm, contrast.reference)
    )
    gaps = (one - other).dropna().reset_index()
    for contestant, pairs in gaps.groupby("contestant", sort=False):
        yield str(contestant), pairs
