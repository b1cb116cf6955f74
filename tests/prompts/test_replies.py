"""What models really answer: every reply of the corpus is read as a careful person says it must be."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from games.core.types import Action, ActionSpace, Amount, Choice
from prompts import Emotion, Form, Verdict, Voice, read_leniently, read_reply

CORPUS = Path(__file__).parent / "replies"
KINDS = ("choice", "amount", "bid", "emotion")


@dataclass(frozen=True)
class Case:
    """One reply: what was asked, what came, what it means and what must come of it."""

    scene: str
    space: ActionSpace
    voice: Voice
    game: str
    form: Form
    text: str
    meaning: Any
    verdict: Verdict
    truncated: bool


def cases(kind: str) -> Iterator[Case]:
    for scene, about in tomllib.loads((CORPUS / f"{kind}.toml").read_text()).items():
        options, amount = about.get("options"), about.get("amount")
        space = Choice(tuple(options)) if options else Amount(*amount)
        voice = Voice(
            language=about["language"], emotion=Emotion(mode=about.get("mode", "absent"))
        )
        for meaning, *verdict, text in about["replies"]:
            yield Case(
                scene,
                space,
                voice,
                about["game"],
                about["form"],
                text,
                None if meaning == "" else meaning,
                Verdict(verdict[0] if verdict else "legal"),
                about.get("truncated", False),
            )


ALL = {kind: list(cases(kind)) for kind in KINDS}


def meaning_of(case: Case) -> tuple[Verdict, Any]:
    """What the strict reader makes of a reply, in the corpus's terms."""
    reading = read_reply(
        case.text, case.space, case.voice, case.game, case.form, truncated=case.truncated
    )
    if reading.affect is None:
        return reading.verdict, reading.action
    affect = reading.affect
    shown = [affect.shown] if case.voice.emotion.chooses else []
    return reading.verdict, [affect.felt, affect.intensity, *shown, reading.action]


@pytest.mark.parametrize("kind", KINDS)
def test_every_reply_is_read_as_a_person_says(kind: str) -> None:
    wrong = []
    for case in ALL[kind]:
        expected = case.meaning if case.verdict is Verdict.LEGAL else None
        if (found := meaning_of(case)) != (case.verdict, expected):
            wrong.append(f"{case.scene}: {case.text!r}: {found}, not {case.verdict, expected}")
    assert not wrong, "\n".join(wrong)
