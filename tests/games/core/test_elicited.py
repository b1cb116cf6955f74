"""Questions about single information sets."""

from fractions import Fraction
from typing import Any

import pytest

import games
from games import BadInput
from games.core import tree
from games.core.elicited import SETS, Elicited, information_sets
from games.core.errors import IllegalAction
from games.core.types import CHANCE
from games.core.walk import key

GAMES: list[tuple[str, dict[str, Any]]] = [
    ("kuhn_poker", {}),
    ("kuhn_poker", {"players": 3}),
    ("liars_dice", {"faces": 3}),
    ("prisoners_dilemma", {"rounds": 3}),
    ("ultimatum", {"endowment": 10}),
    ("ultimatum", {"endowment": 10, "strategy_method": True}),
    ("ultimatum", {"fixed_offer": 7}),
    ("dictator", {"endowment": 10}),
]


@pytest.mark.parametrize(("name", "params"), GAMES)
def test_the_information_sets_are_those_of_the_tree(name: str, params: dict[str, Any]) -> None:
    game = games.load(name, params)
    known, grown = information_sets(game), tree.build(game)
    assert set(known) == set(grown.keys)
    owners = dict(zip(grown.keys, grown.owner.tolist(), strict=True))
    assert {at: owner for at, (owner, _) in known.items()} == owners


@pytest.mark.parametrize(("name", "params"), GAMES)
def test_the_owner_is_shown_what_the_game_would_show(name: str, params: dict[str, Any]) -> None:
    game = games.load(name, params)
    for at, (owner, position) in information_sets(game).items():
        asked = Elicited(game, at)
        assert asked.deciders == (owner,)
        assert asked.chance(asked.initial_state()) == {at: Fraction(1)}
        state = asked.apply(asked.initial_state(), {CHANCE: at})
        assert asked.movers(state) == (owner,)
        seen = asked.observe(state, owner)
        assert seen == game.observe(position, owner)
        assert key(seen) == at
        others = [asked.observe(state, p) for p in range(len(game.roles)) if p != owner]
        assert all(other.space is None for other in others)


def test_one_move_ends_it_and_nothing_is_earned() -> None:
    asked = Elicited(games.load("kuhn_poker"), "second: dealt K; moved 0 bet;")
    state = asked.apply(asked.initial_state(), {CHANCE: "second: dealt K; moved 0 bet;"})
    with pytest.raises(IllegalAction, match="one of fold, call"):
        asked.apply(state, {1: "check"})
    over = asked.apply(state, {1: "call"})
    assert asked.movers(over) == ()
    assert asked.payoffs(over) == (0, 0)
    assert asked.observe(over, 1).space is None


def test_without_a_name_chance_asks_about_any() -> None:
    asked = Elicited(games.load("kuhn_poker"))
    assert asked.deciders == (0, 1)
    odds = asked.chance(asked.initial_state())
    assert len(odds) == 12
    assert sum(odds.values()) == 1


def test_unknown_and_too_many_information_sets_are_refused() -> None:
    with pytest.raises(BadInput, match="unknown information set of kuhn_poker 'first: dealt A;'"):
        Elicited(games.load("kuhn_poker"), "first: dealt A;")
    with pytest.raises(BadInput, match=f"more than {SETS:,} information sets: too many to ask"):
        Elicited(games.load("liars_dice"))
