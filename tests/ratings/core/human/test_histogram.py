"""Distances: the worked figures of the literature, and scipy as an oracle."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ratings.core.human import histogram as h
from ratings.core.human.studies import baseline

MOBLAB = {
    name: baseline(f"moblab2024_{name}").histogram for name in ("dictator", "offer", "minimum")
}
shares = st.lists(st.integers(0, 100), min_size=1, max_size=40)


@given(shares)
def test_distances_are_those_of_scipy(values: list[int]) -> None:
    people = baseline("forsythe1994_dictator_unpaid").histogram
    both = h.pair(people, np.array(values, dtype=float))
    sides = (people.values, np.array(values), people.share, None)
    assert h.wasserstein(both) == pytest.approx(stats.wasserstein_distance(*sides))
    assert h.energy(both) == pytest.approx(stats.energy_distance(*sides), abs=1e-7)
    crowd = np.repeat(people.values, people.count.astype(int))
    assert h.kolmogorov_smirnov(both) == pytest.approx(stats.ks_2samp(crowd, values).statistic)


@given(shares)
def test_both_sides_are_as_coarse_as_the_study(values: list[int]) -> None:
    people = baseline("engel2011_students").histogram
    coarse = [0 if v == 0 else 10 * ((v + 9) // 10) for v in values]
    both = h.pair(people, np.array(values, dtype=float))
    ends = np.arange(0, 101, 10)
    expected = stats.wasserstein_distance(ends, np.array(coarse), people.count)
    assert h.wasserstein(both) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("one", "two", "apart"),
    [
        # Recomputed from the studies' files, in points of the pie.
        ("engel2011_students", "engel2011_nonstudents", 21.97),
        ("engel2011_students", "moblab2024_dictator", 8.27),
        ("engel2011_plain", "moblab2024_dictator", 3.56),
        ("engel2011_plain", "forsythe1994_dictator_unpaid", 14.39),
    ],
)
def test_people_are_this_far_from_people(one: str, two: str, apart: float) -> None:
    a, b = baseline(one).histogram, baseline(two).histogram
    assert h.wasserstein(h.between(a, b)) == pytest.approx(apart, abs=0.005)
    assert h.wasserstein(h.between(b, a)) == pytest.approx(apart, abs=0.005)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        # Mean and 95 per cent point of W1 for 50, 100, 200, 500 and 1,000 people, drawn from the
        # study's own file a few hundred times.
        (
            "dictator",
            [(3.322, 6.510), (2.399, 4.667), (1.648, 3.067), (1.047, 2.048), (0.752, 1.498)],
        ),
        ("offer", [(3.497, 6.060), (2.442, 4.193), (1.707, 2.944), (1.099, 1.864), (0.765, 1.270)]),
        (
            "minimum",
            [(3.385, 6.244), (2.482, 4.295), (1.713, 3.167), (1.043, 1.815), (0.771, 1.320)],
        ),
    ],
)
def test_the_noise_floor(name: str, published: list[tuple[float, float]]) -> None:
    # Their few hundred draws leave 3 per cent of error in a mean and 6 in a 95 per cent point.
    for n, (mean, high) in zip((50, 100, 200, 500, 1000), published, strict=True):
        exact = replace(MOBLAB[name], people=1e9)  # theirs takes the file as all people
        floor = h.noise_floor(exact, n)
        assert floor.mean() == pytest.approx(mean, rel=0.04)
        assert np.quantile(floor, 0.95) == pytest.approx(high, rel=0.08)


def test_few_people_behind_a_study_are_further_from_others_like_them() -> None:
    """Of n people beside n others, both from one population: root two of n beside all."""
    people = MOBLAB["dictator"]
    exact, equal = (
        h.noise_floor(replace(people, people=behind), 100).mean() for behind in (1e9, 100)
    )
    assert equal / exact == pytest.approx(np.sqrt(2), rel=0.05)
    assert np.isnan(h.noise_floor(replace(people, people=np.nan), 100)).all()


def test_more_people_are_nearer() -> None:
    exact = replace(MOBLAB["dictator"], people=1e9)
    floors = [h.noise_floor(exact, n).mean() for n in (10, 40, 160, 640)]
    for few, many in pairwise(floors):
        assert few / many == pytest.approx(2, rel=0.05)  # root of n


@pytest.mark.parametrize(
    ("name", "against_people", "half"),
    [
        # Mei et al. (2024): win, tie, loss of a person, and of whoever always takes 50.
        ("dictator", (0.396, 0.208, 0.396), (0.453, 0.207, 0.339)),
        ("offer", (0.397, 0.206, 0.397), None),
        ("minimum", (0.410, 0.180, 0.410), None),
    ],
)
def test_the_behavioural_turing_test(
    name: str, against_people: tuple[float, ...], half: tuple[float, ...] | None
) -> None:
    people = MOBLAB[name]
    crowd = np.bincount(np.searchsorted(h.TEN, people.high), people.share, len(h.TEN))
    assert h.turing_shares(crowd, crowd) == pytest.approx(against_people, abs=0.0006)
    if half is not None:
        assert h.turing(people, np.full(7, 50.0)) == pytest.approx(half, abs=0.0006)


def test_cells_that_cut_across_the_ten_have_no_turing_test() -> None:
    assert h.turing(baseline("engel2011_students").histogram, np.array([50.0])) is None


def test_a_permutation_tells_people_from_others_only_if_they_differ() -> None:
    people, rng = MOBLAB["offer"], np.random.default_rng(5)
    drawn = rng.choice(people.values, 80, p=people.share)
    assert h.permutation_p(h.pair(people, drawn), people.people, 80) > 0.05
    assert h.permutation_p(h.pair(people, np.full(80, 50.0)), people.people, 80) == 0.001
    rejected = [
        h.permutation_p(
            h.pair(people, rng.choice(people.values, 40, p=people.share)),
            people.people,
            40,
            draws=199,
        )
        < 0.05
        for _ in range(200)
    ]
    assert sum(rejected) <= 17  # the 99 per cent point of a 5 per cent test


def test_the_spread_of_a_constant_is_none() -> None:
    assert h.dispersion_ratio(h.pair(MOBLAB["offer"], np.full(5, 40.0))) == 0
    people = MOBLAB["offer"]
    same = h.Pair(people.values, people.share, people.share)
    assert h.dispersion_ratio(same) == pytest.approx(1)
    assert people.sd == pytest.approx(19.787, rel=0.01)  # of the study's own file
