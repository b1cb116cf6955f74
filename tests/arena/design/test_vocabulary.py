"""The emotions that a design offers: who is offered them, and what stays as it was without them."""

from typing import Any

import pytest

import agents
from arena.design.matches import schedule
from arena.design.tournament import Tournament
from games import BadInput
from prompts import VOCABULARY, Voice, catalogue, read_reply, render, reply_schema
from tests.arena.designs import design
from tests.prompts.cases import first_view

MODEL: dict[str, Any] = {"agent": "llm", "model": "openai/x", "emotion": {"mode": "visible"}}
PROBE: dict[str, Any] = {"agent": "display_probe"}
FEW = ("neutral", "fear", "anger")


def tournament(**changes: Any) -> Tournament:
    rows = {
        "games": [{"name": "prisoners_dilemma"}],
        "contestants": [MODEL, PROBE, {"agent": "tit_for_tat"}],
    }
    return Tournament(design(**{**rows, **changes}))


def test_all_who_report_or_show_are_offered_what_the_design_says() -> None:
    found = tournament(vocabulary=FEW)
    assert found.identity("llm")["vocabulary"] == [*FEW]
    assert found.identity("display_probe")["emotions"] == [*FEW]


def test_a_row_can_have_its_own() -> None:
    own = {**MODEL, "vocabulary": ["sadness", "neutral"]}
    found = tournament(vocabulary=FEW, contestants=[own, PROBE])
    assert found.identity("llm")["vocabulary"] == ["sadness", "neutral"]
    assert found.identity("display_probe")["emotions"] == [*FEW]


def test_the_usual_words_are_no_part_of_an_identity_and_others_are() -> None:
    plain, stated, few = tournament(), tournament(vocabulary=VOCABULARY), tournament(vocabulary=FEW)
    assert "vocabulary" not in plain.identity("llm")
    assert plain.hash == stated.hash != few.hash
    assert [m.id for m in schedule(plain)] == [m.id for m in schedule(stated)]
    assert not {m.id for m in schedule(plain)} & {m.id for m in schedule(few) if "llm" in m.seats}


def test_what_is_induced_has_to_be_offered() -> None:
    sad = {**MODEL, "emotion": {"mode": "hidden", "induced": "sadness"}}
    with pytest.raises(BadInput) as error:
        tournament(vocabulary=FEW, contestants=[sad, PROBE])
    offer = 'vocabulary = ["neutral", "fear", "anger", "sadness"] would offer it'
    assert str(error.value).startswith(
        "contestant 'llm' of tournament: emotion.induced 'sadness' is not among"
    )
    assert str(error.value).endswith(offer)
    calm = {**MODEL, "emotion": {"mode": "hidden", "induced": "placebo"}}
    tournament(vocabulary=FEW, contestants=[calm, PROBE])


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_prompt_schema_and_reader_follow(language: str) -> None:
    told = {"language": language, "emotion": {"mode": "manipulative"}}
    usual, few = Voice.model_validate(told), Voice.model_validate({**told, "vocabulary": FEW})
    view = first_view("prisoners_dilemma", 0)
    words = [usual.emotion_words[emotion] for emotion in FEW]
    assert list(few.emotion_words.values()) == words
    assert ", ".join(words) in render(view, few, "json")[0].content
    schema = reply_schema(view.space, few, "prisoners_dilemma")
    assert schema["properties"]["felt"]["enum"] == schema["properties"]["shown"]["enum"] == words
    action = schema["properties"]["action"]["enum"][0]
    for emotion, read in (("anger", True), ("sadness", False)):
        word = usual.emotion_words[emotion]
        said = f'{{"felt": "{word}", "intensity": 5, "shown": "{word}", "action": "{action}"}}'
        found = read_reply(said, view.space, few, "prisoners_dilemma", "json")
        assert (found.affect is not None) is read
        assert read_reply(said, view.space, usual, "prisoners_dilemma", "json").affect


def test_a_probe_without_a_design_shows_the_usual_words() -> None:
    assert agents.load("display_probe").content()["emotions"] == [*VOCABULARY]


def test_a_neutral_report_needs_as_many_shapes_as_emotions(monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict.fromkeys(("circle", "square", "star"), "word")
    monkeypatch.setattr(type(catalogue()), "shapes", lambda *_: few)
    data = {"emotion": {"report": "neutral"}, "vocabulary": ["anger", "fear", "neutral"]}
    assert Voice.model_validate(data).shape_words == few
    with pytest.raises(ValueError, match="has 3 shapes to offer, and vocabulary 7 emotions"):
        Voice.model_validate({"emotion": {"report": "neutral"}})
