"""Distance of play to policies, for games without human data."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pandas as pd

from games.core.policy import Policy
from games.core.types import Action

T = TypeVar("T")
Counts = Mapping[str, Mapping[Action, float]]
"""Numbers of decisions by set and action; actions that were never chosen may be left out."""

DRAWS, SEED, LEVEL = 1000, 0, 0.95


def distance(decisions: pd.DataFrame, policy: Policy) -> tuple[float, float]:
    """Mean total variation between observed play and a policy, and its noise floor.

    Args:
        decisions: columns set (as `games.core.tree.key` names it) and action, one row per decision.
        policy: information set to action to probability.

    Returns:
        The distance, and the one that 95 per cent of players of the policy stay below.
    """
    rng = np.random.default_rng(SEED)
    floor, counts = np.zeros(DRAWS), counted(decisions)
    for name, chosen in counts.items():
        p = np.array(list(policy[name].values())) / sum(policy[name].values())
        n = round(sum(chosen.values()))
        floor += np.abs(rng.multinomial(n, p, size=DRAWS) / n - p).sum(axis=1) * n / 2
    return variation(counts, policy), float(np.quantile(floor, LEVEL)) / len(decisions)


def counted(decisions: pd.DataFrame) -> Counts:
    """Numbers of decisions by set and action.

    Args:
        decisions: as for `distance`.
    """
    found: dict[str, dict[Action, float]] = {}
    for name, rows in decisions.groupby("set", sort=True):
        times = rows["action"].value_counts()
        found[str(name)] = dict(zip(times.index.tolist(), times.tolist(), strict=True))
    return found


def variation(counts: Counts, policy: Policy) -> float:
    """Mean total variation between observed play and a policy.

    In each information set, half the summed differences of the shares of actions; sets weigh as
    often as they were met.

    Args:
        counts: of at least one decision.
        policy: information set to action to probability.
    """
    total, decisions = 0.0, 0.0
    for name, chosen in counts.items():
        row, n = policy[name], sum(chosen.values())
        whole = sum(row.values())
        away = (abs(chosen.get(action, 0) / n - p / whole) for action, p in row.items())
        total += n * sum(away) / 2
        decisions += n
    return total / decisions


def nearest(counts: Counts, policies: Mapping[T, Policy]) -> T:
    """The policy of some that is nearest to observed play, by `variation`; the first of equals."""
    return min(policies, key=lambda name: variation(counts, policies[name]))


def log_likelihood(decisions: pd.DataFrame, policy: Policy) -> float:
    """Log likelihood of decisions under a policy; minus infinity if it never does one of them."""
    pairs = zip(decisions["set"], decisions["action"], strict=True)
    with np.errstate(divide="ignore"):
        return float(np.log([policy[name].get(action, 0.0) for name, action in pairs]).sum())
