"""A league of known truth: Kuhn poker between players of known precision."""

from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import games
from games.core.batch_trees import Batch, play
from games.core.policy import Policy
from games.core.solve import cfr_plus, quantal_response
from games.core.tree import Tree, build
from ratings.core.comparisons.scoring import record
from ratings.core.tables import SEATS, GameRecord, Plays

NAMES = ("ann", "bob", "cat")
LAMBDAS = {"ann": 0.5, "bob": 2.0, "cat": 5.0}
"""Precision of each: of a logit quantal response."""
_MATCHES, _ITERATIONS = 100_000, 1_000


@cache
def poker() -> Tree:
    """The tree of Kuhn poker."""
    return build(games.load("kuhn_poker"))


@cache
def equal() -> NDArray[np.float64]:
    """[choices] its equilibrium."""
    return cfr_plus(poker(), _ITERATIONS)


@cache
def policies() -> dict[str, NDArray[np.float64]]:
    """[choices] how each plays."""
    return {name: quantal_response(poker(), value) for name, value in LAMBDAS.items()}


@cache
def outcomes() -> dict[tuple[str, str], Batch]:
    """Many hands of each pairing, in both seats."""
    tables: dict[str, Policy] = {name: poker().table(each) for name, each in policies().items()}
    return {
        (one, two): play(poker(), [tables[one], tables[two]], _MATCHES, 7, plays=True)
        for one in NAMES
        for two in NAMES
        if one != two
    }


@lru_cache(maxsize=64)
def hands(clusters: int, seed: int) -> GameRecord:
    """The record of a league: every pairing in both seats per cluster.

    Args:
        clusters: their number.
        seed: of the hands that are drawn.
    """
    rng, rows = np.random.default_rng(seed), []
    matches: dict[str, tuple[int, tuple[str, ...]]] = {}
    for (one, two), batch in outcomes().items():
        assert batch.plays is not None
        ends = batch.plays[rng.integers(0, batch.matches, clusters)]
        drawn = poker().payoffs[ends]
        for cluster, points in enumerate(drawn.tolist()):
            key = f"{one}{two}{cluster}"
            matches[key] = (int(ends[cluster]), (one, two))
            for seat, name in enumerate((one, two)):
                rows.append((key, cluster, cluster, seat, name, points[seat], False, False))
    seats = pd.DataFrame(rows, columns=list(SEATS))
    known: dict[str, Any] = {"stage": poker().game, "equilibrium": lambda: poker().table(equal())}
    told = {name: policies()[name] for name in ("ann", "bob")}
    known["plays"] = lambda: Plays(poker(), "", told, matches)
    return record("poker", seats, zero_sum=True, decisions=_decisions(clusters, rng), **known)


def _decisions(clusters: int, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody asked in every information set, once per cluster."""
    rows = [
        (name, cluster, key, options[int(rng.random() > policies()[name][first])])
        for name in NAMES
        for key, options, first in zip(
            poker().keys, poker().actions, poker().first_choice[:-1], strict=True
        )
        for cluster in range(clusters)
    ]
    return pd.DataFrame(rows, columns=["contestant", "cluster", "set", "action"])
