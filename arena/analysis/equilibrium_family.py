"""Equilibria of a game of which it has many, beside a contestant's choices."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from agents.equilibrium import family
from games import Game
from games.core.policy import Policy
from games.core.types import Action
from ratings.core.play.policy_distance import Counts, nearest


def beside_family(frequencies: pd.DataFrame, stage: Game[Any] | None) -> pd.DataFrame:
    """Choices beside the member of the family that is nearest to each contestant's own.

    Args:
        frequencies: as `ratings.core.play.behaviour.frequencies` gives them.
        stage: rules of one round, if they are known.

    Returns:
        The same, where `equilibrium` is of the member that `nearest` finds. Columns
        equilibrium_low and equilibrium_high are added: the least and the largest share in any
        member; without a family both are `equilibrium`.
    """
    table = frequencies.assign(
        equilibrium_low=frequencies["equilibrium"], equilibrium_high=frequencies["equilibrium"]
    )
    members = family(stage)
    if not members:
        return table
    columns = ("contestant", "set", "action", "times", "frequency")
    choices = list(zip(*(table[column].tolist() for column in columns), strict=True))
    own = {who: _counts(choices, who, members[0.0]) for who in table["contestant"].unique()}
    best = {who: members[nearest(counts, members)] for who, counts in own.items()}
    shares = np.array(
        [[each[place][act] for each in members.values()] for _, place, act, *_ in choices]
    )
    return table.assign(
        equilibrium=[best[who][place][act] for who, place, act, *_ in choices],
        equilibrium_low=shares.min(axis=1),
        equilibrium_high=shares.max(axis=1),
    )


def _counts(choices: Iterable[tuple[Any, ...]], who: str, policy: Policy) -> Counts:
    """Numbers of decisions of a contestant, those for the action without a row included."""
    counts: dict[str, dict[Action, float]] = {}
    met: dict[str, float] = {}
    for name, place, action, times, frequency in choices:
        if name == who:
            counts.setdefault(place, {})[action] = times * frequency
            met[place] = times
    for place, chosen in counts.items():
        [first] = policy[place].keys() - chosen.keys()
        chosen[first] = met[place] - sum(chosen.values())
    return counts
