"""Leduc poker against OpenSpiel, node by node, and the measures that rest on it."""

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.testing.plays import Moves, Play, play_moves
from games import BadInput, load
from games.core.batch_trees import expect
from games.core.solution import solve
from games.core.tree import Tree, build
from games.core.types import CHANCE, Claim, Player
from games.core.walk import key
from games.leduc_poker import DECK, weak
from ratings.core.play.control_variates import corrected
from tests.games import openspiel

LEDUC = load("leduc_poker")
CODES = {"fold": 0, "check": 1, "call": 1, "bet": 2, "raise": 2}


def hand(cards: str, *moves: str) -> Play:
    """Cards of both, then moves; a rank among the moves is put on the table."""
    steps: list[Moves] = [{CHANCE: card} for card in cards]
    turn = 0
    for move in moves:
        steps.append({CHANCE if move in DECK else turn % 2: move})
        turn = 0 if move in DECK else turn + 1
    return play_moves(LEDUC, steps)


# OpenSpiel


def moved(ours: Any, theirs: Any) -> list[tuple[Any, Any]]:
    """Positions after each move of theirs and the same move of ours, offered alike by both."""
    if theirs.is_chance_node():
        assert LEDUC.movers(ours) == (CHANCE,)
        odds: Counter[str] = Counter()
        for code, chance in theirs.chance_outcomes():
            odds[DECK[code // 2]] += chance
        assert odds == pytest.approx({str(c): float(p) for c, p in LEDUC.chance(ours).items()})
        pairs = [({CHANCE: DECK[code // 2]}, code) for code, _ in theirs.chance_outcomes()]
    else:
        player = theirs.current_player()
        assert LEDUC.movers(ours) == (player,)
        options = offered(ours, player)
        assert sorted(CODES[option] for option in options) == theirs.legal_actions()
        pairs = [({player: option}, CODES[option]) for option in options]
    return [(LEDUC.apply(ours, made), theirs.child(code)) for made, code in pairs]


def test_every_node_is_that_of_openspiel() -> None:
    """Ours tells no cards of one rank apart; otherwise both know the same everywhere."""
    waiting = [(LEDUC.initial_state(), openspiel.load("leduc_poker").new_initial_state())]
    ours_of, theirs_of, nodes = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), 0
    while waiting:
        ours, theirs = waiting.pop()
        nodes += 1
        if theirs.is_terminal():
            assert LEDUC.movers(ours) == ()
            assert list(LEDUC.payoffs(ours)) == theirs.returns()
            continue
        if not theirs.is_chance_node():
            player = theirs.current_player()
            here, there = key(LEDUC.observe(ours, player)), theirs.information_state_string()
            ours_of[there].add(here)
            theirs_of[here].add(there)
        waiting += moved(ours, theirs)
    assert nodes == 9457
    assert [len(theirs_of), len(ours_of)] == [288, 936]
    assert {len(names) for names in ours_of.values()} == {1}


# Solution


@pytest.fixture(scope="module")
def tree() -> Tree:
    return build(LEDUC)


def test_the_equilibrium_has_the_published_value() -> None:
    """About -0.0856 for the first player, as in Lanctot et al. (2019)."""
    found = solve(LEDUC, 500)
    assert found.method == "CFR+, 500 iterations"
    assert float(found.values[0]) == pytest.approx(-0.0856, abs=5e-4)
    assert 0 <= found.exploitability < 1e-3


def _random(tree: Tree, seed: int) -> np.ndarray[Any, Any]:
    weights = np.random.default_rng(seed).random(tree.choices)
    return np.asarray(weights / tree.spread(np.add.reduceat(weights, tree.first_choice[:-1])))


@pytest.mark.parametrize("seat", [0, 1])
def test_control_variates_keep_the_mean_and_halve_the_variance(tree: Tree, seat: int) -> None:
    own, other, guess = (_random(tree, n) for n in range(3))
    profile = np.where(tree.spread(tree.owner) == seat, own, other)
    chances = expect(tree, [tree.table(profile)] * 2).ends
    plain, mean = tree.payoffs[:, seat], float(chances @ tree.payoffs[:, seat])
    for guessed in (guess, own):
        found = corrected(tree, seat, other, guessed)
        assert chances @ found == pytest.approx(mean, abs=1e-12)
        assert chances @ found**2 - mean**2 < 0.5 * (chances @ plain**2 - mean**2)


def test_what_control_variates_leave_does_not_depend_on_the_other_card(tree: Tree) -> None:
    """The luck of the other's card is out: ends that look alike before the showdown count alike."""
    other = _random(tree, 1)
    found = dict(zip(tree.ends.tolist(), corrected(tree, 0, other, tree.uniform()), strict=True))
    folded = [hand(f"K{card}", "bet", "fold") for card in DECK]
    values = {round(found[_node(tree, play)], 12) for play in folded}
    assert len(values) == 1


def _node(tree: Tree, play: Play) -> int:
    node = 0
    for state, made, _ in play.steps():
        ((player, action),) = made.items()
        chance = player == CHANCE
        moves: list[Any] = list(LEDUC.chance(state) if chance else offered(state, player))
        node = int(tree.first_child[node]) + moves.index(action)
    return node


def offered(state: Any, player: Player) -> tuple[str, ...]:
    options: tuple[str, ...] = getattr(LEDUC.space(state, player), "options", ())
    return options


# Rules


@pytest.mark.parametrize(
    ("cards", "moves", "won"),
    [
        ("JK", ("check", "check", "J", "check", "check"), 1),
        ("JK", ("check", "check", "Q", "check", "check"), -1),
        ("QQ", ("bet", "call", "K", "bet", "call"), 0),
        ("JK", ("bet", "raise", "call", "Q", "bet", "raise", "call"), -13),
        ("JK", ("bet", "raise", "fold"), -3),
        ("JK", ("check", "bet", "raise", "fold"), 3),
        ("KJ", ("bet", "call", "Q", "check", "bet", "fold"), -3),
    ],
)
def test_chips_change_hands(cards: str, moves: tuple[str, ...], won: int) -> None:
    assert LEDUC.payoffs(hand(cards, *moves).end) == (won, -won)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_stakes_are_those_of_the_parameters(ante: int, small: int, big: int) -> None:
    game = load("leduc_poker", {"ante": ante, "small_bet": small, "big_bet": big, "bets": 1})
    moves = hand("KJ", "bet", "call", "Q", "bet", "call").moves
    assert game.payoffs(play_moves(game, list(moves)).end)[0] == ante + small + big


def test_the_card_of_a_player_who_folds_stays_unknown() -> None:
    for seat, deals in ((0, ("KJ", "KQ")), (1, ("KJ", "QJ"))):
        ends = [hand(cards, "bet", "fold").end for cards in deals]
        assert len({repr(LEDUC.observe(end, seat)) for end in ends}) == 1


@pytest.mark.parametrize("name", ["ante", "small_bet", "big_bet", "bets"])
@pytest.mark.parametrize("value", [0, True, "1", 1.0])
def test_stakes_that_are_no_whole_numbers_are_refused(name: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"{name} must be a whole number from 1, not {value!r}"):
        load("leduc_poker", {name: value})


# Claims


def strength(card: str, board: str) -> Fraction:
    """By counting the other's cards one by one."""
    left = [f"{rank}{suit}" for rank in DECK for suit in "ab"]
    left.remove(f"{card}a")
    if board:
        left.remove(f"{board}b" if board == card else f"{board}a")
    worth = [(2 * (c[0] == board) + DECK.index(c[0]) / 9) for c in left]
    own = 2 * (card == board) + DECK.index(card) / 9
    return Fraction(sum(2 * (own > w) + (own == w) for w in worth), 2 * len(worth))


@pytest.mark.parametrize("card", DECK)
@pytest.mark.parametrize("board", ["", *DECK])
def test_a_weak_hand_beats_less_than_half(card: str, board: str) -> None:
    assert weak(card, board) == (strength(card, board) < Fraction(1, 2))


def test_bets_and_raises_are_claims() -> None:
    end = hand("JQ", "bet", "raise", "call", "J", "check", "bet", "fold").end
    assert LEDUC.claims(end) == (
        Claim(0, backed=False, believed=False),
        Claim(1, backed=True, believed=False),
        Claim(4, backed=False, believed=True),
    )


def test_decisions_are_due_in_what_they_are_about() -> None:
    state = hand("JQ", "bet").end
    due = {each.outcome: each.value for each in LEDUC.due(state, {1: "raise"})}
    assert due == {"bet": 1, "call": 1, "call with Q, first round": 1, "call of a bluff": 1}
    capped = hand("JQ", "bet", "raise").end
    due = {each.outcome: each.value for each in LEDUC.due(capped, {0: "fold"})}
    assert due == {"call": 0, "call with J, first round": 0}
