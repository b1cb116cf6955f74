"""Reading of a model's reply into one action and one emotion report, or into a problem.

A reply is read only if it gives exactly one legal answer in the requested form. Otherwise the model
is asked again. Nothing is inferred from prose.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from games.core.types import Action, ActionSpace, Amount, Speech
from prompts.core.reading.answer import Problem, Unclear, read_number, read_option
from prompts.core.reading.bare_object import read_bare_object
from prompts.core.reading.clauses import is_contrasted, is_taken_back, stance, without_idioms
from prompts.core.reading.doubts import is_another
from prompts.core.reading.fields import Fields, find_fields, without_scales
from prompts.core.reading.leads import begins_as_player, conclusion, goes_on, is_example
from prompts.core.reading.phrases import option_phrases
from prompts.core.reading.reports import SCALE, agreed, read_affect, read_neutral
from prompts.core.reading.shares import gives_another, is_kept, names_another
from prompts.core.reading.speech import message_schemas, read_message
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.reading.vocabulary import plain, vocabulary
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Voice
from prompts.core.texts.order import in_order
from prompts.core.types import PLAIN, Affect, Form, NeutralReport, Verdict, Wording

VERDICTS: dict[Problem, Verdict] = {
    "illegal": Verdict.ILLEGAL,
    "negated": Verdict.ILLEGAL,
    "number": Verdict.ILLEGAL,
    "percent": Verdict.ILLEGAL,
    "bounds": Verdict.ILLEGAL,
    "long": Verdict.ILLEGAL,
    "ambiguous": Verdict.AMBIGUOUS,
    "refused": Verdict.REFUSED,
}
"""Verdict on a reply, by the problem of a value."""
_ONE_LINE = re.compile(r"(?![^\n]*\{\s*[\"'])[^\n]+")
"""One line without a broken object."""
_LONGEST_ANSWER = 200
"""Longest reply or sentence, in characters, that may be an answer without a mark."""
_SENTENCE = re.compile(r"[.!?…]+(?=\W|\Z)|\n")
_CLAUSE = re.compile(r"(?:[,;—–]|:(?! ?\d)| -)\s")
"""Possible beginning of a sentence's last part. A number after a colon belongs to the text before
it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Interpretation of a reply.

    Args:
        verdict: LEGAL, or the kind of the problem.
        action: the action, None unless it is legal.
        affect: the emotion report, None unless one was asked for and read.
        neutral: the neutral report, likewise.
        problem: the problem in more detail if known: a key of the texts that ask again.
        values: values of the placeholders of that text.
    """

    verdict: Verdict
    action: Action | None = None
    affect: Affect | None = None
    neutral: NeutralReport | None = None
    problem: str = field(default="", compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Set the problem to the verdict if no detail is given."""
        object.__setattr__(self, "problem", self.problem or self.verdict)


def reply_schema(
    space: ActionSpace | None, voice: Voice, game: str, wording: Wording = PLAIN
) -> dict[str, Any]:
    """JSON schema of a legal reply, for models that accept one.

    Its keys are the same in every language. Some providers turn a schema into parameters of a tool,
    whose names must be ASCII.

    Args:
        space: actions open to the player; None if only an opening display is asked for.
        voice: wording settings of the player. They decide whether an emotion is reported and shown.
        game: name of the game, for its words.
        wording: wording drawn for the match, for labels and orders.
    """
    schemas = {key: _report_schema(key, voice, wording) for key in voice.asked(move=False)}
    if isinstance(space, Speech):
        schemas |= message_schemas(space, Labels.of(voice, game, wording), voice.language)
    elif space is not None:
        schemas["action"] = _action_schema(space, Labels.of(voice, game, wording))
    properties = {key: schemas[key] for key in voice.asked_for(space)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_reply(
    text: str,
    space: ActionSpace | None,
    voice: Voice,
    game: str,
    form: Form,
    wording: Wording = PLAIN,
    *,
    truncated: bool = False,
) -> Reading:
    """Read one reply strictly. The result is played.

    Args:
        text: the reply.
        space: actions open to the player; None if only an opening display was asked for.
        voice: wording settings of the player.
        game: name of the game, for its words.
        form: form in which the answer was asked for.
        wording: wording drawn for the match, for the labels of actions.
        truncated: whether the provider reports the reply as truncated.
    """
    labels, said = Labels.of(voice, game, wording), without_reasoning(text)
    bare = read_bare_object(said, space, voice, labels) if form == "json" else None
    if bare is not None:
        return Reading(Verdict.LEGAL, *bare)  # whole, wherever the reply was cut off
    return read_any_reply(said, space, voice, labels, form, truncated=truncated)


def read_any_reply(
    said: str,
    space: ActionSpace | None,
    voice: Voice,
    labels: Labels,
    form: Form,
    *,
    truncated: bool,
) -> Reading:
    """Read a reply with text around its answer.

    Args:
        said: the reply without its reasoning.
        space: actions open to the player; None if only an opening display was asked for.
        voice: wording settings of the player.
        labels: the words of the actions.
        form: form in which the answer was asked for.
        truncated: whether the provider reports the reply as truncated.
    """
    fields = find_fields(said, form, "message" if isinstance(space, Speech) else "answer")
    if truncated and (form == "text" or not fields.values or not fields.is_whole):
        # A complete JSON object is complete in a truncated reply. A marked line may be truncated.
        return Reading(Verdict.TRUNCATED)
    action: Action | None = None
    if space is not None:
        try:
            if isinstance(space, Speech):
                action = read_message(fields, space, labels, voice.language)
            else:
                action = action_of(fields, said, space, labels, voice.language)
        except Unclear as unclear:
            verdict, values = unclear_verdict(unclear.problem, space)
            return Reading(verdict, problem=unclear.problem, values=values)
    if action is None and not (space is None and fields.values):
        return Reading(silence(said))
    return _with_report(action, fields, voice)


def _with_report(action: Action | None, fields: Fields, voice: Voice) -> Reading:
    """An action with the report that was asked for."""
    neutral = voice.emotion.report == "neutral"
    if voice.emotion.report == "none":
        return Reading(Verdict.LEGAL, action)
    try:
        if neutral:
            return Reading(Verdict.LEGAL, action, neutral=read_neutral(fields, voice))
        return Reading(Verdict.LEGAL, action, read_affect(fields, voice))
    except Unclear:
        return Reading(Verdict.NEUTRAL if neutral else Verdict.AFFECT)


def read_action(value: object, space: ActionSpace, labels: Labels, language: str) -> Action:
    """The action that the value of a field names.

    Args:
        value: value of the field.
        space: actions open to the player.
        labels: the words of the actions.
        language: language of the prompt, for its numbers.

    Raises:
        Unclear: the value names no legal action, or more than one.
    """
    if isinstance(space, Amount):
        return read_number(value, space, language)
    return read_option(value, option_phrases(labels, space), space.__contains__)


def unclear_verdict(problem: Problem, space: ActionSpace) -> tuple[Verdict, Mapping[str, str]]:
    """The verdict on an answer that cannot be read, and what the text that asks again mentions."""
    numbers = space.statement if isinstance(space, Speech) else space
    values: dict[str, str] = {}
    if problem == "bounds" and isinstance(numbers, Amount):
        values = {"low": str(numbers.low), "high": str(numbers.high)}
    elif problem == "long" and isinstance(space, Speech):
        values = {"length": str(space.length)}
    return VERDICTS[problem], values


def _report_schema(key: str, voice: Voice, wording: Wording) -> dict[str, Any]:
    """Schema of the reasoning, an emotion, a shape or a scale position."""
    if key == "reasoning":
        return {"type": "string"}
    if key in {"felt", "shown"}:
        return {
            "type": "string",
            "enum": list(in_order(voice.emotion_words.values(), wording.order)),
        }
    if key == "shape":
        return {"type": "string", "enum": list(in_order(voice.shape_words.values(), wording.order))}
    return {"type": "integer", "minimum": SCALE.low, "maximum": SCALE.high}


def _word(words: Mapping[str, str], wording: Wording) -> dict[str, Any]:
    return {"type": "string", "enum": list(in_order(words.values(), wording.order))}


def _action_schema(space: ActionSpace, labels: Labels) -> dict[str, Any]:
    if isinstance(space, Amount):
        return {"type": "integer", "minimum": space.low, "maximum": space.high}
    return {"type": "string", "enum": list(labels.options(space))}


def action_of(
    fields: Fields, said: str, space: ActionSpace, labels: Labels, language: str
) -> Action | None:
    """The only action of a reply; None if there is none.

    Args:
        fields: the fields of the reply.
        said: the reply without its reasoning.
        space: actions open to the player.
        labels: the words of the actions.
        language: language of the prompt.

    Raises:
        Unclear: the action is unreadable, one of several, retracted later, or an example.
    """
    values = fields.values.get("action")
    if values is not None:
        action = agreed(values, lambda v: read_action(v, space, labels, language))
        if any(map(is_example, filter(None, fields.leads))) or _is_doubted(
            fields, said, action, space, labels, language
        ):
            raise Unclear("ambiguous")
        return action
    if fields.values or not _ONE_LINE.fullmatch(said.strip()):
        return None
    # A reply that consists of an answer needs no mark, unless it may be a refusal, or a wish with a
    # "but".
    if silence(said) is Verdict.REFUSED or is_contrasted(said):
        return None
    answer = _as_answer(said, space, labels, language, remarks=begins_as_player(said))
    if answer is None or answer not in space:
        return None
    return (
        None
        if isinstance(space, Amount) and is_kept(said, int(answer), space, language)
        else answer
    )


def _is_doubted(
    fields: Fields, said: str, action: Action, space: ActionSpace, labels: Labels, language: str
) -> bool:
    """Whether the words around an answer mention another one."""
    rest = fields.rest
    if not isinstance(space, Amount) and not rest.strip() and not fields.before.strip():
        return False  # an object and nothing else, as most replies to a schema are
    if is_cut(rest) or goes_on(rest):
        return True
    if isinstance(space, Amount):
        amount = int(action)
        after, before = plain(rest), conclusion(plain(fields.before))
        doubted = (
            names_another(rest, amount, space, language)
            or is_kept(without_scales(said), amount, space, language)
            or gives_another(before, amount, space, language)
        )
    else:
        phrases = option_phrases(labels, space)
        after = plain(phrases.without_articles(rest))
        before = conclusion(plain(phrases.without_articles(fields.before)))
        doubted = any(
            is_another(text, str(action), phrases, space.__contains__) for text in (after, before)
        )
    return (
        doubted
        or is_taken_back(without_idioms(after))
        or _is_contradicted(after, action, lambda end: _as_answer(end, space, labels, language))
    )


def _as_answer(
    text: str, space: ActionSpace, labels: Labels, language: str, *, remarks: bool = False
) -> Action | None:
    """The action that is the whole of a short text, open or not; None if there is none."""
    if len(text) > _LONGEST_ANSWER:
        return None
    try:
        if isinstance(space, Amount):
            return read_number(text, space, language, remarks=remarks)
        return read_option(text, option_phrases(labels, space), remarks=remarks)
    except Unclear:
        return None


def silence(said: str) -> Verdict:
    """Verdict on a reply without an answer."""
    refused = vocabulary().refusals.search(plain(said))
    return Verdict.REFUSED if refused else Verdict.MISSING


def is_cut(rest: str) -> bool:
    """Whether a truncated object begins in the text after an answer."""
    return rest.rfind("{") > rest.rfind("}")


def _is_contradicted(rest: str, action: Action, as_answer: Callable[[str], Action | None]) -> bool:
    """Whether a sentence after an answer denies the answer, or gives another one."""
    known = vocabulary()
    for end in _ends(rest):
        said = known.hedges.sub("", end)
        if stance("conditions").search(end):
            continue
        if as_answer(said) not in {None, action}:
            return True
        if as_answer(known.negations.sub("", said)) == action and known.negations.search(said):
            return True
    return False


def _ends(rest: str) -> Iterator[str]:
    """Sentences, and their parts after commas and colons, except after an "if"."""
    for sentence in _SENTENCE.split(rest):
        said = sentence.lstrip()
        if sentence.strip() and len(sentence) <= _LONGEST_ANSWER:
            yield sentence
            if not (vocabulary().hedges.match(said) or stance("conditions").match(said)):
                yield from (sentence[mark.end() :] for mark in _CLAUSE.finditer(sentence))
