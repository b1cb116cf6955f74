"""Comparisons as arrays, and as tables of wins and ties between all pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ratings.core.statistics.bootstrap import MANY, Floats, Ints
from ratings.core.tables import GameRecord

_CELLS = 4_000_000
"""Largest number of values held in memory at once."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Comparisons as arrays.

    Args:
        contestants: names, in alphabetical order.
        first: [comparisons] indices into contestants.
        second: [comparisons]
        score: [comparisons] 1, 0.5 or 0, of the first.
        cluster: [comparisons] numbers from 0.
        clusters: number of clusters.
    """

    contestants: tuple[str, ...]
    first: Ints
    second: Ints
    score: Floats
    cluster: Ints
    clusters: int

    @property
    def size(self) -> int:
        """Number of contestants."""
        return len(self.contestants)

    @property
    def times(self) -> Ints:
        """Number of comparisons of each contestant."""
        return np.bincount(self.first, minlength=self.size) + np.bincount(
            self.second, minlength=self.size
        )


def compared(record: GameRecord, names: Sequence[str] | None = None) -> Compared:
    """The comparisons of a record.

    Args:
        record: record of a game.
        names: names of all contestants, in order; None for the compared ones.
    """
    table = record.comparisons
    names = list(names or sorted({*table["first"].unique(), *table["second"].unique()}))
    index = pd.Index(names, dtype=object)
    clusters, known = pd.factorize(table["cluster"], sort=True)
    return Compared(
        tuple(names),
        index.get_indexer(pd.Index(table["first"])).astype(np.int64),
        index.get_indexer(pd.Index(table["second"])).astype(np.int64),
        table["score"].to_numpy(np.float64),
        clusters.astype(np.int64),
        len(known),
    )


@dataclass(frozen=True, eq=False)
class Kinds:
    """Clusters by their results, for bootstraps: clusters with equal results are one kind.

    Args:
        copies: [kinds] number of clusters.
        kept: [comparisons of one cluster of each kind] indices into the comparisons.
        kind: [the same] numbers from 0.
    """

    copies: Ints
    kept: Ints
    kind: Ints

    @property
    def whole(self) -> Floats:
        """The weights of the record as it is: [1, kinds]."""
        return self.copies[None].astype(np.float64)


def kinds(data: Compared) -> Kinds:
    """The kinds of a record's clusters; of few clusters, or of many pairs, each is its own kind."""
    pairs = data.size * (data.size - 1) // 2
    if not MANY < data.clusters <= _CELLS // max(1, 3 * pairs):
        return Kinds(np.ones(data.clusters, np.int64), np.arange(len(data.score)), data.cluster)
    ((_, counts),) = _per_cluster(data)
    _, first, copies = np.unique(counts, axis=0, return_index=True, return_counts=True)
    kind = np.full(data.clusters, -1)
    kind[first] = np.arange(len(first))
    kept = np.flatnonzero(kind[data.cluster] >= 0)
    return Kinds(copies, kept, kind[data.cluster[kept]])


def one_of_each(data: Compared, among: Kinds) -> Compared:
    """The comparisons of one cluster of each kind, in clusters that are the kinds."""
    at, number = among.kept, len(among.copies)
    return Compared(
        data.contestants, data.first[at], data.second[at], data.score[at], among.kind, number
    )


def tables(data: Compared, weights: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Wins and ties of all pairs, for a batch of rounds at a time.

    Args:
        data: the comparisons.
        weights: [rounds, clusters] weight of each cluster.

    Yields:
        Wins of the row over the column and ties, both [rounds, contestants, contestants]. The
        batches cover all rounds, in order.
    """
    per_cluster = _per_cluster(data)
    size = data.size
    low, high = np.triu_indices(size, 1)
    step = max(1, _CELLS // max(1, size * size))
    for start in range(0, len(weights), step):
        part = weights[start : start + step].astype(np.float32)
        sums = sum(part[:, at] @ counts for at, counts in per_cluster)
        cells = np.asarray(sums, np.float64).reshape(len(part), len(low), 3)
        wins, ties = np.zeros((2, len(part), size, size))
        wins[:, high, low], wins[:, low, high] = cells[..., 0], cells[..., 2]
        ties[:, low, high] = ties[:, high, low] = cells[..., 1]
        yield wins, ties


def _per_cluster(data: Compared) -> list[tuple[slice, np.ndarray]]:
    """Counts of each pair's three results, some clusters at a time: [clusters, pairs x results]."""
    size = data.size
    low, high = np.minimum(data.first, data.second), np.maximum(data.first, data.second)
    pair = low * size - low * (low + 1) // 2 + high - low - 1
    of_low = np.where(data.first < data.second, data.score, 1 - data.score)
    columns = size * (size - 1) // 2 * 3
    cell = pair * 3 + (2 * of_low).astype(np.int64)
    step = max(1, _CELLS // max(1, columns))
    if step >= data.clusters:
        return [(slice(0, data.clusters), _counted(data.cluster, cell, data.clusters, columns))]
    batches = []
    for start in range(0, data.clusters, step):
        stop = min(start + step, data.clusters)
        here = (data.cluster >= start) & (data.cluster < stop)
        counts = _counted(data.cluster[here] - start, cell[here], stop - start, columns)
        batches.append((slice(start, stop), counts))
    return batches


def _counted(cluster: Ints, cell: Ints, clusters: int, columns: int) -> np.ndarray:
    counts = np.bincount(cluster * columns + cell, minlength=clusters * columns)
    return counts.reshape(clusters, columns).astype(np.float32)
