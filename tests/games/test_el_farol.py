"""El Farol: payoffs, and the symmetric equilibrium against brute force and published values."""

from itertools import product
from typing import Any

import pytest

from games import BadInput, load
from games.core.crowd import CrowdState
from games.core.policy import Policy
from games.core.solve import exploitability
from games.core.tree import build
from games.el_farol import GO, STAY, ElFarol


def went(game: ElFarol, number: int) -> CrowdState:
    return CrowdState((GO,) * number + (STAY,) * (game.players - number))


@pytest.mark.parametrize(
    ("players", "published"), [(5, 0.614), (10, 0.607), (20, 0.603), (50, 0.601), (100, 0.6007)]
)
def test_the_equilibrium_is_that_of_market_entry(players: int, published: float) -> None:
    game = ElFarol(players=players, capacity=players * 3 // 5)
    stated = game.equilibrium()
    assert stated.policy["player 1:"][GO] == pytest.approx(published, abs=0.0006)
    assert stated.gain < 1e-9


@pytest.mark.parametrize("points", [(2, 1, 0), (10, 3, -1), (5, 4, 0)])
@pytest.mark.parametrize("capacity", [1, 3, 4])
def test_nobody_gains_by_leaving_the_equilibrium(capacity: int, points: tuple[int, ...]) -> None:
    good, stay, bad = points
    game = ElFarol(capacity=capacity, good=good, stay=stay, bad=bad)
    stated, tree = game.equilibrium(), build(game)
    assert exploitability(tree, tree.array(stated.policy)) == pytest.approx(0, abs=1e-6)
    shifted: Policy = {
        name: {GO: row[GO] * 0.9, STAY: 1 - row[GO] * 0.9} for name, row in stated.policy.items()
    }
    assert exploitability(tree, tree.array(shifted)) > 1e-3


def test_it_is_crowded_above_capacity() -> None:
    game = ElFarol(players=6, capacity=3, good=4, stay=1, bad=-2)
    for number in range(7):
        points = game.payoffs(went(game, number))
        assert points == ((4 if number <= 3 else -2,) * number + (1,) * (6 - number))
    assert set(game.extremes()) == {-2, 4}


def test_names_are_told_only_where_the_game_says_so() -> None:
    for information, told in (("total", {0}), ("names", {0, 1, 2, 3, 4})):
        game = ElFarol(information=information)  # type: ignore[arg-type] # of a loop
        events = game.observe(went(game, 2), 0).events
        assert {e.facts["player"] for e in events if "player" in e.facts} == told
        assert events[-1].facts == {"went": 2, "how": "not crowded"}


def test_facets_against_brute_force() -> None:
    game = ElFarol(players=5, capacity=3)
    rounds = [went(game, number) for number in (5, 2, 2, 3)]
    found: dict[str, list[float]] = {}
    for each in game.facets(rounds):
        if each.player is None:
            found.setdefault(each.measure, []).append(each.value)
    assert found["attendance less capacity"] == [2, -1, -1, 0]
    # The best that five can earn, over all who could go.
    best = max(sum(game.earned(moves)) for moves in product((GO, STAY), repeat=5))
    assert found["efficiency"] == [
        pytest.approx(float(sum(game.payoffs(end))) / float(best)) for end in rounds
    ]
    # 3 of 5 on average: variance of 5, 2, 2, 3 is 2, binomial 5 x 0.6 x 0.4.
    assert found["variance against binomial"] == [pytest.approx(2 / 1.2)]


@pytest.mark.parametrize(("pattern", "sorting"), [((1, 1, 1, 0, 0), 1.0), (None, 0.0)])
def test_sorting_is_one_if_the_same_go_and_none_if_all_take_turns(
    pattern: tuple[int, ...] | None, sorting: float
) -> None:
    game = ElFarol(players=5, capacity=3)
    rounds = []
    for at in range(200):
        turned = pattern or tuple(int((seat * 7 + at * 13) % 5 < 3) for seat in range(5))
        rounds.append(CrowdState(tuple(GO if one else STAY for one in turned)))
    found = next(each.value for each in game.facets(rounds) if each.measure == "sorting")
    assert found == pytest.approx(sorting, abs=0.01)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"players": 4}, "players must be a whole number from 5 to 100, not 4"),
        ({"capacity": 5}, "capacity must be a whole number from 1 to 4, not 5"),
        ({"good": 1}, "points must fall in this order: good 1 > stay 1 > bad 0"),
        ({"information": "who"}, "unknown information of el_farol 'who'"),
    ],
)
def test_parameters_that_cannot_be(params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("el_farol", params)
    assert message in str(error.value)
