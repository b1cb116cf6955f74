"""From the reply of a part of a council to its proposal, as strictly as any reply is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from games.core.types import Action, ActionSpace
from prompts.core.reading.answer import Unclear
from prompts.core.reading.fields import Fields, find_fields, reasoning_in
from prompts.core.reading.follow_up import follow, render_again
from prompts.core.reading.reply import action_of, silence, unclear_verdict
from prompts.core.reading.reports import SCALE, read_emotion, read_scale
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue
from prompts.core.types import PLAIN, Form, Message, Verdict, Wording

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ProposalReading:
    """The reading of a reply of a member or of the chair.

    Args:
        verdict: LEGAL, or the fault of the reply.
        action: that is proposed, or decided; None unless legal.
        strength: of the wish for it, from 0 to 100; None if not asked for.
        shown: emotion to show; None if not asked for.
        shown_intensity: from 0 to 100; None if not asked for.
        reason: why, in the words of the reply; empty if it gives none.
        problem: the fault as a key of the texts that ask again.
        values: that the text mentions.
    """

    verdict: Verdict
    action: Action | None = None
    strength: int | None = None
    shown: str | None = None
    shown_intensity: int | None = None
    reason: str = field(default="", compare=False)
    problem: str = field(default="", compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)


def read_proposal(
    text: str,
    space: ActionSpace,
    voice: Voice,
    game: str,
    form: Form,
    wording: Wording = PLAIN,
    *,
    truncated: bool = False,
) -> ProposalReading:
    """Read one reply.

    Args:
        text: the reply.
        space: the actions that may be proposed.
        voice: of the member or the chair.
        game: name of the game, for its words.
        form: in which the reply was asked for.
        wording: drawn for the match.
        truncated: whether the provider says that the reply was cut off.
    """
    labels, said = Labels.of(voice, game, wording), without_reasoning(text)
    fields = find_fields(said, form, "council")
    if truncated and (form == "text" or not fields.values or not fields.is_whole):
        return ProposalReading(Verdict.TRUNCATED, problem=Verdict.TRUNCATED)
    try:
        action = action_of(fields, said, space, labels, voice.language)
    except Unclear as unclear:
        verdict, values = unclear_verdict(unclear.problem, space)
        return ProposalReading(verdict, problem=unclear.problem, values=values)
    if action is None:
        verdict = silence(said)
        return ProposalReading(verdict, problem=verdict)
    return _with_strength(action, fields, said, voice)


def _with_strength(action: Action, fields: Fields, said: str, voice: Voice) -> ProposalReading:
    """A proposed action with its strength, display and reason, as far as they were asked for."""
    given: dict[str, int | str] = {}
    for key in voice.asked(move=True):
        try:
            if key == "shown":
                given[key] = read_emotion(fields, key, voice)
            elif key not in {"reasoning", "action"}:
                given[key] = read_scale(fields, key, SCALE, voice.language)
        except Unclear:
            problem = "strength" if key == "strength" else "shown"
            return ProposalReading(Verdict.AFFECT, problem=problem)
    reason = _SPACES.sub(" ", reasoning_in(said)).strip()
    return ProposalReading(Verdict.LEGAL, action, **given, reason=reason)  # type: ignore[arg-type] # as asked for


def propose_again(
    messages: tuple[Message, ...], reply: str, reading: ProposalReading, voice: Voice
) -> tuple[Message, ...]:
    """The messages that ask again after a reply that could not be used.

    Args:
        messages: that were sent.
        reply: that came back, possibly empty.
        reading: of the reply.
        voice: of the member or the chair.
    """
    own = catalogue().find(voice.language, "council", "again", reading.problem)
    if own is not None:
        return follow(messages, reply, str(own))
    return render_again(messages, reply, reading.problem, voice, reading.values)
