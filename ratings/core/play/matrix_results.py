"""Results of matrix games of two actions under the names of the Axelrod library.

The first action of the game counts as cooperation (C), the second as defection (D). A repetition is
one match of each pair, so that two mirrored matches are two repetitions. A pair that did not meet
is 0 in matrices, as there.

Source: Knight et al. (2016), An open framework for the reproducible study of the iterated
prisoner's dilemma, Journal of Open Research Software 4, e35; definitions as of Axelrod 4.13.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ratings.core.statistics.bootstrap import Floats

State = tuple[str, str]
_STATES: tuple[State, ...] = (("C", "C"), ("C", "D"), ("D", "C"), ("D", "D"))
_STEPS, _ERROR = 1000, 1e-3
"""Limits of the power iteration: largest number of steps, and the change at which it ends."""


@dataclass(frozen=True)
class Play:
    """One match.

    Args:
        players: names of both.
        moves: C or D of both, round by round.
        points: of both, in all rounds together.
    """

    players: tuple[str, str]
    moves: tuple[State, ...]
    points: tuple[float, float]


class MatrixResults:
    """Results of a matrix game; each part is computed when it is asked for.

    Args:
        players: names, in order.
        plays: the completed matches between different players, in order.
    """

    def __init__(self, players: Sequence[str], plays: Sequence[Play]) -> None:
        self.players = list(players)
        self._plays = list(plays)
        self._place = {name: at for at, name in enumerate(self.players)}
        met: Counter[frozenset[str]] = Counter()
        self._times: list[int] = []
        for play in self._plays:
            pair = frozenset(play.players)
            self._times.append(met[pair])
            met[pair] += 1
        self.repetitions = max(met.values(), default=0)

    def _cells(self, what: "Floats") -> list[list[list[float]]]:
        """[player][opponent] lists along the repetitions in which both met."""
        return [
            [[float(v) for v in what[:, i, j] if not np.isnan(v)] for j in self._all]
            for i in self._all
        ]

    @property
    def _all(self) -> range:
        return range(len(self.players))

    @cached_property
    def _arrays(self) -> dict[str, "Floats"]:
        """[repetition, player, opponent] of each figure; NaN where they did not meet."""
        names = ("turns", "points", "others", "cooperation", "good", "initial")
        shape = (self.repetitions, len(self.players), len(self.players))
        arrays = {name: np.full(shape, np.nan) for name in names}
        for time, play in zip(self._times, self._plays, strict=True):
            for own in (0, 1):
                at = (time, *(self._place[play.players[k]] for k in (own, 1 - own)))
                counts = [sum(state[k] == "C" for state in play.moves) for k in (own, 1 - own)]
                arrays["turns"][at] = len(play.moves)
                arrays["points"][at] = play.points[own]
                arrays["others"][at] = play.points[1 - own]
                arrays["cooperation"][at] = counts[0]
                arrays["good"][at] = counts[0] >= counts[1]
                arrays["initial"][at] = play.moves[0][own] == "C"
        return arrays

    def _total(self, name: str, axis: int | tuple[int, ...]) -> "Floats":
        total: Floats = np.nansum(self._arrays[name], axis=axis)
        return total

    # Scores

    @property
    def scores(self) -> list[list[float]]:
        """[player][repetition] points against all others."""
        scores: list[list[float]] = self._total("points", 2).T.tolist()
        return scores

    @property
    def payoffs(self) -> list[list[list[float]]]:
        """[player][opponent][repetition] points per turn."""
        return self._cells(self._arrays["points"] / self._arrays["turns"])

    @property
    def normalised_scores(self) -> list[list[float]]:
        """[player][repetition] points per turn, averaged over opponents; 0 if there were none."""
        per_turn = self._arrays["points"] / self._arrays["turns"]
        many = (~np.isnan(per_turn)).sum(axis=2)
        scores: list[list[float]] = (np.nansum(per_turn, axis=2) / np.maximum(1, many)).T.tolist()
        return scores

    @property
    def wins(self) -> list[list[int]]:
        """[player][repetition] matches with more points than the opponent."""
        won = self._arrays["points"] > self._arrays["others"]
        wins: list[list[int]] = won.sum(axis=2).T.tolist()
        return wins

    @property
    def payoff_matrix(self) -> list[list[float]]:
        """[player][opponent] mean points per turn."""
        return [[float(np.mean(cell)) if cell else 0 for cell in row] for row in self.payoffs]

    @property
    def payoff_stddevs(self) -> list[list[float]]:
        """[player][opponent] standard deviation of points per turn over repetitions."""
        return [[float(np.std(cell)) if cell else 0 for cell in row] for row in self.payoffs]

    @property
    def score_diffs(self) -> list[list[list[float]]]:
        """[player][opponent][repetition] points per turn beyond the opponent's."""
        gap = (self._arrays["points"] - self._arrays["others"]) / self._arrays["turns"]
        gaps: list[list[list[float]]] = np.nan_to_num(gap).transpose(1, 2, 0).tolist()
        return gaps

    @property
    def payoff_diffs_means(self) -> list[list[float]]:
        """[player][opponent] mean of `score_diffs`."""
        means: list[list[float]] = np.mean(self.score_diffs, axis=2).tolist()
        return means

    @property
    def match_lengths(self) -> list[list[list[float]]]:
        """[repetition][player][opponent] number of turns."""
        lengths: list[list[list[float]]] = np.nan_to_num(self._arrays["turns"]).tolist()
        return lengths

    @property
    def ranking(self) -> list[int]:
        """Indices of players, the highest median of normalised scores first."""
        return sorted(self._all, key=lambda i: -float(np.median(self.normalised_scores[i])))

    @property
    def ranked_names(self) -> list[str]:
        """Names in the order of `ranking`."""
        return [self.players[i] for i in self.ranking]

    # Cooperation

    @property
    def cooperation(self) -> list[list[int]]:
        """[player][opponent] number of cooperations."""
        counts: list[list[int]] = self._total("cooperation", 0).astype(int).tolist()
        return counts

    @property
    def normalised_cooperation(self) -> list[list[float]]:
        """[player][opponent] cooperations per turn."""
        turns = self._total("turns", 0)
        rates: list[list[float]] = (self._total("cooperation", 0) / np.maximum(1, turns)).tolist()
        return rates

    @property
    def vengeful_cooperation(self) -> list[list[float]]:
        """[player][opponent] normalised cooperation on a scale from -1 to 1."""
        scaled: list[list[float]] = (2 * (np.array(self.normalised_cooperation) - 0.5)).tolist()
        return scaled

    @property
    def cooperating_rating(self) -> list[float]:
        """[player] cooperations per turn."""
        turns = np.maximum(1, self._total("turns", (0, 2)))
        rates: list[float] = (self._total("cooperation", (0, 2)) / turns).tolist()
        return rates

    @property
    def initial_cooperation_count(self) -> list[int]:
        """[player] matches that begin with a cooperation."""
        counts: list[int] = self._total("initial", (0, 2)).astype(int).tolist()
        return counts

    @property
    def initial_cooperation_rate(self) -> list[float]:
        """[player] share of matches that begin with a cooperation."""
        rates: list[float] = (self._total("initial", (0, 2)) / self._matches).tolist()
        return rates

    @property
    def good_partner_matrix(self) -> list[list[int]]:
        """[player][opponent] matches with at least as many cooperations as the opponent."""
        counts: list[list[int]] = self._total("good", 0).astype(int).tolist()
        return counts

    @property
    def good_partner_rating(self) -> list[float]:
        """[player] share of such matches."""
        rates: list[float] = (self._total("good", (0, 2)) / self._matches).tolist()
        return rates

    @property
    def eigenjesus_rating(self) -> list[float]:
        """[player] principal eigenvector of the normalised cooperation.

        Source: Aaronson (2014), Eigenmorality; by power iteration, to 0.001.
        """
        return _principal(np.array(self.normalised_cooperation))

    @property
    def eigenmoses_rating(self) -> list[float]:
        """[player] principal eigenvector of the vengeful cooperation, likewise."""
        return _principal(np.array(self.vengeful_cooperation))

    @property
    def _matches(self) -> "Floats":
        many: Floats = np.maximum(1, (~np.isnan(self._arrays["turns"])).sum(axis=(0, 2)))
        return many

    # States

    @property
    def state_distribution(self) -> list[list[Counter[State]]]:
        """[player][opponent] number of times of each outcome (own move, other's move)."""
        counts: list[list[Counter[State]]] = [[Counter() for _ in self._all] for _ in self._all]
        for play in self._plays:
            one, two = (self._place[name] for name in play.players)
            counts[one][two].update(play.moves)
            counts[two][one].update((b, a) for a, b in play.moves)
        return counts

    @property
    def normalised_state_distribution(self) -> list[list[dict[State, float]]]:
        """[player][opponent] share of each outcome."""
        return [
            [{s: n / counts.total() for s, n in counts.items()} for counts in row]
            for row in self.state_distribution
        ]

    def summarise(self) -> pd.DataFrame:
        """One row per player, the best first.

        Returns:
            Columns Rank, Name, Median_score, Cooperation_rating, Wins, Initial_C_rate, CC_rate,
            CD_rate, DC_rate, DD_rate.
        """
        rows = []
        for rank, i in enumerate(self.ranking):
            shares = [d for j, d in enumerate(self.normalised_state_distribution[i]) if j != i]
            sums = [sum(d.get(state, 0.0) for d in shares) for state in _STATES]
            rows.append(
                {
                    "Rank": rank,
                    "Name": self.players[i],
                    "Median_score": float(np.median(self.normalised_scores[i])),
                    "Cooperation_rating": self.cooperating_rating[i],
                    "Wins": float(np.median(self.wins[i])),
                    "Initial_C_rate": self.initial_cooperation_rate[i],
                    **{
                        f"{a}{b}_rate": total / (sum(sums) or 1)
                        for (a, b), total in zip(_STATES, sums, strict=True)
                    },
                }
            )
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        """The results as a table."""
        return self.summarise().to_string(index=False)

    def _repr_html_(self) -> str:
        return self.summarise().to_html(index=False, border=0, float_format="{:.3f}".format)


def _principal(matrix: "Floats") -> list[float]:
    """The principal eigenvector of unit length, by power iteration from equal weights."""
    last = np.ones(len(matrix))
    for _ in range(_STEPS):
        following = matrix @ last
        size = float(np.sqrt(following @ following))
        following = following / (size or np.nan)
        if np.linalg.norm(following - last) < _ERROR:
            break
        last = following
    weights: list[float] = following.tolist()
    return weights
