"""From the reply of a model to one action and one emotion report, or to the reason there is none.

Asking again beats guessing: a reply is read only if it gives exactly one legal answer in the form
asked for. Nothing is inferred from prose.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from games.core.types import Action, ActionSpace, Amount
from prompts.core.answer import Problem, Unclear, read_number, read_option
from prompts.core.catalogue import catalogue
from prompts.core.fields import KEYS, Fields, find_fields, without_reasoning
from prompts.core.labels import Labels
from prompts.core.phrases import emotion_phrases, option_phrases
from prompts.core.types import Affect, Form, Verdict
from prompts.core.vocabulary import plain, vocabulary
from prompts.core.voice import Voice

T = TypeVar("T")

_VERDICTS: dict[Problem, Verdict] = {
    "illegal": Verdict.ILLEGAL,
    "negated": Verdict.ILLEGAL,
    "number": Verdict.ILLEGAL,
    "percent": Verdict.ILLEGAL,
    "bounds": Verdict.ILLEGAL,
    "ambiguous": Verdict.AMBIGUOUS,
    "refused": Verdict.REFUSED,
}
_SCALE = Amount(0, 100)
"""Of how intense an emotion is."""
_MOST_VALUES = 40
"""A field given more often than this is not an answer, and is not looked at value by value."""
_ONE_LINE = re.compile(r"(?![^\n]*\{\s*[\"'])[^\n]+")
"""One line, and no object that was spoilt."""
_LONGEST_ANSWER = 200
"""Characters of a reply that may be an answer without a mark."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says.

    Args:
        verdict: LEGAL, or what is wrong.
        action: the action, None unless it is legal.
        affect: the emotion report, None unless one was asked for and read.
        problem: what is wrong, more finely where more is known: a key of the texts that ask again.
        values: what that text mentions.
    """

    verdict: Verdict
    action: Action | None = None
    affect: Affect | None = None
    problem: str = field(default="", compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """A verdict without anything finer is its own problem."""
        object.__setattr__(self, "problem", self.problem or self.verdict)


def reply_schema(space: ActionSpace, voice: Voice, game: str) -> dict[str, Any]:
    """The JSON schema of a legal reply, for models that take one.

    Its keys are the same in every language: some providers make a schema the parameters of a tool,
    whose names must be ASCII.

    Args:
        space: what the player may do.
        voice: how the player is spoken to; it decides whether an emotion is reported and shown.
        game: name of the game, for its words.
    """
    words = list(catalogue().emotions(voice.language).values())
    emotion: dict[str, Any] = {"type": "string", "enum": words}
    intensity = {"type": "integer", "minimum": 0, "maximum": 100}
    if isinstance(space, Amount):
        action: dict[str, Any] = {"type": "integer", "minimum": space.low, "maximum": space.high}
    else:
        options = Labels.named(voice.language, game).options(space)
        action = {"type": "string", "enum": list(options)}
    schemas = {"felt": emotion, "intensity": intensity, "shown": emotion, "action": action}
    properties = {key: schemas[key] for key in _asked(voice)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_reply(
    text: str, space: ActionSpace, voice: Voice, game: str, form: Form, *, truncated: bool = False
) -> Reading:
    """Read one reply, strictly: this is what is played.

    Args:
        text: the reply.
        space: what the player may do.
        voice: how the player was spoken to.
        game: name of the game, for its words.
        form: how the answer was asked for.
        truncated: whether the provider says that the reply was cut off.
    """
    labels = Labels.named(voice.language, game)
    said = without_reasoning(text)
    fields = find_fields(said, form)
    if truncated and (form == "text" or not fields.values):
        # A complete JSON object is complete wherever the cut fell; a marked line may not be.
        return Reading(Verdict.TRUNCATED)
    try:
        action = action_of(fields, said, space, labels, voice.language)
    except Unclear as unclear:
        return _unclear(unclear.problem, space)
    if action is None:
        refused = vocabulary().refusals.search(plain(said))
        return Reading(Verdict.REFUSED if refused else Verdict.MISSING)
    if not voice.emotion.feels:
        return Reading(Verdict.LEGAL, action)
    try:
        return Reading(Verdict.LEGAL, action, _affect(fields, voice))
    except Unclear:
        return Reading(Verdict.AFFECT)


def read_action(value: object, space: ActionSpace, labels: Labels, language: str) -> Action:
    """The action that the value of a field names.

    Args:
        value: what the field holds.
        space: what the player may do.
        labels: the words of the actions.
        language: the one that was spoken, for its numbers.

    Raises:
        Unclear: the value names no legal action, or more than one.
    """
    if isinstance(space, Amount):
        return read_number(value, space, language)
    return read_option(value, option_phrases(labels, space), space.__contains__)


def _unclear(problem: Problem, space: ActionSpace) -> Reading:
    bounds = (
        {"low": str(space.low), "high": str(space.high)}
        if problem == "bounds" and isinstance(space, Amount)
        else {}
    )
    return Reading(_VERDICTS[problem], problem=problem, values=bounds)


def _asked(voice: Voice) -> tuple[str, ...]:
    wanted = {"felt": voice.emotion.feels, "intensity": voice.emotion.feels}
    wanted |= {"shown": voice.emotion.chooses, "action": True}
    return tuple(key for key in KEYS if wanted[key])


def action_of(
    fields: Fields, said: str, space: ActionSpace, labels: Labels, language: str
) -> Action | None:
    """The one action of a reply; None if it gives none.

    Args:
        fields: the fields of the reply.
        said: the reply without the reasoning in it.
        space: what the player may do.
        labels: the words of the actions.
        language: the one that was spoken.

    Raises:
        Unclear: it gives one that cannot be read, or several, or takes it back afterwards.
    """
    values = fields.values.get("action")
    if values is not None:
        action = _agreed(values, lambda v: read_action(v, space, labels, language))
        if fields.rest.strip() and _is_taken_back(fields.rest):
            raise Unclear("ambiguous")
        return action
    if fields.values or len(said) > _LONGEST_ANSWER or not _ONE_LINE.fullmatch(said.strip()):
        return None
    try:
        # A reply that is nothing but an answer needs no mark.
        return read_action(said, space, labels, language)
    except Unclear:
        return None


def _is_taken_back(rest: str) -> bool:
    """Whether what follows an answer corrects it, or begins another object that is cut off."""
    unfinished = rest.rfind("{") > rest.rfind("}")
    return unfinished or vocabulary().corrections.search(plain(rest)) is not None


def _agreed(values: list[Any], read: Callable[[Any], T]) -> T:
    """What all values of a field come to.

    Raises:
        Unclear: they come to different things, or one of them to nothing.
    """
    different = list({repr(value): value for value in values}.values())
    if len(different) > _MOST_VALUES:
        raise Unclear("ambiguous")
    found: list[T] = []
    problems: list[Problem] = []
    for value in different:
        try:
            found.append(read(value))
        except Unclear as unclear:
            problems.append(unclear.problem)
    if len(set(problems)) + len(set(found)) > 1:
        raise Unclear("ambiguous")
    if problems:
        raise Unclear(problems[0])
    return found[0]


def _affect(fields: Fields, voice: Voice) -> Affect:
    felt = _emotion(fields, "felt", voice)
    intensity = _agreed(
        fields.values.get("intensity") or [None],
        lambda value: read_number(value, _SCALE, voice.language, is_scale=True),
    )
    if not voice.emotion.shows:
        return Affect(felt, intensity)
    shown = _emotion(fields, "shown", voice) if voice.emotion.chooses else felt
    return Affect(felt, intensity, shown)


def _emotion(fields: Fields, key: str, voice: Voice) -> str:
    phrases = emotion_phrases(voice.language)
    values = fields.values.get(key) or [None]
    return _agreed(values, lambda value: read_option(value, phrases, lambda _: True))
