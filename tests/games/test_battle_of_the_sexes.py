"""Battle of the Sexes: its order of payoffs, its equilibria, and OpenSpiel's table."""

from fractions import Fraction
from itertools import product

import pyspiel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import BadInput, load
from games.battle_of_the_sexes import BattleOfTheSexes
from games.core.types import Player

numbers = st.integers(-(10**6), 10**6)
battles = st.lists(numbers, min_size=3, max_size=3, unique=True).map(
    lambda values: BattleOfTheSexes(*sorted(values, reverse=True))
)


def worth(game: BattleOfTheSexes, player: Player, first: Fraction, second: Fraction) -> Fraction:
    """Expected points of a seat, from the rules, when the seats play Bach with these chances."""
    total = Fraction(0)
    for moves in product(game.options, repeat=2):
        p, q = (
            bach if move == "bach" else 1 - bach
            for bach, move in zip((first, second), moves, strict=True)
        )
        state = game.apply(game.initial_state(), dict(enumerate(moves)))
        total += p * q * game.payoffs(state)[player]
    return total


@given(game=battles)
def test_in_every_equilibrium_no_deviation_gains(game: BattleOfTheSexes) -> None:
    for first, second in game.equilibria():
        for instead in (Fraction(0), Fraction(1)):
            assert worth(game, 0, instead, second) <= worth(game, 0, first, second)
            assert worth(game, 1, first, instead) <= worth(game, 1, first, second)


@given(game=battles)
def test_two_equilibria_are_pure_and_one_leaves_both_indifferent(game: BattleOfTheSexes) -> None:
    bach, stravinsky, (first, second) = game.equilibria()
    never, always = Fraction(0), Fraction(1)
    assert (bach, stravinsky) == ((always, always), (never, never))
    assert never < first < always
    assert never < second < always
    assert worth(game, 0, never, second) == worth(game, 0, always, second)
    assert worth(game, 1, first, never) == worth(game, 1, first, always)


def test_the_mixed_equilibrium_of_the_numbers_of_eai() -> None:
    game = BattleOfTheSexes()
    first, second = game.equilibria()[2]
    assert (first, second) == (Fraction(10, 17), Fraction(7, 17))
    assert [worth(game, seat, first, second) for seat in (0, 1)] == [Fraction(70, 17)] * 2


def test_openspiel_has_the_same_table() -> None:
    theirs = pyspiel.load_game("matrix_bos")
    game = load("battle_of_the_sexes", {"preferred": 3, "conceded": 2, "mismatch": 0})
    for row, column in product(range(2), repeat=2):
        moves = {0: theirs.row_action_name(row).lower(), 1: theirs.col_action_name(column).lower()}
        payoffs = game.payoffs(game.apply(game.initial_state(), moves))
        assert payoffs == tuple(theirs.player_utility(seat, row, column) for seat in (0, 1))


@pytest.mark.parametrize("values", [(7, 10, 0), (10, 10, 0), (10, 0, 0), (10, 0, 7), (0, 7, 10)])
def test_payoffs_in_another_order_are_refused(values: tuple[int, int, int]) -> None:
    keys = ("preferred", "conceded", "mismatch")
    stated = " > ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))
    with pytest.raises(BadInput, match=f"^battle_of_the_sexes: payoffs .* order: {stated}$"):
        load("battle_of_the_sexes", dict(zip(keys, values, strict=True)))


@pytest.mark.parametrize("key", ["preferred", "conceded", "mismatch"])
@pytest.mark.parametrize("value", [5.0, "5", True, None])
def test_payoffs_other_than_whole_points_are_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"{key} must be a whole number, not {value!r}"):
        load("battle_of_the_sexes", {key: value})
