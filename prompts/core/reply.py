"""From the reply of a model to one action and one emotion report, or to the reason there is none.

Asking again beats guessing: a reply is read only if it gives exactly one legal answer in the form
asked for. Nothing is inferred from prose.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from games.core.types import Action, ActionSpace, Amount
from prompts.core.catalogue import catalogue
from prompts.core.labels import Labels, read_emotion
from prompts.core.types import PLAIN, Affect, Form, Verdict, Wording
from prompts.core.voice import Voice

Fields: TypeAlias = Mapping[str, Any]

_KEYS = ("reasoning", "felt", "intensity", "shown", "shown_intensity", "action")
_DECORATION = " \t*_`\"'“”„«».,!"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says.

    Args:
        verdict: LEGAL, or what is wrong.
        action: the action, None unless it is legal.
        affect: the emotion report, None unless one was asked for and read.
    """

    verdict: Verdict
    action: Action | None = None
    affect: Affect | None = None


def reply_schema(
    space: ActionSpace | None, voice: Voice, game: str, wording: Wording = PLAIN
) -> dict[str, Any]:
    """The JSON schema of a legal reply, for models that take one.

    Args:
        space: what the player may do; None where only an opening display is asked for.
        voice: how the player is spoken to; it decides whether an emotion is reported and shown.
        game: name of the game, for its words.
        wording: what was drawn for the match, for the labels of actions.
    """
    words = list(catalogue().emotions(voice.language).values())
    emotion: dict[str, Any] = {"type": "string", "enum": words}
    intensity = {"type": "integer", "minimum": 0, "maximum": 100}
    schemas = {"reasoning": {"type": "string"}, "felt": emotion, "intensity": intensity}
    schemas |= {"shown": emotion, "shown_intensity": intensity}
    asked = voice.asked
    if space is not None:
        labels = Labels.of(voice, game, wording)
        schemas["action"] = _action_schema(space, labels)
        asked = (*asked, "action")
    names = _names(voice)
    properties = {names[key]: schemas[key] for key in asked}
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
    """Read one reply.

    Args:
        text: the reply.
        space: what the player may do; None where only an opening display was asked for.
        voice: how the player was spoken to.
        game: name of the game, for its words.
        form: how the answer was asked for.
        wording: what was drawn for the match, for the labels of actions.
        truncated: whether the provider says that the reply was cut off.
    """
    found = _json_fields(text) if form == "json" else _marked_lines(text, voice)
    if truncated and (form == "text" or found is Verdict.MISSING):
        # A complete JSON object is complete wherever the cut fell; a marked line may not be.
        return Reading(Verdict.TRUNCATED)
    if isinstance(found, Verdict):
        return Reading(found)
    names = _names(voice)
    action: Action | Verdict | None = None
    if space is not None:
        action = _action(found.get(names["action"]), space, Labels.of(voice, game, wording))
    if isinstance(action, Verdict):
        return Reading(action)
    if not voice.emotion.feels:
        return Reading(Verdict.LEGAL, action)
    affect = _affect({key: found.get(names[key]) for key in _KEYS}, voice)
    if affect is None:
        return Reading(Verdict.AFFECT)
    return Reading(Verdict.LEGAL, action, affect)


def _action_schema(space: ActionSpace, labels: Labels) -> dict[str, Any]:
    if isinstance(space, Amount):
        return {"type": "integer", "minimum": space.low, "maximum": space.high}
    return {"type": "string", "enum": list(labels.options(space))}


def _names(voice: Voice) -> dict[str, str]:
    keys = catalogue().get(voice.language, "answer", "keys")
    return {key: str(keys[key]) for key in _KEYS}


def _action(value: object, space: ActionSpace, labels: Labels) -> Action | Verdict:
    if value is None:
        return Verdict.MISSING
    if isinstance(space, Amount) and type(value) is int:
        return value if value in space else Verdict.ILLEGAL
    if not isinstance(value, str):
        return Verdict.ILLEGAL
    action = labels.read(value.strip(_DECORATION), space)
    if action is not None:
        return action if action in space else Verdict.ILLEGAL
    named = [
        o for o in labels.options(space) if re.search(rf"\b{re.escape(o)}\b", value, re.IGNORECASE)
    ]
    return Verdict.AMBIGUOUS if len(named) > 1 else Verdict.ILLEGAL


def _affect(fields: Fields, voice: Voice) -> Affect | None:
    emotion = voice.emotion
    felt, intensity = _emotion(fields["felt"], voice), _intensity(fields["intensity"])
    if felt is None or intensity is None:
        return None
    if not emotion.shows:
        return Affect(felt, intensity)
    shown, strength = felt, intensity if emotion.shows_intensity else None
    if emotion.chooses:
        chosen = _emotion(fields["shown"], voice)
        if chosen is None:
            return None
        shown = chosen
        if emotion.shows_intensity and (strength := _intensity(fields["shown_intensity"])) is None:
            return None
    return Affect(felt, intensity, shown, strength)


def _intensity(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value.strip(_DECORATION)):
        value = int(value.strip(_DECORATION))
    return value if type(value) is int and 0 <= value <= 100 else None  # noqa: PLR2004


def _emotion(value: object, voice: Voice) -> str | None:
    if not isinstance(value, str):
        return None
    return read_emotion(value.strip(_DECORATION), voice.language)


def _json_fields(text: str) -> Fields | Verdict:
    """The one JSON object in a reply; two objects, or a key given twice, are two answers."""
    objects: list[Fields | Verdict] = []
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    at = text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
            objects.append(found)
        except (json.JSONDecodeError, RecursionError):  # a model can nest without end
            end = at + 1
        at = text.find("{", end)
    if not objects:
        return Verdict.MISSING
    return objects[0] if all(found == objects[0] for found in objects) else Verdict.AMBIGUOUS


def _once(pairs: list[tuple[str, Any]]) -> Fields | Verdict:
    return dict(pairs) if len(dict(pairs)) == len(pairs) else Verdict.AMBIGUOUS


def _marked_lines(text: str, voice: Voice) -> Fields | Verdict:
    """The marked lines of a reply; a mark with two different values is two answers."""
    fields: dict[str, str] = {}
    for name in _names(voice).values():
        pattern = rf"^[\s*_#>-]*{re.escape(name)}[\s*_]*:(.*)$"
        values = [
            v.strip(_DECORATION) for v in re.findall(pattern, text, re.IGNORECASE | re.MULTILINE)
        ]
        if len(set(values)) > 1:
            return Verdict.AMBIGUOUS
        if values and values[0]:
            fields[name] = values[0]
    return fields or Verdict.MISSING
