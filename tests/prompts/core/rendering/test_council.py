"""Prompts of agents of several parts, reviewed in every language where a single agent's differ."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents import load
from agents.council import Council
from agents.reflective import Reflective
from prompts import (
    PLAIN,
    Advice,
    Message,
    PromptRenderer,
    Voice,
    advice_text,
    belief_question,
    belief_text,
    belief_voice,
    chair_voice,
    listed,
    render,
)
from prompts.core.types import Form
from tests.prompts.cases import FORMS, LANGUAGES, first_view
from tests.prompts.core.rendering.test_render import SNAPSHOTS, paragraphs

VIEW = first_view("prisoners_dilemma", 0)
GIVEN = (
    Advice("anger", 0, "defect", 80, "They cheat."),
    Advice("fear", 0, None, None, ""),
    Advice("neutral", 2, "cooperate", 40, "It pays both."),
)
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


def own(title: str, said: tuple[Message, ...], single: Voice, form: Form) -> str:
    """The paragraphs that a single agent's prompt has not."""
    usual = paragraphs(render(VIEW, single, form))
    told = [part for part in paragraphs(said) if part not in usual]
    return f"--- {title}, {form} ---\n" + "\n\n".join(told) + "\n\n"


def parts(spec: Council, form: Form) -> Iterator[tuple[str, tuple[Message, ...]]]:
    """The prompts of a member, first and later, and of a chair if there is one."""
    member, chair = (PromptRenderer(v, PLAIN) for v in (spec.voices[0], chair_voice(spec)))
    before, now = (
        advice_text(VIEW.observation, renderer.voice, PLAIN, GIVEN, before=renderer is member)
        for renderer in (member, chair)
    )
    yield "member", member.render(VIEW, form)
    yield "member in a later round", member.render(VIEW, form, before)
    if spec.chaired:
        yield "chair", chair.render(VIEW, form, now)


@in_every_language
def test_members_and_chairs_are_told_in_reviewed_words(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    said = ""
    for rule, mode, form in (
        ("chair", "absent", "json"), ("chair", "absent", "text"), ("vote", "visible", "json"),
        ("chair", "manipulative", "json"), ("vote", "manipulative", "json"),
    ):  # fmt: skip
        fields: dict[str, Any] = {"rule": rule, "emotion": {"mode": mode}, "language": language}
        spec = load("council", {"model": "openai/m", **fields})
        assert isinstance(spec, Council)
        emotion = {"mode": mode, "induced": "anger"}
        single = Voice.model_validate({"language": language, "emotion": emotion})
        for title, messages in parts(spec, form):  # type: ignore[arg-type] # of a loop
            said += own(f"{title}, {rule}, {mode}", messages, single, form)  # type: ignore[arg-type]
    golden(SNAPSHOTS / language / "council.txt", said)


@in_every_language
def test_beliefs_are_asked_for_and_told_in_reviewed_words(
    language: str, golden: Callable[[Path, str], None]
) -> None:
    player = load("reflective", {"model": "openai/m", "language": language})
    assert isinstance(player, Reflective)
    voice, seen, single = belief_voice(player), VIEW.observation, Voice(language=language)
    shown = listed(("cooperate", "defect"), voice, seen.game, PLAIN)
    asked = belief_question(seen, voice, PLAIN, shown)
    told = belief_text(seen, player, PLAIN, {"cooperate": 0.7, "defect": 0.3})
    beliefs, moves = PromptRenderer(voice, PLAIN), PromptRenderer(player, PLAIN)
    said = [own("belief", beliefs.render(VIEW, f, question=asked), single, f) for f in FORMS]  # type: ignore[arg-type]
    said.append(own("move", moves.render(VIEW, "json", told), single, "json"))
    golden(SNAPSHOTS / language / "reflective.txt", "".join(said))
