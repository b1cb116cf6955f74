"""`Vignette`: one player is shown an item and gives one answer; nothing else happens.

Chance names the item and the order of its options. Options are lettered by their place, so that a
letter means now this option and now that one, and says nothing by itself. Every item in every order
is an information set of its own: an elicitation puts each of them once to everybody.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from string import ascii_uppercase
from typing import ClassVar, Final, Literal

from games.core import items as item_sets
from games.core.errors import BadInput
from games.core.game import Game
from games.core.items import Item, ItemSet
from games.core.outcomes import Due
from games.core.types import CHANCE, Action, Choice, Event, Observation, Payoff, Player

Orders = Literal["both", "one"]

FORWARD: Final = "forward"
BACKWARD: Final = "backward"
"""The orders of options: as the rules have them, and reversed."""


@dataclass(frozen=True, slots=True)
class VignetteState:
    """Where the question stands.

    Args:
        case: item and order, as chance named them; empty before.
        answer: a letter; empty before.
    """

    case: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Vignette(Game[VignetteState]):
    """An item of a set, and one answer to it.

    Args:
        items: name of an item set: one of our own, or one that was imported.
        orders: whether every item comes with its options in both orders, or in one; in one, half of
            the items of each right answer have them reversed.
        digest: hash of the item set, filled in. Where it is stated, the set must be that one.

    Raises:
        BadInput: there is no such set, it is of another kind, or not the one of the digest.
    """

    items: str = ""
    orders: Orders = "both"
    digest: str = ""

    version = 1
    family = "moral judgement"
    zero_sum = True
    every_deal = True
    kind: ClassVar[str] = ""
    """Of the item sets that it can show, see `games.core.items.PARTS`."""

    def __post_init__(self) -> None:
        """Check the set and take its hash."""
        if not isinstance(self.items, str):
            raise BadInput(f"{self.name}: items must name an item set, not {self.items!r}")
        shown = self.item_set
        if shown.kind != self.kind:
            raise BadInput(
                f"{self.name}: item set {self.items!r} is of kind {shown.kind}, "
                f"and this game shows sets of kind {self.kind}"
            )
        if self.orders not in ("both", "one"):
            raise BadInput(f"{self.name}: orders must be both or one, not {self.orders!r}")
        if self.digest not in ("", shown.digest):
            raise BadInput(
                f"{self.name}: item set {self.items!r} is not the one that was asked about: "
                f"its hash is {shown.digest}, and {self.digest} was stated"
            )
        object.__setattr__(self, "digest", shown.digest)

    @cached_property
    def item_set(self) -> ItemSet:
        """The set that is shown, as it was when the game was made."""
        return item_sets.load(self.items)

    @property
    @abstractmethod
    def options(self) -> tuple[str, ...]:
        """What can be answered, in the usual order."""

    @abstractmethod
    def shown(self, item: Item) -> Mapping[str, str]:
        """What is told of an item, by the names that the texts have for it, without options."""

    @property
    @abstractmethod
    def telling(self) -> str:
        """The kind of event by which items are told."""

    @abstractmethod
    def scored(self, item: Item, answer: str | None) -> Iterator[tuple[str, bool | None]]:
        """The outcomes of one answer, each with its value; None if there was no answer."""

    def item_of(self, case: str) -> Item:
        """The item of a case."""
        return _by_id(self.item_set)[case.partition(" ")[0]]

    def arranged(self, case: str) -> tuple[str, ...]:
        """The options of a case in their order: A, B and so on."""
        return self.options[::-1] if case.endswith(BACKWARD) else self.options

    def meaning(self, case: str, answer: Action) -> str:
        """The option that a letter stands for in a case."""
        return self.arranged(case)[ascii_uppercase.index(str(answer))]

    def initial_state(self) -> VignetteState:
        """Nothing is shown yet."""
        return VignetteState()

    def movers(self, state: VignetteState) -> tuple[Player, ...]:
        """Chance, then the player."""
        if not state.case:
            return (CHANCE,)
        return () if state.answer else (0,)

    def space(self, state: VignetteState, player: Player) -> Choice:  # noqa: ARG002 - one player
        """Letters, as many as options."""
        return Choice(tuple(ascii_uppercase[: len(self.options)]))

    def chance(self, state: VignetteState) -> Mapping[Action, Fraction]:  # noqa: ARG002
        """Every item in its orders, each as likely as any other."""
        cases = _cases(self.item_set, self.orders)
        return dict.fromkeys(cases, Fraction(1, len(cases)))

    def observe(self, state: VignetteState, player: Player) -> Observation:
        """The item with its options, and the answer."""
        events: list[Event] = []
        if state.case:
            letters = ascii_uppercase.lower()
            facts = dict(self.shown(self.item_of(state.case)))
            told = (self.worded(state.case, option) for option in self.arranged(state.case))
            events.append(Event(self.telling, facts | dict(zip(letters, told, strict=False))))
        if state.answer:
            events.append(Event("answered", {"player": 0, "answer": state.answer}))
        space = self.space(state, player) if self.movers(state) == (player,) else None
        return Observation(self.name, player, 1, self.roles[player], {}, tuple(events), space)

    def worded(self, case: str, option: str) -> str:  # noqa: ARG002 - options of all items are alike
        """How an option is told: a word of the game, or a text of the item."""
        return option

    def due(self, state: VignetteState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """The outcomes of the answer, at its item in its order."""
        made = moves[0]
        answer = None if made is None else self.meaning(state.case, made)
        for outcome, value in self.scored(self.item_of(state.case), answer):
            yield Due(0, outcome, None if value is None else float(value), state.case)

    def remarks(self) -> tuple[str, ...]:
        """What is shown, and under which licence."""
        shown = self.item_set
        licence = f", {shown.licence}" if shown.licence else ""
        return (f"item set {shown.name}: {len(shown.items)} items{licence}",)

    def _payoffs(self, state: VignetteState) -> tuple[Payoff, ...]:  # noqa: ARG002
        """Nothing."""
        return (0,)

    def _next(self, state: VignetteState, moves: Mapping[Player, Action]) -> VignetteState:
        if CHANCE in moves:
            return VignetteState(str(moves[CHANCE]))
        return VignetteState(state.case, str(moves[0]))


@lru_cache(maxsize=32)
def _by_id(shown: ItemSet) -> Mapping[str, Item]:
    return {item.id: item for item in shown.items}


@lru_cache(maxsize=32)
def _cases(shown: ItemSet, orders: Orders) -> Sequence[str]:
    """Every item with the orders that it comes in."""
    if orders == "both":
        return [f"{item.id} {order}" for item in shown.items for order in (FORWARD, BACKWARD)]
    seen = dict[str, int]()
    cases = []
    for item in shown.items:
        seen[item.right] = seen.get(item.right, -1) + 1
        cases.append(f"{item.id} {BACKWARD if seen[item.right] % 2 else FORWARD}")
    return cases
