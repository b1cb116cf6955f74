"""Pooling, of simulated studies of which the truth is known."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from ratings.core.statistics.random_effects import Pooled, pooled


def studies(tau: float, number: int, of: int = 5, mean: float = 0.2) -> list[Pooled]:
    rng = np.random.default_rng([number, of])
    errors = rng.uniform(0.08, 0.2, (number, of))
    truths = rng.normal(mean, tau, (number, of))
    return [pooled(*each) for each in zip(rng.normal(truths, errors), errors, strict=True)]


@pytest.mark.parametrize("tau", [0.0, 0.1, 0.3])
def test_intervals_of_five_studies_cover_the_truth(tau: float) -> None:
    found = studies(tau, 400)
    # Four standard errors of a share of .95 among 400.
    assert np.mean([each.low <= 0.2 <= each.high for each in found]) >= 0.906
    assert np.mean([each.value for each in found]) == pytest.approx(0.2, abs=0.04)


def test_studies_that_do_not_differ_seldom_seem_to() -> None:
    found = studies(0, 400)
    assert np.mean([each.q_p < 0.05 for each in found]) == pytest.approx(0.05, abs=0.044)
    assert np.median([each.tau for each in found]) < 0.05
    assert np.median([each.i2 for each in found]) < 0.1


def test_studies_that_differ_are_found_to() -> None:
    found = studies(0.5, 100)
    assert np.mean([each.q_p < 0.05 for each in found]) > 0.8
    assert np.mean([each.tau for each in found]) == pytest.approx(0.5, abs=0.1)


def test_no_effect_is_seldom_found() -> None:
    found = studies(0.1, 400, mean=0)
    assert np.mean([each.p < 0.05 for each in found]) <= 0.094


def test_it_is_statsmodels_with_the_wider_of_two_errors() -> None:
    effects, errors = np.array([0.1, 0.5, 0.3]), np.array([0.1, 0.1, 0.2])
    oracle = combine_effects(effects, errors**2, method_re="iterated", use_t=True)
    found = pooled(effects, errors)
    _, _, _, (low, high) = oracle.conf_int()
    assert (found.value, found.low, found.high) == pytest.approx((oracle.mean_effect_re, low, high))
    assert found.tau == pytest.approx(np.sqrt(oracle.tau2))
    alike = pooled([0.2, 0.2], [0.1, 0.1])
    assert alike.high - alike.low == pytest.approx(2 * 12.7062 * 0.1 / np.sqrt(2), rel=1e-4)
    assert (alike.tau, alike.i2, alike.q) == pytest.approx((0, 0, 0), abs=1e-9)


def test_a_single_study_is_not_pooled() -> None:
    found = pooled([0.3, np.nan, 0.1], [0.1, 0.1, np.nan])
    assert (found.studies, found.value) == (1, 0.3)
    assert np.isnan(found[2:]).all()
    assert np.isnan(pooled([], []).value)


def test_studies_that_agree_to_the_last_digit_have_no_heterogeneity() -> None:
    found = pooled([0.0, 0.0, 0.0], [0.1, 0.1, 0.1])
    assert (found.value, found.tau, found.i2, found.q, found.q_p) == (0, 0, 0, 0, 1)
    assert found.p == 1
