"""What a call samples from: neutral settings for each route, and what is on record of them.

The likeliest tokens are asked for along with them: they cost nothing, and change no reply.

A neutral setting leaves the model's distribution as it is. Engines and providers have defaults that
do not, such as a `top_k` of 40, and say nothing of them: what can be set is therefore sent.
Source: the references of the interfaces of OpenAI, Anthropic, Gemini, OpenRouter, DeepInfra,
Together AI and Fireworks AI, and of the servers of llama.cpp, vLLM, SGLang and Ollama.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

Responses: TypeAlias = Sequence[Mapping[str, Any]]
"""What a provider answered to one call, as JSON."""

UNKNOWN: Final = "unknown"
"""Stands for settings of which the provider says nothing."""

_USUAL = {"temperature": 1.0, "top_p": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0}
"""Of OpenAI's interface: sent where LiteLLM takes them for the model."""
_UNTAKEN = {
    "anthropic": frozenset({"top_p"}),  # it takes no top_p beside a temperature
    "gemini": frozenset({"presence_penalty", "frequency_penalty"}),  # most models refuse them
    "vertex_ai": frozenset({"presence_penalty", "frequency_penalty"}),
    **dict.fromkeys(("ollama", "ollama_chat"), frozenset({"frequency_penalty"})),
}
"""What LiteLLM takes for these providers and they refuse; for Ollama it would turn a frequency
penalty of 0 into a repeat penalty of 0."""

_SERVER = {
    "top_k": -1, "min_p": 0.0, "typical_p": 1.0, "repeat_penalty": 1.0, "repetition_penalty": 1.0,
}  # fmt: skip
"""Servers that speak OpenAI's protocol pass over a setting that they do not know; -1 switches
`top_k` off in all of them."""
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
"""Has the likeliest tokens listed at each place; providers list 20 at the most."""

EMBEDDED: Mapping[str, float] = {
    **_USUAL,
    "top_k": 0, "min_p": 0.0, "typical_p": 1.0, "top_n_sigma": -1.0, "repeat_penalty": 1.0,
    "xtc_probability": 0.0, "dry_multiplier": 0.0, "dynatemp_range": 0.0, "mirostat": 0,
    **_LISTS,
}  # fmt: skip
"""All that changes the distribution in the embedded engine, and how many tokens it lists."""

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
        provider: as LiteLLM names it.
        own: whether a server of the user's own answers, in place of the provider.
        takes: whether LiteLLM takes a setting of OpenAI's interface with this value.
    """
    refused = _UNTAKEN.get(provider, frozenset())
    usual = {name: v for name, v in _USUAL.items() if name not in refused and takes(name, v)}
    further = _SERVER if own and provider == "openai" else _FURTHER.get(provider, {})
    lists = all(takes(name, value) for name, value in _LISTS.items())
    return {**usual, **further, **(_LISTS if lists else {})}


def undistorted(stated: Mapping[str, Any], *, local: bool) -> bool:
    """Whether lists of tokens tell the distribution that replies are drawn from.

    Args:
        stated: settings of the design, by name.
        local: whether the embedded engine answers, whose lists are of temperature 1 whatever is
            asked for. Of other servers nobody knows.
    """
    changed = {name for name in SETTINGS if name in stated and stated[name] != EMBEDDED.get(name)}
    return changed <= ({"temperature"} if local else set())


def named(message: str, settings: Iterable[str]) -> str | None:
    """The setting that an error is about; of several the last, which matters least.

    Args:
        message: the error.
        settings: those that may be left out, in the order of `neutral`.

    Returns:
        None if the message names none of them.
    """
    said = _plain(message)
    names = [name for name in settings if _plain(name) in said]
    return names[-1] if names else None


def on_record(arguments: Mapping[str, Any], responses: Responses) -> dict[str, Any]:
    """The settings of sampling that are kept of a call.

    Args:
        arguments: of the call.
        responses: what was answered.

    Returns:
        sent: by name. applied: by name, as the engine reports them, or UNKNOWN; the servers of
        llama.cpp report them in an answer to a request with `verbose`, other servers do not.
    """
    known = {**arguments, **(arguments.get("extra_body") or {})}
    return {
        "sent": {name: known[name] for name in SETTINGS if name in known},
        "applied": next(_reported(responses), UNKNOWN),
    }


def verbatim(responses: Responses) -> str | None:
    """The text of the tokens that were drawn, before a server reads anything into it.

    Returns:
        None where no server tells it; see `on_record`.
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
    """Small letters alone: some errors write `topP`, others `top-p`."""
    return re.sub(r"[^a-z]", "", text.lower())
