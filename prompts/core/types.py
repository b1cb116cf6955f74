"""Views of players, verdicts and reports, independent of wording."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from games.core.types import Action, ActionSpace, Observation, Player

OPENING: Final = -1
"""Turn number of an opening display, which precedes a player's first move, turn 0."""


class Verdict(StrEnum):
    """Outcome of one attempt to get a decision."""

    LEGAL = "legal"
    """Exactly one legal action was read, and the emotion report if one was asked for."""
    ILLEGAL = "illegal"
    """An answer was given that the rules forbid."""
    AMBIGUOUS = "ambiguous"
    """More than one answer was given."""
    MISSING = "missing"
    """No answer was given."""
    AFFECT = "affect"
    """The action is legal, but the emotion report is unreadable."""
    NEUTRAL = "neutral"
    """The action is legal, but the neutral report is unreadable."""
    REFUSED = "refused"
    """The model or its provider declined to answer."""
    TRUNCATED = "truncated"
    """The reply was cut off before the answer was complete."""
    PROVIDER_ERROR = "provider_error"
    """No reply arrived."""


@dataclass(frozen=True, slots=True)
class Affect:
    """Self-reported emotion.

    Args:
        felt: emotion reported with the move, private.
        intensity: intensity of the felt emotion, from 0 to 100.
        shown: emotion that the others see with the move, or None if none is shown.
        shown_intensity: intensity of the shown emotion, from 0 to 100, or None if it is not shown.
    """

    felt: str
    intensity: int
    shown: str | None = None
    shown_intensity: int | None = None


@dataclass(frozen=True, slots=True)
class NeutralReport:
    """A neutral report of the same form: the control condition for reporting an emotion.

    Args:
        shape: shape that the player reports.
        size: size of the shape, from 0 to 100.
    """

    shape: str
    size: int


@dataclass(frozen=True, slots=True)
class Display:
    """Another player's display of an emotion, with a move or before the first one.

    Args:
        player: the player that showed the emotion.
        at: index, in the viewer's own events, of the event that reports the move. The display
            reaches the viewer together with that event, never earlier. For an opening display, the
            index of the last event before it, -1 if there was none.
        emotion: the emotion shown.
        intensity: its intensity, from 0 to 100, if displays carry one.
        opening: whether it was shown before the first move.
    """

    player: Player
    at: int
    emotion: str
    intensity: int | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class OwnMove:
    """An earlier decision of the player itself.

    Args:
        at: index, in the player's own events, of the event that reports the move; for an opening
            display, as in `Display`.
        action: the action; None for an opening display, which is no move.
        affect: emotion reported with the action, if any.
        neutral: neutral report made with the action, if any.
    """

    at: int
    action: Action | None
    affect: Affect | None
    neutral: NeutralReport | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Information of an agent for one decision.

    Args:
        observation: the player's observation by the rules.
        displays: emotions shown by the others, oldest first.
        own: the player's own earlier decisions, oldest first.
        opening: whether an opening display is asked for instead of a move.
    """

    observation: Observation
    displays: Sequence[Display] = ()
    own: Sequence[OwnMove] = ()
    opening: bool = False

    @property
    def turn(self) -> int:
        """Number of moves made by the player; `OPENING` if an opening display is asked for."""
        if self.opening:
            return OPENING
        return len(self.own) - bool(self.own and self.own[0].action is None)

    @property
    def space(self) -> ActionSpace | None:
        """Actions open to the player; None if an opening display is asked for.

        Raises:
            ValueError: it is not the player's turn.
        """
        if self.opening:
            return None
        if self.observation.space is None:
            raise ValueError("it is not this player's turn: there is nothing to ask")
        return self.observation.space


@dataclass(frozen=True, slots=True)
class Wording:
    """Random choices of wording for a block of matches.

    Args:
        paraphrase: selects one wording of each sentence of the rules.
        labels: seed of neutral labels, if labels are drawn.
        event: selects one of the events of an induced emotion with a cause.
        order: selects the order of options, of payoff rows and of emotion words; 0 is the order of
            the rules, see `prompts.core.texts.order`.
    """

    paraphrase: int = 0
    labels: int = 0
    event: int = 0
    order: int = 0


PLAIN: Final = Wording()
"""The first wording of every sentence."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


Form = Literal["json", "text"]
"""Form of a model's answer: one JSON object, or marked lines of plain text."""

Asking = Literal["json", "text", "fields"]
"""Form of an answer: a model's forms, or the fields of a form for a person."""
