"""Trees against OpenSpiel, and the two ways to build one against each other."""

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from arena.testing import plays
from games import BadInput, load
from games.core.dealt import Dealt
from games.core.product import product
from games.core.tree import Tree, _multiplied, build
from games.core.types import CHANCE
from games.core.walk import OVER, key
from tests.games import openspiel

SMALL: dict[str, tuple[str, dict[str, Any]]] = {
    "kuhn": ("kuhn_poker", {}),
    "kuhn-3": ("kuhn_poker", {"players": 3}),
    "kuhn-repeated": ("kuhn_poker", {"rounds": 2}),
    "dice": ("liars_dice", {"faces": 3}),
    "dice-tame": ("liars_dice", {"faces": 2, "dice": 2, "wild": False}),
    "dice-3": ("liars_dice", {"faces": 2, "players": 3, "bidding": "reset-quantity"}),
    "dilemma": ("prisoners_dilemma", {}),
    "dilemma-repeated": ("prisoners_dilemma", {"rounds": 3}),
}


@cache
def tree(name: str) -> Tree:
    game, params = SMALL[name]
    return build(load(game, params))


every_small = pytest.mark.parametrize("name", SMALL)


@cache
def liars_dice() -> Tree:
    return build(load("liars_dice"))


def counts(found: Tree) -> tuple[int, int, int]:
    """Chance, decision and terminal nodes."""
    kinds = Counter(found.mover.tolist())
    chance, over = kinds.pop(CHANCE, 0), kinds.pop(OVER)
    return chance, sum(kinds.values()), over


@pytest.mark.parametrize("players", [2, 3])
def test_kuhn_has_as_many_nodes_and_information_sets_as_in_openspiel(players: int) -> None:
    game, theirs = (
        load("kuhn_poker", {"players": players}),
        openspiel.load("kuhn_poker", players=players),
    )
    kinds, names = Counter[str](), set[str]()
    for at in openspiel.pairs(game, theirs):
        if at.theirs.is_terminal():
            kinds["over"] += 1
            assert list(game.payoffs(at.ours)) == at.theirs.returns()
        elif at.theirs.is_chance_node():
            kinds["chance"] += 1
        else:
            kinds["decision"] += 1
            names.add(at.theirs.information_state_string())
    found = build(game)
    assert counts(found) == (kinds["chance"], kinds["decision"], kinds["over"])
    assert len(found.keys) == len(names)


def test_liars_dice_has_the_published_size() -> None:
    found = liars_dice()
    assert counts(found) == (7, 147_456, 147_420)
    assert len(found.keys) == len(set(found.keys)) == 24_576


@every_small
def test_a_tree_holds_every_position_once(name: str) -> None:
    game, params = SMALL[name]
    found, rules = tree(name), load(game, params)
    if plays.tree(rules) is not None:  # otherwise the plays are a sample
        assert len(plays.complete_plays(rules)) == len(found.ends)
    for path in plays.complete_plays(rules):
        node, chance = 0, 1.0
        for state, moves, _ in path.steps():
            for player in rules.movers(state):
                options = plays.actions(rules, state, player)
                assert found.mover[node] == player
                assert found.arity[node] == len(options)
                if player != CHANCE:
                    place = found.set_of[node]
                    assert found.keys[place] == key(rules.observe(state, player))
                    assert found.actions[place] == tuple(options)
                    assert found.owner[place] == player
                child = found.first_child[node] + options.index(moves[player])
                assert found.parent[child] == node
                chance *= found.chance[child]
                node = child
        assert found.mover[node] == OVER
        at = int(np.searchsorted(found.ends, node))
        assert found.ends[at] == node
        assert found.payoffs[at].tolist() == [float(p) for p in rules.payoffs(path.end)]
        assert found.end_chance[at] == pytest.approx(chance)


@every_small
def test_levels_chances_and_choices_fit_together(name: str) -> None:
    found = tree(name)
    assert found.end_chance.sum() > 0
    for level, (start, stop) in enumerate(zip(found.levels[:-1], found.levels[1:], strict=True)):
        if level:
            assert (found.parent[start:stop] >= found.levels[level - 1]).all()
            assert (found.parent[start:stop] < start).all()
    for node in np.flatnonzero(found.mover == CHANCE):
        first = found.first_child[node]
        assert found.chance[first : first + found.arity[node]].sum() == pytest.approx(1)
    order = list(zip(found.owner.tolist(), found.depth.tolist(), strict=True))
    assert order == sorted(order)
    for place, before in enumerate(found.set_parent.tolist()):
        if before < 0:
            assert found.depth[place] == 0
        else:
            above = int(np.searchsorted(found.first_choice, before, side="right")) - 1
            assert found.owner[above] == found.owner[place]
            assert found.depth[above] == found.depth[place] - 1


@pytest.mark.parametrize("name", ["kuhn", "kuhn-3", "dice", "dice-tame", "dice-3"])
def test_deals_times_play_is_the_tree_that_a_walk_finds(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = load(*SMALL[name])
    assert isinstance(game, Dealt)
    quick = _multiplied(game, product(game, 10_000))
    monkeypatch.setattr("games.core.tree.Dealt", type("Nothing", (), {}))
    slow = build(game)
    for array in ("mover", "arity", "first_child", "parent", "levels", "ends", "payoffs"):
        assert np.array_equal(getattr(quick, array), getattr(slow, array)), array
    assert np.allclose(quick.chance, slow.chance)
    assert np.allclose(quick.end_chance, slow.end_chance)
    assert set(quick.keys) == set(slow.keys)
    for node in np.flatnonzero(quick.mover >= 0):
        ours, theirs = quick.set_of[node], slow.set_of[node]
        assert quick.keys[ours] == slow.keys[theirs]
        assert quick.actions[ours] == slow.actions[theirs]


def test_simultaneous_movers_do_not_see_each_other() -> None:
    found = tree("dilemma")
    assert len(found.mover) == 7
    assert found.mover.tolist()[:3] == [0, 1, 1]
    assert found.set_of[1] == found.set_of[2]


@pytest.mark.parametrize(
    "params", [{"dice": 2}, {"players": 3}, {"rounds": 2}, {"players": 6, "dice": 3}], ids=str
)
def test_a_game_too_large_is_refused_with_its_size_and_the_limit(params: dict[str, Any]) -> None:
    size = r"([0-9,]+|[0-9]e\+[0-9]+)"
    with pytest.raises(BadInput, match=rf"^liars_dice is too large: about {size} nodes.* 500,000$"):
        build(load("liars_dice", params))


@pytest.mark.parametrize("name", ["kuhn", "dilemma-repeated"])
def test_the_limit_counts_every_node(name: str) -> None:
    game = load(*SMALL[name])
    size = len(tree(name).mover)
    assert len(build(game, size).mover) == size
    with pytest.raises(BadInput, match=rf"about [0-9]+ nodes, and the limit is {size - 1}$"):
        build(game, size - 1)


def test_a_game_of_random_length_has_no_tree() -> None:
    with pytest.raises(BadInput, match="random number of rounds has no finite tree"):
        build(load("kuhn_poker", {"continuation": "1/2"}))
