"""Parts of schedules: a match of a block, a game as its schedule sees it, a kind of schedule."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from arena.core.types import Match
from games import BadInput, Game
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
    non_adaptive: ClassVar[bool] = True
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
