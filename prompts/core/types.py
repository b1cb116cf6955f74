"""What a player perceives and what a reply can be, before any word is chosen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from games.core.types import Action, Observation, Player


class Verdict(StrEnum):
    """What came of one attempt to get a decision."""

    LEGAL = "legal"
    """Exactly one legal action was read, and the emotion report where one was asked for."""
    ILLEGAL = "illegal"
    """An answer was given that the rules do not allow."""
    AMBIGUOUS = "ambiguous"
    """More than one answer was given."""
    MISSING = "missing"
    """No answer was given."""
    AFFECT = "affect"
    """The action is legal, but the emotion report is unreadable."""
    REFUSED = "refused"
    """The model or its provider declined to answer."""
    TRUNCATED = "truncated"
    """The reply was cut off before the answer was complete."""
    PROVIDER_ERROR = "provider_error"
    """No reply arrived."""


@dataclass(frozen=True, slots=True)
class Affect:
    """An emotion report: self-reported, never called more than that.

    Args:
        felt: the emotion reported before acting, private.
        intensity: of what is felt, from 0 to 100.
        shown: the emotion the others see with the move, or None where nothing is shown.
    """

    felt: str
    intensity: int
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Display:
    """An emotion that another player showed with a move.

    Args:
        player: who showed it.
        at: index, in the viewer's own events, of the event that reports the move. The display
            reaches the viewer together with that event, never earlier.
        emotion: what was shown.
    """

    player: Player
    at: int
    emotion: str


@dataclass(frozen=True, slots=True)
class OwnMove:
    """What the player itself decided before.

    Args:
        at: index, in the player's own events, of the event that reports the move.
        action: what was done.
        affect: what was reported with it, if anything.
    """

    at: int
    action: Action
    affect: Affect | None


@dataclass(frozen=True, slots=True)
class View:
    """All that an agent is given for one decision.

    Args:
        observation: what the rules let the player see.
        displays: the emotions that the others have shown, oldest first.
        own: the player's own earlier decisions, oldest first.
    """

    observation: Observation
    displays: tuple[Display, ...] = ()
    own: tuple[OwnMove, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


Form = Literal["json", "text"]
"""How an answer is asked for: one JSON object, or marked lines of plain text."""
