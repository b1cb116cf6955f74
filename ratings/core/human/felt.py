"""Emotion that people felt while deciding: measured, and never pooled with induced emotion.

People who felt angry at an offer also accepted it less often. This is an association at the same
stimulus, not the effect of an experimentally induced anger.
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
    """Common fields of both kinds of estimate.

    Attributes:
        outcome: the decision; probability of accepting or cooperating, or share contributed.
        game: game of the decision; it need not be a game of the arena.
        people: number of people.
        decisions: number of decisions; they are not independent of each other.
        half_width: half-width of the 95 % interval, clustered by person.
    """

    outcome: str
    game: str
    people: int = Field(ge=2)
    decisions: int = Field(ge=1)
    half_width: float = Field(gt=0)


class Felt(Estimate):
    """Decisions in a felt emotion, against decisions in a neutral state at the same stimulus.

    Attributes:
        emotion: the word nearest to the feeling, by the person's own placement of words on the
            grid.
        mean: mean of the decisions made in that emotion, over all stimuli.
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
    """Within-person change of a decision with the feeling's position on a scale.

    Attributes:
        scale: scale of the grid.
        per_100: change per 100 points of the scale.
    """

    scale: Literal["valence", "arousal"]
    per_100: float


class Word(_Row):
    """People's placement of a word on the grid of valence and arousal (-GRID to GRID each).

    Attributes:
        emotion: the arena's emotion that the word denotes; empty if there is none.
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
        comparator: state with which an emotion is compared.
        people: number of people who placed the words.
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
        BadInput: there is no study of this name, or its file is invalid.
    """
    if name not in available():
        raise unknown("study of felt emotion", name, available())
    path = _FOLDER / f"{name}.toml"
    try:
        return Study.model_validate(toml.read(path, f"felt emotion {path}")[0])
    except ValidationError as error:
        raise BadInput(f"felt emotion {path}: {' '.join(str(error).split())}") from None


def grid(study: Study, low: float, high: float) -> pd.DataFrame:
    """People's placements of the words of the arena's emotions, rescaled linearly.

    Args:
        study: the study with the words.
        low: the end of the scale for most unpleasant, and for calmest.
        high: the opposite end of the scale.

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
