"""Matches of a tournament."""

from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import takewhile

from arena.core.types import Match
from arena.design.pairing import Results
from arena.design.table import Table
from arena.design.tournament import Tournament
from games import BadInput

HELD = 2_000_000
"""Matches that are held at once, at most: each takes about 600 bytes."""


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


def planned(tournament: Tournament, blocks: Mapping[str, int] | None = None) -> int:
    """Number of matches of all batches.

    Args:
        tournament: the design.
        blocks: number of first blocks by game; None for all.
    """
    counts = blocks or {}
    return sum(
        tournament.schedules[key].planned(table(tournament, key, counts.get(key)))
        for key in tournament.entries
    )


def of_blocks(matches: Iterator[Match], blocks: Mapping[str, int] | None) -> Iterator[Match]:
    """The matches of the first blocks of each game.

    Args:
        matches: block after block.
        blocks: number of blocks by game; None for all.
    """
    if blocks is None:
        yield from matches
        return
    last = max(blocks.values())
    within = takewhile(lambda match: match.repetition < last, matches)
    yield from (match for match in within if match.repetition < blocks[match.game])


def lopsided(tournament: Tournament) -> tuple[str, ...]:
    """Games with an odd number of blocks: one direction of orders comes once more there."""
    return tuple(key for key, entry in tournament.entries.items() if (entry.repetitions or 1) % 2)


def table(tournament: Tournament, key: str, blocks: int | None = None) -> Table:
    """One game of a tournament, as its schedule sees it.

    Args:
        tournament: the design.
        key: id of the game.
        blocks: number of blocks; None for the design's.
    """
    entry = tournament.entries[key]
    return Table(
        key,
        tournament.games[key],
        {name: tournament.identity(name) for name in entry.contestants or ()},
        blocks or entry.repetitions or 1,
        tournament.seed,
        ordered=tournament.order == "drawn",
    )
