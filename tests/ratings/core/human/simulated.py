"""Simulated contestants, human ones and caricatures, for the calibration of the verdict.

A study is three games, 400 decisions an arm over 40 wordings each, without an emotion and under
five. Nobody's wording matters. What is found of people is real but for two things: in the dilemma
the people of MobLab's rate are as many as its bargainers, since their number is not known; and the
directions are made up, since those of the literature have one sign.

`python -m tests.ratings.core.human.simulated [STUDIES]` prints the table of `docs/human.md`.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import DECISIONS, FAULT, YES_NO, Scale
from ratings.core.emotion.effects import effects
from ratings.core.human.agreement import EFFECTS, Agreement, agreement
from ratings.core.human.arrows import Arm
from ratings.core.human.directions import Cell, Reference
from ratings.core.human.distances import CHOICES, Comparison, compare
from ratings.core.human.histogram import Floats
from ratings.core.human.sameness import YES, any_of
from ratings.core.human.studies import Baseline, baseline
from ratings.core.human.verdict import Verdict, verdicts

WORDINGS, DECISIONS_PER_WORDING = 40, 10
SIZE = WORDINGS * DECISIONS_PER_WORDING
SHIFT = 15.0
"""Points by which an emotion moves people here."""

GAMES = {"share_given": "dictator", "offer": "ultimatum", "cooperation": "prisoners_dilemma"}
SCALES = {"share_given": Scale(0, 100), "offer": Scale(0, 100), "cooperation": YES_NO}
DRAWN_FROM = {"share_given": "engel2011_plain", "offer": "moblab2024_offer"}
SIGNS = {
    "share_given": {"anger": -1, "disgust": -1, "fear": -1, "happiness": 1, "sadness": 1},
    "offer": {"anger": -1, "disgust": 1, "fear": -1, "happiness": -1, "sadness": 1},
    "cooperation": {"anger": -1, "disgust": -1, "fear": 1, "happiness": 1, "sadness": -1},
}
"""Made up: of both signs in every game, and no emotion but anger with one sign in all."""
EMOTIONS = tuple(SIGNS["offer"])
ARMS = ("none", *EMOTIONS)


def _studies() -> dict[str, Baseline]:
    names = ["engel2011_plain", "forsythe1994_dictator_unpaid", "moblab2024_dictator"]
    names += ["forsythe1994_offer_unpaid", "moblab2024_offer"]
    dilemma = baseline("moblab2024_pd_first").model_copy(
        update={"people": baseline("moblab2024_offer").people, "payoffs": {}}
    )
    return {name: baseline(name) for name in names} | {dilemma.name: dilemma}


STUDIES = _studies()
DILEMMA = STUDIES["moblab2024_pd_first"].value or 0.0

Draw = Callable[[str, np.random.Generator], Floats]
"""[SIZE] decisions without an emotion, in per cent of the pie; or the chance of yes."""
Signs = Mapping[str, Mapping[str, int]]
"""By outcome and emotion."""


def people(outcome: str, rng: np.random.Generator) -> Floats:
    """As the studies have them."""
    if outcome == "cooperation":
        return np.full(SIZE, 100 * DILEMMA)
    drawn_from = STUDIES[DRAWN_FROM[outcome]].histogram
    return rng.choice(drawn_from.values, SIZE, p=drawn_from.share)


def divided(other: Draw) -> Draw:
    """People in the dilemma, something else in divisions of a pie."""
    return lambda outcome, rng: (people if outcome == "cooperation" else other)(outcome, rng)


def constant(value: float) -> Draw:
    return divided(lambda _, __: np.full(SIZE, value))


def narrow(outcome: str, rng: np.random.Generator) -> Floats:
    """A third of people's spread about the same mean."""
    mean = STUDIES[DRAWN_FROM[outcome]].histogram.mean
    return mean + (people(outcome, rng) - mean) / 3


def moved(outcome: str, rng: np.random.Generator) -> Floats:
    """20 points more than people, as far as there is room."""
    return np.clip(people(outcome, rng) + 20, 0, 100)


def half(value: float) -> Draw:
    """People in half of the decisions, a constant in the others."""
    return divided(lambda o, rng: np.where(rng.random(SIZE) < 0.5, people(o, rng), value))


def all_or_nothing(outcome: str, rng: np.random.Generator) -> Floats:
    """0 or 100, with people's mean."""
    mean = STUDIES[DRAWN_FROM[outcome]].histogram.mean
    return np.where(rng.random(SIZE) < mean / 100, 100.0, 0.0)


def bell(outcome: str, rng: np.random.Generator) -> Floats:
    """A normal distribution with people's mean and standard deviation, cut at 0 and 100."""
    drawn_from = STUDIES[DRAWN_FROM[outcome]].histogram
    return np.clip(rng.normal(drawn_from.mean, drawn_from.sd, SIZE), 0, 100)


def turned(signs: Signs, _: np.random.Generator) -> Signs:
    """As people in the dilemma, the other way round in divisions of a pie."""
    return {
        outcome: row if outcome == "cooperation" else {name: -sign for name, sign in row.items()}
        for outcome, row in signs.items()
    }


def nobody(_: Signs, __: np.random.Generator) -> Signs:
    return {outcome: dict.fromkeys(EMOTIONS, 0) for outcome in SIGNS}


def alike(signs: Signs, _: np.random.Generator) -> Signs:
    return signs


def one_sign(_: Signs, __: np.random.Generator) -> Signs:
    return {outcome: dict.fromkeys(EMOTIONS, -1) for outcome in SIGNS}


def sad_apart(_: Signs, __: np.random.Generator) -> Signs:
    """Sadness raises everything, all other emotions lower everything."""
    return {outcome: dict.fromkeys(EMOTIONS, -1) | {"sadness": 1} for outcome in SIGNS}


def shuffled(signs: Signs, rng: np.random.Generator) -> Signs:
    """The arrows of each game belong to other emotions, drawn study by study."""
    return {
        outcome: dict(zip(EMOTIONS, rng.permutation(list(row.values())).tolist(), strict=True))
        for outcome, row in signs.items()
    }


@dataclass(frozen=True)
class Kind:
    """A kind of contestant.

    Args:
        draw: its decisions without an emotion.
        signs: how emotions move it, given how they move people.
        refused: share of decisions that it refuses at random.
        refused_defections: share of the defections due that it refuses.
    """

    draw: Draw = people
    signs: Callable[[Signs, np.random.Generator], Signs] = alike
    refused: float = 0.0
    refused_defections: float = 0.0


HUMAN = {
    "people": Kind(),
    "people who refuse 2 % at random": Kind(refused=0.02),
}
CARICATURES = {
    "always 0": Kind(constant(0)),
    "always 40": Kind(constant(40)),
    "always 50": Kind(constant(50)),
    "uniform": Kind(divided(lambda _, rng: rng.uniform(0, 100, SIZE))),
    "people with a third of their spread": Kind(divided(narrow)),
    "people moved by 20 points": Kind(divided(moved)),
    "half people, half always 40": Kind(half(40)),
    "half people, half always 50": Kind(half(50)),
    "one sign for all emotions": Kind(signs=one_sign),
    "the same, sadness the other way": Kind(signs=sad_apart),
    "arrows shuffled": Kind(signs=shuffled),
    "people whom no emotion moves": Kind(signs=nobody),
    "people who refuse 20 % of their defections": Kind(refused_defections=0.2),
    "people who refuse 20 % in all, defections alone": Kind(refused_defections=0.2 / (1 - DILEMMA)),
}
REFUSING = {
    "people who refuse 20 % at random": Kind(refused=0.2),
    "always 40, refuses 2 % at random": Kind(constant(40), refused=0.02),
    "always 40, refuses 20 % at random": Kind(constant(40), refused=0.2),
    "one sign, refuses 2 % at random": Kind(signs=one_sign, refused=0.02),
    "one sign, refuses 20 % at random": Kind(signs=one_sign, refused=0.2),
}
REVIEWED = {
    "0 or 100, with people's mean": Kind(divided(all_or_nothing)),
    "a normal distribution with people's mean and spread": Kind(divided(bell)),
    "arrows turned round in divisions of a pie": Kind(signs=turned),
}
"""Thought of after the limits were set, and reported as they fall."""
KINDS = HUMAN | CARICATURES | REFUSING | REVIEWED

DIRECTIONS = Reference(
    name="made up",
    about="",
    cells=tuple(
        Cell(outcome=outcome, emotion=emotion, sign="+" if sign > 0 else "-", grade="weak",
             induction="incidental", comparator="neutral", game=GAMES[outcome], evidence="Made up.")
        for outcome, row in SIGNS.items()
        for emotion, sign in row.items()
    ),
)  # fmt: skip


@dataclass
class Study:
    """Everything that one simulated contestant decided.

    Args:
        kind: of the contestant.
        seed: of its draws.
    """

    kind: Kind
    seed: int
    table: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        signs = self.kind.signs(SIGNS, rng)
        parts = [
            self._arm(outcome, arm, signs[outcome].get(arm, 0), rng)
            for outcome in SIGNS
            for arm in ARMS
        ]
        self.table = pd.concat(parts, ignore_index=True)[list(DECISIONS)]

    def verdict(self) -> Verdict:
        """What is said of it."""
        arms = {arm: Arm("m", arm) for arm in ARMS}
        (verdict,) = verdicts(self.comparisons(*SIGNS), self.agreements(), arms)
        return verdict

    def passes(self) -> bool:
        """Whether it is human-like: `verdict`, that ends at the first part that is not."""
        moved_alike = self.kind.signs is alike
        if not moved_alike and self.agreements()[0].answer != YES:
            return False
        for outcome in ("cooperation", "offer", "share_given"):
            if any_of(each.same for each in self.comparisons(outcome)) != YES:
                return False
        return not moved_alike or self.agreements()[0].answer == YES

    def comparisons(self, *outcomes: str) -> list[Comparison]:
        """Some of its decisions without an emotion, beside people."""
        own = self.table["outcome"].isin(outcomes) & (self.table["arm"] == "none")
        neutral = self.table[own]
        lost = {
            ("none", GAMES[str(outcome)], str(outcome)): float(rows["value"].isna().mean())
            for outcome, rows in neutral.groupby("outcome")
        }
        about = {"contestant": "none", "x": None, "round": 0, "repeated": False}
        made = neutral[neutral["value"].notna()].rename(columns={"outcome": "measure"})
        games = {game: {"name": game} for game in GAMES.values()}
        return compare(made.assign(**about)[list(CHOICES)], STUDIES, games, lost)

    def agreements(self) -> list[Agreement]:
        """With the directions."""
        return agreement(self.effects(), DIRECTIONS)

    def effects(self) -> pd.DataFrame:
        """What emotions do to it."""
        pairs = [Contrast("against none", emotion, "none") for emotion in EMOTIONS]
        table = effects(self.table, SCALES, pairs)
        shades = {"cause": "simple", "intensity": "unstated", "induction": "incidental"}
        return table.assign(emotion=table["arm"], **shades)[list(EFFECTS)]

    def _arm(self, outcome: str, arm: str, sign: int, rng: np.random.Generator) -> pd.DataFrame:
        value = np.clip(self.kind.draw(outcome, rng) + sign * SHIFT, 0, 100)
        refused = rng.random(SIZE) < self.kind.refused
        if outcome == "cooperation":
            value = (rng.random(SIZE) < value / 100).astype(float)
            refused |= (value == 0) & (rng.random(SIZE) < self.kind.refused_defections)
        place = np.arange(SIZE)
        return pd.DataFrame(
            {
                "game": GAMES[outcome],
                "outcome": outcome,
                "contestant": "m",
                "arm": arm,
                "cluster": place // DECISIONS_PER_WORDING,
                "unit": place % DECISIONS_PER_WORDING,
                "value": np.where(refused, np.nan, value),
                "lost": np.where(refused, FAULT, ""),
                "legal": ~refused,
            }
        )


def passing(kind: Kind, studies: int) -> int:
    """How many of so many contestants of a kind are human-like."""
    return sum(Study(kind, seed).passes() for seed in range(studies))


def _print(studies: int) -> None:
    sys.stdout.write("| contestant | human-like |\n|---|---|\n")
    for name, kind in KINDS.items():
        sys.stdout.write(f"| {name} | {passing(kind, studies) / studies:.1%} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _print(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
