"""Liar's Dice against OpenSpiel, and the rules of its variants."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.testing.plays import Moves, Play, play_moves
from games import BadInput, Game, load
from games.core.types import CHANCE, Player
from games.liars_dice import LIAR
from tests.games import openspiel

DICE = load("liars_dice")


def played(game: Game[Any], hands: list[str], *moves: str) -> Play:
    """Hands rolled, then moves in turn."""
    rolls: list[Moves] = [{CHANCE: hand} for hand in hands]
    turns: list[Moves] = [{turn % len(hands): move} for turn, move in enumerate(moves)]
    return play_moves(game, rolls + turns)


def outcome(game: Game[Any], hands: list[str], *moves: str) -> tuple[Any, ...]:
    return game.payoffs(played(game, hands, *moves, LIAR).end)


# OpenSpiel


@pytest.mark.parametrize(
    "params", [{}, {"faces": 3}, {"faces": 4, "bidding": "reset-quantity"}], ids=str
)
@given(seed=st.integers(0, 2**32 - 1))
def test_openspiel_agrees_along_random_plays(params: dict[str, Any], seed: int) -> None:
    """Movers, legal actions, chances and payoffs; the wild face is the highest."""
    names = {"faces": "dice_sides", "bidding": "bidding_rule"}
    theirs = openspiel.load("liars_dice", **{names[key]: value for key, value in params.items()})
    game, rng = load("liars_dice", params), Random(seed)
    at = openspiel.start(game, theirs)
    while game.movers(at.ours):
        at = openspiel.after(game, at, *rng.choice(list(openspiel.codes(game, at).items())))
    assert at.theirs.is_terminal()
    assert list(game.payoffs(at.ours)) == at.theirs.returns()


# Rules


def test_a_true_bid_wins_a_point_and_a_false_one_loses_it() -> None:
    assert outcome(DICE, ["2", "5"], "1x5") == (1, -1)
    assert outcome(DICE, ["2", "5"], "1x4") == (-1, 1)
    assert outcome(DICE, ["5", "5"], "1x1", "2x5") == (-1, 1)
    assert outcome(DICE, ["2", "5"], "1x1", "2x5") == (1, -1)


def test_the_highest_face_counts_as_every_face_if_it_is_wild() -> None:
    assert outcome(DICE, ["6", "6"], "2x3") == (1, -1)
    tame = load("liars_dice", {"wild": False})
    assert outcome(tame, ["6", "6"], "2x3") == (-1, 1)
    assert outcome(tame, ["6", "6"], "2x6") == (1, -1)


def test_all_dice_of_all_players_count() -> None:
    game = load("liars_dice", {"players": 3, "dice": 2, "wild": False})
    hands = ["1 4", "4 4", "2 3"]
    assert outcome(game, hands, "3x4") == (1, -1, 0)
    assert outcome(game, hands, "3x4", "4x4") == (0, -1, 1)
    assert outcome(game, hands, "1x1", "1x2", "2x2") == (1, 0, -1)


def higher(space: str) -> list[str]:
    return space.removeprefix("one of ").split(", ")


@pytest.mark.parametrize(
    ("bidding", "after", "offered"),
    [
        ("reset-face", "1x2", ["1x3", "2x1", "2x2", "2x3", LIAR]),
        ("reset-quantity", "1x2", ["2x2", "1x3", "2x3", LIAR]),
        ("reset-face", "2x3", [LIAR]),
        ("reset-quantity", "2x3", [LIAR]),
        ("reset-quantity", "2x1", ["1x2", "2x2", "1x3", "2x3", LIAR]),
    ],
)
def test_the_ladder_says_which_bids_are_higher(
    bidding: str, after: str, offered: list[str]
) -> None:
    game = load("liars_dice", {"faces": 3, "bidding": bidding})
    end = played(game, ["1", "2"], after).end
    assert higher(str(game.space(end, 1))) == offered


def test_the_first_player_must_bid() -> None:
    assert LIAR not in higher(str(DICE.space(played(DICE, ["1", "2"]).end, 0)))


def test_hands_are_as_likely_as_their_dice() -> None:
    game = load("liars_dice", {"dice": 3, "faces": 3})
    odds = game.chance(game.initial_state())
    for hand, p in odds.items():
        rolls = [r for r in product("123", repeat=3) if " ".join(sorted(r)) == hand]
        assert p == Fraction(len(rolls), 27)
    assert len(odds) == 10


# Secrets


def secrets(params: dict[str, Any]) -> Iterator[tuple[Player, list[str], list[str]]]:
    """Two deals that differ in one hand, and everybody else."""
    hands = ["1 3", "2 2", "4 5"][: params["players"]]
    for seat in range(len(hands)):
        changed = [*hands[:seat], "3 6", *hands[seat + 1 :]]
        yield from ((other, hands, changed) for other in range(len(hands)) if other != seat)


@pytest.mark.parametrize("players", [2, 3])
def test_nobody_sees_dice_of_others_before_the_end(players: int) -> None:
    params = {"players": players, "dice": 2}
    game = load("liars_dice", params)
    for player, hands, changed in secrets(params):
        views = [
            [game.observe(s, player) for s in played(game, deal, "1x2", "2x2").states]
            for deal in (hands, changed)
        ]
        assert views[0] == views[1]


def test_at_the_end_everybody_sees_all_dice() -> None:
    game = load("liars_dice", {"players": 3, "dice": 2})
    end = played(game, ["1 3", "2 2", "4 5"], "1x2", LIAR).end
    shown = [dict(e.facts) for e in game.observe(end, 1).events if e.kind == "shown"]
    assert shown == [
        {"player": seat, "face": face} for seat, face in [(0, 1), (0, 3), (2, 4), (2, 5)]
    ]


# Parameters


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("players", 1, "from 2 to 6"),
        ("players", 7, "from 2 to 6"),
        ("dice", 0, "from 1 to 6"),
        ("dice", True, "from 1 to 6"),
        ("faces", 1, "from 2 to 10"),
        ("faces", 6.0, "from 2 to 10"),
        ("wild", 1, "true or false"),
        ("wild", "yes", "true or false"),
    ],
)
def test_parameters_out_of_range_are_refused(key: str, value: object, allowed: str) -> None:
    with pytest.raises(BadInput, match=f"liars_dice: {key} must be .*{allowed}, not {value!r}"):
        load("liars_dice", {key: value})


@pytest.mark.parametrize("value", ["reset-faces", None, 3])
def test_an_unknown_ladder_is_refused_with_those_there_are(value: object) -> None:
    with pytest.raises(BadInput, match=f"{value!r}.*known: reset-face, reset-quantity"):
        load("liars_dice", {"bidding": value})
