"""`Codec`: LiteLLM's configuration of a provider builds requests and reads replies, without a call.

`litellm.acompletion` takes milliseconds of the processor for each call, most of it for logging. Its
configurations of providers take a few hundred microseconds. They are internal to LiteLLM, so they
are used only for versions and providers for which a test compares them with `acompletion`.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from agents.core.models.carrier import detour
from agents.core.models.keys import Destination
from agents.core.models.learned_price import LearnedPrices
from agents.core.models.model import ModelSpec
from agents.core.models.price import Price

if TYPE_CHECKING:  # it takes a while, and comes with LiteLLM
    import httpx

VERSIONS: Final = frozenset({"1.106.2"})
"""Versions of LiteLLM that the comparison with `acompletion` was run with."""

_ADDRESSES: Final[Mapping[str, str]] = {
    "openai": "https://api.openai.com/v1",
    "hosted_vllm": "",
    "mistral": "https://api.mistral.ai/v1",
    "deepseek": "https://api.deepseek.com/beta",
    "anthropic": "https://api.anthropic.com",
}
"""Usual address of each provider that was compared; empty for servers of the user's own."""
PROVIDERS: Final = tuple(_ADDRESSES)
"""Providers whose requests and replies were compared with those of `acompletion`."""
_ENDS: Final[Mapping[str, str]] = {"anthropic": "/v1/messages"}
"""Path that LiteLLM's callers append to the address, where the configuration does not."""

_OF_CALLS: Final = frozenset(
    {"model", "messages", "timeout", "api_base", "api_key", "num_retries", "max_retries"}
)
"""Arguments of a call that are no settings of the model."""
_APART: Final = frozenset(
    {"extra_headers", "drop_params", "additional_drop_params", "supports_system_message"}
    | {"api_version", "prompt_cache_retention", "web_search_options", "modalities"}
)
"""Arguments that `acompletion` interprets outside of the configurations."""

_ITS_OWN: Final = {"cache"}
"""Callbacks that LiteLLM registers itself: its configuration of Gemini adds a cache."""

_OF_TRANSFER: Final = {"content-encoding", "content-length", "transfer-encoding"}

_SAMPLE: Final = 1_000
"""Tokens from whose cost the price of one is taken."""


class Surprise(Exception):
    """A behaviour of LiteLLM's configuration that differs from the tested one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request.

    Args:
        url: address.
        headers: with the key.
        body: the JSON object sent.
        settings: LiteLLM's own form of the settings.
        json_mode: whether the reply is the argument of a tool.
    """

    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    settings: Mapping[str, Any]
    json_mode: bool

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


class Codec:
    """Builds the requests of one model and reads its replies.

    Args:
        litellm: LiteLLM itself.
        name: LiteLLM's name of the model.
        address: base address stated in the design; None for the provider's own.
        key: key to send.
    """

    def __init__(self, litellm: Any, name: str, address: str | None, key: str) -> None:  # noqa: ANN401
        self._litellm, self.name, self._key = litellm, name, key
        self._model, self.provider, *_ = litellm.get_llm_provider(model=name, api_base=address)
        kinds = litellm.types.utils.LlmProviders
        manager = litellm.utils.ProviderConfigManager
        self._config = manager.get_provider_chat_config(
            model=self._model, provider=kinds(self.provider)
        )
        base, end = address or _ADDRESSES[self.provider], _ENDS.get(self.provider, "")
        self._base = base if base.endswith(end) else base.rstrip("/") + end
        self._known: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {}
        self._silent = _Silent()
        self._prices = LearnedPrices(self.cost, self.rates)
        self._requests: dict[str, httpx.Request] = {}

    def sent(self, arguments: Mapping[str, Any]) -> Sent:
        """The request that `acompletion` would send.

        Raises:
            Surprise: LiteLLM's configuration failed.
            Exception: LiteLLM's own, for settings that the model does not take.
        """
        given = {key: value for key, value in arguments.items() if key not in _OF_CALLS}
        messages = [dict(message) for message in arguments["messages"]]
        try:
            url, headers, settings = self._settings(given, messages)
            settings = {k: dict(v) if isinstance(v, dict) else v for k, v in settings.items()}
            json_mode = bool(settings.pop("json_mode", False))
            extra = settings.pop("extra_body", None) or {}
            headers = dict(headers)  # a configuration may add some, for what a body holds
            body = self._config.transform_request(
                model=self._model, messages=messages, optional_params=settings,
                litellm_params=self._parameters, headers=headers,
            )  # fmt: skip
        except self._litellm.UnsupportedParamsError:
            raise
        except Exception as error:
            raise Surprise(_said("build a request", error)) from error
        return Sent(url, headers, {**body, **extra}, settings, json_mode)

    def read(self, body: bytes, headers: Mapping[str, str], sent: Sent) -> Any:  # noqa: ANN401
        """LiteLLM's response for a body of status 200, its cost included.

        Raises:
            Exception: LiteLLM's own, for a body without a readable reply.
        """
        import httpx  # noqa: PLC0415 - it takes a while, and comes with LiteLLM

        if (request := self._requests.get(sent.url)) is None:  # parsing an address takes long
            request = self._requests[sent.url] = httpx.Request("POST", sent.url)
        response = self._config.transform_response(
            model=self._model, raw_response=httpx.Response(200, headers=dict(_plain(headers)),
            content=body, request=request), model_response=self._litellm.ModelResponse(),
            logging_obj=self._silent, request_data=dict(sent.body), messages=sent.body["messages"],
            optional_params=dict(sent.settings), litellm_params=self._parameters, encoding=None,
            api_key=self._key, json_mode=sent.json_mode,
        )  # fmt: skip
        if not hasattr(response, "usage"):
            response.usage = self._litellm.Usage()  # as `acompletion` does
        response._hidden_params["response_cost"] = self._prices.cost(response)  # noqa: SLF001 - as LiteLLM does
        return response

    def cost(self, response: Any) -> float | None:  # noqa: ANN401
        """US dollars of a response by LiteLLM's table; None if the table lacks the model."""
        try:
            return float(
                self._litellm.completion_cost(
                    completion_response=response, model=self._model,
                    custom_llm_provider=self.provider,
                )
            )  # fmt: skip
        except Exception:  # noqa: BLE001 - it raises a bare Exception for models it does not know
            return None

    def rates(self, response: Any) -> Price | None:  # noqa: ANN401
        """Price of a token in responses like this one; None if LiteLLM's table lacks the model."""
        usage, per = self._litellm.Usage, []
        for prompt, reply in ((_SAMPLE, 0), (0, _SAMPLE)):
            counts = {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": _SAMPLE}
            cost = self.cost(response.model_copy(update={"usage": usage(**counts)}))
            per.append(None if cost is None else cost / _SAMPLE)
        return Price.per_token(*per)

    @property
    def _parameters(self) -> dict[str, Any]:
        return {"custom_llm_provider": self.provider, "api_base": self._base}

    def _settings(
        self, given: Mapping[str, Any], messages: list[dict[str, Any]]
    ) -> tuple[str, dict[str, str], dict[str, Any]]:
        """Address, headers and settings of a call; the same for all calls with the same arguments.

        The seed alone differs from call to call.
        """
        seed = given.get("seed")
        key = repr({name: value for name, value in given.items() if name != "seed"})
        key += str(seed is None)
        if key not in self._known:
            self._known[key] = self._made(given, messages)
        url, headers, settings = self._known[key]
        if seed is not None and settings.get("seed", seed) != seed:
            settings = {**settings, "seed": seed}
        elif seed is not None and "seed" not in settings:
            return self._made(given, messages)  # it has another name there
        return url, headers, settings

    def _made(
        self, given: Mapping[str, Any], messages: list[dict[str, Any]]
    ) -> tuple[str, dict[str, str], dict[str, Any]]:
        settings = self._litellm.utils.get_optional_params(
            model=self._model, custom_llm_provider=self.provider, messages=messages,
            **deepcopy(dict(given)),
        )  # fmt: skip
        settings.pop("max_retries", None)
        if not settings.get("stream"):
            settings.pop("stream", None)  # `acompletion` leaves out what is the default
        about = {
            "model": self._model, "optional_params": settings, "litellm_params": self._parameters,
            "api_key": self._key,
        }  # fmt: skip
        headers = self._config.validate_environment(
            headers={}, messages=messages, api_base=self._base, **about
        )
        url = self._config.get_complete_url(api_base=self._base, stream=False, **about)
        lower = {name.lower(): value for name, value in headers.items()}
        return url, {"content-type": "application/json", **lower}, settings


def why_not(
    litellm: Any,  # noqa: ANN401 - LiteLLM is not typed
    name: str,
    spec: ModelSpec,
    to: Destination | None,
    key: str | None,
) -> str | None:
    """Why a model's calls go through `acompletion`; None if they need not.

    Args:
        litellm: LiteLLM itself.
        name: LiteLLM's name of the model.
        spec: the model.
        to: host of its calls; None for a model on this machine.
        key: key to send.
    """
    provider = litellm.get_llm_provider(model=name)[1]
    installed, usual = version("litellm"), _ADDRESSES.get(provider)
    apart = sorted(_APART & spec.extra.keys())
    listeners = map(str, (*litellm.callbacks, *litellm.success_callback))
    by = "provider" if to is None else to.named_by
    reasons = {
        f"LiteLLM {installed} was not compared": installed not in VERSIONS,
        f"provider {provider} was not compared": usual is None,
        "LiteLLM signs in by itself": key is None,
        f"it sets {', '.join(apart)}": bool(apart),
        "its address comes from the environment": by not in {"provider", "design"},
        "it has no usual address": to is not None and by == "provider" and not usual,
        "LiteLLM tells others of each call": bool({*listeners} - _ITS_OWN),
    }
    address = spec.api_base or usual or ""
    found = next((reason for reason, holds in reasons.items() if holds), None)
    return found or (None if to is None else detour(address))


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of a body that was already decompressed."""
    return {k: v for k, v in headers.items() if k.lower() not in _OF_TRANSFER}


def _said(what: str, error: Exception) -> str:
    line = " ".join(str(error).split())[:100]
    return f"LiteLLM's configuration could not {what}: {type(error).__name__}: {line}"


class _Silent:
    """A stand-in for LiteLLM's logging that keeps nothing."""

    def __init__(self) -> None:
        self.optional_params: dict[str, Any] = {}
        self.model_call_details: dict[str, Any] = {}
        self.stream = False

    def post_call(self, *_: object, **__: object) -> None:
        """Keep nothing of a response."""

    def pre_call(self, *_: object, **__: object) -> None:
        """Keep nothing of a request."""
