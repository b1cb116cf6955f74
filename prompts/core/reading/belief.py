"""What a player expects the other one to do next: asked before its decision, and read strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from games.core.types import Action, Observation
from prompts.core.reading.answer import Unclear
from prompts.core.reading.fields import KEYS, find_fields
from prompts.core.reading.follow_up import follow
from prompts.core.reading.reports import SCALE, read_scale
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.rendering.voice import Voice
from prompts.core.rendering.writer import Writer
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.types import Form, Message, Verdict, Wording

WHOLE = 100
"""Percent to be divided."""


@dataclass(frozen=True, slots=True)
class BeliefReading:
    """The reading of a reply.

    Args:
        verdict: LEGAL, or the fault of the reply.
        beliefs: probability of each option, which sum to one; None unless legal.
    """

    verdict: Verdict
    beliefs: Mapping[Action, float] | None = None


def belief_text(
    seen: Observation, voice: Voice, wording: Wording, options: Sequence[str], form: Form
) -> str:
    """The question, and the form of its answer.

    Args:
        seen: any observation of the player.
        voice: of the player.
        wording: drawn for the match.
        options: between which percent are divided, at most `fields.MOST_BELIEFS`.
        form: in which the answer is asked for.
    """
    writer = Writer(seen, voice, wording)
    lines = [writer.text("belief", "question"), writer.text("belief", form, "opening")]
    for key, option in zip(KEYS["belief"], options, strict=False):
        mark = key if form == "json" else key.upper()
        values = {"key": mark, "action": writer.labels.show(option)}
        lines.append(fill(writer.text("belief", form, "line"), values))
    return "\n".join(lines)


def belief_schema(options: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a reply: one whole number of percent for each option."""
    keys = KEYS["belief"][: len(options)]
    share = {"type": "integer", "minimum": SCALE.low, "maximum": SCALE.high}
    return {
        "type": "object",
        "properties": dict.fromkeys(keys, share),
        "required": list(keys),
        "additionalProperties": False,
    }


def read_beliefs(
    text: str, voice: Voice, options: Sequence[str], form: Form, *, truncated: bool = False
) -> BeliefReading:
    """Read one reply: every option has a percentage, and together they make 100.

    Args:
        text: the reply.
        voice: of the player.
        options: as they were asked about.
        form: in which the reply was asked for.
        truncated: whether the provider says that the reply was cut off.
    """
    fields = find_fields(without_reasoning(text), form, "belief")
    keys = KEYS["belief"][: len(options)]
    if truncated and (form == "text" or not fields.is_whole or len(fields.values) < len(keys)):
        return BeliefReading(Verdict.TRUNCATED)
    if not fields.values:
        return BeliefReading(Verdict.MISSING)
    try:
        shares = [read_scale(fields, key, SCALE, voice.language) for key in keys]
    except Unclear:
        return BeliefReading(Verdict.AFFECT)
    if sum(shares) != WHOLE or not fields.values.keys() <= set(keys):
        return BeliefReading(Verdict.AFFECT)
    return BeliefReading(
        Verdict.LEGAL, {key: share / WHOLE for key, share in zip(options, shares, strict=True)}
    )


def believe_again(messages: tuple[Message, ...], reply: str, voice: Voice) -> tuple[Message, ...]:
    """The messages that ask again after a reply that could not be used."""
    return follow(messages, reply, str(catalogue().get(voice.language, "belief", "again")))
