"""How the parts of a council are spoken to, and what they are told of each other's proposals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from games.core.types import Action, Observation
from prompts.core.rendering.emotion import Emotion, Section
from prompts.core.rendering.voice import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.types import Wording

_LONGEST = 300
"""Characters of a reason that others are given."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class OfCouncil(Emotion):
    """The emotional condition of a part of a council; made of the council's, never stated."""

    chaired: bool = False
    """Whether a chair decides."""

    @property
    def section(self) -> Section:
        """The council's own."""
        return "council"

    def _displays(self) -> tuple[str, ...]:
        """The keys of a display, where the part chooses one."""
        return ("shown", "shown_intensity")[
            : self.chooses + (self.chooses and self.shows_intensity)
        ]

    def _told(self, part: str, displays: str) -> tuple[tuple[str, ...], ...]:
        """Who one is, and what the others see."""
        if not self.shows:
            return (("council", "told", part),)
        texts = (("council", "told", part), ("council", "told", displays))
        return (*texts, ("council", "told", "intensity")) if self.shows_intensity else texts


class OfMember(OfCouncil):
    """The emotional condition of a member, who proposes."""

    @property
    def own_keys(self) -> tuple[str, ...]:
        """Why, what, how strongly; and a display where the council chooses one without a chair."""
        return ("reasoning", "action", "strength", *self._displays())

    @property
    def paragraph(self) -> tuple[tuple[str, ...], ...]:
        """The member's."""
        chosen = "chosen_by_chair" if self.chaired else "chosen_by_all"
        return self._told("member", chosen if self.mode == "manipulative" else "seen")


class OfChair(OfCouncil):
    """The emotional condition of a chair, who decides; it feels nothing that is induced."""

    @property
    def own_keys(self) -> tuple[str, ...]:
        """The decision, and what is shown with it."""
        return ("action", *self._displays())

    @property
    def paragraph(self) -> tuple[tuple[str, ...], ...]:
        """The chair's."""
        return self._told("chair", "chosen_by_you" if self.chooses else "seen")


def member_voice(council: Voice, felt: Emotion, *, chaired: bool) -> Voice:
    """How a member is spoken to.

    Args:
        council: how the council is.
        felt: the emotion that is induced in the member.
        chaired: whether a chair decides, who also chooses what is shown.
    """
    shared = council.emotion
    emotion = OfMember.model_construct(
        **{
            **felt.__dict__,
            "mode": shared.mode,
            "shows": shared.shows,
            "chooses": shared.chooses and not chaired,
            "shows_intensity": shared.shows_intensity,
            "perceives": shared.perceives,
            "chaired": chaired,
        }
    )
    return council.model_copy(update={"emotion": emotion})


def chair_voice(council: Voice) -> Voice:
    """How the chair is spoken to."""
    emotion = OfChair.model_construct(**{**council.emotion.__dict__, "chaired": True})
    return council.model_copy(update={"emotion": emotion})


@dataclass(frozen=True)
class Advice:
    """A proposal as others are told of it.

    Args:
        emotion: of the member.
        number: among the members with this emotion, from 1; 0 if it is the only one.
        action: that it proposes; None if it proposes nothing.
        strength: from 0 to 100.
        reason: in its own words.
    """

    emotion: str
    number: int
    action: Action | None
    strength: int | None
    reason: str


def advice_text(
    seen: Observation, voice: Voice, wording: Wording, given: Sequence[Advice], *, before: bool
) -> str:
    """The proposals of all members, a line each, under their heading.

    Args:
        seen: any observation of the council.
        voice: of the part that is told.
        wording: what was drawn for the match.
        given: the proposals.
        before: whether they are of the round before, and not those that the chair decides on.
    """
    writer = Writer(seen, voice, wording)
    heading = writer.text("council", "before" if before else "proposals")
    return "\n".join([heading, *(_line(writer, each) for each in given)])


def _word(action: Action) -> int | str:
    return action if isinstance(action, int) else str(action)


def _line(writer: Writer, given: Advice) -> str:
    word = str(catalogue().get(writer.voice.language, "emotion", given.emotion, "word"))
    member = f"{word} {given.number}" if given.number else word
    if given.action is None:
        return fill(writer.text("council", "silent"), {"member": member})
    values = {
        "member": member,
        "action": writer.labels.show(_word(given.action)),
        "strength": str(given.strength),
        "reason": _CONTROL.sub(" ", given.reason).strip()[:_LONGEST],
    }
    return fill(writer.text("council", "proposal"), values)
