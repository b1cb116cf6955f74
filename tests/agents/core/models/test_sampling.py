"""What a call samples from: what is sent, what is kept of it, and that it is the distribution."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from scipy.stats import chisquare

from agents.core.models.embedded import Server, weights
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.sampling import named, neutral
from prompts import Message
from tests.agents.core.models.exact import Tree
from tests.loopback import Loopback, Reply, run

QUESTION = (
    Message("system", "You have 100 points. You give some of them to another player."),
    Message("user", 'Answer in JSON: "action" is how many you give, from 0 to 100.'),
)
GIFT: Mapping[str, Any] = {"action": {"type": "integer", "minimum": 0, "maximum": 100}}
SCHEMA = {"type": "object", "properties": GIFT, "required": ["action"]}

USUAL = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
LISTS = {"logprobs": True, "top_logprobs": 20}
SERVER = USUAL | {"top_k": -1, "min_p": 0, "typical_p": 1}
SERVER |= {"repeat_penalty": 1, "repetition_penalty": 1}
OLLAMA = {"temperature": 1, "top_p": 1, "top_k": 0, "min_p": 0, "typical_p": 1, "repeat_penalty": 1}
ENGINE = USUAL | {"top_k": 0, "min_p": 0, "typical_p": 1, "top_n_sigma": -1, "repeat_penalty": 1}
ENGINE |= {"xtc_probability": 0, "dry_multiplier": 0, "dynatemp_range": 0, "mirostat": 0}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in ("OPENAI", "OPENROUTER", "DEEPSEEK", "ANTHROPIC", "GEMINI"):
        monkeypatch.setenv(f"{provider}_API_KEY", "sk-loopback-0123456789")


def settings(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of sampling, in the protocol of OpenAI or of Ollama."""
    said = body.get("options", body)
    return {k: v for k, v in said.items() if k in {*SERVER, *ENGINE, "top_a"}}


def ask(reply: Reply, unset: frozenset[str] = frozenset(), **spec: Any) -> tuple[Any, Any]:
    with Loopback([reply]) as server:
        model = LiteModel(ModelSpec(**({"model": "openai/test", "api_base": server.url} | spec)))
        outcome = run(model.complete(Request(QUESTION, unset=unset)))
        (body,) = server.bodies
    return outcome, body


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("openai/test", SERVER),
        ("hosted_vllm/x", SERVER),
        ("lm_studio/x", SERVER),
        ("ollama/llama3", OLLAMA),
        ("ollama_chat/llama3", OLLAMA),
        ("deepseek/deepseek-chat", USUAL),
        ("openrouter/a/b", USUAL | {"top_k": 0, "min_p": 0, "top_a": 0, "repetition_penalty": 1}),
        ("anthropic/claude-sonnet-4-5", {"temperature": 1}),
    ],
)
def test_neutral_settings_arrive_where_they_are_taken(model: str, expected: Any) -> None:
    _, body = ask(Reply("5"), model=model)
    assert settings(body) == expected


def test_a_provider_s_own_hosts_get_no_setting_that_they_refuse() -> None:
    known = neutral("openai", own=False, takes=lambda _name, _value: True)
    assert known == USUAL | LISTS
    assert neutral("openai", own=False, takes=lambda name, _: name != "top_p").keys() == (
        {*USUAL, *LISTS} - {"top_p"}
    )


def test_a_model_that_takes_only_its_own_temperature_gets_no_more() -> None:
    _, body = ask(Reply("5"), model="openai/o1")
    assert body["temperature"] == 1
    assert not {"top_p", "presence_penalty", "frequency_penalty"} & body.keys()


def test_what_a_design_states_stands() -> None:
    extra = {"top_k": 5, "extra_body": {"min_p": 0.1}}
    _, body = ask(Reply("5"), temperature=0.7, extra=extra)
    assert settings(body) == SERVER | {"temperature": 0.7, "top_k": 5, "min_p": 0.1}


def test_what_a_server_refuses_is_left_out() -> None:
    _, body = ask(Reply("5"), frozenset({"top_k", "top_p"}))
    assert settings(body).keys() == SERVER.keys() - {"top_k", "top_p"}


def test_what_is_stated_is_never_left_out() -> None:
    _, body = ask(Reply("5"), frozenset({"temperature"}), temperature=0.5)
    assert body["temperature"] == 0.5


@pytest.mark.parametrize(
    ("message", "setting"),
    [
        ("`temperature` and `top_p` cannot both be specified for this model.", "top_p"),
        ("Argument not supported on this model: presencePenalty", "presence_penalty"),
        ("Unrecognized request argument supplied: top_k", "top_k"),
        ("temperature is deprecated for this model", "temperature"),
        ("the prompt is too long", None),
    ],
)
def test_a_refused_setting_is_found_in_the_error(message: str, setting: str | None) -> None:
    assert named(message, SERVER) == setting


def test_what_was_sent_is_kept_and_what_nobody_reports_is_unknown() -> None:
    done, _ = ask(Reply("5"), model="deepseek/deepseek-chat", temperature=0.5)
    assert done.sampling == {"sent": USUAL | {"temperature": 0.5}, "applied": "unknown"}


def test_the_embedded_engine_applies_what_is_sent_and_says_so() -> None:
    """And its reply is one line, as it was drawn."""

    async def session() -> list[Completion | Failure]:
        server = await Server.start(weights("smollm2"), slots=1, context=512)
        try:
            hot = ModelSpec(model="embedded/smollm2", temperature=0.7)
            plain = ModelSpec(model="embedded/smollm2", form="text", max_tokens=8)
            return [
                await LiteModel(hot, server.url).complete(Request(QUESTION, SCHEMA, seed=1)),
                await LiteModel(plain, server.url).complete(Request(QUESTION)),
            ]
        finally:
            await server.stop()

    bound, free = asyncio.run(session())
    assert isinstance(bound, Completion)
    assert isinstance(free, Completion)
    assert bound.sampling == {
        "sent": ENGINE | {"temperature": 0.7},
        "applied": ENGINE | {"temperature": 0.7},
    }
    assert free.sampling == {"sent": ENGINE, "applied": ENGINE}
    assert bound.text == json.dumps(json.loads(bound.text), separators=(",", ":"))
    assert bound.stop == "stop"


# The distribution


async def _drawn(count: int) -> tuple[list[str], dict[str, float]]:
    """So many replies of the embedded model, and the probability of each reply."""
    legal = [json.dumps({"action": gift}, separators=(",", ":")) for gift in range(101)]
    server = await Server.start(weights("smollm2"), slots=1, context=512)
    try:
        model = LiteModel(ModelSpec(model="embedded/smollm2"), server.url)
        replies = []
        for seed in range(count):
            done = await model.complete(Request(QUESTION, SCHEMA, seed=seed))
            assert isinstance(done, Completion)
            assert done.stop == "stop"
            assert done.raw is None, "nothing was drawn beside the text"
            replies.append(done.text)
        tree = await asyncio.to_thread(Tree, server.url, QUESTION, legal)
        return replies, await asyncio.to_thread(tree.probabilities)
    finally:
        await server.stop()


@pytest.mark.soak
def test_gifts_are_drawn_from_the_whole_distribution() -> None:
    """Of 400 gifts, by chi-squared; at the engine's own defaults it fails (p below .001)."""
    count = 400
    replies, exact = asyncio.run(_drawn(count))
    assert set(replies) <= {f'{{"action":{gift}}}' for gift in range(101)}
    assert sum(exact.values()) == pytest.approx(1, abs=0.01)
    observed = Counter(replies)
    usual = [reply for reply, share in exact.items() if count * share >= 5]
    seen, expected = [observed[r] for r in usual], [count * exact[r] for r in usual]
    seen.append(count - sum(seen))
    expected.append(count - sum(expected))
    assert expected[-1] >= 5
    assert chisquare(seen, expected).pvalue > 0.001, (seen, expected)
