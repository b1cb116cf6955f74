"""What moves claim of private cards and dice."""

import pytest

import games
from games.core.types import CHANCE, Claim


def ended(name: str, moves: list[str], deals: list[str], **params: object) -> tuple[Claim, ...]:
    game = games.load(name, params)
    state = game.initial_state()
    for deal in deals:
        state = game.apply(state, {CHANCE: deal})
    for move in moves:
        (mover,) = game.movers(state)
        state = game.apply(state, {mover: move})
    assert game.movers(state) == ()
    return game.claims(state)


@pytest.mark.parametrize(
    ("moves", "cards", "claims"),
    [
        (["check", "check"], "JQ", ()),
        (["bet", "fold"], "JQ", (Claim(0, backed=False, believed=True),)),
        (["bet", "call"], "JQ", (Claim(0, backed=False, believed=False),)),
        (["bet", "call"], "QK", (Claim(0, backed=True, believed=False),)),
        (["check", "bet", "fold"], "KJ", (Claim(1, backed=False, believed=True),)),
    ],
)
def test_a_bet_with_the_worst_card_is_a_bluff(
    moves: list[str], cards: str, claims: tuple[Claim, ...]
) -> None:
    assert ended("kuhn_poker", moves, list(cards)) == claims


def test_with_three_players_a_bluff_is_believed_if_all_fold() -> None:
    deal = ["T", "Q", "K"]
    (claim,) = ended("kuhn_poker", ["bet", "fold", "fold"], deal, players=3)
    assert claim == Claim(0, backed=False, believed=True)
    (claim,) = ended("kuhn_poker", ["bet", "fold", "call"], deal, players=3)
    assert claim == Claim(0, backed=False, believed=False)


def test_every_bid_is_a_claim_about_the_own_dice() -> None:
    claims = ended("liars_dice", ["1x2", "1x5", "2x5", "liar"], ["2", "3"])
    assert claims == (
        Claim(0, backed=True, believed=True),
        Claim(1, backed=False, believed=True),
        Claim(2, backed=False, believed=False),
    )


def test_wild_dice_back_every_bid_and_more_dice_back_more() -> None:
    bids = ["1x2", "2x2", "liar"]
    assert [c.backed for c in ended("liars_dice", bids, ["6", "6"])] == [True, False]
    plain = ended("liars_dice", bids, ["6", "6"], wild=False)
    assert [c.backed for c in plain] == [False, False]
    two = ended("liars_dice", ["1x2", "2x2", "liar"], ["2 3", "2 6"], dice=2)
    assert [c.backed for c in two] == [True, True]


def test_with_three_players_each_bid_is_held_against_its_makers_dice() -> None:
    claims = ended("liars_dice", ["1x1", "1x2", "1x3", "liar"], ["1", "2", "4"], players=3)
    assert [c.backed for c in claims] == [True, True, False]


def test_games_without_private_facts_have_no_claims() -> None:
    dilemma = games.load("prisoners_dilemma")
    end = dilemma.apply(dilemma.initial_state(), {0: "defect", 1: "defect"})
    assert dilemma.claims(end) == ()
