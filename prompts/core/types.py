"""What a player perceives and what a reply can be, before any word is chosen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from games.core.types import Action, ActionSpace, Observation, Player

OPENING: Final = -1
"""The turn of an opening display: before a player's first move, which is turn 0."""


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
    """An emotion report: self-reported, never called more than that.

    Args:
        felt: the emotion reported with the move, private.
        intensity: of what is felt, from 0 to 100.
        shown: the emotion the others see with the move, or None where nothing is shown.
        shown_intensity: of what is shown, from 0 to 100, or None where it is not shown.
    """

    felt: str
    intensity: int
    shown: str | None = None
    shown_intensity: int | None = None


@dataclass(frozen=True, slots=True)
class NeutralReport:
    """A report of something that is no emotion, of the same form: the control for reporting.

    Args:
        shape: the shape that the player says it thinks of.
        size: of that shape, from 0 to 100.
    """

    shape: str
    size: int


@dataclass(frozen=True, slots=True)
class Display:
    """An emotion that another player showed, with a move or before the first one.

    Args:
        player: who showed it.
        at: index, in the viewer's own events, of the event that reports the move. The display
            reaches the viewer together with that event, never earlier. Of an opening display, the
            index of the last event before it, -1 if there was none.
        emotion: what was shown.
        intensity: how intense, from 0 to 100, where displays carry it.
        opening: whether it was shown before the first move.
    """

    player: Player
    at: int
    emotion: str
    intensity: int | None = None
    opening: bool = False


@dataclass(frozen=True, slots=True)
class OwnMove:
    """What the player itself decided before.

    Args:
        at: index, in the player's own events, of the event that reports the move; of an opening
            display, as in `Display`.
        action: what was done; None for an opening display, which is no move.
        affect: the emotion reported with it, if any.
        neutral: the neutral report made with it, if any.
    """

    at: int
    action: Action | None
    affect: Affect | None
    neutral: NeutralReport | None = None


@dataclass(frozen=True, slots=True)
class View:
    """All that an agent is given for one decision.

    Args:
        observation: what the rules let the player see.
        displays: the emotions that the others have shown, oldest first.
        own: the player's own earlier decisions, oldest first.
        opening: whether an opening display is asked for, and no move.
    """

    observation: Observation
    displays: tuple[Display, ...] = ()
    own: tuple[OwnMove, ...] = ()
    opening: bool = False

    @property
    def turn(self) -> int:
        """How many moves the player has made; `OPENING` where an opening display is asked for."""
        if self.opening:
            return OPENING
        return len(self.own) - bool(self.own and self.own[0].action is None)

    @property
    def space(self) -> ActionSpace | None:
        """What the player may do now; None where an opening display is asked for.

        Raises:
            ValueError: nothing is asked of the player.
        """
        if self.opening:
            return None
        if self.observation.space is None:
            raise ValueError("it is not this player's turn: there is nothing to ask")
        return self.observation.space


@dataclass(frozen=True, slots=True)
class Wording:
    """What is drawn for a block of matches: how one and the same thing is said.

    Args:
        paraphrase: picks one wording of each sentence of the rules.
        labels: seed of neutral labels, where these are drawn.
        event: picks one of the events that an induced emotion with a cause can have.
        order: picks the order of options, of payoff rows and of words for emotions; 0 is that of
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
"""How a model is asked for an answer: one JSON object, or marked lines of plain text."""

Asking = Literal["json", "text", "fields"]
"""How anybody is asked for an answer: as a model is, or a person by the fields of a form."""
