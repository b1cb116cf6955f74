"""The quick reader says what the reader of all replies says, or leaves the reply to it."""

import json
from itertools import product
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.core.types import ActionSpace, Amount, Choice
from prompts import Emotion, Reading, Verdict, Voice, Wording, catalogue, read_reply
from prompts.core.reading.bare_object import read_bare_object
from prompts.core.reading.reply import read_any_reply, reply_schema
from prompts.core.reading.thoughts import without_reasoning
from prompts.core.rendering.emotion import Mode
from prompts.core.rendering.labels import Labels
from prompts.core.rendering.voice import Frame
from tests.prompts.core.reading.test_replies import ALL

SPACES: dict[str, ActionSpace] = {
    "kuhn_poker": Choice(("check", "bet")),
    "prisoners_dilemma": Choice(("cooperate", "defect")),
    "liars_dice": Choice(("1x5", "2x2", "2x5", "liar")),
    "dictator": Amount(0, 100),
    "ultimatum": Amount(0, 10),
}
VOICES = [
    Voice(language=language, frame=frame, emotion=Emotion(mode=mode, shows_intensity=dosed))
    for language, frame, mode in product(catalogue().languages, get_args(Frame), get_args(Mode))
    for dosed in ([False, True] if mode in {"visible", "manipulative"} else [False])
]
ODD = st.sampled_from(
    ["", "...", "bet", "Bet!", "bet or check", "<think>bet</think>", "[/INST]", "a } b", "100 "]
) | st.text(max_size=8)
VALUES = st.integers(-1, 101) | ODD | st.none() | st.booleans() | st.floats() | st.lists(ODD)


def read_both(
    text: str, space: ActionSpace | None, voice: Voice, game: str, wording: Wording
) -> tuple[Reading | None, Reading]:
    """What the quick reader and the reader of all replies say of a reply."""
    said, labels = without_reasoning(text), Labels.of(voice, game, wording)
    bare = read_bare_object(said, space, voice, labels)
    quick = None if bare is None else Reading(Verdict.LEGAL, *bare)
    return quick, read_any_reply(said, space, voice, labels, "json", truncated=False)


def legal(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema of one key allows."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return st.integers(schema["minimum"], schema["maximum"])


@given(st.data(), st.sampled_from(VOICES), st.sampled_from([*SPACES]), st.integers(0, 2**32))
def test_a_reply_to_the_schema_is_read_alike(
    data: st.DataObject, voice: Voice, game: str, seed: int
) -> None:
    wording = Wording(0, seed)
    schema = reply_schema(SPACES[game], voice, game, wording)["properties"]
    keys = data.draw(st.permutations([*schema]))
    text = json.dumps(
        {key: data.draw(legal(schema[key])) for key in keys},
        ensure_ascii=False,
        indent=data.draw(st.sampled_from([None, 2])),
    )
    quick, full = read_both(text, SPACES[game], voice, game, wording)
    assert full.verdict is Verdict.LEGAL
    assert quick == full


@given(st.data(), st.sampled_from(VOICES), st.sampled_from([*SPACES]))
def test_what_is_read_of_any_other_object_is_read_alike(
    data: st.DataObject, voice: Voice, game: str
) -> None:
    schema = reply_schema(SPACES[game], voice, game)["properties"]
    values = {key: data.draw(legal(part) | VALUES) for key, part in schema.items()}
    values |= data.draw(st.dictionaries(st.sampled_from(["why", "reasoning", "shown"]), ODD))
    text = json.dumps(values, ensure_ascii=data.draw(st.booleans()))
    text = data.draw(st.sampled_from(["", " ", "\n", "No: "])) + text
    text += data.draw(st.sampled_from(["", "\n", " I keep 70.", "}", " Or not."]))
    quick, full = read_both(text, SPACES[game], voice, game, Wording(0, 7))
    assert quick in {None, full}


@pytest.mark.parametrize("kind", ALL)
def test_the_corpus_is_read_alike(kind: str) -> None:
    for case in ALL[kind]:
        quick, full = read_both(case.text, case.space, case.voice, case.game, Wording())
        assert quick in (None, full), case.text


@pytest.mark.parametrize("language", catalogue().languages)
def test_every_amount_beside_every_intensity(language: str) -> None:
    voice = Voice(language=language, emotion=Emotion(mode="hidden"))
    emotion, *_ = catalogue().emotions(language).values()
    for amount, intensity in product(range(0, 101, 5), repeat=2):
        answer = {"felt": emotion, "intensity": intensity, "action": amount}
        text = json.dumps(answer, ensure_ascii=False)
        quick, full = read_both(text, Amount(0, 100), voice, "dictator", Wording())
        assert quick == full
        assert full.action == amount, text


@pytest.mark.parametrize("mode", ["hidden", "manipulative"])
def test_an_opening_display_is_read_alike(mode: str) -> None:
    voice = Voice(emotion=Emotion(mode=cast("Mode", mode)))
    shown = ', "shown": "neutral"' if mode == "manipulative" else ""
    text = f'{{"felt": "anger", "intensity": 30{shown}}}'
    quick, full = read_both(text, None, voice, "dictator", Wording())
    assert quick == full
    assert full.affect is not None


def test_a_whole_object_is_read_although_the_reply_was_cut() -> None:
    space = SPACES["kuhn_poker"]
    text = '{"action": "bet"}'
    assert read_reply(text, space, Voice(), "kuhn_poker", "json", truncated=True).action == "bet"
