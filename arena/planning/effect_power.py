"""Power and equivalence for every row of the table of effects, before the design is played.

Which units and clusters a row rests on is read from a run with stand-ins, or from a pilot run; how
much they differ from the pilot, or from what is stated or assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.effects import NO_ARMS, NOBODY, EffectsRequest, estimated, has_arms
from arena.design.tournament import Tournament
from arena.planning.planned_row import Assumed, PlannedRow
from arena.planning.stand_in_run import stand_in_run
from arena.planning.wording_growth import WordingGrowth, wording_growth
from arena.record.run import Run
from games import BadInput
from ratings.core.emotion.due_decisions import KEYS
from ratings.core.emotion.effects import ALPHA, ENOUGH, TOO_FEW
from ratings.core.emotion.paired_spread import PairedSpread, paired_spreads
from ratings.core.statistics.cluster_power import smallest
from ratings.core.statistics.power import fewest

NO_PAIRS = "no unit in which both arms decide"
NO_VARIANCE = "the pilot shows no variance"
PILOT, STATED, ASSUMED = "pilot", "stated", "assumed"

COLUMNS = {
    "game": "id of the game",
    "outcome": "what is decided",
    "contestant": "who decides, but for the treatment",
    "family": "choices, details or reports",
    "emotion": "what is induced in the arm; empty for steps of the mode",
    "cause": "simple, coplayer or external; empty for steps, or if causes are pooled",
    "intensity": "mild or strong; empty if it is not stated, for steps, or if they are pooled",
    "yes_no": "whether the level is a share of decisions",
    "contrast": "what the difference is called",
    "arm": "whose decisions",
    "reference": "compared with whose",
    "units": "units in which both arms are expected to have a decision",
    "clusters": "clusters that are expected to have such a unit",
    "range": "highest value of the outcome less the lowest, in its units",
    "level": "mean of the reference",
    "source": "of level and variances: pilot, stated or assumed",
    "between": "standard deviation of the effect between clusters, in units of the outcome",
    "within": "standard deviation of the difference between arms in a unit, within a cluster",
    "error": "standard error of the effect at 0, as it is expected to be estimated",
    "df": "degrees of freedom of its t test (Satterthwaite)",
    "effect": "the effect that was asked about, in units of the outcome",
    "power": "probability of a p value below .05 at this effect",
    "arrow_power": "probability of an arrow at this effect, if no other row of the family has one",
    "detectable": "smallest effect found with the power asked for, by p; missing if none is",
    "arrow_detectable": "smallest effect that gets an arrow with that probability",
    "margin": "the margin of equivalence, in units of the outcome",
    "equivalence": "probability that two one-sided tests at .05 find the effect within the margin, "
    "if it is 0",
    "blocks": "blocks of the game in the design",
    "arrow_blocks": "blocks with which the effect gets an arrow with the power asked for",
    "equivalence_blocks": "blocks with which equivalence is found with the power asked for",
    "note": "why there is no arrow, or nothing to say",
}
"""Columns of the table; missing where the note says why, or where no number of blocks is enough."""

_BLOCKS = 100_000
"""Blocks that are tried, at the most."""


@dataclass(frozen=True)
class EffectQuestion:
    """What is asked of every row. Effects and deviations are shares of the outcome's range.

    Args:
        effect: whose power is asked for.
        margin: of equivalence.
        power: how often an effect, or equivalence, is to be found.
        between_wordings: standard deviation of the effect between wordings; None leaves it to the
            pilot or to what is assumed.
        between_orders: between orders of what is offered, likewise.
        between_events: between events of an induction, likewise.
        within: of single decisions under one wording, likewise.
    """

    effect: float = 0.1
    margin: float = 0.1
    power: float = 0.8
    between_wordings: float | None = None
    between_orders: float | None = None
    between_events: float | None = None
    within: float | None = None

    def check(self) -> None:
        """Refuse what cannot be asked.

        Raises:
            BadInput: a number is out of range.
        """
        for name in ("effect", "margin", "power"):
            if not 0 < (value := getattr(self, name)) < 1:
                more = "" if name == "power" else ", a share of the outcome's range"
                raise BadInput(f"{name} must be between 0 and 1{more}, not {value:g}")
        for name in ("between_wordings", "between_orders", "between_events", "within"):
            if (value := getattr(self, name)) is not None and not 0 <= value <= 1:
                option = name.replace("_", "-")
                raise BadInput(
                    f"{option} must be between 0 and 1, a share of the outcome's range, "
                    f"not {value:g}"
                )


@dataclass(frozen=True, eq=False)
class EffectPower:
    """What a design can tell of effects.

    Attributes:
        name: of the design.
        design_hash: of its content.
        question: what was asked.
        table: columns COLUMNS, in the order of the table of effects.
        adaptive: games that are paired adaptively, of which nothing is said.
        pilot_clusters: of each row that a pilot speaks of, the clusters there.
    """

    name: str
    design_hash: str
    question: EffectQuestion
    table: pd.DataFrame
    adaptive: tuple[str, ...]
    pilot_clusters: tuple[int, ...]


def effect_power(
    tournament: Tournament,
    question: EffectQuestion,
    request: EffectsRequest,
    pilot: Run | None = None,
) -> EffectPower:
    """Power for every row that the table of effects of a design would have.

    Args:
        tournament: the design.
        question: what is asked.
        request: which rows; they are the families.
        pilot: a run whose decisions tell levels, variances and losses.

    Raises:
        BadInput: nothing can be said of the design, and why; or the question cannot be asked.
    """
    question.check()
    check_design(tournament)
    adaptive = tuple(k for k, kind in tournament.schedules.items() if not kind.non_adaptive)
    with stand_in_run(tournament) as (run, sample):
        rows = estimated(run, request, paired_spreads)
        rows = rows.assign(sample=rows["game"].map(sample), source=ASSUMED)
    rows = rows[~rows["game"].isin(adaptive)].reset_index(drop=True)
    if rows.empty:
        raise BadInput(_nothing(tournament, adaptive))
    if pilot is not None:
        rows = _with_pilot(rows, pilot, request)
    table = pd.DataFrame(_answers(tournament, rows, question), columns=list(COLUMNS))
    known = rows[rows["source"] == PILOT]["spread"]
    clusters = tuple(each.plan.clusters for each in known if each is not None)
    return EffectPower(tournament.name, tournament.hash, question, table, adaptive, clusters)


def check_design(tournament: Tournament) -> None:
    """Refuse a design that has no table of effects.

    Raises:
        BadInput: it has none, and why.
    """
    if tournament.record == "outcomes":
        raise BadInput(
            f'{tournament.name!r} keeps outcomes only (record = "outcomes"): no decisions, and so '
            "no effects"
        )
    if not has_arms(tournament.content["contestants"]):
        raise BadInput(f"{NO_ARMS.format(repr(tournament.name))}: there is no effect to tell")


def _nothing(tournament: Tournament, adaptive: tuple[str, ...]) -> str:
    """Why no row is left."""
    if adaptive:
        return (
            f"{', '.join(adaptive)} of {tournament.name!r} is paired adaptively: results decide "
            "which matches are played, so that nothing is known of them before"
        )
    return (
        f"no two arms of {tournament.name!r} decide in the same game, in the same seat and against "
        "the same opponents: no decision has its like in another arm"
    )


_ROW = [*KEYS, "contrast", "arm", "reference"]


def _with_pilot(rows: pd.DataFrame, pilot: Run, request: EffectsRequest) -> pd.DataFrame:
    """The same rows, with what a pilot says of those that it has.

    Raises:
        BadInput: the pilot is of another design, so that it has none of them.
    """
    known = estimated(pilot, request, paired_spreads)
    blocks = dict(pilot.rows("SELECT game, max(repetition) + 1 FROM counted GROUP BY game"))
    known = known.assign(sample=known["game"].map(blocks), source=PILOT)
    known = known[known["spread"].map(lambda each: each is not None and each.plan.clusters > 1)]
    told = rows[_ROW].merge(known[[*_ROW, "spread", "sample", "source"]], how="left", on=_ROW)
    if told["source"].isna().all():
        raise BadInput(
            f"{pilot.folder} has no two clusters of any row of the design's table of effects: a "
            "pilot is a run of the same contestants in the same games, of two blocks or more"
        )
    there = told["source"].notna().to_numpy()
    new = {name: rows[name].where(~there, told[name]) for name in ("spread", "sample", "source")}
    return rows.assign(**new)


def _answers(
    tournament: Tournament, rows: pd.DataFrame, question: EffectQuestion
) -> list[dict[str, Any]]:
    """The rows of the table."""
    names: dict[tuple[str, str], WordingGrowth] = {}
    planned = []
    for row in rows.to_dict(orient="records"):
        place = row["game"], row["contestant"]
        if place not in names:
            names[place] = wording_growth(tournament, row["game"], _somebody(tournament, *place))
        planned.append(_planned(tournament, row, names[place], question))
    blocks = [tournament.entries[game].repetitions or 1 for game in rows["game"]]
    counts = [0 if p is None else p.clusters(b) for p, b in zip(planned, blocks, strict=True)]
    tested = rows["family"][[count > 1 for count in counts]].value_counts()
    return [
        _answer(row, each, number, int(tested.get(row["family"], 1)), question)
        for row, each, number in zip(rows.to_dict("records"), planned, blocks, strict=True)
    ]


def _somebody(tournament: Tournament, game: str, contestant: str) -> str:
    """A contestant of a game that is spoken to as all arms of a row are."""
    names = tournament.entries[game].contestants or ()
    words = contestant.split()
    alike = [name for name in names if all(word in name.split() for word in words)]
    voiced = [name for name in names if tournament.contestants[name][1].voice is not None]
    return (alike or voiced or names)[0]


def _planned(
    tournament: Tournament, row: Mapping[Any, Any], growth: WordingGrowth, asked: EffectQuestion
) -> PlannedRow | None:
    """A row that can grow; None if no unit has a decision of both arms."""
    spread: PairedSpread | None = row["spread"]
    if spread is None:
        return None
    events = row["emotion"] != "" and row["cause"] != "simple"
    assumed = Assumed(
        asked.between_wordings,
        asked.between_orders if tournament.order == "drawn" else 0.0,
        asked.between_events if events else 0.0,
        asked.within,
    )
    return PlannedRow(
        row["scale"],
        spread,
        growth,
        int(row["sample"]),
        assumed,
        None if row["source"] == PILOT else (row["mean"], row["deviation"]),
    )


def _answer(
    row: Mapping[Any, Any],
    planned: PlannedRow | None,
    blocks: int,
    tested: int,
    asked: EffectQuestion,
) -> dict[str, Any]:
    """One row of the table."""
    about = {name: row.get(name) for name in COLUMNS if name in row} | {"blocks": blocks}
    if planned is None:
        return about | {"units": 0, "clusters": 0, "note": NO_PAIRS}
    width = row["scale"].high - row["scale"].low
    effect, margin = min(asked.effect * width, planned.most), asked.margin * width
    plan = planned.plan(blocks, 0)
    about |= {
        "units": int(plan.sizes.sum()),
        "clusters": plan.clusters,
        "range": width,
        "level": planned.level,
        "source": planned.source,
        "between": float(np.sqrt(plan.between + plan.levels)),
        "within": float(np.sqrt(plan.within)),
        "effect": effect,
        "margin": margin,
    }
    if not plan.between + plan.levels + plan.within > 0:
        return about | {"note": NO_VARIANCE}
    few = TOO_FEW if plan.clusters < ENOUGH else ""
    about |= {"error": plan.error, "df": plan.df, "note": row["note"] or few}
    about |= _test(planned, blocks, effect, asked) | _equivalence(planned, blocks, margin, asked)
    return (
        about if row["note"] == NOBODY else about | _arrow(planned, blocks, effect, tested, asked)
    )


def _test(
    planned: PlannedRow, blocks: int, effect: float, asked: EffectQuestion
) -> dict[str, float]:
    """What the test of a row alone finds."""

    def power(size: float) -> float:
        return planned.plan(blocks, size).power(size, ALPHA)

    return {"power": power(effect), "detectable": smallest(power, asked.power, planned.most)}


def _arrow(
    planned: PlannedRow, blocks: int, effect: float, tested: int, asked: EffectQuestion
) -> dict[str, float | None]:
    """What an arrow is given to: Holm's first step among so many rows that are tested."""

    def power(number: int, size: float) -> float:
        if planned.clusters(number) < ENOUGH:
            return 0.0
        return planned.arrow_power(number, size, ALPHA / tested)

    return {
        "arrow_power": power(blocks, effect),
        "arrow_detectable": smallest(lambda size: power(blocks, size), asked.power, planned.most),
        "arrow_blocks": fewest(lambda number: power(number, effect) >= asked.power, _BLOCKS),
    }


def _equivalence(
    planned: PlannedRow, blocks: int, margin: float, asked: EffectQuestion
) -> dict[str, float | None]:
    """What is found to be the same, if there is no effect."""

    def power(number: int) -> float:
        return planned.plan(number, 0).equivalence(margin, ALPHA)

    return {
        "equivalence": power(blocks),
        "equivalence_blocks": fewest(lambda number: power(number) >= asked.power, _BLOCKS),
    }
