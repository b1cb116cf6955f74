"""`PartLedgers`: the ledgers of the parts of one agent, which number their attempts together."""

from dataclasses import replace
from hashlib import sha256

from agents.core.ledger import Ledger
from agents.core.types import Attempt


class PartLedgers:
    """Lends each part of a composite agent a ledger in which it is alone.

    Parts are asked at the same time, so their attempts are filed in the order in which they end.
    On record the attempts of a turn are numbered in this order, whichever part made them. Each part
    finds its own by its name.

    Args:
        ledger: of the seat.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[int, dict[int, Attempt]] = {}
        for (turn, number), attempt in ledger.recorded.items():
            self._known.setdefault(turn, {})[number] = attempt

    def of(self, part: str) -> Ledger:
        """The ledger of one part, whose attempts of a turn are numbered from 0."""
        recorded: dict[tuple[int, int], Attempt] = {}
        for turn, attempts in self._known.items():
            own = (attempts[number] for number in sorted(attempts) if attempts[number].part == part)
            recorded |= {(turn, place): attempt for place, attempt in enumerate(own)}

        def file(turn: int, _number: int, attempt: Attempt) -> None:
            known = self._known.setdefault(turn, {})
            known[number := len(known)] = attempt = replace(attempt, part=part)
            self._ledger.file(turn, number, attempt)

        name = self._ledger.name and f"{self._ledger.name}-{_short(part)}"
        return replace(self._ledger, file=file, recorded=recorded, name=name)

    def attempts(self, turn: int) -> tuple[Attempt, ...]:
        """The attempts of all parts in a turn, by number."""
        known = self._known.get(turn, {})
        return tuple(known[number] for number in sorted(known))


def _short(part: str) -> str:
    """A name of a part that has a few letters and digits alone."""
    return sha256(part.encode()).hexdigest()[:8]
