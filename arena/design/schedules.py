"""Kinds of schedules, as stated in `[schedule]` or in `schedule = { … }` of a game."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any, ClassVar, Literal

from pydantic import Field

from arena.core.types import PASSIVE, Match
from arena.design.pairing import Results, Schedule
from arena.design.table import Seats, Table, Unit
from games import BadInput, Game
from games.core.elicited import information_sets


class RoundRobin(Schedule):
    """All contestants meet each other, in every seating."""

    kind: Literal["round_robin"] = "round_robin"
    self_play: bool = False
    """Whether a contestant also meets itself."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """With self-play, one contestant is sufficient."""
        enough = len(game.roles) if self.self_play else 0
        super().check(game, contestants * max(1, enough))

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """All seatings of all pairings. In self-play there is a single seating."""
        yield from map(Unit, permutations(contestants, len(game.roles)))
        if self.self_play:
            yield from (Unit((name,) * len(game.roles)) for name in contestants)


class Panel(Schedule):
    """Every contestant meets the same opponents, in every seating; the opponents do not meet."""

    kind: Literal["panel"] = "panel"
    panel: tuple[str, ...] = Field(min_length=1)
    """Names of the opponents."""

    def takes_part(self, contestants: Seats) -> Seats:
        """Contestants and opponents, listed by the game or not."""
        return (*(name for name in contestants if name not in self.panel), *self.panel)

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Require a contestant outside the panel, and enough opponents for the other seats."""
        super().check(game, contestants)
        if len(self.panel) < (others := len(game.roles) - 1):
            raise BadInput(f"panel needs at least {others} opponents")
        if len(set(self.panel)) < len(self.panel):
            raise BadInput("panel lists an opponent twice")
        if not set(contestants) - set(self.panel):
            raise BadInput("everybody is on the panel: nobody is left to meet it")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """Each contestant in each seat, with opponents in the other seats in every order."""
        for name in contestants:
            for seat in range(len(game.roles)) if name not in self.panel else ():
                for others in permutations(self.panel, len(game.roles) - 1):
                    yield Unit((*others[:seat], name, *others[seat:]))


class Single(Schedule):
    """One player decides, about its own points or another's."""

    kind: Literal["single"] = "single"

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Refuse games with several deciders."""
        if len(game.deciders) != 1:
            who = ", ".join(game.roles[seat] for seat in game.deciders)
            raise BadInput(f"in {game.name} several decide ({who}); single is for one")
        if not contestants:
            raise BadInput("needs at least 1 contestant")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """One match per contestant; the other seats are empty."""
        for name in contestants:
            yield Unit(_alone(name, game.deciders[0], game))


class Elicitation(Schedule):
    """Every contestant answers in every information set of a small game, once per repetition."""

    kind: Literal["elicitation"] = "elicitation"

    rated: ClassVar[bool] = False

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Refuse games with many information sets."""
        information_sets(game)
        if not contestants:
            raise BadInput("needs at least 1 contestant")

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """Each contestant in the seat of the information set's owner, alone."""
        for at, (owner, _) in information_sets(game).items():
            for name in contestants:
                yield Unit(_alone(name, owner, game), at)


class Adaptive(Schedule):
    """A budget of matches is spent on the most uncertain ratings, batch by batch."""

    kind: Literal["adaptive"] = "adaptive"

    non_adaptive: ClassVar[bool] = False

    budget: int = Field(ge=2, multiple_of=2)
    """Number of matches; even, since every pairing is played in both seatings."""
    batch: int = Field(24, ge=2, multiple_of=2)
    """Number of matches per batch, chosen before any of their results; even."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Refuse games without a head-to-head comparison of two contestants."""
        super().check(game, contestants)
        if not game.zero_sum or len(game.roles) != 2:  # noqa: PLR2004 - a pairing
            raise BadInput(
                f"adaptive pairing compares pairs head to head, which suits zero-sum games of two; "
                f"in {game.name} contestants are compared by what they earn against the same "
                "opponents: use round_robin or panel"
            )

    def units(self, game: Game[Any], contestants: Seats) -> Iterator[Unit]:
        """All possible matches of a block."""
        yield from map(Unit, permutations(contestants, len(game.roles)))

    def batches(self, table: Table, results: Results) -> Iterator[Iterable[Match]]:
        """Batches chosen by `arena.design.adaptive`."""
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
    """Default schedule of a game."""
    return RoundRobin() if len(game.deciders) > 1 else Single()


def _alone(name: str, seat: int, game: Game[Any]) -> Seats:
    return tuple(name if at == seat else PASSIVE for at in range(len(game.roles)))
