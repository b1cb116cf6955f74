"""Every key of a design has a field with help, and what is entered is what the file says."""

from collections.abc import Mapping

import pytest

import agents
import games
from arena.design.schedules import KINDS
from arena.design.schema import schema
from dashboard.data import design_keys
from dashboard.data.design_keys import Key


def tables() -> Mapping[str, Mapping[str, Key]]:
    """Keys of all tables of designs."""
    return {
        "file": design_keys.of_file(),
        **{kind: design_keys.of_schedule(kind) for kind in KINDS},
        **{name: design_keys.of_game(name) for name in games.available()},
        **{kind: design_keys.of_agent(kind) for kind in agents.available()},
    }


def test_every_key_has_a_text() -> None:
    for table, keys in tables().items():
        assert [name for name, key in keys.items() if not key.about] == [], table


def test_keys_are_those_of_the_schema() -> None:
    whole = schema()
    parts, own = whole["$defs"], tables()
    apart = {"games", "contestants", "schedule"}
    assert {*own["file"]} == {*whole["properties"]} - apart
    for row in parts["contestant"]["oneOf"][:-1]:
        assert _tops(own[row["title"]]) == {*row["properties"]} - {"agent", "matrix"}
    for row in parts["game"]["oneOf"][:-1]:
        params = {f"params.{key}" for key in row["properties"]["params"]["properties"]}
        assert {*own[row["title"]]} == (
            {*row["properties"]} - {"name", "matrix", "params"}
        ) | params


def _tops(keys: Mapping[str, Key]) -> set[str]:
    return {name.partition(".")[0] for name in keys}


@pytest.mark.parametrize(
    ("key", "entries", "value"),
    [
        (Key("", "", text=True), ["1"], "1"),
        (Key("", ""), ["1"], 1),
        (Key("", ""), ["1/3"], "1/3"),
        (Key("", ""), ["true"], True),
        (Key("", ""), ["{ a = [1, 2] }"], {"a": [1, 2]}),
        (Key("", ""), ["1\nseed = 2"], "1\nseed = 2"),
        (Key("", "", varied=True), ["0", "0.5"], [0, 0.5]),
        (Key("", "", text=True, listed=True), ["anger"], ["anger"]),
    ],
)
def test_what_is_entered_is_a_value_of_the_file(
    key: Key, entries: list[str], value: object
) -> None:
    assert key.value(entries) == value
