"""Play of groups: the facets of games of many players, with intervals over clusters.

Matches of one repetition share the wording and the chance seed, so their decisions are not
independent. Clusters are therefore repetitions, joined by common participants, and errors are
cluster-robust.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.people_clusters import matching_groups
from arena.analysis.result import Result
from arena.core.types import Transcript
from arena.record.run import Run
from arena.record.selection import Selection
from arena.record.steps import ends
from games import BadInput, Game
from games.core.errors import check_known
from games.core.facets import Facet
from games.core.repeated import stage_of
from games.public_goods import PublicGoods, PublicGoodsState
from ratings.core.human.studies import baselines
from ratings.core.play.contribution_types import (
    REPEATED_TYPES,
    SCHEDULE_TYPES,
    by_profile,
    by_schedule,
    by_shares,
)
from ratings.core.statistics.cluster_mean import cluster_mean
from ratings.core.statistics.clusters import joined

EVERYBODY = "all"
"""Value of the contestant column in figures of the group."""

COLUMNS = {
    "game": "id of the game",
    "contestant": "whose numbers; all where they are of the group",
    "measure": "what is measured",
    "level": "a round, a situation or a kind; empty if there is one level",
    "value": "mean",
    "low": "lower end of its 95 % interval, cluster-robust",
    "high": "upper end",
    "n": "numbers behind it",
    "clusters": "clusters that they come from",
    "people": "of a type, the share of people of this type; missing where no study has it",
    "study": "the sample of a human study that this share is from; empty likewise",
}
"""Columns of the table with their descriptions."""

_OF_PEOPLE = ("people", "study")
_ROWS = ("game", "contestant", "measure", "level", "value", "yes_no", "cluster", "group")


def groups(run: Run, games: Sequence[str] = ()) -> Result:
    """The facets of the completed matches of a run.

    Args:
        run: the run.
        games: ids; all if not given.

    Raises:
        BadInput: a name is unknown, only outcomes were recorded, or no game has facets.
    """
    run.require_sample()
    check_known("game of this run", games, run.manifest.design["games"])
    rows = [row for key in games or run.manifest.design["games"] for row in _of_game(run, key)]
    table = pd.DataFrame(rows, columns=list(_ROWS))
    if table.empty:
        raise BadInput(f"{run.folder}: no game that is described by groups has a completed match")
    return Result.of(run, _beside_people(run, _means(table)))


def _of_game(run: Run, key: str) -> Iterator[tuple[object, ...]]:
    rules, people = run.game(key), matching_groups(run, key)
    for transcript in run.matches(Selection((key,))):
        match = transcript.match
        place = f"{match.seed:016x}", people.get(match.id)
        if transcript.ending.kind == "completed":
            for facet in facets(transcript, rules):
                who = EVERYBODY if facet.player is None else match.seats[facet.player]
                yield (key, who, *facet[:3], facet.yes_no, *place)


def facets(transcript: Transcript, game: Game[Any]) -> Iterator[Facet]:
    """The facets of one completed match; types of players are among those of public goods."""
    stage, positions = stage_of(game), list(ends(transcript, game))
    yield from stage.facets(positions)
    if isinstance(stage, PublicGoods):
        yield from _types(stage, positions)


def _types(game: PublicGoods, rounds: Sequence[PublicGoodsState]) -> Iterator[Facet]:
    """Whether a player is of a type, for each player, type and applicable rule."""
    made = np.array([game.contributions(end) for end in rounds]) / game.endowment
    others = (made.sum(axis=1, keepdims=True) - made) / (game.players - 1)
    for player in range(game.players):
        found: dict[str, tuple[str, Sequence[str]]] = {}
        if game.strategy_method:
            answers = [joint[player] / game.endowment for joint in rounds[0].answers]
            found["type by schedule"] = by_schedule(answers), SCHEDULE_TYPES
        if len(rounds) > 1:
            own, before = made[1:, player].tolist(), others[:-1, player].tolist()
            found["type by profile"] = by_profile(own, before), REPEATED_TYPES
            found["type by shares"] = by_shares(own, before), REPEATED_TYPES
        for rule, (kind, kinds) in found.items():
            for each in kinds:
                yield Facet(rule, each, float(each == kind), player, yes_no=True)


def _beside_people(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the shares of types of human studies of the same game and rule."""
    studies = {(s.game, s.measure): s for s in baselines().values() if s.shares is not None}
    names = {key: stage_of(run.game(key)).name for key in set(table["game"])}
    found = [
        studies.get((names[game], measure.replace(" ", "_")))
        for game, measure in zip(table["game"], table["measure"], strict=True)
    ]
    shares = [
        np.nan if study is None else (study.shares or {}).get(level, 0.0)
        for study, level in zip(found, table["level"], strict=True)
    ]
    return table.assign(people=shares, study=["" if s is None else s.name for s in found])


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    """The table, in the order in which measures and levels first came."""
    cluster = joined(list(rows["cluster"]), list(rows["group"]))
    lines = []
    for place, own in rows.assign(cluster=cluster).groupby(list(_ROWS[:4]), sort=False):
        limits = (0.0, 1.0) if own["yes_no"].all() else (-np.inf, np.inf)
        mean = cluster_mean(own["value"], own["cluster"], limits)
        lines.append((*place, mean.value, *mean.interval, len(own), mean.clusters))
    table = pd.DataFrame(lines, columns=[key for key in COLUMNS if key not in _OF_PEOPLE])
    order = {measure: at for at, measure in enumerate(table["measure"].unique())}
    return table.sort_values(
        ["game", "contestant", "measure"],
        key=lambda column: column.map(order) if column.name == "measure" else column,
        kind="stable",
        ignore_index=True,
    )
