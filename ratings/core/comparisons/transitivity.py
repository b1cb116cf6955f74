"""Test of transitivity: whether one-dimensional strengths explain the results of pairs.

The saturated model gives every pair a probability of its own; Bradley-Terry gives every contestant
a strength. The likelihood ratio of the two is compared with what it comes to in results around the
fitted Bradley-Terry model. Comparisons of a cluster share deals, wordings and, under the duplicate
rule, payoffs; so whole clusters deviate from the model as they did, with signs drawn at random.
Ties are left out: given that there is none, Davidson's model is that of Bradley and Terry.

Source: Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with
clustered errors, Review of Economics and Statistics 90, 414 to 427 (wild cluster bootstrap with the
null imposed).
"""

from dataclasses import dataclass

import numpy as np

from ratings.core.comparisons.counts import Compared, compared, tables
from ratings.core.comparisons.davidson import fit
from ratings.core.statistics.bootstrap import Floats
from ratings.core.tables import GameRecord

REJECTED = 0.05


@dataclass(frozen=True, eq=False)
class Outcome:
    """The outcome of the test.

    Args:
        contestants: names.
        statistic: twice the log likelihood ratio.
        spare: pairs that met, less the strengths to be estimated; with 0 there is nothing to test.
        p: share of simulated statistics at least as large; NaN if there is nothing to test, or
            fewer than two clusters.
        wins: [contestants, contestants] share of points of the row against the column, a tie being
            half; NaN where two never met.
    """

    contestants: tuple[str, ...]
    statistic: float
    spare: int
    p: float
    wins: Floats

    @property
    def rejected(self) -> bool:
        """Whether one line of strengths does not do."""
        return self.p < REJECTED


def check(record: GameRecord, rounds: int, seed: int) -> Outcome:
    """Test Bradley-Terry against the saturated model.

    Args:
        record: the game's comparisons.
        rounds: of the bootstrap.
        seed: of the signs.
    """
    data = compared(record)
    if not data.size:
        return Outcome((), 0.0, 0, np.nan, np.empty((0, 0)))
    ((wins, ties),) = tables(data, np.ones((1, data.clusters)))
    games = wins[0] + wins[0].T
    spare = int(np.count_nonzero(np.triu(games))) - _free(games)
    with np.errstate(invalid="ignore"):
        share = (wins[0] + ties[0] / 2) / (games + ties[0])
    if spare <= 0:
        return Outcome(data.contestants, 0.0, 0, np.nan, share)
    statistic, strength = _ratio(wins)
    p = np.nan
    if data.clusters > 1:
        chances = 1 / (1 + np.exp(strength[0] - strength[0][:, None]))
        simulated = _simulated(data, games, chances, rounds, seed)
        p = (1 + (simulated >= statistic[0] - 1e-9).sum()) / (rounds + 1)
    return Outcome(data.contestants, float(statistic[0]), spare, float(p), share)


def _simulated(data: Compared, games: Floats, chances: Floats, rounds: int, seed: int) -> Floats:
    """Statistics of results whose expectation is Bradley-Terry's: [rounds]."""
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (rounds, data.clusters))
    ratios = []
    for wins, _ in tables(data, signs):
        deviation = wins - chances * (wins + wins.swapaxes(1, 2))
        ratios.append(_ratio(np.clip(games * chances + deviation, 0, games))[0])
    return np.concatenate([*ratios, np.empty(0)])


def _ratio(wins: Floats) -> tuple[Floats, Floats]:
    """Twice the log likelihood ratio of each table, and the strengths of its fit."""
    strength, _ = fit(wins, np.zeros_like(wins))
    games = wins + wins.swapaxes(1, 2)
    log_chance = -np.logaddexp(0, strength[:, None, :] - strength[:, :, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        best = np.where(wins > 0, wins * np.log(wins / games), 0)
    return 2 * (best - wins * log_chance).sum(axis=(1, 2)), strength


def _free(games: Floats) -> int:
    """Strengths that can be estimated: contestants less connected groups."""
    reached = (games > 0) | np.eye(len(games), dtype=bool)
    for _ in range(len(games).bit_length()):
        reached = (reached.astype(np.int64) @ reached.astype(np.int64)) > 0
    return len(games) - len(np.unique(reached, axis=0))
