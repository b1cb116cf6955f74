"""Minimum effort: the published table of payoffs, and the equilibria by brute force."""

from itertools import product
from typing import Any

import pytest

from games import BadInput, load
from games.core.crowd import CrowdState
from games.core.solve import exploitability
from games.core.tree import build
from games.minimum_effort import MinimumEffort


def test_the_table_of_payoffs_is_the_published_one() -> None:
    """In cents, own effort against the lowest: Van Huyck, Battalio and Beil (1990), table A."""
    game = MinimumEffort(players=2)
    for own, other in product(range(1, 8), repeat=2):
        expected = 60 + 20 * min(own, other) - 10 * own
        assert game.payoffs(CrowdState((own, other)))[0] == expected
    assert game.payoffs(CrowdState((7, 7))) == (130, 130)
    assert game.payoffs(CrowdState((7, 1)))[0] == 10
    assert game.payoffs(CrowdState((1, 1))) == (70, 70)


def test_all_equal_efforts_and_no_others_are_equilibria() -> None:
    game = MinimumEffort(players=3, efforts=4)
    efforts = range(1, 5)

    def stable(made: tuple[int, ...]) -> bool:
        points = game.payoffs(CrowdState(made))
        return all(
            game.payoffs(CrowdState((*made[:seat], other, *made[seat + 1 :])))[seat] <= points[seat]
            for seat in range(3)
            for other in efforts
        )

    found = {made for made in product(efforts, repeat=3) if stable(made)}
    assert found == {(effort,) * 3 for effort in efforts}
    stated, tree = game.equilibrium(), build(game)
    assert exploitability(tree, tree.array(stated.policy)) == pytest.approx(0, abs=1e-12)
    assert stated.points is not None
    assert max(game.payoffs(CrowdState(made))[0] for made in found) == stated.points[0]
    payoffs = tree.payoffs
    assert tuple(map(float, game.extremes())) == (payoffs.min(), payoffs.max())


def test_facets_and_situations() -> None:
    game = load("minimum_effort", {"players": 3, "rounds": 2})
    stage = MinimumEffort(players=3)
    found = list(stage.facets([CrowdState((7, 5, 3)), CrowdState((3, 3, 3))]))
    vain = [each.value for each in found if each.measure == "effort in vain"]
    assert vain == [4, 2, 0, 0, 0, 0]
    assert [each.value for each in found if each.measure == "minimum"] == [3, 3]
    state = game.apply(game.initial_state(), {0: 7, 1: 5, 2: 3})
    due = list(game.due(state, {0: 1, 1: 1, 2: None}))
    assert {(each.player, each.outcome) for each in due if " after " in each.outcome} == {
        (0, "effort after minimum below own"),
        (1, "effort after minimum below own"),
        (2, "effort after minimum own"),
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"players": 1}, "players must be a whole number from 2 to 20, not 1"),
        ({"efforts": 1}, "efforts must be a whole number from 2 to 100, not 1"),
        ({"cost": 20}, "benefit must be above cost, and cost above 0, not 20 and 20"),
        ({"shown": "some"}, "unknown shown of minimum_effort 'some'"),
    ],
)
def test_parameters_that_cannot_be(params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("minimum_effort", params)
    assert message in str(error.value)
