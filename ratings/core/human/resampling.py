"""Intervals of distances from people by resampling, and noise floors."""

from typing import Any

import numpy as np

from ratings.core.human import histogram as h
from ratings.core.human.studies import Baseline
from ratings.core.human.weighed import Weighed
from ratings.core.statistics import bootstrap
from ratings.core.statistics.clusters import Clustered, codes

BOOTSTRAPS, SEED = 400, 0

FLOOR_PEOPLE = 100
"""Number of people of a noise floor: a usual sample size, the same for all agents."""


def worth_of_the_floor(ours: Clustered, study: Baseline, variance: float) -> int:
    """Independent people worth as much as FLOOR_PEOPLE who are each asked as often as we are.

    Source: Kish (1965), Survey Sampling, section 5.4 (design effect).
    """
    times = max(1.0, ours.n / ours.clusters)
    alike = study.sample.correlation(variance, study.decisions)
    return round(FLOOR_PEOPLE * times / (1 + (times - 1) * alike))


def distance_interval(
    people: h.Histogram, chosen: Weighed, cluster: "np.ndarray[Any, Any]", distance: float
) -> tuple[float, float]:
    """Interval of W1: our clusters and the people are drawn anew."""
    weights, clusters = _weights(cluster)
    if not len(weights) or np.isnan(people.people):
        return np.nan, np.nan
    rng = np.random.default_rng((SEED, 1))  # not the draws of our side
    both = h.pair(people, chosen.values, weights[:, chosen.decision] * chosen.share)
    drawn = h.redrawn(people, BOOTSTRAPS, rng)
    redrawn = h.Pair(both.support, _onto(both.support, people.values, drawn), both.other)
    return _interval(h.wasserstein(redrawn), distance, clusters)


def gap_interval(
    values: h.Floats,
    x: "np.ndarray[Any, Any]",
    cluster: "np.ndarray[Any, Any]",
    people: h.Floats,
    distance: float,
) -> tuple[float, float]:
    """Interval of a mean absolute difference: our clusters are drawn anew, beside `people`.

    Args:
        values: [n] decisions.
        x: [n] number of the place of each.
        cluster: [n] cluster of each decision.
        people: [bootstraps, places] the human side, drawn anew.
        distance: the estimate.
    """
    weights, clusters = _weights(cluster)
    if not len(weights) or np.isnan(people).any():
        return np.nan, np.nan
    places = np.eye(people.shape[1])[x]
    mass = weights @ places
    gaps = np.abs((weights * values) @ places - mass * people)
    return _interval(gaps.sum(axis=1) / mass.sum(axis=1), distance, clusters)


def _weights(cluster: "np.ndarray[Any, Any]") -> tuple[h.Floats, int]:
    """[bootstraps, n] number of draws of each decision with its cluster; the number of clusters."""
    index = codes(cluster)
    groups = int(index.max()) + 1
    return bootstrap.weights(groups, BOOTSTRAPS, SEED)[:, index], groups


def _onto(support: h.Floats, values: h.Floats, shares: h.Floats) -> h.Floats:
    """Shares of values as shares of a support that holds them."""
    wide = np.zeros((len(shares), len(support)))
    wide[:, np.searchsorted(support, values)] = shares
    return wide


def _interval(draws: h.Floats, distance: float, clusters: int) -> tuple[float, float]:
    """Interval of redrawn distances less their bias, since near 0 a distance can only grow.

    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 10: the bias is
    the mean of the draws less the estimate.
    """
    low, high = bootstrap.interval(draws[:, None] - (draws.mean() - distance), clusters)
    return max(0.0, float(low[0])), max(0.0, float(high[0]))


def by_place(gaps: h.Floats, x: "np.ndarray[Any, Any]") -> float:
    """Mean over decisions of the absolute difference at their place."""
    return float(np.abs(np.bincount(x, gaps)).sum() / len(gaps))


def floor_of_places(
    expected: h.Floats,
    x: "np.ndarray[Any, Any]",
    ours: Clustered,
    study: Baseline,
    places: "np.ndarray[Any, Any]",
    draws: int = 4000,
) -> h.Floats:
    """The same distance of FLOOR_PEOPLE people, asked as often as we are, draw by draw.

    Args:
        expected: [n] what the study says at the place of each decision.
        x: [n] number of that place.
        ours: the decisions.
        study: its people are drawn anew too.
        places: what the study knows each place by.
        draws: number of draws.
    """
    rng = np.random.default_rng(SEED)
    decisions = np.bincount(x)
    human = np.bincount(x, expected) / decisions
    number = worth_of_the_floor(ours, study, float(human.mean() * (1 - human.mean())))
    people = np.maximum(1, np.rint(decisions / decisions.sum() * number)).astype(int)
    drawn = rng.binomial(people, np.clip(human, 0, 1), size=(draws, len(human))) / people
    theirs = study.redrawn(places, draws, (SEED, 2))  # not the draws of our side
    return np.asarray(np.abs(drawn - theirs) @ (decisions / decisions.sum()))
