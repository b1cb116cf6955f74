"""The leaderboard: ratings and payoffs side by side, per game and over all games."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

import ratings.bradley_terry
import ratings.elo
import ratings.mean_payoff
from ratings.core.comparisons import all_games
from ratings.core.comparisons.counts import compared
from ratings.core.comparisons.scoring import NOT_RATED
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Resampled
from ratings.core.tables import GameRecord, Voids, empty

_METHODS = (ratings.bradley_terry.METHOD, ratings.elo.METHOD, ratings.mean_payoff.METHOD)
_MOST = 3
"""Largest number of pairs in a sentence."""

OVERALL = {
    "contestant": "name",
    "rating": "Bradley-Terry over all games, each of which weighs the same; the mean is 1500",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "rank_best": "best rank that the differences between ratings leave open",
    "rank_worst": "worst such rank",
    "first": "share of bootstrap rounds in which the rating is the highest",
    "elo": "mean over random orders of the comparisons of all games, each of which counts once",
    "order_sd": "standard deviation of that over these orders",
    "games": "number of games in which it was compared",
    "mean_rating": "unweighted mean of its ratings in single games, if it was compared in all",
    "matches": "number of matches, void ones among them",
    "void_share": "share of them that were void",
}


def by_game(records: Sequence[GameRecord], rounds: int, seed: int) -> dict[str, pd.DataFrame]:
    """One table per game, by descending rating; by payoff in games without a rating.

    Args:
        records: one per game.
        rounds: bootstrap rounds.
        seed: seed of the bootstrap, and of Elo's orders.

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
    """Rating over all games, of the contestants connected by play; see OVERALL.

    Args:
        records: of the rated games; at least one.
        rounds: bootstrap rounds.
        seed: seed of the bootstrap, and of Elo's orders.

    Returns:
        Columns OVERALL; no rows if no connected group is the unique largest.
    """
    names = all_games.connected(records)
    if not names:
        return empty(tuple(OVERALL))
    strengths, draws = all_games.strengths(records, names, rounds, seed)
    clusters = min(compared(record).clusters for record in records if len(record.comparisons))
    scaled = ratings.bradley_terry.scaled
    sample = Resampled(tuple(names), scaled(strengths), scaled(draws), clusters)
    elo, spread = ratings.elo.resampled(all_games.together(records), 0, seed)
    seats = pd.concat([record.seats for record in records])
    played = seats.groupby("contestant").agg(matches=("match", "size"), void=("void", "mean"))
    table = pd.DataFrame(
        {
            **bootstrap.summary(sample),
            "elo": elo.estimate[_places(elo, names)],
            "order_sd": spread[_places(elo, names)],
            **_by_game(records, names),
            "matches": played["matches"].reindex(names).to_numpy(),
            "void_share": played["void"].reindex(names).to_numpy(),
        },
        columns=list(OVERALL),
    ).sort_values(["rating", "contestant"], ascending=[False, True])
    return table.reset_index(drop=True)


def _by_game(records: Sequence[GameRecord], names: Sequence[str]) -> dict[str, Any]:
    """Number of games with a rating, and the mean rating of contestants with all of them."""
    samples = [ratings.bradley_terry.resampled(record, 0, 0) for record in records]
    each = pd.DataFrame([dict(zip(s.contestants, s.estimate, strict=True)) for s in samples])
    each = each.reindex(columns=list(names))
    means = each.mean(skipna=False)
    return {"games": each.notna().sum().to_numpy(), "mean_rating": means.to_numpy()}


def disagreements(records: Mapping[Voids, GameRecord]) -> tuple[str, ...]:
    """Pairs of contestants whose order depends on the void rule, in words.

    Args:
        records: records of one game, under each rule.
    """
    rated = {
        rule: ratings.bradley_terry.resampled(record, 0, 0) for rule, record in records.items()
    }
    names = sorted(set.intersection(*(set(sample.contestants) for sample in rated.values())))
    points = {rule: dict(zip(s.contestants, s.estimate, strict=True)) for rule, s in rated.items()}
    told = []
    for one, two in combinations(names, 2):
        sides: dict[str, list[str]] = {}
        for rule in rated:
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
