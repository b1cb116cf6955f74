"""Parameters of preferences are recovered from choices that follow them."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ratings.core.human.estimates import alpha_of, preferences
from ratings.core.human.preferences import (
    Choices,
    Floats,
    altruism,
    answers,
    gifts,
    inequity_aversion,
    pooled,
    threshold,
)

Utility = Callable[[Floats, Floats], Floats]


def decided(choices: Choices, utility: Utility, precision: float, seed: int) -> Choices:
    """The same divisions, chosen by logit."""
    rng = np.random.default_rng(seed)
    own, other = np.nan_to_num(choices.own), np.nan_to_num(choices.other)
    worth = precision * utility(own, other) + rng.gumbel(size=own.shape)
    return Choices(
        choices.own, choices.other, np.where(np.isnan(choices.own), -np.inf, worth).argmax(1)
    )


def fehr_schmidt(alpha: float, beta: float) -> Utility:
    return lambda own, other: (
        own - alpha * np.maximum(other - own, 0) - beta * np.maximum(own - other, 0)
    )


@pytest.mark.parametrize(("alpha", "beta"), [(0.533, 0.326), (2.0, 0.6), (0.0, 0.0)])
def test_inequity_aversion_is_recovered(alpha: float, beta: float) -> None:
    rng = np.random.default_rng(1)
    nothing, prices = np.zeros(1500), rng.choice([1 / 3, 1, 3], 1500)
    offers = rng.integers(0, 51, 1500).astype(float)
    choices = pooled(gifts(nothing, prices, 20), answers(offers, nothing, 20))
    fit = inequity_aversion(decided(choices, fehr_schmidt(alpha, beta), 12, 2))
    assert fit.estimates["alpha"] == pytest.approx(alpha, abs=0.12)
    assert fit.estimates["beta"] == pytest.approx(beta, abs=0.06)
    assert fit.precision == pytest.approx(12, rel=0.1)
    assert fit.choices == 3000


def test_the_likelihood_is_that_of_a_logit_choice() -> None:
    # Two responders with opposite answers to the same offer: a probability of one half each.
    fit = inequity_aversion(answers(np.array([30.0, 30.0]), np.array([1.0, 0.0])))
    assert fit.log_likelihood == pytest.approx(2 * np.log(0.5), abs=1e-4)


def test_what_the_choices_do_not_tell_is_not_told() -> None:
    offers = np.array([10.0, 20.0, 30.0, 40.0] * 20)
    fit = inequity_aversion(answers(offers, (offers > 25).astype(float)))
    assert np.isnan(fit.estimates["beta"])  # no offer leaves the responder with more
    assert altruism(gifts(np.array([20.0, 50.0]), np.ones(2))) is None  # one price


@pytest.mark.parametrize("given", [[50.0], [30.0], [0.0], [0.0, 50.0], [0.0, 20.0, 50.0]])
def test_gifts_at_one_price_tell_neither_alpha_nor_beta(given: list[float]) -> None:
    """Of three parameters they determine two products with the precision."""
    rows = [["a", "share_given", value, None, 1.0] for value in given * 40]
    table = pd.DataFrame(rows, columns=["contestant", "measure", "value", "x", "price"])
    found = preferences(table).set_index("parameter")["estimate"]
    assert np.isnan(found["Fehr–Schmidt alpha"])
    assert np.isnan(found["Fehr–Schmidt beta"])


def test_a_likelihood_that_stays_flat_tells_nothing() -> None:
    offers = np.repeat([10.0, 20.0, 30.0, 40.0], 20)
    accepted = (np.random.default_rng(0).random(80) < offers / 50).astype(float)
    fair = pooled(gifts(np.full(80, 50.0), np.ones(80)), answers(offers, accepted))
    fit = inequity_aversion(fair)
    assert 0 < fit.estimates["alpha"] < 2
    assert np.isnan(fit.estimates["beta"])  # whoever always gives half may have any that is large
    yes = inequity_aversion(answers(offers, np.ones(80)))
    assert np.isnan(yes.estimates["alpha"])


def test_prices_tell_beta_without_answers() -> None:
    prices = np.random.default_rng(3).choice([1 / 3, 1, 3], 1500)
    given = decided(gifts(np.zeros(1500), prices, 20), fehr_schmidt(0.5, 0.3), 12, 2)
    fit = inequity_aversion(given)
    assert np.isnan(fit.estimates["alpha"])
    assert fit.estimates["beta"] == pytest.approx(0.3, abs=0.06)


def test_altruism_is_recovered_where_prices_vary() -> None:
    prices = np.random.default_rng(3).choice([1 / 3, 0.5, 1, 2, 3], 2000)

    def utility(own: Floats, other: Floats) -> Floats:
        own, other = np.maximum(own, 1e-6), np.maximum(other, 1e-6)
        return np.asarray((0.65 * own**0.4 + 0.35 * other**0.4) ** 2.5)

    fit = altruism(decided(gifts(np.zeros(2000), prices, 20), utility, 25, 4))
    assert fit is not None
    assert fit.estimates["weight"] == pytest.approx(0.65, abs=0.03)
    assert fit.estimates["curve"] == pytest.approx(0.4, abs=0.1)


def test_the_threshold_is_the_offer_at_even_odds() -> None:
    rng = np.random.default_rng(5)
    offers = rng.integers(0, 101, 4000).astype(float)
    yes = (rng.random(4000) < 1 / (1 + np.exp(-(offers - 32) / 6))).astype(float)
    assert threshold(offers, yes) == pytest.approx(32, abs=1)
    sharp = np.array([10.0, 20.0, 30.0])
    assert threshold(sharp, np.array([0.0, 1.0, 1.0])) == 15
    assert np.isnan(threshold(sharp, np.ones(3)))
    assert np.isnan(threshold(sharp, np.array([1.0, 0.0, 0.0])))  # the wrong way round


def test_a_minimum_implies_an_alpha() -> None:
    assert alpha_of(0) == 0
    assert alpha_of(40) == pytest.approx(2)
    assert np.isnan(alpha_of(50))


def test_preferences_stand_in_one_table() -> None:
    rows = [
        *(["a", "share_given", value, None, 1.0] for value in (0, 20, 50)),
        *(["a", "acceptance", float(offer > 25), offer, 1.0] for offer in (10, 20, 30, 40)),
        ["b", "minimum", 25.0, None, 1.0],
    ]
    table = pd.DataFrame(rows, columns=["contestant", "measure", "value", "x", "price"])
    found = preferences(table).set_index(["contestant", "parameter"])["estimate"]
    assert found["a", "rejection threshold"] == 25
    assert found["b", "alpha that this minimum implies"] == 0.5
    assert ("a", "Fehr–Schmidt alpha") in found.index
