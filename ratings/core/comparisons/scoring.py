"""Comparisons from payoffs: one stated rule for zero-sum games, one for all others.

The matches of the same players in one repetition, in all their seatings, are a *block*. By default
a void match removes its block from all comparisons, on both sides, since failures differ by
contestant and the remaining blocks must not.
"""

from typing import Any

import numpy as np
import pandas as pd

from ratings.core.comparisons.voids import filled
from ratings.core.tables import COMPARISONS, SEATS, GameRecord, Range, Voids, empty, require

HEAD_TO_HEAD = (
    "head to head: payoffs of a pair, summed over its mirrored matches (same seed, every seating)"
)
DUPLICATE = (
    "duplicate: payoffs compared between contestants in the same seat against the same opponent on "
    "the same seed"
)
NOT_RATED = "not rated: one player decides, so there is no contest"
ELICITED = (
    "not rated: every information set is put to each contestant alone, and nobody is compared"
)
IN_GROUPS = (
    "duplicate: payoffs compared between contestants who sat in the same mix of opponents on the "
    "same seed, whatever their seats"
)
UNRATED = (NOT_RATED, ELICITED)

_AND = " + "
_SAME = 1e-9
"""Sums of floats nearer than this are equal."""


def record(
    game: str,
    seats: pd.DataFrame,
    *,
    zero_sum: bool,
    contest: bool = True,
    symmetric: bool = False,
    voids: Voids = Voids.drop,
    extremes: Range | None = None,
    **known: Any,  # noqa: ANN401 - passed on
) -> GameRecord:
    """The comparisons that a game's matches allow.

    Args:
        game: its id.
        seats: columns SEATS, of this game only.
        zero_sum: whether payoffs of a match sum to zero.
        contest: whether at least two players decide; otherwise there are no comparisons.
        symmetric: whether seats are alike, so that it makes no difference who sits where.
        voids: treatment of void matches.
        extremes: possible payoffs; void matches are filled in from them.
        known: further fields of the record.
    """
    table = require(seats, SEATS).reset_index(drop=True)
    table = table.assign(payoff=filled(table, voids, extremes, zero_sum=zero_sum))
    table = _blocks(table, symmetric=symmetric)
    rule, comparisons, unfinished = NOT_RATED, empty(COMPARISONS), 0
    if contest and zero_sum:
        rule = HEAD_TO_HEAD
        comparisons, unfinished = _head_to_head(table, voids)
    elif contest:
        rule = IN_GROUPS if symmetric else DUPLICATE
        comparisons = _duplicate(_means(table) if symmetric else table, voids)
    open_ = comparisons["score"].isna()
    if voids == Voids.drop:
        table = table.assign(payoff=table["payoff"].mask(table["broken"]))
    decided, undecided = (comparisons[which].reset_index(drop=True) for which in (~open_, open_))
    known["unfinished"] = unfinished
    return GameRecord(game, rule, table, decided, undecided, voids, zero_sum, extremes, **known)


def _blocks(seats: pd.DataFrame, *, symmetric: bool) -> pd.DataFrame:
    """Each seat with its opponents in seat order, its block, and whether that is broken.

    Where seats are alike, all are one and opponents have no order.
    """
    match, (contestant, names) = pd.factorize(seats["match"])[0], pd.factorize(seats["contestant"])
    ordered = np.lexsort((seats["seat"].to_numpy(), match))
    sizes = np.bincount(match)  # some seats may be nobody's
    opponents, players = np.empty((2, len(seats)), object)
    for size in np.unique(sizes):
        rows = ordered[(sizes[match] == size)[ordered]].reshape(-1, size)
        kinds, kind = np.unique(contestant[rows], axis=0, return_inverse=True)
        seated = [tuple(names[each] for each in one) for one in kinds]
        others = [
            [_opponents(one, at, symmetric=symmetric) for at in range(size)] for one in seated
        ]
        together = [_AND.join(sorted(one)) for one in seated]
        opponents[rows] = np.array(others, object)[kind.ravel()]
        players[rows] = np.array(together, object)[kind.ravel(), None]
    table = seats.assign(opponents=list(opponents), players=list(players))
    table = table.assign(seat=0) if symmetric else table
    if not table["void"].any():
        return table.assign(broken=False)
    broken = table.groupby(["repetition", "players"])["void"].transform("any")
    return table.assign(broken=broken.astype(bool))


def _opponents(seated: tuple[str, ...], at: int, *, symmetric: bool) -> str:
    others = seated[:at] + seated[at + 1 :]
    return _AND.join(sorted(others) if symmetric else others)


def _head_to_head(seats: pd.DataFrame, voids: Voids) -> tuple[pd.DataFrame, int]:
    """Pairs by the sum over all their matches of a block, and how many blocks are unfinished.

    In a block that is not played to its end yet, such as that of an interrupted run, one of the
    pair may have sat better than the other: it is no comparison.
    """
    columns = ["match", "repetition", "cluster", "players", "void"]
    own = ["match", "contestant", "seat", "payoff", "fault"]
    both = seats[[*columns, *own[1:]]].merge(seats[own], on="match")
    both = both[both["contestant_x"] < both["contestant_y"]]  # each pair once
    keys = ["repetition", "players", "contestant_x", "contestant_y"]
    blocks = both.assign(margin=both["payoff_x"] - both["payoff_y"]).groupby(keys, sort=True)
    sums = blocks.agg(
        cluster=("cluster", "first"),
        void=("void", "any"),
        fault_x=("fault_x", "any"),
        fault_y=("fault_y", "any"),
    )
    sums = sums.assign(margin=blocks["margin"].sum(skipna=False)).reset_index()
    mirrored = _mirrored(both, keys)
    sums, unfinished = sums[mirrored].reset_index(drop=True), int((~mirrored).sum())
    score = _decided(_score(sums["margin"]), sums["void"], sums["void"], sums, voids)
    return _comparisons(sums, score), unfinished


def _mirrored(both: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Of each block in the order of its keys, whether each of the pair sat equally often anywhere.

    Args:
        both: a row per match and pair, with seat_x and seat_y.
        keys: of a block and a pair.
    """
    numbers = sorted({*both["seat_x"], *both["seat_y"]})
    uneven = {
        seat: (both["seat_x"] == seat).astype(int) - (both["seat_y"] == seat) for seat in numbers
    }
    leaning = both[keys].assign(**{str(seat): lead for seat, lead in uneven.items()})
    totals = leaning.groupby(keys, sort=True)[[str(seat) for seat in numbers]].sum()
    return (totals == 0).all(axis=1).to_numpy()


def _means(seats: pd.DataFrame) -> pd.DataFrame:
    """One row for all copies of a contestant among the same opponents: the mean of their points."""
    keys = ["repetition", "cluster", "seat", "opponents", "contestant"]
    copies = seats.groupby(keys, sort=False)
    means = copies["payoff"].sum(skipna=False) / copies.size()
    broken = copies[["void", "fault", "broken"]].any()
    return broken.assign(payoff=means).reset_index()


def _duplicate(seats: pd.DataFrame, voids: Voids) -> pd.DataFrame:
    """Contestants by payoff in the same seat against the same opponents and seed."""
    columns = ["contestant", "payoff", "void", "fault", "broken"]
    keys = ["repetition", "cluster", "seat", "opponents"]
    arms = seats[[*keys, *columns]].merge(seats[[*keys, *columns]], on=keys)
    arms = arms[arms["contestant_x"] < arms["contestant_y"]]  # each pair once
    void = arms["void_x"] | arms["void_y"]
    broken = arms["broken_x"] | arms["broken_y"]
    score = _decided(_score(arms["payoff_x"] - arms["payoff_y"]), void, broken, arms, voids)
    return _comparisons(arms, score)


def _comparisons(pairs: pd.DataFrame, score: Any) -> pd.DataFrame:  # noqa: ANN401
    renamed = pairs.rename(columns={"contestant_x": "first", "contestant_y": "second"})
    return renamed.assign(score=score).loc[:, list(COMPARISONS)].reset_index(drop=True)


def _decided(
    score: np.ndarray, void: pd.Series, broken: pd.Series, pairs: pd.DataFrame, voids: Voids
) -> np.ndarray:
    """Scores under the void rule; NaN where it leaves a comparison undecided.

    Args:
        score: by payoffs, NaN where one is unknown.
        void: whether a match of either side is void.
        broken: whether a block of either side holds a void match.
        pairs: with columns fault_x and fault_y.
        voids: the rule.
    """
    if voids == Voids.impute:
        return score
    if voids == Voids.drop:
        return np.where(broken, np.nan, score)
    x, y = pairs["fault_x"].to_numpy(bool), pairs["fault_y"].to_numpy(bool)
    lost = np.select([x & y, x, y], [0.5, 0.0, 1.0], np.nan)
    return np.where(void, lost, score)


def _score(margin: pd.Series) -> np.ndarray:
    """1, 0.5 or 0 by the sign of a margin in points; NaN stays NaN."""
    return np.where(np.abs(margin) < _SAME, 0.5, np.where(margin.isna(), np.nan, margin > 0))
