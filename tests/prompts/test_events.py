"""Events that induce: several of each kind, alike in what is stated of them."""

import re

import pytest

from arena.testing.texts import event_flaws, events_of
from prompts import Voice, Wording
from prompts.core.rendering.writer import Writer
from tests.prompts.cases import INDUCED, LANGUAGES, first_view

TODAY = {"de": r"\bheute\b", "en": r"\btoday\b", "ru": r"\bсегодня\b"}
"""All events are equally recent."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_matched(language: str) -> None:
    assert [flaw for emotion in INDUCED for flaw in event_flaws(language, emotion)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_equally_recent(language: str) -> None:
    for event in events_of(language, INDUCED):
        assert len(re.findall(TODAY[language], event.casefold())) == 1, event


def test_events_are_met_in_turn() -> None:
    seen = first_view("kuhn_poker", 0).observation
    voice = Voice.model_validate({"emotion": {"induced": "fear", "cause": "external"}})
    said = [Writer(seen, voice, Wording(event=event)).induction() for event in range(7)]
    assert len(set(said[:3])) == 3
    assert said[:3] == said[3:6]
    assert said[6] == said[0]
