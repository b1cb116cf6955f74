"""Machine readings of a participant's face: seven probabilities, and the resulting emotion.

The pictures stay in the participant's browser. The table `readings` has one row per decision of a
person in a lab that reads faces: the display, the reason for a missing reading, and the
probabilities. They are a model's output for a picture, not a measure of felt emotion.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Literal, get_args

from arena.core.types import canonical
from arena.record.damage import unreadable
from arena.record.rows import Readable

CLASSES = ("neutral", "happiness", "sadness", "anger", "fear", "disgust", "surprise")
"""Emotions that expression models distinguish, in the order of all probabilities."""

FEWEST = 3
"""Least number of pictures with a face for a reading."""

DisplayedBy = Literal["face", "buttons", "nothing"]
"""Source of the display: the emotion read, the one that the person chose or reported, or none."""

Unread = Literal[
    "refused",  # no consent to the camera, or the browser's question was denied
    "no camera",  # there is none, or the page is not served securely
    "not installed",  # the lab has no expression model
    "no face",  # no picture held a face
    "too dark",  # the pictures were
    "too slow",  # fewer pictures than FEWEST were read
]
"""Reason for a missing reading."""

UNREAD: tuple[Unread, ...] = get_args(Unread)

_TOLERANCE = 0.01
"""Tolerance of the sum of probabilities, which the browser rounds."""

_READINGS = """
SELECT match, seat, turn, number, participant, display, unread, mean, last, frames, faceless, face,
    intensity FROM readings ORDER BY match, seat, turn, number
"""
CALIBRATION = "calibration"
"""Page on which the face at rest is read; its values hold `BASELINE`."""
BASELINE = "baseline"
_BASELINES = "SELECT participant, given FROM answers WHERE page = ? ORDER BY number"


@dataclass(frozen=True, slots=True)
class Measured:
    """A browser's measurement from a question to its answer.

    Args:
        unread: reason for a missing reading; None if there is one.
        mean: probability of each of CLASSES, averaged over the pictures; None if no picture held a
            face.
        last: the same over the last second; None if no picture of it held a face.
        frames: number of pictures with a face.
        faceless: share of pictures without a face; None without pictures.
    """

    unread: Unread | None
    mean: tuple[float, ...] | None = None
    last: tuple[float, ...] | None = None
    frames: int = 0
    faceless: float | None = None

    def __post_init__(self) -> None:
        """Refuse impossible values.

        Raises:
            ValueError: a value is impossible; the message names it.
        """
        for name in ("mean", "last"):
            if (values := getattr(self, name)) is not None:
                distribution(values, name)
        if self.unread is not None and self.unread not in UNREAD:
            raise ValueError(f"unread must be one of {', '.join(UNREAD)}")
        if self.frames < 0 or (self.faceless is not None and not 0 <= self.faceless <= 1):
            raise ValueError("frames must not be negative, and faceless a share")
        if self.unread is None and (self.frames < FEWEST or self.mean is None):
            raise ValueError(f"a reading has probabilities of {FEWEST} pictures or more")


@dataclass(frozen=True, slots=True)
class FaceReading:
    """A row of the table.

    Args:
        match: id of the match.
        seat: seat of the person.
        turn: turn of the decision.
        number: number of the answer, from 0; above 0 only if the program was restarted in between.
        participant: pseudonym.
        display: source of the display.
        measured: the browser's measurement.
        face: the emotion read; None if there is no reading.
        intensity: its intensity, from 0 to 100.
    """

    match: str
    seat: int
    turn: int
    number: int
    participant: str
    display: DisplayedBy
    measured: Measured
    face: str | None
    intensity: int | None

    def row(self, filed: str) -> tuple[object, ...]:
        """The row, with its time."""
        said, places = self.measured, (self.match, self.seat, self.turn, self.number)
        told = (said.unread, _as_json(said.mean), _as_json(said.last), said.frames, said.faceless)
        return (*places, self.participant, self.display, *told, self.face, self.intensity, filed)


def distribution(values: Sequence[float], name: str) -> None:
    """Refuse values that are no probabilities of CLASSES.

    Raises:
        ValueError: a value is invalid; the message names it.
    """
    if len(values) != len(CLASSES) or not all(0 <= p <= 1 for p in values):
        raise ValueError(f"{name} must be {len(CLASSES)} probabilities")
    if not isclose(sum(values), 1, abs_tol=_TOLERANCE):
        raise ValueError(f"{name} must sum to 1, not {sum(values):g}")


def label(mean: Sequence[float], baseline: Sequence[float] | None = None) -> tuple[str, int]:
    """Emotion with the largest weight, and its intensity.

    The weight of an emotion is its excess over the person's own face at rest, max(0, (p - b) / (1 -
    b)). The remainder to 1 is neutral. The largest of the seven weights gives the label.

    >>> label((0.2, 0.8, 0, 0, 0, 0, 0))
    ('happiness', 80)
    >>> label((0.5, 0, 0.5, 0, 0, 0, 0), baseline=(0.5, 0, 0.5, 0, 0, 0, 0))
    ('neutral', 100)

    Args:
        mean: probabilities of CLASSES.
        baseline: probabilities of the face at rest; None for a fully neutral one.

    Returns:
        One of CLASSES; a whole number from 0 to 100.
    """
    rest = baseline or (1.0, *(0.0 for _ in CLASSES[1:]))
    above = [
        max(0.0, (p - b) / (1 - b)) if b < 1 else 0.0
        for p, b in zip(mean[1:], rest[1:], strict=True)
    ]
    shares = [max(0.0, 1 - sum(above)), *above]
    best = max(range(len(CLASSES)), key=shares.__getitem__)
    return CLASSES[best], int(100 * shares[best] + 0.5)


def readings(run: Readable) -> Iterator[FaceReading]:
    """All readings on record.

    Raises:
        BadInput: a row is damaged.
    """
    for match, seat, turn, number, who, display, *told, face, intensity in run.rows(_READINGS):
        with unreadable(f"match {match}: the reading of a face, seat {seat}, turn {turn}"):
            unread, mean, last, frames, faceless = told
            measured = Measured(unread, _of_json(mean), _of_json(last), frames, faceless)
            places = (match, seat, turn, number)
            yield FaceReading(*places, who, display, measured, face, intensity)


def baselines(run: Readable) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Face at rest of each calibrated participant, by pseudonym.

    Raises:
        BadInput: a row is damaged.
    """
    for participant, given in run.rows(_BASELINES, CALIBRATION):
        with unreadable(f"participant {participant}: the face at rest"):
            if (values := json.loads(given).get(BASELINE)) is not None:
                yield participant, tuple(map(float, values))


def _as_json(values: Sequence[float] | None) -> str | None:
    """Probabilities by emotion."""
    return None if values is None else canonical(dict(zip(CLASSES, values, strict=True)))


def _of_json(text: str | None) -> tuple[float, ...] | None:
    return None if text is None else tuple(float(json.loads(text)[name]) for name in CLASSES)
