"""Payoffs, best responses, CFR+ and quantal response against OpenSpiel and closed forms."""

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pyspiel
import pytest

from agents.equilibrium import kuhn as closed
from games import BadInput, load
from games.core import closed_form, solve
from games.core.solution import solve as solution
from games.core.tree import Floats, Tree, build
from tests.games import openspiel

KUHN_VALUE = -1 / 18


@cache
def tree(name: str = "kuhn_poker", **params: Any) -> Tree:
    return build(load(name, params))


def drawn(found: Tree, seed: int) -> Floats:
    """Any policy; some actions are never played."""
    weights = np.random.default_rng(seed).random(found.choices) ** 3
    weights[weights < 0.05] = 0
    weights += found.spread(np.add.reduceat(weights, found.first_choice[:-1]) == 0)
    policy: Floats = weights / found.spread(np.add.reduceat(weights, found.first_choice[:-1]))
    return policy


GAMES = [("kuhn_poker", {}), ("kuhn_poker", {"players": 3})]
every_game = pytest.mark.parametrize(("name", "params"), GAMES, ids=str)
seeds = pytest.mark.parametrize("seed", range(3))


# OpenSpiel


@every_game
@seeds
def test_openspiel_agrees_on_payoffs_best_responses_and_exploitability(
    name: str, params: dict[str, Any], seed: int
) -> None:
    found, theirs = tree(name, **params), openspiel.load(name, **params)
    ours = drawn(found, seed)
    policy = openspiel.policy(found.game, theirs, found.table(ours))
    expected = pyspiel.expected_returns(
        theirs.new_initial_state(), policy, -1, use_infostate_get_policy=True
    )
    assert solve.expected_payoffs(found, ours) == pytest.approx(expected)
    for player in range(found.players):
        best = pyspiel.TabularBestResponse(theirs, player, policy)
        value, reply = solve.best_response(found, ours, player)
        assert value == pytest.approx(best.value_from_state(theirs.new_initial_state()))
        assert value == pytest.approx(solve.expected_payoffs(found, reply)[player])
        assert found.array(found.table(reply)) is not None
        others = found.spread(found.owner) != player
        assert np.array_equal(reply[others], ours[others])
    assert solve.nash_conv(found, ours) == pytest.approx(pyspiel.nash_conv(theirs, policy))


@pytest.fixture(scope="module")
def dice() -> tuple[Tree, Floats, Any, Any]:
    """Liar's Dice with any policy, in both engines."""
    found, theirs = tree("liars_dice"), openspiel.load("liars_dice")
    ours = drawn(found, 7)
    return found, ours, theirs, openspiel.policy(found.game, theirs, found.table(ours))


@pytest.mark.soak
def test_openspiel_agrees_on_liars_dice(dice: tuple[Tree, Floats, Any, Any]) -> None:
    """Every position of both trees has been compared on the way to their policy."""
    found, ours, theirs, policy = dice
    expected = pyspiel.expected_returns(
        theirs.new_initial_state(), policy, -1, use_infostate_get_policy=True
    )
    assert solve.expected_payoffs(found, ours) == pytest.approx(expected)
    assert solve.nash_conv(found, ours) == pytest.approx(pyspiel.nash_conv(theirs, policy))


# Equilibria


@pytest.mark.parametrize("alpha", [0, 1 / 12, 1 / 6, 1 / 4, 1 / 3])
def test_the_whole_family_of_equilibria_of_kuhn_poker_is_unexploitable(alpha: float) -> None:
    policy = tree().array(closed(alpha))
    assert solve.exploitability(tree(), policy) == pytest.approx(0, abs=1e-12)
    assert solve.expected_payoffs(tree(), policy) == pytest.approx([KUHN_VALUE, -KUHN_VALUE])


@pytest.mark.parametrize("alpha", [0.35, 0.5])
def test_nothing_outside_the_family_is_unexploitable(alpha: float) -> None:
    bluffing = closed(1 / 3) | {"first: dealt J;": {"check": 1 - alpha, "bet": alpha}}
    assert solve.exploitability(tree(), tree().array(bluffing)) > 0.001


@pytest.mark.parametrize(("iterations", "bound"), [(10, 0.05), (100, 0.005), (1000, 0.0005)])
def test_cfr_plus_converges_in_kuhn_poker(iterations: int, bound: float) -> None:
    average = solve.cfr_plus(tree(), iterations)
    assert 0 <= solve.exploitability(tree(), average) < bound
    assert solve.expected_payoffs(tree(), average)[0] == pytest.approx(KUHN_VALUE, abs=bound)


def test_cfr_plus_converges_in_liars_dice() -> None:
    found = tree("liars_dice")
    average = solve.cfr_plus(found, 200)
    assert found.array(found.table(average)) == pytest.approx(average)
    assert 0 < solve.exploitability(found, average) < 0.003
    assert solve.expected_payoffs(found, average)[0] == pytest.approx(-0.02713, abs=0.003)


def test_cfr_plus_solves_simultaneous_moves() -> None:
    """Repeated Kuhn poker of two rounds is worth twice as much as one."""
    found = tree("kuhn_poker", rounds=2)
    average = solve.cfr_plus(found, 200)
    assert solve.expected_payoffs(found, average)[0] == pytest.approx(2 * KUHN_VALUE, abs=0.01)


# Quantal response

QRE = {
    0.5: (0.506, 0.522, 0.534, 0.378, 0.605, 0.818, 0.484, 0.497, 0.561, 0.378, 0.616, 0.818),
    1.0: (0.422, 0.479, 0.528, 0.269, 0.646, 0.953, 0.407, 0.441, 0.610, 0.269, 0.685, 0.953),
    3.0: (0.225, 0.332, 0.544, 0.047, 0.609, 1.000, 0.288, 0.265, 0.715, 0.047, 0.624, 1.000),
    10.0: (0.190, 0.137, 0.592, 0.000, 0.545, 1.000, 0.322, 0.034, 0.943, 0.000, 0.430, 1.000),
}
"""Computed once by another program (damped iteration of the logit response), to three digits: the
probability of betting or calling, with J, Q and K each time; the first player at the start and
after check and bet, the second after a check and after a bet."""


@pytest.mark.parametrize("rationality", QRE)
def test_quantal_response_in_kuhn_poker_is_as_computed_elsewhere(rationality: float) -> None:
    table = tree().table(solve.quantal_response(tree(), rationality))
    spots = ["first: dealt {};", "first: dealt {}; moved 0 check; moved 1 bet;"]
    spots += ["second: dealt {}; moved 0 check;", "second: dealt {}; moved 0 bet;"]
    rows = [table[spot.format(card)] for spot in spots for card in "JQK"]
    bold = [row.get("bet", row.get("call")) for row in rows]
    assert bold == pytest.approx(QRE[rationality], abs=0.0006)


def test_quantal_response_is_uniform_at_zero_and_near_equilibrium_far_up() -> None:
    assert np.array_equal(solve.quantal_response(tree(), 0), tree().uniform())
    assert solve.exploitability(tree(), solve.quantal_response(tree(), 200)) < 0.01


def test_quantal_response_of_a_dilemma_has_a_closed_condition() -> None:
    """Log odds of defecting are lambda times what it gains, at the other's probability."""
    found = tree("prisoners_dilemma")
    cooperate = found.table(solve.quantal_response(found, 0.7))["first:"]["cooperate"]
    gain = cooperate * (5 - 3) + (1 - cooperate) * (1 - 0)
    assert np.log((1 - cooperate) / cooperate) == pytest.approx(0.7 * gain)


# Exact solutions


def test_backward_induction_is_left_to_games_of_perfect_information() -> None:
    assert not tree().perfect_information
    assert not tree("prisoners_dilemma").perfect_information


def test_a_dilemma_has_one_equilibrium() -> None:
    found = solution(load("prisoners_dilemma"))
    points = (Fraction(1), Fraction(1))
    assert found.equilibria == [closed_form.Equilibrium(Fraction(0), Fraction(0), points)]
    assert found.policy == {name: {"cooperate": 0, "defect": 1} for name in ("first:", "second:")}
    assert found.exploitability == 0


def test_kuhn_poker_is_solved_as_a_zero_sum_game() -> None:
    found = solution(load("kuhn_poker"), 100)
    assert found.method == "CFR+, 100 iterations"
    assert found.values == pytest.approx((KUHN_VALUE, -KUHN_VALUE), abs=0.001)
    assert 0 < found.exploitability < 0.005
    assert set(found.policy) == set(tree().keys)


# Refusals


@pytest.mark.parametrize(
    ("name", "params"),
    [("kuhn_poker", {"players": 3}), ("prisoners_dilemma", {"rounds": 2})],
    ids=str,
)
def test_what_cannot_be_solved_is_refused_by_name(name: str, params: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=f"^{name} cannot be solved: it is neither 2x2, nor"):
        solution(load(name, params))


@pytest.mark.parametrize("params", [{"players": 3}], ids=str)
def test_cfr_plus_wants_two_players_and_zero_sums(params: dict[str, Any]) -> None:
    for other in (tree("kuhn_poker", **params), tree("prisoners_dilemma")):
        with pytest.raises(BadInput, match=f"zero-sum games, and {other.game.name} is none"):
            solve.cfr_plus(other, 10)


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="iterations must be a whole number from 1, not 0"):
        solve.cfr_plus(tree(), 0)
    for rationality in (-1.0, float("nan"), float("inf")):
        with pytest.raises(BadInput, match="rationality must be a number from 0"):
            solve.quantal_response(tree(), rationality)
    with pytest.raises(BadInput, match=r"too large for quantal response: 49,140 choices"):
        solve.quantal_response(tree("liars_dice"), 1)
