"""The prisoner's dilemma: what makes it one, and OpenSpiel's table."""

from itertools import permutations, product
from typing import Any

import pyspiel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import BadInput, Game, load
from games.core.types import Payoff
from games.prisoners_dilemma import PrisonersDilemma

KEYS = ("temptation", "reward", "punishment", "sucker")
ACTIONS = ("cooperate", "defect")
REORDERED = [values for values in permutations((5, 3, 1, 0)) if values != (5, 3, 1, 0)]

numbers = st.integers(-(10**6), 10**6)
dilemmas = (
    st.lists(numbers, min_size=4, max_size=4, unique=True)
    .map(lambda values: dict(zip(KEYS, sorted(values, reverse=True), strict=True)))
    .map(lambda params: load("prisoners_dilemma", params))
)


def outcome(game: Game[Any], first: str, second: str) -> tuple[Payoff, ...]:
    return game.payoffs(game.apply(game.initial_state(), {0: first, 1: second}))


@given(game=dilemmas, other=st.sampled_from(ACTIONS))
def test_defecting_pays_either_player_more_whatever_the_other_does(
    game: Game[Any], other: str
) -> None:
    assert outcome(game, "defect", other)[0] > outcome(game, "cooperate", other)[0]
    assert outcome(game, other, "defect")[1] > outcome(game, other, "cooperate")[1]


@given(game=dilemmas)
def test_both_lose_by_defecting(game: Game[Any]) -> None:
    both_cooperate, both_defect = (outcome(game, action, action) for action in ACTIONS)
    assert both_cooperate[0] > both_defect[0]
    assert both_cooperate[1] > both_defect[1]


@given(game=dilemmas)
def test_each_player_is_told_the_table_from_its_own_side(game: Game[Any]) -> None:
    for seat in (0, 1):
        expected = []
        for own, other in product(ACTIONS, repeat=2):
            points = outcome(game, *((own, other) if seat == 0 else (other, own)))
            both = {"own_points": points[seat], "other_points": points[1 - seat]}
            expected.append({"own": own, "other": other, **both})
        assert game.observe(game.initial_state(), seat).facts["payoffs"] == tuple(expected)


def test_afterwards_each_player_knows_who_did_what() -> None:
    game = load("prisoners_dilemma")
    state = game.apply(game.initial_state(), {0: "defect", 1: "cooperate"})
    first, second = (game.observe(state, seat).events[0].facts for seat in (0, 1))
    assert first == {"own": "defect", "other": "cooperate"}
    assert second == {"own": "cooperate", "other": "defect"}


def test_openspiel_has_the_same_table() -> None:
    theirs = pyspiel.load_game("matrix_pd")
    game = load("prisoners_dilemma", dict(zip(KEYS, (10, 5, 1, 0), strict=True)))
    for row, column in product(range(2), repeat=2):
        first, second = theirs.row_action_name(row), theirs.col_action_name(column)
        payoffs = outcome(game, first.lower(), second.lower())
        assert payoffs == tuple(theirs.player_utility(seat, row, column) for seat in (0, 1))


@pytest.mark.parametrize("values", [*REORDERED, (3, 3, 1, 0), (5, 1, 1, 0), (5, 3, 0, 0)], ids=str)
def test_payoffs_in_another_order_are_refused(values: tuple[int, ...]) -> None:
    stated = ".*".join(f"{key} {value}\\b" for key, value in zip(KEYS, values, strict=True))
    with pytest.raises(BadInput, match=f"order.*{stated}"):
        load("prisoners_dilemma", dict(zip(KEYS, values, strict=True)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temptation", 5.0),
        ("reward", "3"),
        ("punishment", True),
        ("sucker", False),
        ("sucker", None),
    ],
)
def test_payoffs_other_than_whole_points_are_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"{key} must be a whole number.*, not {value!r}"):
        load("prisoners_dilemma", {key: value})


@given(game=dilemmas)
def test_whether_steady_cooperation_earns_more_than_taking_turns_is_reported(
    game: Game[Any],
) -> None:
    assert isinstance(game, PrisonersDilemma)
    steady = 2 * outcome(game, "cooperate", "cooperate")[0]
    turns = outcome(game, "defect", "cooperate")[0] + outcome(game, "cooperate", "defect")[0]
    assert game.rewards_steady_cooperation is (steady > turns)
    assert game.remarks()[0].startswith("2R > T + S" if steady > turns else "2R <= T + S")


def test_a_dilemma_in_which_taking_turns_pays_as_much_is_not_refused() -> None:
    assert PrisonersDilemma().rewards_steady_cooperation
    assert not PrisonersDilemma(10, 5, 1, 0).rewards_steady_cooperation
