"""`Room`: the open matches with people, and who is seated in which."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from random import Random

from arena.core.types import Match, seed_of
from arena.lab.guest import Guest, Table


class Room:
    """Seats people in the matches of a schedule, in its order.

    Tables at which somebody waits are filled first, so that nobody waits without need; then those
    that a participant has played the least; then the schedule decides.

    Args:
        matches: those with people that are not begun, block after block.
        people: names of the contestants who are people.
        stopped: whether a match cannot be begun any more.
        strangers: whether people who have met must not meet again.
    """

    def __init__(
        self,
        matches: Iterable[Match],
        people: frozenset[str],
        stopped: Callable[[Match], bool],
        *,
        strangers: bool,
    ) -> None:
        self._stopped, self._strangers = stopped, strangers
        self._fresh: dict[tuple[str, ...], deque[Table]] = {}
        self._forming: list[Table] = []
        for order, match in enumerate(matches):
            seats = [seat for seat, name in enumerate(match.seats) if name in people]
            Random(seed_of("seats", match.id)).shuffle(seats)
            kind = (match.game, *match.seats)
            self._fresh.setdefault(kind, deque()).append(Table(match, seats, order))

    @property
    def is_empty(self) -> bool:
        """Whether no seat is left that anybody could take."""
        return next(self._open(), None) is None

    def next_game(self, guest: Guest) -> str | None:
        """The game that a participant plays next: the one played least; None if none is left."""
        played = Counter(result.game for result in guest.results)
        tables = [table for table in self._open() if self._suits(table, guest)]
        if not tables:
            return None
        return min(tables, key=lambda t: (played[t.match.game], t.order)).match.game

    def sample(self, game: str) -> tuple[Match, int]:
        """The next match of a game, and a seat of a person in it, to tell its rules by."""
        tables = [table for table in self._open() if table.match.game == game]
        table = min(tables, key=lambda table: table.order)
        return table.match, (*table.free, *table.sitting)[0]

    def join(self, guest: Guest) -> Table | None:
        """Seat a participant; the table is begun once nobody is missing. None if there is none."""
        kinds = Counter(result.game for result in guest.results)
        tables = [
            table
            for table in self._open()
            if table.match.game == guest.game and self._suits(table, guest)
        ]
        table = min(
            tables,
            key=lambda t: (not t.sitting, kinds[t.match.game], t.order),
            default=None,
        )
        if table is None:
            return None
        if not table.sitting:
            self._fresh[(table.match.game, *table.match.seats)].popleft()
            self._forming.append(table)
        table.sitting[table.free.pop(0)] = guest
        guest.table = table
        return table

    def rise(self, guest: Guest) -> None:
        """Free the seat of somebody who waits."""
        table, guest.table = guest.table, None
        if table is None or table.begun:
            return
        seat = table.seat_of(guest)
        del table.sitting[seat]
        table.free.insert(0, seat)
        if not table.sitting:
            self._forming.remove(table)
            self._fresh[(table.match.game, *table.match.seats)].appendleft(table)

    def begin(self, table: Table) -> None:
        """Take a table out: it is being played."""
        self._forming.remove(table)
        table.begun = True
        for guest in table.sitting.values():
            guest.met |= {each.id for each in table.sitting.values()} - {guest.id}

    def _open(self) -> Iterator[Table]:
        """Tables with a free seat: those at which somebody waits, and the next of each kind."""
        yield from (table for table in self._forming if table.free)
        for line in self._fresh.values():
            if line and not self._stopped(line[0].match):
                yield line[0]

    def _suits(self, table: Table, guest: Guest) -> bool:
        if guest in table.sitting.values():
            return False
        return not self._strangers or all(g.id not in guest.met for g in table.sitting.values())
