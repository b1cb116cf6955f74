"""Policy tables: files, and what is refused."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games import BadInput, load
from games.core import policy
from games.core.policy import Policy
from games.core.tree import Tree, build

FIRST = "first: dealt J;"


@cache
def kuhn() -> Tree:
    return build(load("kuhn_poker"))


def uniform() -> Policy:
    return kuhn().table(kuhn().uniform())


def drawn(tree: Tree, seed: int) -> Policy:
    """Any policy."""
    weights = np.random.default_rng(seed).random(tree.choices)
    sums = np.add.reduceat(weights, tree.first_choice[:-1])
    return tree.table(weights / tree.spread(sums))


@pytest.mark.parametrize("name", ["policy.json", "policy.csv"])
def test_a_policy_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    written = drawn(kuhn(), 1)
    policy.write(written, tmp_path / name)
    assert policy.read(tmp_path / name, kuhn().keys, kuhn().actions) == written


@pytest.mark.parametrize("name", ["policy.json", "policy.csv"])
def test_amounts_are_read_as_numbers(name: str, tmp_path: Path) -> None:
    written: Policy = {"a": {0: 0.25, 1: 0.75}}
    policy.write(written, tmp_path / name)
    assert policy.read(tmp_path / name, ["a"], [(0, 1)]) == written


def test_a_table_and_an_array_say_the_same() -> None:
    values = np.random.default_rng(2).dirichlet([1, 1], 12).ravel()
    assert np.array_equal(kuhn().array(kuhn().table(values)), values)


def test_an_action_left_out_is_never_played() -> None:
    table = uniform() | {FIRST: {"bet": 1.0}}
    at = kuhn().keys.index(FIRST)
    first = kuhn().first_choice[at]
    assert kuhn().array(table)[first : first + 2].tolist() == [0, 1]


def without(name: str) -> Policy:
    table = uniform()
    del table[name]
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (without(FIRST), f"information set '{FIRST}' is missing"),
        (uniform() | {"third": {"bet": 1.0}}, "no information set 'third'"),
        (uniform() | {FIRST: {"check": 0.5, "raise": 0.5}}, "'raise'.*known: bet, check"),
        (
            uniform() | {FIRST: {"check": 0.5, "bet": 0.5, "raise": 0.0}},
            "unknown action of .*'raise'",
        ),
        (uniform() | {FIRST: {"check": 0.5, "bet": 0.6}}, f"'{FIRST}' must sum to one.*0.6"),
        (
            uniform() | {FIRST: {"check": -0.5, "bet": 1.5}},
            f"'{FIRST}' must sum to one, each at least",
        ),
        (uniform() | {FIRST: {"check": float("nan"), "bet": 0.5}}, "must sum to one"),
        (uniform() | {FIRST: {}}, "must sum to one"),
    ],
)
def test_a_wrong_table_is_refused_by_its_culprit(table: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message) as error:
        kuhn().array(table)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[]"),
        ("a.json", '{"a": 1}'),
        ("a.json", '{"a": {"b": "x"}}'),
        ("a.csv", "set,action,p\n"),
        ("a.csv", "information_set,action,probability\na,b,0.5\na,b,0.5\n"),
        ("a.csv", "information_set,action,probability\na,b\n"),
    ],
)
def test_an_unreadable_file_is_named(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=rf"policy .*{name} cannot be read: .") as error:
        policy.read(tmp_path / name, kuhn().keys, kuhn().actions)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.csv cannot be read"):
        policy.read(tmp_path / "nothing.csv", [], [])
