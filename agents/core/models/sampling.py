"""Sampling settings of a call: neutral settings of each route, and the settings on record.

The lists of the likeliest tokens are requested too. They cost nothing and change no reply.

A neutral setting leaves the model's distribution unchanged. Engines and providers have defaults
that change it, such as a `top_k` of 40, and do not report them. Every setting that can be sent is
therefore sent.
Source: the references of the interfaces of OpenAI, Anthropic, Gemini, OpenRouter, DeepInfra,
Together AI and Fireworks AI, and of the servers of llama.cpp, vLLM, SGLang and Ollama.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

Responses: TypeAlias = Sequence[Mapping[str, Any]]
"""Responses of a provider to one call, as JSON."""

UNKNOWN: Final = "unknown"
"""Value of settings that the provider does not report."""

_USUAL = {"temperature": 1.0, "top_p": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0}
"""Settings of OpenAI's interface, sent if LiteLLM accepts them for the model."""
_UNTAKEN = {
    "anthropic": frozenset({"top_p"}),  # it takes no top_p beside a temperature
    "gemini": frozenset({"presence_penalty", "frequency_penalty"}),  # most models refuse them
    "vertex_ai": frozenset({"presence_penalty", "frequency_penalty"}),
    **dict.fromkeys(("ollama", "ollama_chat"), frozenset({"frequency_penalty"})),
}
"""Settings that LiteLLM accepts for these providers and the providers refuse. For Ollama, LiteLLM
would turn a frequency penalty of 0 into a repeat penalty of 0."""

_SERVER = {
    "top_k": -1, "min_p": 0.0, "typical_p": 1.0, "repeat_penalty": 1.0, "repetition_penalty": 1.0,
}  # fmt: skip
"""Servers that speak OpenAI's protocol ignore unknown settings. The value -1 switches `top_k` off
in all of them."""
_OLLAMA = {"top_k": 0, "min_p": 0.0, "typical_p": 1.0, "repeat_penalty": 1.0}
_FURTHER: Mapping[str, Mapping[str, float]] = {
    "hosted_vllm": _SERVER,
    "llamafile": _SERVER,
    "lm_studio": _SERVER,
    "xinference": _SERVER,
    "custom_openai": _SERVER,
    "docker_model_runner": _SERVER,
    "ollama": _OLLAMA,
    "ollama_chat": _OLLAMA,
    "openrouter": {"top_k": 0, "min_p": 0.0, "top_a": 0.0, "repetition_penalty": 1.0},
    "deepinfra": {"top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0},
    "together_ai": {"min_p": 0.0, "repetition_penalty": 1.0},
    "fireworks_ai": {"min_p": 0.0, "repetition_penalty": 1.0},
}
"""Beyond OpenAI's interface, by provider."""

_LISTS: Mapping[str, float] = {"logprobs": True, "top_logprobs": 20}
"""Requests the likeliest tokens at each position; providers list 20 at most."""

EMBEDDED: Mapping[str, float] = {
    **_USUAL,
    "top_k": 0, "min_p": 0.0, "typical_p": 1.0, "top_n_sigma": -1.0, "repeat_penalty": 1.0,
    "xtc_probability": 0.0, "dry_multiplier": 0.0, "dynatemp_range": 0.0, "mirostat": 0,
    **_LISTS,
}  # fmt: skip
"""All settings that change the distribution of the embedded engine, and the length of token lists.
"""

SETTINGS = (
    *(name for name in EMBEDDED if name not in _LISTS),
    *("repetition_penalty", "top_a", "tfs_z", "epsilon_cutoff", "eta_cutoff"),
)
"""Settings that are kept on record."""
_DIGITS = 6
"""Digits of a setting that an engine reports in single precision."""


def neutral(provider: str, *, own: bool, takes: Callable[[str, float], bool]) -> dict[str, float]:
    """The neutral settings that a route takes.

    Args:
        provider: LiteLLM's name of the provider.
        own: whether a server of the user's own answers instead of the provider.
        takes: whether LiteLLM accepts a setting of OpenAI's interface with a value.
    """
    refused = _UNTAKEN.get(provider, frozenset())
    usual = {name: v for name, v in _USUAL.items() if name not in refused and takes(name, v)}
    further = _SERVER if own and provider == "openai" else _FURTHER.get(provider, {})
    lists = all(takes(name, value) for name, value in _LISTS.items())
    return {**usual, **further, **(_LISTS if lists else {})}


def undistorted(stated: Mapping[str, Any], *, local: bool) -> bool:
    """Whether token lists show the distribution from which replies are drawn.

    Args:
        stated: settings of the design, by name.
        local: whether the embedded engine answers. Its lists are at temperature 1 for every
            requested temperature. For other servers the temperature of the lists is unknown.
    """
    changed = {name for name in SETTINGS if name in stated and stated[name] != EMBEDDED.get(name)}
    return changed <= ({"temperature"} if local else set())


def named(message: str, settings: Iterable[str]) -> str | None:
    """The setting that an error names; if it names several, the last, which matters least.

    Args:
        message: the error.
        settings: settings that may be left out, in the order of `neutral`.

    Returns:
        None if the message names none of them.
    """
    said = _plain(message)
    names = [name for name in settings if _plain(name) in said]
    return names[-1] if names else None


def on_record(arguments: Mapping[str, Any], responses: Responses) -> dict[str, Any]:
    """Sampling settings recorded for a call.

    Args:
        arguments: arguments of the call.
        responses: responses to the call.

    Returns:
        sent: value by name. applied: value by name as the engine reports it, or UNKNOWN. The
            servers of llama.cpp report applied settings if the request has `verbose`; other servers
            do not.
    """
    known = {**arguments, **(arguments.get("extra_body") or {})}
    return {
        "sent": {name: known[name] for name in SETTINGS if name in known},
        "applied": next(_reported(responses), UNKNOWN),
    }


def verbatim(responses: Responses) -> str | None:
    """Text of the tokens drawn, before a server interprets it.

    Returns:
        None if the server does not return it; see `on_record`.
    """
    texts = (_verbose(response).get("content") for response in responses)
    return next((text for text in texts if isinstance(text, str)), None)


def _reported(responses: Responses) -> Iterator[dict[str, Any]]:
    for response in responses:
        applied = _verbose(response).get("generation_settings")
        if isinstance(applied, Mapping):
            yield {name: _rounded(applied[name]) for name in SETTINGS if name in applied}


def _verbose(response: Mapping[str, Any]) -> Mapping[str, Any]:
    verbose = response.get("__verbose")
    return verbose if isinstance(verbose, Mapping) else {}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _plain(text: str) -> str:
    """A text in lower case, letters only: some errors write `topP`, others `top-p`."""
    return re.sub(r"[^a-z]", "", text.lower())
