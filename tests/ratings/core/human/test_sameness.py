"""Sameness in three values: each of the two claims has to be shown."""

import numpy as np
import pytest

from ratings.core.human.histogram import Histogram
from ratings.core.human.sameness import (
    NO,
    OPEN,
    YES,
    Answer,
    all_of,
    any_of,
    placed,
    power_of_sameness,
    same_mean,
    same_shape,
    same_spread,
)
from ratings.core.human.studies import baseline
from ratings.core.human.weighed import weighed
from ratings.core.statistics.clusters import Clustered

LIMITS = (-10.0, 10.0)


@pytest.mark.parametrize(
    ("answers", "both", "either"),
    [
        ([YES, YES], YES, YES),
        ([YES, OPEN], OPEN, YES),
        ([YES, NO], NO, YES),
        ([NO, OPEN], NO, OPEN),
        ([NO, NO], NO, NO),
        ([], OPEN, OPEN),
    ],
)
def test_answers_add_up(answers: list[Answer], both: Answer, either: Answer) -> None:
    assert (all_of(answers), any_of(answers)) == (both, either)


@pytest.mark.parametrize(
    ("figure", "se", "answer"),
    [(0, 2, YES), (9, 2, OPEN), (12, 2, OPEN), (20, 2, NO), (-20, 2, NO), (0, 20, OPEN)],
)
def test_a_figure_is_placed_within_or_beyond_limits(figure: float, se: float, answer: str) -> None:
    assert placed((figure, figure), se, 30, LIMITS, 31) == answer


def test_what_was_lost_widens_the_claim() -> None:
    assert placed((0, 0), 2, 30, LIMITS, 31) == YES
    assert placed((-4, 9), 2, 30, LIMITS, 31) == OPEN
    assert placed((18, 30), 2, 30, LIMITS, 31) == NO
    assert placed((-30, 30), 2, 30, LIMITS, 31) == OPEN


@pytest.mark.parametrize(("clusters", "inside", "outside"), [(4, OPEN, OPEN), (6, YES, NO)])
def test_clusters_that_all_agree_are_worth_a_sign_test(
    clusters: int, inside: str, outside: str
) -> None:
    assert placed((0, 0), 0, clusters - 1, LIMITS, clusters) == inside
    assert placed((30, 30), 0, clusters - 1, LIMITS, clusters) == outside
    assert placed((10, 10), 0, clusters - 1, LIMITS, clusters) != YES


def test_nothing_is_told_without_an_error() -> None:
    assert placed((0, 0), np.nan, 1, LIMITS, 1) == OPEN
    gap = Clustered(40, 40, 40, 0.0, 1.0)
    assert same_mean(gap, np.nan, np.nan, 10, (0, 0)) == OPEN
    assert same_shape(1.0, 0.0, np.nan, 40) == OPEN
    assert np.isnan(power_of_sameness(gap, np.nan, np.nan, 10))


def drawn(people: Histogram, n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).choice(people.values, n, p=people.share)


def test_spread_is_people_s_or_a_third_or_none() -> None:
    people = baseline("moblab2024_offer").histogram
    own, cluster = drawn(people, 400), np.arange(400) // 10
    assert same_spread(people, weighed(own), cluster) == YES
    assert same_spread(people, weighed(people.mean + (own - people.mean) / 3), cluster) == NO
    assert same_spread(people, weighed(np.full(400, 40.0)), cluster) == NO
    assert same_spread(people, weighed(np.full(3, 40.0)), np.arange(3)) == OPEN
    assert same_spread(people, weighed(own[:8]), cluster[:8]) == OPEN


def test_where_people_do_not_differ_their_spread_is_no_measure() -> None:
    alike = Histogram(np.array([40.0]), np.array([40.0]), np.array([1.0]), 50)
    assert same_spread(alike, weighed(np.full(40, 40.0)), np.arange(40)) == OPEN


@pytest.mark.parametrize(("distance", "low", "answer"), [(3, 0, YES), (6, 3, OPEN), (9, 6, NO)])
def test_shape_is_within_the_floor_or_shown_to_be_beyond(
    distance: float, low: float, answer: str
) -> None:
    assert same_shape(distance, low, 5, 40) == answer
    assert same_shape(distance, low, 5, 5) != NO


@pytest.mark.parametrize("se", [2.0, 4.0, 5.0])
def test_the_power_is_the_share_of_studies_that_find_the_same_mean(se: float) -> None:
    rng, gaps = np.random.default_rng(1), 4000
    found = [
        same_mean(Clustered(400, 40, 400, mean, se), 0.5, 500, 10, (0, 0)) == YES
        for mean in rng.normal(0, np.hypot(se, 0.5), gaps)
    ]
    power = power_of_sameness(Clustered(400, 40, 400, 3.0, se), 0.5, 500, 10)
    assert np.mean(found) == pytest.approx(power, abs=0.04)
