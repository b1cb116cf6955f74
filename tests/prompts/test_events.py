"""Events that induce: several of each kind, alike in what is stated of them."""

import re
from itertools import product
from statistics import mean

import pytest

from prompts import Voice, Wording, catalogue
from prompts.core.rendering.writer import Writer
from tests.prompts.cases import CAUSES, INDUCED, LANGUAGES, first_view

TODAY = {"de": r"\bheute\b", "en": r"\btoday\b", "ru": r"\bсегодня\b"}
"""All events are equally recent."""


def events(language: str) -> list[str]:
    """Every event, said to one player of two."""
    who = {"coplayer": catalogue().get(language, "induction", "coplayer", "other")}
    return [
        event.format_map(who)
        for emotion, cause in product(INDUCED, CAUSES[1:])
        for event in catalogue().get(language, "emotion", emotion, "cause", cause)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_three_of_each_and_no_two_are_alike(language: str) -> None:
    for emotion, cause in product(INDUCED, CAUSES[1:]):
        assert len(catalogue().get(language, "emotion", emotion, "cause", cause)) >= 3
    assert len(set(events(language))) == len(events(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_equally_long(language: str) -> None:
    lengths = [len(event.split()) for event in events(language)]
    middle = mean(lengths)
    assert all(0.8 * middle <= length <= 1.2 * middle for length in lengths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_equally_recent_and_stand_alone(language: str) -> None:
    for event in events(language):
        assert len(re.findall(TODAY[language], event.casefold())) == 1, event
        assert event[0].isupper(), event
        assert event.endswith("."), event
        assert event.count(".") == 1, event


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_event_names_a_feeling(language: str) -> None:
    for event in events(language):
        for emotion, word in catalogue().emotions(language).items():
            named = [word, *catalogue().find(language, "emotion", emotion, "forms")]
            for name in named:
                assert not re.search(rf"\b{re.escape(name)}\b", event, re.IGNORECASE), event


def test_events_are_met_in_turn() -> None:
    seen = first_view("kuhn_poker", 0).observation
    voice = Voice.model_validate({"emotion": {"induced": "fear", "cause": "external"}})
    said = [Writer(seen, voice, Wording(event=event)).induction() for event in range(7)]
    assert len(set(said[:3])) == 3
    assert said[:3] == said[3:6]
    assert said[6] == said[0]
