"""Any matrix game: the table that was written is the table that is played."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import BadInput, identity, load
from games.matrix_game import MatrixGame

numbers = st.integers(-(10**6), 10**6) | st.fractions(max_denominator=1000)


@st.composite
def tables(draw: st.DrawFn) -> list[list[list[int | Fraction]]]:
    width = draw(st.integers(2, 5))
    cell = st.lists(numbers, min_size=2, max_size=2)
    row = st.lists(cell, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=2, max_size=5))


@given(table=tables())
def test_each_cell_pays_what_was_written(table: list[list[list[int | Fraction]]]) -> None:
    game = load("matrix_game", {"table": table})
    assert isinstance(game, MatrixGame)
    for (at, row), (place, column) in product(enumerate(game.rows), enumerate(game.columns)):
        end = game.apply(game.initial_state(), {0: row, 1: column})
        assert list(game.payoffs(end)) == table[at][place]
    assert game.zero_sum is all(a == -b for row_ in table for a, b in row_)


@given(table=tables())
def test_each_player_is_told_the_table_from_its_own_side(
    table: list[list[list[int | Fraction]]],
) -> None:
    game = load("matrix_game", {"table": table})
    assert isinstance(game, MatrixGame)
    for seat in (0, 1):
        told = game.observe(game.initial_state(), seat).facts["payoffs"]
        assert not isinstance(told, int | str | Fraction)
        assert len(told) == len(table) * len(table[0])
        for item in told:
            moves = (item["own"], item["other"]) if seat == 0 else (item["other"], item["own"])
            cell = table[game.rows.index(str(moves[0]))][game.columns.index(str(moves[1]))]
            assert [item["own_points"], item["other_points"]] == [cell[seat], cell[1 - seat]]


def test_numbers_written_in_two_ways_are_one_game() -> None:
    plain = load("matrix_game", {"table": [[[1, 2], [0, 0]], [[0, 0], [3, "1/2"]]]})
    other = load("matrix_game", {"table": (((1.0, "2"), (0, 0)), (("0/3", 0), (3, 0.5)))})
    assert identity(plain) == identity(other)
    assert plain == other


def test_options_have_letters_unless_they_have_names() -> None:
    table = [[[0, 0]] * 3] * 2
    game = load("matrix_game", {"table": table, "rows": ["up", "down"]})
    assert isinstance(game, MatrixGame)
    assert (game.options_of(0), game.options_of(1)) == (("up", "down"), ("A", "B", "C"))


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"table": 3}, "table must be a list, not 3"),
        ({"table": "[[1]]"}, "table must be a list, not "),
        ({"table": []}, "table must have 2 to 26 rows, not 0"),
        ({"table": [[[1, 1], [1, 1]]]}, "table must have 2 to 26 rows, not 1"),
        ({"table": [[[1, 1]] * 2] * 27}, "table must have 2 to 26 rows, not 27"),
        ({"table": [[[1, 1]] * 2, 5]}, "row 2 of table must be a list, not 5"),
        ({"table": [[[1, 1]], [[1, 1]]]}, "row 1 of table must have 2 to 26 cells, not 1"),
        ({"table": [[[1, 1]] * 2, [[1, 1]] * 3]}, "row 2 of table has 3 cells, row 1 has 2"),
        ({"table": [[[1, 1], 4], [[1, 1]] * 2]}, "cell 2 in row 1 of table must be a list, not 4"),
        (
            {"table": [[[1, 1]] * 2, [[1], [1, 1]]]},
            r"cell 1 in row 2 of table must be \[own, other\], not \[1\]",
        ),
        ({"table": [[[1, 1]] * 2, [[1, 1], [1, "x"]]]}, "cell 2 in row 2 .* not 'x'"),
        ({"table": [[[1, 1]] * 2, [[1, 1], [True, 1]]]}, "cell 2 in row 2 .* not True"),
        ({"rows": ["up"]}, "rows must name 2 options, not 1"),
        ({"columns": ["a", "b", "c"]}, "columns must name 2 options, not 3"),
        ({"rows": "ab"}, "rows must be a list, not 'ab'"),
        ({"rows": ["up", "Up"]}, "rows name 'Up' twice"),
        ({"rows": ["up", ""]}, "rows must be words .*, not ''"),
        ({"rows": ["up", 2]}, "rows must be words .*, not 2"),
        ({"rows": ["up", "2"]}, "rows must be words .*, not '2'"),
        ({"rows": ["up", "down."]}, r"rows must be words .*, not 'down\.'"),
        ({"rows": ["up", "a, b"]}, "rows must be words .*, not 'a, b'"),
        ({"rows": ["up", "{x}"]}, "rows must be words .*, not '{x}'"),
        ({"rows": ["up", "x\ny"]}, "rows must be words .*, not "),
    ],
)
def test_what_is_no_table_is_refused_by_name(params: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=f"^matrix_game: {problem}[^\n]*$"):
        load("matrix_game", params)
