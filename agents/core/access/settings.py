"""Settings of a design that reach a provider: further arguments, headers, addresses, names of keys.

A design is on record, and may come from another person. It therefore holds no secret. No value in
it determines the answering server, the recipient of data, the assumed cost of a call, or the
credentials in use.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import PydanticCustomError

from agents.core.access.secrets import redacted

SECRET = "secret"  # noqa: S105 - no password itself
"""Type of an error that does not repeat the value, which may hold a password."""

_OURS = frozenset(
    {"model", "messages", "timeout", "stream", "n", "num_retries", "max_retries", "response_format"}
    | {"api_key", "api_base", "base_url"}
)
"""Arguments of a call that the question and the reading of replies determine; and the key, since
free settings go on record."""

_ARGUMENTS = frozenset(
    # of OpenAI's interface
    {"temperature", "top_p", "seed", "stop", "max_tokens", "max_completion_tokens", "user"}
    | {"presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs"}
    | {"reasoning_effort", "verbosity", "modalities", "prediction", "service_tier", "store"}
    | {"safety_identifier", "prompt_cache_key", "prompt_cache_retention", "web_search_options"}
    # of other providers and of servers of one's own
    | {
        "top_k",
        "top_a",
        "min_p",
        "typical_p",
        "tfs_z",
        "epsilon_cutoff",
        "eta_cutoff",
        "min_tokens",
    }
    | {"repetition_penalty", "repeat_penalty", "repeat_last_n", "length_penalty", "ignore_eos"}
    | {"mirostat", "mirostat_eta", "mirostat_tau", "num_ctx", "num_predict", "keep_alive", "think"}
    | {"thinking", "thinking_config", "enable_thinking", "thinking_budget", "reasoning"}
    | {"reasoning_format", "include_reasoning", "safety_settings", "safe_prompt", "random_seed"}
    | {"prompt_truncate_len", "truncation", "transforms", "provider", "guided_json", "grammar"}
    | {"guided_choice", "guided_regex", "chat_template", "chat_template_kwargs", "api_version"}
    # of LiteLLM: which arguments are sent
    | {"drop_params", "additional_drop_params", "allowed_openai_params", "extra_body"}
    | {"extra_headers", "supports_system_message"}
)
_HEADERS = frozenset(
    {"http-referer", "referer", "x-title", "x-openrouter-title", "x-openrouter-categories"}
    | {"user-agent", "accept-language", "anthropic-beta", "anthropic-version", "openai-beta"}
    | {"x-request-id", "x-client-request-id", "idempotency-key", "x-session-id"}
)
_REFUSED = (
    (r"fallback|model_list|router|silent_model", "another model would answer"),
    (r"^mock_|^network_mock", "nobody would be asked"),
    (r"callback|logger|langfuse|langsmith|posthog|guardrail", "others would be told"),
    (r"cost|tiered_pricing|base_model", "prices are stated under [prices]"),
    (
        r"^(aws|azure|vertex|watsonx|oci|gcp|google|s3)_|key$|secret|password|credential|token$",
        "credentials stay in the environment",
    ),
    (r"headers$", "extra_headers takes those that may be set"),
)
_NAMED = re.compile(
    r"api_?key|secret|passw|credential|authorization|cookie|access_?token", re.IGNORECASE
)


def check_extra(extra: Mapping[str, Any]) -> None:
    """Refuse further arguments that are not known to be harmless.

    Raises:
        ValueError: an argument is not allowed, or holds a secret.
    """
    for name in extra:
        if name in _OURS:
            raise ValueError(f"{name} is not free to choose: the program sets it")
        if name not in _ARGUMENTS:
            reasons = (why for pattern, why in _REFUSED if re.search(pattern, name))
            raise ValueError(f"{name} may not be set here{_because(next(reasons, None))}")
    for name in extra.get("extra_headers") or {}:
        if str(name).lower() not in _HEADERS:
            raise ValueError(
                f"header {name} may not be set: it could hold a key, which api_key_env names; "
                f"headers that may are {', '.join(sorted(_HEADERS))}"
            )
    for name, text in texts(extra, ""):
        if text and (_NAMED.search(name) or redacted(text) != text):
            raise ValueError(
                f"{name or 'it'} holds what looks like a secret: put that into an environment "
                "variable, and name the variable as api_key_env"
            )


def check_address(address: str) -> None:
    """Refuse an address that is none, or that holds a password or a key.

    Raises:
        ValueError: it is not like http://127.0.0.1:8000/v1.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.-]+|[0-9A-Fa-f:.]+", host):
        raise PydanticCustomError(SECRET, "it is no address such as http://127.0.0.1:8000/v1")
    query = any(_NAMED.search(name) or name == "key" for name, _ in parse_qsl(parts.query))
    if "@" in parts.netloc or query or redacted(address) != address or re.search(r"\s|\\", address):
        raise PydanticCustomError(
            SECRET,
            "it holds a password or a key: put that into an environment variable, and name the "
            "variable as api_key_env",
        )


def key_name(name: str) -> bool:
    """Whether a variable is named like one that holds a key."""
    return name.isidentifier() and name.isascii() and name.upper().endswith(("_KEY", "_TOKEN"))


def texts(content: object, name: str = "") -> Iterator[tuple[str, str]]:
    """All texts in JSON content, with the name of the field that each stands in."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from texts(value, str(key))
    elif isinstance(content, list | tuple):
        for item in content:
            yield from texts(item, name)
    elif isinstance(content, str):
        yield name, content


def _because(reason: str | None) -> str:
    if reason is not None:
        return f": {reason}"
    return f"; what may is {', '.join(sorted(_ARGUMENTS))}; extra_body takes a server's own"
