"""What a design may hand to a provider."""

from typing import Any

import pytest

import agents
from agents.core.models.model import ModelSpec
from games import BadInput
from prompts import Message
from tests.loopback import Loopback, run

MODEL = {"model": "openai/m", "api_base": "http://127.0.0.1:9/v1"}


def refused(**params: Any) -> str:
    with pytest.raises(BadInput) as error:
        agents.load("llm", MODEL | params)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("fallbacks", "another model would answer"),
        ("context_window_fallback_dict", "another model would answer"),
        ("model_list", "another model would answer"),
        ("mock_response", "nobody would be asked"),
        ("mock_timeout", "nobody would be asked"),
        ("mock_tool_calls", "nobody would be asked"),
        ("success_callback", "others would be told"),
        ("litellm_disabled_callbacks", "others would be told"),
        ("logger_fn", "others would be told"),
        ("langfuse_public_key", "others would be told"),
        ("input_cost_per_token", "prices are stated under [prices]"),
        ("output_cost_per_second", "prices are stated under [prices]"),
        ("base_model", "prices are stated under [prices]"),
        ("aws_access_key_id", "credentials stay in the environment"),
        ("aws_secret_access_key", "credentials stay in the environment"),
        ("aws_session_token", "credentials stay in the environment"),
        ("aws_bedrock_runtime_endpoint", "credentials stay in the environment"),
        ("vertex_credentials", "credentials stay in the environment"),
        ("vertex_location", "credentials stay in the environment"),
        ("azure_ad_token", "credentials stay in the environment"),
        ("azure_password", "credentials stay in the environment"),
        ("client_secret", "credentials stay in the environment"),
        ("headers", "extra_headers takes those that may be set"),
        ("provider_specific_headers", "extra_headers takes those that may be set"),
        ("custom_llm_provider", "what may is additional_drop_params, "),
        ("organization", "what may is "),
        ("client", "what may is "),
        ("caching", "what may is "),
        ("tools", "what may is "),
        ("litellm_params", "what may is "),
    ],
)
def test_arguments_that_are_not_known_to_be_harmless_are_refused(name: str, why: str) -> None:
    message = refused(extra={name: "x"})
    assert message.startswith(f"agent llm: extra: {name} may not be set here")
    assert why in message


def test_what_may_be_set_arrives() -> None:
    extra = {
        "top_k": 3,
        "extra_headers": {"X-Title": "Kuhn poker", "HTTP-Referer": "https://example.org"},
        "extra_body": {"chat_template_kwargs": {"enable_thinking": False}},
        "additional_drop_params": ["max_tokens"],
        "max_completion_tokens": 900,
    }
    from agents.core.models.lite import LiteModel  # noqa: PLC0415 - beside the one test that asks
    from agents.core.models.model import Request  # noqa: PLC0415

    with Loopback(["yes"]) as server:
        spec = ModelSpec(model="openai/m", api_base=server.url, extra=extra)
        run(LiteModel(spec).complete(Request((Message("user", "Your move?"),))))
        (request,) = server.requests
    assert request.headers["x-title"] == "Kuhn poker"
    assert request.body["chat_template_kwargs"] == {"enable_thinking": False}
    assert request.body["max_completion_tokens"] == 900
    assert "max_tokens" not in request.body


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "Cookie", "X-Gateway", "api-key"])
def test_headers_that_could_hold_a_key_are_refused(name: str) -> None:
    message = refused(extra={"extra_headers": {name: "hunter2hunter2"}})
    assert f"header {name} may not be set" in message
    assert "api_key_env" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "KEY", "OPENAI_API_BASE", "MY_KEY_FILE", "", "MY KEY", "A-KEY"]
)
def test_only_keys_are_named(name: str) -> None:
    assert "it names a variable that holds a key: …_KEY or …_TOKEN" in refused(api_key_env=name)


@pytest.mark.parametrize("name", ["MY_KEY", "HF_TOKEN", "my_key", "OPENAI_API_KEY_2_KEY"])
def test_keys_are_named(name: str) -> None:
    agents.load("llm", MODEL | {"api_key_env": name})


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1:8000/v1", "ftp://127.0.0.1", "http://", "http:///v1", "file:///etc/passwd"),
        *("http://127.0.0.1:port/v1", "http://[::1/v1", "http://a b/", "http://a\\@b/", ""),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refused(api_base=address).startswith("agent llm: api_base: it ")


@pytest.mark.parametrize(
    "address",
    ["http://me:hunter2@127.0.0.1/v1", "http://hunter2@127.0.0.1", "http://a?key=hunter2"],
)
def test_an_address_that_holds_a_password_is_refused_and_not_repeated(address: str) -> None:
    message = refused(api_base=address)
    assert "api_base: it holds a password or a key" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "model", ["huggingface/https://example.org/x", "oobabooga/http://example.org"]
)
def test_a_model_s_name_is_no_address(model: str) -> None:
    assert "model: a model is provider/name; its address is api_base" in refused(model=model)
