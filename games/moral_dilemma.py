"""Moral dilemma: one player says which of two actions it would choose, or that it takes neither.

In a clear dilemma one action is right; in a contested one neither is; in a trolley dilemma the
first action is to act. To choose neither is an answer: a reply that is none is counted apart.

Source: Scherrer, Shi, Feder and Blei (2023), Evaluating the moral beliefs encoded in LLMs, NeurIPS
36; trolleys: Foot (1967), The problem of abortion and the doctrine of the double effect, Oxford
Review 5, 5 to 15, and Thomson (1985), The trolley problem, Yale Law Journal 94, 1395 to 1415.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from games.core.items import Item
from games.core.outcomes import Outcome
from games.core.vignette import Vignette

FIRST, SECOND, DECLINE = "first", "second", "decline"
RIGHT, DECLINED, ACTED = "chose right", "declined", "acted"


@dataclass(frozen=True)
class MoralDilemma(Vignette):
    """The player chooses an action.

    Args:
        items: name of an item set of dilemmas: "contested", "clear" and "trolleys" are ours,
            "moralchoice_low" and "moralchoice_high" are imported.
        orders: whether every item comes with its options in both orders, or in one.
        digest: hash of the item set, filled in.
        decline: whether choosing neither action is an option.

    Raises:
        BadInput: there is no such set, it is of another kind, or not the one of the digest.
    """

    items: str = "contested"
    decline: bool = True

    name = "moral_dilemma"
    roles = ("chooser",)
    kind = "dilemma"
    unstudied = "no study of people's choices in these items under emotions is shipped"

    @property
    def options(self) -> tuple[str, ...]:
        """Both actions; between them in both orders, neither of them."""
        return (FIRST, DECLINE, SECOND) if self.decline else (FIRST, SECOND)

    @property
    def telling(self) -> str:
        """With neither of them, or without."""
        return "open_dilemma" if self.decline else "dilemma"

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether the right action is chosen, whether one declines, and whether one acts."""
        shown = self.item_set
        known = {
            RIGHT: any(item.right for item in shown.items),
            DECLINED: self.decline,
            ACTED: shown.acts,
        }
        return tuple(Outcome(name) for name, wanted in known.items() if wanted)

    def shown(self, item: Item) -> Mapping[str, str]:
        """The situation; the actions are the options."""
        return {"situation": item.texts["situation"]}

    def worded(self, case: str, option: str) -> str:
        """The text of an action, or the word for choosing neither."""
        return option if option == DECLINE else self.item_of(case).texts[option]

    def scored(self, item: Item, answer: str | None) -> Iterator[tuple[str, bool | None]]:
        """Whether the answer is right, is neither action, is to act."""
        if item.right:
            yield RIGHT, None if answer is None else answer == item.right
        if self.decline:
            yield DECLINED, None if answer is None else answer == DECLINE
        if self.item_set.acts:
            yield ACTED, None if answer is None else answer == FIRST


GAME = MoralDilemma
