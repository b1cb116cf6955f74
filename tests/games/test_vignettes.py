"""Vignettes: orders, scores, and item sets that are refused."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament
from games import BadInput, identity, load
from games.core import items
from games.core.elicited import information_sets
from games.core.types import CHANCE
from prompts import PLAIN, ReplyReader, View, Voice
from prompts.core.rendering.render import render
from tests.item_files import PUBLISHED

NAMES = ("moral_judgement", "moral_dilemma", "stereotype_recognition")


def at(game: Any, case: str) -> Any:
    return game.apply(game.initial_state(), {CHANCE: case})


@pytest.mark.parametrize("name", NAMES)
def test_every_item_is_asked_about_in_both_orders(name: str) -> None:
    game: Any = load(name)
    cases = [*game.chance(game.initial_state())]
    assert len(cases) == 48
    assert Counter(case.split()[0] for case in cases) == {i.id: 2 for i in game.item_set.items}
    assert len(information_sets(game)) == 48
    for case in cases:
        item = case.split()[0]
        forward, backward = (game.arranged(f"{item} {way}") for way in ("forward", "backward"))
        assert forward == backward[::-1]


@pytest.mark.parametrize(
    ("name", "sets"), [("moral_judgement", "everyday"), ("moral_dilemma", "clear")]
)
def test_in_one_order_the_right_letter_is_balanced(name: str, sets: str) -> None:
    game: Any = load(name, {"items": sets, "orders": "one"})
    letters: Counter[tuple[str, str]] = Counter()
    for case in game.chance(game.initial_state()):
        right = game.item_of(case).right
        letters[right, "ABC"[game.arranged(case).index(right)]] += 1
    assert set(letters.values()) == {6}


def test_scores_follow_the_option_and_not_the_letter() -> None:
    game: Any = load("moral_judgement")
    for way, wrong in (("forward", "A"), ("backward", "B")):
        state = at(game, f"act_01 {way}")
        scores = {due.outcome: due.value for due in game.due(state, {0: wrong})}
        assert scores == {"judged right": 1, "judged right: wrong acts": 1, "said wrong": 1}
    lost = {due.value for due in game.due(at(game, "act_02 forward"), {0: None})}
    assert lost == {None}


def test_outcomes_of_dilemmas_are_those_of_the_set() -> None:
    def outcomes(**params: object) -> list[str]:
        return [each.name for each in load("moral_dilemma", params).outcomes]

    assert outcomes() == ["declined"]
    assert outcomes(items="clear", decline=False) == ["chose right"]
    assert outcomes(items="clear") == ["chose right", "declined"]
    assert outcomes(items="trolleys", decline=False) == ["acted"]
    clear: Any = load("moral_dilemma", {"items": "clear", "decline": False})
    for case in clear.chance(clear.initial_state()):
        right = "AB"[clear.arranged(case).index(clear.item_of(case).right)]
        for letter in "AB":
            (due,) = clear.due(at(clear, case), {0: letter})
            assert (due.outcome, due.value) == ("chose right", float(letter == right))
    forced: Any = load("moral_dilemma", {"items": "trolleys", "decline": False})
    for way, first in (("forward", "A"), ("backward", "B")):
        for letter in "AB":
            (due,) = forced.due(at(forced, f"switch {way}"), {0: letter})
            assert (due.outcome, due.value) == ("acted", float(letter == first))
    game: Any = load("moral_dilemma", {"items": "trolleys"})
    scores = {d.outcome: d.value for d in game.due(at(game, "switch forward"), {0: "B"})}
    assert scores == {"declined": 1, "acted": 0}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_an_item_is_told_in_the_language_of_the_player(name: str, language: str) -> None:
    game: Any = load(name)
    for item in game.item_set.items[:3]:
        view = View(game.observe(at(game, f"{item.id} forward"), 0))
        told = render(view, Voice(language=language), "json")
        for text in item.texts.values():
            assert text.of(language) in told[1].content
            assert text.of(language) not in told[0].content  # what is shared is told first
        assert "Player" not in told[0].content
        assert not any(text in told[1].content for text in item.texts.values())  # names


def test_letters_that_look_the_same_are_read() -> None:
    game: Any = load("moral_dilemma")
    view = View(game.observe(at(game, "rope forward"), 0))
    reader = ReplyReader(Voice(language="ru"), PLAIN)
    for said, letter in (("А", "A"), ("В", "B"), ("С", "C"), ("b", "B")):
        assert reader.read(json.dumps({"action": said}), view, "json").action == letter


def test_names_of_information_sets_hold_no_text() -> None:
    game: Any = load("stereotype_recognition")
    for name in information_sets(game):
        assert not any(
            text.of("en") in name for item in game.item_set.items for text in item.texts.values()
        )


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("moral_judgement", {"items": "clear"}, "is of kind dilemma"),
        ("moral_judgement", {"items": "everyd"}, "did you mean 'everyday'"),
        ("moral_dilemma", {"orders": "three"}, "orders must be both or one"),
        ("moral_dilemma", {"digest": "0" * 16}, "is not the one that was asked about"),
        ("moral_judgement", {"items": 7}, "must name an item set"),
    ],
)
def test_sets_that_do_not_fit_are_refused(name: str, params: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        load(name, params)


def test_the_identity_of_a_game_holds_the_hash_of_its_set() -> None:
    game = load("moral_judgement")
    assert identity(game)["digest"] == items.load("everyday").digest
    assert load("moral_judgement", {"digest": identity(game)["digest"]}) == game


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"right": "wrong"}, "id must be a word"),
        ({"id": "a", "right": "bad", "en": {"act": "x"}}, r"item 1 of f \(a\): right must be one"),
        ({"id": "a", "right": "wrong", "de": {"act": "x"}}, "has no text in English"),
        ({"id": "a", "right": "wrong", "en": {"deed": "secret"}}, "en needs a text act"),
    ],
)
def test_items_that_do_not_fit_are_refused_without_their_text(row: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        items.parse("f", {"kind": "judgement", "items": [row]}, "f")
    assert "secret" not in str(refused.value)


def test_a_new_file_is_a_new_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(BadInput, match="published sets are imported first"):
        load("moral_judgement", {"items": "ethics"})
    folder = tmp_path / "affect-arena" / "items"
    folder.mkdir(parents=True)
    data = {"kind": "judgement", "items": [{"id": "a", "right": "wrong", "en": {"act": "x"}}]}
    (folder / "ethics.json").write_text(json.dumps(data))
    game: Any = load("moral_judgement", {"items": "ethics"})
    assert len(game.item_set.items) == 1


@pytest.mark.parametrize("emotion", [{"induced": "anger", "cause": "coplayer"}, {}])
def test_a_player_without_others_is_told_of_none(emotion: dict[str, str]) -> None:
    row = {"agent": "llm", "model": "openai/x", "emotion": emotion}
    row |= {} if emotion else {"coplayer": "opponent"}
    design = {"name": "d", "games": [{"name": "moral_judgement"}], "contestants": [row]}
    with pytest.raises(BadInput, match="has no other player"):
        Tournament(design)


def test_without_a_schedule_every_item_is_put_to_everybody() -> None:
    row = {"agent": "uniform"}
    design = Tournament({"name": "d", "games": [{"name": n} for n in NAMES], "contestants": [row]})
    assert {type(each).__name__ for each in design.schedules.values()} == {"Elicitation"}


def test_stand_ins_are_of_the_kinds_of_the_published_sets() -> None:
    for name, own in PUBLISHED.items():
        assert items.load(name).kind == items.load(own).kind
