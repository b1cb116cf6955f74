"""The JSON Schema: it takes what the parser takes, and no key that the parser does not know."""

import json
import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from arena.design.schema import schema
from arena.design.tournament import Tournament, shipped
from games import BadInput
from tests.arena.designs import DILEMMA, KUHN, PLAYERS, arena, design

SCHEMA = schema()
MODEL: dict[str, Any] = {"agent": "llm", "model": "openai/x"}
VALIDATOR = Draft202012Validator(SCHEMA)


def takes(data: dict[str, Any]) -> bool:
    return bool(VALIDATOR.is_valid(json.loads(json.dumps(data))))


def test_it_is_a_schema_and_the_command_prints_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(arena("schema").stdout) == SCHEMA


@pytest.mark.parametrize("name", shipped())
def test_shipped_tournaments_fit(name: str) -> None:
    assert takes(tomllib.loads(shipped()[name].read_text()))


COUNCIL = {"agent": "council", "model": "openai/test"}

GOOD: list[dict[str, Any]] = [
    {},
    {"contestants": [*PLAYERS, {**COUNCIL, "members": ["anger", {"emotion": "fear"}]}]},
    {"contestants": [*PLAYERS, {**COUNCIL, "rule": {"member": "anger"}}]},
    {"vocabulary": ["anger", "neutral"]},
    {"contestants": [*PLAYERS, {**MODEL, "vocabulary": ["fear", "anger"]}]},
    {"schedule": {"kind": "panel", "panel": ["uniform"]}},
    {"games": [{**KUHN, "schedule": {"kind": "adaptive", "budget": 10}}]},
    {"games": [{**DILEMMA, "params": {"preset": ["eai", "axelrod"], "rounds": [1, 10]}}]},
    {"games": [{"name": ["kuhn_poker", "liars_dice"], "contestants": ["uniform", "bold"]}]},
    {"contestants": [*PLAYERS, {**MODEL, "temperature": [0, 0.5], "emotion": {"mode": "hidden"}}]},
    {"contestants": [*PLAYERS, {**MODEL, "emotion": [{"mode": ["hidden", "visible"]}, {}]}]},
    {"contestants": [*PLAYERS, {"agent": ["grim", "t2"]}]},
    {"contestants": [*PLAYERS, {"agent": "llm", "matrix": {"model": ["a/b", "c/d"]}}]},
    {
        "contestants": [*PLAYERS, MODEL],
        "limits": {"openai/x": {"requests_per_minute": 5}},
        "prices": {"openai/x": {"prompt": 1, "completion": 2.5}},
    },
]
BAD: list[dict[str, Any]] = [
    {"sed": 3},
    {"schedule": {"kind": "pannel"}},
    {"schedule": {"self_play": True}},
    {"schedule": {"kind": "round_robin", "self_pla": True}},
    {"schedule": {"kind": "adaptive"}},
    {"games": [{**KUHN, "repetition": 2}]},
    {"games": [{**KUHN, "params": {"bett": 1}}]},
    {"games": [{**KUHN, "name": "kuhn_pocker"}]},
    {"games": [{**DILEMMA, "params": {"preset": "aei"}}]},
    {"games": [{**KUHN, "schedule": {"kind": "single", "panel": []}}]},
    {"contestants": [*PLAYERS, {"agent": "llmm"}]},
    {"contestants": [*PLAYERS, {"name": "x"}]},
    {"contestants": [*PLAYERS, {"agent": "llm"}]},
    {"contestants": [*PLAYERS, {**MODEL, "temperatur": 1}]},
    {"contestants": [*PLAYERS, {**MODEL, "emotion": {"mod": "hidden"}}]},
    {"contestants": [*PLAYERS, {**MODEL, "emotion": {"mode": ["hiden"]}}]},
    {"contestants": [*PLAYERS, {**MODEL, "temperature": []}]},
    {"contestants": [*PLAYERS, {**MODEL, "matrix": {"modle": ["a/b"]}}]},
    {"contestants": [*PLAYERS, {"agent": ["grim", "grimm"]}]},
    {"contestants": [*PLAYERS, MODEL], "limits": {"openai/x": {"request_per_minute": 5}}},
    {"contestants": [*PLAYERS, MODEL], "prices": {"openai/x": {"prompt": 1}}},
]


@pytest.mark.parametrize("changes", GOOD)
def test_what_the_parser_takes_fits(changes: dict[str, Any]) -> None:
    data = design(**changes)
    Tournament(data)
    assert [e.message for e in VALIDATOR.iter_errors(json.loads(json.dumps(data)))] == []


@pytest.mark.parametrize("changes", BAD)
def test_what_the_parser_refuses_by_its_key_does_not_fit(changes: dict[str, Any]) -> None:
    data = design(**changes)
    with pytest.raises(BadInput):
        Tournament(data)
    assert not takes(data)
