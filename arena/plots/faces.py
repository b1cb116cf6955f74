"""Emotions as faces, and colours that are distinguishable in all forms of colour vision."""

from prompts import catalogue

UNKNOWN = "❔"
"""Stands where an emotion has no face."""

NOTHING = "nothing"
"""Stands for an emotion where none was shown."""

PEOPLE = "people, from studies"
"""Stands where a contestant would."""

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colours of series.

Source: Okabe and Ito (2008), Color Universal Design.
"""


def face(emotion: str | None) -> str:
    """The face and the word of an emotion; a dash for none."""
    if emotion is None or emotion == NOTHING:
        return "–"
    return f"{face_alone(emotion)} {emotion}"


def face_alone(emotion: str) -> str:
    """The face of an emotion, as its file states it; its word always stands beside it."""
    return catalogue().face(emotion) or UNKNOWN
