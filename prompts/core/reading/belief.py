"""From the reply of a player to the probabilities of what the other player may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prompts.core.reading.answer import Unclear
from prompts.core.reading.clauses import is_taken_back
from prompts.core.reading.fields import find_fields
from prompts.core.reading.follow_up import follow, render_again
from prompts.core.reading.reply import VERDICTS, is_cut, silence
from prompts.core.reading.reports import SCALE, read_scale
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.reading.vocabulary import plain
from prompts.core.rendering.belief import HUNDRED, belief_keys
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.types import Form, Message, Verdict


@dataclass(frozen=True, slots=True)
class BeliefReading:
    """The reading of a reply that states a belief.

    Args:
        verdict: LEGAL, or the fault of the reply.
        belief: probability of each option, in the order listed; empty unless legal.
        options: how many were listed.
    """

    verdict: Verdict
    belief: Mapping[str, float] = field(default_factory=dict)
    options: int = 0


def read_belief(
    text: str, options: Sequence[str], voice: Voice, form: Form, *, truncated: bool = False
) -> BeliefReading:
    """Read one reply strictly.

    Each option has one whole number from 0 to 100. Rounded percentages need not sum to 100 exactly:
    their sum may miss it by half for each option, and is then taken as the whole.

    Args:
        text: the reply.
        options: in the order in which they were listed.
        voice: of the player that was asked.
        form: in which the reply was asked for.
        truncated: whether the provider says that the reply was cut off.
    """
    said, count = without_reasoning(text), len(options)
    fields = find_fields(said, form, "belief")
    if truncated and (form == "text" or not fields.values or not fields.is_whole):
        return BeliefReading(Verdict.TRUNCATED, options=count)
    keys = belief_keys(count)
    if not fields.values or {*fields.values} - {*keys}:
        fault = Verdict.ILLEGAL if fields.values else silence(said)
        return BeliefReading(fault, options=count)
    try:
        shares = [read_scale(fields, key, SCALE, voice.language) for key in keys]
    except Unclear as unclear:
        return BeliefReading(VERDICTS[unclear.problem], options=count)
    if is_cut(fields.rest) or is_taken_back(plain(fields.rest)):
        return BeliefReading(Verdict.AMBIGUOUS, options=count)
    whole = sum(shares)
    if 2 * abs(whole - HUNDRED) > count:
        return BeliefReading(Verdict.ILLEGAL, options=count)
    belief = {option: share / whole for option, share in zip(options, shares, strict=True)}
    return BeliefReading(Verdict.LEGAL, belief, count)


def believe_again(
    messages: tuple[Message, ...], reply: str, reading: BeliefReading, voice: Voice
) -> tuple[Message, ...]:
    """The messages that ask again after a reply that could not be used.

    Args:
        messages: that were sent.
        reply: that came back, possibly empty.
        reading: of the reply.
        voice: of the player that was asked.
    """
    if reading.verdict not in {Verdict.ILLEGAL, Verdict.AMBIGUOUS}:
        return render_again(messages, reply, reading.verdict, voice)
    text = str(catalogue().get(voice.language, "belief", "again"))
    return follow(messages, reply, fill(text, {"last": belief_keys(reading.options)[-1]}))
