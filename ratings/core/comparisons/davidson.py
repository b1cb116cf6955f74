"""The Bradley-Terry model with ties, fitted to many tables at once.

With strengths pi and a propensity nu to tie, a pair's results have probabilities in proportion to
pi_i (i wins), pi_j (j wins) and nu sqrt(pi_i pi_j) (tie). Without ties this is the model of Bradley
and Terry. The likelihood is concave in logarithms; Newton's method finds its maximum, less a ridge
that keeps the strengths of those who always win or always lose finite.

Source: Bradley and Terry (1952), Rank analysis of incomplete block designs, Biometrika 39, 324 to
345; Davidson (1970), On extending the Bradley-Terry model to accommodate ties in paired comparison
experiments, Journal of the American Statistical Association 65, 317 to 328, equation 2.4.
"""

import numpy as np

from ratings.core.statistics.bootstrap import Floats

RIDGE = 0.01
"""Weight of the penalty ridge / 2 times the sum of squared log strengths (and of log nu): a normal
prior with a standard deviation of 10 in log odds, 1,737 points of Elo."""

_STEPS, _LONGEST, _EXACT = 200, 2.0, 1e-11


def fit(
    wins: Floats, ties: Floats, ridge: float = RIDGE, start: tuple[Floats, Floats] | None = None
) -> tuple[Floats, Floats]:
    """Log strengths, with mean 0, and the propensity to tie.

    Args:
        wins: [tables, contestants, contestants] wins of the row over the column.
        ties: [tables, contestants, contestants] symmetric.
        ridge: weight of the penalty. With 0, strengths that the data do not bound run away.
        start: of the search: strengths and propensity of one table.

    Returns:
        [tables, contestants] and [tables].
    """
    tables, size, _ = wins.shape
    games = wins + wins.swapaxes(1, 2) + ties
    ahead = (wins - wins.swapaxes(1, 2)).sum(axis=2) / 2
    tied = ties.sum(axis=(1, 2)) / 2
    some = tied > 0  # nu is 0 where nobody ever ties
    strength, log_nu = np.zeros((tables, size)), np.zeros(tables)
    if start is not None:
        strength += start[0]
        log_nu += np.log(start[1][0]) if start[1][0] > 0 else 0.0
    for _ in range(_STEPS):
        step = _newton(games, ahead, tied, some, strength, log_nu, ridge)
        longest = np.abs(step).max(axis=1, keepdims=True)
        step *= np.minimum(1, _LONGEST / np.maximum(longest, _LONGEST))
        strength += step[:, :size]
        log_nu += step[:, size]
        if longest.max(initial=0) < _EXACT:
            break
    return strength - strength.mean(axis=1, keepdims=True), np.where(some, np.exp(log_nu), 0)


def _newton(
    games: Floats,
    ahead: Floats,
    tied: Floats,
    some: np.ndarray,
    strength: Floats,
    log_nu: Floats,
    ridge: float,
) -> Floats:
    """One step of each table: [tables, contestants + 1], the last for log nu."""
    tables, size = strength.shape
    half = np.exp((strength[:, :, None] - strength[:, None, :]) / 2)
    nu = np.where(some, np.exp(log_nu), 0)[:, None, None]
    other = half.swapaxes(1, 2)
    total = half + other + nu
    lead, tie = (half - other) / total, nu / total
    # Second derivatives of a pair's log likelihood, by the difference of strengths and by log nu.
    by_both = games * lead * tie / 2
    by_strength = games * (1 - tie - lead**2) / 4
    by_nu = games * tie * (1 - tie)
    slope = np.empty((tables, size + 1))
    slope[:, :size] = ahead - (games * lead).sum(axis=2) / 2 - ridge * strength
    slope[:, size] = np.where(some, tied - (games * tie).sum(axis=(1, 2)) / 2 - ridge * log_nu, 0)
    bend = np.zeros((tables, size + 1, size + 1))
    # 1 / size fixes the mean of strengths, which the data leave open.
    bend[:, :size, :size] = 1 / size - by_strength
    at = np.arange(size)
    bend[:, at, at] += by_strength.sum(axis=2) + ridge
    bend[:, size, :size] = bend[:, :size, size] = np.where(some[:, None], -by_both.sum(axis=2), 0)
    bend[:, size, size] = np.where(some, by_nu.sum(axis=(1, 2)) / 2 + ridge, 1)
    steps: Floats = np.linalg.solve(bend, slope[..., None])[..., 0]
    return steps
