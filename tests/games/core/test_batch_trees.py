"""Batches of policies: against walks through the game itself."""

import tracemalloc
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

import games
from games import BadInput, Game
from games.core import batch_trees
from games.core.batch_trees import expect, history, play
from games.core.policy import Policy
from games.core.tree import Tree, build
from games.core.types import CHANCE, Amount
from games.core.walk import key

GAMES: dict[str, Game[Any]] = {
    "kuhn_poker": games.load("kuhn_poker"),
    "kuhn_poker-3": games.load("kuhn_poker", {"players": 3}),
    "liars_dice": games.load("liars_dice", {"faces": 3}),
    "prisoners_dilemma-2": games.load("prisoners_dilemma", {"rounds": 2}),
}
every_game = pytest.mark.parametrize("game", GAMES.values(), ids=GAMES)


def drawn(tree: Tree, seed: int) -> Policy:
    """A policy at random, in which some actions have no probability."""
    rng = Random(seed)
    table: Policy = {}
    for name, options in zip(tree.keys, tree.actions, strict=True):
        weights = [rng.choice([0, 1, 2, 5]) for _ in options]
        weights[rng.randrange(len(options))] += 1
        table[name] = {o: w / sum(weights) for o, w in zip(options, weights, strict=True)}
    return table


def walked(game: Game[Any], policies: list[Policy]) -> tuple[list[float], dict[Any, float]]:
    """Expected points per seat, and how often each action is played, by walking the game."""
    points, played = [0.0] * len(policies), dict[Any, float]()

    def go(state: Any, chance: float) -> None:
        movers = game.movers(state)
        if not movers:
            for seat, earned in enumerate(game.payoffs(state)):
                points[seat] += chance * float(earned)
            return
        if movers == (CHANCE,):
            for outcome, odd in game.chance(state).items():
                go(game.apply(state, {CHANCE: outcome}), chance * float(odd))
            return
        together: list[tuple[dict[int, Any], float]] = [({}, chance)]
        for player in movers:
            name = key(game.observe(state, player))
            row = policies[player][name]
            for action, p in row.items():
                played[name, action] = played.get((name, action), 0) + chance * p
            together = [
                ({**moves, player: action}, odds * p)
                for moves, odds in together
                for action, p in row.items()
            ]
        for moves, odds in together:
            go(game.apply(state, moves), odds)

    go(game.initial_state(), 1.0)
    return points, played


@every_game
def test_expectations_are_those_of_a_walk(game: Game[Any]) -> None:
    tree = build(game)
    policies = [drawn(tree, seat) for seat in range(tree.players)]
    points, played = walked(game, policies)
    found = expect(tree, policies)
    assert found.mean == pytest.approx(points)
    table = tree.table(found.actions)
    flat = {(name, action): n for name, row in table.items() for action, n in row.items()}
    assert flat == pytest.approx(played)


@every_game
def test_samples_have_the_stated_distribution(game: Game[Any]) -> None:
    tree, matches = build(game), 100_000
    policies = [drawn(tree, seat) for seat in range(tree.players)]
    exact = expect(tree, policies)
    found = play(tree, policies, matches, 1)
    expected = exact.ends * matches
    assert found.ends.sum() == matches
    assert not found.ends[expected == 0].any()
    often = expected > 5
    statistic = float(((found.ends - expected)[often] ** 2 / expected[often]).sum())
    degrees = int(often.sum())
    # Mean and standard deviation of chi-square are its degrees and the root of twice them.
    assert statistic < degrees + 5 * (2 * degrees) ** 0.5
    assert np.abs(found.mean - exact.mean).max() < 0.05


def test_the_equilibrium_of_kuhn_poker_is_worth_minus_one_eighteenth() -> None:
    tree, alpha = build(games.load("kuhn_poker")), Fraction(1, 5)
    often: dict[str, float | Fraction] = {
        "first: dealt J;": alpha, "first: dealt Q;": 0, "first: dealt K;": 3 * alpha,
        "first: dealt J; moved 0 check; moved 1 bet;": 0,
        "first: dealt Q; moved 0 check; moved 1 bet;": alpha + Fraction(1, 3),
        "first: dealt K; moved 0 check; moved 1 bet;": 1,
        "second: dealt J; moved 0 check;": Fraction(1, 3), "second: dealt Q; moved 0 check;": 0,
        "second: dealt K; moved 0 check;": 1, "second: dealt J; moved 0 bet;": 0,
        "second: dealt Q; moved 0 bet;": Fraction(1, 3), "second: dealt K; moved 0 bet;": 1,
    }  # fmt: skip
    policy: Policy = {
        name: {options[0]: 1 - float(often[name]), options[1]: float(often[name])}
        for name, options in zip(tree.keys, tree.actions, strict=True)
    }
    assert expect(tree, [policy, policy]).mean == pytest.approx([-1 / 18, 1 / 18])


@every_game
def test_a_history_leads_to_its_end(game: Game[Any]) -> None:
    tree = build(game)
    told = set()
    for end in range(0, len(tree.ends), max(1, len(tree.ends) // 50)):
        state, moves = game.initial_state(), history(tree, end)
        for together in moves:
            state = game.apply(state, dict(together))
        assert [float(p) for p in game.payoffs(state)] == tree.payoffs[end].tolist()
        told.add(moves)
    assert len(told) >= min(50, len(tree.ends))


@every_game
def test_kept_plays_are_the_counted_ones(game: Game[Any]) -> None:
    tree = build(game)
    policies = [tree.table(tree.uniform())] * tree.players
    found = play(tree, policies, 1_000, 7, plays=True)
    assert found.plays is not None
    assert found.payoffs is not None
    assert (np.bincount(found.plays, minlength=len(tree.ends)) == found.ends).all()
    assert found.payoffs.mean(axis=0) == pytest.approx(found.mean)
    again = play(tree, policies, 1_000, 7, plays=True)
    other = play(tree, policies, 1_000, 8, plays=True)
    assert again.plays is not None
    assert other.plays is not None
    assert (found.plays == again.plays).all()
    assert (found.plays != other.plays).any()


def test_chunks_do_not_repeat_each_other_and_memory_does_not_grow() -> None:
    tree, size = build(GAMES["kuhn_poker"]), batch_trees.CHUNK
    policies = [tree.table(tree.uniform())] * 2
    found = play(tree, policies, size + 100, 1, plays=True).plays
    assert found is not None
    assert (found[size:] != found[:100]).any()

    def peak(matches: int) -> int:
        tracemalloc.start()
        play(tree, policies, matches, 1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(30 * size) < 1.2 * peak(3 * size)


def test_what_does_not_fit_is_refused() -> None:
    tree = build(GAMES["kuhn_poker"])
    policy = tree.table(tree.uniform())
    with pytest.raises(BadInput, match="kuhn_poker needs 2 policies, not 1"):
        play(tree, [policy], 1, 1)
    with pytest.raises(BadInput, match="matches must be a whole number from 1, not 0"):
        play(tree, [policy, policy], 0, 1)
    missing = {name: row for name, row in policy.items() if name != tree.keys[3]}
    with pytest.raises(BadInput, match="is missing"):
        expect(tree, [policy, missing])
    assert not any(isinstance(options, Amount) for options in tree.actions)
