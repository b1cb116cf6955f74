"""What describes a group that contributes to a public good: facets of its rounds."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from games.core.facets import Facet, by_round, slope
from games.core.types import Player

Joint = tuple[int, ...]
"""One whole number of every player, in seat order."""


class Round(NamedTuple):
    """One round that is over.

    Args:
        stated: contributions that no average is stated for.
        made: contributions in the end.
        answers: contributions for each average of the others, from 0 on.
        targets: of each player, the others in the order in which it could take points from them.
        deductions: points assigned, one target after the other.
    """

    stated: Joint
    made: Joint
    answers: tuple[Joint, ...]
    targets: tuple[tuple[Player, ...], ...]
    deductions: tuple[Joint, ...]


def rounded(total: int, count: int) -> int:
    """The average to the nearest whole number, a half upwards.

    >>> rounded(10, 3), rounded(3, 2)
    (3, 2)
    """
    return (2 * total + count) // (2 * count)


def group_facets(rounds: Sequence[Round], endowment: int) -> Iterator[Facet]:
    """Contributions by round, their change, those after and for the others'; punishment.

    Args:
        rounds: in order.
        endowment: points of each player.
    """
    stated = [[points / endowment for points in each.stated] for each in rounds]
    players = range(len(stated[0]))
    yield from by_round("contribution", stated)
    for player in players if len(rounds) > 1 else ():
        own = [shares[player] for shares in stated]
        yield Facet("change from round to round", "", slope(own), player)
    for before, shares in zip(rounds, stated[1:], strict=False):
        for player, share in enumerate(shares):
            others = (sum(before.made) - before.made[player]) / (len(players) - 1) / endowment
            yield Facet("contribution after others' average", _fifth(others), share, player)
    for each in rounds:
        for average, joint in enumerate(each.answers):
            for player, answer in enumerate(joint):
                share = answer / endowment
                yield Facet("contribution for others' average", f"{average}", share, player)
        yield from _punishment(each, endowment)


def _punishment(of: Round, endowment: int) -> Iterator[Facet]:
    """Deduction points by whom they are for."""
    for player, targets in enumerate(of.targets if of.deductions else ()):
        for target, points in zip(targets, of.deductions, strict=True):
            more = (of.made[target] - of.made[player]) / endowment
            yield Facet("punishment by deviation", _deviation(more), points[player], player)
            if more >= 0:
                yield Facet("antisocial punishment", "", points[player], player)


def _fifth(share: float) -> str:
    """The fifth of the range that a share is in."""
    low = min(4, int(5 * share + 1e-9))
    return f"{20 * low} to {20 * low + 20} %"


def _deviation(more: float) -> str:
    """How much more, or less, the other contributed, in shares of the endowment."""
    if more == 0:
        return "as much"
    far = "more than half " if abs(more) > 1 / 2 else ""
    return far + ("more" if more > 0 else "less")
