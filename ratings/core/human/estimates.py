"""Parameters behind the decisions of each contestant: preferences, thresholds, strategies."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from games.core.machines import Machine
from ratings.core.human.preferences import (
    Floats,
    altruism,
    answers,
    gifts,
    inequity_aversion,
    pooled,
    threshold,
)
from ratings.core.human.sfem import Frequencies, Histories, frequencies


def preferences(choices: pd.DataFrame) -> pd.DataFrame:
    """Parameters of preferences by contestant, over all games of division.

    Args:
        choices: columns contestant, measure, value, x, price.

    Returns:
        Columns contestant, parameter, estimate, choices. Rejection thresholds are in per cent of
        the pie: from answers to offers, and the median of smallest acceptable offers.
    """
    estimates: list[tuple[str, str, float, int]] = []
    for name, rows in choices.groupby("contestant", sort=True):
        who = str(name)
        given, answered, stated = (
            rows[rows["measure"] == measure] for measure in ("share_given", "acceptance", "minimum")
        )
        parts = []
        if len(given):
            gift = gifts(_numbers(given["value"]), _numbers(given["price"]))
            parts.append(gift)
            if (fit := altruism(gift)) is not None:
                estimates += [
                    (who, f"CES {key}", v, fit.choices) for key, v in fit.estimates.items()
                ]
        if len(answered):
            offers, accepted = _numbers(answered["x"]), _numbers(answered["value"])
            parts.append(answers(offers, accepted))
            n = len(offers)
            estimates.append((who, "rejection threshold", threshold(offers, accepted), n))
        if len(stated):
            half, n = float(stated["value"].median()), len(stated)
            estimates.append((who, "median smallest acceptable offer", half, n))
            estimates.append((who, "alpha that this minimum implies", alpha_of(half), n))
        if parts:
            fit = inequity_aversion(pooled(*parts))
            names = {"alpha": "Fehr–Schmidt alpha", "beta": "Fehr–Schmidt beta"}
            estimates += [(who, names[key], v, fit.choices) for key, v in fit.estimates.items()]
    columns = ["contestant", "parameter", "estimate", "choices"]
    return pd.DataFrame(estimates, columns=columns)


def strategies(
    choices: pd.DataFrame, machines: Mapping[str, Machine]
) -> dict[tuple[str, str], Frequencies]:
    """Strategies in repeated prisoner's dilemmas, by contestant and game.

    A subject is a contestant in one cluster: samples of a model for the same prompt count as one.

    Args:
        choices: columns contestant, game, measure, value, x, round, cluster, seat, match.
        machines: the candidate strategies, by name.
    """
    rounds = choices[(choices["measure"] == "cooperation") & (choices["round"] > 0)]
    return {
        (str(name), str(game)): frequencies(histories(rows), machines)
        for (name, game), rows in rounds.groupby(["contestant", "game"], sort=True)
    }


def histories(rows: pd.DataFrame) -> Histories:
    """Decisions of one contestant as supergames.

    The other's action is read off the next decision. The other's last action affects no decision.
    """
    games, _ = pd.factorize(pd.MultiIndex.from_frame(rows[["match", "seat"]]), sort=True)
    at = rows["round"].to_numpy(dtype=int) - 1
    own = np.zeros((int(games.max()) + 1, int(at.max()) + 1), dtype=np.int64)
    other = np.zeros_like(own)
    own[games, at] = 1 - rows["value"].to_numpy(dtype=int)
    later = at > 0
    outcome = rows["x"].to_numpy()[later]
    other[games[later], at[later] - 1] = [str(each)[1] == "D" for each in outcome]
    subject = np.empty(len(own), dtype=object)
    subject[games] = rows["cluster"].to_numpy()
    return Histories(own, other, np.bincount(games), subject.astype(str))


def alpha_of(minimum: float) -> float:
    """The alpha at which the smallest acceptable offer is as good as nothing; NaN from half on.

    Source: Fehr and Schmidt (1999), proposition 1: s = alpha / (1 + 2 alpha).

    >>> alpha_of(25)
    0.5
    """
    share = minimum / 100
    return share / (1 - 2 * share) if share < 0.5 else float("nan")  # noqa: PLR2004


def _numbers(column: "pd.Series[float]") -> Floats:
    return np.asarray(column, dtype=np.float64)
