"""Every provider, through LiteLLM: the one module that imports it, once a model is used."""

import asyncio
import json
import logging
import os
import time
import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from typing import Any

from agents.core.access.providers import ROUTES, is_own, route
from agents.core.access.routes import wire_name
from agents.core.models.codec import Codec, Surprise, why_not
from agents.core.models.continuing import by_prefix, continued, continues, lists_nothing
from agents.core.models.direct import DirectLane
from agents.core.models.engine import Engine
from agents.core.models.environment import variable, variables
from agents.core.models.failed import failure_of, one_line_of
from agents.core.models.grammar import one_line
from agents.core.models.keys import Allowed, Destination, destination
from agents.core.models.model import DIRECT, Completion, Failure, ModelSpec, Request
from agents.core.models.price import FREE, Price
from agents.core.models.reading import ReplyReader
from agents.core.models.said import said_in, translated
from agents.core.models.sampling import (
    EMBEDDED,
    neutral,
    undistorted,
)
from agents.core.responses.wire import hearing, is_carried, objects
from games import BadInput
from games.core.types import Action
from prompts import Form

_READ_AT_IMPORT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
"""LiteLLM would fetch its price table from the network, and load a file .env above its caller."""
_TOKENIZERS = "TIKTOKEN_CACHE_DIR"
"""Variable of the folder in which tiktoken looks for token tables. LiteLLM sets it to its own
folder."""

_SLACK, _FRAME = 1.25, 50
"""Upper bound on the tokens of a prompt: LiteLLM's count times the first, plus the second. The
counter is exact for few providers, and omits the tokens that a provider adds to a conversation."""


@cache
def loaded() -> Any:  # noqa: ANN401 - LiteLLM is not typed
    """LiteLLM itself; importing it takes seconds."""
    with variables(**{name: os.environ.get(name, own) for name, own in _READ_AT_IMPORT.items()}):
        import litellm  # noqa: PLC0415

    with warnings.catch_warnings():  # what is built here at first use complains of its own types
        warnings.simplefilter("ignore")
        litellm.Message()
    _keep_to_hosts()
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)  # it warns of each word it does not know
    return litellm


def _keep_to_hosts() -> None:
    """Make LiteLLM's clients refuse redirects to another host; it has no setting for this."""
    from httpx import AsyncHTTPTransport  # noqa: PLC0415 - it comes with LiteLLM, and takes a while
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler  # noqa: PLC0415

    from agents.core.access.redirects import stay  # noqa: PLC0415 - likewise

    create = AsyncHTTPHandler.create_async_transport

    def transport(*given: Any, **options: Any) -> Any:  # noqa: ANN401
        made = create(*given, **options)
        return stay(AsyncHTTPTransport() if made is None else made)

    AsyncHTTPHandler.create_async_transport = staticmethod(transport)


class LiteModel:
    """One model behind LiteLLM.

    Args:
        spec: the model and its sampling settings.
        address: base address of an OpenAI-compatible server that replaces the provider, for models
            on this machine. Such a server accepts grammars and charges nothing.
        allowed: pairs of host and key that the user allows; None reads the user's file.

    Raises:
        BadInput: the name has no provider, the route joins a conversation into one prompt, the key
            is not in the environment, or the user has not allowed the host to receive the key.
    """

    def __init__(
        self, spec: ModelSpec, address: str | None = None, allowed: Allowed | None = None
    ) -> None:
        self._litellm = loaded()
        self._spec = spec
        self._local = address is not None
        self._name = f"openai/{spec.model}" if self._local else wire_name(spec.model, self._route())
        key = "none" if self._local else _key(spec, allowed)
        self.wire = {"api_base": address or spec.api_base, "api_key": key}
        self.form = form_of(spec, local=self._local)
        self._provider = self._litellm.get_llm_provider(model=self._name)[1]
        own = not self._local and is_own(where(spec, allowed).host, self._provider)
        usual = EMBEDDED if self._local else self._neutral(own=own)
        stated = {**self._stated, **spec.extra, **(spec.extra.get("extra_body") or {})}
        self.neutral = {name: value for name, value in usual.items() if name not in stated}
        lists = undistorted(stated, local=self._local)
        self._reader = ReplyReader(self._name, str(key), local=self._local, lists=lists)
        self._why = self._why_not(allowed)
        self._direct = None if self._why else self._lane()
        self.engine = Engine(str(address), spec) if self._local else None
        self.continues = self._local or continues(self._provider, own=own)
        if spec.decide_by == "probabilities" and "top_logprobs" not in {**usual, **stated}:
            raise BadInput(lists_nothing(spec.model))

    @property
    def name(self) -> str:
        """Name of the model in the design."""
        return self._spec.model

    @property
    def spec(self) -> ModelSpec:
        """The model and its sampling settings."""
        return self._spec

    @cached_property
    def highest_price(self) -> Price | None:
        """Highest price of a token in LiteLLM's table; None if the table lacks the model."""
        if self._local:
            return FREE
        try:
            listed = self._litellm.get_model_info(self._name)
        except Exception:  # noqa: BLE001 - it raises a bare Exception for models it does not know
            return None
        prompt, completion = (
            max((float(v) for k, v in listed.items() if k.startswith(part) and v), default=None)
            for part in ("input_cost_per_token", "output_cost_per_")
        )
        return Price.per_token(prompt, completion)

    def bound(self, request: Request) -> tuple[int, int]:
        """Upper bounds on the tokens of a call: of its prompt, and of its reply."""
        texts = [message.content for message in request.messages]
        if request.schema is not None:
            texts.append(json.dumps(request.schema))
        counted = sum(_count(self._name, text) for text in texts)
        return int(counted * _SLACK) + _FRAME, self._longest(request)

    def _longest(self, request: Request) -> int:
        own = self._spec.max_tokens
        return own if request.longest is None else min(own, request.longest)

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """Weigh all options, at once or by calls of one token each."""
        if self.engine is not None:
            return await self.engine.weigh(request, replies)
        return await by_prefix(self.complete, request, replies, self._spec)

    async def complete(self, request: Request) -> Completion | Failure:
        """Ask once.

        Raises:
            BadInput: the model refuses a setting of the request.
        """
        arguments = self._arguments(request)
        try:
            outcome = await self._by_lane(request, arguments)
        except self._litellm.UnsupportedParamsError as error:
            line = one_line_of(error, self._reader.secret)
            raise BadInput(f"model {self._spec.model!r} does not take a setting: {line}") from None
        return outcome

    async def _by_lane(
        self, request: Request, arguments: Mapping[str, Any]
    ) -> Completion | Failure:
        """Ask past LiteLLM's logging, or by `acompletion`; and say which."""
        direct, carried = self._direct, is_carried()
        if direct is not None and direct.left is None and not carried:
            try:
                outcome = await direct.complete(request, arguments)
                return outcome if outcome.lane else replace(outcome, lane=DIRECT)
            except Surprise as surprise:
                direct.left = str(surprise)
        why = self._why if direct is None else direct.left
        why = "its calls wait for batches" if carried else why
        outcome = await self._by_litellm(request, arguments)
        return replace(outcome, lane=f"acompletion: {why}")

    async def _by_litellm(
        self, request: Request, arguments: Mapping[str, Any]
    ) -> Completion | Failure:
        """Ask by `acompletion`."""
        import openai  # noqa: PLC0415 - LiteLLM raises its errors

        began = time.monotonic()
        call = self._litellm.acompletion(**arguments)
        try:
            with hearing() as bodies:
                # The client's own timeout bounds the wait for each byte, not the whole call.
                response = await asyncio.wait_for(call, self._spec.timeout)
        except TimeoutError:
            return Failure(f"no answer within {self._spec.timeout:g} s", 408)
        except self._litellm.UnsupportedParamsError:
            raise
        except openai.OpenAIError as error:
            seconds, heard = time.monotonic() - began, [*objects(bodies)]
            rescued = self._reader.rescued(arguments, heard, self.highest_price, seconds)
            failure = failure_of(error, bodies, self._reader.secret)
            return rescued or self._reader.failed(failure, seconds)
        prefix = request.prefix is not None
        done = self._reader.completion(response, time.monotonic() - began, lists=prefix)
        said = said_in(heard := [*objects(bodies)]) or translated(response)
        return self._reader.judged(done, said, arguments, heard) if said else done

    def _arguments(self, request: Request) -> dict[str, Any]:
        spec, body = self._spec, self._spec.extra.get("extra_body") or {}
        asked = self.wire | {"max_tokens": self._longest(request), "seed": request.seed}
        arguments: dict[str, Any] = self._stated | {
            key: value for key, value in asked.items() if value is not None
        }
        usual = {name: v for name, v in self.neutral.items() if name not in request.unset}
        if self._local:
            bound = {} if request.schema is None else {"grammar": one_line(request.schema)}
            arguments["extra_body"] = {"verbose": True, **bound, **body}
        elif request.schema is not None:
            schema = {"name": "reply", "schema": request.schema, "strict": True}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        messages = [{"role": m.role, "content": m.content} for m in request.messages]
        own = {"model": self._name, "messages": messages, "timeout": spec.timeout}
        whole = {**usual, **spec.extra, **arguments, **own, **self._once()}
        if request.prefix is None:
            return whole
        return continued(whole, request.prefix, self._provider)

    def _why_not(self, allowed: Allowed | None) -> str | None:
        """Why calls go through `acompletion`; None if they need not."""
        to = None if self._local else where(self._spec, allowed)
        key = self.wire["api_key"]
        return why_not(self._litellm, self._name, self._spec, to, key)

    def _lane(self) -> DirectLane:
        base, key = self.wire["api_base"], self.wire["api_key"]
        codec = Codec(self._litellm, self._name, base, str(key))
        reader = replace(self._reader, lane=DIRECT)
        return DirectLane(codec, reader, self.highest_price, self._spec.timeout)

    @cached_property
    def _stated(self) -> dict[str, Any]:
        """The settings of sampling that the design states in fields of their own."""
        spec = self._spec
        stated = {
            "temperature": spec.temperature,
            "top_p": spec.top_p,
            "reasoning_effort": spec.reasoning_effort,
        }
        return {name: value for name, value in stated.items() if value is not None}

    def _neutral(self, *, own: bool) -> Mapping[str, float]:
        """The neutral settings that the route accepts, most important first."""
        return neutral(self._provider, own=own, takes=partial(takes, self._name, self._spec))

    def _once(self) -> dict[str, Any]:
        """Arguments that keep LiteLLM and the client below it from making a failed call again."""
        once = {"max_retries": 0, "num_retries": 0}
        if not self._is_compatible:
            return once
        # For some of these it drops the 0, and the client would make two calls more.
        allowed = [*self._spec.extra.get("allowed_openai_params", []), "max_retries"]
        return {**once, "allowed_openai_params": allowed}

    @cached_property
    def _is_compatible(self) -> bool:
        """Whether LiteLLM lists the provider as compatible with OpenAI's protocol."""
        return self._provider in self._litellm.openai_compatible_providers

    def _route(self) -> str:
        """LiteLLM's name of the provider. Bedrock's route that joins prompts is kept apart."""
        provider = provider_of(self._spec.model)
        if provider != "bedrock" or "anthropic" in self._spec.model:
            return provider
        from litellm.llms.bedrock.common_utils import BedrockModelInfo  # noqa: PLC0415 - it is slow

        return f"bedrock/{BedrockModelInfo.get_bedrock_route(self._spec.model)}"


def where(spec: ModelSpec, allowed: Allowed | None = None) -> Destination:
    """Host of a model's calls, and the variable of its key.

    Args:
        spec: the model.
        allowed: pairs of host and key that the user allows; None reads the user's file.

    Raises:
        BadInput: the name has no provider, or the design states an address and the route accepts
            none.
    """
    pairs = Allowed.read() if allowed is None else allowed
    return destination(spec, provider_of(spec.model), pairs)


def takes(name: str, spec: ModelSpec, setting: str, value: float) -> bool:
    """Whether a setting can be sent to a model, by LiteLLM's tables.

    Args:
        name: LiteLLM's name of the model.
        spec: the model. Some models accept a setting only at some efforts of reasoning.
        setting: name of the setting.
        value: value of the setting.
    """
    model, provider, *_ = loaded().get_llm_provider(model=name)
    asked = {setting: value, "custom_llm_provider": provider}
    try:
        loaded().utils.get_optional_params(model, reasoning_effort=spec.reasoning_effort, **asked)
    except loaded().UnsupportedParamsError:
        return False
    return True


def form_of(spec: ModelSpec, *, local: bool) -> Form:
    """Form in which a model is asked for an answer, by LiteLLM's tables.

    Args:
        spec: the model.
        local: whether the model runs on this machine, and accepts JSON schemas.
    """
    takes = local or bool(loaded().supports_response_schema(model=spec.model))
    return spec.form or ("json" if takes else "text")


def provider_of(model: str) -> str:
    """LiteLLM's name of a model's provider."""
    stated, slash, _ = model.partition("/")
    if slash and stated in ROUTES:
        return stated
    try:
        return str(loaded().get_llm_provider(model=model)[1])
    except loaded().BadRequestError:
        wanted = "write provider/model, such as openai/gpt-4o-mini or embedded/smollm2"
        raise BadInput(f"model {model!r} names no provider that LiteLLM knows: {wanted}") from None


def _key(spec: ModelSpec, allowed: Allowed | None) -> str | None:
    """The key to send; "none" if the server gets no key, since the clients insist on sending one.

    None leaves the key to LiteLLM, which signs in with credentials of this machine.
    """
    to = where(spec, allowed)
    usual = to.named_by == "provider"
    if usual and spec.api_key_env is None and (unset := _unset(spec.model, to)):
        raise BadInput(_no_key(spec.model, " and ".join(unset)))
    if to.variable is None:
        return None if usual else "none"
    key = os.environ.get(to.variable)
    if not key:
        raise BadInput(_no_key(spec.model, to.variable))
    if not to.allowed:
        raise BadInput(to.refusal)
    return None if spec.api_key_env is None and route(provider_of(spec.model)).ambient else key


def _unset(model: str, to: Destination) -> list[str]:
    """Variables that the provider needs and that are not set; may be empty."""
    # LiteLLM names all variables of the provider as soon as one of them is missing.
    named = loaded().validate_environment(model=model)["missing_keys"]
    unset = [variable for variable in named if not os.environ.get(variable)]
    provider = provider_of(model)
    if provider not in ROUTES or ROUTES[provider].ambient:
        return unset
    keys = [] if to.variable else [" or ".join(ROUTES[provider].keys)]
    return [variable for variable in unset if not variable.endswith("_KEY")] + keys


@lru_cache(maxsize=10_000)
def _count(model: str, text: str) -> int:
    """Tokens of a text, as LiteLLM counts them."""
    return count_tokens(model, text=text)


def count_tokens(model: str, **what: object) -> int:
    """Tokens of a text or of messages in LiteLLM's count, from the tables shipped with LiteLLM."""
    with variable(_TOKENIZERS, _tokenizers()):
        return int(loaded().token_counter(model=model, **what))


@cache
def _tokenizers() -> str:
    """The folder of LiteLLM's tables of tokens."""
    with variables():
        from litellm.litellm_core_utils import default_encoding  # noqa: F401, PLC0415 - it is slow

        return os.environ[_TOKENIZERS]


def _no_key(model: str, variables: str) -> str:
    return f"model {model!r} needs {variables} in the environment or in a file .env"
