"""The guessing game: who wins, the equilibria by brute force, and levels of reasoning."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

import agents
from agents.level_k import LevelK
from games import BadInput, load
from games.core.crowd import CrowdState
from games.core.solve import exploitability
from games.core.tree import build
from games.guess_two_thirds import LEVELS, GuessTwoThirds


def test_the_nearest_to_two_thirds_of_the_average_wins_or_shares() -> None:
    game = GuessTwoThirds(players=3)
    assert game.payoffs(CrowdState((30, 20, 40))) == (0, 100, 0)  # 20 is hit
    assert game.payoffs(CrowdState((20, 20, 50))) == (50, 50, 0)
    assert game.payoffs(CrowdState((9, 9, 9))) == (Fraction(100, 3),) * 3


@pytest.mark.parametrize(("factor", "players"), [("2/3", 2), ("2/3", 3), ("1/2", 3), ("4/3", 3)])
def test_what_is_said_to_be_an_equilibrium_is_one(factor: str, players: int) -> None:
    game = GuessTwoThirds(players=players, highest=7, factor=Fraction(factor))
    stated, tree = game.equilibrium(), build(game)
    assert exploitability(tree, tree.array(stated.policy)) == pytest.approx(0, abs=1e-12)
    assert sum(stated.points or ()) == game.prize


def test_with_two_players_the_lower_number_always_wins() -> None:
    game = GuessTwoThirds(players=2, highest=9)
    for one, other in product(range(10), repeat=2):
        expected = (50, 50) if one == other else (100, 0) if one < other else (0, 100)
        assert game.payoffs(CrowdState((one, other))) == expected


@pytest.mark.parametrize("factor", ["1/2", "2/3", "4/3"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_levels_of_reasoning_are_found_again(level: int, factor: str) -> None:
    game = load("guess_two_thirds", {"factor": factor, "highest": 1000})
    spec = agents.load("level_k", {"level": level})
    assert isinstance(spec, LevelK)
    assert isinstance(game, GuessTwoThirds)
    guess = spec.act(game.observe(game.initial_state(), 0), Random(1))
    if guess < 1000:  # four thirds to the power of three is out of range
        assert game.level(float(guess), 500) == str(level)


def test_levels_of_people_who_guess_at_random_are_not_all_one() -> None:
    game = GuessTwoThirds()
    found = [game.level(float(guess), 50) for guess in range(101)]
    assert set(found) == set(LEVELS)
    assert found[0] == "zero"
    assert found[50] == "0"
    assert {found[33], found[22], found[15]} == {"1", "2", "3"}
    assert found[80] == "the other side"


def test_later_levels_start_from_the_last_average() -> None:
    game = GuessTwoThirds(players=2)
    rounds = [CrowdState((40, 20)), CrowdState((20, 13))]
    levels = [
        (each.player, each.level)
        for each in game.facets(rounds)
        if each.measure == "level of reasoning" and each.value
    ]
    assert levels[-2:] == [(0, "1"), (1, "2")]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"factor": 1}, "factor must be above 0 and not 1, not 1"),
        ({"highest": 0}, "highest must be a whole number from 1, not 0"),
        ({"players": 30}, "players must be a whole number from 2 to 20, not 30"),
        ({"shown": "most"}, "unknown shown of guess_two_thirds 'most'"),
    ],
)
def test_parameters_that_cannot_be(params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("guess_two_thirds", params)
    assert message in str(error.value)
