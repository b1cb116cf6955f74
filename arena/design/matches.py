"""From a tournament to its matches."""

from collections.abc import Iterator
from functools import lru_cache
from heapq import merge
from typing import Any

from arena.core.types import PASSIVE, Match, digest, seed_of
from arena.design.pairing import Results, Seats, Table, Unit
from arena.design.tournament import Tournament
from games import BadInput, identity
from prompts import Wording
from prompts.core.rendering.order import ORDERS

HELD = 2_000_000
"""Matches that are held at once, at most: each takes about 600 bytes."""
_BLOCKS = 1_000
"""Blocks of which seeds are remembered."""
_WORDINGS = 10**6
"""Paraphrases, seeds of labels and the first event are below this: short, and more than differ."""


def schedule(tournament: Tournament) -> tuple[Match, ...]:
    """Every match that is settled before any result is known, block after block.

    That is all of them, unless a schedule is adaptive: then the later batches are missing.

    Raises:
        BadInput: there are too many to be held at once.
    """
    if (count := planned(tournament)) > HELD:
        raise BadInput(
            f"tournament {tournament.name!r} has {count:,} matches, and at most {HELD:,} can be "
            "looked at together: plan fewer repetitions, what they take is in proportion"
        )
    nothing_known = batches(tournament, lambda matches: {})  # noqa: ARG005
    return tuple(next(nothing_known, ()))


def batches(tournament: Tournament, results: Results) -> Iterator[Iterator[Match]]:
    """All matches, batch after batch, and in a batch block after block, made as they are taken.

    The next batch depends on the design and on the results of the batches before it, and on nothing
    else: asked again with the same results, the same batches come. It is to be asked for once the
    last batch is over; if results are still missing then, the adaptive games end there.

    Args:
        tournament: the design.
        results: gives the results of matches.
    """
    games = [
        tournament.schedules[key].batches(table(tournament, key), results)
        for key in tournament.entries
    ]
    while parts := [part for game in games if (part := next(game, None)) is not None]:
        yield merge(*parts, key=lambda match: match.repetition)


def planned(tournament: Tournament) -> int:
    """Number of matches of all batches."""
    return sum(
        tournament.schedules[key].planned(table(tournament, key)) for key in tournament.entries
    )


def lopsided(tournament: Tournament) -> tuple[str, ...]:
    """Games with an odd number of blocks: one direction of orders comes once more there."""
    return tuple(key for key, entry in tournament.entries.items() if (entry.repetitions or 1) % 2)


def table(tournament: Tournament, key: str) -> Table:
    """One game of a tournament, as its schedule sees it."""
    entry, maker = tournament.entries[key], _Maker(tournament, key)
    names, repetitions = entry.contestants or (), entry.repetitions or 1
    return Table(tournament.games[key], names, repetitions, maker.order, maker.match)


class _Maker:
    """Makes the matches of one game of a tournament."""

    def __init__(self, tournament: Tournament, key: str) -> None:
        self._key = key
        self._seed = tournament.seed
        self._rules = {"id": key, **identity(tournament.games[key])}
        self._who: dict[str, dict[str, Any] | None] = {
            name: {"name": name, **tournament.identity(name)}
            for name in tournament.entries[key].contestants or ()
        }
        self._who[PASSIVE] = None
        self._first_event = seed_of("event", self._seed, self._rules) % _WORDINGS
        self._first_order = seed_of("first order", self._seed, self._rules) % ORDERS
        self._ordered = tournament.order == "drawn"
        self._block = lru_cache(_BLOCKS)(self._drawn)

    def match(self, unit: Unit, repetition: int) -> Match:
        """The match of certain contestants in a block.

        The id is the hash of the game, the contestants and the block: a larger design keeps the
        matches of a smaller one.
        """
        seed, wording = self._block(repetition)
        who = [self._who[name] for name in unit.seats]
        asked = [unit.at] if unit.at else []
        name = digest(self._rules, who, repetition, seed, *asked)
        return Match(name, self._key, unit.seats, repetition, seed, wording, unit.at)

    def _drawn(self, repetition: int) -> tuple[int, Wording]:
        """The seed of chance and the wording of a block.

        They depend on the tournament's seed, the game and the repetition alone, so that all
        pairings meet the same conditions, and mirrored matches the same deals. Events come in turn
        from a random start, so that each is met equally often.
        """
        block = (self._seed, self._rules, repetition)
        paraphrase, labels = (
            seed_of(what, *block) % _WORDINGS for what in ("paraphrase", "labels")
        )
        event = self._first_event + repetition
        order = self._order(repetition) if self._ordered else 0
        return seed_of("chance", *block), Wording(paraphrase, labels, event, order)

    def _order(self, repetition: int) -> int:
        """The order of a block: in each pair of blocks both directions, which first is drawn.

        Pairs turn what is offered by one, from a random start.
        """
        pair, second = divmod(repetition, 2)
        reverse = seed_of("reversed", self._seed, self._rules, pair) % 2
        return (2 * (self._first_order + pair) + (second ^ reverse)) % ORDERS

    def order(self, seats: Seats) -> int:
        """A number that depends on the seed and on who it is, wherever they stand in the file."""
        who = sorted((self._who[name] for name in seats), key=digest)
        return seed_of("order", self._seed, self._rules, who)
