"""Answers that do not stand in the text of a reply, through the real LiteLLM."""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Model, ModelSpec, Request
from agents.core.types import Decision
from prompts import Message, Verdict, View
from tests.loopback import Loopback, Reply, run

DILEMMA = games.load("prisoners_dilemma")
VIEW = View(DILEMMA.observe(DILEMMA.initial_state(), 0))
ANSWER = {"action": "defect"}
SAID = json.dumps(ANSWER)
OTHER = json.dumps({"action": "cooperate"})


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


class Direct:
    async def reach(self, spec: ModelSpec) -> Model:
        return LiteModel(spec)


def decide(reply: Reply, form: str = "json") -> Decision:
    with Loopback([reply]) as server:
        fields = {"model": "openai/test", "api_base": server.url, "form": form, "reasks": 0}
        agent = agents.load("llm", fields).seat(Direct(), Ledger())
        return run(agent.decide(VIEW, Random(0)))


def read(message: Mapping[str, Any], text: object = None, **reply: Any) -> object:
    return decide(Reply(text, message=message, **reply)).action


def kept(reply: Reply) -> Completion:
    with Loopback([reply]) as server:
        lite = LiteModel(ModelSpec(model="openai/test", api_base=server.url))
        done = run(lite.complete(Request((Message("user", "?"),))))
    assert isinstance(done, Completion)
    return done


def call(arguments: object) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": "reply", "arguments": arguments}}


PLACES: dict[str, dict[str, Any]] = {
    "reasoning": {"reasoning_content": SAID},
    "reasoning, by another name": {"reasoning": f"The others will defect.\n{SAID}"},
    "arguments of a tool": {"tool_calls": [call(SAID)]},
    "arguments that are an object": {"tool_calls": [call(ANSWER)]},
    "arguments, one key deep": {"tool_calls": [call({"parameters": ANSWER})]},
    "arguments of a function": {"function_call": {"name": "reply", "arguments": SAID}},
    "two places that agree": {"reasoning": SAID, "reasoning_details": [{"text": SAID}]},
    "a field that nobody knows": {"structured_output": ANSWER},
    "content that is an object": {"content": ANSWER},
    "a part that is no text": {"content": [{"type": "json", "json": ANSWER}]},
}


@pytest.mark.parametrize("text", [None, "", "\n"], ids=["null", "empty", "blank"])
@pytest.mark.parametrize("place", PLACES)
def test_the_one_answer_is_read_wherever_it_stands(place: str, text: str | None) -> None:
    assert read({"content": text} | PLACES[place]) == "defect"


def test_content_in_parts_is_the_text() -> None:
    parts = [{"type": "thinking", "thinking": OTHER}, {"type": "text", "text": SAID}]
    assert read({}, parts) == "defect"
    assert kept(Reply([{"type": "text", "text": "AC"}, "TION: bet"])).text == "ACTION: bet"


NOT_READ: dict[str, dict[str, Any]] = {
    "two answers in one place": {"reasoning_content": f"{SAID} or {OTHER}"},
    "two places that do not agree": {"reasoning": SAID, "tool_calls": [call(OTHER)]},
    "no object": {"reasoning_content": "I defect.\nACTION: defect"},
    "an object without the fields": {"reasoning_content": '{"choice": "defect"}'},
    "an object that is cut off": {"tool_calls": [call(SAID[:-2])]},
    "braces without end": {"reasoning_content": "{" * 2000},
}


@pytest.mark.parametrize("place", NOT_READ)
def test_what_is_not_one_answer_is_asked_for_again(place: str) -> None:
    made = decide(Reply("", message=NOT_READ[place]))
    assert (made.action, made.verdict) == (None, Verdict.MISSING)


@pytest.mark.parametrize("ending", ["length", "mystery", None, "content_filter"])
def test_a_draft_of_a_reply_that_was_cut_is_no_answer(ending: str | None) -> None:
    made = decide(Reply("", message={"reasoning_content": SAID}, finish_reason=ending))
    assert made.action is None


def test_without_a_schema_only_the_text_is_read() -> None:
    assert decide(Reply("", message={"reasoning_content": SAID}), "text").action is None


def test_text_comes_before_everything_else() -> None:
    assert read({"reasoning_content": OTHER}, SAID) == "defect"
    assert read({"tool_calls": [call(SAID)]}, "I shall see.") is None


# On record


def test_an_ordinary_message_is_not_kept_twice() -> None:
    assert kept(Reply("check")).raw is None
    assert kept(Reply("check", reasoning="A Jack.")).raw is None


def test_a_message_that_holds_more_is_kept_whole() -> None:
    more = {"tool_calls": [call(SAID)], "annotations": [{"title": "Å"}]}
    raw = kept(Reply("check", message=more)).raw
    assert raw is not None
    found = json.loads(raw)
    assert found["message"] == {"role": "assistant", "content": "check", "refusal": None} | more
    assert found["ending"] == ["stop"]


def test_reasoning_without_text_is_kept_with_its_place() -> None:
    raw = kept(Reply("", reasoning="Hm.")).raw
    assert raw is not None
    assert json.loads(raw)["message"]["reasoning_content"] == "Hm."


def test_thoughts_that_litellm_takes_out_of_the_text_are_kept_in_it() -> None:
    said = "<think>A Jack.</think>check"
    done = kept(Reply(said))
    assert done.text == "check"
    assert done.raw is not None
    assert json.loads(done.raw)["message"]["content"] == said


def test_the_provider_s_own_word_for_a_cut_is_kept() -> None:
    raw = kept(Reply("check", finish_reason="model_length")).raw
    assert raw is not None
    assert json.loads(raw)["ending"] == ["model_length"]
    assert kept(Reply("check", finish_reason="length")).raw is None


def test_the_word_of_a_reply_that_used_all_its_tokens_is_kept() -> None:
    used = {"prompt_tokens": 11, "completion_tokens": 1024, "total_tokens": 1035}
    done = kept(Reply("check", finish_reason="mystery", usage=used))
    assert done.stop == "length"
    assert done.raw is not None
    assert json.loads(done.raw)["ending"] == ["mystery"]


def test_a_refusal_is_kept_to_the_letter() -> None:
    done = kept(Reply(None, refusal="I cannot help."))
    assert done.stop == "content_filter"
    assert done.raw is not None
    assert json.loads(done.raw)["message"]["refusal"] == "I cannot help."
    parts = [{"type": "refusal", "refusal": "I cannot help."}]
    assert kept(Reply(parts)).stop == "content_filter"
