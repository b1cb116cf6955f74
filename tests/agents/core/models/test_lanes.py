"""Both lanes of a call: the same requests, and the same readings of replies and faults."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest

from agents.core.models import codec
from agents.core.models.codec import PROVIDERS, VERSIONS, Codec, Surprise
from agents.core.models.lite import LiteModel, loaded
from agents.core.models.meter import Meter
from agents.core.models.model import DIRECT, Completion, Failure, ModelSpec, Request
from prompts import Message
from tests.agents.core.models.test_lite import HOPELESS, NEITHER, NO_CHOICES, SCHEMA, TRANSIENT
from tests.loopback import USAGE, Loopback, Received, Reply, run

KEYS = {name: f"{name.upper()}_API_KEY" for name in PROVIDERS}
MODELS = {
    "openai": ("openai/gpt-4o-mini",),
    "hosted_vllm": ("hosted_vllm/test",),
    "mistral": ("mistral/mistral-large-latest",),
    "deepseek": ("deepseek/deepseek-chat",),
    "anthropic": ("anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-20250514"),
}
NAMES = [name for provider in PROVIDERS for name in MODELS[provider]]
TALK = (Message("system", "Play."), Message("user", "Your move, ‘J’ or ‘F’?"))
AGAIN = (*TALK, Message("assistant", "X"), Message("user", "That is no option."))
REQUESTS = (Request(TALK), Request(AGAIN, SCHEMA), Request(TALK, SCHEMA, longest=7))
DETAILS = {
    "prompt_tokens_details": {"cached_tokens": 8},
    "completion_tokens_details": {"reasoning_tokens": 5},
}
LISTED = {
    "token": "x", "logprob": -0.1, "bytes": [120],
    "top_logprobs": [{"token": "x", "logprob": -0.1, "bytes": [120]}],
}  # fmt: skip
REPLIES = {
    "plain": Reply("I check."),
    "cached and thought": Reply("I check.", usage=USAGE | DETAILS),
    "dated": Reply("I check.", model="gpt-4o-mini-2024-07-18"),
    "thought": Reply("I check.", reasoning="A Jack."),
    "thought in the text": Reply("<think>A Jack.</think>I check."),
    "cut": Reply('{"action": "ch', finish_reason="length"),
    "filtered": Reply("I", finish_reason="content_filter"),
    "refused": Reply(None, refusal="I cannot."),
    "null": Reply(None),
    "no choices": Reply(body=NO_CHOICES),
    "parts": Reply([{"type": "text", "text": "I check."}]),
    "lists": Reply("x", choice={"logprobs": {"content": [LISTED]}}),
    "broken off": Reply("I", finish_reason="error"),
    "error beside": Reply("I", choice={"error": {"message": "gone", "code": 502}}),
    "flagged": Reply("Invalid prompt: flagged as violating our usage policy.", status=400),
    "wait": Reply("wait", status=429, headers={"Retry-After": "7"}),
    "day": Reply("Rate limit reached: requests per day.", status=429),
    "surrogate": Reply("\ud83d"),
    "half": Reply(body=b'{"error": {"message": "overloaded", "code": 529}}'),
}
ALL = {**REPLIES, **TRANSIENT, **HOPELESS, **NEITHER}
ANTHROPIC: dict[str, dict[str, Any]] = {
    "text": {"content": [{"type": "text", "text": "I check."}], "stop_reason": "end_turn"},
    "cut": {"content": [{"type": "text", "text": "I"}], "stop_reason": "max_tokens"},
    "refused": {"content": [], "stop_reason": "refusal"},
    "thought": {
        "content": [
            {"type": "thinking", "thinking": "A Jack.", "signature": "x"},
            {"type": "text", "text": "I check."},
        ],
        "stop_reason": "end_turn",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider, variable in KEYS.items():
        monkeypatch.setenv(variable, f"sk-{provider}-0123456789")


Asked = tuple[list[Completion | Failure], list[Received]]


def ask(
    name: str, replies: Sequence[Reply], *, direct: bool, requests: Sequence[Request] = REQUESTS,
    again: bool = False,
    **spec: Any,
) -> Asked:  # fmt: skip
    """Outcomes of one model's calls in one lane, and what the server received."""

    async def work(model: LiteModel) -> list[Completion | Failure]:
        outcomes = []
        for number in range(len(replies)):
            outcomes.append(await model.complete(requests[number % len(requests)]))
            if again and model._direct is not None:
                model._direct.left = None
        return outcomes

    with Loopback(replies) as server:
        about = ModelSpec(model=name, api_base=server.url, **spec)
        model = LiteModel(about)
        if not direct:
            model._direct = None
        return run(work(model)), server.requests


def both(name: str, replies: Sequence[Reply], **asked: Any) -> tuple[Asked, Asked]:
    return ask(name, replies, direct=True, **asked), ask(name, replies, direct=False, **asked)


def plain(outcome: Completion | Failure) -> Any:
    """What does not depend on the lane: not the time, and not LiteLLM's own words for an error."""
    assert outcome.lane is not None
    assert "0123456789" not in repr(outcome)
    if isinstance(outcome, Completion):
        cost = None if outcome.cost is None else round(outcome.cost, 12)
        return replace(outcome, seconds=0, cost=cost, lane=None), outcome.tokens
    cost = None if outcome.cost is None else round(outcome.cost, 12)
    told = (outcome.status, outcome.kind, outcome.retry_after, cost, outcome.host)
    return told, outcome.message if "scripted" in outcome.message else None


def headers(received: Received) -> Mapping[str, str]:
    ours = {"authorization", "x-api-key", "content-type", "anthropic-version", "anthropic-beta"}
    return {key: value for key, value in received.headers.items() if key in ours}


def body(received: Received) -> Mapping[str, Any]:
    """Without the default that some callers in LiteLLM add."""
    return {k: v for k, v in received.body.items() if (k, v) != ("stream", False)}


def test_the_installed_version_was_compared() -> None:
    assert version("litellm") in VERSIONS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spec", [{}, {"temperature": 0.5, "max_tokens": 33}], ids=str)
def test_both_lanes_send_the_same(name: str, spec: dict[str, Any]) -> None:
    if name.startswith(("openai", "hosted_vllm")) and spec:
        spec = spec | {"extra": {"top_k": 5, "extra_body": {"grammar": "x"}}}
    seeds = [] if name.startswith("anthropic") else [replace(REQUESTS[1], seed=n) for n in (1, 2)]
    requests = [*REQUESTS, *seeds]
    done, usual = both(name, [TRANSIENT["500"]] * len(requests), requests=requests, **spec)
    assert [outcome.lane for outcome in done[0]] == [DIRECT] * len(requests)
    assert [*map(body, done[1])] == [*map(body, usual[1])]
    assert [*map(headers, done[1])] == [*map(headers, usual[1])]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("anthropic")])
def test_both_lanes_read_the_same_over_a_stream_of_replies_and_faults(name: str) -> None:
    compare(name, ALL)


def compare(name: str, cases: Mapping[str, Reply]) -> None:
    """Each case twice past LiteLLM's logging, the second time of a learned shape; and once not."""
    labels = [label for label in cases for _ in range(2)]
    twice = [cases[label] for label in labels]
    done, _ = ask(name, twice, direct=True, requests=[REQUESTS[0]], again=True)
    usual, _ = ask(name, [*cases.values()], direct=False, requests=[REQUESTS[0]])
    known = dict(zip(cases, map(plain, usual), strict=True))
    unlike = [
        f"{label}: {plain(one)}, and by acompletion {known[label]}"
        for label, one in zip(labels, done, strict=True)
        if plain(one) != known[label]
    ]
    assert not unlike, "\n".join(unlike)
    assert {outcome.lane for outcome in done} == {DIRECT}


def test_both_lanes_read_the_same_of_anthropic() -> None:
    usage = {"input_tokens": 11, "output_tokens": 7}
    base = {"id": "1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5"}
    good = {
        f"{label} {len(more)}": Reply(
            body=json.dumps({**base, **each, "usage": usage | more}).encode()
        )
        for label, each in ANTHROPIC.items()
        for more in ({}, {"cache_read_input_tokens": 3})
    }
    faults = {**TRANSIENT, **HOPELESS, **NEITHER, "wait": REPLIES["wait"]}
    compare(MODELS["anthropic"][0], {**good, **faults})


def anthropic(model: str = "claude-sonnet-4-5", **usage: int) -> Reply:
    """A reply of Anthropic's with some usage."""
    whole = {"id": "1", "type": "message", "role": "assistant", "model": model}
    counts = {"input_tokens": 11, "output_tokens": 7} | usage
    return Reply(body=json.dumps({**whole, **ANTHROPIC["text"], "usage": counts}).encode())


def test_litellm_reckons_a_price_once_and_whatever_it_does_not_cover() -> None:
    litellm, reckoned = loaded(), []
    usual = litellm.completion_cost
    replies = [anthropic(output_tokens=n) for n in range(1, 9)]
    replies += [anthropic(cache_read_input_tokens=5), anthropic(input_tokens=90_000)]

    def counted(**about: Any) -> float:
        reckoned.append(about)
        return float(usual(**about))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(litellm, "completion_cost", counted)
        done, _ = ask(MODELS["anthropic"][0], replies, direct=True, requests=[REQUESTS[0]])
        assert (
            len(reckoned) == 1 + 2 + 2
        )  # the first, the price of each kind of token, the last two
    by_litellm, _ = ask(MODELS["anthropic"][0], replies, direct=False, requests=[REQUESTS[0]])
    costs = [one.cost for one in by_litellm]
    assert [one.cost for one in done] == pytest.approx(costs)
    assert None not in costs
    assert len(set(costs)) == len(costs)


def test_a_learned_price_that_changes_is_not_used_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.core.models.learned_price._EVERY", 3)
    usual, calls = Codec.cost, []

    def dearer(self: Codec, response: Any) -> float | None:
        calls.append(1)
        cost = usual(self, response)
        return cost if cost is None or len(calls) <= 3 else 2 * cost

    monkeypatch.setattr(Codec, "cost", dearer)
    done, _ = ask(MODELS["anthropic"][0], [anthropic()] * 6, direct=True, requests=[REQUESTS[0]])
    first, *rest = [one.cost or 0.0 for one in done]
    assert rest == pytest.approx([first, 2 * first, 2 * first, 2 * first, 2 * first])


@pytest.mark.parametrize("direct", [True, False], ids=["direct", "acompletion"])
def test_a_price_of_zero_is_one_that_litellm_lacks(*, direct: bool) -> None:
    """Of older models, its table has the provider alone, and zeros as prices."""
    model = "claude-sonnet-4-20250514"
    name = f"anthropic/{model}"
    assert loaded().get_model_info(name)["input_cost_per_token"] == 0
    (done,), _ = ask(name, [anthropic(model)], direct=direct)
    assert isinstance(done, Completion)
    assert done.cost is None
    assert Meter(ModelSpec(model=name), local=False).price is None


@pytest.mark.parametrize(("part", "error"), [("sent", Surprise), ("read", AttributeError)])
def test_a_surprise_falls_back_once_with_its_reason(
    part: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def surprise(self: Codec, *_: Any) -> None:
        calls.append(self)
        raise error("it changed")

    monkeypatch.setattr(Codec, part, surprise)
    outcomes, received = ask("openai/test", [Reply("I check.")] * 3, direct=True)
    assert [one.text for one in outcomes if isinstance(one, Completion)] == ["I check."] * 3
    assert len(received) == 3, "no reply is paid for twice"
    assert len(calls) == 1
    assert outcomes[-1].lane is not None
    assert outcomes[-1].lane.startswith("acompletion: ")
    assert "it changed" in outcomes[-1].lane or "AttributeError" in outcomes[-1].lane


def test_a_learned_shape_that_is_read_otherwise_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.core.models.learned._EVERY", 2)
    read = Codec.read
    count = iter(range(100))

    def changed(self: Codec, *args: Any) -> Any:
        response = read(self, *args)
        if next(count) > 1:  # what the first is read by, and its price
            response.choices[0].message.content = "I bet."
        return response

    monkeypatch.setattr(Codec, "read", changed)
    outcomes, received = ask("openai/test", [Reply("I check.")] * 4, direct=True)
    assert [one.text for one in outcomes if isinstance(one, Completion)] == ["I check."] * 4
    assert len(received) == 4
    assert outcomes[-1].lane == "acompletion: LiteLLM reads replies of one shape in two ways"


def test_a_redirect_within_the_server_falls_back() -> None:
    moved = Reply("gone", status=307, headers={"Location": "/v2/chat/completions"})
    with Loopback([moved, Reply("I check.")]) as server:
        model = LiteModel(ModelSpec(model="openai/test", api_base=server.url))
        outcome = run(model.complete(REQUESTS[0]))
    assert isinstance(outcome, Completion)
    assert outcome.lane == "acompletion: its server answers with a redirect (307)"


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"model": "groq/llama-3.1-8b-instant"}, "provider groq was not compared"),
        ({"model": "openai/test", "extra": {"drop_params": True}}, "it sets drop_params"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_what_was_not_compared_goes_through_acompletion(
    spec: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "sk-groq-0123456789")
    with Loopback([Reply("I check.")]) as server:
        outcome = run(LiteModel(ModelSpec(api_base=server.url, **spec)).complete(REQUESTS[0]))
    assert outcome.lane == f"acompletion: {why}"


def test_another_version_goes_through_acompletion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "version", lambda _: "1.999.0")
    (outcome,), _ = ask("openai/test", [Reply("I check.")], direct=True)
    assert outcome.lane == "acompletion: LiteLLM 1.999.0 was not compared"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("openai/gpt-4o-mini", "https://api.openai.com/v1/chat/completions"),
        ("mistral/mistral-large-latest", "https://api.mistral.ai/v1/chat/completions"),
        ("deepseek/deepseek-chat", "https://api.deepseek.com/beta/chat/completions"),
        ("anthropic/claude-sonnet-4-5", "https://api.anthropic.com/v1/messages"),
    ],
)
def test_the_usual_addresses_are_those_of_the_providers(name: str, url: str) -> None:
    made = Codec(loaded(), name, None, "sk-mine")
    assert made.sent({"messages": [{"role": "user", "content": "?"}], "max_tokens": 5}).url == url
