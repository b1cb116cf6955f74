"""Elo ratings, averaged over seeded random orders of the comparisons.

Elo depends on the order in which results come in, and a tournament has none. So every rating is
the mean over many random orders; the spread over these orders is given apart, since it says how
much the order matters and nothing about uncertainty. The interval comes from the same cluster
bootstrap as that of Bradley-Terry.

Source: Elo (1978), The Rating of Chessplayers, Past and Present, chapter 1. Dependence on order:
Boubdir et al. (2023), Elo uncovered, arXiv 2311.17295.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ratings.core.comparisons.counts import Compared, compared, kinds
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Floats, Ints, Resampled
from ratings.core.tables import GameRecord, Method

INITIAL = 1500.0
SCALE = 400.0
K = 16.0
ORDERS = 200

_PER_ROUND = 4
"""Orders of each bootstrap round; what spread they leave is taken out of the interval."""
_CELLS = 40_000_000
"""Updates of all bootstrap rounds together, about: with very many comparisons, rounds are fewer."""
_AT_ONCE = 20_000_000
_FEWEST = 100
_SHORTEST = 500
"""Least number of last comparisons of an order that are played, for each contestant."""
_APART, _TRIED, _FORGOTTEN = 400.0, 16, 1e-3
"""Points by which beginnings differ, and in how many orders; what may be left of it at the end."""

COLUMNS = {
    "contestant": "name",
    "elo": f"mean over {ORDERS} random orders, in points of Elo",
    "elo_low": "lower end of the 95 % interval, by the cluster bootstrap",
    "elo_high": "upper end",
    "order_sd": "standard deviation over orders: how much the order matters; no interval",
    "elo_comparisons": "number of comparisons",
}


@lru_cache(maxsize=16)
def resampled(
    record: GameRecord, rounds: int, seed: int, k: float = K, orders: int = ORDERS
) -> tuple[Resampled, Floats]:
    """Ratings with their bootstrap rounds, and their standard deviations over orders.

    Args:
        record: the game's comparisons.
        rounds: of the bootstrap.
        seed: of orders and of the bootstrap.
        k: the most points a single comparison can move a rating.
        orders: number of random orders.
    """
    data = compared(record)
    rng = np.random.default_rng(record.entropy(seed))
    finals = play(data, [np.arange(len(data.score))] * orders, k, rng)
    spread = finals.std(axis=0)
    draws = (
        _bootstrapped(data, rounds, record.entropy(seed), k, rng)
        if rounds and data.size
        else finals[:0]
    )
    return Resampled(data.contestants, finals.mean(axis=0), draws, data.clusters), spread


def elo(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:
    """Ratings of all contestants; see COLUMNS."""
    sample, spread = resampled(record, rounds, seed)
    low, high = sample.interval
    table = pd.DataFrame(
        {
            "contestant": sample.contestants,
            "elo": sample.estimate,
            "elo_low": low,
            "elo_high": high,
            "order_sd": spread,
            "elo_comparisons": compared(record).times,
        }
    )
    everybody = pd.DataFrame({"contestant": record.contestants})
    table = everybody.merge(table, on="contestant", how="left")
    return table.assign(elo_comparisons=table["elo_comparisons"].fillna(0).astype(int))


def play(
    data: Compared,
    lanes: list[Ints],
    k: float,
    rng: np.random.Generator,
    start: Floats | None = None,
) -> Floats:
    """Final ratings, [lanes, contestants]; all lanes advance one comparison at a time.

    Comparisons are left out of the beginning of an order if the ratings forget them by its end.

    Args:
        data: the comparisons.
        lanes: of each lane, which comparisons it plays; their order is drawn.
        k: the most points a comparison can move a rating.
        rng: of the orders.
        start: [lanes, contestants]; INITIAL if not given.
    """
    longest = min(_remembered(data, k), max(map(len, lanes), default=0))
    step = max(1, _AT_ONCE // max(1, longest))
    ratings = [np.empty((0, data.size))]
    for low in range(0, len(lanes), step):
        part = lanes[low : low + step]
        begun = np.full((len(part), data.size), INITIAL) if start is None else start[low:][:step]
        ratings.append(_played(data, _ordered(data, part, longest, rng), k, begun))
    return np.concatenate(ratings)


def _ordered(
    data: Compared, lanes: list[Ints], longest: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """The last comparisons of a random order of each lane, [steps, lanes]."""
    nothing = len(data.score)  # beyond the last of a lane: nothing happens
    order = np.full((len(lanes), longest), nothing, np.int32)
    for row, lane in zip(order, lanes, strict=True):
        if len(lane) > longest:
            row[:] = lane[rng.choice(len(lane), longest, replace=False)]
        else:
            row[: len(lane)] = rng.permutation(lane)
    return order.T


@lru_cache(maxsize=16)
def _remembered(data: Compared, k: float) -> int:
    """The number of last comparisons that decide all ratings to _FORGOTTEN; all where it is large.

    The same comparisons are played from equal ratings and from ratings far apart, twice as many
    until both come to the same.
    """
    number, whole = _SHORTEST * max(1, data.size), len(data.score)
    if whole <= number:
        return whole
    rng = np.random.default_rng(0)
    apart = INITIAL + _APART * rng.choice([-1, 1], (_TRIED, data.size))
    apart -= apart.mean(axis=1, keepdims=True) - INITIAL  # comparisons keep the mean
    lanes = [np.arange(whole)] * _TRIED
    while number < whole:
        order = _ordered(data, lanes, number, rng)
        finals = [_played(data, order, k, at) for at in (np.full_like(apart, INITIAL), apart)]
        if np.abs(finals[0] - finals[1]).max() < _FORGOTTEN:
            return number
        number *= 2
    return whole


def _played(data: Compared, order: NDArray[np.int32], k: float, start: Floats) -> Floats:
    """Play comparisons, [steps, lanes], in units in which the expected score is (1 + tanh) / 2."""
    lanes, size = start.shape
    unit = np.log(10) / (2 * SCALE)
    nobody = np.full(1, size)
    places = lanes * np.concatenate([np.stack([data.first, data.second]), [nobody, nobody]], axis=1)
    gain = np.concatenate([(data.score - 0.5) * k * unit, [0.0]])
    ratings = np.zeros((size + 1, lanes))
    ratings[:size] = (start.T - INITIAL) * unit
    flat, lane, half = ratings.ravel(), np.arange(lanes), k * unit / 2
    one, two, change = np.empty((3, lanes))
    for comparison in order:
        first, second = places[0].take(comparison) + lane, places[1].take(comparison) + lane
        flat.take(first, out=one, mode="clip")
        flat.take(second, out=two, mode="clip")
        np.subtract(one, two, out=change)
        np.tanh(change, out=change)
        np.multiply(change, half, out=change)
        np.subtract(gain.take(comparison), change, out=change)
        flat[first] = one + change
        flat[second] = two - change
    final: Floats = INITIAL + ratings[:size].T / unit
    return final


def _bootstrapped(
    data: Compared, rounds: int, seed: list[int], k: float, rng: np.random.Generator
) -> Floats:
    """Ratings in each bootstrap round, free of the spread over orders: [rounds, contestants].

    A round is a mean over few orders, which adds variance; it is known from the differences between
    these orders, and the rounds are drawn together until it is gone.
    """
    rounds = _affordable(len(data.score), rounds)
    among = kinds(data)
    weights = bootstrap.weights(among.copies, rounds, seed).astype(np.int64)
    drawn = (np.repeat(among.kept, row[among.kind]) for row in weights)
    lanes = [lane for lane in drawn for _ in range(_PER_ROUND)]
    finals = play(data, lanes, k, rng).reshape(len(weights), _PER_ROUND, data.size)
    draws: Floats = finals.mean(axis=1)
    if len(draws) < 2:  # noqa: PLR2004 - no spread to be taken out
        return draws
    added = finals.var(axis=1, ddof=1).mean(axis=0) / _PER_ROUND
    total, centre = draws.var(axis=0, ddof=1), draws.mean(axis=0)
    kept = np.sqrt(np.clip(1 - added / np.where(total > 0, total, 1), 0, 1))
    shrunk: Floats = centre + (draws - centre) * kept
    return shrunk


def _affordable(comparisons: int, rounds: int) -> int:
    """So many rounds at the most, fewer where there are many comparisons."""
    return min(rounds, max(_FEWEST, _CELLS // (_PER_ROUND * max(1, comparisons))))


METHOD = Method(
    elo,
    "elo",
    COLUMNS,
    ("elo_low", "elo_high"),
    rounds=lambda record, asked: _affordable(len(record.comparisons), asked),
    order_free=False,
)
