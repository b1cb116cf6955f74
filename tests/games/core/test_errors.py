"""Names that nobody knows, and names that a new file makes known."""

import sys
from pathlib import Path

import pytest

import games
from games import BadInput, available, load


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kuhn_pokr", "kuhn_poker"),
        ("kuhn-poker", "kuhn_poker"),
        ("prisoner_dilemma", "prisoners_dilemma"),
    ],
)
def test_a_misspelt_game_is_answered_with_the_nearest_and_all(written: str, meant: str) -> None:
    with pytest.raises(BadInput) as refusal:
        load(written)
    message = str(refusal.value)
    assert f"unknown game {written!r}; did you mean {meant!r}?" in message
    assert all(name in message for name in available())
    assert "\n" not in message


@pytest.mark.parametrize(
    ("written", "meant"),
    [("antte", "ante"), ("bets", "bet"), ("round", "rounds"), ("continue", "continuation")],
)
def test_a_misspelt_parameter_is_answered_with_the_nearest_and_all(
    written: str, meant: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        load("kuhn_poker", {written: 1})
    message = str(refusal.value)
    assert f"unknown parameter of kuhn_poker {written!r}; did you mean {meant!r}?" in message
    assert all(name in message for name in ("ante", "bet", "rounds", "continuation"))


def test_a_name_like_no_other_is_answered_without_a_guess() -> None:
    with pytest.raises(BadInput, match=r"unknown game 'zzz' \(known: ") as refusal:
        load("zzz")
    assert "did you mean" not in str(refusal.value)


@pytest.mark.parametrize("name", ["core", "core.game", "__init__", "../games/kuhn_poker"])
def test_what_is_no_game_cannot_be_loaded_as_one(name: str) -> None:
    assert name not in available()
    with pytest.raises(BadInput, match="unknown game"):
        load(name)


def test_a_file_is_a_game_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from games.prisoners_dilemma import PrisonersDilemma\nGAME = PrisonersDilemma\n"
    (tmp_path / "zero_day.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(games, "__path__", [*games.__path__, str(tmp_path)])
    assert available()[-1] == "zero_day"
    try:
        game = load("zero_day", {"temptation": 9})
    finally:
        sys.modules.pop("games.zero_day", None)
    end = game.apply(game.initial_state(), {0: "defect", 1: "cooperate"})
    assert game.payoffs(end) == (9, 0)
