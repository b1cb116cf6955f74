"""The words that rules, agents and records share: players, actions, events, observations.

Everything here is plain data that JSON can hold, so that records and replays need no codecs.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Final, NamedTuple, Self

Player = int
"""A seat, counted from 0."""

CHANCE: Final[Player] = -1
"""Nature's seat: whoever shuffles, deals and rolls."""


class Said(NamedTuple):
    """A message: the action of a player who is asked to speak.

    Args:
        text: what it says, on one line; empty if it says nothing. No rule depends on it.
        statement: the action that it states beside the text; None if it states none.
    """

    text: str = ""
    statement: str | int | None = None

    def __str__(self) -> str:
        """The text in quotation marks, and the statement behind it."""
        stated = "" if self.statement is None else f" (states {self.statement})"
        return f'"{self.text}"{stated}'

    def __int__(self) -> int:
        """Refused: rules count with the int of an action, and a message is none.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"a message is no number: {self}")


Action = str | int | Said
"""A label such as "bet", a whole number of points, or a message."""

Payoff = int | Fraction
"""Points, exact."""


class Text(str):
    """The name of a text that no catalogue holds, with the text itself in every language it has.

    Records and names of information sets have the name; a prompt has the text.

    Args:
        name: of the text.
        said: by code of the language; English is always among them.
    """

    __slots__ = ("said",)

    said: Mapping[str, str]

    def __new__(cls, name: str, said: Mapping[str, str] | None = None) -> Self:
        """A name with its texts."""
        text = super().__new__(cls, name)
        text.said = dict(said or {})
        return text

    def of(self, language: str) -> str:
        """The text in a language, or in English if it has none in that."""
        return self.said.get(language) or self.said["en"]


Fact = int | Fraction | str | Sequence[Mapping[str, int | Fraction | str]]
"""A number, a word of the game's vocabulary, a `Text`, or a list of such facts."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An action space of named options, in a fixed order."""

    options: tuple[str, ...]

    def __contains__(self, action: object) -> bool:
        """Whether the action is one of the options."""
        return isinstance(action, str) and action in self.options

    def __str__(self) -> str:
        """The options, for an error message."""
        return "one of " + ", ".join(self.options)


@dataclass(frozen=True, slots=True)
class Amount:
    """An action space of whole points from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, action: object) -> bool:
        """Whether the action is a whole number within the bounds."""
        return type(action) is int and self.low <= action <= self.high

    def __str__(self) -> str:
        """The bounds, for an error message."""
        return f"a whole number from {self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Speech:
    """An action space of messages.

    Args:
        length: characters of a text, at most; with 0 there is a statement alone.
        statement: the actions that can be stated beside the text; None if none can.
        advises: whether these are another player's, to whom one is recommended.
    """

    length: int
    statement: Choice | Amount | None = None
    advises: bool = False

    @property
    def options(self) -> tuple[Said, ...]:
        """A message for each thing that can be stated, silence first; texts are without number."""
        if self.statement is None:
            return (Said(),)
        stated = actions(self.statement)
        return (Said(), *(Said("", each) for each in stated if not isinstance(each, Said)))

    def __contains__(self, action: object) -> bool:
        """Whether the action is a message on one line, short enough, that states what it can."""
        if not isinstance(action, Said) or not isinstance(action.text, str):
            return False
        said, stated = action
        if len(said) > self.length or said != one_line(said):
            return False
        return stated is None or (self.statement is not None and stated in self.statement)

    def __str__(self) -> str:
        """What can be said, for an error message."""
        stated = "" if self.statement is None else f", stating nothing or {self.statement}"
        return f"a message on one line of at most {self.length} characters{stated}"


ActionSpace = Choice | Amount | Speech


_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Categories of characters that a message does not hold: control, format, private, surrogate."""


def actions(space: ActionSpace) -> tuple[Action, ...]:
    """Everything a mover may do, in order; of messages, all that differ to the rules."""
    if isinstance(space, Amount):
        return tuple(range(space.low, space.high + 1))
    return space.options


def any_action(space: ActionSpace, rng: Random) -> Action:
    """One of them, each as likely as any other."""
    if isinstance(space, Amount):
        return rng.randint(space.low, space.high)
    return rng.choice(actions(space))


def one_line(text: str) -> str:
    r"""A text as a message holds it: one line of visible characters, single spaces between words.

    Control and format characters go, such as those that turn the direction of writing; so do
    surrogates and characters of private use.

    >>> one_line(" I will\n- cooperate\u202e. ")
    'I will - cooperate.'
    """
    spaced = "".join(" " if sign.isspace() else sign for sign in text)
    shown = (sign for sign in spaced if unicodedata.category(sign) not in _HIDDEN)
    return " ".join("".join(shown).split())


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one player saw.

    Args:
        kind: what happened, a key of the game's texts.
        facts: its details from that player's own side.
    """

    kind: str
    facts: Mapping[str, Fact]

    def __hash__(self) -> int:
        """By value: details of an event are numbers and words."""
        return hash((self.kind, frozenset(self.facts.items())))


@dataclass(frozen=True, slots=True)
class Observation:
    """The information set of one player, as data.

    Args:
        game: name of the rules whose texts describe it.
        player: the seat that looks.
        players: number of seats.
        role: the seat's role.
        facts: what is fixed throughout: the parameters of the game, from the player's own side.
        events: what the player has seen happen, oldest first: a tuple, or a `Log`. The first
            event that a move adds to an observation reports the move itself.
        space: what the player may do now; None where it is not the player's turn.
    """

    game: str
    player: Player
    players: int
    role: str
    facts: Mapping[str, Fact] = field(hash=False)
    events: Sequence[Event]
    space: ActionSpace | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a move says about its maker's private cards or dice.

    Args:
        move: index of the move among those of the play, chance not counted.
        backed: whether what its maker holds bears it out; a claim that is not backed is a bluff.
        believed: whether nobody challenged it.
    """

    move: int
    backed: bool
    believed: bool
