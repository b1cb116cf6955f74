"""Rounds of betting in poker games."""

from collections.abc import Iterable

from games.core.types import Player

BETS = ("bet", "raise")
"""Moves that put in more than the others have."""


def paid(
    ante: int, players: int, rounds: Iterable[tuple[int, Iterable[tuple[Player, str]]]]
) -> list[int]:
    """Points that each player has put in.

    Args:
        ante: points of each player before the first bet.
        players: number of players.
        rounds: of each, the points of a bet, and the moves with the player of each.
    """
    total = [ante] * players
    for size, moves in rounds:
        for seat, action in moves:
            if action in BETS:
                total[seat] = max(total) + size
            elif action == "call":
                total[seat] = max(total)
    return total
