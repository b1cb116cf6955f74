"""Agents that divide points: what they promise, against the rules and the literature's formulas."""

import asyncio
from fractions import Fraction
from math import ceil
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
import games
from agents.core.ledger import Ledger
from agents.core.strategies.bargaining import Bargainer
from arena.core.types import Match
from arena.engine.match import play
from arena.testing.plays import play_moves
from games import BadInput, Game
from games.core.types import Action, Payoff
from games.ultimatum import Ultimatum

KINDS = ("acceptance_threshold", "fair", "fixed_share", "inequity_averse", "subgame_perfect")
GIVING = tuple(kind for kind in KINDS if kind != "acceptance_threshold")
SIZES = (1, 2, 5, 7, 10, 25)

sizes = st.integers(1, 60)
alphas = st.sampled_from([0, 0.1, 0.25, 0.3, 0.5, 0.7, 1, 1.5, 4])
betas = st.sampled_from([0, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9])
selves = (
    st.tuples(alphas, betas)
    .filter(lambda both: both[1] <= both[0])
    .map(lambda both: agent("inequity_averse", alpha=both[0], beta=both[1]))
)


def agent(kind: str, **params: Any) -> Bargainer:
    found = agents.load(kind, params)
    assert isinstance(found, Bargainer)
    return found


def decides(who: Bargainer, game: Game[Any], state: Any, player: int) -> Action:
    action = who.act(game.observe(state, player), Random(0))
    assert action in game.space(state, player)
    return action


def gives(who: Bargainer, endowment: int = 100, price: Any = 1) -> Action:
    game = games.load("dictator", {"endowment": endowment, "price": price})
    return decides(who, game, game.initial_state(), 0)


def offers(who: Bargainer, endowment: int = 100, **variant: Any) -> Action:
    game = games.load("ultimatum", {"endowment": endowment, **variant})
    return decides(who, game, game.initial_state(), 0)


def answers(who: Bargainer, endowment: int = 100) -> list[Action]:
    """What is answered to each offer from 0 on, made by the proposer and by the rules alike."""
    live = games.load("ultimatum", {"endowment": endowment})
    found = []
    for offer in range(endowment + 1):
        made = decides(who, live, live.apply(live.initial_state(), {0: offer}), 1)
        fixed = games.load("ultimatum", {"endowment": endowment, "fixed_offer": offer})
        assert decides(who, fixed, fixed.initial_state(), 1) == made
        found.append(made)
    return found


def states(who: Bargainer, endowment: int = 100) -> Action:
    game = games.load("ultimatum", {"endowment": endowment, "strategy_method": True})
    return decides(who, game, game.initial_state(), 1)


def match(first: str, second: str, game: Game[Any]) -> tuple[Payoff, ...] | None:
    def filed(*attempt: Any) -> None:
        raise AssertionError(attempt)

    seats = [agent(kind).seat(None, Ledger(filed, {})) for kind in (first, second)]  # type: ignore[arg-type]
    return asyncio.run(play(Match("m", game.name, (first, second), 0, 1), game, seats)).payoffs


# What all of them owe


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("endowment", SIZES)
def test_it_accepts_from_the_minimum_it_states_and_nothing_below(kind: str, endowment: int) -> None:
    smallest = states(agent(kind), endowment)
    assert isinstance(smallest, int)
    expected = ["reject"] * smallest + ["accept"] * (endowment + 1 - smallest)
    assert answers(agent(kind), endowment) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_it_offers_the_same_whether_the_answer_is_stated_before_or_after(kind: str) -> None:
    assert offers(agent(kind)) == offers(agent(kind), strategy_method=True)


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_repeated_game_it_answers_the_latest_offer(kind: str) -> None:
    game = games.load("ultimatum", {"rounds": 2})
    once = answers(agent(kind))
    for before, offer in ((100, 0), (0, 100), (0, 50)):
        play = play_moves(game, [{0: before}, {1: "accept"}, {0: offer}])
        assert decides(agent(kind), game, play.end, 1) == once[offer]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("game", ["kuhn_poker", "prisoners_dilemma", "matrix_game"])
@pytest.mark.parametrize("more", [{}, {"rounds": 2}])
def test_games_in_which_nothing_is_divided_are_refused(
    kind: str, game: str, more: dict[str, int]
) -> None:
    with pytest.raises(BadInput, match=f"^[^\n]*cannot play {game}$"):
        agent(kind).check(games.load(game, more))


@pytest.mark.parametrize("kind", KINDS)
def test_the_ultimatum_game_and_its_variants_are_accepted(kind: str) -> None:
    for params in ({}, {"strategy_method": True}, {"fixed_offer": 5}, {"rounds": 3}):
        agent(kind).check(games.load("ultimatum", params))


@pytest.mark.parametrize("kind", GIVING)
def test_the_dictator_game_is_accepted(kind: str) -> None:
    for params in ({}, {"price": 3}, {"rounds": 3}):
        agent(kind).check(games.load("dictator", params))


def test_a_threshold_has_no_place_where_nobody_answers() -> None:
    for params in ({}, {"rounds": 3}):
        with pytest.raises(BadInput, match=r"^acceptance_threshold answers offers; dictator has"):
            agent("acceptance_threshold").check(games.load("dictator", params))


@pytest.mark.parametrize(
    ("kind", "params", "problem"),
    [
        ("fixed_share", {"share": 1.1}, "share"),
        ("fixed_share", {"threshold": -0.1}, "threshold"),
        ("acceptance_threshold", {"threshold": 2}, "threshold"),
        ("inequity_averse", {"alpha": -1}, "alpha"),
        ("inequity_averse", {"alpha": float("inf")}, "alpha"),
        ("inequity_averse", {"alpha": 2, "beta": 1}, "beta"),
        ("inequity_averse", {"alpha": 0.2}, "beta 0.25 must not exceed alpha 0.2"),
        ("subgame_perfect", {"accepts_nothing": "perhaps"}, "accepts_nothing"),
        ("fair", {"share": 0.5}, "unknown key in agent fair 'share'"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(
    kind: str, params: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BadInput, match=f"^[^\n]*{problem}[^\n]*$"):
        agents.load(kind, params)


# Fixed share


@pytest.mark.parametrize(
    ("share", "endowment", "points"),
    [(0.29, 100, 29), (0.5, 5, 3), (0.25, 10, 3), (0.24, 10, 2), (0, 7, 0), (1, 7, 7), (0.4, 1, 0)],
)
def test_a_share_is_the_nearest_whole_points(share: float, endowment: int, points: int) -> None:
    assert gives(agent("fixed_share", share=share), endowment) == points
    assert offers(agent("fixed_share", share=share), endowment) == points
    assert gives(agent("fixed_share", share=share), endowment, price=3) == points


def test_a_fixed_share_accepts_everything_unless_it_has_a_threshold() -> None:
    assert states(agent("fixed_share")) == 0
    assert states(agent("fixed_share", threshold=0.29)) == 29
    assert states(agent("fixed_share", threshold=0.25), 10) == 3


# Fair


@given(endowment=sizes)
def test_fair_offers_half_and_accepts_no_less(endowment: int) -> None:
    half = ceil(Fraction(endowment, 2))
    fair = agent("fair")
    assert (gives(fair, endowment), offers(fair, endowment), states(fair, endowment)) == (half,) * 3


@pytest.mark.parametrize(("price", "points"), [(1, 50), (3, 25), ("1/3", 75), (2, 34)])
def test_fair_equalises_what_both_get(price: Any, points: int) -> None:
    assert gives(agent("fair"), 100, price) == points


# Subgame perfect


@pytest.mark.parametrize("endowment", SIZES)
def test_subgame_perfect_play_is_an_equilibrium_of_the_closed_form(endowment: int) -> None:
    stated = Ultimatum(endowment).subgame_perfect_offers()
    for accepts_nothing, offer in zip((True, False), stated, strict=True):
        who = agent("subgame_perfect", accepts_nothing=accepts_nothing)
        assert (offers(who, endowment), states(who, endowment)) == (offer, offer)
    assert gives(agent("subgame_perfect"), endowment, price=9) == 0


def test_two_subgame_perfect_players_share_a_hundred_as_theory_says() -> None:
    for variant in ({}, {"strategy_method": True}):
        game = games.load("ultimatum", variant)
        assert match("subgame_perfect", "subgame_perfect", game) == (99, 1)
    assert match("subgame_perfect", "fair", games.load("ultimatum")) == (0, 0)
    assert match("fair", "subgame_perfect", games.load("ultimatum")) == (50, 50)


# Inequity averse: behaviour against the utility function itself, and against Fehr and Schmidt's


def utility(who: Any, own: Fraction, other: Fraction) -> Fraction:
    """Fehr and Schmidt (1999), equation 2."""
    alpha, beta = Fraction(str(who.alpha)), Fraction(str(who.beta))
    if other >= own:
        return own - alpha * (other - own)
    return own - beta * (own - other)


def split(who: Any, endowment: int, offer: int) -> Fraction:
    """What a division is worth to the responder."""
    return utility(who, Fraction(offer), Fraction(endowment - offer))


@given(who=selves, endowment=sizes)
def test_it_accepts_what_is_worth_at_least_nothing_to_it(who: Bargainer, endowment: int) -> None:
    for offer, answer in enumerate(answers(who, endowment)):
        assert (answer == "accept") is (split(who, endowment, offer) >= 0)


@given(who=selves)
def test_below_half_it_accepts_from_a_share_of_alpha_over_one_plus_two_alpha(who: Any) -> None:
    alpha = Fraction(str(who.alpha))
    for offer, answer in enumerate(answers(who, 100)[:50]):
        assert (answer == "accept") is (Fraction(offer, 100) >= alpha / (1 + 2 * alpha))


@pytest.mark.parametrize(("alpha", "threshold"), [(0, 0), (0.5, 225), (1, 300), (4, 400)])
def test_the_thresholds_of_fehr_and_schmidts_types(alpha: float, threshold: int) -> None:
    # Table III: 0, 1/4, 1/3 and 4/9 of the surplus.
    assert states(agent("inequity_averse", alpha=alpha, beta=0), 900) == threshold


@given(who=selves, endowment=sizes)
def test_no_other_offer_is_better_against_a_responder_of_its_own_kind(
    who: Bargainer, endowment: int
) -> None:
    def worth(offer: int, answer: Action) -> Fraction:
        own, other = Fraction(endowment - offer), Fraction(offer)
        return utility(who, own, other) if answer == "accept" else Fraction(0)

    all_worth = [worth(offer, answer) for offer, answer in enumerate(answers(who, endowment))]
    assert offers(who, endowment) == all_worth.index(max(all_worth))


@given(who=selves, endowment=sizes, price=st.sampled_from([1, 2, 3, "1/2", "1/3", 0.75]))
def test_no_other_gift_is_better(who: Bargainer, endowment: int, price: Any) -> None:
    game = games.load("dictator", {"endowment": endowment, "price": price})
    all_worth = []
    for gift in range(endowment + 1):
        own, other = game.payoffs(game.apply(game.initial_state(), {0: gift}))
        all_worth.append(utility(who, Fraction(own), Fraction(other)))
    assert gives(who, endowment, price) == all_worth.index(max(all_worth))


@pytest.mark.parametrize(("beta", "points"), [(0, 0), (0.25, 0), (0.5, 0), (0.51, 50), (0.6, 50)])
def test_a_dictator_who_minds_having_more_by_more_than_half_gives_half(
    beta: float, points: int
) -> None:
    assert gives(agent("inequity_averse", alpha=1, beta=beta)) == points


@pytest.mark.parametrize(("beta", "points"), [(0, 300), (0.25, 300), (0.5, 300), (0.51, 450)])
def test_a_proposer_offers_half_or_the_least_that_is_accepted(beta: float, points: int) -> None:
    # Proposition 1, where the responder's alpha is known to be 1: the threshold is a third.
    assert offers(agent("inequity_averse", alpha=1, beta=beta), 900) == points


# Acceptance threshold


@pytest.mark.parametrize(
    ("threshold", "endowment", "points"),
    [(0.2, 100, 20), (0.29, 100, 29), (0.25, 10, 3), (0, 9, 0)],
)
def test_a_threshold_is_stated_and_offered_in_whole_points(
    threshold: float, endowment: int, points: int
) -> None:
    who = agent("acceptance_threshold", threshold=threshold)
    assert (states(who, endowment), offers(who, endowment)) == (points, points)
