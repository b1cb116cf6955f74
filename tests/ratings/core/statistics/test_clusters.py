import numpy as np
import pytest
from scipy import stats

from ratings.core.statistics.cluster_mean import cluster_mean
from ratings.core.statistics.clusters import (
    bounds,
    codes,
    difference,
    effective,
    joined,
    mean,
    share,
)


@pytest.mark.parametrize(("hits", "n"), [(0, 12), (3, 12), (81, 263), (12, 12)])
def test_with_one_observation_a_cluster_a_share_has_wilsons_interval(hits: int, n: int) -> None:
    found = share([True] * hits + [False] * (n - hits), range(n))
    low, high = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert found == pytest.approx((hits / n, low, high), abs=1e-9)


def test_copies_of_an_observation_tell_nothing_new() -> None:
    hits = np.arange(40) % 4 == 0
    assert effective(hits.astype(float), range(40)) == pytest.approx(40, rel=1e-9)
    copied = effective(np.repeat(hits, 5).astype(float), np.repeat(range(40), 5))
    assert copied == pytest.approx(40, rel=0.03)


def test_a_share_of_all_counts_each_cluster_once() -> None:
    found = share([True] * 30, [0, 1, 2] * 10)
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(stats.binomtest(3, 3).proportion_ci(method="wilson").low)


def test_the_difference_of_shares_is_newcombes() -> None:
    """Newcombe (1998), table II, 56/70 - 48/80: method 10 gives 0.0524 to 0.3339."""
    one, other = (([True] * k + [False] * (n - k), range(n)) for k, n in ((56, 70), (48, 80)))
    found = difference(*one, *other)
    assert found.value == pytest.approx(0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_the_interval_of_a_mean_is_that_of_cluster_means() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=60)
    found = mean(np.repeat(centres, 4), np.repeat(range(60), 4))
    half = 1.96 * centres.std() / np.sqrt(60)
    assert found.value == pytest.approx(centres.mean())
    assert found.high - found.low == pytest.approx(2 * half, rel=0.12)


def test_one_cluster_has_no_interval() -> None:
    assert np.isnan(mean([1.0, 2.0], [0, 0]).low)
    assert np.isnan(bounds(np.array([1.0, 2.0]), [7, 7])[1])


def test_codes_tell_rows_apart() -> None:
    assert codes(["a", "b", "a"], [1, 1, 1]).tolist() == [0, 1, 0]
    assert len(set(codes(["a", "a", "b", "b"], [1, 2, 1, 2]))) == 4


def test_rows_that_share_a_value_in_any_column_are_joined() -> None:
    people = ["ann", "ann", "bob", "cid", None, None]
    wordings = ["w", "x", "x", "y", "z", "z"]
    assert joined(people, wordings).tolist() == [0, 0, 0, 1, 2, 2]
    assert joined([None, None], [None, None]).tolist() == [0, 1]


@pytest.mark.parametrize("effect", [0.0, 0.5])
def test_joined_clusters_hold_the_truth_with_few_participants_of_many_decisions(
    effect: float,
) -> None:
    """Twenty participants of thirty decisions each; two and two are told the same."""
    rng, rounds = np.random.default_rng(4), 300
    person = np.repeat(np.arange(20), 30)
    wording = person // 2
    own = joined(list(person), list(wording))
    held, alone, rejected = 0, 0, 0
    for _ in range(rounds):
        effects = effect + rng.normal(0, 0.5, 20)[person] + rng.normal(0, 0.5, 10)[wording]
        values = effects + rng.normal(0, 1, 600)
        found = cluster_mean(values, own, (-np.inf, np.inf))
        held += found.interval[0] <= effect <= found.interval[1]
        rejected += found.p < 0.05
        alone += abs(values.mean() - effect) < 1.96 * values.std() / np.sqrt(600)
    assert 0.93 <= held / rounds <= 0.97
    assert alone / rounds < 0.6
    assert (rejected / rounds > 0.4) if effect else (rejected / rounds < 0.075)
