"""Bradley-Terry ratings with ties, on the scale of Elo, their mean anchored at 1500.

One maximum-likelihood fit of all comparisons, independent of their order. Intervals, ranges of
ranks and the probability of being first come from the cluster bootstrap, whose rounds are fitted
together.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from ratings.core.comparisons.counts import Compared, compared, kinds, one_of_each, tables
from ratings.core.comparisons.davidson import RIDGE, fit
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Floats, Resampled
from ratings.core.tables import GameRecord, Method

ANCHOR = 1500.0
POINTS = 400 / np.log(10)
"""Points of Elo per unit of log strength."""

COLUMNS = {
    "contestant": "name",
    "rating": "log strength in points of Elo; the mean over contestants is 1500",
    "low": "lower end of the rating's 95 % interval",
    "high": "upper end",
    "rank_best": "best rank that the differences between ratings leave open",
    "rank_worst": "worst such rank",
    "first": "share of bootstrap rounds in which the rating is the highest",
    "comparisons": "number of comparisons",
    "worst_case": "rating if every comparison that void matches leave undecided were lost",
    "best_case": "rating if each of them were won",
}


@lru_cache(maxsize=16)
def resampled(record: GameRecord, rounds: int, seed: int, ridge: float = RIDGE) -> Resampled:
    """Ratings and their bootstrap rounds.

    Args:
        record: the game's comparisons.
        rounds: of the bootstrap.
        seed: of the bootstrap.
        ridge: of the fit; see `ratings.core.comparisons.davidson`.
    """
    data = compared(record)
    among = kinds(data)
    reduced = one_of_each(data, among)
    estimate, nu = _fitted(reduced, among.whole, ridge)
    weights = bootstrap.weights(among.copies, rounds, record.entropy(seed))
    draws, _ = _fitted(reduced, weights, ridge, (estimate[0], nu))
    return Resampled(data.contestants, scaled(estimate[0]), scaled(draws), data.clusters)


def bradley_terry(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:
    """Ratings of all contestants; see COLUMNS."""
    sample = resampled(record, rounds, seed)
    lost, won = _extremes(record, sample.contestants)
    table = pd.DataFrame(
        {
            **bootstrap.summary(sample),
            "comparisons": compared(record).times,
            "worst_case": lost,
            "best_case": won,
        }
    )
    everybody = pd.DataFrame({"contestant": record.contestants})
    table = everybody.merge(table, on="contestant", how="left")
    return table.assign(comparisons=table["comparisons"].fillna(0).astype(int))


def _fitted(
    data: Compared, weights: Floats, ridge: float, start: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    if not (len(weights) and data.size):
        return np.empty((len(weights), data.size)), np.empty(len(weights))
    parts = [fit(wins, ties, ridge, start) for wins, ties in tables(data, weights)]
    strengths, ties = zip(*parts, strict=True)
    return np.concatenate(strengths), np.concatenate(ties)


def scaled(strength: Floats) -> Floats:
    """Log strengths as ratings."""
    ratings: Floats = ANCHOR + POINTS * strength
    return ratings


def _extremes(record: GameRecord, contestants: Iterable[str]) -> tuple[list[float], list[float]]:
    """Each contestant's rating if it lost, or won, all its undecided comparisons."""
    names = list(contestants)
    if record.undecided.empty:
        same = _rated(record.comparisons, record)
        return [same[name] for name in names], [same[name] for name in names]
    sides: tuple[list[float], list[float]] = ([], [])
    for name in names:
        for side, score in zip(sides, (0.0, 1.0), strict=True):
            open_ = record.undecided
            open_ = open_[(open_["first"] == name) | (open_["second"] == name)]
            own = open_["first"] == name
            filled = open_.assign(score=own.astype(float) * score + (~own) * (1 - score))
            side.append(_rated(pd.concat([record.comparisons, filled]), record)[name])
    return sides


def _rated(comparisons: pd.DataFrame, record: GameRecord) -> dict[str, float]:
    changed = GameRecord(record.game, record.rule, record.seats, comparisons)
    sample = resampled(changed, 0, 0)
    return dict(zip(sample.contestants, sample.estimate.tolist(), strict=True))


METHOD = Method(bradley_terry, "rating", COLUMNS, ("low", "high"))
