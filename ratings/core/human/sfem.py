"""Which strategies are played in repeated games: the strategy frequency estimation method.

Every subject plays one strategy of a given list throughout, and trembles: in each round it does
something else with the same small probability. The shares of the strategies and the tremble are
estimated by maximum likelihood, with the expectation-maximisation algorithm.

Source: Dal Bó and Fréchette (2011), American Economic Review 101, 411 to 429, section V.

Beside it stands the best match of each game: the strategy that agrees with most of its choices. It
takes nothing from a subject's other games and knows no tremble.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.core.errors import BadInput
from games.core.machines import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
STEPS, PRECISION, STARTS = 3000, 1e-8, 2
_LEAST, _MOST = 1e-6, 0.5
ALIKE = 0.95
"""Share of equal prescriptions above which two strategies are hard to distinguish."""


@dataclass(frozen=True)
class Frequencies:
    """Estimated strategies of a population.

    Attributes:
        shares: by strategy; they sum to one.
        tremble: probability of a move that is not the strategy's.
        log_likelihood: of the data.
        subjects: number of subjects.
        choices: number of choices.
        best: share of games of which a strategy is the best match; ties are divided.
        alike: strategies that prescribe the same for at least `ALIKE` of the choices, in pairs.
    """

    shares: dict[str, float]
    tremble: float
    log_likelihood: float
    subjects: int
    choices: int
    best: dict[str, float]
    alike: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Histories:
    """Supergames, one row each; actions are 0 (the first action, cooperate) or 1.

    Args:
        own: [games, rounds] the subject's actions.
        other: [games, rounds] the other's.
        length: [games] number of rounds played; later entries are ignored.
        subject: [games] whose game it is. Draws of one model under one wording are one subject.
    """

    own: Ints
    other: Ints
    length: Ints
    subject: NDArray[Any]


def prescribed(machine: Machine, played: Histories) -> Ints:
    """[games, rounds] the action of a strategy after the same history.

    Raises:
        BadInput: the strategy is random, which this method cannot distinguish from trembles.
    """
    if not all(first in {0, 1} for first in machine.first):
        raise BadInput("strategies that draw their actions cannot be recognised by this method")
    action, after = (np.array(machine.first) == 0).astype(np.int64), np.array(machine.after)
    state = np.zeros(len(played.length), dtype=np.int64)
    actions = np.zeros_like(played.own)
    for at in range(played.own.shape[1]):
        actions[:, at] = action[state]
        state = after[state, 2 * played.own[:, at] + played.other[:, at]]
    return actions


def frequencies(played: Histories, strategies: Mapping[str, Machine], seed: int = 0) -> Frequencies:
    """Shares of strategies and the tremble.

    Args:
        played: the data.
        strategies: by name, fixed before the data are seen.
        seed: of the starting points besides the even one.
    """
    _, index = np.unique(played.subject, return_inverse=True)
    happened = np.arange(played.own.shape[1]) < played.length[:, None]
    acts = {name: prescribed(machine, played) for name, machine in strategies.items()}
    hits = np.array([((act == played.own) & happened).sum(axis=1) for act in acts.values()])
    right = np.array([np.bincount(index, each) for each in hits]).T
    total = np.bincount(index, played.length)
    rng = np.random.default_rng(seed)
    kinds = len(strategies)
    starts = [np.full(kinds, 1 / kinds), *rng.dirichlet(np.ones(kinds), STARTS - 1)]
    fits = [_climb(right, total, start) for start in starts]
    shares, tremble, likelihood = max(fits, key=lambda fit: fit[2])
    best = (hits == hits.max(axis=0)) / (hits == hits.max(axis=0)).sum(axis=0)
    return Frequencies(
        dict(zip(strategies, map(float, shares), strict=True)),
        tremble,
        likelihood,
        len(total),
        int(total.sum()),
        dict(zip(strategies, map(float, best.mean(axis=1)), strict=True)),
        tuple(
            (one, two)
            for one, two in combinations(strategies, 2)
            if (acts[one] == acts[two])[happened].mean() >= ALIKE
        ),
    )


def _climb(right: Floats, total: Ints, shares: Floats) -> tuple[Floats, float, float]:
    """Expectation and maximisation in turn, until the likelihood stands still."""
    tremble, before = 0.1, -np.inf
    wrong = total[:, None] - right
    for _ in range(STEPS):
        with np.errstate(divide="ignore"):
            joint = np.log(shares) + right * np.log1p(-tremble) + wrong * np.log(tremble)
        top = joint.max(axis=1, keepdims=True)
        weights = np.exp(joint - top)
        likelihood = float((top[:, 0] + np.log(weights.sum(axis=1))).sum())
        weights /= weights.sum(axis=1, keepdims=True)
        shares = weights.mean(axis=0)
        tremble = float(np.clip((weights * wrong).sum() / total.sum(), _LEAST, _MOST))
        if likelihood - before < PRECISION:
            break
        before = likelihood
    return shares, tremble, likelihood
