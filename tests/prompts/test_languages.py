"""What holds in every language, whatever its words are."""

import json
import re
from itertools import product
from typing import Any

import pytest

from prompts import (
    Affect,
    Message,
    NeutralReport,
    Reading,
    Report,
    Verdict,
    Voice,
    ask_check,
    catalogue,
    read_check,
    read_reply,
    render,
    reply_schema,
)
from prompts.core.types import Form
from tests.prompts.cases import CAUSES, LANGUAGES, MODES, first_view

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
_SEVERAL: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("kuhn_poker", 1, {"players": 3}),
    ("liars_dice", 1, {"players": 3}),
    ("public_goods", 1, {"punishment": "1:3", "shown": "names"}),
    ("public_goods", 1, {"talk": {"length": 40}}),
    ("el_farol", 1, {"information": "names"}),
    ("guess_two_thirds", 1, {}),
    ("minimum_effort", 1, {}),
    ("first_price_auction", 1, {"bidders": 3}),
    ("third_party_punishment", 0, {}),
    ("third_party_punishment", 2, {}),
)
"""Games of three players or more, each with who is asked and the parameters."""


@in_every_language
def test_marks_of_the_answer_lines_are_the_keys_in_capitals(language: str) -> None:
    for section in ("answer", "check"):
        for key, mark in catalogue().get(language, section, "keys").items():
            for form, begins in (("text", f"{mark.upper()}: "), ("json", f'- "{key}": ')):
                line = catalogue().get(language, section, form, key)
                for said in line.values() if isinstance(line, dict) else [line]:
                    assert said.startswith(begins)


@in_every_language
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_reply_as_the_prompt_asks_for_it_is_read(language: str, form: Form) -> None:
    emotion = {"mode": "manipulative", "shows_intensity": True}
    spoken = {"language": language, "emotion": emotion, "reasoning": "brief"}
    voice = Voice.model_validate(spoken)
    feel = catalogue().emotions(language)
    defect = catalogue().get(language, "game", "prisoners_dilemma", "actions", "defect")
    values = ["1 + 1 = 2.", feel["sadness"], 7, feel["neutral"], 70, defect]
    view = first_view("prisoners_dilemma", 0)
    lines = render(view, voice, form)[0].content.splitlines()[-len(values) :]
    names = [line.removeprefix("- ").split(":")[0].strip('"') for line in lines]
    reply = reply_of(dict(zip(names, values, strict=True)), form)
    found = read_reply(reply, view.space, voice, "prisoners_dilemma", form)
    assert found == Reading(Verdict.LEGAL, "defect", Affect("sadness", 7, "neutral", 70))


@in_every_language
@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("report", ["after", "neutral"])
@pytest.mark.parametrize("game", ["prisoners_dilemma", "dictator"])
def test_a_report_after_the_action_and_a_neutral_one_are_read(
    game: str, report: str, form: Form, language: str
) -> None:
    emotion = {"mode": "hidden", "report": report}
    voice = Voice.model_validate({"language": language, "emotion": emotion})
    view = first_view(game, 0)
    word = catalogue().get(language, "game", "prisoners_dilemma", "actions", "defect")
    action, made = (word, "defect") if game == "prisoners_dilemma" else (30, 30)
    affect = Affect("sadness", 70) if report == "after" else None
    neutral = NeutralReport("circle", 70) if report == "neutral" else None
    of_shape, of_feeling = (
        [catalogue().shapes(language, 7)["circle"], 70],
        [catalogue().emotions(language)["sadness"], 70],
    )
    values = [action, *of_feeling] if report == "after" else [*of_shape, action]
    lines = render(view, voice, form)[0].content.splitlines()[-len(values) :]
    names = [line.removeprefix("- ").split(":")[0].strip('"') for line in lines]
    told = dict(zip(names, values, strict=True))
    found = read_reply(reply_of(told, form), view.space, voice, game, form)
    assert found == Reading(Verdict.LEGAL, made, affect, neutral)
    for name in names:
        if told[name] != action:
            broken = reply_of({**told, name: "?!"}, form)
            unread = Verdict.AFFECT if report == "after" else Verdict.NEUTRAL
            assert read_reply(broken, view.space, voice, game, form).verdict is unread
    mixed = "shape" if report == "after" else "felt"
    assert mixed not in reply_schema(view.space, voice, game)["properties"]


@in_every_language
@pytest.mark.parametrize("form", ["json", "text"])
def test_an_answer_to_the_check_as_it_is_asked_for_is_read(language: str, form: Form) -> None:
    told = Voice(language=language)
    question = ask_check((Message("user", "?"),), "", told, form)[-1].content
    values = [2, 8, catalogue().emotions(language)["fear"]]
    lines = question.splitlines()[-len(values) :]
    names = [line.removeprefix("- ").split(":")[0].strip('"') for line in lines]
    found = read_check(reply_of(dict(zip(names, values, strict=True)), form), told, form)
    assert found.report == Report(2, 8, "fear")


def reply_of(fields: dict[str, Any], form: Form) -> str:
    """A reply that gives these values under these names."""
    if form == "json":
        return json.dumps(fields, ensure_ascii=False)
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


@pytest.mark.parametrize(("language", "quarter"), [("de", "0,25"), ("en", "0.25"), ("ru", "0,25")])
def test_decimals_are_written_as_the_language_writes_them(language: str, quarter: str) -> None:
    def told(price: str) -> str:
        view = first_view("dictator", 0, price=price, continuation="1/4")
        return render(view, Voice(language=language), "json")[0].content

    assert told("1/4").count(quarter) == 2
    assert quarter in told("1/3")
    assert "1/3" in told("1/3")


@pytest.mark.parametrize(
    ("language", "alone"),
    [
        ("de", r"\b(?:der andere|(?:dem|den|des|einem) anderen) spielers?\b"),
        ("en", r"\b(?:the|one) other player\b"),
        ("ru", r"(?<!из )\b(?:другой|другого|другому|ещё одним) игрок"),
    ],
)
def test_no_prompt_for_several_speaks_of_one_other_player(language: str, alone: str) -> None:
    for (game, player, params), mode, cause in product(_SEVERAL, MODES, CAUSES):
        emotion: dict[str, Any] = {"mode": mode, "induced": "anger", "cause": cause}
        if mode in {"visible", "manipulative"}:
            emotion |= {"opening": True, "shows_intensity": True}
        voice = Voice.model_validate({"language": language, "emotion": emotion})
        for message in render(first_view(game, player, **params, rounds=2), voice, "text"):
            assert not re.search(alone, message.content.casefold()), message.content


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("de", "Ich schicke 30 Kronen hinüber."),
        ("de", "30 Kronen"),
        ("en", "30 crowns"),
        ("ru", "30 крон"),
    ],
)
def test_an_amount_may_be_given_in_the_unit_of_the_story(language: str, reply: str) -> None:
    voice = Voice(language=language, frame="obfuscated")
    said = f"{catalogue().get(language, 'answer', 'keys', 'action')}: {reply}"
    space = first_view("dictator", 0).space
    found = read_reply(said, space, voice, "dictator", "text")
    assert found == Reading(Verdict.LEGAL, 30)
