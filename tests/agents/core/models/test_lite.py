"""The real LiteLLM, against a real server on this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from agents.core.models import codec
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from games import BadInput
from prompts import Message
from tests.loopback import USAGE, Loopback, Reply, run

KEY = "sk-loopback-0123456789"
MESSAGES = (Message("system", "Play."), Message("user", "Your move?"))
SCHEMA = {
    "type": "object",
    "properties": {"action": {"type": "string", "enum": ["check", "bet"]}},
    "required": ["action"],
    "additionalProperties": False,
}
NO_CHOICES = b'{"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": []}'

TRANSIENT = {
    "408": Reply("slow", status=408),
    "429": Reply("busy", status=429),
    "500": Reply("broken", status=500),
    "502": Reply("gateway", status=502),
    "503": Reply("overloaded", status=503),
    "drop": Reply(drop=True),
    "empty body": Reply(body=b""),
    "malformed JSON": Reply(body=b'{"id": "1", "choices": ['),
    "JSON of something else": Reply(body=b"{}"),
    "not JSON": Reply(body=b"<html>Bad gateway</html>", headers={"Content-Type": "text/html"}),
    "short body": Reply("check", headers={"Content-Length": "9999"}),
}
HOPELESS = {str(status): Reply("no", status=status) for status in (401, 403, 404)}
NEITHER = {str(status): Reply("no", status=status) for status in (400, 422)}

Outcome = Completion | Failure


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def lane(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of the calls: past LiteLLM's logging, or by `acompletion`."""
    if request.param == "acompletion":
        monkeypatch.setattr(codec, "VERSIONS", frozenset())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test that asks asks in both lanes."""
    if {"ask", "completion", "failure"} & {*metafunc.function.__code__.co_names}:
        metafunc.fixturenames.append("lane")
        metafunc.parametrize("lane", ["direct", "acompletion"], indirect=True)


def ask(
    reply: Reply | str,
    *,
    schema: dict[str, Any] | None = None,
    seed: int | None = None,
    **spec: Any,
) -> tuple[Outcome, Mapping[str, Any]]:
    """What comes of asking once, and what the server was sent: exactly one request."""
    with Loopback([reply]) as server:
        model = LiteModel(ModelSpec(**({"model": "openai/test", "api_base": server.url} | spec)))
        outcome = run(model.complete(Request(MESSAGES, schema, seed)))
        (request,) = server.bodies
    return outcome, request


def completion(reply: Reply | str, **spec: Any) -> Completion:
    outcome, _ = ask(reply, **spec)
    assert isinstance(outcome, Completion), outcome
    return outcome


def failure(reply: Reply, **spec: Any) -> Failure:
    outcome, _ = ask(reply, **spec)
    assert isinstance(outcome, Failure), outcome
    return outcome


def cases(*tables: Mapping[str, Reply]) -> list[Any]:
    return [pytest.param(reply, id=name) for table in tables for name, reply in table.items()]


# What arrives at the provider


def test_a_plain_request_holds_the_question_and_neutral_settings_alone() -> None:
    _, request = ask("check")
    neutral = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
    neutral |= {"top_k": -1, "min_p": 0, "typical_p": 1}
    neutral |= {"repeat_penalty": 1, "repetition_penalty": 1}
    neutral |= {"logprobs": True, "top_logprobs": 20}
    assert request == neutral | {
        "model": "test",
        "messages": [
            {"role": "system", "content": "Play."},
            {"role": "user", "content": "Your move?"},
        ],
        "max_tokens": 1024,
    }


def test_what_is_set_arrives() -> None:
    _, request = ask("check", seed=2**31 - 1, temperature=0, top_p=0.9, max_tokens=33)
    assert {key: request[key] for key in ("seed", "temperature", "top_p", "max_tokens")} == {
        "seed": 2**31 - 1,
        "temperature": 0,
        "top_p": 0.9,
        "max_tokens": 33,
    }


def test_the_effort_of_reasoning_arrives_where_the_provider_takes_one() -> None:
    _, request = ask("check", model="openai/o3-mini", reasoning_effort="low")
    assert request["reasoning_effort"] == "low"
    with pytest.raises(BadInput, match="'openai/gpt-4o' does not take a setting"):
        ask("check", model="openai/gpt-4o", reasoning_effort="low")


def test_a_schema_arrives_whole_and_binding() -> None:
    _, request = ask("check", schema=SCHEMA)
    asked = {"name": "reply", "schema": SCHEMA, "strict": True}
    assert request["response_format"] == {"type": "json_schema", "json_schema": asked}


def test_extra_arguments_arrive() -> None:
    extra = {"presence_penalty": 0.5, "extra_body": {"grammar": 'root ::= "bet"'}}
    _, request = ask("check", extra=extra)
    assert request["presence_penalty"] == 0.5
    assert request["grammar"] == 'root ::= "bet"'


def test_an_extra_argument_does_not_replace_what_is_set() -> None:
    outcome, request = ask(TRANSIENT["500"], extra={"temperature": 2}, temperature=0.5)
    assert isinstance(outcome, Failure)  # and was asked for once
    assert request["temperature"] == 0.5


# What comes back


def test_a_completion_is_kept_as_the_provider_gave_it() -> None:
    done = completion(Reply("I check.", model="test-2025-01-01", reasoning="A Jack."))
    assert (done.text, done.stop, done.served_model) == ("I check.", "stop", "test-2025-01-01")
    assert done.reasoning == "A Jack."
    assert 0 < done.seconds < 120


def test_usage_is_kept_with_its_details() -> None:
    details = {"completion_tokens_details": {"reasoning_tokens": 5}}
    details["prompt_tokens_details"] = {"cached_tokens": 3}
    assert completion("check").usage == USAGE
    assert completion(Reply("check", usage=USAGE | details)).usage == USAGE | details


def test_cost_is_unknown_for_a_model_without_a_price() -> None:
    assert completion("check").cost is None


def test_cost_is_tokens_times_the_price() -> None:
    # OpenAI's price of gpt-4o-mini: 0.15 dollars per million tokens in, 0.60 out.
    done = completion("check", model="openai/gpt-4o-mini")
    expected = (0.15 * USAGE["prompt_tokens"] + 0.60 * USAGE["completion_tokens"]) / 1e6
    assert done.cost == pytest.approx(expected)


def test_tokens_that_a_provider_had_in_its_cache_are_on_record_and_cost_less() -> None:
    kept = {**USAGE, "prompt_tokens": 2000, "prompt_tokens_details": {"cached_tokens": 1500}}
    done = completion(Reply("check", usage=kept), model="openai/gpt-4o-mini")
    whole = completion(
        Reply("check", usage={**USAGE, "prompt_tokens": 2000}), model="openai/gpt-4o-mini"
    )
    assert done.usage["prompt_tokens_details"]["cached_tokens"] == 1500
    assert done.cost is not None
    assert whole.cost is not None
    assert done.cost < whole.cost


def test_an_answer_cut_off_says_so() -> None:
    done = completion(Reply('{"action": "ch', finish_reason="length"))
    assert (done.text, done.stop) == ('{"action": "ch', "length")


@pytest.mark.parametrize("reply", [Reply(None), Reply("")], ids=["null", "empty"])
def test_no_content_is_an_empty_text(reply: Reply) -> None:
    done = completion(reply)
    assert (done.text, done.stop) == ("", "stop")


def test_no_choices_are_an_empty_text() -> None:
    done = completion(Reply(body=NO_CHOICES))
    assert (done.text, done.stop) == ("", "no choices")


def test_a_filtered_answer_says_so() -> None:
    assert completion(Reply("I", finish_reason="content_filter")).stop == "content_filter"


@pytest.mark.parametrize("text", [None, ""])
def test_a_refusal_is_a_filtered_answer(text: str | None) -> None:
    assert completion(Reply(text, refusal="I cannot help.")).stop == "content_filter"


def test_a_question_that_is_filtered_is_a_filtered_answer() -> None:
    message = "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
    done = completion(Reply(message, status=400))
    assert (done.text, done.stop, done.cost) == ("", "content_filter", None)


# What goes wrong: asked once each time, as `ask` makes sure


@pytest.mark.parametrize("reply", cases(TRANSIENT))
def test_a_call_that_may_succeed_later_is_transient_and_made_once(reply: Reply) -> None:
    failed = failure(reply)
    assert failed.transient
    assert not failed.hopeless


@pytest.mark.parametrize("reply", cases(HOPELESS))
def test_a_wrong_key_or_name_is_hopeless(reply: Reply) -> None:
    failed = failure(reply)
    assert failed.hopeless
    assert not failed.transient


def test_an_account_without_credit_is_unpaid() -> None:
    # What OpenRouter and DeepSeek answer.
    found = [
        failure(Reply("Insufficient credits", status=402)),
        failure(Reply("insufficient_quota", status=429)),
        failure(Reply("Too many requests", status=429)),
    ]
    assert [one.unpaid for one in found] == [True, True, False]
    assert not any(one.hopeless for one in found)


def test_a_wrong_key_is_hopeless_by_whatever_name() -> None:
    body = b'{"error": {"message": "Incorrect API key", "type": "invalid_request_error"}}'
    assert failure(Reply(status=401, body=body)).hopeless


@pytest.mark.parametrize("reply", cases(NEITHER))
def test_a_refused_request_is_neither_transient_nor_hopeless(reply: Reply) -> None:
    failed = failure(reply)
    assert not failed.transient
    assert not failed.hopeless


def test_the_status_and_the_reason_are_kept_in_one_line() -> None:
    failed = failure(Reply("too\nmany", status=429))
    assert failed.status == 429
    assert "too many" in failed.message
    assert "\n" not in failed.message


def test_keys_that_a_provider_repeats_are_not_kept() -> None:
    failed = failure(Reply(f"wrong keys: {KEY}, sk-proj-abcdefghij0123456789", status=401))
    assert "wrong keys: [redacted], [redacted]" in failed.message


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("0.25", 0.25), ("0", 0)])
def test_the_wait_that_is_asked_for_is_read(status: int, header: str, seconds: float) -> None:
    failed = failure(Reply("wait", status=status, headers={"Retry-After": header}))
    assert failed.retry_after == seconds


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-8))])
def test_the_wait_may_be_asked_for_as_a_date(zone: timezone) -> None:
    until = datetime.now(zone) + timedelta(seconds=30)
    header = format_datetime(until.astimezone(zone))
    failed = failure(Reply("wait", status=429, headers={"Retry-After": header}))
    assert failed.retry_after is not None
    assert 0 < failed.retry_after <= 30


def test_a_date_that_is_over_asks_for_no_wait() -> None:
    header = "Wed, 21 Oct 2015 07:28:00 GMT"
    failed = failure(Reply("wait", status=429, headers={"Retry-After": header}))
    assert failed.retry_after == 0


@pytest.mark.parametrize("header", ["soon", "", "-1", "1.2.3"])
def test_a_wait_that_is_no_number_is_none(header: str) -> None:
    failed = failure(Reply("wait", status=429, headers={"Retry-After": header}))
    assert failed.retry_after is None


@pytest.fixture
def _warm() -> None:
    """The first call of a process imports for seconds."""
    completion("check")


@pytest.mark.usefixtures("_warm")
def test_silence_is_given_up_after_the_timeout() -> None:
    failed = failure(Reply("check", delay=30), timeout=1)
    assert failed.transient
    assert failed.status == 408


@pytest.mark.usefixtures("_warm")
def test_an_answer_that_trickles_in_is_given_up_after_the_timeout() -> None:
    failed = failure(Reply("check", pace=0.01), timeout=1)
    assert failed.transient
    assert failed.status == 408


def test_a_server_that_is_not_there_is_transient() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    model = LiteModel(ModelSpec(model="openai/test", api_base=f"http://127.0.0.1:{port}/v1"))
    failed = run(model.complete(Request(MESSAGES)))
    assert isinstance(failed, Failure)
    assert failed.transient


@pytest.mark.parametrize(
    ("model", "setting"),
    [("anthropic/claude-3-5-sonnet-20241022", {"seed": 1}), ("openai/o1", {"temperature": 0.5})],
)
def test_a_setting_that_a_model_does_not_take_is_bad_input(
    model: str, setting: dict[str, Any]
) -> None:
    with Loopback([]) as server:
        spec = {key: value for key, value in setting.items() if key != "seed"}
        lite = LiteModel(ModelSpec(model=model, api_base=server.url, **spec))
        with pytest.raises(BadInput, match=f"{model}.*{next(iter(setting))}"):
            run(lite.complete(Request(MESSAGES, seed=setting.get("seed"))))


# Names and keys


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert completion("check").text == "check"


def test_a_model_on_this_machine_gets_no_key_and_costs_nothing() -> None:
    with Loopback(["check"]) as server:
        model = LiteModel(ModelSpec(model="embedded/smollm2"), server.url)
        done = run(model.complete(Request(MESSAGES)))
        (request,) = server.requests
    assert isinstance(done, Completion)
    assert (done.cost, model.form) == (0, "json")
    assert request.headers["authorization"] == "Bearer none"
    assert request.body["model"] == "embedded/smollm2"


@pytest.mark.parametrize("name", ["test", "nonsense/test", "llama3"])
def test_a_name_without_a_provider_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput, match=f"model '{name}' names no provider"):
        LiteModel(ModelSpec(model=name))


def test_a_name_without_a_provider_is_bad_input_whatever_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_OWN_KEY", "sk-mine")
    with pytest.raises(BadInput, match="model 'test' names no provider"):
        LiteModel(ModelSpec(model="test", api_key_env="MY_OWN_KEY"))


PROVIDERS = [
    ("openai/gpt-4o-mini", "OPENAI_API_KEY"),
    ("gpt-4o-mini", "OPENAI_API_KEY"),
    ("anthropic/claude-3-5-sonnet-20241022", "ANTHROPIC_API_KEY"),
    ("gemini/gemini-2.0-flash", "GEMINI_API_KEY"),
    ("openrouter/meta-llama/llama-3-70b-instruct", "OPENROUTER_API_KEY"),
    ("mistral/mistral-large-latest", "MISTRAL_API_KEY"),
    ("ollama/llama3", "OLLAMA_API_BASE"),
]


@pytest.mark.parametrize(("name", "variable"), PROVIDERS)
def test_a_provider_wants_its_variable_and_nothing_else(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _, other in [*PROVIDERS, ("", "GOOGLE_API_KEY")]:
        monkeypatch.delenv(other, raising=False)
    with pytest.raises(BadInput, match=f"model '{name}' needs .*{variable}"):
        LiteModel(ModelSpec(model=name))
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert LiteModel(ModelSpec(model=name)).form in {"json", "text"}


@pytest.mark.parametrize("name", ["hosted_vllm/x", "lm_studio/x", "ollama/llama3"])
def test_a_server_on_this_machine_wants_no_variable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    spec = ModelSpec(model=name, api_base="http://127.0.0.1:9/v1")
    assert LiteModel(spec).form in {"json", "text"}


def test_a_named_variable_that_is_not_set_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_OWN_KEY", raising=False)
    with pytest.raises(BadInput, match="model 'openai/test' needs MY_OWN_KEY"):
        LiteModel(ModelSpec(model="openai/test", api_key_env="MY_OWN_KEY"))


def test_an_empty_variable_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with pytest.raises(BadInput, match="model 'openai/test' needs OPENAI_API_KEY"):
        LiteModel(ModelSpec(model="openai/test"))
    assert "OPENAI_API_KEY" in os.environ, "the environment is the user's"


@pytest.mark.parametrize(
    ("name", "form"),
    [("openai/gpt-4o-mini", "json"), ("openai/test", "text"), ("ollama/llama3", "text")],
)
def test_the_form_is_what_the_model_supports(name: str, form: str) -> None:
    assert LiteModel(ModelSpec(model=name, api_base="http://127.0.0.1:9")).form == form


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_form_is_what_is_asked_for(form: str) -> None:
    spec = ModelSpec.model_validate({"model": "openai/gpt-4o-mini", "form": form})
    assert LiteModel(spec).form == form


@pytest.mark.parametrize("reply", cases(TRANSIENT, HOPELESS, NEITHER))
def test_a_failure_does_not_tell_the_key(reply: Reply) -> None:
    assert KEY not in repr(failure(reply))


def test_a_failure_does_not_tell_the_key_even_if_the_provider_does() -> None:
    assert KEY not in repr(failure(Reply(f"Incorrect API key provided: {KEY}", status=401)))


def test_litellm_is_imported_only_when_a_model_is_used() -> None:
    program = "import sys, agents.core.models.lite; sys.exit('litellm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
