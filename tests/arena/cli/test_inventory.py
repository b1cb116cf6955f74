"""What there is: listed within the page, described with defaults, looked for on the machine."""

from pathlib import Path
from typing import get_args

import pytest

import agents
import games
from arena.report.description import about, parameters
from arena.report.doctor import findings
from arena.report.inventory import LISTINGS
from games.core.game import Family
from tests.arena.commands import command


@pytest.mark.parametrize("what", LISTINGS)
def test_lists_fit_the_page(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command(Path(), "list", what).said.splitlines()
    assert lines
    assert max(map(len, lines)) <= 80


def test_a_list_of_everything_has_a_paragraph_for_each_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = command(Path(), "list").said
    assert max(map(len, said.splitlines())) <= 80
    heads = [line.split()[0] for line in said.splitlines() if not line.startswith(" ")]
    assert set(heads) == {*LISTINGS}
    assert set(games.available()) <= set(said.replace(",", "").split())


def test_games_are_listed_by_family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = command(Path(), "list", "games").said.splitlines()
    heads = [line.removesuffix(":") for line in lines if line.endswith(":")]
    assert heads == [family for family in get_args(Family) if family in heads]
    listed: dict[str, list[str]] = {}
    for line in lines:
        if line.endswith(":"):
            family = line.removesuffix(":")
        else:
            listed.setdefault(family, []).append(line.split()[0])
    for family, names in listed.items():
        assert names == [name for name in games.available() if games.rules(name).family == family]
    assert sum(map(len, listed.values())) == len(games.available())


@pytest.mark.parametrize("name", agents.available())
def test_every_parameter_of_an_agent_is_described(name: str) -> None:
    assert "Traceback" not in about("agent", name)
    table = parameters("agent", name)
    assert set(table["parameter"]) == set(agents.kind(name).model_fields)
    assert (table["what it is"].str.len() > 5).all(), table


@pytest.mark.parametrize("name", games.available())
def test_every_parameter_of_a_game_is_described(name: str) -> None:
    assert about("game", name)
    table = parameters("game", name)
    assert (table["what it is"].str.len() > 5).all(), table


def test_a_description_has_source_defaults_and_presets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = command(Path(), "describe", "game", "prisoners_dilemma")
    assert done.status == 0
    assert all(word in done.said for word in ("Source: ", "temptation", "preset eai: "))
    assert max(map(len, done.said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["game", "kuhn_pokr"], "unknown game 'kuhn_pokr'; did you mean 'kuhn_poker'"),
        (["agent", "kuhn_poker"], "is a kind of game: arena describe game kuhn_poker"),
    ],
)
def test_what_cannot_be_described_is_said_in_one_line(arguments: list[str], message: str) -> None:
    done = command(Path(), "describe", *arguments)
    assert done.status == 2
    assert message in done.said
    assert done.said.count("\n") == 1


def test_doctor_names_keys_and_never_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-" + "a1B2" * 10
    monkeypatch.setenv("OPENAI_API_KEY", key)
    done = command(Path(), "doctor")
    assert done.status == 0, done.said
    assert "openai (OPENAI_API_KEY)" in done.said
    assert key not in done.said
    for what in ("Python", "litellm", "embedded model", "ray", "Chromium", "faces", "folder of"):
        assert what in done.said


def test_doctor_tells_a_folder_that_cannot_be_written() -> None:
    done = command(Path(), "doctor", "--runs", "/proc/runs")
    assert done.status == 1
    assert "MISSING  folder of runs     /proc/runs cannot be written" in done.said


def test_empty_variables_are_no_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = {
        each.what: each for each in findings(tmp_path_factory.mktemp("runs"), {"HF_TOKEN": ""})
    }
    assert not found["keys of providers"].there
    assert found["folder of runs"].there
