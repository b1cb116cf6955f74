"""Schedules: who meets whom, as `[schedule]` and `schedule = { … }` of a game state it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from arena.core.types import PASSIVE, Match
from games import BadInput, Game
from games.core.elicited import information_sets
from games.core.types import Payoff

Seats = tuple[str, ...]

Results = Callable[[Sequence[Match]], Mapping[str, tuple[Payoff, ...] | None]]
"""Asked for the results of matches: points in seat order, or None for a void match, by id; matches
that are not over are left out."""


class Unit(NamedTuple):
    """One match of a block: who sits where, and the information set asked about, if one is."""

    seats: Seats
    at: str = ""


@dataclass(frozen=True)
class Table:
    """One game of a tournament, as its schedule sees it.

    Args:
        game: the rules.
        contestants: who takes part.
        repetitions: number of blocks.
        order: a number per pairing that depends on the seed and on who it is, to break ties.
        match: the match of a unit in a block.
    """

    game: Game[Any]
    contestants: Seats
    repetitions: int
    order: Callable[[Seats], int]
    match: Callable[[Unit, int], Match]


class Schedule(BaseModel):
    """Who meets whom in one game; every kind adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rated: ClassVar[bool] = True
    """Whether what comes of it compares contestants."""
    settled: ClassVar[bool] = True
    """Whether its matches follow from the design alone, whatever comes of them."""

    def content(self) -> dict[str, Any]:
        """What makes the schedule what it is, as plain JSON."""
        return self.model_dump(mode="json")

    def takes_part(self, contestants: Seats) -> Seats:
        """Everybody who plays, given the contestants that the game lists."""
        return contestants

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Refuse a game, or too few contestants.

        Raises:
            BadInput: it does not fit, and why.
        """
        if len(game.deciders) < 2:  # noqa: PLR2004 - two make a contest
            raise BadInput(
                f"in {game.name} only the {game.roles[game.deciders[0]]} decides, and playing for "
                'several others would ask the same thing again: use kind "single"'
            )
        if len(contestants) < (seats := len(game.roles)):
            raise BadInput(f"needs at least {seats} contestants")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """Every match of one block of conditions."""
        raise NotImplementedError

    def batches(self, table: Table, results: Results) -> Iterator[Iterable[Match]]:  # noqa: ARG002
        """Matches, one batch after the other; a batch is asked for once the last one is over.

        Within a batch, block after block, and made as they are taken: there may be a million.
        """
        yield (
            table.match(unit, repetition)
            for repetition in range(table.repetitions)
            for unit in self.units(table.game, table.contestants)
        )

    def planned(self, table: Table) -> int:
        """Number of matches."""
        return table.repetitions * sum(1 for _ in self.units(table.game, table.contestants))


class RoundRobin(Schedule):
    """Everybody meets everybody, in every seating."""

    kind: Literal["round_robin"] = "round_robin"
    self_play: bool = False
    """Whether a contestant also meets itself."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """With self-play, one contestant is enough."""
        enough = len(game.roles) if self.self_play else 0
        super().check(game, contestants * max(1, enough))

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """All seatings of all pairings; alone, a contestant has the same seating everywhere."""
        yield from map(Unit, permutations(contestants, len(game.roles)))
        if self.self_play:
            yield from (Unit((name,) * len(game.roles)) for name in contestants)


class Panel(Schedule):
    """Every contestant meets the same opponents, in every seating; the opponents do not meet."""

    kind: Literal["panel"] = "panel"
    panel: tuple[str, ...] = Field(min_length=1)
    """Names of the opponents."""

    def takes_part(self, contestants: Seats) -> Seats:
        """The opponents too, whether the game lists them or not."""
        return (*(name for name in contestants if name not in self.panel), *self.panel)

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Somebody must be left to meet the panel, and the panel must fill the other seats."""
        super().check(game, contestants)
        if len(self.panel) < (others := len(game.roles) - 1):
            raise BadInput(f"panel needs at least {others} opponents")
        if len(set(self.panel)) < len(self.panel):
            raise BadInput("panel lists an opponent twice")
        if not set(contestants) - set(self.panel):
            raise BadInput("everybody is on the panel: nobody is left to meet it")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """Each contestant in each seat, opponents in the others in every order."""
        for name in contestants:
            for seat in range(len(game.roles)) if name not in self.panel else ():
                for others in permutations(self.panel, len(game.roles) - 1):
                    yield Unit((*others[:seat], name, *others[seat:]))


class Single(Schedule):
    """One player decides; its own points, or another's, are all that is at stake."""

    kind: Literal["single"] = "single"

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Only games in which one player decides."""
        if len(game.deciders) != 1:
            who = ", ".join(game.roles[seat] for seat in game.deciders)
            raise BadInput(f"in {game.name} several decide ({who}); single is for one")
        if not contestants:
            raise BadInput("needs at least 1 contestant")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """One match per contestant; nobody sits in the other seats."""
        for name in contestants:
            yield Unit(_alone(name, game.deciders[0], game))


class Elicitation(Schedule):
    """Every information set of a small game is put to every contestant, once per repetition."""

    kind: Literal["elicitation"] = "elicitation"

    rated: ClassVar[bool] = False

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Only games with few information sets."""
        information_sets(game)
        if not contestants:
            raise BadInput("needs at least 1 contestant")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """Each contestant in the seat of the information set's owner, alone."""
        for at, (owner, _) in information_sets(game).items():
            for name in contestants:
                yield Unit(_alone(name, owner, game), at)


class Adaptive(Schedule):
    """A budget of matches is spent where the ratings are least certain, batch by batch."""

    kind: Literal["adaptive"] = "adaptive"

    settled: ClassVar[bool] = False

    budget: int = Field(ge=2, multiple_of=2)
    """Number of matches; even, since every pairing plays both seatings."""
    batch: int = Field(24, ge=2, multiple_of=2)
    """Number of matches that are chosen at once, before any of their results is known; even."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Only games in which two contestants can be compared head to head."""
        super().check(game, contestants)
        if not game.zero_sum or len(game.roles) != 2:  # noqa: PLR2004 - a pairing
            raise BadInput(
                f"adaptive pairing compares pairs head to head, which suits zero-sum games of two; "
                f"in {game.name} contestants are compared by what they earn against the same "
                "opponents: use round_robin or panel"
            )

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """All that a block can hold."""
        yield from map(Unit, permutations(contestants, len(game.roles)))

    def batches(self, table: Table, results: Results) -> Iterator[Iterable[Match]]:
        """As `arena.design.adaptive` chooses."""
        from arena.design.adaptive import adaptive  # noqa: PLC0415 - needs numpy, which takes a while

        for batch in adaptive(table, results, self.budget, self.batch):
            yield sorted(batch, key=lambda match: match.repetition)

    def planned(self, table: Table) -> int:  # noqa: ARG002 - whoever meets
        """The budget."""
        return self.budget


KINDS: Mapping[str, type[Schedule]] = {
    str(kind.model_fields["kind"].default): kind
    for kind in (RoundRobin, Panel, Single, Elicitation, Adaptive)
}


def usual(game: Game[Any]) -> Schedule:
    """The schedule of a game for which none is stated."""
    return RoundRobin() if len(game.deciders) > 1 else Single()


def _alone(name: str, seat: int, game: Game[Any]) -> Seats:
    return tuple(name if at == seat else PASSIVE for at in range(len(game.roles)))
