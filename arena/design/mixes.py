"""Balanced mixes of contestants: who sits with whom in games of many players.

A mix is a multiset of contestants as even as its size allows. A set of mixes is balanced if a group
of permutations that carries any pair of contestants onto any other carries the set onto itself:
then every pair is in a mix equally often. All mixes of a size are such a set; where they are too
many and the number of contestants k is prime, those onto which the maps x -> a x + b modulo k carry
one mix are another.

Source: Beth, Jungnickel and Lenz (1999), Design Theory, second edition, volume I, chapter III,
proposition 4.6: the orbit of a block under a 2-homogeneous group is a 2-design.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from math import comb, isqrt
from random import Random
from zlib import crc32

from arena.design.table import Seats
from games import BadInput

COMPLETE = 1_000
"""All mixes of a size are taken where they are no more than this."""


@lru_cache(64)
def mixes(contestants: int, size: int) -> tuple[tuple[int, ...], ...]:
    """A balanced set of mixes, in an order without a pattern.

    >>> sorted(mixes(3, 4))
    [(1, 1, 2), (1, 2, 1), (2, 1, 1)]

    Args:
        contestants: number of contestants.
        size: of a mix.

    Returns:
        Number of occurrences of each contestant in each mix.

    Raises:
        BadInput: all mixes are too many, and the number of contestants is not prime.
    """
    each, more = divmod(size, contestants)
    if comb(contestants, more) <= COMPLETE:
        subsets = list(combinations(range(contestants), more))
    elif _prime(contestants):
        subsets = _orbit(contestants, more)
    else:
        near = next(k for k in range(contestants, 1, -1) if _prime(k))
        raise BadInput(
            f"{contestants} contestants have {comb(contestants, more):,} mixes of {size} "
            f"opponents, and only all of them are balanced; {near} contestants have fewer"
        )
    Random(0).shuffle(subsets)
    return tuple(
        tuple(each + (place in subset) for place in range(contestants)) for subset in subsets
    )


def _prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, isqrt(number) + 1))


def _orbit(prime: int, size: int) -> list[tuple[int, ...]]:
    """The subsets onto which the affine maps carry that of the first numbers."""
    images = {
        tuple(sorted((a * x + b) % prime for x in range(size)))
        for a in range(1, prime)
        for b in range(prime)
    }
    return sorted(images)


def joined_by_each(contestants: Seats, seats: int, mix: Sequence[int]) -> list[Seats]:
    """A mix of opponents with each contestant in turn; sorted by name, each group once.

    Where there are more contestants than seats, nobody joins a mix that it is in.

    Args:
        contestants: who takes part.
        seats: of the game; the mix is one less.
        mix: number of occurrences of each contestant.
    """
    opponents = Counter(dict(zip(contestants, mix, strict=True)))
    alone = len(contestants) > seats
    joining = [name for name in contestants if not (alone and opponents[name])]
    groups = [tuple(sorted((opponents + Counter([name])).elements())) for name in joining]
    return list(dict.fromkeys(groups))


def seating(group: Seats, block: int | None) -> Seats:
    """A group in the seats of a game whose seats are alike: turned by one from block to block.

    Where the turn begins depends on the group alone, so that a larger design keeps it.
    """
    start = (crc32("\n".join(sorted(group)).encode()) + (block or 0)) % len(group)
    return (*sorted(group)[start:], *sorted(group)[:start])


def turns(group: Seats) -> list[Seats]:
    """A group in all seatings in which each member follows the same one: each sits everywhere."""
    return list(dict.fromkeys((*group[at:], *group[:at]) for at in range(len(group))))
