"""Power of cluster means: exact oracles for clusters of one size, simulated studies for others."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.cluster_mean import cluster_mean
from ratings.core.statistics.cluster_power import ClusterPlan, smallest, spread
from ratings.core.statistics.equivalence import tost
from ratings.core.statistics.power import fewest

UNEQUAL = np.array([1.0, 1, 2, 3, 3, 4, 6, 8, 8, 12, 2, 1])


@pytest.mark.parametrize("clusters", [2, 5, 12, 40])
@pytest.mark.parametrize("alpha", [0.05, 0.004])
def test_with_clusters_of_one_size_it_is_the_power_of_the_t_test(
    clusters: int, alpha: float
) -> None:
    plan = ClusterPlan(np.full(clusters, 4.0), between=0.3, within=1.0)
    for effect in (0.0, 0.2, 0.7):
        oracle = TTestPower().power(effect / np.sqrt(0.3 + 1 / 4), clusters, alpha)
        assert plan.power(effect, alpha) == pytest.approx(oracle, abs=2e-3)
    assert plan.error == pytest.approx(np.sqrt(0.55 / clusters))
    assert plan.df == pytest.approx(clusters - 1)


def test_the_tests_degrees_of_freedom_are_the_estimators() -> None:
    values = np.random.default_rng(1).normal(size=int(UNEQUAL.sum()))
    clusters = np.repeat(np.arange(len(UNEQUAL)), UNEQUAL.astype(int))
    of = cluster_mean(values, clusters, (-9, 9))
    assert ClusterPlan(UNEQUAL, 1, 1).df == pytest.approx(of.df)


def drawn(
    plan: ClusterPlan, effect: float, studies: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Observations of many studies: [studies, n], and the cluster of each: [n]."""
    cluster = np.repeat(np.arange(plan.clusters), plan.sizes.astype(int))
    levels = np.sqrt(plan.levels) * rng.permuted(
        np.tile(np.resize([-1.0, 1.0], plan.clusters), (studies, 1)), axis=1
    )
    means = levels + np.sqrt(plan.between) * rng.normal(size=(studies, plan.clusters))
    noise = np.sqrt(plan.within) * rng.normal(size=(studies, len(cluster)))
    return effect + means[:, cluster] + noise, cluster.astype(float)


PLANS = {
    "one size": ClusterPlan(np.full(10, 3.0), 0.5, 1.0),
    "unequal": ClusterPlan(UNEQUAL, 0.0, 1.0),
    "unequal, with variance between": ClusterPlan(UNEQUAL, 0.6, 1.0),
    "levels": ClusterPlan(np.full(12, 2.0), 0.1, 0.5, levels=0.4),
    "levels, unequal": ClusterPlan(np.resize([1.0, 2, 3], 24), 0.1, 0.5, levels=0.2),
}


def as_predicted(plan: ClusterPlan, studies: int, near: float) -> None:
    """Whether studies that end in `cluster_mean` come out as predicted."""
    rng = np.random.default_rng([studies, plan.clusters])
    margin = 3.2 * plan.error
    for effect in (2.9 * plan.error, 0.0):
        values, cluster = drawn(plan, effect, studies, rng)
        found = [cluster_mean(each, cluster, (-99, 99)) for each in values]
        power = np.mean([each.p < 0.05 for each in found])
        assert power == pytest.approx(plan.power(effect, 0.05), abs=near)
        value, error, df = np.array([(each.value, each.error, each.df) for each in found]).T
        same = (tost(value, error, df, margin) < 0.05).mean()
        assert same == pytest.approx(plan.equivalence(margin, 0.05, effect), abs=near)
        assert np.sqrt((error**2).mean()) == pytest.approx(plan.error, rel=near)


@pytest.mark.parametrize("name", PLANS)
def test_simulated_studies_come_out_as_predicted(name: str) -> None:
    as_predicted(PLANS[name], 400, 4 * 0.5 / 20)


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANS)
def test_many_simulated_studies_come_out_within_three_points(name: str) -> None:
    as_predicted(PLANS[name], 4_000, 0.03)


def test_two_one_sided_tests_of_clusters_of_one_size_by_their_definition() -> None:
    plan, rng = ClusterPlan(np.ones(15), 1.0, 0.0), np.random.default_rng(3)
    mean = rng.normal(0, 1 / np.sqrt(15), 200_000)
    error = np.sqrt(rng.chisquare(14, 200_000) / 14 / 15)
    within = np.abs(mean) + stats.t.ppf(0.95, 14) * error < 0.8
    assert plan.equivalence(0.8, 0.05) == pytest.approx(within.mean(), abs=0.005)
    assert plan.equivalence(1e-3, 0.05) == 0


def test_a_pilots_variances_are_found() -> None:
    """On average over 600 pilots; a part that is below 0 by chance counts as none."""
    plan, rng = ClusterPlan(UNEQUAL, 0.8, 0.5), np.random.default_rng(5)
    values, cluster = drawn(plan, 0.3, 600, rng)
    parts = np.array([(s.between, s.within) for s in (spread(each, cluster) for each in values)])
    assert parts.mean(axis=0) == pytest.approx([0.8, 0.5], rel=0.1)


def test_a_pilot_keeps_the_error_that_it_shows() -> None:
    values, cluster = drawn(ClusterPlan(UNEQUAL, 0.8, 0.5), 0, 1, np.random.default_rng(6))
    shown = cluster_mean(values[0], cluster, (-9, 9)).error
    assert spread(values[0], cluster).error == pytest.approx(shown)
    alone = spread(values[0][:12], np.arange(12))  # no cluster has two: all of it is between
    assert alone.within == 0
    assert alone.between == pytest.approx(values[0][:12].var(ddof=1))


def test_one_cluster_says_nothing() -> None:
    plan = spread([1.0, 2.0], [0, 0])
    assert np.isnan([plan.power(1, 0.05), plan.equivalence(1, 0.05), plan.error, plan.df]).all()


def test_the_smallest_effect_is_found_as_often_as_is_asked() -> None:
    plan = PLANS["unequal, with variance between"]
    least = smallest(lambda effect: plan.power(effect, 0.01), 0.8, 10)
    assert plan.power(least, 0.01) == pytest.approx(0.8, abs=0.005)
    assert np.isnan(smallest(lambda effect: plan.power(effect, 0.01), 0.8, 0.2))


@pytest.mark.parametrize("truth", [3, 4, 17, 900])
def test_the_fewest_that_are_enough(truth: int) -> None:
    found = fewest(lambda number: number >= truth, 10_000)
    assert found is not None
    assert truth <= found <= max(truth, 1.02 * truth + 1)
    assert fewest(lambda number: False, 10_000) is None  # noqa: ARG005
