"""Ratings of runs: requests, records of all games, and results."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

import ratings
from agents.core.solutions import solved
from arena.analysis.effects import payoff_steps
from arena.analysis.information_sets import legal_decisions, stage_asked
from arena.analysis.leaderboard import by_game, disagreements, overall
from arena.analysis.people_clusters import matching_groups
from arena.analysis.tree_paths import plays
from arena.record.run import Run, distinct
from games import BadInput, Game
from games.core import solution
from games.core.elicited import Elicited
from games.core.errors import unknown
from ratings.core.comparisons import transitivity
from ratings.core.comparisons.connectivity import remarks
from ratings.core.comparisons.grouping import grouped
from ratings.core.comparisons.scoring import ELICITED, UNRATED, record
from ratings.core.comparisons.voids import payoff_range
from ratings.core.statistics.bootstrap import ROUNDS
from ratings.core.statistics.clusters import joined
from ratings.core.tables import COMPARISONS, GameRecord, Method, Voids, empty

BY = {
    "model": ("model",),
    "mode": ("emotion", "mode"),
    "language": ("language",),
    "emotion": ("emotion", "induced"),
    "cause": ("emotion", "cause"),
    "agent": ("agent",),
}
"""Grouping keys of contestants, and their paths in the identity."""


_DESIGN = {"repetitions", "contestants", "schedule"}
"""Keys of a game in a design that are not part of its rules."""


@dataclass(frozen=True)
class Request:
    """Rating request.

    Args:
        method: id of a rating method; None for the leaderboard.
        games: ids of games; None for all.
        by: a key of BY; None for contestants.
        voids: treatment of void matches.
        rounds: bootstrap rounds.
        seed: seed of the bootstrap, and of Elo's orders.
    """

    method: str | None = None
    games: tuple[str, ...] | None = None
    by: str | None = None
    voids: Voids = Voids.drop
    rounds: int = ROUNDS
    seed: int = 0

    @classmethod
    def checked(
        cls,
        method: str | None = None,
        games: Sequence[str] | None = None,
        by: str | None = None,
        voids: str = "drop",
        rounds: int = ROUNDS,
        seed: int = 0,
    ) -> "Request":
        """The request from a user's options.

        Raises:
            BadInput: a name is unknown, or a number is negative.
        """
        if method is not None:
            method = method.replace("-", "_")
            ratings.load(method)
        if by is not None and by not in BY:
            raise unknown("property to rate by", by, BY)
        if voids not in tuple(Voids):
            raise unknown("void rule", voids, Voids)
        for name, value in (("rounds", rounds), ("seed", seed)):
            if value < 0:
                raise BadInput(f"{name} must be a whole number from 0, not {value}")
        return cls(method, tuple(games) if games else None, by, Voids(voids), rounds, seed)

    @property
    def loaded(self) -> Method | None:
        """The requested method, if there is one."""
        return None if self.method is None else ratings.load(self.method)


class Rated:
    """Ratings of runs; each part is computed on first use.

    Args:
        runs: the runs.
        request: the request.
        alike: records of contestants by game, under each void rule with a different result.
        identities: identities of contestants.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        request: Request,
        alike: Mapping[str, Mapping[Voids, GameRecord]],
        identities: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.runs = runs
        self.request = request
        self._alike = alike
        self.identities = identities

    @cached_property
    def records(self) -> dict[str, GameRecord]:
        """Records by game, of contestants or of their groups."""
        return {game: rules[self.request.voids] for game, rules in self._rules.items()}

    @cached_property
    def _rules(self) -> dict[str, dict[Voids, GameRecord]]:
        """Records under each void rule with a different result."""
        if self.request.by is None:
            return {game: dict(rules) for game, rules in self._alike.items()}
        labels = labelled(self.identities, self.request.by)
        return {
            game: {rule: grouped(one, labels) for rule, one in rules.items()}
            for game, rules in self._alike.items()
        }

    @cached_property
    def rated(self) -> list[GameRecord]:
        """Records of rated games; others are left out of the overall rating."""
        return [one for one in self.records.values() if one.rule not in UNRATED]

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Effects of the steps of the emotion mode on points per match.

        Several runs have no common effects, since each has its own arms.
        """
        runs = self.runs if len(self.runs) == 1 else ()
        tables = [payoff_steps(run, self.request.games) for run in runs]
        return pd.concat(tables) if tables else pd.DataFrame()

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Leaderboards by game."""
        return by_game(list(self.records.values()), self.request.rounds, self.request.seed)

    @cached_property
    def overall(self) -> pd.DataFrame:
        """Leaderboard over all rated games; without rows if there is none."""
        if not self.rated:
            return pd.DataFrame()
        return overall(self.rated, self.request.rounds, self.request.seed)

    @cached_property
    def overall_remarks(self) -> tuple[str, ...]:
        """Limits of the overall leaderboard, one sentence each."""
        known = {name for record in self.rated for name in record.contestants}
        names = self.overall["contestant"] if len(self.overall) else ()
        if not (out := sorted(known.difference(names))):
            return ()
        if len(names):
            return (f"Left out, as no comparison connects them with the others: {', '.join(out)}.",)
        return ("Nobody is rated: no largest group of contestants is connected by comparisons.",)

    def remarks(self, game: str) -> Iterator[str]:
        """Remarks for readers of a game's ratings, or of the table of a method."""
        game_record = self.records[game]
        if method := self.request.loaded:
            yield from method.remarks(game_record) if method.remarks else ()
            return
        if game_record.rule in UNRATED:
            return
        yield from remarks(game_record)
        line = self.transitivity(game)
        if line.rejected:
            yield (
                "Not transitive: a line of strengths does not explain who beats whom "
                f"(p = {line.p:.3f}, bootstrap over clusters). See the win matrix, and --method "
                "nash-averaging and alpha-rank."
            )
        elif not math.isnan(line.p):
            yield (
                "Who beats whom does not contradict a line of strengths "
                f"(p = {line.p:.2f}, bootstrap over clusters)."
            )
        if len(self._rules[game]) > 1:
            yield from disagreements(self._rules[game])

    def transitivity(self, game: str) -> transitivity.Outcome:
        """Bradley-Terry against the saturated model."""
        return transitivity.check(self.records[game], self.request.rounds, self.request.seed)


def rate(runs: Sequence[Run], request: Request) -> Rated:
    """Ratings of runs.

    Contestants and games with the same name must be the same in all runs.

    Raises:
        BadInput: a name is unknown, runs are incompatible, one is named twice, or no match is
            closed yet.
    """
    distinct(runs)
    for run in runs:
        run.require_design()
    identities = _together(runs, "contestants")
    _together(runs, "games")
    method = request.loaded
    elicited = method is not None and method.elicited
    seats = pd.concat([_numbered(run, n, elicited=elicited) for n, run in enumerate(runs)])
    if seats.empty:
        raise _nothing(runs)
    for game in request.games or ():
        if game not in set(seats["game"]):
            raise unknown("game of this run", game, set(seats["game"]))
    alike = {
        str(game): _records(runs, str(game), rows, request.voids, method)
        for game, rows in seats.groupby("game")
        if request.games is None or game in request.games
    }
    return Rated(runs, request, alike, identities)


def method_tables(rated: Rated) -> pd.DataFrame:
    """Table of the requested method, game after game, with a column `game`."""
    method = rated.request.loaded
    assert method is not None
    tables = [
        method(one, rated.request.rounds, rated.request.seed).assign(game=game)
        for game, one in rated.records.items()
    ]
    return pd.concat(tables).loc[:, ["game", *method.columns]].reset_index(drop=True)


def labelled(identities: Mapping[str, Mapping[str, Any]], by: str) -> dict[str, str]:
    """Group of each contestant; one without the property is its own group."""
    labels = {}
    for name, identity in identities.items():
        value: Any = identity
        for key in BY[by]:
            value = value.get(key) if isinstance(value, Mapping) else None
        labels[name] = name if value is None else str(value)
    return labels


def _together(runs: Sequence[Run], part: str) -> dict[str, Any]:
    """Contents of contestants or games by name, checked to agree between runs."""
    contents: dict[str, Any] = {}
    for run in runs:
        for name, content in run.manifest.design[part].items():
            plain = {k: v for k, v in content.items() if k not in _DESIGN}
            if part == "games":
                plain["elicited"] = run.elicited(name)
            if contents.setdefault(name, plain) != plain:
                raise BadInput(
                    f"{part[:-1]} {name!r} of {run.folder} is another one than in the runs before: "
                    "rate them apart"
                )
    return contents


def _nothing(runs: Sequence[Run]) -> BadInput:
    where = ", ".join(str(run.folder) for run in runs)
    if any(run.counts for run in runs):
        return BadInput(
            f"in {where} policies were asked for and nothing was played, so there is nothing to "
            "rate: use --method exploitability or rationality"
        )
    return BadInput(f"no match in {where} is closed yet: there is nothing to rate")


def _numbered(run: Run, number: int, *, elicited: bool) -> pd.DataFrame:
    """Seats of one of several runs, with distinct matches and repetitions, and common clusters."""
    seats = run.seats(elicited=elicited)
    for game, rows in seats.groupby("game"):
        if groups := matching_groups(run, str(game)):
            own = [groups.get(match) for match in rows["match"]]
            seats.loc[rows.index, "cluster"] = _named_by_first(rows["cluster"], own)
    called = {each: f"{number}:{each:09d}" for each in seats["repetition"].unique()}
    return seats.assign(
        match=f"{number}:" + seats["match"], repetition=seats["repetition"].map(called)
    )


def _named_by_first(clusters: pd.Series, groups: Sequence[str | None]) -> list[str]:
    """Clusters joined by common participants, each named by its first cluster."""
    numbers = joined(list(clusters), groups)
    return list(clusters.groupby(numbers).transform("min"))


def _records(
    runs: Sequence[Run], game: str, seats: pd.DataFrame, voids: Voids, method: Method | None
) -> dict[Voids, GameRecord]:
    """Records of a game under the requested void rule; under all rules if results differ."""
    run = next(run for run in runs if game in run.manifest.design["games"])
    rules = run.game(game)
    seats = seats.assign(repetition=pd.factorize(seats["repetition"], sort=True)[0])
    some = bool(seats["void"].any())
    known = _behaviour(runs, game, rules) if method is not None and method.decisions else {}
    if isinstance(rules, Elicited):
        return {voids: GameRecord(game, ELICITED, seats, empty(COMPARISONS), voids=voids, **known)}
    return {
        rule: record(
            game,
            seats,
            zero_sum=rules.zero_sum,
            contest=len(rules.deciders) > 1,
            symmetric=rules.symmetric,
            voids=rule,
            extremes=payoff_range(rules, seats) if some else None,
            **known,
        )
        for rule in ((voids, *(r for r in Voids if r != voids)) if some else (voids,))
    }


def _behaviour(runs: Sequence[Run], game: str, rules: Game[Any]) -> dict[str, Any]:
    """Data of a game for methods that read decisions."""
    stage = stage_asked(rules)
    return {
        "stage": stage,
        "decisions": legal_decisions(runs, game),
        "equilibrium": lambda: solved(stage, solution.ITERATIONS),
        "plays": cache(lambda: plays(runs, game, rules)),
    }
