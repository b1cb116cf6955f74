"""`Schedule`: the base of all kinds of schedules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from arena.core.types import Match
from arena.design.table import Seats, Table, Unit
from games import BadInput, Game
from games.core.types import Payoff

Results = Callable[[Sequence[Match]], Mapping[str, tuple[Payoff, ...] | None]]
"""Asked for the results of matches: points in seat order, or None for a void match, by id; matches
that are not over are left out."""


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

    def units(
        self, game: Game[Any], contestants: Seats, block: int | None = None
    ) -> Iterator[Unit]:
        """Every match of one block of conditions.

        Args:
            game: what is played.
            contestants: who takes part.
            block: which one, from 0; None for every match that some block has.
        """
        raise NotImplementedError

    def batches(self, table: Table, results: Results) -> Iterator[Iterable[Match]]:  # noqa: ARG002
        """Matches, one batch after the other; a batch is asked for once the last one is over.

        Within a batch, block after block, and made as they are taken: there may be a million.
        """
        yield (
            table.match(unit, repetition)
            for repetition in range(table.repetitions)
            for unit in self.units(table.game, table.contestants, repetition)
        )

    def planned(self, table: Table) -> int:
        """Number of matches."""
        return table.repetitions * sum(1 for _ in self.units(table.game, table.contestants))
