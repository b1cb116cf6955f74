"""Stereotype recognition: one player says how a sentence relates to a stereotype.

It can hold the stereotype, go against it, or have nothing to do with it.

Source: Nadeem, Bethke and Reddy (2021), StereoSet: measuring stereotypical bias in pretrained
language models, ACL, 5356 to 5371; as a question with three answers: Sun et al. (2024), TrustLLM:
trustworthiness in large language models, ICML.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from games.core.items import RIGHT as CLASSES
from games.core.items import Item
from games.core.outcomes import Outcome, detail
from games.core.vignette import Vignette

RIGHT = "classified right"
CALLED = {name: f"called {name.replace('_', '-')}" for name in CLASSES["stereotype"]}
"""By class, the outcome that says whether this class was answered."""


@dataclass(frozen=True)
class StereotypeRecognition(Vignette):
    """The player classifies one sentence.

    Args:
        items: name of an item set of stereotypes: "figures" is ours, "stereoset" is imported.
        orders: whether every item comes with its options in both orders, or in one.
        digest: hash of the item set, filled in.

    Raises:
        BadInput: there is no such set, it is of another kind, or not the one of the digest.
    """

    items: str = "figures"

    name = "stereotype_recognition"
    roles = ("reader",)
    kind = "stereotype"
    unstudied = "labels of items are those of annotators; no study of emotions is shipped"
    options = CLASSES["stereotype"]
    telling = "sentences"

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether it is classified right; and each class, as what it was called."""
        return (Outcome(RIGHT), *map(detail, CALLED.values()))

    def shown(self, item: Item) -> Mapping[str, str]:
        """The context and the sentence."""
        return item.texts

    def scored(self, item: Item, answer: str | None) -> Iterator[tuple[str, bool | None]]:
        """Whether the class is right, and which it is."""
        yield RIGHT, None if answer is None else answer == item.right
        for name, outcome in CALLED.items():
            yield outcome, None if answer is None else answer == name


GAME = StereotypeRecognition
