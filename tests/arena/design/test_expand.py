from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agents
import games
from arena.design.expand import LIMIT, expand, shape_of, shape_of_rules
from arena.design.tournament import Tournament
from games import BadInput
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, design

MODEL: dict[str, Any] = {"agent": "llm", "model": "openai/x"}


def names(*rows: dict[str, Any], games: list[dict[str, Any]] | None = None) -> list[str]:
    found = Tournament(design(contestants=[*PLAYERS, *rows], games=games or [KUHN, DILEMMA]), "t")
    return list(found.contestants)[len(PLAYERS) :]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, ["llm"]),
        ({"model": ["a/b", "c/d"]}, ["a/b", "c/d"]),
        ({"name": "m", "model": ["a/b", "c/d"]}, ["m a/b", "m c/d"]),
        ({"name": "m", "temperature": [0, 0.7]}, ["m temperature 0", "m temperature 0.7"]),
        ({"seeded": [True, False]}, ["llm seeded true", "llm seeded false"]),
        (
            {"model": ["a/b"], "emotion": {"mode": ["hidden", "visible"], "induced": "fear"}},
            ["a/b hidden", "a/b visible"],
        ),
        (
            {
                "name": "m",
                "emotion": [
                    {"mode": "absent"},
                    {"induced": ["anger", "fear"], "cause": "coplayer"},
                ],
            },
            ["m absent", "m coplayer anger", "m coplayer fear"],
        ),
    ],
)
def test_a_list_stands_for_each_of_its_values(row: dict[str, Any], found: list[str]) -> None:
    assert names({**MODEL, **row}) == found


def test_several_lists_stand_for_every_combination() -> None:
    row = {**MODEL, "model": ["a/b", "c/d"], "temperature": [0, 1], "reasks": [0, 1, 2]}
    tournament = Tournament(design(contestants=[*PLAYERS, row]))
    specs = [spec for kind, spec in tournament.contestants.values() if kind == "llm"]
    chosen = {(s.model, s.temperature, s.reasks) for s in specs}  # type: ignore[attr-defined]
    assert chosen == {(m, t, r) for m in ("a/b", "c/d") for t in (0, 1) for r in (0, 1, 2)}
    assert len(specs) == 12


def test_kinds_of_agents_vary_too() -> None:
    assert names({"agent": ["grim", "t2"]}) == ["grim", "t2"]


def test_fields_that_are_lists_stay_lists_unless_matrix_varies_them() -> None:
    row = {"agent": "fixed", "actions": ["bet", "call"]}
    assert names(row) == ["fixed"]
    varied = {"agent": "fixed", "matrix": {"actions": [["bet", "call"], ["check", "fold"]]}}
    assert names(varied) == ["fixed bet call", "fixed check fold"]
    assert names({**MODEL, "extra": {"stop": ["a", "b"]}}) == ["llm"]


def test_lists_that_matrix_puts_in_place_are_not_expanded_again() -> None:
    found = expand({"matrix": {"x": [["a", "b"], ["c"]]}}, lambda row: {"x": True}, "t")  # noqa: ARG005
    assert [variant.row for variant in found] == [{"x": ["a", "b"]}, {"x": ["c"]}]


def test_parameters_of_games_and_games_vary() -> None:
    rounds = {"name": "prisoners_dilemma", "params": {"rounds": [1, 10]}}
    several = {"name": ["kuhn_poker", "liars_dice"]}
    named = {"name": "prisoners_dilemma", "id": "pd", "params": {"preset": ["eai", "axelrod"]}}
    table = {"name": "matrix_game", "params": {"rows": ["left", "right"]}}
    tournament = Tournament(
        design(
            games=[rounds, several, named, table],
            contestants=[PLAYERS[1], {"agent": "uniform", "name": "u"}],
        )
    )
    assert list(tournament.games) == [
        "prisoners_dilemma rounds 1",
        "prisoners_dilemma rounds 10",
        "kuhn_poker",
        "liars_dice",
        "pd eai",
        "pd axelrod",
        "matrix_game",
    ]


def test_the_name_of_a_row_with_lists_stands_for_all_of_it() -> None:
    row = {**MODEL, "name": "m", "temperature": [0, 1]}
    game = {**KUHN, "contestants": ["m", "uniform"]}
    found = Tournament(design(contestants=[*PLAYERS, row], games=[game]))
    expected = ("m temperature 0", "m temperature 1", "uniform")
    assert found.entries["kuhn_poker"].contestants == expected


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**MODEL, "temperature": []}, "contestant 'llm' of t: temperature is a list of nothing"),
        ({**MODEL, "temperature": [1, 2, 1]}, "temperature lists 1 twice"),
        ({**MODEL, "emotion": {"mode": ["hidden", "hidden"]}}, "emotion.mode lists 'hidden' twice"),
        ({**MODEL, "temperatur": [1, 2]}, "'temperatur'; did you mean 'temperature'"),
        ({**MODEL, "emotion": {"mod": ["hidden"]}}, "emotion 'mod'; did you mean 'mode'"),
        ({**MODEL, "emotion": {"mode": ["hiden"]}}, "emotion.mode: "),
        (
            {**MODEL, "emotion": {"induced": ["none", "anger"], "cause": "coplayer"}},
            "cause 'coplayer' needs an induced emotion",
        ),
        ({**MODEL, "matrix": 3}, "matrix must be a table of lists, not 3"),
        ({**MODEL, "matrix": {"seeded": True}}, "matrix.seeded must be a list of values"),
        ({**MODEL, "matrix": {"model": ["a/b"]}}, "model is given twice, once in matrix"),
        ({**MODEL, "matrix": {"modle": ["a/b"]}}, "'modle'; did you mean 'model'"),
        ({"agent": ["grim", "grimm"]}, "unknown agent 'grimm'; did you mean 'grim'"),
        ({**MODEL, "name": ["a", "b"]}, "contestant 'llm' of t needs agent"),
        (
            {**MODEL, "temperature": [n / 100 for n in range(100)], "reasks": [*range(11)]},
            "its lists have more than 1,000 combinations",
        ),
    ],
)
def test_what_cannot_be_expanded_is_named(row: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as error:
        names(row)
    assert message in str(error.value)


def test_a_name_cannot_mean_two_things() -> None:
    row = {**MODEL, "name": "m", "temperature": [0, 1]}
    with pytest.raises(BadInput, match="two contestants are called 'm temperature 0'"):
        names(row, row)
    with pytest.raises(BadInput, match="'m' names both a contestant and a row with lists"):
        names(row, {**MODEL, "name": "m"})
    game = {"name": "kuhn_poker", "params": {"bet": [1, 2]}, "contestants": ["uniform", "bold"]}
    with pytest.raises(BadInput, match="two games are called 'kuhn_poker bet 1'"):
        names(games=[game, game])


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_the_product_has_every_combination_once(sizes: list[int]) -> None:
    row = {f"key{at}": [*range(size)] for at, size in enumerate(sizes)}
    found = expand(row, lambda row: dict.fromkeys(row, True), "t")
    combinations = {tuple(variant.row.values()) for variant in found}
    expected = 1
    for size in sizes:
        expected *= size
    assert len(found) == len(combinations) == expected <= LIMIT
    assert len({variant.label for variant in found}) == expected


def test_every_list_field_of_an_agent_is_known_as_one() -> None:
    assert shape_of(agents.kind("fixed")) == {"actions": False, "says": True, "states": True}
    shape = shape_of(agents.kind("llm"))
    assert shape["extra"] is False
    assert shape["temperature"] is True
    assert isinstance(shape["emotion"], dict)
    rules = shape_of_rules(games.rules("matrix_game"))
    assert not any(rules[key] for key in ("table", "rows", "columns"))
    assert rules["rounds"] is rules["preset"] is True
