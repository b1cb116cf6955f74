"""Distance of play to policies, for games without human data."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from games.core.policy import Policy

DRAWS, SEED, LEVEL = 1000, 0, 0.95


def distance(decisions: pd.DataFrame, policy: Policy) -> tuple[float, float]:
    """Mean total variation between observed play and a policy, and its noise floor.

    In each information set, half the summed differences of the shares of actions; sets weigh as
    often as they were met.

    Args:
        decisions: columns set (as `games.core.tree.key` names it) and action, one row per decision.
        policy: information set to action to probability.

    Returns:
        The distance, and the one that 95 per cent of players of the policy stay below.
    """
    rng = np.random.default_rng(SEED)
    total, floor = 0.0, np.zeros(DRAWS)
    for name, rows in decisions.groupby("set", sort=True):
        row: Mapping[object, float] = policy[str(name)]  # type: ignore[assignment]
        p = np.array(list(row.values())) / sum(row.values())
        n = len(rows)
        counts = rows["action"].value_counts()
        played = np.array([counts.get(action, 0) for action in row]) / n
        total += n * float(np.abs(played - p).sum()) / 2
        floor += np.abs(rng.multinomial(n, p, size=DRAWS) / n - p).sum(axis=1) * n / 2
    return total / len(decisions), float(np.quantile(floor, LEVEL)) / len(decisions)


def log_likelihood(decisions: pd.DataFrame, policy: Policy) -> float:
    """Log likelihood of decisions under a policy; minus infinity if it never does one of them."""
    pairs = zip(decisions["set"], decisions["action"], strict=True)
    with np.errstate(divide="ignore"):
        return float(np.log([policy[name].get(action, 0.0) for name, action in pairs]).sum())
