"""Shares of variance: contribution of each factor of a design to the variance of decisions.

The shares come from a linear mixed model with crossed random effects. Decisions of yes or no are 0
and 1, so their shares are on the probability scale. By the law of total variance, a factor's part
is the variance of the probability over its levels, and the rest is the mean of p (1 - p). In
balanced designs the estimates equal those of the analysis of variance, for every distribution.

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
from scipy import sparse, special

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
"""Note of a factor with one level, or with one within each level of the fixed effects."""
ALIKE = "all decisions alike"
"""Note if nothing varies beside the fixed effects."""

Bools = NDArray[np.bool_]

_SAME = 1e-6
"""A factor is not identified if the others explain all but this part of its pattern."""
_GROUPS = 30
"""Largest number of cluster groups in the jackknife."""
_FEWEST = 8
"""Number of clusters below which there is no interval."""
_SEED = 0
"""Seed of the groups."""


@dataclass(frozen=True, eq=False)
class Variance:
    """The components of the variance of decisions.

    Args:
        table: columns COMPONENTS; one row per factor in the given order, then AGAIN.
        decisions: number of decisions.
        clusters: number of levels of the sampled factor.
        total: variance of a single decision beside the fixed effects; NaN if all are alike.
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
    """Shares of factors, and of repeated draws, in the variance of decisions.

    The levels of the sampled factor, and of factors nested in it, are a sample from a population.
    The levels of the other factors are exhaustive: their part is the variance over these levels.

    Args:
        rows: one row per decision. A factor has no level (None or NaN) if it does not apply.
        factors: columns of labels. If two are not separately identified, the first has the share.
        fixed: columns of labels whose effects are excluded from the variance.
        sampled: column of labels that are a random sample. The jackknife for the intervals leaves
            out groups of them.
        value: column of the decisions.
        intervals: whether intervals are computed, which takes some 30 times as long as the shares.

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
    """Columns share, low, high and variance, with an entry per random effect and the residual.

    Args:
        model: model of the decisions.
        nested: [effects] whether the levels are a sample.
        left: remaining rows without each group of clusters.
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
        """[levels] random effect of each level."""

    def products(self, rows: Bools | slice = slice(None)) -> Products:
        """The cross-products of a selection of rows; of all rows by default."""
        return products(self._x[rows], self._z[rows], self._y[rows])

    def parts(
        self, sampled: Sequence[bool], rows: Bools | slice = slice(None), near: Floats | None = None
    ) -> Floats:
        """Part of each random effect, and of the residual, in the variance of an observation.

        Args:
            sampled: [effects] whether the levels are a sample.
            rows: rows for the estimate.
            near: parts of all rows, if one step from them is sufficient for the selected rows.

        Returns:
            [effects + 1] NaN if nothing varies.
        """
        of = self.products(rows)
        levels = np.where(np.array(sampled, bool)[self.effect], of.counts, of.k.diagonal())
        weight = np.append(np.bincount(self.effect, levels, len(sampled)) / of.n, 1)
        if near is None:
            return np.asarray(variances(of, self.effect) * weight, dtype=np.float64)
        parts = near_variances(of, self.effect, near / weight) * weight
        return np.asarray(parts, dtype=np.float64)


def _told_apart(model: _Model, factors: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Factors whose variances are identified by the design, and notes on the others.

    Two variances are not identified if their covariance patterns are proportional after fixed
    effects are projected off: the Gram matrix of the patterns is then singular.
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
    """Numbers of labels, from 0; -1 for a missing label."""
    return pd.factorize(labels)[0].astype(np.int64)


def _indicators(labels: "pd.Series[str]") -> sparse.csr_array:
    """[n, levels] 1 if a row has a level."""
    level = _numbers(labels)
    (rows,) = np.nonzero(level >= 0)
    shape = (len(level), int(level.max(initial=-1)) + 1)
    return sparse.csr_array((np.ones(len(rows)), (rows, level[rows])), shape=shape)


def _nested(inner: Ints, outer: Ints) -> bool:
    """Whether each level of a factor occurs with one level of another."""
    pairs = np.unique(np.column_stack([inner, outer])[inner >= 0], axis=0)
    return len(pairs) == len(np.unique(pairs[:, 0]))


def _groups_left_out(sample: Ints) -> Iterator[Bools]:
    """The remaining rows without each group of clusters; nothing with too few clusters."""
    clusters = int(sample.max(initial=-1)) + 1
    if clusters >= _FEWEST:
        group = np.random.default_rng(_SEED).permutation(clusters) % _GROUPS
        for one in range(min(clusters, _GROUPS)):
            yield group[sample] != one


def _shares(parts: Floats) -> Floats:
    return np.asarray(parts / parts.sum(), dtype=np.float64)


def _jackknife(rest: Sequence[Floats]) -> Floats:
    """Half-widths of the 95 % intervals of estimates by the jackknife; NaN without groups.

    Args:
        rest: the estimates without each group.
    """
    if (groups := len(rest)) == 0:
        return np.full(1, np.nan)
    error = np.sqrt((groups - 1) / groups * ((rest - np.mean(rest, axis=0)) ** 2).sum(axis=0))
    return np.asarray(special.stdtrit(groups - 1, 0.5 + LEVEL / 2) * error, dtype=np.float64)
