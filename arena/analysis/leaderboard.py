"""The leaderboard: ratings and payoffs side by side, per game and over all games."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

import ratings.bradley_terry
import ratings.elo
import ratings.mean_payoff
from ratings.core.comparisons.scoring import NOT_RATED
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Resampled
from ratings.core.tables import GameRecord, Voids

_METHODS = (ratings.bradley_terry.METHOD, ratings.elo.METHOD, ratings.mean_payoff.METHOD)
_MOST = 3
"""Pairs that a sentence names."""

OVERALL = {
    "contestant": "name",
    "rating": "unweighted mean over games of Bradley-Terry ratings",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "rank_best": "best rank that the differences between ratings leave open",
    "rank_worst": "worst such rank",
    "first": "share of bootstrap rounds in which the rating is the highest",
    "elo": "unweighted mean over games of Elo ratings",
    "order_sd": "standard deviation of that mean over orders of comparisons",
    "matches": "number of matches, void ones among them",
    "void_share": "share of them that were void",
}


def by_game(records: Sequence[GameRecord], rounds: int, seed: int) -> dict[str, pd.DataFrame]:
    """One table per game, the highest rating first; of games without a rating, the highest payoff.

    Args:
        records: one per game.
        rounds: of the bootstrap.
        seed: of the bootstrap, and of Elo's orders.

    Returns:
        Tables by game, with the columns of Bradley-Terry, Elo and mean payoff.
    """
    tables = {}
    for record in records:
        first, *others = (method(record, rounds, seed) for method in _METHODS)
        for other in others:
            first = first.merge(other, on="contestant")
        order = "mean_payoff" if record.rule == NOT_RATED else "rating"
        tables[record.game] = first.sort_values(
            [order, "contestant"], ascending=[False, True], na_position="last"
        ).reset_index(drop=True)
    return tables


def overall(records: Sequence[GameRecord], rounds: int, seed: int) -> pd.DataFrame:
    """Unweighted means of ratings over games, for those who were rated in every one.

    Args:
        records: of the rated games; at least one.
        rounds: of the bootstrap.
        seed: of the bootstrap, and of Elo's orders.

    Returns:
        Columns OVERALL.
    """
    samples = [ratings.bradley_terry.resampled(record, rounds, seed) for record in records]
    elos = [ratings.elo.resampled(record, rounds, seed) for record in records]
    names = sorted(set.intersection(*(set(sample.contestants) for sample in samples)))
    mean = _mean(samples, names)
    low, high = mean.interval
    best, worst = bootstrap.ranks(mean)
    known = len(mean.draws) > 0
    spreads = [spread[_places(sample, names)] for sample, spread in elos]
    seats = pd.concat([record.seats for record in records])
    played = seats.groupby("contestant").agg(matches=("match", "size"), void=("void", "mean"))
    table = pd.DataFrame(
        {
            "contestant": names,
            "rating": mean.estimate,
            "low": low,
            "high": high,
            "rank_best": best if known else np.nan,
            "rank_worst": worst if known else np.nan,
            "first": bootstrap.first(mean.draws),
            "elo": np.mean([s.estimate[_places(s, names)] for s, _ in elos], axis=0),
            "order_sd": np.sqrt(np.sum(np.square(spreads), axis=0)) / len(records),
            "matches": played["matches"].reindex(names).to_numpy(),
            "void_share": played["void"].reindex(names).to_numpy(),
        },
        columns=list(OVERALL),
    ).sort_values(["rating", "contestant"], ascending=[False, True])
    return table.reset_index(drop=True)


def disagreements(records: Mapping[Voids, GameRecord]) -> tuple[str, ...]:
    """Where the void rules disagree about the order of contestants, in words.

    Args:
        records: of one game, under each rule.
    """
    found = {
        rule: ratings.bradley_terry.resampled(record, 0, 0) for rule, record in records.items()
    }
    names = sorted(set.intersection(*(set(sample.contestants) for sample in found.values())))
    points = {rule: dict(zip(s.contestants, s.estimate, strict=True)) for rule, s in found.items()}
    told = []
    for one, two in combinations(names, 2):
        sides: dict[str, list[str]] = {}
        for rule in found:
            if abs(gap := points[rule][one] - points[rule][two]) > 1e-6:  # noqa: PLR2004
                sides.setdefault(one if gap > 0 else two, []).append(rule)
        if len(sides) > 1:
            views = (f"{ahead} is ahead under {' and '.join(r)}" for ahead, r in sides.items())
            told.append(", ".join(views))
    if not told:
        return ("The three void rules agree about the order.",)
    more = f"; and {len(told) - _MOST} more" if len(told) > _MOST else ""
    pairs = "; ".join(told[:_MOST])
    return (
        f"The three void rules disagree about the order of {len(told)} pair(s): {pairs}{more}.",
    )


def _places(sample: Resampled, names: Sequence[str]) -> np.ndarray:
    return pd.Index(sample.contestants, dtype=object).get_indexer(pd.Index(names, dtype=object))


def _mean(samples: Sequence[Resampled], names: list[str]) -> Resampled:
    rounds = min(len(sample.draws) for sample in samples)
    return Resampled(
        tuple(names),
        np.mean([s.estimate[_places(s, names)] for s in samples], axis=0),
        np.mean([s.draws[:rounds, _places(s, names)] for s in samples], axis=0),
        min(sample.clusters for sample in samples),
    )
