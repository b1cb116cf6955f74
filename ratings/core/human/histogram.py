"""Distributions of a share of the pie, and distances between them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
"""A spread below this, in points of the pie, counts as 0."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts in increasing, disjoint cells.

    Args:
        low: [cells] lowest value of each cell, in per cent of the pie.
        high: [cells] highest value, within the cell; equal to `low` for a single value.
        count: [cells] counts or shares.
        people: number of independent people; NaN if unknown.
        at: position of a cell's mass.
    """

    low: Floats
    high: Floats
    count: Floats
    people: float
    at: Literal["middle", "upper"] = "middle"

    @property
    def exact(self) -> bool:
        """Whether every cell is a single value."""
        return bool(np.all(self.low == self.high))

    @property
    def share(self) -> Floats:
        """[cells] probabilities."""
        return np.asarray(self.count / self.count.sum())

    @property
    def values(self) -> Floats:
        """[cells] position of the mass, in per cent of the pie."""
        return self.high if self.at == "upper" else (self.low + self.high) / 2

    @property
    def mean(self) -> float:
        """Mean, in per cent of the pie."""
        return float(self.share @ self.values)

    @property
    def sd(self) -> float:
        """Standard deviation, in per cent of the pie."""
        return float(np.sqrt(self.share @ (self.values - self.mean) ** 2))

    def place(self, values: Floats) -> Floats:
        """Values in the resolution of this histogram; unchanged if it is exact."""
        if self.exact:
            return values
        cell = np.searchsorted(self.high, values)
        return self.values[np.minimum(cell, len(self.high) - 1)]


class Pair(NamedTuple):
    """Two distributions on one support.

    Attributes:
        support: [points] rising values, in per cent of the pie.
        human: [points] probabilities.
        other: [points] probabilities, or [..., points] for several.
    """

    support: Floats
    human: Floats
    other: Floats


def pair(human: Histogram, values: Floats, weights: Floats | None = None) -> Pair:
    """A histogram and decisions on one support, both in the resolution of the histogram.

    Args:
        human: the histogram.
        values: [n] decisions, in per cent of the pie.
        weights: [n] or [..., n] weights of the decisions; None for equal ones.
    """
    weights = np.ones(len(values)) if weights is None else weights
    placed = human.place(values)
    support, index = np.unique(np.concatenate([human.values, placed]), return_inverse=True)
    ours, theirs = index[: len(human.values)], index[len(human.values) :]
    mass = np.zeros(len(support))
    np.add.at(mass, ours, human.share)
    spread = np.zeros((len(values), len(support)))
    spread[np.arange(len(values)), theirs] = 1
    other = weights @ spread
    return Pair(support, mass, other / other.sum(axis=-1, keepdims=True))


def between(one: Histogram, two: Histogram) -> Pair:
    """Two histograms on one support, the first as `human`; both in the coarser resolution."""
    if one.exact or two.exact:
        fine, coarse = (one, two) if one.exact else (two, one)
        both = pair(coarse, fine.values, fine.share)
        return both if coarse is one else Pair(both.support, both.other, both.human)
    edges = np.intersect1d(one.high, two.high)
    upper = "upper" in {one.at, two.at}
    support = edges if upper else (np.concatenate([[0], edges[:-1]]) + edges) / 2
    shares = []
    for each in (one, two):
        mass = np.zeros(len(edges))
        np.add.at(mass, np.searchsorted(edges, each.high), each.share)
        shares.append(mass)
    return Pair(support, *shares)


def wasserstein(both: Pair) -> Any:  # noqa: ANN401 - a number, or an array of them
    """Wasserstein-1 distance in points of the pie: mean distance over which mass has to move."""
    gap = np.abs(np.cumsum(both.other - both.human, axis=-1))[..., :-1]
    return gap @ np.diff(both.support)


def kolmogorov_smirnov(both: Pair) -> Any:  # noqa: ANN401 - a number, or an array of them
    """The largest difference between the two distribution functions."""
    return np.abs(np.cumsum(both.other - both.human, axis=-1)).max(axis=-1)


def energy(both: Pair) -> float:
    """Energy distance, as scipy defines it: the root of twice the squared area between both."""
    gap = np.cumsum(both.other - both.human)[:-1] ** 2
    return float(np.sqrt(2 * gap @ np.diff(both.support)))


def dispersion_ratio(both: Pair) -> float:
    """Standard deviation of the other side over the human one; 0 for one value only.

    NaN if people do not differ.
    """

    def sd(share: Floats) -> float:
        return float(np.sqrt(share @ (both.support - share @ both.support) ** 2))

    people = sd(both.human)
    return sd(both.other) / people if people > _ROUNDING else float("nan")


def noise_floor(human: Histogram, n: int, draws: int = 4000, seed: int = 0) -> Floats:
    """W1 between n people and a study, both drawn from the study's distribution, draw by draw.

    The study is drawn anew too, since a small study is further from others like it.

    Args:
        human: the study.
        n: number of people per draw.
        draws: number of draws.
        seed: seed of the draws.

    Returns:
        [draws] in points of the pie; NaN if the number of people of the study is unknown.
    """
    if np.isnan(human.people):
        return np.full(draws, np.nan)
    cells = zip(human.values.tolist(), human.count.tolist(), strict=True)
    return _noise_floor(tuple(cells), human.people, n, draws, seed)


@lru_cache(maxsize=64)
def _noise_floor(
    cells: tuple[tuple[float, float], ...], people: float, n: int, draws: int, seed: int
) -> Floats:
    """`noise_floor` by values and counts, cached: equal arguments give contestants one floor."""
    values, count = np.array(cells).T
    human = Histogram(values, values, count, people)
    rng = np.random.default_rng(seed)
    others = rng.multinomial(n, human.share, size=draws) / n
    distances: Floats = wasserstein(Pair(human.values, redrawn(human, draws, rng), others))
    distances.flags.writeable = False
    return distances


def redrawn(human: Histogram, draws: int, rng: np.random.Generator) -> Floats:
    """[draws, cells] shares in resampled studies with as many people."""
    people = max(1, round(human.people))
    return np.asarray(rng.multinomial(people, human.share, size=draws) / people)


def permutation_p(both: Pair, people: float, n: int, draws: int = 999, seed: int = 0) -> float:
    """Probability of a KS distance at least as large under random labels human and other.

    With ties at 0 and 50 the textbook probability is too large. This one is exact up to sampling
    error.

    Args:
        both: the observed distributions.
        people: independent people on the human side.
        n: effective observations on the other side.
        draws: number of permutations.
        seed: seed of the permutations.

    Returns:
        NaN if the number of people is unknown.
    """
    if np.isnan(people):
        return float("nan")
    pooled = np.rint(people * both.human + n * both.other).astype(np.int64)
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_hypergeometric(pooled, n, size=draws)
    rest = (pooled - drawn) / (pooled.sum() - n)
    null = np.abs(np.cumsum(drawn / n - rest, axis=1)).max(axis=1)
    return float((1 + (null >= kolmogorov_smirnov(both) - 1e-12).sum()) / (draws + 1))


TEN = np.array([9, 19, 29, 39, 49, 59, 69, 79, 89, 100], dtype=float)
"""Upper ends of the ten equal cells of the behavioural Turing test."""


def turing(
    human: Histogram, values: Floats, weights: Floats | None = None
) -> tuple[float, float, float] | None:
    """Behavioural Turing test: probability to win, to tie and to lose against a random person.

    A decision wins against a person's if more people decided in its cell. Weakness: the test
    rewards the mode. A player that always plays the modal cell never loses, and beats real people.

    Args:
        human: the study.
        values: [n] decisions, in per cent of the pie.
        weights: [n] weights of the decisions; None for equal ones.

    Source: Mei, Xie, Yuan and Jackson (2024), PNAS 121, e2313925121, on ten equal cells. Their
        100,000 draws are replaced by the expected values.

    Returns:
        Win, tie, loss; None if the study's cells cut across the ten.
    """
    if not (human.exact or set(TEN[:-1]) <= set(human.high)):
        return None
    crowd = np.bincount(np.searchsorted(TEN, human.high), human.share, len(TEN))
    weights = np.ones(len(values)) if weights is None else weights
    played = np.bincount(np.searchsorted(TEN, np.floor(values)), weights, len(TEN))
    return turing_shares(crowd, played / weights.sum())


def turing_shares(crowd: NDArray[Any], played: NDArray[Any]) -> tuple[float, float, float]:
    """Win, tie and loss of decisions distributed as `played` against those of people (`crowd`)."""
    meetings = np.outer(crowd, played)
    win = meetings[crowd[:, None] < crowd[None, :]].sum()
    tie = meetings[crowd[:, None] == crowd[None, :]].sum()
    return float(win), float(tie), max(0.0, float(1 - win - tie))
