"""Emotion that people felt while they decided: a measured kind, never pooled with induced emotion.

Whoever felt angry at an offer also accepted it less: an association at the same stimulus, not the
effect of an anger that an experimenter made.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from games.core import toml
from games.core.errors import BadInput, unknown
from ratings.core.human.studies import Confidence

DEFAULT = "heffner_feldmanhall2022"
GRID = 200.0
"""Ends of the grid of valence and arousal, from -GRID to GRID."""
_FOLDER = Path(__file__).parents[2] / "felt"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Row):
    """What both kinds of estimate state.

    Attributes:
        outcome: the decision; probability of accepting or cooperating, or share contributed.
        game: in which it was made; it need not be a game of ours.
        people: who decided.
        decisions: behind the estimate; not independent of each other.
        half_width: of the 95 % interval, clustered by person.
    """

    outcome: str
    game: str
    people: int = Field(ge=2)
    decisions: int = Field(ge=1)
    half_width: float = Field(gt=0)


class Felt(Estimate):
    """Decisions of those who felt an emotion, beside those who felt neutral at the same stimulus.

    Attributes:
        emotion: the nearest of the words that the person had placed on the grid.
        mean: of the decisions made in that emotion, over all stimuli.
        effect: difference from neutral at the same stimulus.
    """

    emotion: str
    mean: float = Field(ge=0, le=1)
    effect: float = Field(ge=-1, le=1)

    @property
    def arrow(self) -> str:
        """Up, down, or undecided: whether the interval lies on one side of 0."""
        if abs(self.effect) <= self.half_width:
            return "·"
        return "↑" if self.effect > 0 else "↓"


class Slope(Estimate):
    """Change of a decision with the feeling's place on a scale, within person.

    Attributes:
        scale: of the grid.
        per_100: change for 100 points of it.
    """

    scale: Literal["valence", "arousal"]
    per_100: float


class Word(_Row):
    """Where people place a word on the grid of valence and arousal (-GRID to GRID each).

    Attributes:
        emotion: which of the arena's emotions the word stands for; empty if for none.
        valence_sd: standard deviation over people.
    """

    word: str
    emotion: str = ""
    valence: float = Field(ge=-GRID, le=GRID)
    valence_sd: float = Field(gt=0)
    arousal: float = Field(ge=-GRID, le=GRID)
    arousal_sd: float = Field(gt=0)


class Study(_Row):
    """A study of measured emotion.

    Attributes:
        comparator: what an emotion is set against.
        people: who placed the words.
    """

    about: str = Field(min_length=10)
    citation: str = Field(min_length=10)
    doi: str
    licence: str = Field(min_length=1)
    confidence: Confidence
    population: str = Field(min_length=1)
    people: int = Field(ge=2)
    stakes: str = Field(min_length=1)
    comparator: str = Field(min_length=1)
    note: str = ""
    effects: tuple[Felt, ...]
    slopes: tuple[Slope, ...]
    words: tuple[Word, ...]


def available() -> tuple[str, ...]:
    """Names of the studies of felt emotion that ship with the program."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def felt(name: str = DEFAULT) -> Study:
    """A study of felt emotion.

    Raises:
        BadInput: there is none of this name, or its file is not sound.
    """
    if name not in available():
        raise unknown("study of felt emotion", name, available())
    path = _FOLDER / f"{name}.toml"
    try:
        return Study.model_validate(toml.read(path, f"felt emotion {path}")[0])
    except ValidationError as error:
        raise BadInput(f"felt emotion {path}: {' '.join(str(error).split())}") from None


def grid(study: Study, low: float, high: float) -> pd.DataFrame:
    """Where people place the words of the arena's emotions, on another scale by a straight line.

    Args:
        study: with the words.
        low: the end of the scale for most unpleasant, and for calmest.
        high: the other end.

    Returns:
        Columns emotion, quantity (valence, arousal), value, sd (over people).
    """
    unit, middle = (high - low) / (2 * GRID), (high + low) / 2
    rows: list[dict[str, Any]] = [
        {
            "emotion": word.emotion,
            "quantity": scale,
            "value": middle + unit * getattr(word, scale),
            "sd": unit * getattr(word, f"{scale}_sd"),
        }
        for word in study.words
        if word.emotion
        for scale in ("valence", "arousal")
    ]
    return pd.DataFrame(rows)
