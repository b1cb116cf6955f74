"""Stag hunt, chicken and the dyadic game: payoffs, order, equilibria, dominance, OpenSpiel."""

from fractions import Fraction
from itertools import product
from typing import Any

import pyspiel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.report.solution import solution_lines
from games import BadInput, Game, load
from games.chicken import Chicken
from games.core.closed_form import Equilibrium, equilibria, payoff_dominant, risk_dominant
from games.core.measures import Measured
from games.core.outcomes import Due
from games.core.solution import solve
from games.core.symmetric import PAYOFFS
from games.dyadic_game import DyadicGame
from games.stag_hunt import StagHunt

numbers = st.integers(-(10**6), 10**6)
four = st.lists(numbers, min_size=4, max_size=4, unique=True).map(sorted)
hunts = four.map(lambda x: StagHunt(temptation=x[2], reward=x[3], punishment=x[1], sucker=x[0]))
chickens = four.map(lambda x: Chicken(temptation=x[3], reward=x[2], punishment=x[0], sucker=x[1]))
NAMES = ("stag_hunt", "chicken", "dyadic_game")


def played(pure: Equilibrium) -> tuple[int, int]:
    """Whether each seat plays its first option."""
    return int(pure.first), int(pure.second)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("stag_hunt", "matrix_sh"), ("chicken", "matrix_cd")],
)
def test_openspiel_has_the_same_tables(name: str, theirs: str) -> None:
    table, game = pyspiel.load_game(theirs), load(name, {"preset": "openspiel"})
    ours = {"Chicken": "swerve"}
    for row, column in product(range(2), repeat=2):
        words = table.row_action_name(row), table.col_action_name(column)
        moves = dict(enumerate(ours.get(word, word.lower()) for word in words))
        payoffs = game.payoffs(game.apply(game.initial_state(), moves))
        assert payoffs == tuple(table.player_utility(seat, row, column) for seat in (0, 1))


@given(game=hunts)
def test_of_a_stag_hunt_the_stag_is_payoff_dominant_and_the_larger_loss_risk_dominant(
    game: StagHunt,
) -> None:
    """Harsanyi and Selten (1988): in a symmetric game the losses are R - T and P - S."""
    found = equilibria(game)
    stag, hare, mixed = found
    assert [played(each) for each in (stag, hare)] == [(1, 1), (0, 0)]
    assert payoff_dominant(found) == stag
    together, apart = game.reward - game.temptation, game.punishment - game.sucker
    expected = None if together == apart else stag if together > apart else hare
    assert risk_dominant(game, found) == expected
    assert mixed.first == mixed.second == Fraction(apart, together + apart)


@given(game=chickens)
def test_of_chicken_neither_equilibrium_is_dominant(game: Chicken) -> None:
    found = equilibria(game)
    assert {played(each) for each in found[:2]} == {(0, 1), (1, 0)}
    assert payoff_dominant(found) is None
    assert risk_dominant(game, found) is None
    gained, spared = game.temptation - game.reward, game.sucker - game.punishment
    assert found[2].first == found[2].second == Fraction(spared, gained + spared)


@pytest.mark.parametrize("preset", ["battalio_2r", "battalio_r", "battalio_06r"])
def test_the_hunts_of_battalio_share_a_mixed_equilibrium_and_a_risk_dominant_hare(
    preset: str,
) -> None:
    game = load("stag_hunt", {"preset": preset})
    found = equilibria(game)
    assert found[2].first == Fraction(4, 5)
    assert risk_dominant(game, found) == found[1]


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("stag_hunt", {}, ["Payoff dominant: first plays stag with 1, second plays stag with 1",
                           "Risk dominant: first plays stag with 0, second plays stag with 0"]),
        ("stag_hunt", {"temptation": 20},
         ["Risk dominant: first plays stag with 1, second plays stag with 1"]),
        ("chicken", {}, ["Payoff dominant: neither pure equilibrium",
                         "Risk dominant: neither pure equilibrium"]),
    ],
)  # fmt: skip
def test_solve_says_what_is_dominant(name: str, params: dict[str, int], said: list[str]) -> None:
    game = load(name, params)
    lines = list(solution_lines(game, solve(game)))
    assert set(said) <= set(lines)


def test_of_one_equilibrium_nothing_is_said_to_dominate() -> None:
    game = load("prisoners_dilemma")
    assert not [line for line in solution_lines(game, solve(game)) if "dominant" in line]


@pytest.mark.parametrize(
    ("temptation", "sucker", "quadrant"),
    [(15, 0, "prisoner's dilemma"), (15, 10, "chicken"), (5, 0, "stag hunt"), (5, 10, "harmony")],
)
def test_the_corners_of_the_map_are_the_four_games(
    temptation: int, sucker: int, quadrant: str
) -> None:
    game = DyadicGame(temptation=temptation, sucker=sucker)
    assert game.quadrant == quadrant
    pure = {played(each) for each in equilibria(game) if each.pure}
    expected = {
        "prisoner's dilemma": {(0, 0)},
        "chicken": {(0, 1), (1, 0)},
        "stag hunt": {(0, 0), (1, 1)},
        "harmony": {(1, 1)},
    }
    assert pure == expected[quadrant]


@pytest.mark.parametrize(
    ("name", "action", "measure"),
    [
        ("stag_hunt", "stag", "stag_hunting"),
        ("chicken", "dare", "daring"),
        ("dyadic_game", "cooperate", "dyadic_cooperation"),
    ],
)
def test_one_option_is_counted_of_each_player_by_itself(
    name: str, action: str, measure: str
) -> None:
    game: Game[Any] = load(name)
    (other,) = set(game.options) - {action}  # type: ignore[attr-defined]
    made = list(game.measured({0: [action], 1: [other]}))
    assert made == [Measured(0, 0, measure, 1.0), Measured(1, 0, measure, 0.0)]
    due = list(game.due(game.initial_state(), {0: action, 1: None}))
    outcome = measure.replace("_", " ")
    assert due == [Due(0, outcome, 1.0), Due(1, outcome, None)]
    (draw,) = game.draws(game.observe(game.initial_state(), 0))
    assert (draw.measure, draw.actions) == (measure, (action, other))


@pytest.mark.parametrize(
    ("name", "values", "stated"),
    [
        ("stag_hunt", (5, 4, 1, 0), "reward 4 > temptation 5, reward 4 > punishment 1 > sucker 0"),
        ("stag_hunt", (2, 4, 3, 3), "reward 4 > temptation 2, reward 4 > punishment 3 > sucker 3"),
        ("chicken", (7, 6, 2, 2), "temptation 7 > reward 6 > sucker 2 > punishment 2"),
        ("dyadic_game", (1, 3, 3, 1), "reward 3 > punishment 3"),
    ],
)
def test_payoffs_in_another_order_are_refused(
    name: str, values: tuple[int, ...], stated: str
) -> None:
    with pytest.raises(BadInput, match=f"^{name}: payoffs must fall in this order: {stated}$"):
        load(name, dict(zip(PAYOFFS, values, strict=True)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", PAYOFFS)
def test_payoffs_other_than_whole_points_are_refused(name: str, key: str) -> None:
    for value in (5.0, "5", True, None):
        with pytest.raises(BadInput, match=f"{name}: {key} must be a whole number, not {value!r}"):
            load(name, {key: value})
