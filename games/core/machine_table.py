"""Several machines as one table, and how matches of them are played side by side."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from games.core.draws import uniform
from games.core.machines import Machine
from games.core.types import Payoff

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Draw: TypeAlias = Callable[[int, int], Floats]
"""Random numbers of a round, for the first so many matches, by seat: (2, matches)."""

OUTCOMES = 4
"""Of a round: twice the own action plus the other's."""


@dataclass(frozen=True)
class BatchResult:
    """What came of the matches of one chunk; see `Batch`. Visits are of all machines together."""

    visits: Ints
    payoffs: Floats
    histories: NDArray[np.int8] | None


@dataclass(frozen=True)
class MachineTable:
    """Several machines as one table.

    A row of the table is a state and an outcome seen there: its number, called an index below, is
    four times the state's number plus the outcome.

    Args:
        first: probability of the first action, per index.
        after: the next state's first index, per index.
        gains: own points of each seat, per index; (2, indices).
    """

    first: Floats
    after: Ints
    gains: Floats

    @classmethod
    def of(cls, machines: Sequence[Machine], points: Sequence[Sequence[Payoff]]) -> "MachineTable":
        """The table of these machines, one after the other."""
        first = np.concatenate([np.array(machine.first, float) for machine in machines])
        rows, begin = [], 0
        for machine in machines:
            rows.append(np.array(machine.after, np.int64) + begin)
            begin += len(machine.first)
        return cls(
            np.repeat(first, OUTCOMES),
            OUTCOMES * np.concatenate(rows).ravel(),
            np.tile(np.array(points, float), len(first)),
        )

    @property
    def states(self) -> int:
        """Of all machines together."""
        return len(self.first) // OUTCOMES

    def sample(
        self, start: Ints, lengths: Ints, draw: Draw, *, histories: bool = False
    ) -> BatchResult:
        """Play matches side by side.

        Args:
            start: indices of both seats' first states; (2, matches).
            lengths: rounds of each match; (matches,).
            draw: where chance comes from; it counts matches from the longest one.
            histories: whether to keep every outcome.
        """
        size = start.shape[1]
        order = np.argsort(-lengths, kind="stable")
        visits = np.zeros(len(self.first), np.int64)
        earned = np.zeros((2, size))
        told = np.full((size, lengths[order[0]]), -1, np.int8) if histories else None
        for number, index in enumerate(self._rounds(start[:, order], lengths[order], draw)):
            visits += np.bincount(index.ravel(), minlength=len(visits))
            for seat in (0, 1):
                earned[seat, : index.shape[1]] += self.gains[seat].take(index[seat])
            if told is not None:
                told[: index.shape[1], number] = index[0] % OUTCOMES
        back = np.argsort(order)
        kept = None if told is None else told[back]
        return BatchResult(visits.reshape(-1, OUTCOMES), earned.T[back], kept)

    def _rounds(self, index: Ints, lengths: Ints, draw: Draw) -> Iterator[Ints]:
        """Round by round, what each seat saw, of the matches not yet over: the longest first."""
        going = len(lengths) - np.cumsum(np.bincount(lengths))
        for number, active in enumerate(going[:-1].tolist()):
            index = np.ascontiguousarray(index[:, :active])
            action = draw(number, active) >= self.first.take(index)
            index = index + 2 * action + action[::-1]
            yield index
            index = self.after.take(index)


def drawn(rng: np.random.Generator) -> Draw:
    """Numbers from one generator for all matches together."""
    return lambda _, active: rng.random((2, active))


def keyed(keys: NDArray[np.uint64]) -> Draw:
    """Numbers from a sequence of each match's own."""
    return lambda number, active: np.stack(
        [uniform(keys[:active], 2 * number + seat) for seat in (0, 1)]
    )


def starts(machines: Sequence[Machine]) -> Ints:
    """Where each machine's rows begin in a book of them all, as indices."""
    sizes = [len(machine.first) for machine in machines]
    return OUTCOMES * np.concatenate([[0], np.cumsum(sizes)[:-1]])
