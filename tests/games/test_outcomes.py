"""Outcomes of games: which decisions are due, and what they come to."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from games import Game, load
from games.core.elicited import Elicited
from games.core.outcomes import Due
from games.core.types import CHANCE, Action, Player


def _due(game: Game[Any], state: Any, moves: Mapping[Player, Action | None]) -> list[Due]:
    return list(game.due(state, moves))


def test_all_rounds_of_a_dilemma_are_due_from_the_first_on() -> None:
    game = load("prisoners_dilemma", {"rounds": 3})
    ahead = Counter((each.outcome, each.round) for each in game.ahead(game.initial_state()))
    later = {("cooperation", 2), ("cooperation", 3)}
    later |= {(f"{name}, later rounds", number) for name, number in later}
    assert ahead == dict.fromkeys(later, 2)


def test_an_answer_is_due_although_nobody_made_an_offer() -> None:
    game = load("ultimatum", {})
    assert list(game.ahead(game.initial_state())) == [Due(1, "acceptance", None)]


def test_cooperation_after_what_happened() -> None:
    game = load("prisoners_dilemma", {"rounds": 2})
    state = game.apply(game.initial_state(), {0: "cooperate", 1: "defect"})
    due = _due(game, state, {0: "defect", 1: None})
    assert {(each.player, each.outcome, each.value) for each in due} == {
        (player, name, value)
        for player, value, before in ((0, 0.0, "CD"), (1, None, "DC"))
        for name in (
            "cooperation", "cooperation, later rounds", f"cooperation after {before}"
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "moves", "last", "expected"),
    [
        ("kuhn_poker", ["J", "K"], "bet", {"bet": 1, "bluff": 1, "bet with J first": 1}),
        ("kuhn_poker", ["J", "Q", "bet"], "call",
         {"call": 1, "call with Q after bet": 1, "call of a bluff": 1}),
        ("kuhn_poker", ["K", "Q", "bet"], "fold", {"call": 0, "call with Q after bet": 0}),
        ("liars_dice", ["2", "3"], "1x2", {"bluff": 0}),
        ("liars_dice", ["2", "3", "1x4"], "liar",
         {"bluff": 0, "call": 1, "call of another bid": 1, "call of a bluff": 1}),
        ("liars_dice", ["2", "6", "1x2"], "1x5",
         {"bluff": 0, "call": 0, "call of a bid that own dice back": 0}),
    ],
)  # fmt: skip
def test_bluffs_and_calls(
    name: str, moves: list[str], last: str, expected: dict[str, float]
) -> None:
    game = load(name, {})
    state = game.initial_state()
    for action in moves:
        state = game.apply(state, {game.movers(state)[0]: action})
    due = _due(game, state, {game.movers(state)[0]: last})
    assert {each.outcome: each.value for each in due} == expected


def test_answers_are_told_apart_by_their_offers() -> None:
    game = load("ultimatum", {"endowment": 10})
    state = game.apply(game.initial_state(), {0: 2})
    due = _due(game, state, {1: "reject"})
    names = {"acceptance", "acceptance below half", "acceptance of 20 to 29 %"}
    assert {(each.outcome, each.value, each.at) for each in due} == {
        (name, 0.0, "acceptance of 20 to 29 %") for name in names
    }


def test_an_elicitation_has_outcomes_of_what_its_owner_knows() -> None:
    game: Any = Elicited(load("kuhn_poker", {}))
    assert "call of a bluff" not in {each.name for each in game.outcomes}
    for asked in game.chance(game.initial_state()):
        state = game.apply(game.initial_state(), {CHANCE: asked})
        (owner,) = game.movers(state)
        due = _due(game, state, {owner: None})
        assert {each.outcome for each in due} <= {each.name for each in game.outcomes}
        assert {each.player for each in due} == {owner}
