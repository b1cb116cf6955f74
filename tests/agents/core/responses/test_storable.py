"""Whatever providers write can be stored."""

import json
from typing import Any

import pytest

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.responses.storable import is_plain, storable
from prompts import Message
from tests.loopback import USAGE, Loopback, Reply, run

HALF = "\ud83d"
ODD = "\x00NUL\x00 \r\n \u2028 行动 🎲 \u202e \\ud83d \ufffe"
"""Characters that are odd, and none of them half of one."""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


def ask(reply: Reply) -> Completion | Failure:
    with Loopback([reply]) as server:
        model = LiteModel(ModelSpec(model="openai/m", api_base=server.url))
        return run(model.complete(Request((Message("user", "?"),))))


HALVES: dict[str, Reply] = {
    "text": Reply(f"I feel {HALF}"),
    "end of a pair": Reply("\ude00"),
    "reasoning": Reply("x", reasoning=f"a {HALF} b"),
    "ending": Reply("x", finish_reason=f"st{HALF}op"),
    "name of the model": Reply("x", model=f"m{HALF}"),
    "usage": Reply("x", usage=USAGE | {f"of {HALF}": {"kind": f"a{HALF}"}}),
    "refusal": Reply(None, refusal=f"no {HALF}"),
    "another field": Reply("x", message={"notes": [{f"a{HALF}": HALF}]}),
    "error": Reply(f"broken {HALF}", status=500),
    "refused request": Reply(f"bad {HALF}", status=400),
}


@pytest.mark.parametrize("place", HALVES)
def test_half_a_character_is_replaced_wherever_it_stands(place: str) -> None:
    found = repr(ask(HALVES[place]))
    assert "\\ud83d" not in found
    assert "\\ude00" not in found
    assert "\ufffd" in found


def test_everything_else_stays_to_the_letter() -> None:
    done = ask(Reply(ODD))
    assert isinstance(done, Completion)
    assert done.text == ODD
    assert done.raw is None


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_figures_that_no_json_can_hold_are_none(odd: str) -> None:
    done = ask(
        Reply(
            body=Reply("x")
            .content({})
            .replace(b'"usage": {', f'"usage": {{"odd": {odd}, '.encode())
        )
    )
    assert isinstance(done, Completion)
    assert json.loads(json.dumps(done.usage, allow_nan=False))["odd"] is None


def test_nesting_without_end_is_cut() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [{"a": deep}]
    done = ask(Reply("x", message={"notes": deep}))
    assert isinstance(done, Completion)
    assert done.raw is not None
    assert done.raw.count("[{") < 50
    assert storable([1, 2.5, None, True, "a"]) == [1, 2.5, None, True, "a"]


@pytest.mark.parametrize(
    "content",
    [
        {"a": "b"},
        {"a": 1e300},
        {"a": [None]},
        {"a": "\ud83d"},
        {"a": float("nan")},
        {"a": "ü"},
    ],
    ids=repr,
)
def test_plain_json_is_storable_as_it_is(content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    assert not is_plain(body) or storable(content) == content


def test_numbers_too_large_and_lists_too_deep_are_not_plain() -> None:
    assert is_plain(b'{"a": "b", "c": [1, 2.5]}')
    assert not is_plain(b'{"a": 1e999}')
    assert not is_plain(b"[" * 200 + b"]" * 200)
