"""What a browser may send through a seat's WebSocket, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arena.lab.pages import FaceSent
from arena.record.readings import CLASSES, Measured

_FRAMES = 100_000
"""More pictures than anybody's camera takes for one decision."""


class Malformed(Exception):
    """What came in is no message of a page."""


@dataclass(frozen=True)
class Answer:
    """An answer to a page.

    Args:
        page: id of the page.
        values: by the keys of its fields.
        face: what was read of the face meanwhile; None if the page asked for nothing of it.
    """

    page: str
    values: Mapping[str, Any] = field(default_factory=dict)
    face: FaceSent | None = None


def read_message(text: str) -> Answer | None:
    """An answer; None for a sign of life.

    Raises:
        Malformed: it is neither.
    """
    try:
        message = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Malformed from None
    match message:
        case {"beat": 1} if len(message) == 1:
            return None
        case {"page": str(page), "values": dict(values)} if message.keys() <= _KEYS:
            return Answer(page, values, _face(message["face"]) if "face" in message else None)
    raise Malformed


_KEYS = {"page", "values", "face"}


def _face(said: Any) -> FaceSent:  # noqa: ANN401 - any JSON
    """What was read of a face: averages, and no more than that.

    Raises:
        Malformed: it is something else.
    """
    match said:
        case {
            "unread": None | str() as unread,
            "mean": mean,
            "last": last,
            "frames": int(frames),
            "faceless": None | int() | float() as faceless,
            "use": bool(use),
        } if len(said) == _PARTS and frames <= _FRAMES:
            try:
                part = None if faceless is None else float(faceless)
                measured = Measured(unread, _shares(mean), _shares(last), frames, part)  # type: ignore[arg-type] # it checks
            except ValueError:
                raise Malformed from None
            return FaceSent(measured, use)
    raise Malformed


_PARTS = 6


def _shares(values: object) -> tuple[float, ...] | None:
    """Probabilities of CLASSES, as far as their form goes.

    Raises:
        Malformed: they are none.
    """
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != len(CLASSES):
        raise Malformed
    if not all(type(each) in {int, float} for each in values):
        raise Malformed
    return tuple(map(float, values))


def _no_number(_constant: str) -> float:
    """JSON has no NaN and no Infinity."""
    raise ValueError
