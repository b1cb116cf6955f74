"""The table of effects of a run: of induced emotions and of steps of the mode, on all outcomes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd

from arena.analysis.broken_texts import BrokenTexts, broken_texts
from arena.analysis.due_decisions import FAMILIES, PAYOFF, REGISTERED, DueDecisions
from arena.analysis.registered import TESTS, registered, tested
from arena.analysis.result import Result
from arena.analysis.steering_effects import steered
from arena.analysis.treatments import (
    Comparison,
    Induction,
    TreatedArm,
    comparisons_of,
    step_arms,
)
from arena.design.analysis import Analysis
from arena.record.pilot import first_tested
from arena.record.registration import analysis_of
from arena.record.run import Run
from games import BadInput
from games.core.errors import check_known
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.contrasts import DISPLAYS, STEPS, Contrast
from ratings.core.emotion.due_decisions import KEYS, Scale
from ratings.core.emotion.effects import LEVELS

ABOUT = {
    "family": "registered, choices, details or reports",
    "emotion": "what was induced in the arm; empty for steps of the mode",
    "cause": "simple, coplayer or external; empty for steps, or if causes are pooled",
    "intensity": "mild or strong; empty if it is not stated, for steps, or if they are pooled",
    "yes_no": "whether the level is a share of decisions",
    "range": "highest value of the outcome less the lowest; none if it has no limits",
}
"""Columns of the table besides KEYS and `ratings.core.emotion.effects.EFFECTS`."""

COLUMNS = {
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    **ABOUT,
    **estimates.EFFECTS,
    **TESTS,
}
"""All columns of the table, each with its meaning."""


NO_ARMS = (
    "no two contestants of {} differ in emotion.induced alone, or in a step of emotion.mode alone"
)

NOBODY = "nobody sees it"
"""Note of a step about displays on which no opponent can act. Its arms have the same instructions,
so there is no arrow."""


UNPAIRED = (
    "No decision has its like in another arm yet. Arms are compared where they met the same "
    "opponents, in the same seat, round and situation, under the same wording or deal."
)
UNITS = (
    "No independent unit of the imported table has decisions of two arms. Arms are compared within "
    "units, so that columns.unit of the map has to name what both arms were played in, such as a "
    "session; persons who are in one arm each are compared by `arena align` and `arena rate`."
)
"""The message for an imported run."""


_LEAST = (*KEYS, *ABOUT, "contrast", "arm", "reference", "note", "margin")
"""Columns that every table of estimates has."""

Estimator: TypeAlias = Callable[
    [pd.DataFrame, Mapping[str, Scale], Sequence[Contrast]], pd.DataFrame
]
"""Function from decisions, scales and contrasts, as for `ratings.core.emotion.effects.effects`, to
a row per game, outcome, contestant and contrast: KEYS, contrast, arm, reference, note, and more."""


@dataclass(frozen=True)
class EffectsRequest:
    """Which rows are wanted; they are the families.

    Args:
        games: ids; none for all.
        outcomes: names; none for all.
        emotions: that were induced; none for all, and for the steps of the mode.
        contrasts: names; none for all.
        pooled: cause, intensity, or both: arms that differ in these alone are one.
        pilot: whether the blocks of a pilot are included.
        reasked: whether decisions are included that were asked for again because of their form.
    """

    games: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    emotions: Sequence[str] = ()
    contrasts: Sequence[str] = ()
    pooled: Collection[str] = ()
    pilot: bool = False
    reasked: bool = True

    @property
    def chooses(self) -> bool:
        """Whether the request names rows, which replace the rows named by the design."""
        return any((self.games, self.outcomes, self.emotions, self.contrasts, self.pooled))


@dataclass(frozen=True, eq=False)
class Effects(Result):
    """The effects of a run.

    Attributes:
        left_out: by game, the blocks of a pilot that are left out.
        silent: why there is no effect in the table, as a sentence; empty if there is one.
        steered: ranks of vectors among random directions: columns STEERED, no rows without vectors.
        texts: shares of broken texts by arm; None if they were not looked for.
    """

    left_out: Mapping[str, int] = field(default_factory=dict)
    silent: str = ""
    steered: pd.DataFrame = field(default_factory=pd.DataFrame)
    texts: BrokenTexts | None = None

    @property
    def levels(self) -> pd.DataFrame:
        """The arms in the table, each once: columns family, KEYS, yes_no, arm and LEVELS.

        They are of all decisions of an arm; steps about displays rest on a part of them.
        """
        return levels(self.table)


def levels(table: pd.DataFrame) -> pd.DataFrame:
    """The arms in a table of effects, or in some of its rows; see `Effects.levels`."""
    place = ["family", *KEYS, "yes_no"]
    one = table[[*place, "arm", *LEVELS]]
    other = table[[*place, "reference", *(f"reference_{name}" for name in LEVELS)]]
    both = pd.concat([other.set_axis(one.columns, axis=1), one], ignore_index=True)
    whole = both.sort_values("due", ascending=False, kind="stable")
    key = ["family", *KEYS, "arm"]
    return both.drop_duplicates(key)[key].merge(whole.drop_duplicates(key))[both.columns]


def effects(run: Run, request: EffectsRequest | None = None) -> Effects:
    """The effects of all treatments of a design on all outcomes.

    Args:
        run: the run.
        request: which rows are wanted; all if not given.

    Raises:
        BadInput: a name is unknown, only outcomes were recorded, or the design has no two arms to
            compare.
    """
    request, analysis = asked(run, request or EffectsRequest())
    table = estimated(run, request, estimates.effects, analysis)
    rows = families(table.reindex(columns=list(COLUMNS)), analysis)
    first = first_tested(run.folder, run.manifest.design["games"], pilot=request.pilot)
    left_out = {game: blocks for game, blocks in first.items() if blocks}
    found = _ranked(run, request, first)
    silent = _silent(run, rows, found)
    texts = broken_texts(run)
    return Effects.of(run, rows, left_out=left_out, silent=silent, steered=found, texts=texts)


def ranks(run: Run, request: EffectsRequest | None = None) -> Result:
    """Ranks of vectors among random directions, without the table of effects.

    Args:
        run: the run.
        request: which rows are wanted; all if not given.

    Returns:
        Table with columns STEERED; without rows if no vector was added to a model's states.

    Raises:
        BadInput: a name is unknown, or only outcomes were recorded.
    """
    run.require_sample()
    request, _ = asked(run, request or EffectsRequest())
    games = run.manifest.design["games"]
    check_known("game of this run", request.games, games)
    first = first_tested(run.folder, games, pilot=request.pilot)
    return Result.of(run, _ranked(run, request, first))


def _ranked(run: Run, request: EffectsRequest, first: Mapping[str, int]) -> pd.DataFrame:
    """The table of `ranks`, from the first block that is read of each game."""
    wanted = {key: first[key] for key in request.games or run.manifest.design["games"]}
    return steered(run, wanted, request.pooled, request.outcomes, request.emotions)


def _silent(run: Run, rows: pd.DataFrame, ranks: pd.DataFrame) -> str:
    """Why nothing is paired; empty if something is, or if vectors alone are compared."""
    if rows["units"].any() or len(ranks):
        return ""
    decided = run.manifest.design["contestants"].values()
    return UNITS if any(who["agent"] == "imported" for who in decided) else UNPAIRED


def asked(run: Run, request: EffectsRequest) -> tuple[EffectsRequest, Analysis | None]:
    """A request as the design's analysis has it, and that analysis; None if certain rows are asked.

    Args:
        run: the run.
        request: which rows are wanted.
    """
    analysis = None if request.chooses else analysis_of(run.manifest.design)
    if analysis is None:
        return request, None
    pilot = request.pilot or analysis.pilot == "included"
    reasked = "reasked" not in analysis.exclude
    return EffectsRequest(pooled=analysis.pool, pilot=pilot, reasked=reasked), analysis


def estimated(
    run: Run, request: EffectsRequest, estimate: Estimator, analysis: Analysis | None = None
) -> pd.DataFrame:
    """A row for each treatment of a design and each outcome, whatever is estimated of it.

    Args:
        run: the run.
        request: which rows are wanted.
        estimate: the estimate, such as the effects.
        analysis: names the rows that are a family of their own.

    Returns:
        Columns of the estimator, ABOUT and margin; family after family.

    Raises:
        BadInput: as `effects` has it.
    """
    wanted = _wanted(run, request)
    names = {name for each in wanted for name in each.arms}
    keys = request.games or tuple(run.manifest.design["games"])
    first = first_tested(run.folder, keys, pilot=request.pilot)
    due = [DueDecisions(run, key, names, first[key]) for key in keys]
    check_known("outcome of this run", request.outcomes, {o for each in due for o in each.scales})
    tables = [table for each in due for table in _of_game(each, wanted, request, estimate)]
    if not tables:
        return pd.DataFrame(columns=[*_LEAST])
    whole = pd.concat(tables)
    whole = whole.assign(margin=np.nan) if analysis is None else registered(whole, analysis)
    parts = [whole[whole["family"] == family] for family in FAMILIES]
    return pd.concat(parts, ignore_index=True)


def _wanted(run: Run, request: EffectsRequest) -> list[Comparison]:
    """The arms of a run that are compared, with the contrasts that are wanted."""
    run.require_sample()
    design = run.manifest.design
    check_known("game of this run", request.games, design["games"])
    every = comparisons_of(design["contestants"], request.pooled)
    if not every:
        raise BadInput(f"{NO_ARMS.format(run.folder)}: there is no effect to tell")
    contrasts = [(each.name, one.emotion(each.arm)) for one in every for each in one.contrasts]
    check_known("contrast of this run", request.contrasts, {name for name, _ in contrasts})
    check_known("induced emotion of this run", request.emotions, {e for _, e in contrasts})
    return [each.chosen(request.contrasts, request.emotions) for each in every]


def payoff_steps(run: Run, games: Sequence[str] | None = None) -> pd.DataFrame:
    """The effects of the steps of the mode on points per match.

    Args:
        run: the run.
        games: ids; None for all.

    Returns:
        Columns COLUMNS; no rows if the design has no two arms that differ in a step, or if only
        outcomes were recorded.
    """
    design = run.manifest.design
    contests = [key for key in games or design["games"] if len(run.game(key).deciders) > 1]
    arms = step_arms(design["contestants"])
    steps = {each.name for each in STEPS if {each.arm, each.reference} <= _named(arms)}
    if run.manifest.record == "outcomes" or not (contests and steps):
        return pd.DataFrame(columns=list(COLUMNS))
    return effects(run, EffectsRequest(contests, [PAYOFF], contrasts=sorted(steps))).table


def _named(arms: Mapping[str, TreatedArm]) -> set[str]:
    return {each.arm for each in arms.values()}


def _of_game(
    due: DueDecisions,
    comparisons: Iterable[Comparison],
    request: EffectsRequest,
    estimate: Estimator,
) -> Iterable[pd.DataFrame]:
    """The estimates of one game with the columns ABOUT."""
    decisions = due.table
    if request.outcomes:
        decisions = decisions[decisions["outcome"].isin(list(request.outcomes))]
    if not request.reasked:
        decisions = decisions[(decisions["lost"] != "") | decisions["legal"].astype(bool)]
    for each in comparisons:
        rows = each.of(decisions)
        if rows.empty:
            continue
        table = _estimated(rows, due.scales, each.contrasts, estimate)
        order = {outcome: at for at, outcome in enumerate(due.scales)}
        table = table.sort_values("outcome", key=lambda names: names.map(order), kind="stable")
        yield table.join(_about(table, due, each))


def _estimated(
    rows: pd.DataFrame,
    scales: Mapping[str, Scale],
    contrasts: Sequence[Contrast],
    estimate: Estimator,
) -> pd.DataFrame:
    """Estimates; of steps about displays where others see them, or else noted that nobody does."""
    about = [each for each in contrasts if each.name in DISPLAYS]
    seen = rows[rows["watched"]]
    alone = rows[~rows["contestant"].isin(seen["contestant"])]
    tables = [
        estimate(rows, scales, [each for each in contrasts if each not in about]),
        estimate(seen, scales, about),
        estimate(alone, scales, about).assign(note=NOBODY),
    ]
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _about(table: pd.DataFrame, due: DueDecisions, comparison: Comparison) -> pd.DataFrame:
    """The columns ABOUT."""
    none = Induction("")
    induced = [comparison.about.get(arm, none) for arm in table["arm"]]
    columns = {
        "family": list(map(due.family, table["outcome"])),
        "emotion": [arm.emotion for arm in induced],
        "cause": [arm.cause for arm in induced],
        "intensity": [arm.intensity for arm in induced],
        "yes_no": [due.scales[name].yes_no for name in table["outcome"]],
        "range": [due.scales[name].width for name in table["outcome"]],
    }
    return pd.DataFrame(columns, index=table.index, columns=list(ABOUT))


def families(table: pd.DataFrame, analysis: Analysis | None) -> pd.DataFrame:
    """The same rows with p values and arrows of their families."""
    parts = [table[table["family"] == family] for family in FAMILIES]
    adjusted = [
        estimates.family(part)
        if analysis is None or family != REGISTERED or part.empty
        else tested(part, analysis)
        for family, part in zip(FAMILIES, parts, strict=True)
    ]
    return pd.concat(adjusted, ignore_index=True)
