"""The words that rules, agents and records share: players, actions, events, observations.

Everything here is plain data that JSON can hold, so that records and replays need no codecs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Self

Player = int
"""A seat, counted from 0."""

CHANCE: Final[Player] = -1
"""Nature's seat: whoever shuffles, deals and rolls."""

Action = str | int
"""A label such as "bet", or a whole number of points."""

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


ActionSpace = Choice | Amount


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
        events: what the player has seen happen, oldest first. The first event that a move adds to
            an observation reports the move itself.
        space: what the player may do now; None where it is not the player's turn.
    """

    game: str
    player: Player
    players: int
    role: str
    facts: Mapping[str, Fact] = field(hash=False)
    events: tuple[Event, ...]
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
