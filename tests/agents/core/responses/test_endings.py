"""Why a reply ended, in the words of each provider's protocol, from a real server."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.responses.endings import UNTOLD, ending
from prompts import Message
from tests.loopback import USAGE, Loopback, Reply, run

MESSAGES = (Message("system", "Play."), Message("user", "How much do you give?"))
TEXT = "ACTION: 3"
LONGEST = 64


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI", "OPENROUTER", "ANTHROPIC", "GEMINI", "COHERE", "MISTRAL", "DEEPSEEK"):
        monkeypatch.setenv(f"{name}_API_KEY", "sk-loopback-0123456789")
    monkeypatch.setenv("ZAI_API_KEY", "sk-loopback-0123456789")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "loopback")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "loopback")
    monkeypatch.setenv("AWS_REGION_NAME", "eu-west-1")


# The bodies of the protocols; a word of `...` leaves the field out


def openai(word: object, tokens: int = 7, **choice: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": TEXT}
    choice = {"index": 0, "message": message, "finish_reason": word, **choice}
    usage = USAGE | {"completion_tokens": tokens}
    return {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice]} | {
        "created": 0,
        "usage": usage,
    }


def anthropic(word: object) -> dict[str, Any]:
    usage = {"input_tokens": 11, "output_tokens": 7}
    content = [{"type": "text", "text": TEXT}]
    return {"id": "1", "type": "message", "role": "assistant", "model": "c", "content": content} | {
        "stop_reason": word,
        "usage": usage,
    }


def gemini(word: object) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": TEXT}]}
    usage = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}
    candidate = {"content": content, "finishReason": word, "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage}


def ollama(word: object) -> dict[str, Any]:
    message = {"role": "assistant", "content": TEXT}
    counts = {"prompt_eval_count": 11, "eval_count": 7}
    return {"model": "x", "message": message, "done": True, "done_reason": word, **counts}


def cohere(word: object) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"type": "text", "text": TEXT}]}
    usage = {"tokens": {"input_tokens": 11, "output_tokens": 7}}
    return {"id": "1", "finish_reason": word, "message": message, "usage": usage}


def converse(word: object) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"text": TEXT}]}
    usage = {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18}
    return {"output": {"message": message}, "stopReason": word, "usage": usage, "metrics": {}}


Body = Callable[[object], dict[str, Any]]
PROTOCOLS: dict[str, tuple[str, str, Body]] = {
    "openai": ("openai/m", "/v1", openai),
    "openrouter": ("openrouter/x/y", "/v1", openai),
    "mistral": ("mistral/x", "/v1", openai),
    "deepseek": ("deepseek/x", "/v1", openai),
    "vllm": ("hosted_vllm/x", "/v1", openai),
    "glm": ("zai/glm-4.6", "/v1", openai),
    "anthropic": ("anthropic/claude-sonnet-4-5", "", anthropic),
    "gemini": ("gemini/gemini-2.5-flash", "", gemini),
    "ollama": ("ollama_chat/x", "", ollama),
    "cohere": ("cohere_chat/command-r", "/v2/chat", cohere),
    "bedrock": ("bedrock/converse/anthropic.claude-3-haiku-20240307-v1:0", "", converse),
}
STOPS = {
    "openai": ("stop", "tool_calls", "function_call", "STOP", "eos"),
    "anthropic": ("end_turn", "stop_sequence", "tool_use"),
    "gemini": ("STOP",),
    "ollama": ("stop",),
    "cohere": ("COMPLETE", "STOP_SEQUENCE"),
    "bedrock": ("end_turn", "stop_sequence"),
}
CUTS = {
    "openai": ("length", "max_tokens", "repetition_truncation"),
    "mistral": ("model_length",),
    "glm": ("model_context_window_exceeded",),
    "anthropic": ("max_tokens", "model_context_window_exceeded"),
    "gemini": ("MAX_TOKENS",),
    "ollama": ("length",),
    "cohere": ("MAX_TOKENS", "ERROR_LIMIT"),
    "bedrock": ("max_tokens", "model_context_window_exceeded"),
}
FILTERS = {
    "openai": ("content_filter",),
    "glm": ("sensitive",),
    "anthropic": ("refusal",),
    "gemini": ("SAFETY", "RECITATION", "PROHIBITED_CONTENT", "MODEL_ARMOR"),
    "cohere": ("ERROR_TOXIC",),
    "bedrock": ("guardrail_intervened", "content_filtered"),
}
BREAKS = {
    "openai": ("error", "server_error"),
    "openrouter": ("error",),
    "mistral": ("error",),
    "vllm": ("abort", "error"),
    "deepseek": ("insufficient_system_resource",),
    "glm": ("network_error",),
    "ollama": ("load", "unload"),
    "cohere": ("ERROR", "TIMEOUT", "USER_CANCEL"),
}
UNKNOWN = {
    "openai": ("mystery", "half-way", "stopped?"),
    "anthropic": ("pause_turn", "mystery"),
    "gemini": ("MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "FINISH_REASON_UNSPECIFIED"),
    "ollama": ("mystery",),
    "cohere": ("MYSTERY",),
    "bedrock": ("malformed_model_output", "mystery"),
}


def outcome(protocol: str, body: dict[str, Any]) -> Completion | Failure:
    model, path, _ = PROTOCOLS[protocol]
    with Loopback([Reply(body=json.dumps(body).encode())]) as server:
        base = server.url.removesuffix("/v1") + path
        lite = LiteModel(ModelSpec(model=model, api_base=base, max_tokens=LONGEST))
        return run(lite.complete(Request(MESSAGES)))


def stop(protocol: str, body: dict[str, Any]) -> str:
    done = outcome(protocol, body)
    assert isinstance(done, Completion), done
    return done.stop


def of(table: dict[str, tuple[str, ...]]) -> list[Any]:
    return [
        pytest.param(protocol, word, id=f"{protocol}-{word}")
        for protocol, words in table.items()
        for word in words
    ]


def body(protocol: str, word: object) -> dict[str, Any]:
    return PROTOCOLS[protocol][2](word)


@pytest.mark.parametrize(("protocol", "word"), of(STOPS))
def test_a_reply_that_the_model_ended_is_whole(protocol: str, word: str) -> None:
    done = outcome(protocol, body(protocol, word))
    assert isinstance(done, Completion)
    assert (done.text, done.stop, done.raw) == (TEXT, "stop", None)


@pytest.mark.parametrize(("protocol", "word"), of(CUTS))
def test_a_reply_that_a_limit_ended_is_cut(protocol: str, word: str) -> None:
    assert stop(protocol, body(protocol, word)) == "length"


@pytest.mark.parametrize(("protocol", "word"), of(FILTERS))
def test_a_reply_that_was_withheld_is_filtered(protocol: str, word: str) -> None:
    assert stop(protocol, body(protocol, word)) == "content_filter"


@pytest.mark.parametrize(("protocol", "word"), of(BREAKS))
def test_a_reply_that_the_provider_broke_off_is_a_failure_that_is_tried_again(
    protocol: str, word: str
) -> None:
    failed = outcome(protocol, body(protocol, word))
    assert isinstance(failed, Failure)
    assert failed.transient
    assert failed.unsure, "the provider may charge for it"
    assert word in failed.message


@pytest.mark.parametrize(("protocol", "word"), of(UNKNOWN))
def test_an_unknown_word_stays_as_it_is(protocol: str, word: str) -> None:
    assert stop(protocol, body(protocol, word)) == word


@pytest.mark.parametrize("protocol", STOPS)
@pytest.mark.parametrize("word", [None, ""])
def test_no_word_is_no_ending(protocol: str, word: str | None) -> None:
    assert stop(protocol, body(protocol, word)) == UNTOLD


def test_a_missing_field_is_no_ending() -> None:
    whole = openai("stop")
    del whole["choices"][0]["finish_reason"]
    assert stop("openai", whole) == UNTOLD


@pytest.mark.parametrize("native", ["abort", "error"])
def test_a_router_and_the_provider_behind_it_are_both_heard(native: str) -> None:
    failed = outcome("openrouter", openai("stop", native_finish_reason=native))
    assert isinstance(failed, Failure)
    cut = openai("stop", native_finish_reason="MAX_TOKENS")
    assert stop("openrouter", cut) == "length"
    assert stop("openrouter", openai("stop", native_finish_reason="completed")) == "stop"
    assert stop("openrouter", openai("stop", native_finish_reason="mystery")) == "mystery"


def test_the_token_that_stopped_a_model_is_no_word() -> None:
    assert stop("vllm", openai("stop", stop_reason=128009)) == "stop"


@pytest.mark.parametrize("protocol", ["openai", "openrouter"])
def test_an_error_beside_the_message_breaks_the_reply_off(protocol: str) -> None:
    error = {"code": 502, "message": "upstream died"}
    for broken in (openai("stop", error=error), openai("stop") | {"error": error}):
        failed = outcome(protocol, broken)
        assert isinstance(failed, Failure)
        assert failed.transient
        assert "upstream died" in failed.message


@pytest.mark.parametrize("word", ["stop", "mystery", None, "length"])
@pytest.mark.parametrize("tokens", [LONGEST, LONGEST + 1])
def test_a_reply_as_long_as_was_allowed_is_cut_whatever_it_says(word: object, tokens: int) -> None:
    assert stop("openai", openai(word, tokens)) == "length"


def test_a_shorter_reply_is_not_cut() -> None:
    assert stop("openai", openai("stop", LONGEST - 1)) == "stop"


def test_the_length_of_one_request_counts() -> None:
    with Loopback([Reply(body=json.dumps(openai("stop", 16)).encode())]) as server:
        lite = LiteModel(ModelSpec(model="openai/m", api_base=server.url, max_tokens=LONGEST))
        done = run(lite.complete(Request(MESSAGES, longest=16)))
    assert isinstance(done, Completion)
    assert done.stop == "length"


def test_a_filtered_reply_stays_filtered_however_long() -> None:
    assert stop("openai", openai("content_filter", LONGEST)) == "content_filter"


def test_calls_at_the_same_time_hear_their_own_words() -> None:
    words = [f"word {number}" for number in range(12)]

    def script(asked: Mapping[str, Any], number: int) -> Reply:
        said = openai(asked["messages"][0]["content"])
        return Reply(body=json.dumps(said).encode(), delay=0.02 * (len(words) - number))

    async def ask_all(lite: LiteModel) -> list[Completion | Failure]:
        asked = [Request((Message("user", word),)) for word in words]
        return await asyncio.gather(*map(lite.complete, asked))

    with Loopback(script) as server:
        lite = LiteModel(ModelSpec(model="openai/m", api_base=server.url))
        done = run(ask_all(lite))
    assert [one.stop for one in done if isinstance(one, Completion)] == words


@pytest.mark.parametrize("reason", ["PROHIBITED_CONTENT", "OTHER", "BLOCK_REASON_UNSPECIFIED"])
def test_a_prompt_that_gemini_blocks_is_filtered(reason: str) -> None:
    usage = {"promptTokenCount": 13, "totalTokenCount": 13}
    blocked = {"promptFeedback": {"blockReason": reason}, "usageMetadata": usage}
    assert stop("gemini", blocked) == "content_filter"


def test_a_reply_that_was_broken_off_may_cost() -> None:
    body_ = openai("error") | {"model": "gpt-4o-mini"}
    with Loopback([Reply(body=json.dumps(body_).encode())]) as server:
        lite = LiteModel(ModelSpec(model="openai/gpt-4o-mini", api_base=server.url))
        failed = run(lite.complete(Request(MESSAGES)))
    assert isinstance(failed, Failure)
    # OpenAI's price of gpt-4o-mini: 0.15 dollars per million tokens in, 0.60 out.
    assert failed.cost == pytest.approx((0.15 * 11 + 0.60 * 7) / 1e6)


def test_the_worst_word_decides() -> None:
    assert ending(["stop", "length", "refusal"]) == "content_filter"
    assert ending(["length", "abort", "refusal"]) == "error"
    assert ending(["mystery", "length"]) == "length"
    assert ending([None, "", "stop"]) == "stop"
    assert ending([17]) == "17"
