"""Agreement of the effects of induced emotions with the directions that are known of people.

Hits are compared with those of agents that know nothing of emotions and follow a rule of thumb.
Where the best of these rules gets every scored cell right, nobody can be told from it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ratings.core.human.directions import Cell, Contrast, Reference
from ratings.core.human.distances import MARGINS
from ratings.core.human.measures import units
from ratings.core.human.sameness import LEVEL, NO, OPEN, YES, Answer
from ratings.core.tables import require

EFFECTS = {
    "contestant": "who decided but for the emotion",
    "game": "that was played",
    "outcome": "as a table of directions has it",
    "emotion": "that was induced",
    "cause": "of it, or all",
    "intensity": "of it, or all",
    "induction": "incidental, integral or mixed",
    "arrow": "+ or - where the effect is shown, else empty",
    "effect": "mean difference from the arm without the emotion",
    "low": "lower end of its 95 % interval",
    "high": "upper end",
    "bounds_low": "lower end if what was lost had gone against it",
    "bounds_high": "upper end if what was lost had gone its way",
}
"""Columns of a table of effects that are read here."""

FLIPS, SEED = 2000, 0


@dataclass(frozen=True)
class Agreement:
    """The number of arrows that point as people's, beside agents that know nothing of emotions.

    Attributes:
        base: the contestant without its emotion.
        hits: scored cells with the human arrow.
        cells: scored cells with a measurement of the same game, induction and comparator.
        missed: scored cells with the other arrow, or with an effect shown to be within the margin.
        nulls: hits of uninformed agents, by name.
        beats: probability of at least as many hits for an agent as good as each of them.
        permutation_p: probability of at least as many hits if the labels of the emotions are
            permuted within each outcome; 1 for an agent with equal decisions under all emotions.
        best_p: the same for an agent with all arrows right.
        smallest: half the width of the 95 % interval of the middle effect, in points: an effect
            much below this is not seen.
    """

    base: str
    hits: int
    cells: int
    missed: int
    nulls: dict[str, float]
    beats: dict[str, float]
    permutation_p: float
    best_p: float
    smallest: float

    @property
    def bar(self) -> float:
        """Largest number of hits of an uninformed agent."""
        return max(self.nulls.values(), default=0.0)

    @property
    def decidable(self) -> bool:
        """Whether an agent with all arrows right is distinguishable from the uninformed ones."""
        return self.cells > self.bar and self.best_p < LEVEL

    @property
    def answer(self) -> Answer:
        """Whether emotions move the contestant as they move people.

        Yes if it has more hits than every uninformed agent, and more than under permuted emotions.
        No if the undecided cells cannot bring it above the uninformed agents.
        """
        if not self.decidable:
            return OPEN
        if self.hits > self.bar and self.permutation_p < LEVEL:
            return YES
        return NO if self.cells - self.missed <= self.bar else OPEN


def contrasts(effects: pd.DataFrame) -> list[Contrast]:
    """The contrast of each effect; all are against no emotion, or a placebo."""
    columns = (effects[name] for name in ("outcome", "emotion", "induction", "game"))
    return [Contrast(*row) for row in zip(*columns, strict=True)]


def agreement(effects: pd.DataFrame, table: Reference) -> list[Agreement]:
    """Agreement of each contestant with a table of directions; contested cells are never scored.

    Args:
        effects: columns EFFECTS.
        table: the human directions.
    """
    rows = require(effects, tuple(EFFECTS))
    return [_agreement(str(base), own, table) for base, own in rows.groupby("contestant")]


def _agreement(base: str, rows: pd.DataFrame, table: Reference) -> Agreement:
    known = [table.cell(contrast) for contrast in contrasts(rows)]
    people = np.array([cell.sign if cell is not None and cell.scored else "" for cell in known])
    scored = [cell for cell in known if cell is not None and cell.scored]
    arrows = rows["arrow"].to_numpy(dtype=str)
    hit = (people != "") & (arrows == people)
    hits, cells, nulls = int(hit.sum()), len(scored), null_hits(scored)
    missed = (people != "") & ~hit & ((arrows != "") | _within_margin(rows))
    half = (rows["high"] - rows["low"]).to_numpy()[people != ""] / 2
    points = np.array([1.0 if units(cell.outcome) != "probability" else 100.0 for cell in scored])
    return Agreement(
        base=base,
        hits=hits,
        cells=cells,
        missed=int(missed.sum()),
        nulls=nulls,
        beats={
            name: _by_chance(hits, cells, share) if cells else 1.0 for name, share in nulls.items()
        },
        permutation_p=_permutation_p(rows, people, arrows),
        best_p=_permutation_p(rows, people, np.where(people == "", arrows, people)),
        smallest=float(np.median(half * points)) if cells else float("nan"),
    )


def _by_chance(hits: int, cells: int, expected: float) -> float:
    """Probability of at least so many hits in cells of which this many are expected."""
    from scipy import stats  # noqa: PLC0415 - loading it takes long

    return float(stats.binom.sf(hits - 1, cells, expected / cells))


def _within_margin(rows: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Whether an effect is shown to lie within the margin, for all values of the lost decisions."""
    margin = np.array([MARGINS[units(str(outcome))] for outcome in rows["outcome"]])
    inside = (rows["bounds_low"].to_numpy() > -margin) & (rows["bounds_high"].to_numpy() < margin)
    return np.asarray(inside)


def null_hits(scored: list[Cell]) -> dict[str, float]:
    """Hits of agents that know nothing of emotions.

    Two of them do less, or less that is prosocial, under every emotion. Others have one sign for
    each emotion in all games, or for each outcome under all emotions, and are lucky in it. The last
    guesses.
    """
    less = sum(cell.sign == "-" for cell in scored)
    selfish = sum((cell.sign == "-") != (cell.outcome == "lie") for cell in scored)
    return {
        "always less": float(less),
        "always less prosocial": float(selfish),
        "one sign an emotion": _majority(scored, "emotion"),
        "one sign an outcome": _majority(scored, "outcome"),
        "random sign": len(scored) / 2,
    }


def _majority(scored: list[Cell], column: str) -> float:
    """Hits of an agent with the most frequent sign of each emotion, or of each outcome."""
    signs: dict[str, list[str]] = {}
    for cell in scored:
        signs.setdefault(getattr(cell, column), []).append(cell.sign)
    return float(sum(max(map(each.count, "+-")) for each in signs.values()))


def _permutation_p(
    rows: pd.DataFrame, people: "np.ndarray[Any, Any]", arrows: "np.ndarray[Any, Any]"
) -> float:
    """The share of exchanges of emotions within outcomes that give at least as many hits."""
    rng = np.random.default_rng(SEED)
    total = np.zeros(FLIPS, dtype=int)
    hits = int(((people != "") & (arrows == people)).sum())
    places = rows.groupby(["game", "outcome", "cause", "intensity"], sort=True).indices
    for at in places.values():
        order = rng.permuted(np.tile(np.arange(len(at)), (FLIPS, 1)), axis=1)
        total += (arrows[at][order] == np.where(people[at] == "", "?", people[at])).sum(axis=1)
    return float((1 + (total >= hits).sum()) / (FLIPS + 1))
