"""Power and equivalence for every row of the table of effects, before the design is played.

Units and clusters of a row are read from a run with stand-ins, or from a pilot run. Their variances
come from the pilot, or are stated or assumed.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from math import isnan
from typing import Any

import pandas as pd

from arena.analysis.due_decisions import REGISTERED
from arena.analysis.effects import NO_ARMS, EffectsRequest, asked, estimated
from arena.analysis.registered import family_of
from arena.analysis.treatments import contestants_of, has_arms
from arena.design.analysis import Analysis
from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.planning.effect_answer import (
    ABOUT_A_ROW,
    COLUMNS,
    Blocks,
    EffectQuestion,
    Family,
    answer,
)
from arena.planning.planned_row import Assumed, PlannedRow
from arena.planning.stand_in_run import stand_in_run
from arena.planning.wording_growth import WordingGrowth, wording_growth
from arena.record.compatibility import compare
from arena.record.pilot import first_tested
from arena.record.run import Run
from games import BadInput
from ratings.core.emotion.due_decisions import KEYS
from ratings.core.emotion.paired_spread import PairedSpread, paired_spreads

PILOT, ASSUMED = "pilot", "assumed"
"""Sources of the variances of a row."""


@dataclass(frozen=True, eq=False)
class EffectPower:
    """Power of a design for its effects.

    Attributes:
        name: name of the design.
        design_hash: hash of its content.
        question: the power question.
        table: columns COLUMNS, in the order of the table of effects.
        adaptive: games with adaptive pairing, which are left out.
        left_out: by game, number of pilot blocks that are left out of tests.
        pilot_clusters: number of pilot clusters for each row with a pilot.
    """

    name: str
    design_hash: str
    question: EffectQuestion
    table: pd.DataFrame
    adaptive: tuple[str, ...]
    left_out: Mapping[str, int]
    pilot_clusters: tuple[int, ...]

    def of(self, rows: pd.DataFrame) -> "EffectPower":
        """The answer restricted to some rows of its table."""
        return replace(self, table=rows)


def effect_power(
    tournament: Tournament,
    question: EffectQuestion,
    request: EffectsRequest,
    pilot: Run | None = None,
) -> EffectPower:
    """Power for every row that the table of effects of a design will have.

    Args:
        tournament: the design.
        question: the power question.
        request: rows to include; they are the families.
        pilot: a run whose decisions give levels, variances and losses.

    Raises:
        BadInput: the design has no power to compute, with the reason; or the question is invalid.
    """
    question.check()
    check_design(tournament)
    adaptive = tuple(k for k, kind in tournament.schedules.items() if not kind.non_adaptive)
    with stand_in_run(tournament) as (run, sample):
        request, analysis = asked(run, request)
        rows = estimated(run, request, paired_spreads, analysis)
        rows = rows.assign(sample=rows["game"].map(sample), source=ASSUMED)
    rows = rows[~rows["game"].isin(adaptive)].reset_index(drop=True)
    if rows.empty:
        raise BadInput(_nothing(tournament, adaptive))
    left_out: Mapping[str, int] = {}
    if pilot is not None:
        rows = _with_pilot(rows, pilot, request)
        left_out = {} if request.pilot else _left_out(tournament, pilot)
    clusters_of = _ClustersOf(tournament, request.pooled, left_out)
    answers = _answers(rows, question, clusters_of, analysis)
    table = pd.DataFrame(answers, columns=list(COLUMNS))
    known = rows[rows["source"] == PILOT]["spread"]
    clusters = tuple(each.plan.clusters for each in known if each is not None)
    return EffectPower(
        tournament.name, tournament.hash, question, table, adaptive, left_out, clusters
    )


def check_design(tournament: Tournament) -> None:
    """Refuse a design that has no table of effects.

    Raises:
        BadInput: the design has no table of effects; the message gives the reason.
    """
    if tournament.record == "outcomes":
        raise BadInput(
            f'{tournament.name!r} keeps outcomes only (record = "outcomes"): no decisions, and so '
            "no effects"
        )
    if not has_arms(tournament.content["contestants"]):
        raise BadInput(f"{NO_ARMS.format(repr(tournament.name))}: there is no effect to tell")


def _nothing(tournament: Tournament, adaptive: tuple[str, ...]) -> str:
    """The reason that a design has no row to plan for."""
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
    """The rows, with the pilot's estimates for the rows that occur in the pilot.

    Raises:
        BadInput: the pilot is of another design, and has none of the rows.
    """
    known = estimated(pilot, replace(request, pilot=True), paired_spreads)
    known = known.reindex(columns=[*_ROW, "spread"])
    blocks = dict(pilot.rows("SELECT game, max(repetition) + 1 FROM counted GROUP BY game"))
    several = [isinstance(s, PairedSpread) and s.plan.clusters > 1 for s in known["spread"]]
    known = known[several].assign(source=PILOT)
    told = rows[_ROW].merge(known, how="left", on=_ROW)
    if told["source"].isna().all():
        raise BadInput(
            f"{pilot.folder} has no two clusters of any row of the design's table of effects: a "
            "pilot is a run of the same contestants in the same games, of two blocks or more"
        )
    told = told.assign(sample=told["game"].map(blocks))
    there = told["source"].notna().to_numpy()
    new = {name: rows[name].where(~there, told[name]) for name in ("spread", "sample", "source")}
    return rows.assign(**new)


def _left_out(tournament: Tournament, pilot: Run) -> dict[str, int]:
    """Number of pilot blocks by game, which the design continues from and tests leave out."""
    try:
        wanted = manifest(tournament, planned(tournament))
        compare(pilot.folder, pilot.manifest, wanted, begun=True)
    except BadInput:  # of another design: it remains a separate run
        return {}
    first = first_tested(pilot.folder, tournament.games)
    return {game: blocks for game, blocks in first.items() if blocks}


def _answers(
    rows: pd.DataFrame,
    question: EffectQuestion,
    clusters: "_ClustersOf",
    analysis: Analysis | None,
) -> list[dict[str, Any]]:
    """Rows of the table."""
    every = rows.to_dict(orient="records")
    planned = [clusters.planned(row, question) for row in every]
    blocks = [clusters.blocks(row["game"]) for row in every]
    tested = [
        row is not None and each.tested > 0 and row.clusters(each.tested) > 1
        for row, each in zip(planned, blocks, strict=True)
    ]
    names = [family_of(row, analysis) for row in every]
    sizes = Counter(compress(names, tested))
    families = [_family(max(1, sizes[name]), name[0], analysis) for name in names]
    return [
        {name: row[name] for name in ABOUT_A_ROW}
        | answer(each, number, family, _own(question, row), row["note"])
        for row, each, number, family in zip(every, planned, blocks, families, strict=True)
    ]


def _family(rows: int, name: str, analysis: Analysis | None) -> Family:
    """The family of this number of tested rows, by the rules of the design."""
    if analysis is None or name != REGISTERED:
        return Family(rows)
    return Family(rows, registered=True, bounds=analysis.void == "bounds")


def _own(question: EffectQuestion, row: Mapping[Any, Any]) -> EffectQuestion:
    """The question with the design's margin for a row, if it states one."""
    if isnan(row["margin"]):
        return question
    return replace(question, margin=row["margin"] / row["range"])


class _ClustersOf:
    """Clusters of the blocks of a design, counted once for each game and contestant.

    Args:
        tournament: the design.
        pooled: fields of an induction over which arms are pooled.
        left_out: number of pilot blocks by game.
    """

    def __init__(
        self, tournament: Tournament, pooled: Collection[str], left_out: Mapping[str, int]
    ) -> None:
        self._tournament, self._left_out = tournament, left_out
        self._arms = contestants_of(tournament.content["contestants"], pooled)
        self._known: dict[tuple[str, str], WordingGrowth] = {}

    def blocks(self, game: str) -> Blocks:
        """The blocks of a game."""
        whole = self._tournament.entries[game].repetitions or 1
        return Blocks(whole, self._left_out.get(game, 0))

    def planned(self, row: Mapping[Any, Any], asked: EffectQuestion) -> PlannedRow | None:
        """A row for any number of blocks; None if no unit has decisions in both arms."""
        if row["spread"] is None:
            return None
        game, sample = row["game"], int(row["sample"])
        growth = self._growth(game, row["contestant"])
        of_sample = (growth.clusters(sample), growth.thinness(sample))
        tested = growth.after(self._left_out.get(game, 0))
        events = row["emotion"] != "" and row["cause"] != "simple"
        drawn = self._tournament.order == "drawn"
        met = (asked.between_orders if drawn else 0.0, asked.between_events if events else 0.0)
        assumed = Assumed(asked.between_wordings, *met, asked.within, stated=asked.stated)
        decisions = None if row["source"] == PILOT else (row["mean"], row["deviation"])
        return PlannedRow(row["scale"], row["spread"], tested, of_sample, assumed, decisions)

    def _growth(self, game: str, contestant: str) -> WordingGrowth:
        """Growth of the clusters of a contestant's prompts."""
        if (game, contestant) not in self._known:
            names = self._tournament.entries[game].contestants or ()
            arm = next(name for name in self._arms[contestant] if name in names)
            self._known[game, contestant] = wording_growth(self._tournament, game, arm)
        return self._known[game, contestant]
