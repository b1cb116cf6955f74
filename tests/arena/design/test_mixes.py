"""Groups of many players: whom each contestant meets, and how often."""

from collections import Counter
from itertools import combinations, pairwise

import pytest

import games
from arena.design.mixes import mixes, seating
from arena.design.schedules import Groups, Panel, RoundRobin
from games import BadInput

NAMES = tuple("ABCDEFGHIJKLMNOPQ")
KUHN = games.load("kuhn_poker", {"players": 3})


class Seats:
    """All that a schedule asks of a game of so many seats that are alike."""

    name, symmetric = "many", True

    def __init__(self, players: int) -> None:
        self.roles = tuple(f"player {n}" for n in range(1, players + 1))
        self.deciders = tuple(range(players))


def groups(contestants: int, seats: int) -> list[tuple[str, ...]]:
    schedule, game = Groups(), Seats(seats)
    schedule.check(game, NAMES[:contestants])  # type: ignore[arg-type] # all it asks of a game
    found = schedule.units(game, NAMES[:contestants], 0)  # type: ignore[arg-type]
    return [unit.seats for unit in found]


def meetings(tables: list[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sorted(pair)) for seats in tables for pair in combinations(seats, 2))


@pytest.mark.parametrize(
    ("contestants", "seats"),
    [(2, 4), (3, 4), (4, 4), (5, 4), (8, 4), (7, 5), (3, 20), (5, 20), (2, 100), (17, 9), (6, 2)],
)
def test_in_groups_every_pair_meets_equally_often(contestants: int, seats: int) -> None:
    met = meetings(groups(contestants, seats))
    others = {met[pair] for pair in combinations(NAMES[:contestants], 2)}
    themselves = {met[name, name] for name in NAMES[:contestants]}
    assert len(others) == len(themselves) == 1
    assert min(others) > 0
    assert (themselves == {0}) is (contestants > seats)


@pytest.mark.parametrize(("contestants", "seats"), [(2, 4), (3, 4), (4, 4), (5, 4), (17, 9)])
def test_every_contestant_meets_the_mixes_that_others_meet(contestants: int, seats: int) -> None:
    """Of two contestants, each sits with all that the other sits with, but for the two of them."""
    tables = groups(contestants, seats)
    met = {
        name: {_without(group, name) for group in tables if name in group}
        for name in NAMES[:contestants]
    }
    shared = _compositions(contestants, seats - 1)
    for one, other in pairwise(met):
        if contestants > seats:
            shared = {mix for mix in shared if not {one, other} & {*mix}}
        assert shared <= met[one] & met[other]


def _without(group: tuple[str, ...], name: str) -> tuple[str, ...]:
    at = group.index(name)
    return tuple(sorted((*group[:at], *group[at + 1 :])))


def _compositions(contestants: int, size: int) -> set[tuple[str, ...]]:
    return {
        tuple(name for name, times in zip(NAMES, mix, strict=False) for _ in range(times))
        for mix in mixes(contestants, size)
    }


def test_mixes_that_take_turns_are_balanced_once_all_had_theirs() -> None:
    game, schedule = Seats(4), Groups(mixes="one")
    blocks = [
        [unit.seats for unit in schedule.units(game, NAMES[:8], block)]  # type: ignore[arg-type]
        for block in range(len(mixes(8, 3)))
    ]
    assert {len(block) for block in blocks} == {5}
    met = meetings([seats for block in blocks for seats in block])
    assert len({met[pair] for pair in combinations(NAMES[:8], 2)}) == 1


def test_where_roles_differ_everybody_in_a_group_sits_everywhere() -> None:
    found = [unit.seats for unit in Groups().units(KUHN, ("a", "b", "c", "d"))]
    assert len(found) == 4 * 3
    where = Counter((name, seat) for seats in found for seat, name in enumerate(seats))
    assert set(where.values()) == {3}


def test_seats_that_are_alike_are_turned_from_block_to_block() -> None:
    turned = [seating(("b", "a", "c"), block) for block in range(3)]
    assert sorted(turned) == [("a", "b", "c"), ("b", "c", "a"), ("c", "a", "b")]
    assert seating(("c", "b", "a"), 1) == turned[1]


def test_too_many_mixes_are_refused_and_what_fits_is_named() -> None:
    with pytest.raises(BadInput, match="13 contestants have fewer"):
        groups(16, 9)


def test_one_model_sits_among_three_of_a_kind() -> None:
    game, panel = Seats(4), Panel(panel=("z", "z", "z"))
    panel.check(game, ("A", "B", "z"))  # type: ignore[arg-type]
    found = [unit.seats for unit in panel.units(game, ("A", "B", "z"))]  # type: ignore[arg-type]
    assert [Counter(seats) for seats in found] == [Counter(f"{name}zzz") for name in "AB"]
    with pytest.raises(BadInput, match="lists an opponent twice"):
        Panel(panel=("z", "z", "y", "x")).check(game, ("A",))  # type: ignore[arg-type]


def test_where_seats_are_alike_a_round_robin_seats_each_group_once() -> None:
    found = list(RoundRobin().units(Seats(4), NAMES[:6]))  # type: ignore[arg-type]
    assert len(found) == 15
    panel = Panel(panel=("x", "y", "z", "w"))
    assert len(list(panel.units(Seats(4), ("A", "w")))) == 4  # type: ignore[arg-type]
