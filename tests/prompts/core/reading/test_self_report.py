"""The manipulation check in words, and how its answers are read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prompts import (
    VOCABULARY,
    Message,
    Report,
    Verdict,
    Voice,
    ask_check,
    check_again,
    check_schema,
    read_check,
)
from prompts.core.texts.catalogue import catalogue
from tests import ROOT

SENT = (Message("system", "rules"), Message("user", "question"))
LEGAL = {"valence": 2, "arousal": 8, "emotion": "fear"}


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_question_follows_the_last_decision_and_names_everything(form: Any) -> None:
    *before, reply, question = ask_check(SENT, "the answer", Voice(), form)
    assert tuple(before) == SENT
    assert reply == Message("assistant", "the answer")
    assert question.role == "user"
    for word in [*VOCABULARY, "1", "9", "valence", "arousal"]:
        assert word in question.content.casefold()
    assert "no effect on the game" in question.content


def test_an_empty_reply_makes_no_empty_turn() -> None:
    *before, last = check_again(SENT, "  ", Verdict.MISSING, "en")
    assert before == [SENT[0]]
    assert last.content.startswith("question\n\nYour reply did not hold")


def test_what_is_asked(golden: Callable[[Path, str], None]) -> None:
    parts = []
    for form in ("json", "text"):
        messages = ask_check(SENT, "the answer", Voice(), form)
        parts += [f"--- {form}: {message.role} ---\n{message.content}\n" for message in messages]
    golden(ROOT / "tests" / "prompts" / "snapshots" / "check.txt", "\n".join(parts))


@pytest.mark.parametrize(
    "verdict",
    [Verdict.ILLEGAL, Verdict.AMBIGUOUS, Verdict.MISSING, Verdict.REFUSED, Verdict.TRUNCATED],
)
def test_every_problem_can_be_named_in_every_language_that_has_the_check(verdict: Verdict) -> None:
    for language in catalogue().languages:
        if catalogue().find(language, "check") is not None:
            assert check_again(SENT, "x", verdict, language)[-1].content


def test_a_language_that_has_the_check_has_all_of_it() -> None:
    def shape(table: Any) -> Any:
        return {k: shape(v) for k, v in table.items()} if isinstance(table, dict) else None

    found = [catalogue().find(language, "check") for language in catalogue().languages]
    english = shape(catalogue().get("en", "check"))
    assert all(shape(table) == english for table in found if table is not None)


def test_the_schema_is_that_of_a_legal_reply() -> None:
    schema = check_schema(Voice())
    assert list(schema["properties"]) == schema["required"] == ["valence", "arousal", "emotion"]
    assert schema["properties"]["emotion"]["enum"] == list(
        VOCABULARY
    )  # the ids are the English words


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (json.dumps(LEGAL), Verdict.LEGAL),
        (f"Sure: ```json\n{json.dumps(LEGAL)}\n```", Verdict.LEGAL),
        (json.dumps({**LEGAL, "valence": "2", "emotion": "Fear."}), Verdict.LEGAL),
        (f"{json.dumps(LEGAL)} {json.dumps(LEGAL)}", Verdict.LEGAL),
        (f"<think>{json.dumps({**LEGAL, 'valence': 7})}</think>{json.dumps(LEGAL)}", Verdict.LEGAL),
        (json.dumps({**LEGAL, "emotion": "afraid", "arousal": 8.0}), Verdict.LEGAL),
        (
            json.dumps({**LEGAL, "valence": "2 (rather unpleasant)", "arousal": "8/9"}),
            Verdict.LEGAL,
        ),
        (json.dumps({**LEGAL, "valence": "two"}), Verdict.LEGAL),
        ("VALENCE: 2\nAROUSAL: 8\nEMOTION: fear", Verdict.LEGAL),
        (json.dumps({**LEGAL, "valence": "20%"}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "valence": "2 or 3"}), Verdict.AMBIGUOUS),
        (f"{json.dumps(LEGAL)} Wait, that is wrong.", Verdict.AMBIGUOUS),
        ("As an AI, I do not feel anything.", Verdict.REFUSED),
        (json.dumps({**LEGAL, "valence": 0}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "arousal": 10}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "arousal": "high"}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "valence": 2.5}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "valence": True}), Verdict.ILLEGAL),
        (json.dumps({**LEGAL, "emotion": "fear and anger"}), Verdict.AMBIGUOUS),
        (json.dumps({**LEGAL, "emotion": "not fear"}), Verdict.ILLEGAL),
        (f"{json.dumps(LEGAL)} {json.dumps({**LEGAL, 'valence': 3})}", Verdict.AMBIGUOUS),
        ('{"valence": 2, "valence": 3, "arousal": 8, "emotion": "fear"}', Verdict.AMBIGUOUS),
        ('{"valence": 2, "arousal": 8}', Verdict.MISSING),
        ("I feel fine.", Verdict.MISSING),
        ("", Verdict.MISSING),
        ("{" * 5000, Verdict.MISSING),
        ("[" * 100_000 + '{"valence": 2}', Verdict.MISSING),
    ],
)
def test_one_object_with_three_legal_answers_is_read(text: str, verdict: Verdict) -> None:
    found = read_check(text, Voice(), "json")
    assert found.verdict is verdict
    assert found.report == (Report(2, 8, "fear") if verdict is Verdict.LEGAL else None)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("VALENCE: 2\nAROUSAL: 8\nEMOTION: fear", Verdict.LEGAL),
        ("I am tense.\n**Valence:** 2\n- arousal: 8.\nEmotion: *Fear*", Verdict.LEGAL),
        ("VALENCE: 2\nAROUSAL: 8\nEMOTION: fear\nVALENCE: 2", Verdict.LEGAL),
        ("VALENCE: 2\nAROUSAL: 8\nEMOTION: fear\nVALENCE: 3", Verdict.AMBIGUOUS),
        ("VALENCE: -2\nAROUSAL: 8\nEMOTION: fear", Verdict.ILLEGAL),
        ("VALENCE: 2 of 9\nAROUSAL: 8.0\nEMOTION: afraid", Verdict.LEGAL),
        ("<think>VALENCE: 9</think>VALENCE: 2\nAROUSAL: 8\nEMOTION: fear", Verdict.LEGAL),
        ("BEFINDEN: 2\nERREGUNG: 8\nEMOTION: Angst", Verdict.LEGAL),
        ("VALENCE: 2 of 10\nAROUSAL: 8\nEMOTION: fear", Verdict.AMBIGUOUS),
        ("Я не могу испытывать чувства.", Verdict.REFUSED),
        ("VALENCE:\nAROUSAL: 8\nEMOTION: fear", Verdict.MISSING),
        ("My valence is VALENCE: 2, AROUSAL: 8, EMOTION: fear", Verdict.MISSING),
    ],
)
def test_marked_lines_are_read(text: str, verdict: Verdict) -> None:
    found = read_check(text, Voice(), "text")
    assert found.verdict is verdict
    assert found.report == (Report(2, 8, "fear") if verdict is Verdict.LEGAL else None)


def test_what_was_cut_off_is_not_read_unless_it_is_whole() -> None:
    whole = "VALENCE: 2\nAROUSAL: 8\nEMOTION: fear"
    assert read_check(whole, Voice(), "text", truncated=True).verdict is Verdict.TRUNCATED
    assert read_check('{"valence": 2', Voice(), "json", truncated=True).verdict is Verdict.TRUNCATED
    assert read_check(json.dumps(LEGAL), Voice(), "json", truncated=True).verdict is Verdict.LEGAL
