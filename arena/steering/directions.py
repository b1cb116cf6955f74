"""Directions of conditions in a model's states, their accuracy, and random directions.

All directions have the same length in a block, so that a dose is the same displacement for every
emotion, control and random direction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from arena.steering.conditions import Passage
from arena.steering.forward import Array


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions by condition.

    Args:
        raw: by condition, an array of blocks and width, of its own length.
    """

    raw: Mapping[str, Array]

    @classmethod
    def of(cls, passages: Sequence[Passage], states: Array) -> "Directions":
        """Mean state of each condition minus the mean of all others.

        Against a single other condition, the directions of emotions would share most of theirs.

        Args:
            passages: the texts.
            states: their states: an array of texts, blocks and width.
        """
        labels = np.array([passage.condition for passage in passages])
        means = {name: states[labels == name].mean(axis=0) for name in dict.fromkeys(labels)}
        total, others = sum(means.values()), len(means) - 1
        return cls({str(n): m - (total - m) / others for n, m in means.items()})

    @property
    def lengths(self) -> Array:
        """Mean length of the directions in each block."""
        every = [np.linalg.norm(each, axis=1) for each in self.raw.values()]
        return np.asarray(np.mean(every, axis=0), np.float32)

    def level(self) -> dict[str, Array]:
        """The directions at equal lengths."""
        return {name: _at(self.lengths, each) for name, each in self.raw.items()}

    def random(self, seed: int) -> Array:
        """A random direction of the same lengths, as alike from block to block as the others are.

        Directions of a condition are nearly parallel in neighbouring blocks and add up. A random
        direction that turned from block to block would do less, and the null would be too narrow.
        """
        unit = [_at(np.ones_like(self.lengths), each) for each in self.raw.values()]
        alike = np.mean([each @ each.T for each in unit], axis=0)
        values, vectors = np.linalg.eigh(alike)
        root = vectors * np.sqrt(np.clip(values, 0, None))
        drawn = np.random.default_rng([seed]).standard_normal((len(values), unit[0].shape[1]))
        return _at(self.lengths, root @ drawn)

    def cosines(self, blocks: range) -> pd.DataFrame:
        """Mean cosine over blocks between the directions of two conditions."""
        unit = {n: _at(np.ones_like(self.lengths), each) for n, each in self.raw.items()}
        rows = {
            one: {
                other: float(np.mean(np.sum(a[list(blocks)] * b[list(blocks)], axis=1)))
                for other, b in unit.items()
            }
            for one, a in unit.items()
        }
        return pd.DataFrame(rows)


def accuracy(passages: Sequence[Passage], states: Array) -> Array:
    """Share of texts, by block, whose condition is told from directions made without their word.

    The words at one place of all conditions are left out together, and the texts that hold them are
    assigned to the condition whose direction their centred states point to most.
    """
    labels = np.array([passage.condition for passage in passages])
    words = np.array([passage.word for passage in passages])
    right = np.zeros(states.shape[:2])
    for word in np.unique(words):
        held = words == word
        rest = [passage for passage in passages if passage.word != word]
        made = Directions.of(rest, states[~held])
        centred = states[held] - states[~held].mean(axis=0)
        scores = [
            np.sum(centred * each, axis=2) / np.linalg.norm(each, axis=1)
            for each in made.raw.values()
        ]
        told = np.array([*made.raw])[np.argmax(scores, axis=0)]
        right[held] = told == labels[held][:, None]
    return np.asarray(right.mean(axis=0), np.float32)


def _at(lengths: Array, rows: Array) -> Array:
    """Rows with stated lengths."""
    return np.asarray(
        rows / np.linalg.norm(rows, axis=1, keepdims=True) * lengths[:, None], np.float32
    )
