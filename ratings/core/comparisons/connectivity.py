"""Limits of pairwise comparisons: unconnected groups, and contestants without wins or losses.

Source: Ford (1957), Solution of a ranking problem from binary comparisons, American Mathematical
Monthly 64, 28 to 33: strengths are finite if and only if, for every split of the
contestants in two, each part has scored against the other.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ratings.core.comparisons.counts import Compared, compared
from ratings.core.comparisons.scoring import DUPLICATE
from ratings.core.statistics.bootstrap import FEW
from ratings.core.tables import GameRecord


def remarks(record: GameRecord) -> tuple[str, ...]:
    """Remarks for readers of the ratings, one sentence each."""
    data = compared(record)
    if not data.size:
        alone = "Nobody was compared"
        if record.rule == DUPLICATE:
            alone += ": no two contestants met the same opponents in the same seat and repetition"
        return (f"{alone}.",)
    return (*_groups(data), *_separation(data), *_few(data))


def groups(data: Compared) -> list[tuple[str, ...]]:
    """Names of contestants that comparisons connect, group by group."""
    count, group = _components(data, "weak", np.ones(len(data.score), bool))
    return [
        tuple(name for name, own in zip(data.contestants, group, strict=True) if own == number)
        for number in range(count)
    ]


def _groups(data: Compared) -> Iterator[str]:
    if len(components := groups(data)) > 1:
        told = "; ".join(map(", ".join, components))
        yield (
            f"Disconnected: the contestants fall into {len(components)} groups that were never "
            f"compared with one another ({told}). Ratings order contestants within a group only."
        )


def _separation(data: Compared) -> Iterator[str]:
    """Contestants that always won or never scored; then groups of which one always beat another."""
    points = np.bincount(data.first, data.score, data.size)
    points += np.bincount(data.second, 1 - data.score, data.size)
    times = data.times
    won, lost = points == times, points == 0
    ridge = "Only the ridge keeps the rating finite."
    if won.any():
        names = _names(data, np.flatnonzero(won))
        yield f"Undefeated, by winning every comparison: {names}. {ridge}"
    if lost.any():
        yield f"Without a win or a tie: {_names(data, np.flatnonzero(lost))}. {ridge}"
    plain = ~(won | lost)
    inside = plain[data.first] & plain[data.second]
    weak, _ = _components(data, "weak", inside)
    strong, _ = _components(data, "strong", inside)
    if strong > weak:
        yield (
            "Separated: a group of contestants won every comparison with the others. How far apart "
            "the groups are is decided by the ridge alone."
        )


def _few(data: Compared) -> Iterator[str]:
    if data.clusters < 2:  # noqa: PLR2004
        yield "There is one cluster only: nothing can be said about uncertainty."
    elif data.clusters < FEW:
        yield (
            f"There are only {data.clusters} clusters: with fewer than {FEW}, intervals tend to be "
            "too short."
        )


def _components(data: Compared, kind: str, use: np.ndarray) -> tuple[int, np.ndarray]:
    """Connected components; an edge leads from a contestant to one it has scored against."""
    first, second, score = data.first[use], data.second[use], data.score[use]
    tail = np.concatenate([first[score > 0], second[score < 1]])
    head = np.concatenate([second[score > 0], first[score < 1]])
    edges = coo_array((np.ones(len(tail)), (tail, head)), shape=(data.size, data.size))
    count, group = connected_components(edges.tocsr(), directed=True, connection=kind)
    return int(count), group


def _names(data: Compared, which: Sequence[int] | np.ndarray) -> str:
    return ", ".join(data.contestants[i] for i in which)
