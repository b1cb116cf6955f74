"""The dictator game: who gets what, and what is refused."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import BadInput, load
from games.core.types import Amount, Payoff


def outcome(given_points: int, **params: Any) -> tuple[Payoff, ...]:
    game = load("dictator", params)
    return game.payoffs(game.apply(game.initial_state(), {0: given_points}))


@given(st.integers(1, 10**7), st.data())
def test_points_given_are_kept_by_the_recipient_and_the_rest_by_the_dictator(
    endowment: int, data: st.DataObject
) -> None:
    gift = data.draw(st.integers(0, endowment))
    kept, received = outcome(gift, endowment=endowment)
    assert (kept, received) == (endowment - gift, gift)


# Andreoni and Miller (2002), table I: tokens, value of holding and of passing one, by budget. Here
# points are worth one to their holder, so a budget is scaled by its hold value.
BUDGETS = [(40, 3, 1), (40, 1, 3), (60, 2, 1), (60, 1, 2), (75, 2, 1), (75, 1, 2)]
BUDGETS += [(60, 1, 1), (100, 1, 1)]


@pytest.mark.parametrize(("tokens", "hold", "give"), BUDGETS)
def test_a_price_gives_the_budgets_of_andreoni_and_miller(
    tokens: int, hold: int, give: int
) -> None:
    for gift in (0, 1, tokens // 2, tokens):
        kept, received = outcome(gift, endowment=tokens, price=f"{give}/{hold}")
        assert (kept * hold, received * hold) == ((tokens - gift) * hold, gift * give)


def test_a_decimal_price_is_what_is_written() -> None:
    assert outcome(1, price=0.1) == (99, Fraction(1, 10))
    assert load("dictator", {"price": 0.5}) == load("dictator", {"price": "1/2"})


def test_the_default_is_a_hundred_points_at_par_given_by_one_player() -> None:
    game = load("dictator")
    assert game.space(game.initial_state(), 0) == Amount(0, 100)
    assert outcome(30) == (70, 30)
    assert game.deciders == (0,)
    assert load("dictator", {"rounds": 2}).deciders == (0,)


def test_both_players_know_the_budget_and_then_the_gift() -> None:
    game = load("dictator", {"endowment": 10, "price": 3})
    after = game.apply(game.initial_state(), {0: 4})
    for seat, state in product((0, 1), (game.initial_state(), after)):
        assert game.observe(state, seat).facts == {"endowment": 10, "price": 3}
    for seat in (0, 1):
        (event,) = game.observe(after, seat).events
        assert (event.kind, event.facts) == ("gave", {"player": 0, "given": 4})


@pytest.mark.parametrize("value", [0, -1, 1.0, "100", True, None])
def test_an_endowment_that_is_no_whole_number_from_one_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"^dictator: endowment must be .* 1, not {value!r}$"):
        load("dictator", {"endowment": value})


@pytest.mark.parametrize("value", [0, -1, "-1/2", 0.0, "three", None, True])
def test_a_price_that_is_not_above_zero_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match=f"^dictator: price must be .*, not {value!r}$"):
        load("dictator", {"price": value})
