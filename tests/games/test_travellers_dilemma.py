"""Traveller's dilemma: its payoffs, its one equilibrium, and what noise does to it."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
from games import BadInput, Game, load
from games.core.measures import Measured
from games.core.solution import solve
from games.core.solve import quantal_response
from games.core.tree import build

SMALL = load("travellers_dilemma", {"lowest": 2, "highest": 12})


def points(game: Game[Any], first: int, second: int) -> tuple[Any, ...]:
    return game.payoffs(game.apply(game.initial_state(), {0: first, 1: second}))


@pytest.mark.parametrize(
    ("claims", "paid"), [((100, 100), (100, 100)), ((99, 100), (101, 97)), ((5, 2), (0, 4))]
)
def test_payoffs_are_those_of_basu(claims: tuple[int, int], paid: tuple[int, int]) -> None:
    assert points(load("travellers_dilemma"), *claims) == paid


@pytest.mark.parametrize(
    ("preset", "numbers"),
    [
        ("basu", (2, 100, 2)),
        ("capra_low", (80, 200, 5)),
        ("capra_10", (80, 200, 10)),
        ("capra_high", (80, 200, 80)),
        ("goeree_holt_low", (180, 300, 5)),
        ("goeree_holt_high", (180, 300, 180)),
    ],
)
def test_named_sets_are_those_of_their_sources(preset: str, numbers: tuple[int, int, int]) -> None:
    lowest, highest, reward = numbers
    game = load("travellers_dilemma", {"preset": preset})
    assert points(game, lowest, highest) == (lowest + reward, lowest - reward)
    assert points(game, highest, highest) == (highest, highest)


@given(st.integers(0, 5), st.integers(1, 8), st.integers(2, 9))
def test_the_lowest_claim_is_the_only_equilibrium(lowest: int, width: int, reward: int) -> None:
    """By looking at every pair of claims."""
    params = {"lowest": lowest, "highest": lowest + width, "reward": reward}
    game, claims = load("travellers_dilemma", params), range(lowest, lowest + width + 1)
    stable = [
        (a, b)
        for a, b in product(claims, repeat=2)
        if points(game, a, b)[0] == max(points(game, c, b)[0] for c in claims)
        and points(game, a, b)[1] == max(points(game, a, c)[1] for c in claims)
    ]
    assert stable == [(lowest, lowest)]


def test_the_game_states_its_equilibrium_and_nobody_gains() -> None:
    found = solve(load("travellers_dilemma"))
    assert (found.method, found.exploitability) == ("closed form", 0)
    assert found.values == (2, 2)
    agents.load("equilibrium").check(SMALL)


def test_noise_brings_claims_up_where_the_reward_is_small() -> None:
    """Capra et al. (1999): claims fall as the reward rises, which the equilibrium denies."""
    means = []
    for reward in (2, 5, 10):
        game = load("travellers_dilemma", {"lowest": 20, "highest": 50, "reward": reward})
        tree = build(game)
        odds = quantal_response(tree, 0.5)[: tree.choices // 2]
        means.append(float(odds @ np.arange(20, 51)))
    assert means == sorted(means, reverse=True)
    assert means[0] > 40
    assert means[-1] < 25


def test_claims_are_measured_as_shares_of_the_range() -> None:
    game = load("travellers_dilemma", {"preset": "goeree_holt_low"})
    assert list(game.measured({0: [180], 1: [240]})) == [
        Measured(0, 0, "claim", 0.0),
        Measured(1, 0, "claim", 0.5),
    ]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"reward": 1}, "reward must be a whole number from 2, not 1"),
        ({"highest": 2}, "highest must be a whole number above lowest, 2, not 2"),
        ({"lowest": -1}, "lowest must be a whole number from 0, not -1"),
        ({"lowest": 2.0}, "lowest must be a whole number from 0, not 2.0"),
    ],
)
def test_what_is_no_dilemma_is_refused(params: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        load("travellers_dilemma", params)
