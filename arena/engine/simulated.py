"""`Simulated`: matches between scripts as arrays, without a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.core.types import seed_of
from arena.design.table import Seats
from arena.design.tournament import Tournament
from arena.engine.simulation import Simulation
from games import BadInput

if TYPE_CHECKING:  # loading them takes a while
    import pandas as pd
    from numpy.typing import NDArray

COLUMNS = {
    "game": "id of the game",
    "seating": "number of the seating, from 0",
    "seat": "seat, from 0",
    "contestant": "who sat there",
    "matches": "number of matches of the seating",
    "mean_payoff": "points of a match on average",
    "standard_error": "of the mean; missing for a single match",
}
"""Columns of `Simulated.means`, each with its meaning."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """Results of simulated matches of one game.

    Args:
        game: id of the game.
        seatings: names of contestants in seat order, seating by seating.
        payoffs: points; [seatings, matches, seats].
    """

    game: str
    seatings: tuple[Seats, ...]
    payoffs: "NDArray[Any]"

    def frame(self) -> "pd.DataFrame":
        """A row for each match: game, then contestant and payoff of each seat."""
        import numpy as np  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        _, matches, seats = self.payoffs.shape
        columns: dict[str, Any] = {"game": self.game}
        for seat in range(seats):
            names = pd.Categorical([names[seat] for names in self.seatings])
            columns[f"contestant_{seat}"] = names.repeat(matches)
            columns[f"payoff_{seat}"] = np.ascontiguousarray(self.payoffs[:, :, seat]).ravel()
        return pd.DataFrame(columns)

    def means(self) -> "pd.DataFrame":
        """A row for each seat of each seating; `COLUMNS` gives the meanings."""
        import numpy as np  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        matches = self.payoffs.shape[1]
        means = self.payoffs.mean(axis=1)
        errors = np.full(means.shape, np.nan)
        if matches > 1:
            errors = self.payoffs.std(axis=1, ddof=1) / np.sqrt(matches)
        rows = [
            (self.game, at, seat, name, matches, means[at, seat], errors[at, seat])
            for at, names in enumerate(self.seatings)
            for seat, name in enumerate(names)
        ]
        return pd.DataFrame(rows, columns=[*COLUMNS])


def simulated(
    design: Tournament, *, matches: int | None = None, seed: int | None = None
) -> list[Simulated]:
    """All games of a design, simulated.

    Args:
        design: a tournament of scripts.
        matches: number of matches of each seating; if None, the repetitions of each game.
        seed: of all chance; if None, the design's.

    Raises:
        BadInput: a contestant or a schedule needs recorded play, or the number of matches is no
            whole number from 1.
    """
    simulation, results = Simulation(design), []
    for key, entry in design.entries.items():
        count = entry.repetitions if matches is None else matches
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise BadInput(f"matches must be a whole number from 1, not {count!r}")
        seatings = _seatings(design, key, simulation.covers.get(key, []))
        chance = seed_of(design.seed if seed is None else seed, key)
        results.append(Simulated(key, seatings, simulation.sample(key, seatings, count, chance)))
    return results


def _seatings(design: Tournament, key: str, covered: Sequence[str]) -> tuple[Seats, ...]:
    """Seatings of a game; all of them can be simulated."""
    names = design.entries[key].contestants or ()
    refused = [name for name in names if name not in covered]
    if refused:
        raise BadInput(
            f"game {key}: {', '.join(refused)} cannot be simulated: arrays play finite-state "
            "machines in matrix games with two actions, and policies in games with a small tree, "
            "both with whole points; use recorded play (arena run) or other contestants"
        )
    schedule = design.schedules[key]
    units = list(schedule.units(design.games[key], names)) if schedule.non_adaptive else []
    if not units or any(unit.at or set(unit.seats) - set(covered) for unit in units):
        raise BadInput(
            f"game {key}: this kind of schedule cannot be simulated: use round_robin or panel, or "
            "recorded play (arena run)"
        )
    return tuple(unit.seats for unit in units)
