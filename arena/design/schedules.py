"""Kinds of schedules, as stated in `[schedule]` or in `schedule = { … }` of a game."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, permutations
from typing import Any, ClassVar, Literal

from pydantic import Field

from arena.core.types import PASSIVE, Match
from arena.design.mixes import joined_by_each, mixes, seating, turns
from arena.design.pairing import Results, Schedule
from arena.design.table import Seats, Table, Unit
from games import BadInput, Game
from games.core.elicited import information_sets
from games.core.errors import check_known


class RoundRobin(Schedule):
    """All contestants meet each other, in every seating."""

    kind: Literal["round_robin"] = "round_robin"
    self_play: bool = False
    """Whether a contestant also meets itself."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """With self-play, one contestant is sufficient."""
        enough = len(game.roles) if self.self_play else 0
        super().check(game, contestants * max(1, enough))

    def units(
        self, game: Game[Any], contestants: Seats, block: int | None = None
    ) -> Iterator[Unit]:
        """All seatings of all pairings; one seating in symmetric games; self-play comes last."""
        seats = len(game.roles)
        if game.symmetric:
            groups = combinations(contestants, seats)
            yield from (Unit(seating(group, block)) for group in groups)
        else:
            yield from map(Unit, permutations(contestants, seats))
        if self.self_play:
            yield from (Unit((name,) * len(game.roles)) for name in contestants)


class Panel(Schedule):
    """Every contestant meets the same opponents, in every seating; the opponents do not meet."""

    kind: Literal["panel"] = "panel"
    panel: tuple[str, ...] = Field(min_length=1)
    """Names of the opponents. A name may recur if there are as many names as other seats."""
    roles: tuple[str, ...] = ()
    """Roles of the contestants outside the panel; all if left out."""

    def content(self) -> dict[str, Any]:
        """The fields that identify the schedule; without roles, as before there were any."""
        return {key: value for key, value in super().content().items() if key != "roles" or value}

    def takes_part(self, contestants: Seats) -> Seats:
        """Contestants and opponents, listed by the game or not."""
        others = (name for name in contestants if name not in self.panel)
        return (*others, *dict.fromkeys(self.panel))

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Require a contestant outside the panel, and enough opponents for the other seats."""
        super().check(game, (*contestants, *self.panel))
        check_known(f"role of {game.name}", self.roles, game.roles)
        if len(self.panel) < (others := len(game.roles) - 1):
            raise BadInput(f"panel needs at least {others} opponents")
        if len(set(self.panel)) < len(self.panel) != others:
            raise BadInput(
                "panel lists an opponent twice: only a mix of as many names as there are other "
                f"seats ({others}) may"
            )
        if not set(contestants) - set(self.panel):
            raise BadInput("everybody is on the panel: nobody is left to meet it")

    def units(
        self, game: Game[Any], contestants: Seats, block: int | None = None
    ) -> Iterator[Unit]:
        """Each contestant in each of its seats, with opponents in the other seats in every order.

        In symmetric games, a single seat and a single order are played.
        """
        size = len(game.roles) - 1
        own = [seat for seat, role in enumerate(game.roles) if role in (self.roles or game.roles)]
        one = own[:1] if game.symmetric else own
        chosen = (combinations if game.symmetric else permutations)(self.panel, size)
        mixed = tuple(dict.fromkeys(chosen))
        for name in contestants:
            for seat in one if name not in self.panel else ():
                for others in mixed:
                    seats = (*others[:seat], name, *others[seat:])
                    yield Unit(seating(seats, block) if game.symmetric else seats)


class Groups(Schedule):
    """Groups of players: contestants have the same mixes of opponents, and pairs meet equally.

    A mix fills all seats but one; every contestant takes this seat once per mix. Over all mixes,
    all pairs of contestants meet equally often. With more seats than contestants, a contestant also
    meets itself. If roles differ, a group is rotated through the seats.
    """

    kind: Literal["groups"] = "groups"
    mixes: Literal["all", "one"] = "all"
    """Mixes per repetition: all, or one, so that the mixes take turns over repetitions."""

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """A single contestant is sufficient, since a mix can repeat a contestant."""
        super().check(game, contestants * len(game.roles))
        mixes(len(contestants), len(game.roles) - 1)

    def units(
        self, game: Game[Any], contestants: Seats, block: int | None = None
    ) -> Iterator[Unit]:
        """The mixes of the block, each completed by every contestant."""
        seats = len(game.roles)
        known = mixes(len(contestants), seats - 1)
        if self.mixes == "one" and block is not None:
            known = (known[block % len(known)],)
        joined = (joined_by_each(contestants, seats, mix) for mix in known)
        for group in dict.fromkeys(chain.from_iterable(joined)):
            yield from map(Unit, [seating(group, block)] if game.symmetric else turns(group))

    def planned(self, table: Table) -> int:
        """Number of matches; blocks may differ in size."""
        if self.mixes == "all":
            return super().planned(table)
        blocks = range(table.repetitions)
        units = (self.units(table.game, table.contestants, block) for block in blocks)
        return sum(1 for _ in chain.from_iterable(units))


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

    def units(
        self,
        game: Game[Any],
        contestants: Seats,
        block: int | None = None,  # noqa: ARG002 - all are alike
    ) -> Iterator[Unit]:
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

    def units(
        self,
        game: Game[Any],
        contestants: Seats,
        block: int | None = None,  # noqa: ARG002 - all are alike
    ) -> Iterator[Unit]:
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

    def units(
        self,
        game: Game[Any],
        contestants: Seats,
        block: int | None = None,  # noqa: ARG002 - all are alike
    ) -> Iterator[Unit]:
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
    for kind in (RoundRobin, Panel, Groups, Single, Elicitation, Adaptive)
}


def usual(game: Game[Any]) -> Schedule:
    """Default schedule of a game."""
    if game.every_deal:
        return Elicitation()
    if len(game.deciders) == 1:
        return Single()
    return Groups() if game.symmetric else RoundRobin()


def _alone(name: str, seat: int, game: Game[Any]) -> Seats:
    return tuple(name if at == seat else PASSIVE for at in range(len(game.roles)))
