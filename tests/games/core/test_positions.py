"""Positions that recur are worked out once, are told apart, and are kept in bounds."""

import pickle
from typing import Any

import pytest

import games
from games.core import positions
from games.core.repeated import Repeated, RepeatedState
from games.core.types import CHANCE


def copied(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - made here


def after_a_round(game: Repeated[Any], last: str) -> RepeatedState[Any]:
    state = game.initial_state()
    for player, action in ((CHANCE, "K"), (CHANCE, "J"), (0, "bet"), (1, last)):
        state = game.apply(state, {player: action})
    return state


def poker() -> Repeated[Any]:
    game = games.load("kuhn_poker", {"rounds": 3})
    assert isinstance(game, Repeated)
    return game


def test_a_position_that_recurs_is_the_same_object() -> None:
    game = poker()
    first, again, other = (after_a_round(game, last) for last in ("call", "call", "fold"))
    assert first.at is again.at is other.at is not None
    one, two = (game.apply(state, {CHANCE: "Q"}) for state in (first, other))
    assert one.at is two.at
    assert one.earned != two.earned
    assert [*first.views] == [*again.views] != [*other.views]


def test_what_is_kept_changes_nothing_once_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = after_a_round(poker(), "call")
    monkeypatch.setattr(positions, "MOST", 2)
    game = poker()
    state = after_a_round(game, "call")
    assert state == kept
    assert after_a_round(game, "fold").at == kept.at
    assert game._positions.kept == 2


def test_a_state_goes_to_another_process_by_its_value() -> None:
    game = poker()
    state = after_a_round(game, "call")
    for _ in range(3):
        after_a_round(game, "fold")
    there: RepeatedState[Any] = copied(state)
    assert there == state
    assert there.stage == state.stage
    rules: Repeated[Any] = copied(game)
    assert rules.apply(there, {CHANCE: "Q"}) == game.apply(state, {CHANCE: "Q"})
