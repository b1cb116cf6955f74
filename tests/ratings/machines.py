"""Populations of strategies that tremble, for tests: supergames of a random length."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

import agents
from games.core.machines import Machine
from ratings.core.human.sfem import Floats, Histories

# In the order of Dal Bó and Fréchette (2011): ALLD, ALLC, GRIM, TFT, WSLS, T2.
NAMES = ("defector", "cooperator", "grim", "tit_for_tat", "win_stay_lose_shift", "t2")


def strategies() -> dict[str, Machine]:
    return {name: agents.kind(name).machine for name in NAMES}  # type: ignore[attr-defined]


def population(
    machines: Mapping[str, Machine],
    shares: Floats,
    tremble: float,
    continuation: float,
    seed: int,
    subjects: int = 200,
    games: int = 10,
) -> Histories:
    """Supergames of subjects who meet at random, each true to one strategy but for trembles."""
    rng = np.random.default_rng(seed)
    kinds = list(machines.values())
    states = max(len(m.first) for m in kinds)
    plays = np.array([[*(int(p == 0) for p in m.first), *[0] * states][:states] for m in kinds])
    moves = np.array([[*m.after, *[(0, 0, 0, 0)] * states][:states] for m in kinds])
    subject = np.concatenate([rng.permutation(subjects) for _ in range(games)])
    partner = np.arange(len(subject)) ^ 1
    length = np.repeat(rng.geometric(1 - continuation, len(subject) // 2), 2)
    kind = rng.choice(len(kinds), subjects, p=shares)[subject]
    state = np.zeros(len(subject), dtype=int)
    own = np.zeros((len(subject), int(length.max())), dtype=np.int64)
    for at in range(own.shape[1]):
        own[:, at] = plays[kind, state] ^ (rng.random(len(subject)) < tremble)
        state = moves[kind, state, 2 * own[:, at] + own[partner, at]]
    return Histories(own, own[partner], length, subject)


def as_rows(played: Histories) -> pd.DataFrame:
    """The same as decisions, as `arena.analysis.human_measures` gives them."""
    rows = []
    for game, length in enumerate(played.length):
        own, other = played.own[game], played.other[game]
        for at in range(length):
            before = None if at == 0 else "CD"[own[at - 1]] + "CD"[other[at - 1]]
            match = f"m{game}"
            rows.append([match, 0, played.subject[game], at + 1, 1.0 - own[at], before])
    table = pd.DataFrame(rows, columns=["match", "seat", "cluster", "round", "value", "x"])
    return table.assign(contestant="a", game="pd", measure="cooperation")
