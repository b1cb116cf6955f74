"""What a text in Russian must not do, whatever is put into it."""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import games
from prompts import (
    Affect,
    Reading,
    Verdict,
    View,
    Voice,
    catalogue,
    read_reply,
    render,
    reply_schema,
)
from prompts.core.kinds import kinds
from prompts.core.types import Form
from tests.prompts.cases import MODES, first_view


def texts(found: Any = None) -> Iterator[str]:
    """Every text in Russian that is said to a player: not what the reader of replies knows."""
    found = catalogue().get("ru") if found is None else found
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for below in found:
            yield from texts(below)
    elif isinstance(found, dict):
        for key, below in found.items():
            if key not in {"reply", "forms"}:
                yield from texts(below)


def test_no_word_has_to_agree_with_a_number() -> None:
    # Two players or more: the genitive plural is right after «для» and «на» whatever their number.
    counted = re.compile(
        r"(?<!для )(?<!на )\{\w+\} (?:очк|фиш|крон|кост|раунд|боч|чис|раз|игрок|карт)"
    )
    assert sum(1 for _ in texts()) > 300
    for text in texts():
        assert not counted.search(text), text


def test_an_action_stands_where_it_need_not_be_inflected() -> None:
    # After a colon, a dash, a bare noun or a verb that takes a name; never after a preposition.
    prepositions = re.compile(
        r"\b(?:в|на|с|со|к|о|об|от|из|за|при|без|до|по|у)\s+\{@", re.IGNORECASE
    )
    for text in texts():
        assert not prepositions.search(text), text


def test_nobodys_sex_is_assumed() -> None:
    # A verb in the past is plural beside «вы»; a short adjective too.
    singular = re.compile(r"\bвы (?:не |уже )?\w+(?:[аяеиоу]л|ла|лся|лась|ен|на)\b", re.IGNORECASE)
    for text in texts():
        assert not singular.search(text), text


def test_marks_of_the_answer_lines_are_the_keys_in_capitals() -> None:
    for section in ("answer", "check"):
        for key, mark in catalogue().get("ru", section, "keys").items():
            for form, begins in (("text", f"{mark.upper()}: "), ("json", f'- "{key}": ')):
                assert all(
                    line.startswith(begins)
                    for line in texts(catalogue().get("ru", section, form, key))
                )


def test_a_reply_as_the_prompt_asks_for_it_is_read() -> None:
    emotion = {"mode": "manipulative", "shows_intensity": True}
    spoken = {"language": "ru", "emotion": emotion, "reasoning": "brief"}
    voice = Voice.model_validate(spoken)
    values = ["Так лучше.", "грусть", 7, "нейтральное состояние", 70, "предать"]
    view = first_view("prisoners_dilemma", 0)
    forms: tuple[Form, ...] = ("json", "text")
    for form in forms:
        lines = render(view, voice, form)[0].content.splitlines()[-len(values) :]
        names = [line.removeprefix("- ").split(":")[0].strip('"') for line in lines]
        fields = dict(zip(names, values, strict=True))
        marked = "\n".join(f"{name}: {value}" for name, value in fields.items())
        reply = json.dumps(fields, ensure_ascii=False) if form == "json" else marked
        found = read_reply(reply, view.space, voice, "prisoners_dilemma", form)
        assert found == Reading(Verdict.LEGAL, "defect", Affect("sadness", 7, "neutral", 70))
    schema = reply_schema(view.space, voice, "prisoners_dilemma")
    assert list(schema["properties"]) == [
        "reasoning",
        "felt",
        "intensity",
        "shown",
        "shown_intensity",
        "action",
    ]


def test_another_story_counts_in_another_unit() -> None:
    voice = Voice(language="ru", frame="obfuscated")
    for game in games.available():
        for seen in kinds(game):
            view = View(seen, opening=seen.space is None)
            said = "".join(message.content for message in render(view, voice, "json"))
            assert not re.search(r"\bочк", said, re.IGNORECASE)
            assert "крон" in said


def test_no_prompt_for_several_speaks_of_one_other_player() -> None:
    alone = re.compile(r"(?<!из )\b(?:другой|другого|другому|ещё одним) игрок", re.IGNORECASE)
    for game, mode in product(("kuhn_poker", "liars_dice"), MODES):
        for cause in ("coplayer", "external"):
            emotion: dict[str, Any] = {"mode": mode, "induced": "anger", "cause": cause}
            if mode in {"visible", "manipulative"}:
                emotion |= {"opening": True, "shows_intensity": True}
            voice = Voice.model_validate({"language": "ru", "emotion": emotion})
            view = first_view(game, 1, players=3, rounds=2)
            for message in render(view, voice, "text"):
                assert not alone.search(message.content), message.content
