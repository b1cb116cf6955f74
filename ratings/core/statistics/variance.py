"""Shares of variance: how much of the spread of decisions each factor of a design makes.

They come from a linear mixed model with crossed random effects. Decisions of yes or no are 0 and 1,
so that their shares are on the scale of probabilities: by the law of total variance, a factor's
part is the variance of the probability over its levels, and the rest is the mean of p (1 - p). In
balanced designs the estimates are those of the analysis of variance, whatever the distribution.

Source: Searle, Casella and McCulloch (1992), Variance Components, sections 4.8 and 6.6; Cornfield
and Tukey (1956), Average values of mean squares in factorials, Annals of Mathematical Statistics
27, 907 to 949, on factors whose levels are all there are; Kott (2001), The delete-a-group
jackknife, Journal of Official Statistics 17, 521 to 526, on the intervals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from ratings.core.statistics.bootstrap import LEVEL, Floats, Ints
from ratings.core.statistics.mixed_model import Products, near_variances, products, variances

COMPONENTS = {
    "component": "the factor; last drawing again, which is all that no factor explains",
    "levels": "levels that the decisions have; missing for drawing again",
    "share": "part of the variance of a single decision, of 1; missing with a note",
    "low": "lower end of its 95 % interval; missing with fewer than 8 clusters of the sample",
    "high": "upper end",
    "variance": "the same in squared units of the outcome",
    "note": "why there is no share, or which other factors are in it",
}
"""Columns of `Variance.table`."""

AGAIN = "drawing again"
"""The component of the residual."""
NOT_VARIED = "not varied"
"""The note of a factor that has one level, or one beside each level of the fixed effects."""
ALIKE = "all decisions alike"
"""The note where nothing varies beside the fixed effects."""

Bools = NDArray[np.bool_]

_SAME = 1e-6
"""A factor whose pattern the others make but for this part cannot be told from them."""
_GROUPS = 30
"""Most groups of clusters that the jackknife leaves out in turn."""
_FEWEST = 8
"""Clusters below which there is no interval."""
_SEED = 0
"""Of the groups."""


@dataclass(frozen=True, eq=False)
class Variance:
    """The components of the variance of decisions.

    Args:
        table: columns COMPONENTS; a row per factor in the order they were named, then AGAIN.
        decisions: their number.
        clusters: levels of the sampled factor.
        total: the variance of a single decision beside the fixed effects; NaN where all are alike.
    """

    table: pd.DataFrame
    decisions: int
    clusters: int
    total: float


def variance_components(
    rows: pd.DataFrame,
    factors: Sequence[str],
    *,
    fixed: Sequence[str] = ("treatment",),
    sampled: str = "wording",
    value: str = "value",
    intervals: bool = True,
) -> Variance:
    """The shares of factors, and of drawing again, in the variance of decisions.

    The levels of the sampled factor, and of factors nested in it, stand for others like them. The
    levels of the other factors are all there are: their part is the variance over these levels.

    Args:
        rows: one row per decision. A factor has no level (None or NaN) where it does not apply.
        factors: columns of labels. Of two that cannot be told apart, the first has the share.
        fixed: columns of labels whose effects are no part of the variance.
        sampled: the column of labels that are a random sample. The intervals are a jackknife's over
            them.
        value: the column of the decisions.
        intervals: whether they are computed; they take some 30 times as long as the shares.

    Raises:
        KeyError: a column is missing.
        ValueError: a decision is missing.
    """
    data = rows[[*dict.fromkeys([*factors, *fixed, sampled, value])]]
    if data[value].isna().any():
        raise ValueError(f"column {value!r}: a decision is missing")
    kept, notes = _told_apart(_Model(data, factors, fixed, value), factors)
    sample = _numbers(data[sampled])
    nested = [_nested(_numbers(data[name]), sample) for name in kept]
    left = list(_groups_left_out(sample)) if intervals else []
    estimates = _estimates(_Model(data, kept, fixed, value), nested, left)
    if np.isnan(total := estimates["variance"].sum()):
        notes |= dict.fromkeys([*kept, AGAIN], ALIKE)
    table = _about(data, factors, notes).join(pd.DataFrame(estimates, [*kept, AGAIN]), "component")
    clusters = int(sample.max(initial=-1)) + 1
    return Variance(table[[*COMPONENTS]], len(data), clusters, float(total))


def _estimates(model: "_Model", nested: Sequence[bool], left: Sequence[Bools]) -> dict[str, Floats]:
    """Columns share, low, high and variance, with an entry for each random effect and the residual.

    Args:
        model: of the decisions.
        nested: [effects] whether its levels stand for others.
        left: the rows that are left without each group of clusters.
    """
    parts = model.parts(nested)
    error = _jackknife([_shares(model.parts(nested, rows, near=parts)) for rows in left])
    low, high = np.clip(_shares(parts) + np.array([[-1], [1]]) * error, 0, 1)
    return {"share": _shares(parts), "low": low, "high": high, "variance": parts}


def _about(data: pd.DataFrame, factors: Sequence[str], notes: Mapping[str, str]) -> pd.DataFrame:
    """Columns component, levels and note."""
    levels = [*(float(data[name].nunique()) for name in factors), np.nan]
    names = [*factors, AGAIN]
    return pd.DataFrame(
        {"component": names, "levels": levels, "note": [notes[name] for name in names]}
    )


class _Model:
    """Observations with indicators of the levels of random and of fixed effects.

    Args:
        data: one row per observation.
        factors: columns of random effects.
        fixed: columns of fixed effects.
        value: the column of the observations.
    """

    def __init__(
        self, data: pd.DataFrame, factors: Sequence[str], fixed: Sequence[str], value: str
    ) -> None:
        self._y = data[value].to_numpy(dtype=float)
        ones = sparse.csr_array(np.ones((len(data), 1)))
        self._x = sparse.hstack([ones, *(_indicators(data[name]) for name in fixed)]).tocsr()
        each = [_indicators(data[name]) for name in factors]
        none = sparse.csr_array((len(data), 0))
        self._z = sparse.hstack([none, *each]).tocsr()
        self.effect: Ints = np.repeat(np.arange(len(each)), [part.shape[1] for part in each])
        """[levels] the random effect that a level belongs to."""

    def products(self, rows: Bools | slice = slice(None)) -> Products:
        """The cross-products of some rows; of all by default."""
        return products(self._x[rows], self._z[rows], self._y[rows])

    def parts(
        self, sampled: Sequence[bool], rows: Bools | slice = slice(None), near: Floats | None = None
    ) -> Floats:
        """The part of each random effect, and of the residual, in the variance of an observation.

        Args:
            sampled: [effects] whether its levels stand for others.
            rows: from which the parts are estimated.
            near: parts of all rows, if those of some can be found from there in one step.

        Returns:
            [effects + 1] NaN where nothing varies.
        """
        of = self.products(rows)
        levels = np.where(np.array(sampled, bool)[self.effect], of.counts, of.k.diagonal())
        weight = np.append(np.bincount(self.effect, levels, len(sampled)) / of.n, 1)
        if near is None:
            return np.asarray(variances(of, self.effect) * weight, dtype=np.float64)
        parts = near_variances(of, self.effect, near / weight) * weight
        return np.asarray(parts, dtype=np.float64)


def _told_apart(model: _Model, factors: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The factors whose variances the design can tell apart, and notes on the others.

    Two variances cannot be told apart if their patterns of covariance are proportional, once fixed
    effects are projected off: Gram's matrix of the patterns is singular.
    """
    of, names = model.products(), [*factors, AGAIN]
    member = np.eye(len(factors))[model.effect]
    gram = np.empty((len(names), len(names)))
    gram[:-1, :-1] = member.T @ of.k**2 @ member
    gram[-1, :-1] = gram[:-1, -1] = of.k.diagonal() @ member
    gram[-1, -1] = of.df
    kept, notes = [len(factors)], dict.fromkeys(names, "")
    for at, name in enumerate(factors):
        if gram[at, at] <= _SAME * (of.counts @ member[:, at]):
            notes[name] = NOT_VARIED
            continue
        weights = np.linalg.pinv(gram[np.ix_(kept, kept)], hermitian=True) @ gram[kept, at]
        if gram[at, at] - weights @ gram[kept, at] > _SAME * gram[at, at]:
            kept.append(at)
            continue
        nearest = names[max(kept, key=lambda one: gram[one, at] ** 2 / gram[one, one])]
        notes[name] = f"not told apart from {nearest}"
        notes[nearest] = f"{notes[nearest]}, {name}" if notes[nearest] else f"includes {name}"
    return [names[at] for at in kept[1:]], notes


def _numbers(labels: "pd.Series[str]") -> Ints:
    """Numbers of labels, from 0; -1 where there is none."""
    return pd.factorize(labels)[0].astype(np.int64)


def _indicators(labels: "pd.Series[str]") -> sparse.csr_array:
    """[n, levels] 1 where a row has a level."""
    level = _numbers(labels)
    (rows,) = np.nonzero(level >= 0)
    shape = (len(level), int(level.max(initial=-1)) + 1)
    return sparse.csr_array((np.ones(len(rows)), (rows, level[rows])), shape=shape)


def _nested(inner: Ints, outer: Ints) -> bool:
    """Whether each level of a factor occurs with one level of another."""
    pairs = np.unique(np.column_stack([inner, outer])[inner >= 0], axis=0)
    return len(pairs) == len(np.unique(pairs[:, 0]))


def _groups_left_out(sample: Ints) -> Iterator[Bools]:
    """The rows that are left without each group of clusters; none with too few clusters."""
    clusters = int(sample.max(initial=-1)) + 1
    if clusters >= _FEWEST:
        group = np.random.default_rng(_SEED).permutation(clusters) % _GROUPS
        for one in range(min(clusters, _GROUPS)):
            yield group[sample] != one


def _shares(parts: Floats) -> Floats:
    return np.asarray(parts / parts.sum(), dtype=np.float64)


def _jackknife(rest: Sequence[Floats]) -> Floats:
    """How far the 95 % intervals of estimates reach to either side; NaN without groups.

    Args:
        rest: the estimates without each group.
    """
    if (groups := len(rest)) == 0:
        return np.full(1, np.nan)
    error = np.sqrt((groups - 1) / groups * ((rest - np.mean(rest, axis=0)) ** 2).sum(axis=0))
    return np.asarray(stats.t.ppf(0.5 + LEVEL / 2, groups - 1) * error, dtype=np.float64)
