import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from ratings import margin, mean_payoff
from ratings.core.comparisons.scoring import record
from ratings.core.statistics.least_squares import fit, holm
from tests.ratings.core.comparisons.test_scoring import seats
from tests.ratings.leagues import cell


@pytest.mark.parametrize("seed", range(3))
def test_statsmodels_agrees_on_coefficients_errors_and_p_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    clusters = rng.integers(0, 12, 90)
    x = np.column_stack([np.ones(90), rng.normal(size=(90, 2))])
    y = x @ [1.0, 0.3, -0.2] + rng.normal(size=90) + rng.normal(size=12)[clusters]
    ours = fit(x, y, clusters, np.eye(3))
    theirs = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    assert ours.estimate == pytest.approx(theirs.params)
    assert ours.error == pytest.approx(theirs.bse)
    assert ours.p == pytest.approx(theirs.pvalues)
    assert pytest.approx(theirs.conf_int()) == np.array(ours.interval).T


def test_what_the_data_leave_open_is_not_a_number() -> None:
    x = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    found = fit(x, np.array([1.0, 2.0, 3.0]), [0, 1, 2], np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert found.estimate[0] == pytest.approx(2)
    assert np.isnan(found.estimate[1])


def test_statsmodels_agrees_on_holm() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.5, 0.005])
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert np.isnan(holm([0.01, np.nan])[1])
    assert holm([0.01, np.nan])[0] == pytest.approx(0.01)


def test_mean_payoff_is_over_seats_also_where_somebody_sat_in_one_more_often() -> None:
    # The second seat is worth 2 more; b sits there twice as often.
    table = seats((0, {"a": 1, "b": 3}), (1, {"a": 1, "b": 3}), (2, {"b": 1, "a": 3}))
    found = mean_payoff.METHOD(record("g", table, zero_sum=False)).set_index("contestant")
    assert cell(found, "a", "mean_payoff") == pytest.approx(2)
    assert cell(found, "b", "mean_payoff") == pytest.approx(2)


def test_margins_do_not_flatter_who_met_the_weak() -> None:
    # b beats a by 1 and c by 3; d beats c by 3 only. So d is as good as b, though its mean is more.
    results = [("b", "a", 1.0), ("b", "c", 3.0), ("d", "c", 3.0)]
    one_way = [(0, {one: by, two: -by}) for one, two, by in results]
    other_way = [(1, {two: -by, one: by}) for one, two, by in results]
    table = seats(*one_way, *other_way)
    found = margin.METHOD(record("g", table, zero_sum=True)).set_index("contestant")["margin"]
    assert found["b"] == pytest.approx(found["d"])
    assert found["b"] - found["a"] == pytest.approx(1)
    assert found["b"] - found["c"] == pytest.approx(3)
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_margins_belong_to_zero_sum_games() -> None:
    table = seats((0, {"a": 1, "b": 3}), (1, {"a": 2, "b": 3}))
    assert margin.METHOD(record("g", table, zero_sum=False))["margin"].isna().all()
