import numpy as np
import pytest
from scipy import linalg, stats

from ratings.core.statistics.bootstrap import Floats, Ints
from ratings.core.statistics.cluster_mean import cluster_mean

ANY = (-100.0, 100.0)


def by_matrices(y: Floats, cluster: Ints) -> tuple[float, float]:
    """CR2 and its degrees of freedom by the general formula, for a regression on 1."""
    n, x = len(y), np.ones((len(y), 1))
    hat = x @ x.T / n
    rest = np.eye(n) - hat
    squared, columns = 0.0, []
    for one in np.unique(cluster):
        at = cluster == one
        root = linalg.fractional_matrix_power(rest[np.ix_(at, at)], -0.5)
        weights = (root @ x[at]).ravel() / n
        squared += float(weights @ (y - y.mean())[at]) ** 2
        columns.append(rest[:, at] @ weights)
    gram = np.array(columns) @ np.array(columns).T
    return np.sqrt(squared), np.trace(gram) ** 2 / np.trace(gram @ gram)


@pytest.mark.parametrize("sizes", [(3, 3, 3), (1, 2, 9, 4), (1, 1, 1, 1, 12), (5, 1)])
def test_the_error_and_its_degrees_of_freedom_are_those_of_the_general_formula(
    sizes: tuple[int, ...],
) -> None:
    rng = np.random.default_rng(len(sizes))
    cluster = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    y = rng.normal(1, 2, len(cluster)) + rng.normal(0, 1, len(sizes))[cluster]
    found = cluster_mean(y, cluster, ANY)
    error, df = by_matrices(y, cluster)
    assert found.clusters == len(sizes)
    assert (found.value, found.error, found.df) == pytest.approx((y.mean(), error, df))


def test_with_clusters_of_one_size_it_is_the_t_test_of_their_means() -> None:
    y = np.random.default_rng(3).normal(0.4, 1, (12, 5))
    found = cluster_mean(y.ravel(), np.repeat(range(12), 5), ANY)
    oracle = stats.ttest_1samp(y.mean(axis=1), 0)
    assert found.p == pytest.approx(oracle.pvalue)
    assert found.interval == pytest.approx(tuple(oracle.confidence_interval()))


def test_an_interval_stays_where_values_can_be() -> None:
    y = np.array([0.0, 0.0, 0.0, 1.0])
    assert cluster_mean(y, range(4), (-9, 9)).interval == pytest.approx(
        (-0.54561, 1.04561), abs=1e-4
    )
    assert cluster_mean(y, range(4), (0, 1)).interval == (0, 1)


@pytest.mark.parametrize("clusters", [2, 8, 20])
def test_clusters_that_agree_are_worth_their_number(clusters: int) -> None:
    found = cluster_mean(np.ones(2 * clusters), np.repeat(range(clusters), 2), (-1, 1))
    otherwise = stats.binomtest(0, clusters).proportion_ci().high
    assert found.interval == pytest.approx((1 - 2 * otherwise, 1))
    assert found.p == pytest.approx(2 * 0.5**clusters)


def test_no_difference_anywhere_is_none() -> None:
    found = cluster_mean(np.zeros(9), range(9), (-1, 1))
    assert found.p == 1
    low, high = found.interval
    assert -low == pytest.approx(high)
    assert 0 < high < 0.4


def test_one_cluster_or_none_has_no_interval() -> None:
    one, none = cluster_mean([1.0, 3.0], [4, 4], ANY), cluster_mean([], [], ANY)
    assert (one.value, one.clusters, none.clusters) == (2, 1, 0)
    assert np.isnan([*one.interval, one.p, none.value, *none.interval, none.p]).all()
