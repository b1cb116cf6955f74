"""Boards show what a player has seen, and nothing else; their sentences say the same."""

from collections.abc import Iterator
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import games
from dashboard.draw.boards import board
from dashboard.draw.boards.shapes import Board
from games import Game
from games.core.types import CHANCE, Action, Observation, any_action


def plays(game: Game[Any], seeds: int) -> Iterator[list[Any]]:
    """The states of plays at random."""
    for seed in range(seeds):
        rng, state = Random(seed), game.initial_state()
        states = [state]
        while movers := game.movers(state):
            moves: dict[int, Action] = {
                player: rng.choice(list(game.chance(state)))
                if player == CHANCE
                else any_action(game.space(state, player), rng)
                for player in movers
            }
            state = game.apply(state, moves)
            states.append(state)
        yield states


def drawn(seen: Observation) -> Board:
    found = board(seen)
    assert found is not None
    inside = "".join(ET.fromstring(found.svg).itertext())  # noqa: S314 - ours
    assert inside
    assert found.html().startswith('<img src="data:image/svg+xml;base64,')
    return found


def own(seen: Observation, kind: str, fact: str) -> list[str]:
    return [str(event.facts[fact]) for event in seen.events if event.kind == kind]


@pytest.mark.parametrize("name", ["kuhn_poker", "leduc_poker"])
def test_a_card_is_on_its_players_board_and_the_pot_holds_what_is_won(name: str) -> None:
    game = games.load(name)
    shown = 0
    for states in plays(game, 40):
        for state, player in ((state, player) for state in states for player in (0, 1)):
            seen = game.observe(state, player)
            known = own(seen, "dealt", "card"), own(seen, "showdown", "card")
            text = drawn(seen).text
            assert all(f"own card {card}" in text for card in known[0])
            assert ("other's card" in text) == bool(known[1])
        won = max(game.payoffs(states[-1]))
        if own(game.observe(states[-1], 0), "showdown", "card") and won:
            assert drawn(game.observe(states[-1], 0)).text.endswith(f"pot {2 * won} points")
            shown += 1
    assert shown > 5


def test_dice_of_the_other_appear_when_they_are_shown() -> None:
    game = games.load("liars_dice")
    for states in plays(game, 20):
        *before, end = (game.observe(state, 0) for state in states)
        for seen in before:
            assert "dice shown" not in drawn(seen).text
        (mine,), (other,) = own(end, "rolled", "face"), own(end, "shown", "face")
        text = drawn(end).text
        assert text.startswith(f"own dice {mine}; dice shown {other}; last bid ")
        assert text.endswith(", called a lie")


def test_a_payoff_table_marks_the_cell_that_was_played_last() -> None:
    game = games.load("prisoners_dilemma", {"rounds": 2})
    state = game.initial_state()
    assert "last played" not in drawn(game.observe(state, 0)).text
    for mine, other in (("cooperate", "cooperate"), ("cooperate", "defect")):
        state = game.apply(state, {0: mine, 1: other})
    assert drawn(game.observe(state, 0)).text.endswith("last played: cooperate against defect")
    second = drawn(game.observe(state, 1))
    assert second.text.endswith("last played: defect against cooperate")
    assert "defect against cooperate 5 : 0" in second.text
    assert second.svg.count('font-weight="600"') == 1


@pytest.mark.parametrize(
    ("name", "moves", "said"),
    [
        ("dictator", [30], "endowment 100, given 30, kept 70"),
        ("ultimatum", [40, "reject"], "endowment 100, offered 40, kept 60, answer reject"),
        ("trust", [3, 4], "endowment 10, sent 3, kept 7, received 9, returned 4"),
        ("trust", [], "endowment 10, not yet divided"),
    ],
)
def test_a_division_is_a_bar(name: str, moves: list[Action], said: str) -> None:
    game = games.load(name)
    state = game.initial_state()
    for move in moves:
        (player,) = game.movers(state)
        state = game.apply(state, {player: move})
    assert {drawn(game.observe(state, player)).text for player in (0, 1)} == {said}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("ultimatum", {"strategy_method": True}),
        ("ultimatum", {"fixed_offer": 20}),
        ("trust", {"strategy_method": True}),
        ("trust", {"all_or_nothing": True}),
        ("third_party_punishment", {"fixed_transfer": 30}),
    ],
)
def test_every_way_of_dividing_is_drawn(name: str, params: dict[str, Any]) -> None:
    game = games.load(name, params)
    for states in plays(game, 5):
        for player in range(len(game.roles)):
            said = drawn(game.observe(states[-1], player)).text
            assert "kept" in said
            assert "/" not in said  # parts of points are decimals


def test_all_cards_of_a_showdown_are_drawn() -> None:
    game = games.load("kuhn_poker", {"players": 3})
    most = 0
    for states in plays(game, 60):
        seen = game.observe(states[-1], 0)
        shown = own(seen, "showdown", "card")
        most = max(most, len(shown))
        assert all(f" {card}" in drawn(seen).text.partition(",")[2] for card in shown)
    assert most == 2


def test_in_a_group_each_sees_the_own_contribution() -> None:
    game = games.load("public_goods")
    gifts = {0: 1, 1: 2, 2: 3, 3: 20}
    end = game.apply(game.initial_state(), gifts)
    for player, gift in gifts.items():
        text = f"endowment 20, given {gift}, kept {20 - gift}, in the pot 26"
        assert drawn(game.observe(end, player)).text == text


def test_other_games_have_no_board() -> None:
    game = games.load("guess_two_thirds")
    assert board(game.observe(game.initial_state(), 0)) is None
