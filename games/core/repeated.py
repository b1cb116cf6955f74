"""`Repeated`: any stage game, several times over, for a fixed or a random number of rounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from operator import add
from typing import Any, Generic, TypeVar

from games.core.errors import BadInput
from games.core.game import Game
from games.core.log import Log
from games.core.measures import Measured
from games.core.outcomes import Due, Outcome, after, first, later
from games.core.positions import Position, Positions
from games.core.preplay import Preplay
from games.core.types import (
    CHANCE,
    Action,
    ActionSpace,
    Event,
    Fact,
    Observation,
    Payoff,
    Player,
)

S = TypeVar("S")

GO_ON, STOP = "go on", "stop"


@dataclass(frozen=True, slots=True)
class RepeatedState(Generic[S]):
    """Where a repeated game stands.

    Args:
        at: position in the current round; None while chance decides whether there is another.
        views: per seat, what that seat saw of the rounds that are over. Views, never the positions
            themselves: a folded card stays folded.
        earned: points per seat of the rounds that are over.
        rounds: number of rounds that are over.
        movers: who moves next; nobody once the last round has been played.
    """

    at: Position[S] | None
    views: tuple[Log[Event], ...]
    earned: tuple[Payoff, ...]
    rounds: int
    movers: tuple[Player, ...]

    @property
    def stage(self) -> S | None:
        """State of the stage game in the current round, if one is being played."""
        return None if self.at is None else self.at.state


@dataclass(frozen=True)
class Repeated(Game[RepeatedState[S]]):
    """A stage game repeated between the same players; points add up.

    Args:
        stage: the game of one round.
        rounds: how many rounds, known to the players; or
        continuation: probability, above 0 and below 1, that another round follows.

    Raises:
        BadInput: neither or both are given, or the one given is out of range.
    """

    stage: Game[S]
    rounds: int | None = None
    continuation: Fraction | None = None

    def __post_init__(self) -> None:
        """Check the length; take everything else from the stage game."""
        name, rounds = self.stage.name, self.rounds
        if (rounds is None) == (self.continuation is None):
            raise BadInput(f"{name}: give either rounds or continuation, not both or neither")
        if rounds is not None and (type(rounds) is not int or rounds < 1):
            raise BadInput(f"{name}: rounds must be a whole number from 1, not {rounds!r}")
        if self.continuation is not None:
            object.__setattr__(self, "continuation", _probability(name, self.continuation))
        for key in ("name", "roles", "version", "zero_sum"):
            object.__setattr__(self, key, getattr(self.stage, key))

    @property
    def deciders(self) -> tuple[Player, ...]:
        """Those of the stage game."""
        return self.stage.deciders

    def measured(self, made: Mapping[Player, Sequence[Action]]) -> Iterator[Measured]:
        """Those of the stage game; a turn is a round."""
        return self.stage.measured(made)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those of the stage game; some also by round, and by how the round before came out."""
        outcomes = []
        for each in self.stage.outcomes:
            outcomes.append(each)
            if each.by_round:
                outcomes += [first(each), later(each)]
                outcomes += [after(each, before) for before in self.stage.situations]
        return tuple(outcomes)

    def due(self, state: RepeatedState[S], moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Those of the round."""
        for each in self.stage.due(_running(state), moves):
            before = self.stage.situation(state.views[each.player])
            yield from self._in_round(each, state.rounds + 1, before)

    def ahead(self, state: RepeatedState[S]) -> Iterator[Due]:
        """Those of the round; and of later rounds, if their number is fixed.

        How earlier rounds will have come out is not known.
        """
        for each in self.stage.ahead(_running(state)):
            yield from self._in_round(each, state.rounds + 1, "")
        start = self.stage.later_round()
        movers = self.stage.movers(start)
        opening = [] if CHANCE in movers else [*self.stage.due(start, dict.fromkeys(movers))]
        for number in range(state.rounds + 2, (self.rounds or 0) + 1):
            for each in (*opening, *self.stage.ahead(start)):
                yield from self._in_round(each, number, "")

    def _in_round(self, due: Due, number: int, before: str) -> Iterator[Due]:
        """A decision of the stage game in all outcomes of the repeated one.

        Args:
            due: of the stage game.
            number: of the round, from 1.
            before: how the round before came out; empty if that is not known.
        """
        due, outcome = replace(due, round=number), self._stage_outcomes[due.outcome]
        yield due
        if outcome.by_round:
            yield replace(due, outcome=(first if number == 1 else later)(outcome).name)
            if before:
                yield replace(due, outcome=after(outcome, before).name)

    @cached_property
    def _stage_outcomes(self) -> dict[str, Outcome]:
        return {each.name: each for each in self.stage.outcomes}

    def needed(self, *, repeated: bool = True) -> tuple[tuple[str, ...], ...]:
        """Those of the stage game, repeated."""
        return self.stage.needed(repeated=repeated)

    def initial_state(self) -> RepeatedState[S]:
        """The first round is about to begin."""
        return self._begin((Log(),) * len(self.roles), (0,) * len(self.roles), 0)

    def movers(self, state: RepeatedState[S]) -> tuple[Player, ...]:
        """Whoever moves in the round; chance between rounds if their number is random."""
        return state.movers

    def space(self, state: RepeatedState[S], player: Player) -> ActionSpace:
        """What the round allows."""
        assert state.at is not None
        return state.at.space(player)

    def chance(self, state: RepeatedState[S]) -> Mapping[Action, Fraction]:
        """The round's own chance, or whether another round follows."""
        if state.at is not None:
            return state.at.chance()
        assert self.continuation is not None
        return {GO_ON: self.continuation, STOP: 1 - self.continuation}

    def observe(self, state: RepeatedState[S], player: Player) -> Observation:
        """The player's views of past rounds, then of this one."""
        past, here = state.views[player], state.at
        now = (here or self._positions.first).seen(player)
        facts = self._facts.get(player)
        if facts is None:
            facts = self._facts[player] = {**now.facts, **self._length}
        events, space = (past, None) if here is None else (past.plus(*now.events), now.space)
        return Observation(now.game, player, now.players, now.role, facts, events, space)

    @cached_property
    def _facts(self) -> dict[Player, Mapping[str, Fact]]:
        """What is fixed throughout, put together once for each player who looks."""
        return {}

    @cached_property
    def _positions(self) -> Positions[S]:
        """Positions of the stage game."""
        return Positions(self.stage)

    @property
    def _length(self) -> dict[str, Fact]:
        if self.continuation is None:
            assert self.rounds is not None
            return {"rounds": self.rounds}
        return {"continuation": self.continuation}

    def _payoffs(self, state: RepeatedState[S]) -> tuple[Payoff, ...]:
        """Points summed over the rounds."""
        return state.earned

    def _next(self, state: RepeatedState[S], moves: Mapping[Player, Action]) -> RepeatedState[S]:
        here, views, earned, rounds = state.at, state.views, state.earned, state.rounds
        if here is None:
            if moves[CHANCE] == GO_ON:
                return self._begin(views, earned, rounds)
            return RepeatedState(None, views, earned, rounds, ())
        # `apply` has asked the stage game who moves and what is legal: no need to check again.
        after = here.after(moves)
        if movers := after.movers:
            return RepeatedState(after, views, earned, rounds, movers)
        points, seen = after.end()
        return self._close(views, seen, tuple(map(add, earned, points)), rounds + 1)

    def _close(
        self,
        views: tuple[Log[Event], ...],
        seen: tuple[tuple[Event, ...], ...],
        earned: tuple[Payoff, ...],
        rounds: int,
    ) -> RepeatedState[S]:
        """The state after a round.

        Args:
            views: per seat, its views of earlier rounds.
            seen: per seat, its view of the finished round.
            earned: points per seat, those of the finished round included.
            rounds: number of finished rounds.
        """
        more = self.continuation is None and rounds != self.rounds
        heading = (_heading(rounds + 1),) if more else ()
        views = tuple([view.plus(*new, *heading) for view, new in zip(views, seen, strict=True)])
        if more:
            start = self._positions.later
            return RepeatedState(start, views, earned, rounds, start.movers)
        chance = () if self.continuation is None else (CHANCE,)
        return RepeatedState(None, views, earned, rounds, chance)

    def _begin(
        self, views: tuple[Log[Event], ...], earned: tuple[Payoff, ...], rounds: int
    ) -> RepeatedState[S]:
        """The next round after so many."""
        heading = _heading(rounds + 1)
        start = self._positions.later if rounds else self._positions.first
        told = tuple([view.plus(heading) for view in views])
        return RepeatedState(start, told, earned, rounds, start.movers)


@lru_cache(maxsize=1_024)
def _heading(number: int) -> Event:
    """Made once: every match begins with the same rounds."""
    return Event("round", {"round": number})


def this_round(seen: Observation) -> Observation:
    """What a player sees of the round being played, as if it were the only one.

    Of a game that is not repeated, the observation itself.
    """
    for at in reversed(range(len(seen.events))):
        if seen.events[at].kind == "round":
            return replace(seen, events=seen.events[at + 1 :])
    return seen


def _running(state: RepeatedState[S]) -> S:
    if state.stage is None:
        raise ValueError("no round is being played")
    return state.stage


def _probability(name: str, value: object) -> Fraction:
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        exact = Fraction(0)
    if not 0 < exact < 1:
        raise BadInput(f"{name}: continuation must be above 0 and below 1, not {value!r}")
    return exact


def stage_of(game: Game[Any]) -> Game[Any]:
    """The game of one round, without what is said before it."""
    stage = round_of(game)
    return stage.stage if isinstance(stage, Preplay) else stage


def round_of(game: Game[Any]) -> Game[Any]:
    """The game of one round, with what is said before it."""
    return game.stage if isinstance(game, Repeated) else game


def without_talk(game: Game[Any]) -> Game[Any]:
    """The same game, repeated or not, where nobody says anything before it."""
    if isinstance(game, Repeated) and isinstance(game.stage, Preplay):
        return replace(game, stage=game.stage.stage)
    return game.stage if isinstance(game, Preplay) else game
