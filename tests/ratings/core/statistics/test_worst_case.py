import numpy as np
import pytest
from scipy import stats

from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean
from ratings.core.statistics.worst_case import critical, interval


def mean(value: float, error: float, df: float = np.inf) -> ClusterMean:
    return ClusterMean(value, error, df, 20, (-1, 1))


@pytest.mark.parametrize(("width", "errors"), [(0.0, 1.95996), (1.0, 1.6815), (8.0, 1.64485)])
def test_the_reach_falls_from_two_sided_to_one_sided(width: float, errors: float) -> None:
    """By hand from tables of the normal distribution: Phi(c + width) - Phi(-c) = .95."""
    assert critical(width, np.inf) == pytest.approx(errors, abs=2e-4)


def test_a_worked_case() -> None:
    """Bounds .10 and .20 with errors .05 and .10: width 1 in units of the larger error."""
    low, high = interval(mean(0.10, 0.05), mean(0.20, 0.10))
    assert low == pytest.approx(0.10 - 1.6815 * 0.05, abs=2e-5)
    assert high == pytest.approx(0.20 + 1.6815 * 0.10, abs=2e-5)


def test_without_losses_it_is_the_interval_of_the_mean() -> None:
    same = cluster_mean(np.random.default_rng(1).normal(size=15), range(15), (-9, 9))
    assert interval(same, same) == pytest.approx(same.interval)


def test_bounds_that_clusters_agree_on_keep_their_own_ends() -> None:
    otherwise = stats.binomtest(0, 20).proportion_ci().high
    agreed, other = cluster_mean(np.zeros(20), range(20), (-1, 1)), mean(0.2, 0.1, 19)
    assert interval(agreed, agreed) == pytest.approx((-otherwise, otherwise))
    low, high = interval(agreed, other)
    assert low == pytest.approx(-otherwise)
    assert high == pytest.approx(0.2 + critical(2.0, 19) * 0.1)


def test_it_ends_where_values_can_be_and_needs_two_clusters() -> None:
    assert interval(mean(-0.9, 0.2), mean(0.9, 0.2)) == (-1, 1)
    assert np.isnan(interval(mean(0, np.nan, np.nan), mean(1, np.nan, np.nan))).all()
