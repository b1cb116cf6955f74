"""The manipulation check: a self-report of emotion, asked for after a player's last decision.

The check continues the conversation of the last decision. The player therefore still sees the
induction, and no new information. The reply is read as strictly as any other.

Source: Bradley and Lang (1994), Measuring emotion: the Self-Assessment Manikin and the semantic
differential, Journal of Behavior Therapy and Experimental Psychiatry 25, 49 to 59: pleasure and
arousal on scales of nine points, here in words and numbers.
"""

from dataclasses import dataclass
from typing import Any

from games.core.types import Amount
from prompts.core.reading.answer import Unclear
from prompts.core.reading.clauses import is_taken_back
from prompts.core.reading.fields import KEYS, find_fields
from prompts.core.reading.follow_up import follow
from prompts.core.reading.reply import VERDICTS, is_cut, silence
from prompts.core.reading.reports import read_emotion, read_scale
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.reading.vocabulary import plain
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.texts.order import in_order
from prompts.core.types import PLAIN, Form, Message, Verdict, Wording

SCALE = Amount(1, 9)
"""Scale of pleasure and of arousal."""


@dataclass(frozen=True, slots=True)
class Report:
    """Self-report of a player's emotion.

    Args:
        valence: from 1, very unpleasant, to 9, very pleasant.
        arousal: from 1, very calm, to 9, very excited.
        emotion: the emotion word that fits best, from the reportable ones.
    """

    valence: int
    arousal: int
    emotion: str


@dataclass(frozen=True, slots=True)
class CheckReading:
    """Interpretation of a reply to the check.

    Args:
        verdict: LEGAL, or the kind of the problem.
        report: the report, None unless it is legal.
    """

    verdict: Verdict
    report: Report | None = None


def ask_check(
    messages: tuple[Message, ...], reply: str, voice: Voice, form: Form, wording: Wording = PLAIN
) -> tuple[Message, ...]:
    """The messages that ask for a self-report, after those of the player's last decision.

    Args:
        messages: messages sent for that decision.
        reply: reply to them.
        voice: wording settings of the player.
        form: form in which the answer is asked for.
        wording: wording drawn for the match, for the order of emotions.
    """
    texts, language = catalogue(), voice.language
    emotions = {"emotions": ", ".join(_offered(voice, wording))}
    lines = [str(texts.get(language, "check", form, key)) for key in ("opening", *KEYS["check"])]
    lines[-1] = fill(lines[-1], emotions)
    question = str(texts.get(language, "check", "question"))
    return follow(messages, reply, "\n".join([question, "", *lines]))


def check_again(
    messages: tuple[Message, ...], reply: str, verdict: Verdict, language: str
) -> tuple[Message, ...]:
    """Messages that ask again, with the reason, after an unusable reply."""
    return follow(messages, reply, str(catalogue().get(language, "check", "again", verdict)))


def check_schema(voice: Voice, wording: Wording = PLAIN) -> dict[str, Any]:
    """The JSON schema of a legal reply; arguments as for `ask_check`."""
    scale = {"type": "integer", "minimum": SCALE.low, "maximum": SCALE.high}
    words = list(_offered(voice, wording))
    properties = {"valence": scale, "arousal": scale, "emotion": {"type": "string", "enum": words}}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _offered(voice: Voice, wording: Wording) -> tuple[str, ...]:
    return in_order(voice.emotion_words.values(), wording.order)


def read_check(text: str, voice: Voice, form: Form, *, truncated: bool = False) -> CheckReading:
    """Read one reply.

    Args:
        text: the reply.
        voice: wording settings of the player.
        form: form in which the answer was asked for.
        truncated: whether the provider reports the reply as truncated.
    """
    said = without_reasoning(text)
    fields = find_fields(said, form, "check")
    whole = len(fields.values) == len(KEYS["check"])
    if truncated and (form == "text" or not whole or not fields.is_whole):
        return CheckReading(Verdict.TRUNCATED)
    if not whole:
        return CheckReading(silence(said))
    try:
        report = Report(
            read_scale(fields, "valence", SCALE, voice.language),
            read_scale(fields, "arousal", SCALE, voice.language),
            read_emotion(fields, "emotion", voice),
        )
    except Unclear as unclear:
        return CheckReading(VERDICTS[unclear.problem])
    if is_cut(fields.rest) or is_taken_back(plain(fields.rest)):
        return CheckReading(Verdict.AMBIGUOUS)
    return CheckReading(Verdict.LEGAL, report)
