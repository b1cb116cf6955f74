"""Number of clusters in the blocks of a game, and blocks per cluster, given recurring wordings."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import scipy  # its parts are loaded at their first use
from scipy import special

from arena.analysis.wording_clusters import Clusters
from arena.design.matches import table
from arena.design.tournament import Tournament
from games.core.elicited import Elicited
from ratings.core.statistics.bootstrap import Floats

_COUNTED = 500, 2_000
"""Least and largest number of blocks whose wordings are compared."""


@dataclass(frozen=True)
class WordingGrowth:
    """Clusters of the first blocks of a game, and the expected clusters of more blocks.

    Args:
        names: names of the clusters of the first blocks, block after block.
    """

    names: tuple[str, ...]

    def clusters(self, blocks: int) -> float:
        """Expected number of clusters of a number of blocks.

        Wordings beyond the named ones are drawn uniformly. The number of all wordings is the one at
        which the number of distinct named ones equals its expectation.
        """
        if blocks <= len(self.names):
            return len(set(self.names[:blocks]))
        return _different(self._there_are, blocks)

    def thinness(self, blocks: int) -> float:
        """Mean over clusters of one over the number of its blocks: 1 if no cluster is shared."""
        if blocks <= len(self.names):
            return float(np.mean([1 / times for times in Counter(self.names[:blocks]).values()]))
        if np.isinf(self._there_are):
            return 1.0
        times = np.arange(1, 10 + int(4 * blocks / self._there_are))
        chances = _poisson(times.astype(float), blocks / self._there_are)
        return float(chances @ (1 / times) / chances.sum())

    def after(self, blocks: int) -> "WordingGrowth":
        """The growth without the first blocks, by number."""
        return WordingGrowth(self.names[blocks:])

    @property
    def _there_are(self) -> float:
        """Estimated number of wordings; infinite if no two blocks share one."""
        blocks, seen = len(self.names), len(set(self.names))
        if seen == blocks:
            return np.inf
        excess: Callable[[float], float] = lambda number: _different(number, blocks) - seen  # noqa: E731
        return float(scipy.optimize.brentq(excess, seen, blocks**2 + 1))


def _poisson(times: Floats, mean: float) -> Floats:
    """The probabilities of counts."""
    logs: Floats = special.xlogy(times, mean) - special.gammaln(times + 1) - mean
    return np.exp(logs)


def _different(number: float, blocks: int) -> float:
    """Expected number of distinct ones among draws with replacement from `number`."""
    if np.isinf(number):
        return float(blocks)
    return float(-number * np.expm1(-blocks / number))


def wording_growth(tournament: Tournament, game: str, contestant: str) -> WordingGrowth:
    """The clusters of a contestant's decisions in the blocks of one game of a design."""
    seen = table(tournament, game)
    schedule, rules = tournament.schedules[game], tournament.games[game]
    (unit,) = islice(schedule.units(rules, seen.contestants), 1)
    asked = Elicited(rules) if unit.at else rules
    clusters = Clusters(asked, {contestant: tournament.identity(contestant)})
    blocks = range(int(np.clip(seen.repetitions, *_COUNTED)))
    return WordingGrowth(
        tuple(clusters.of(seen.match(unit, block), contestant) for block in blocks)
    )
