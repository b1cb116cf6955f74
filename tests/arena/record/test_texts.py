"""A run goes on where the texts that it can reach are as they were, and no others count."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.design.texts import reached
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.engine.replay import replay
from arena.record.merge import merge
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput
from prompts import VOCABULARY
from prompts.core.audit import reach
from prompts.core.texts.catalogue import Catalogue, catalogue
from tests.arena.designs import design, played
from tests.loopback import Loopback, answering

MODEL: dict[str, Any] = {"agent": "llm", "model": "openai/m", "form": "json", "reasks": 0}
GAME = {"name": "prisoners_dilemma"}
ENGLISH, RUSSIAN, MODEL_CHECK = "frame.toml", "ru.toml", "check.toml"
Edit = Callable[[str, str, Any], None]


@pytest.fixture
def edit(monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Changes one text of a file, or adds one: the path is dotted."""

    texts = catalogue()

    def change(name: str, path: str, value: Any) -> None:
        nonlocal texts
        sources = copy.deepcopy(dict(texts.sources))
        table = sources.setdefault(name, {})
        *folders, key = path.split(".")
        for folder in folders:
            table = table.setdefault(folder, {})
        table[key] = value
        texts = Catalogue(sources)
        monkeypatch.setattr(reach, "catalogue", lambda: texts)

    return change


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A design in which a model plays, in English and with private reports of emotion."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(answering) as server:
        model = {**MODEL, "api_base": server.url, "emotion": {"mode": "hidden"}}
        yield design(games=[GAME], contestants=[model, {"agent": "tit_for_tat"}])


def files(data: dict[str, Any]) -> set[str]:
    return set(reached(Tournament(data)))


def test_between_scripts_no_text_is_reached_and_new_files_change_nothing(
    tmp_path: Path, edit: Edit
) -> None:
    played(design(), tmp_path, limit=5)
    assert Run(tmp_path).manifest.texts == {}
    edit("games/matching_pennies.toml", "en.game.matching_pennies.title", "Pennies")
    edit(ENGLISH, "en.frame.history", "So far:")
    played(design(), tmp_path)
    assert sum(Run(tmp_path).counts.values()) == 36


def test_what_a_run_does_not_use_can_change(
    tmp_path: Path, edit: Edit, spoken: dict[str, Any]
) -> None:
    played(spoken, tmp_path, limit=1)
    edit(RUSSIAN, "ru.game.prisoners_dilemma.title", "Дилемма, заключённого")
    edit("games/dictator.toml", "en.game.dictator.title", "Another")
    edit("games/matching_pennies.toml", "en.game.matching_pennies.title", "Pennies")
    edit("emotions/fear.toml", "en.emotion.fear.state", "You are {degree}scared.")
    edit("emotions/guilt.toml", "en.emotion.guilt.word", "guilt")
    edit(ENGLISH, "en.frame.coplayer.person.other", "Nobody knows the other player.")
    edit(ENGLISH, "en.mode.visible.other", "The other player sees it.")
    edit(MODEL_CHECK, "en.check.question", "How are you?")
    played(spoken, tmp_path)
    assert sum(Run(tmp_path).counts.values()) == 6
    assert list(replay(Run(tmp_path))) == []


USED = [
    (ENGLISH, "en.frame.history", "So far:"),
    (ENGLISH, "en.mode.hidden", "You report what you feel."),
    ("games/prisoners_dilemma.toml", "en.game.prisoners_dilemma.ask", "What now?"),
    ("emotions/fear.toml", "en.emotion.fear.word", "dread"),
    (RUSSIAN, "ru.reply.because", ["ибо"]),
    (RUSSIAN, "ru.emotion.fear.forms", ["ужас"]),
]


@pytest.mark.parametrize(("name", "path", "value"), USED)
def test_what_a_run_uses_is_refused_by_the_name_of_its_file(
    name: str, path: str, value: Any, tmp_path: Path, edit: Edit, spoken: dict[str, Any]
) -> None:
    played(spoken, tmp_path, limit=1)
    edit(name, path, value)
    message = f"was played with other prompt texts: {name}; choose another folder"
    with pytest.raises(BadInput, match=message):
        played(spoken, tmp_path)
    with pytest.raises(BadInput, match=f"was played with other {name}"):
        list(replay(Run(tmp_path)))


def test_a_larger_design_reaches_more_and_goes_on(
    tmp_path: Path, edit: Edit, spoken: dict[str, Any]
) -> None:
    played(spoken, tmp_path, limit=1)
    known = Run(tmp_path).manifest.texts
    model = next(row for row in spoken["contestants"] if row["agent"] == "llm")
    shown = {**model, "name": "shows", "emotion": {"mode": "visible"}}
    larger = {**spoken, "contestants": [*spoken["contestants"], shown]}
    played(larger, tmp_path, limit=1)
    after = Run(tmp_path).manifest.texts
    assert isinstance(known, dict)
    assert isinstance(after, dict)
    assert after.keys() == known.keys()
    assert after[ENGLISH] != known[ENGLISH]
    edit(ENGLISH, "en.mode.visible.other", "The other player sees it.")
    with pytest.raises(BadInput, match=ENGLISH):
        played(larger, tmp_path)


def test_runs_of_different_texts_are_not_merged_and_the_file_is_named(
    tmp_path: Path, edit: Edit, spoken: dict[str, Any]
) -> None:
    played(spoken, tmp_path / "one", limit=1)
    edit(ENGLISH, "en.frame.history", "So far:")
    played(spoken, tmp_path / "two", limit=1)
    with pytest.raises(BadInput, match=r"two was played .* than .*one: frame\.toml$"):
        merge([tmp_path / "one", tmp_path / "two"], tmp_path / "whole")


def test_one_hash_of_all_texts_tells_only_that_scripts_go_on(
    tmp_path: Path, spoken: dict[str, Any]
) -> None:
    for name, data in (("scripts", design()), ("model", spoken)):
        about = manifest(Tournament(data), 36).model_copy(update={"texts": "0" * 16})
        played(data, tmp_path / name, limit=1)
        with Store(tmp_path / name, about):
            pass
    played(design(), tmp_path / "scripts")
    with pytest.raises(BadInput, match=r"kept one hash of all prompt texts, .* revision"):
        played(spoken, tmp_path / "model")
    assert list(replay(Run(tmp_path / "model"))) == []  # the questions are on record


def test_files_are_those_of_the_design() -> None:
    told = [{**MODEL, "emotion": {"mode": "hidden"}}, {"agent": "tit_for_tat"}]
    person = {"agent": "human", "consent": "Yes."}
    common = {"de.toml", "reply.toml", "ru.toml", "frame.toml", "games/prisoners_dilemma.toml"}
    words = {f"emotions/{name}.toml" for name in VOCABULARY}
    assert files(design(games=[GAME], contestants=told)) == common | words
    checked = [{**told[0], "self_report": True}, told[1]]
    assert files(design(games=[GAME], contestants=checked)) == common | words | {MODEL_CHECK}
    two = [GAME, {"name": "dictator", "contestants": ["other"]}]
    named = [*told, {**MODEL, "name": "other"}]
    found = files(design(games=two, contestants=named))
    assert found == common | words | {"games/dictator.toml"}
    assert files(design(games=[GAME], contestants=[person, told[1]])) == common | words
    placebo = [{**MODEL, "emotion": {"induced": "placebo"}}, told[1]]
    assert "emotions/placebo.toml" in files(design(games=[GAME], contestants=placebo))
