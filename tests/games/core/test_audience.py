"""Who can decide after whom, against what happens in matches played at random."""

from random import Random
from typing import Any

import pytest

import games
from games.core.audience import can_decide, followers
from games.core.types import CHANCE, Amount, Player

CASES: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in games.available()),
    ("kuhn_poker", {"players": 3}),
    ("liars_dice", {"players": 3}),
    ("ultimatum", {"strategy_method": True}),
    ("ultimatum", {"fixed_offer": 30}),
    *((name, {"rounds": 1}) for name in ("prisoners_dilemma", "ultimatum")),
    *((name, {"rounds": 2}) for name in ("prisoners_dilemma", "ultimatum", "dictator")),
    ("prisoners_dilemma", {"continuation": "0.5"}),
]


def met(game: Any, rng: Random) -> set[tuple[Player, Player]]:
    """Who decided after whom in a play at random, each position of which is checked on the way."""
    state, found, before = game.initial_state(), set(), set[Player]()
    everybody = set(game.deciders)
    passed: list[tuple[dict[Player, bool], set[Player]]] = []
    while movers := game.movers(state):
        passed.append(({p: can_decide(game, state, {p}) for p in everybody}, set()))
        moves: dict[Player, Any] = {}
        for player in movers:
            if player == CHANCE:
                moves[player] = rng.choice(list(game.chance(state)))
                continue
            found |= {(one, player) for one in before if one != player}
            space = game.space(state, player)
            span = range(space.low, space.high + 1) if isinstance(space, Amount) else space.options
            moves[player] = rng.choice(span)
            for _, decided in passed:
                decided.add(player)
        before |= set(movers) - {CHANCE}
        state = game.apply(state, moves)
    assert not any(can_decide(game, state, {player}) for player in everybody)
    for could, decided in passed:
        assert all(could[player] for player in decided)
    return found


@pytest.mark.parametrize(("name", "params"), CASES, ids=str)
def test_what_happens_in_plays_at_random_is_all_that_can(name: str, params: dict[str, Any]) -> None:
    game, rng = games.load(name, params), Random(1)
    seen: set[tuple[Player, Player]] = set()
    for _ in range(150):
        seen |= met(game, rng)
    assert seen == {(one, other) for one, after in followers(game).items() for other in after}


def test_in_the_last_round_only_those_who_are_still_to_move_can_decide() -> None:
    game = games.load("ultimatum", {"rounds": 2})
    state = game.apply(game.initial_state(), {0: 10})
    state = game.apply(state, {1: "accept"})
    assert can_decide(game, state, {0})
    state = game.apply(state, {0: 10})
    assert not can_decide(game, state, {0})
    assert can_decide(game, state, {1})
