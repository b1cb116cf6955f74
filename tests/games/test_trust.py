"""The trust game: who gets what, variants, measures, equilibrium, people."""

from fractions import Fraction
from random import Random
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
from arena.testing.plays import complete_plays
from games import BadInput, load
from games.core.measures import Measured
from games.core.outcomes import Due
from games.core.solution import solve
from games.core.types import Action, Amount, Choice, Payoff
from ratings.core.human.studies import baseline


def outcome(*steps: dict[int, Action], **params: Any) -> tuple[Payoff, ...]:
    game = load("trust", params)
    state = game.initial_state()
    for moves in steps:
        state = game.apply(state, moves)
    return game.payoffs(state)


@given(st.integers(1, 10**4), st.integers(1, 20), st.integers(0, 10**4), st.data())
def test_points_sent_multiply_and_points_returned_change_hands(
    endowment: int, factor: int, own: int, data: st.DataObject
) -> None:
    sent = data.draw(st.integers(1, endowment))
    back = data.draw(st.integers(0, factor * sent))
    params = {"endowment": endowment, "factor": factor, "trustee_endowment": own}
    investor, trustee = outcome({0: sent}, {1: back}, **params)
    assert investor == endowment - sent + back
    assert investor + trustee == endowment + own + (factor - 1) * sent


def test_nothing_sent_is_the_end() -> None:
    assert outcome({0: 0}) == (10, 10)


def test_the_default_is_the_game_of_berg_and_others() -> None:
    """Their example: who sends all ten dollars puts thirty into the hands of the other."""
    game = load("trust")
    state = game.apply(game.initial_state(), {0: 10})
    assert game.space(state, 1) == Amount(0, 30)
    assert outcome({0: 10}, {1: 15}) == (15, 25)


def test_all_or_nothing() -> None:
    game = load("trust", {"all_or_nothing": True})
    assert game.space(game.initial_state(), 0) == Choice(("send", "keep"))
    assert outcome({0: "keep"}, all_or_nothing=True) == (10, 10)
    assert outcome({0: "send"}, {1: 12}, all_or_nothing=True) == (12, 28)


@given(st.integers(0, 10), st.integers(0, 100))
def test_in_the_strategy_method_a_share_of_whatever_was_sent_goes_back(
    sent: int, rate: int
) -> None:
    investor, trustee = outcome({0: sent, 1: rate}, strategy_method=True)
    back = Fraction(rate, 100) * 3 * sent
    assert (investor, trustee) == (10 - sent + back, 10 + 3 * sent - back)


def test_the_investor_of_the_strategy_method_does_not_learn_the_share_stated() -> None:
    game = load("trust", {"strategy_method": True})
    end = game.apply(game.initial_state(), {0: 0, 1: 40})
    investor, trustee = (game.observe(end, seat).events[0].facts for seat in (0, 1))
    assert "rate" not in investor
    assert trustee["rate"] == 40
    other = game.apply(game.initial_state(), {0: 0, 1: 90})
    assert game.observe(other, 0) == game.observe(end, 0)


@pytest.mark.parametrize("params", [{}, {"all_or_nothing": True}, {"endowment": 3, "factor": 2}])
def test_in_equilibrium_nothing_is_sent_and_nothing_returned(params: dict[str, Any]) -> None:
    game = load("trust", params)
    found = solve(game)
    first = "keep" if params.get("all_or_nothing") else 0
    assert found.values == (game.endowment, 10)  # type: ignore[attr-defined]
    assert found.exploitability == pytest.approx(0)
    for name, row in found.policy.items():
        action = first if name.startswith("investor") else 0
        assert row[action] == 1


def test_measures_of_two_rounds_count_a_return_where_something_was_sent() -> None:
    game = load("trust", {"rounds": 3})
    made: dict[int, list[Action]] = {0: [5, 0, 10], 1: [5, 30]}
    assert list(game.measured(made)) == [
        Measured(0, 0, "sent", 50.0),
        Measured(0, 1, "sent", 0.0),
        Measured(0, 2, "sent", 100.0),
        Measured(1, 0, "returned", pytest.approx(100 / 3)),  # type: ignore[arg-type]
        Measured(1, 1, "returned", 100.0),
    ]


def test_measures_of_variants() -> None:
    game = load("trust", {"all_or_nothing": True, "strategy_method": True})
    made: dict[int, list[Action]] = {0: ["keep"], 1: [40]}
    assert list(game.measured(made)) == [
        Measured(0, 0, "trusting", 0.0), Measured(1, 0, "returned", 40.0),
    ]  # fmt: skip


def test_returns_are_due_in_situations_and_lost_without_a_value() -> None:
    game = load("trust")
    low, high = (game.apply(game.initial_state(), {0: sent}) for sent in (4, 5))
    assert list(game.due(low, {1: 6})) == [Due(1, "returned", 50.0, "less than half sent")]
    assert list(game.due(high, {1: None})) == [Due(1, "returned", None, "half or more sent")]
    assert list(game.ahead(game.initial_state())) == []  # nothing may be sent


def test_every_end_of_a_small_game_is_paid_from_what_there_is() -> None:
    game = load("trust", {"endowment": 2, "factor": 2, "trustee_endowment": 1})
    plays = complete_plays(game)
    assert len({play.end for play in plays}) == 1 + 3 + 5
    for play in plays:
        assert all(points >= 0 for points in game.payoffs(play.end))


def test_people_are_drawn_from_what_the_study_found() -> None:
    """Means of 4,000 draws: the shares sent, and the shares returned of what was received."""
    names = ("berg1995_sent", "berg1995_returned")
    draws = {baseline(name).measure: {"cells": baseline(name).cells} for name in names}
    sample = agents.load("human_sample", {"baselines": names, "draws": draws})
    game, rng = load("trust", {"endowment": 100}), Random(1)
    sample.check(game)
    start = game.observe(game.initial_state(), 0)
    sent = mean(sample.act(start, rng) for _ in range(4000))  # type: ignore[attr-defined]
    assert sent == pytest.approx(51.6, abs=1.5)
    after = game.observe(game.apply(game.initial_state(), {0: 50}), 1)
    back = mean(sample.act(after, rng) for _ in range(4000))  # type: ignore[attr-defined]
    assert back / 1.5 == pytest.approx(29.4, abs=1.5)


def test_figures_of_single_pairs_have_the_means_that_the_paper_states() -> None:
    sent = baseline("berg1995_sent").histogram.mean
    assert sent / 10 == pytest.approx(5.16, abs=0.005)
    history = baseline("berg1995_sent_history").histogram.mean
    assert history / 10 == pytest.approx(5.36, abs=0.005)


@pytest.mark.parametrize("key", ["endowment", "factor", "trustee_endowment"])
@pytest.mark.parametrize("value", [-1, 1.0, "10", True, None])
def test_points_that_are_no_whole_number_are_refused(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"^trust: {key} must be .* from [01], not {value!r}$"):
        load("trust", {key: value})


@pytest.mark.parametrize("key", ["all_or_nothing", "strategy_method"])
def test_variants_are_true_or_false(key: str) -> None:
    with pytest.raises(BadInput, match=f"^trust: {key} must be true or false, not 1$"):
        load("trust", {key: 1})
