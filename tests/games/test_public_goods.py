"""Public goods: payoffs, punishment, the strategy method, the equilibrium, what is told."""

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from arena.testing.plays import random_play
from games import BadInput, load
from games.core.contributions import rounded
from games.core.facets import Facet
from games.core.policy import Policy
from games.core.repeated import Repeated
from games.core.solve import exploitability
from games.core.tree import build
from games.core.types import CHANCE
from games.public_goods import PublicGoods


def play(game: PublicGoods, *joint: tuple[int, ...], drawn: int | None = None) -> Any:
    """The position after joint decisions, with the draw of the strategy method where it comes."""
    state = game.initial_state()
    for made in joint:
        if game.movers(state) == (CHANCE,):
            assert drawn is not None
            state = game.apply(state, {CHANCE: drawn})
        state = game.apply(state, dict(enumerate(made)))
    if game.movers(state) == (CHANCE,):
        assert drawn is not None
        state = game.apply(state, {CHANCE: drawn})
    return state


def test_everybody_gets_the_return_of_the_whole_pot() -> None:
    game = PublicGoods(players=4, endowment=20, mpcr=Fraction(2, 5))
    # 20 - own + 0.4 x 38, by hand
    assert game.payoffs(play(game, (20, 10, 8, 0))) == (
        Fraction(76, 5), Fraction(126, 5), Fraction(136, 5), Fraction(176, 5)
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_points_sum_to_what_the_pot_makes_and_punishment_takes(seed: int) -> None:
    rng = Random(seed)
    game = PublicGoods(players=rng.randint(2, 6), punishment="1:3", endowment=rng.randint(1, 30))
    end: Any = random_play(game, seed).end
    assigned = sum(map(sum, end.deductions))
    made = sum(end.first)
    total = game.players * game.endowment - made + game.players * Fraction(2, 5) * made
    assert sum(game.payoffs(end)) == total - 4 * assigned


def test_deductions_reach_the_player_they_are_for() -> None:
    game = PublicGoods(players=3, endowment=10, punishment="1:3", shown="names")
    # Targets by number: of player 0 they are 1 and 2; of 1, 0 and 2; of 2, 0 and 1.
    end = play(game, (10, 0, 5), (5, 0, 1), (2, 0, 3))
    assert game.received(end) == (1, 8, 2)
    harmless = PublicGoods(players=3, endowment=10)
    plain = harmless.payoffs(play(harmless, (10, 0, 5)))
    lost = (7 + 3, 0 + 24, 4 + 6)
    assert game.payoffs(end) == tuple(p - q for p, q in zip(plain, lost, strict=True))


def test_without_names_nobody_is_told_who_gave_what() -> None:
    game = PublicGoods(players=4, punishment="1:3", shown="amounts")
    one, other = play(game, (5, 1, 7, 3)), play(game, (5, 7, 3, 1))
    assert game.observe(one, 0).events == game.observe(other, 0).events
    told = {e.facts.get("player") for e in game.observe(one, 0).events}
    assert told == {0, None}
    named = PublicGoods(players=4, shown="names")
    seen = named.observe(play(named, (5, 1, 7, 3)), 0).events
    assert [(e.facts.get("player"), e.facts.get("amount")) for e in seen[:-1]] == [
        (0, 5), (1, 1), (2, 7), (3, 3)
    ]  # fmt: skip


def test_where_totals_are_shown_who_gave_what_makes_no_difference() -> None:
    game = Repeated(PublicGoods(players=4, shown="total"), rounds=2)
    one, other = (
        game.apply(game.initial_state(), dict(enumerate(made)))
        for made in ((5, 1, 7, 3), (5, 11, 0, 0))
    )
    assert game.observe(one, 0) == game.observe(other, 0)
    assert game.observe(one, 1) != game.observe(other, 1)


def test_one_player_drawn_at_random_contributes_as_it_answered() -> None:
    game = PublicGoods(players=3, endowment=4, strategy_method=True, mpcr=Fraction(1, 2))
    answers = [(k, 0, 4) for k in range(5)]
    assert sum(game.chance(play_to_draw(game, (1, 4, 2), answers)).values()) == 1
    # The others of player 0 contribute 4 and 2: on average 3, so it contributes 3.
    first = play(game, (1, 4, 2), *answers, drawn=0)
    assert game.contributions(first) == (3, 4, 2)
    assert game.contributions(play(game, (1, 4, 2), *answers, drawn=1)) == (1, 0, 2)
    assert game.contributions(play(game, (1, 4, 2), *answers, drawn=2)) == (1, 4, 4)


def play_to_draw(game: PublicGoods, first: tuple[int, ...], answers: list[Any]) -> Any:
    state = game.apply(game.initial_state(), dict(enumerate(first)))
    for made in answers:
        state = game.apply(state, dict(enumerate(made)))
    assert game.movers(state) == (CHANCE,)
    return state


def test_averages_are_rounded_with_a_half_upwards() -> None:
    for total, count in product(range(40), range(1, 8)):
        assert rounded(total, count) == int(Fraction(total, count) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("mpcr", "given"), [("2/5", 0), ("9/10", 0), ("1", 0), ("11/10", 2), ("3", 2)]
)
@pytest.mark.parametrize("players", [2, 3])
def test_the_equilibrium_is_one_by_the_tree_too(players: int, mpcr: str, given: int) -> None:
    game = PublicGoods(players=players, endowment=2, mpcr=Fraction(mpcr))
    stated = game.equilibrium()
    assert stated is not None
    assert set(map(tuple, map(dict.items, stated.policy.values()))) == {((given, 1.0),)}
    tree = build(game)
    assert exploitability(tree, tree.array(stated.policy)) == pytest.approx(0, abs=1e-12)
    other: Policy = {name: {1: 1.0} for name in stated.policy}
    if mpcr != "1":
        assert exploitability(tree, tree.array(other)) > 0.01
    assert stated.points == game.payoffs(play(game, (given,) * players))


def test_trees_that_are_too_large_are_refused_and_their_bounds_known() -> None:
    game = load("public_goods", {"players": 20, "punishment": "1:3"})
    with pytest.raises(BadInput, match="too large"):
        build(game)
    low, high = PublicGoods(players=2, endowment=3, mpcr=Fraction(3, 4)).extremes()
    payoffs = build(PublicGoods(players=2, endowment=3, mpcr=Fraction(3, 4))).payoffs
    assert (float(low), float(high)) == (payoffs.min(), payoffs.max())
    small = PublicGoods(players=2, endowment=1, punishment="1:3")
    payoffs = build(small).payoffs
    assert tuple(map(float, small.extremes())) == (payoffs.min(), payoffs.max())


def test_factor_and_return_are_two_ways_to_say_one_thing() -> None:
    assert PublicGoods(factor=2).mpcr == Fraction(1, 2)
    assert PublicGoods(players=5, factor=Fraction(5, 2), mpcr=Fraction(1, 2)) == PublicGoods(
        players=5, factor=Fraction(5, 2)
    )
    assert load("public_goods", {"preset": "eai"}) == PublicGoods(factor=2)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"players": 21}, "players must be a whole number from 2 to 20, not 21"),
        ({"endowment": 0}, "endowment must be a whole number from 1, not 0"),
        ({"mpcr": -1}, "mpcr must be above 0, not -1"),
        ({"factor": 2, "mpcr": 1}, "factor 2 split among 4 is an mpcr of 1/2, not 1"),
        ({"punishment": "1:4"}, "unknown punishment of public_goods '1:4'"),
        ({"shown": "nothing"}, "unknown shown of public_goods 'nothing'"),
        ({"shown": "total", "punishment": "1:3"}, 'shown must be "amounts" or "names"'),
        ({"strategy_method": 1}, "strategy_method must be true or false, not 1"),
    ],
)
def test_parameters_that_cannot_be(params: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match="public_goods") as error:
        load("public_goods", params)
    assert message in str(error.value)


def test_decisions_are_measured_in_their_rounds() -> None:
    game = PublicGoods(players=2, endowment=2, strategy_method=True, punishment="1:3")
    made = {0: [1, 0, 1, 2, 5, 2, 0, 0, 0, 3], 1: [2] * 10}
    found = [m for m in game.measured(made) if m.player == 0]
    assert [(m.measure, m.value, m.x, m.round) for m in found] == [
        ("contribution", 0.5, None, 1),
        ("conditional_contribution", 0.0, 0.0, 1),
        ("conditional_contribution", 0.5, 50.0, 1),
        ("conditional_contribution", 1.0, 100.0, 1),
        ("contribution", 1.0, None, 2),
        ("conditional_contribution", 0.0, 0.0, 2),
        ("conditional_contribution", 0.0, 50.0, 2),
        ("conditional_contribution", 0.0, 100.0, 2),
    ]


def test_what_the_others_did_in_the_last_round_is_the_situation() -> None:
    game = Repeated(PublicGoods(players=3, endowment=10), rounds=2)
    state = game.apply(game.initial_state(), {0: 0, 1: 2, 2: 10})
    due = {each.outcome for each in game.due(state, {0: 1, 1: None, 2: 3}) if each.player == 0}
    assert "contribution after others in between" in due
    assert "contribution after others below a third" in {
        each.outcome for each in game.due(state, {0: 1, 1: 1, 2: 3}) if each.player == 2
    }


def test_facets_of_a_group_by_hand() -> None:
    game = PublicGoods(players=3, endowment=10, punishment="1:3", shown="names")
    rounds = [
        play(game, (10, 0, 4), (3, 1, 0), (2, 0, 0)),
        play(game, (8, 2, 4), (0, 0, 0), (0, 0, 0)),
    ]
    found = list(game.facets(rounds))
    assert Facet("contribution", "round 2", 0.2, 1) in found
    change = next(f for f in found if f.measure == "change from round to round" and not f.player)
    assert change.value == pytest.approx(-0.2)
    assert Facet("contribution after others' average", "20 to 40 %", 0.8, 0) in found
    assert Facet("punishment by deviation", "more than half less", 3, 0) in found
    assert Facet("punishment by deviation", "more than half more", 1, 1) in found
    assert Facet("antisocial punishment", "", 1, 1) in found
    assert not [f for f in found if f.measure == "antisocial punishment" and f.player == 0]
