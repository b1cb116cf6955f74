"""What bounds the play of a design: rates of models, and numbers of matches."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from agents.core.models.limiter import Bounds
from arena.core.types import Match
from arena.design.tournament import Tournament


def missing(
    batch: Iterable[Match], done: AbstractSet[str], places: Iterator[int]
) -> Iterator[Match]:
    """Matches that are not over, as long as there are places."""
    for match in batch:
        if match.id not in done:
            if next(places, None) is None:
                return
            yield match


def bounds(tournament: Tournament, model: str) -> Bounds:
    """How fast a model may be asked, as the design states it."""
    stated = tournament.limits.get(model)
    if stated is None:
        return Bounds(tournament.concurrency)
    return Bounds(
        stated.concurrency or tournament.concurrency,
        stated.requests_per_minute,
        stated.tokens_per_minute,
        stated.failing,
        stated.longest_wait,
    )
