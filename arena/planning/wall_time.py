"""Wall time of a tournament, and the waves in which its batches follow one another."""

from collections.abc import Collection, Iterable, Sequence

from arena.design.tournament import Tournament
from arena.planning.share import Range, Share
from arena.planning.stand_ins import Seat


def calls(seats: Sequence[Seat]) -> int:
    """Calls of all models in one match."""
    return sum(map(_asked, seats))


def waves(matches: Iterable[Sequence[Seat]]) -> Range:
    """Batches that follow one another in the longest match, every first answer usable.

    At least those of the seat with most calls, at most those of all seats one after the other.
    """
    played = list(matches)
    least = max((max(map(_asked, seats)) for seats in played), default=0)
    return Range(least, least, max(map(calls, played), default=0))


def _asked(seat: Seat) -> int:
    return sum(use.calls for use in seat.uses.values())


def wall_time(
    tournament: Tournament,
    shares: dict[str, Share],
    longest: int,
    per_call: Range,
    batched: Collection[str] = (),
) -> Range:
    """Wall time in seconds. Models are called in parallel, each as fast as its limits allow.

    Args:
        tournament: the design.
        shares: calls and tokens of each model.
        longest: calls of the longest match.
        per_call: seconds of one call.
        batched: models whose batches are not counted, since nobody knows how long they take.
    """
    if batched:
        shares, longest = {name: each for name, each in shares.items() if name not in batched}, 0
    needed = [longest * each for each in per_call]
    for model, share in shares.items():
        limits = tournament.limits.get(model)
        wide = (limits and limits.concurrency) or tournament.concurrency
        for at, each in enumerate(per_call):
            calls, tokens = share.calls[at], share.prompt[at] + share.completion[at]
            bounds = [calls * each / wide]
            if limits and limits.requests_per_minute:
                bounds.append(60 * calls / limits.requests_per_minute)
            if limits and limits.tokens_per_minute:
                bounds.append(60 * tokens / limits.tokens_per_minute)
            needed[at] = max(needed[at], *bounds)
    return Range(*needed)
