"""The equilibrium with the most entropy of a symmetric zero-sum game between contestants.

Source: Balduzzi, Tuyls, Pérolat and Graepel (2018), Re-evaluating evaluation, NeurIPS 31,
section 4.
"""

import numpy as np
import scipy  # its parts are loaded at their first use

from ratings.core.statistics.bootstrap import Floats

_EXACT = 1e-9


def nash(advantage: Floats) -> Floats:
    """The symmetric equilibrium of maximum entropy.

    Args:
        advantage: [n, n] antisymmetric: advantage of the row over the column.

    Returns:
        [n] probabilities. No contestant has an advantage against this mixture.
    """
    size = len(advantage)
    corners = [_corner(advantage, one) for one in range(size)]
    inside: Floats = np.mean(np.array(corners), axis=0)  # plays whatever some equilibrium plays
    support = np.flatnonzero(inside > 1e-7)  # noqa: PLR2004
    if len(support) == 1:
        return np.round(inside)
    tight = advantage[:, support]
    optimum = scipy.optimize.minimize(
        lambda p: float(np.sum(p * np.log(np.maximum(p, _EXACT)))),
        inside[support],
        jac=lambda p: 1 + np.log(np.maximum(p, _EXACT)),
        method="SLSQP",
        bounds=[(0, 1)] * len(support),
        constraints=[
            {"type": "eq", "fun": lambda p: p.sum() - 1, "jac": lambda p: np.ones((1, len(p)))},
            {"type": "ineq", "fun": lambda p: -tight @ p, "jac": lambda _: -tight},
        ],
        options={"ftol": 1e-12, "maxiter": 500},
    )
    mixture = np.zeros(size)
    mixture[support] = np.clip(optimum.x, 0, None)
    mixture /= mixture.sum()
    # Where the search fails for rounding, an equilibrium that is not of most entropy will do.
    fair = (advantage @ mixture).max() <= 1e-6 * max(1.0, np.abs(advantage).max())
    return mixture if fair else inside


def _corner(advantage: Floats, one: int) -> Floats:
    """The equilibrium that plays one contestant as often as any does."""
    size = len(advantage)
    optimum = scipy.optimize.linprog(
        -np.eye(size)[one], A_ub=advantage, b_ub=np.zeros(size),
        A_eq=np.ones((1, size)), b_eq=[1.0], bounds=(0, 1), method="highs",
    )  # fmt: skip
    mixture: Floats = np.asarray(optimum.x, np.float64)
    return mixture
