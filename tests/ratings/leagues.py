"""Simulated leagues whose strengths are known."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ratings.core.tables import SEATS, GameRecord

Floats = NDArray[np.float64]

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")


def record_of(
    games: Sequence[tuple[str, str, float]], clusters: Sequence[str] | None = None
) -> GameRecord:
    """A record of comparisons, (first, second, score); each a cluster of its own if not told."""
    table = pd.DataFrame(games, columns=["first", "second", "score"])
    table = table.assign(repetition=range(len(table)), cluster=clusters or range(len(table)))
    names = sorted({name for first, second, _ in games for name in (first, second)})
    return GameRecord("league", "rule", seats_of(names), table)


def seats_of(names: Sequence[str]) -> pd.DataFrame:
    """Everybody took part."""
    rows = [("m", 0, "c", 0, name, 0.0, False, False) for name in names]
    return pd.DataFrame(rows, columns=list(SEATS))


def round_robin(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair once."""
    first, second = np.triu_indices(size, 1)
    return first.astype(np.int64), second.astype(np.int64)


def league(
    strengths: Floats, clusters: int, tie: float, spread: float, rng: np.random.Generator
) -> GameRecord:
    """A round robin in every cluster.

    Args:
        strengths: log strengths.
        clusters: number of round robins.
        tie: Davidson's nu.
        spread: standard deviation of what a cluster adds to each strength, in all its games.
        rng: of everything.
    """
    first, second = round_robin(len(strengths))
    shown = strengths + spread * rng.standard_normal((clusters, len(strengths)))
    score = results(shown[:, first] - shown[:, second], tie, rng)
    names = np.array(NAMES[: len(strengths)], dtype=object)
    table = pd.DataFrame(
        {
            "first": np.tile(names[first], clusters),
            "second": np.tile(names[second], clusters),
            "score": score.ravel(),
            "repetition": np.repeat(np.arange(clusters), len(first)),
            "cluster": np.repeat(np.arange(clusters), len(first)),
        }
    )
    return GameRecord("league", "rule", seats_of(NAMES[: len(strengths)]), table)


def results(ahead: Floats, tie: float, rng: np.random.Generator) -> Floats:
    """Scores by Davidson's model, of strengths so far ahead."""
    win, lose = np.exp(ahead / 2), np.exp(-ahead / 2)
    drawn = rng.random(ahead.shape) * (win + lose + tie)
    return np.where(drawn < win, 1.0, np.where(drawn < win + tie, 0.5, 0.0))


def marginal(strengths: Floats, tie: float, spread: float) -> tuple[Floats, Floats]:
    """Expected wins and ties of all pairs when clusters add to strengths: by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    ahead = (strengths[:, None] - strengths)[..., None] + spread * np.sqrt(2) * nodes
    win, lose = np.exp(ahead / 2), np.exp(-ahead / 2)
    total, odds = win + lose + tie, weights / weights.sum()
    wins, ties = (win / total) @ odds, (tie / total) @ odds
    np.fill_diagonal(wins, 0)
    np.fill_diagonal(ties, 0)
    return wins, ties


def cell(table: pd.DataFrame, row: object, column: str) -> float:
    """One figure of a table, by the label of its row."""
    return float(table[column].to_dict()[row])
