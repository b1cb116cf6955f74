"""Variants and named parameter sets owe what every game owes."""

import json
from fractions import Fraction
from typing import Any

import pytest

from arena.testing.conformance import Check, flaws
from arena.testing.games import CHECKS
from games import BadInput, Game, available, identity, load, rules
from games.core.exact import exact
from games.core.matrix import Bimatrix
from tests.games.test_playthroughs import VARIANTS

PRESETS = [(name, preset) for name in available() for preset in rules(name).presets]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("title", VARIANTS)
def test_a_variant_conforms(check: Check[Game[Any]], title: str) -> None:
    assert list(flaws(check, load(*VARIANTS[title]))) == []


@pytest.mark.parametrize(("name", "preset"), PRESETS)
def test_a_named_set_is_its_parameters_written_out(name: str, preset: str) -> None:
    game = load(name, {"preset": preset})
    written = json.loads(json.dumps(identity(game)))
    assert "preset" not in written
    del written["name"], written["version"]
    assert load(name, written) == game
    repeated = load(name, {"preset": preset, "rounds": 3})
    assert identity(repeated) == identity(game) | {"rounds": 3}


def points(game: Game[Any]) -> list[Any]:
    """The cells in the order 11, 12, 21, 22."""
    seen = game.observe(game.initial_state(), 0).facts["payoffs"]
    assert not isinstance(seen, int | str | Fraction)
    return [(item["own_points"], item["other_points"]) for item in seen]


@pytest.mark.parametrize(
    ("name", "preset", "cells"),
    [
        ("prisoners_dilemma", "eai", [(3, 3), (1, 4), (4, 1), (2, 2)]),
        ("prisoners_dilemma", "axelrod", [(3, 3), (0, 5), (5, 0), (1, 1)]),
        ("prisoners_dilemma", "openspiel", [(5, 5), (0, 10), (10, 0), (1, 1)]),
        ("battle_of_the_sexes", "eai", [(10, 7), (0, 0), (0, 0), (7, 10)]),
        ("stag_hunt", "battalio_2r", [(45, 45), (0, 35), (35, 0), (40, 40)]),
        ("stag_hunt", "battalio_r", [(45, 45), (0, 40), (40, 0), (20, 20)]),
        ("stag_hunt", "battalio_06r", [(45, 45), (0, 42), (42, 0), (12, 12)]),
        ("stag_hunt", "cooper", [(1000, 1000), (0, 800), (800, 0), (800, 800)]),
        ("stag_hunt", "openspiel", [(2, 2), (0, 1), (1, 0), (1, 1)]),
        ("chicken", "aumann", [(6, 6), (2, 7), (7, 2), (0, 0)]),
        ("chicken", "openspiel", [(3, 3), (1, 4), (4, 1), (0, 0)]),
        ("matrix_game", "biased", [(3, 4), (2, 2), (1, 1), (4, 3)]),
        ("matrix_game", "cyclic", [(3, 3), (1, 4), (2, 2), (4, 1)]),
        ("matrix_game", "second_best", [(1, 1), (2, 4), (3, 3), (4, 2)]),
        ("matrix_game", "unfair", [(2, 4), (1, 3), (3, 1), (4, 2)]),
        ("matrix_game", "win_win", [(1, 1), (4, 4), (1, 1), (2, 2)]),
    ],
)
def test_the_named_sets_are_those_of_their_sources(
    name: str, preset: str, cells: list[tuple[int, int]]
) -> None:
    assert points(load(name, {"preset": preset})) == cells


def test_every_named_table_is_tested() -> None:
    """Those of games without a table are tested where their rules are."""
    tables = [(name, preset) for name, preset in PRESETS if issubclass(rules(name), Bimatrix)]
    (mark,) = test_the_named_sets_are_those_of_their_sources.pytestmark  # type: ignore[attr-defined]
    assert sorted((name, preset) for name, preset, _ in mark.args[1]) == sorted(tables)


@pytest.mark.parametrize(
    ("name", "params", "problem"),
    [
        ("prisoners_dilemma", {"preset": "eia"}, "unknown preset of prisoners_dilemma 'eia'; did"),
        (
            "prisoners_dilemma",
            {"preset": ["eai"]},
            r"unknown preset of prisoners_dilemma \"\['eai'\]\"",
        ),
        ("prisoners_dilemma", {"preset": "eai", "reward": 3}, "'eai' already sets reward"),
        ("prisoners_dilemma", {"presets": "eai"}, "did you mean 'preset'"),
        ("kuhn_poker", {"preset": "eai"}, "unknown parameter of kuhn_poker 'preset'"),
    ],
)
def test_names_of_sets_are_checked(name: str, params: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput, match=f"^[^\n]*{problem}[^\n]*$"):
        load(name, params)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (3, 3),
        (-3, -3),
        ("7", 7),
        (0.1, Fraction(1, 10)),
        ("0.25", Fraction(1, 4)),
        ("-1/3", Fraction(-1, 3)),
        ("6/3", 2),
        (Fraction(4, 2), 2),
        (2.0, 2),
    ],
)
def test_numbers_are_what_was_written(written: object, number: int | Fraction) -> None:
    found = exact(written, "it")
    assert (type(found), found) == (type(number), number)


@pytest.mark.parametrize(
    "written",
    [True, None, "", "x", "1/0", "1e3", "1e999999999", float("nan"), float("inf"), [1], " 1", "½"],
)
def test_what_is_no_exact_number_is_refused(written: object) -> None:
    with pytest.raises(BadInput, match=r"^it must be a whole number or a fraction"):
        exact(written, "it")
