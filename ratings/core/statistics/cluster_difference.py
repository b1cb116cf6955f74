"""The difference of two arms within places, of observations that come in clusters.

It is the coefficient of the arm in a least squares fit with a constant for each place. The error is
CR2 with Satterthwaite's degrees of freedom, as in `cluster_mean`, whose interval, test and bounds
serve here too. A cluster can hold both arms, or one of them.

Source: Pustejovsky and Tipton (2018), Small-sample methods for cluster-robust variance estimation
and hypothesis testing in fixed effects models, Journal of Business and Economic Statistics 36, 672
to 683, equations 4, 8 and 10, with the working model of independent observations.
"""

import numpy as np
from numpy.typing import ArrayLike

from ratings.core.statistics.bootstrap import Floats, Ints
from ratings.core.statistics.cluster_mean import ClusterMean
from ratings.core.statistics.clusters import codes

_NONE = 1e-9
"""A share of a direction below this is none."""


def cluster_difference(
    values: ArrayLike,
    arm: ArrayLike,
    places: ArrayLike,
    clusters: ArrayLike,
    limits: tuple[float, float],
) -> ClusterMean:
    """The mean in an arm less that in its reference, compared within places.

    Args:
        values: [n] observations.
        arm: [n] whether each is of the arm, not of the reference.
        places: [n] the place of each; places with one arm alone say nothing.
        clusters: [n] the cluster of each.
        limits: the lowest and the highest value that a difference can have.
    """
    y, x = np.asarray(values, dtype=float), np.asarray(arm, dtype=float)
    place = codes(places)
    share = np.bincount(place, x) / np.bincount(place)
    shared = (share > 0)[place] & (share < 1)[place]
    y, x, place = y[shared], x[shared], codes(place[shared])
    index = codes(np.asarray(clusters)[shared])
    if not len(y):
        return ClusterMean(np.nan, np.nan, np.nan, 0, limits)
    sizes = np.bincount(place)
    x = x - (np.bincount(place, x) / sizes)[place]
    y = y - (np.bincount(place, y) / sizes)[place]
    length = float(np.linalg.norm(x))
    span = np.zeros((len(y), len(sizes) + 1))
    span[np.arange(len(y)), place] = 1 / np.sqrt(sizes[place])
    span[:, -1] = x / length
    value = float(x @ y) / length**2
    error, df = _error(span, x / length**2, y - value * x, index)
    return ClusterMean(value, error, df, int(index.max()) + 1, limits)


def _error(span: Floats, x: Floats, rest: Floats, index: Ints) -> tuple[float, float]:
    """The standard error and its degrees of freedom; NaN with fewer than two clusters.

    Args:
        span: [n, k] an orthonormal basis of what is fitted.
        x: [n] weights that give the estimate.
        rest: [n] residuals.
        index: [n] the cluster of each, from 0.
    """
    order = np.argsort(index, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(index))[:-1])
    if len(members) < 2:  # noqa: PLR2004 - one cluster has no spread
        return np.nan, np.nan
    weights = [_adjusted(span[own], x[own]) for own in members]
    error = np.linalg.norm([w @ rest[own] for w, own in zip(weights, members, strict=True)])
    across = np.array([span[own].T @ w for w, own in zip(weights, members, strict=True)])
    # The squared error is a quadratic form; of independent observations, with this matrix.
    form = np.diag([float(w @ w) for w in weights]) - across @ across.T
    return float(error), float(np.trace(form) ** 2 / (form**2).sum())


def _adjusted(span: Floats, x: Floats) -> Floats:
    """The regressor of a cluster by (I - H)^(-1/2), H the cluster's part of the projection.

    Args:
        span: [n, k] rows of an orthonormal basis of what is fitted.
        x: [n] the regressor.
    """
    left, stretch, _ = np.linalg.svd(span, full_matrices=False)
    free = 1 - np.minimum(stretch, 1) ** 2
    factor = np.where(free > _NONE, 1 / np.sqrt(np.maximum(free, _NONE)), 0)
    turned: Floats = x + left @ ((factor - 1) * (left.T @ x))
    return turned
