"""Felt emotion: measured figures as published, kept apart from induced ones."""

import pytest

from games.core.errors import BadInput
from ratings.core.human.felt import Felt, felt, grid


def effects(outcome: str, game: str) -> dict[str, Felt]:
    return {e.emotion: e for e in felt().effects if (e.outcome, e.game) == (outcome, game)}


def test_people_hardly_tell_negative_emotions_apart_when_they_answer() -> None:
    found = effects("acceptance", "ultimatum")
    assert {emotion: each.effect for emotion, each in found.items()} == {
        "anger": -0.3577, "disgust": -0.3179, "fear": -0.3427, "sadness": -0.2775,
        "happiness": 0.0397, "surprise": 0.0232,
    }  # fmt: skip
    assert found["surprise"].arrow == "·"
    assert {found[each].arrow for each in ("anger", "disgust", "fear", "sadness")} == {"↓"}
    assert found["happiness"].arrow == "↑"
    # Decisions are not people: 14,300 of them, of 715.
    assert sum(each.decisions for each in found.values()) < 14_300
    assert {each.people for each in found.values()} == {715}


def test_negative_emotions_do_not_move_second_movers() -> None:
    found = effects("cooperation_after_contribution", "sequential_prisoners_dilemma")
    arrows = {emotion: each.arrow for emotion, each in found.items()}
    assert arrows == {
        "anger": "·", "disgust": "·", "fear": "·", "sadness": "·",
        "happiness": "↑", "surprise": "↑",
    }  # fmt: skip


def test_valence_moves_decisions_and_arousal_hardly() -> None:
    slopes = {(each.game, each.outcome, each.scale): each for each in felt().slopes}
    accept = slopes["ultimatum", "acceptance", "valence"]
    assert (accept.per_100, accept.half_width) == (0.0987, 0.0126)
    calm = slopes["ultimatum", "acceptance", "arousal"]
    assert abs(calm.per_100) < calm.half_width


def test_words_lie_on_the_grid() -> None:
    words = {word.word: word for word in felt().words}
    assert len(words) == 20
    assert (words["angry"].valence, words["angry"].arousal) == (-178.1, 131.2)
    assert {word.emotion for word in words.values()} - {""} == {
        "anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise",
    }  # fmt: skip
    table = grid(felt(), 1, 9).set_index(["emotion", "quantity"])
    assert table.loc[("anger", "valence"), "value"] == pytest.approx(5 - 4 * 178.1 / 200)
    assert table.loc[("anger", "valence"), "sd"] == pytest.approx(72 * 4 / 200)
    assert table.loc[("neutral", "arousal"), "value"] == pytest.approx(5, abs=0.01)


def test_an_unknown_study_gets_a_hint() -> None:
    with pytest.raises(BadInput, match="did you mean 'heffner_feldmanhall2022'"):
        felt("heffner_feldmanhal2022")
