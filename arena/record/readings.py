"""What a machine reads of a participant's face: seven probabilities, and the emotion they come to.

The pictures stay in the participant's browser. One row of the table `readings` per decision of a
person in a lab that reads faces: what was displayed, why no face was read if none was, and the
probabilities. They are what a model says of a picture, and no measure of what is felt.
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
"""Emotions that expression models tell apart, in the order of all probabilities."""

FEWEST = 3
"""Pictures with a face of which a reading is made, at the least."""

DisplayedBy = Literal["face", "buttons", "nothing"]
"""What was shown: the emotion read, the one that the person chose or reported, or none."""

Unread = Literal[
    "refused",  # no consent to the camera, or the browser's question was denied
    "no camera",  # there is none, or the page is not served securely
    "not installed",  # the lab has no expression model
    "no face",  # no picture held a face
    "too dark",  # the pictures were
    "too slow",  # fewer pictures than FEWEST were read
]
"""Why no face was read."""

UNREAD: tuple[Unread, ...] = get_args(Unread)

_TOLERANCE = 0.01
"""By which probabilities, rounded in the browser, may miss one in sum."""

_READINGS = """
SELECT match, seat, turn, number, participant, display, unread, mean, last, frames, faceless, face,
    intensity FROM readings ORDER BY match, seat, turn, number
"""
CALIBRATION = "calibration"
"""The page on which the face at rest is read; what was given holds `BASELINE`."""
BASELINE = "baseline"
_BASELINES = "SELECT participant, given FROM answers WHERE page = ? ORDER BY number"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a browser measured from a question to its answer.

    Args:
        unread: why no face was read; None if one was.
        mean: probability of each of CLASSES, averaged over the pictures; None where none held a
            face.
        last: the same over the last second; None where no picture of it held a face.
        frames: pictures that held a face.
        faceless: share of pictures that held none; None without any picture.
    """

    unread: Unread | None
    mean: tuple[float, ...] | None = None
    last: tuple[float, ...] | None = None
    frames: int = 0
    faceless: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no browser measures.

        Raises:
            ValueError: what is wrong.
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
        seat: the person's.
        turn: of the decision.
        number: of the answer, from 0: more than one only where the program ended in between.
        participant: pseudonym.
        display: what was shown.
        measured: by the browser.
        face: the emotion read; None if none was.
        intensity: of it, from 0 to 100.
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
        """The row, with the time."""
        said, places = self.measured, (self.match, self.seat, self.turn, self.number)
        told = (said.unread, _as_json(said.mean), _as_json(said.last), said.frames, said.faceless)
        return (*places, self.participant, self.display, *told, self.face, self.intensity, filed)


def distribution(values: Sequence[float], name: str) -> None:
    """Refuse what are no probabilities of CLASSES.

    Raises:
        ValueError: what is wrong.
    """
    if len(values) != len(CLASSES) or not all(0 <= p <= 1 for p in values):
        raise ValueError(f"{name} must be {len(CLASSES)} probabilities")
    if not isclose(sum(values), 1, abs_tol=_TOLERANCE):
        raise ValueError(f"{name} must sum to 1, not {sum(values):g}")


def label(mean: Sequence[float], baseline: Sequence[float] | None = None) -> tuple[str, int]:
    """The emotion that probabilities come to, and its intensity.

    Each emotion counts as far as it exceeds the person's own face at rest,
    max(0, (p - b) / (1 - b)); what is left to 1 is neutral. The largest of the seven is the label.

    >>> label((0.2, 0.8, 0, 0, 0, 0, 0))
    ('happiness', 80)
    >>> label((0.5, 0, 0.5, 0, 0, 0, 0), baseline=(0.5, 0, 0.5, 0, 0, 0, 0))
    ('neutral', 100)

    Args:
        mean: probabilities of CLASSES.
        baseline: the same of the face at rest; None for one that is all neutral.

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
    """The face at rest of each participant whose face was calibrated, by pseudonym.

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
