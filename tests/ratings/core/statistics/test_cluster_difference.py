"""Differences of two arms within places: the textbook's formulas, and simulated truth."""

import numpy as np
import pytest

from ratings.core.statistics.cluster_difference import cluster_difference
from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean

WIDE = (-np.inf, np.inf)


def dense(
    y: np.ndarray, x: np.ndarray, place: np.ndarray, cluster: np.ndarray
) -> tuple[float, ...]:
    """Estimate, CR2 error and Satterthwaite's degrees of freedom, by the formulas with matrices."""
    design = np.column_stack([x, place[:, None] == np.unique(place)]).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    rest = np.eye(len(y)) - hat
    rows, total = [], 0.0
    for each in np.unique(cluster):
        own = np.flatnonzero(cluster == each)
        values, vectors = np.linalg.eigh(rest[np.ix_(own, own)])
        root = vectors @ np.diag([v**-0.5 if v > 1e-9 else 0 for v in values]) @ vectors.T
        weight = root @ design[own] @ inverse[:, 0]
        total += (weight @ (rest @ y)[own]) ** 2
        rows.append(weight @ rest[own])
    form = np.array(rows) @ np.array(rows).T
    estimate = (inverse @ design.T @ y)[0]
    return estimate, np.sqrt(total), np.trace(form) ** 2 / (form**2).sum()


def drawn(seed: int, people: int = 9, turns: int = 6) -> tuple[np.ndarray, ...]:
    """Unequal clusters, some with one arm alone."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(people), rng.integers(2, turns, people))
    arm = np.where(cluster % 3 == 0, cluster % 2, rng.integers(0, 2, len(cluster)))
    place = rng.integers(0, 3, len(cluster))
    return rng.normal(size=len(cluster)), arm, place, cluster


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_the_formulas_say(seed: int) -> None:
    y, arm, place, cluster = drawn(seed)
    found = cluster_difference(y, arm, place, cluster, WIDE)
    assert (found.value, found.error, found.df) == pytest.approx(dense(y, arm, place, cluster))


def test_with_both_arms_once_in_each_cluster_it_is_the_paired_test() -> None:
    gap = np.random.default_rng(2).normal(size=12)
    y, cluster = np.concatenate([gap, np.zeros(12)]), np.tile(np.arange(12), 2)
    found = cluster_difference(y, np.repeat([1, 0], 12), np.zeros(24), cluster, WIDE)
    paired = cluster_mean(gap, np.arange(12), WIDE)
    assert (found.value, found.error) == pytest.approx((paired.value, paired.error))
    assert found.df == pytest.approx(paired.df)


def test_places_with_one_arm_alone_say_nothing() -> None:
    y, arm, place, cluster = drawn(1)
    alone = np.full(4, 9), np.ones(4), np.full(4, 7), np.arange(50, 54)
    more = [np.concatenate(each) for each in zip((y, arm, place, cluster), alone, strict=True)]
    with_them = cluster_difference(more[0], more[1], more[2], more[3], WIDE)
    without = cluster_difference(y, arm, place, cluster, WIDE)
    assert (with_them.value, with_them.error) == pytest.approx((without.value, without.error))
    assert with_them.clusters == without.clusters
    nothing = cluster_difference(y, arm, arm, cluster, WIDE)
    assert np.isnan([nothing.value, *nothing.interval, nothing.p]).all()
    assert nothing.clusters == 0


def people(rng: np.random.Generator, count: int, *, within: bool) -> ClusterMean:
    """A difference that is none, between people whose own inclinations differ a lot."""
    turns = np.tile(np.arange(20), count)
    person = np.repeat(np.arange(count), 20)
    met = turns < 10 if within else person % 4 == 0
    own = rng.normal(0, 0.2, count)[person]
    value = (rng.random(len(person)) < np.clip(0.45 + own, 0, 1)).astype(float)
    return cluster_difference(value, met, turns % 10, person, (-1, 1))


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.soak
def test_its_interval_covers_a_null_of_few_people(within: bool) -> None:  # noqa: FBT001
    rng, rounds = np.random.default_rng(5), 2000
    held = sum(
        low <= 0 <= high
        for low, high in (people(rng, 12, within=within).interval for _ in range(rounds))
    )
    assert 0.93 <= held / rounds <= 0.975
