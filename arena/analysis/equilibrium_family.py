"""Equilibria of a game of which it has many, beside a contestant's choices."""

from typing import Any

import numpy as np
import pandas as pd

from agents.equilibrium import family
from games import Game


def beside_family(frequencies: pd.DataFrame, stage: Game[Any] | None) -> pd.DataFrame:
    """Choices beside the member of the family that is nearest to each contestant's own.

    Args:
        frequencies: as `ratings.core.play.behaviour.frequencies` gives them.
        stage: rules of one round, if they are known.

    Returns:
        The same, where `equilibrium` is of the nearest member (by shares of decisions). Columns
        equilibrium_low and equilibrium_high are added: the least and the largest share in any
        member; without a family both are `equilibrium`.
    """
    table = frequencies.assign(
        equilibrium_low=frequencies["equilibrium"], equilibrium_high=frequencies["equilibrium"]
    )
    members = family(stage).values()
    if not members:
        return table
    places = table[["set", "action"]].to_numpy().tolist()
    shares = np.array([[policy[place][act] for policy in members] for place, act in places])
    weights = table["times"].to_numpy()[:, None]
    away = weights * abs(shares - table["frequency"].to_numpy()[:, None])
    nearest = table["equilibrium"].to_numpy().copy()
    for who in table["contestant"].unique():
        own = (table["contestant"] == who).to_numpy()
        nearest[own] = shares[own, away[own].sum(axis=0).argmin()]
    return table.assign(
        equilibrium=nearest,
        equilibrium_low=shares.min(axis=1),
        equilibrium_high=shares.max(axis=1),
    )
