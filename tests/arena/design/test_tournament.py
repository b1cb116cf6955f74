from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament, shipped
from games.core.errors import BadInput
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, design


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sed": 3}, "unknown key in t 'sed'; did you mean 'seed'"),
        ({"repetitions": 0}, "t: repetitions: input should be greater than or equal to 1, not 0"),
        ({"games": []}, "t: games: "),
        ({"name": "a/b"}, "t: name: "),
        ({"games": [{**KUHN, "name": "kuhn_pocker"}]}, "unknown game 'kuhn_pocker'; did you mean"),
        ({"games": [{**KUHN, "repetition": 2}]}, "'repetition'; did you mean 'repetitions'"),
        ({"games": [{**KUHN, "params": {"bett": 1}}]}, "'bett'; did you mean 'bet'"),
        ({"games": [{**KUHN, "params": {"bet": -1}}]}, "bet must be a whole number from 1, not -1"),
        ({"games": [KUHN, KUHN]}, "two games are called 'kuhn_poker'; give each an id"),
        (
            {"games": [{**KUHN, "contestants": ["unifrom", "bold"]}]},
            "'unifrom'; did you mean 'uniform'",
        ),
        ({"games": [{**KUHN, "contestants": ["bold", "bold"]}]}, "a contestant is listed twice"),
        ({"games": [{**KUHN, "contestants": ["bold"]}]}, "needs at least 2 contestants"),
        (
            {"games": [{"name": "kuhn_poker", "params": {"players": 3}}]},
            "contestant 'equilibrium' cannot take part",
        ),
        ({"contestants": [*PLAYERS, {"agent": "uniform"}]}, "two contestants are called 'uniform'"),
        (
            {"contestants": [*PLAYERS, {"name": "x"}]},
            "contestant 'x' of t needs agent = one of ",
        ),
        (
            {"contestants": [*PLAYERS, {"agent": "llmm"}]},
            "unknown agent 'llmm'; did you mean 'llm'",
        ),
        (
            {"contestants": [*PLAYERS, {"agent": "llm"}]},
            "contestant 'llm' of t: model: field required",
        ),
        (
            {"vocabulary": ["anger", "saddness"]},
            "t: vocabulary: unknown emotion 'saddness'; did you",
        ),
        ({"vocabulary": ["anger", "anger"]}, "t: vocabulary: lists 'anger' twice"),
        ({"vocabulary": ["anger"]}, "t: vocabulary: tuple should have at least 2 items"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        Tournament(design(**changes), "t")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_emotion_is_checked_by_key() -> None:
    angry = {"agent": "llm", "model": "x/y", "emotion": {"mod": "hidden"}}
    with pytest.raises(
        BadInput, match="unknown key in contestant 'llm' of t emotion 'mod'; did you mean 'mode'"
    ):
        Tournament(design(contestants=[*PLAYERS, angry]), "t")


@pytest.mark.parametrize("text", ["name = ", "a = 1\na = 2", "\x00"])
def test_malformed_toml_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(text)
    with pytest.raises(BadInput, match=r"t\.toml is not valid TOML"):
        Tournament.read(tmp_path / "t.toml")


def test_missing_and_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no tournament file .*nothing\.toml \(shipped: .*demo"):
        Tournament.read(tmp_path / "nothing.toml")
    with pytest.raises(BadInput, match="cannot be read"):
        Tournament.read(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(BadInput, match="cannot be read"):
        Tournament.read(tmp_path / "latin.toml")


def test_the_content_writes_out_every_default() -> None:
    content = Tournament(design()).content
    assert content["games"]["kuhn_poker"]["ante"] == 1
    assert content["games"]["prisoners_dilemma"]["continuation"] == "7/10"
    assert content["contestants"]["equilibrium"] == {
        "agent": "equilibrium",
        "alpha": None,
        "iterations": 1000,
    }


def test_the_hash_is_the_designs_and_not_the_wirings() -> None:
    model = {"agent": "llm", "model": "openai/x"}
    variants: list[dict[str, Any]] = [
        {},
        {"api_base": "http://127.0.0.1:1/v1"},
        {"timeout": 5},
        {"temperature": 1},
    ]
    hashes = [
        Tournament(design(contestants=[*PLAYERS, {**model, **more}])).hash for more in variants
    ]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    assert Tournament(design(concurrency=9)).hash == Tournament(design()).hash


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_tournament_is_sound(name: str) -> None:
    path = shipped()[name]
    assert Tournament.read(path).name == name
    assert path.read_text().startswith("# ")


def test_the_demo_is_what_the_readme_says() -> None:
    demo = Tournament.read(shipped()["demo"])
    modes = {
        spec.emotion.mode  # type: ignore[attr-defined]
        for kind, spec in demo.contestants.values()
        if kind == "llm" and spec.model == "embedded/smollm2"  # type: ignore[attr-defined]
    }
    assert modes == {"absent", "hidden", "visible", "manipulative"}
    assert {kind for kind, _ in demo.contestants.values()} == {
        "llm",
        "equilibrium",
        "uniform",
        "tit_for_tat",
    }
    assert {entry.name for entry in demo.entries.values()} == {"kuhn_poker", "prisoners_dilemma"}


def test_a_dilemma_can_be_listed_twice_under_two_ids() -> None:
    other = {**DILEMMA, "id": "harsh", "params": {"rounds": 2, "sucker": -9}}
    assert list(Tournament(design(games=[DILEMMA, other])).games) == ["prisoners_dilemma", "harsh"]


def many(count: int, **game: Any) -> dict[str, Any]:
    """A tournament of so many contestants that are alike."""
    rows = [{"agent": "fixed", "name": f"c{n}", "actions": ["bet", "call"]} for n in range(count)]
    return design(contestants=rows, games=[{"name": "kuhn_poker", **game}])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: many(20_000), "too many contestants: at most 1,000, those of lists included"),
        (
            lambda: design(contestants=[{"agent": "uniform", "matrix": {"x": [*range(20_000)]}}]),
            "more than 1,000 combinations|unknown",
        ),
        (
            lambda: many(150, params={"players": 3}),
            "game kuhn_poker: too many pairings: one repetition of all games has at most 1,000,000",
        ),
        (
            lambda: design(games=[{**KUHN, "id": f"g{n}"} for n in range(20_000)]),
            "too many games: at most 1,000",
        ),
        (lambda: design(seed="x" * 900_000), "t: seed: .* not 'x+…$"),
        (lambda: design(games=[{"name": "x" * 900_000}]), "unknown game 'x+…'"),
        (lambda: design(**{"x" * 900_000: 1}), "unknown key in t 'x+…'"),
    ],
)
def test_what_is_too_large_is_one_short_line(
    data: Callable[[], dict[str, Any]], message: str
) -> None:
    with pytest.raises(BadInput, match=message) as error:
        Tournament(data(), "t")
    assert len(str(error.value)) < 1_000
    assert "\n" not in str(error.value)


def test_a_file_of_windows_is_read_with_its_mark(tmp_path: Path) -> None:
    text = shipped()["poker"].read_text().replace("\n", "\r\n")
    (tmp_path / "t.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = Tournament.read(tmp_path / "t.toml")
    assert found.hash == Tournament.read(shipped()["poker"]).hash
