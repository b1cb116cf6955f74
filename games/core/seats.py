"""Seats that are alike: roles that differ in a number alone, such as "player 1" and "player 2"."""

from collections.abc import Sequence


def numbered(players: int, part: str = "player") -> tuple[str, ...]:
    """Roles of players who all have the same part.

    >>> numbered(3)
    ('player 1', 'player 2', 'player 3')

    Args:
        players: how many.
        part: what each of them is.
    """
    return tuple(f"{part} {number}" for number in range(1, players + 1))


def part_of(role: str) -> str:
    """What a role is, whatever its number.

    >>> part_of("player 12"), part_of("first")
    ('player', 'first')
    """
    part, _, number = role.rpartition(" ")
    return part if part and number.isdecimal() else role


def alike(roles: Sequence[str]) -> bool:
    """Whether all seats have the same part, so that it makes no difference who sits where.

    >>> alike(["player 1", "player 2"]), alike(["first", "second"])
    (True, False)
    """
    return len({part_of(role) for role in roles}) == 1
