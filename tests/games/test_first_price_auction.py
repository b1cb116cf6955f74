"""The first-price auction: rules, and equilibria by formula, in fractions and by its tree."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest

import agents
from arena.testing.plays import Moves, play_moves
from games import BadInput, Game, load
from games.core.bidding import bidding
from games.core.solution import solve
from games.core.solve import expected_payoffs, exploitability
from games.core.tree import build
from games.core.types import CHANCE
from tests.games import openspiel


def auction(**params: Any) -> Any:
    return load("first_price_auction", params)


def sold(game: Game[Any], values: list[int], bids: list[int], lot: int | None = None) -> Any:
    moves: list[Moves] = [{CHANCE: value} for value in values]
    moves.append({**dict(enumerate(bids))})
    if lot is not None:
        moves.append({CHANCE: lot})
    return play_moves(game, moves).end


# Rules


def test_the_highest_bid_wins_and_is_paid() -> None:
    game = auction(bidders=3)
    assert game.payoffs(sold(game, [4, 9, 7], [3, 5, 4])) == (0, 4, 0)
    assert game.payoffs(sold(game, [4, 9, 7], [6, 5, 4])) == (-2, 0, 0)


def test_a_lot_decides_between_equal_bids() -> None:
    game = auction(bidders=3)
    state = sold(game, [4, 9, 7], [5, 5, 1])
    assert game.chance(state) == {0: Fraction(1, 2), 1: Fraction(1, 2)}
    assert game.payoffs(sold(game, [4, 9, 7], [5, 5, 1], lot=1)) == (0, 4, 0)


def test_values_and_losing_bids_of_others_stay_unknown() -> None:
    game = auction(bidders=3)
    ends = [sold(game, [4, 9, value], [3, 5, bid]) for value, bid in ((7, 4), (1, 0))]
    assert game.observe(ends[0], 0) == game.observe(ends[1], 0)
    assert game.observe(ends[0], 2) != game.observe(ends[1], 2)


@pytest.mark.parametrize(("bidders", "highest"), [(2, 4), (3, 3)])
def test_openspiel_sells_to_the_same_bidder_at_the_same_price(bidders: int, highest: int) -> None:
    """There a bid is below the value, so that only such bids are compared."""
    game = auction(bidders=bidders, lowest=1, highest=highest)
    theirs_of = openspiel.load("first_sealed_auction", players=bidders, max_value=highest)
    drawn = theirs_of.new_initial_state().chance_outcomes()
    ours = game.chance(game.initial_state())
    assert dict(drawn) == pytest.approx({int(value): float(p) for value, p in ours.items()})
    for values in product(range(1, highest + 1), repeat=bidders):
        for bids in product(*map(range, values)):
            end, theirs = sold(game, [*values], [*bids]), theirs_of.new_initial_state()
            for move in (*values, *bids):
                theirs.apply_action(move)
            tied = game.movers(end) == (CHANCE,)
            lots = game.chance(end) if tied else {end.winner: Fraction(1)}
            odds = {int(lot): float(p) for lot, p in lots.items()}
            assert dict(theirs.chance_outcomes()) == pytest.approx(odds)
            for lot in lots:
                one = game.apply(end, {CHANCE: lot}) if tied else end
                assert list(game.payoffs(one)) == theirs.child(int(lot)).returns()


# Equilibrium


@pytest.mark.parametrize("highest", [4, 6, 10, 50, 100])
def test_half_the_way_is_exact_for_two(highest: int) -> None:
    """With an even number of values; the share (n - 1) / n, rounded down."""
    found = auction(highest=highest).equilibrium()
    assert found.method == "closed form"
    bids = [max(row, key=row.__getitem__) for row in found.policy.values()][:highest]
    assert bids == [1 + (value - 1) // 2 for value in range(1, highest + 1)]


@pytest.mark.parametrize(("bidders", "highest"), [(2, 4), (2, 5), (3, 3), (2, 7)])
def test_points_and_gains_are_those_of_the_tree(bidders: int, highest: int) -> None:
    game = auction(bidders=bidders, highest=highest)
    stated, tree = game.equilibrium(), build(game)
    policy = tree.array(stated.policy)
    assert expected_payoffs(tree, policy) == pytest.approx([float(p) for p in stated.points])
    assert exploitability(tree, policy) == pytest.approx(stated.gain, abs=1e-9)
    assert 0 <= stated.gain < 0.005
    assert (stated.gain == 0) == (stated.method == "closed form")


def test_no_other_bids_are_a_pure_equilibrium_of_a_small_auction() -> None:
    """Of all rising bids of three values, by the same test in fractions: those that it states."""
    game = auction(highest=3)
    stable = [b for b in product(range(4), repeat=3) if game.is_equilibrium(list(b))]
    assert [1, 1, 2] in map(list, stable)
    assert all(bids[0] <= bids[1] <= bids[2] for bids in stable)


def test_more_bidders_bid_closer_to_their_values() -> None:
    for bidders in (2, 3, 5, 8):
        formula = [1 + (bidders - 1) / bidders * (value - 1) for value in range(1, 41)]
        found = bidding(range(1, 41), bidders, list(map(int, formula)))
        means = found.policy @ range(41)
        assert means == pytest.approx(formula, abs=1.25)
        assert 0 <= found.gain < 0.02


def test_large_auctions_are_solved_and_played_without_a_tree() -> None:
    game = auction(preset="hundred", bidders=5)
    found = solve(game)
    assert found.method == "regret matching"
    assert found.exploitability < 0.01
    agents.load("equilibrium").check(game)
    with pytest.raises(BadInput, match="first_price_auction is too large"):
        build(game)


def test_bids_are_due_by_the_value_they_are_made_for() -> None:
    game = auction(highest=100)
    state = play_moves(game, [{CHANCE: 61}, {CHANCE: 20}]).end
    due = {(d.player, d.outcome): (d.value, d.at) for d in game.due(state, {0: 32, 1: None})}
    assert due[0, "bid"] == (32.0, "value of 60 to 69 %")
    assert due[0, "bid above equilibrium"] == (1.0, "value of 60 to 69 %")
    assert due[0, "bid above value"] == (0.0, "value of 60 to 69 %")
    assert due[1, "bid"] == (None, "value of 20 to 29 %")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"bidders": 1}, "bidders must be a whole number from 2 to 10, not 1"),
        ({"highest": 2000}, "highest must be a whole number from 1 to 1000, not 2000"),
        ({"lowest": 10}, "highest must be above lowest, 10, not 10"),
        ({"lowest": True}, "lowest must be a whole number from 0 to 999, not True"),
    ],
)
def test_what_is_no_auction_is_refused(params: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        auction(**params)
