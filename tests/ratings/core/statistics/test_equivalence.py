import numpy as np
import pytest
from statsmodels.stats.weightstats import ttost_ind

from ratings.core.statistics.clusters import Clustered, clustered
from ratings.core.statistics.equivalence import tost, welch


def test_what_does_not_vary_within_clusters_counts_once() -> None:
    ours = clustered(np.repeat([1.0, 5.0, 9.0], 4), np.repeat([0, 1, 2], 4))
    assert (ours.n, ours.clusters, ours.effective, ours.mean) == (12, 3, 3, 5)
    assert ours.se == pytest.approx(4 / np.sqrt(3))


def test_singles_count_fully_and_one_cluster_has_no_interval() -> None:
    values = np.array([1.0, 4.0, 2.0])
    assert clustered(values, np.arange(3)).effective == 3
    alone = clustered(values, np.zeros(3))
    assert alone.effective == 1
    assert np.isnan(alone.se)
    assert np.isnan(alone.interval()).all()


def test_the_worked_design_effect() -> None:
    # 20 paraphrases of 15 draws at an intraclass correlation of .2: 300 draws count as 79.
    rng = np.random.default_rng(0)
    cluster = np.repeat(np.arange(20), 15)
    effective = [
        clustered(
            rng.normal(0, np.sqrt(0.2), 20)[cluster] + rng.normal(0, np.sqrt(0.8), 300), cluster
        ).effective
        for _ in range(300)
    ]
    assert np.median(effective) == pytest.approx(79, rel=0.1)


def test_two_one_sided_tests_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    ours, people = rng.normal(27, 22, 60), rng.normal(25, 22, 500)
    half = clustered(ours, np.arange(60))
    gap = Clustered(60, 60, 60, half.mean - people.mean(), half.se)
    se, df = welch(gap, people.std(ddof=1) / np.sqrt(500), 500)
    for margin in (3, 5, 10):
        expected = ttost_ind(ours, people, -margin, margin, usevar="unequal")[0]
        assert tost(gap.mean, se, df, margin) == pytest.approx(expected)


def test_a_difference_known_exactly_is_equivalent_or_not() -> None:
    assert tost(3, 0, 5, 10) == 0
    assert tost(10, 0, 5, 10) == 1
    assert np.isnan(tost(3, float("nan"), 5, 10))


def test_the_power_that_was_planned() -> None:
    # About 52 effective draws give power .9 for a margin of 10 at a standard deviation of 22.
    rng = np.random.default_rng(2)
    found = [
        tost(x.mean(), x.std(ddof=1) / np.sqrt(52), 51, 10) < 0.05
        for x in rng.normal(0, 22, (1500, 52))
    ]
    assert np.mean(found) == pytest.approx(0.9, abs=0.03)
