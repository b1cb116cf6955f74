"""`Schedule`: the base of all kinds of schedules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from arena.core.types import Match
from arena.design.table import Seats, Table, Unit
from games import BadInput, Game
from games.core.types import Payoff

Results = Callable[[Sequence[Match]], Mapping[str, tuple[Payoff, ...] | None]]
"""Function that returns the results of finished matches by id: points in seat order, or None for a
void match."""


class Schedule(BaseModel):
    """Pairing of contestants in one game; every kind adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rated: ClassVar[bool] = True
    """Whether its results compare contestants."""
    non_adaptive: ClassVar[bool] = True
    """Whether its matches depend on the design alone, and not on results."""

    def content(self) -> dict[str, Any]:
        """The fields that identify the schedule, as plain JSON."""
        return self.model_dump(mode="json")

    def takes_part(self, contestants: Seats) -> Seats:
        """All players, given the contestants that the game lists."""
        return contestants

    def check(self, game: Game[Any], contestants: Seats) -> None:
        """Refuse a game, or too few contestants.

        Raises:
            BadInput: the game does not fit; the message gives the reason.
        """
        if len(game.deciders) < 2:  # noqa: PLR2004 - two make a contest
            raise BadInput(
                f"in {game.name} only the {game.roles[game.deciders[0]]} decides, and playing for "
                'several others would ask the same thing again: use kind "single"'
            )
        if len(contestants) < (seats := len(game.roles)):
            raise BadInput(f"needs at least {seats} contestants")

    def units(
        self, game: Game[Any], contestants: Seats, block: int | None = None
    ) -> Iterator[Unit]:
        """All matches of one block of conditions.

        Args:
            game: the game.
            contestants: the players.
            block: index of the block, from 0; None for the matches of all blocks.
        """
        raise NotImplementedError

    def batches(self, table: Table, results: Results) -> Iterator[Iterable[Match]]:  # noqa: ARG002
        """Matches in batches; a batch is requested after the previous one is finished.

        A batch is ordered by block and generated lazily, since it may hold a million matches.
        """
        yield (
            table.match(unit, repetition)
            for repetition in range(table.repetitions)
            for unit in self.units(table.game, table.contestants, repetition)
        )

    def planned(self, table: Table) -> int:
        """Number of matches."""
        return table.repetitions * sum(1 for _ in self.units(table.game, table.contestants))
