"""Emotions as faces, and colours that everybody can tell apart."""

FACES = {
    "neutral": "😐",
    "happiness": "😊",
    "sadness": "😢",
    "anger": "😠",
    "fear": "😨",
    "disgust": "🤢",
    "surprise": "😮",
}
"""A face for each emotion; its word always stands beside it."""

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
    return f"{FACES.get(emotion, '❔')} {emotion}"
