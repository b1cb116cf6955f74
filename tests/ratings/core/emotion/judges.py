"""Simulated judges: what they say of items under none and under anger, with known answers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import FAULT

ANGER = Contrast("against none", "anger", "none")
Judge = Callable[["Asked"], tuple[np.ndarray, np.ndarray]]
"""From what is asked to the probability of saying "wrong", and to that of saying nothing."""


@dataclass(frozen=True)
class Asked:
    """Questions, each about an item under a treatment.

    Args:
        wrong: whether the act is wrong.
        hard: of the item, from 0 to 1.
        angry: whether anger is induced.
        moved: of the wording, a draw from the standard normal distribution.
    """

    wrong: np.ndarray
    hard: np.ndarray
    angry: np.ndarray
    moved: np.ndarray


def able(asked: Asked) -> np.ndarray:
    """Of a judge without emotions, the probability of saying "wrong": worse on hard items."""
    right = 0.95 - 0.35 * asked.hard
    return np.asarray(np.where(asked.wrong, right, 1 - right))


def judgements(
    judge: Judge, seed: int, items: int = 120, wordings: int = 2, outcome: str = "judged right"
) -> pd.DataFrame:
    """The decisions of a judge, as effects take them.

    Args:
        judge: who answers.
        seed: of everything drawn.
        items: half of them wrong acts.
        wordings: in each of which every item is asked about.
        outcome: judged right, or said wrong.
    """
    rng = np.random.default_rng(seed)
    hard = rng.uniform(size=items)
    item, wording, arm = (
        axis.ravel() for axis in np.meshgrid(range(items), range(wordings), range(2), indexing="ij")
    )
    moved = np.random.default_rng([seed, wordings]).normal(size=wordings)
    asked = Asked(item % 2 == 0, hard[item], arm == 1, moved[wording])
    says, silent = judge(asked)
    said = rng.uniform(size=len(item)) < says
    lost = rng.uniform(size=len(item)) < silent
    value = np.where(lost, np.nan, said == asked.wrong if outcome == "judged right" else said)
    return pd.DataFrame(
        {
            "game": "judgement",
            "outcome": outcome,
            "contestant": "judge",
            "arm": np.where(asked.angry, "anger", "none"),
            "cluster": [f"item {n}" for n in item],
            "unit": [f"wording {n}" for n in wording],
            "crossed": [f"wording {n}" for n in wording],
            "value": value.astype(float),
            "lost": np.where(lost, FAULT, ""),
            "legal": ~lost,
            "signal": asked.wrong,
        }
    )


def null(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Nothing changes under anger."""
    return able(asked), np.zeros(len(asked.wrong))


def worse_on_wrong_acts(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """20 points worse on wrong acts under anger."""
    return able(asked) - 0.2 * (asked.angry & asked.wrong), np.zeros(len(asked.wrong))


def wrong_to_everything(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Guesses; under anger it says "wrong" to everything."""
    return np.where(asked.angry, 1.0, 0.5), np.zeros(len(asked.wrong))


def silent_on_hard_items(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Judges as before, and gives no answer to the harder half under anger."""
    return able(asked), np.where(asked.angry & (asked.hard > 0.5), 0.9, 0.0)


def moved_by_wordings(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Guesses; under anger each wording moves it its own way on wrong acts, on average nowhere."""
    says = 0.5 + 0.25 * asked.moved * (asked.angry & asked.wrong)
    return np.clip(says, 0.0, 1.0), np.zeros(len(asked.wrong))
