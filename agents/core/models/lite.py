"""Every provider, through LiteLLM: the one module that imports it, once a model is used."""

import asyncio
import json
import logging
import os
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from typing import Any

from agents.core.access.providers import ROUTES, route
from agents.core.access.routes import wire_name
from agents.core.access.secrets import HIDDEN, redacted
from agents.core.models.environment import variables
from agents.core.models.grammar import one_line
from agents.core.models.keys import Allowed, Destination, destination
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.price import FREE, Price
from agents.core.models.said import Said, said_in, translated, untranslated
from agents.core.models.sampling import EMBEDDED, Responses, neutral, on_record, verbatim
from agents.core.responses.endings import CUT, FAILED, FILTERED, UNTOLD
from agents.core.responses.error_answer import answer_to
from agents.core.responses.error_body import ErrorBody
from agents.core.responses.failures import Kind, classify
from agents.core.responses.waits import asked_wait
from agents.core.responses.wire import hearing, objects
from games import BadInput
from prompts import Form

_READ_AT_IMPORT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
"""LiteLLM would ask the network for its price table, and load a file .env from above its caller."""
_TOKENIZERS = "TIKTOKEN_CACHE_DIR"
"""Where tiktoken finds tables of tokens. LiteLLM sets it to the folder of its own tables."""

_SHORTEST_KEY = 8
_LONGEST_LINE = 300
_SLACK, _FRAME = 1.25, 50
"""A prompt has at most so many times the tokens that LiteLLM counts, and so many more: its counter
knows few providers' tokens exactly, and none of what they put around a conversation."""


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
    """Have all of LiteLLM's clients refuse redirects to another host; no setting of its does."""
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
        spec: which model, sampled how.
        address: base address of an OpenAI-compatible server that replaces the provider, for models
            that run on this machine; such a server takes grammars and charges nothing.
        allowed: pairs of host and key that the user allows; None reads the user's file.

    Raises:
        BadInput: the name has no provider, its route glues a conversation into one prompt, the key
            is not in the environment, or the user has not allowed it to be sent to the host.
    """

    def __init__(
        self, spec: ModelSpec, address: str | None = None, allowed: Allowed | None = None
    ) -> None:
        self._litellm = loaded()
        self._spec = spec
        self._local = address is not None
        self._name = f"openai/{spec.model}" if self._local else wire_name(spec.model, self._route())
        key = "none" if self._local else _key(spec, allowed)
        self._wire = {"api_base": address or spec.api_base, "api_key": key}
        self.form = form_of(spec, local=self._local)
        usual = EMBEDDED if self._local else self._neutral(allowed)
        stated = {**self._stated, **spec.extra, **(spec.extra.get("extra_body") or {})}
        self.neutral = {name: value for name, value in usual.items() if name not in stated}

    @property
    def name(self) -> str:
        """What the design calls it."""
        return self._spec.model

    @cached_property
    def highest_price(self) -> Price | None:
        """The most that a token can cost by LiteLLM's table; None if it does not know the model."""
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
        """The most tokens that a call can take: of its prompt, and of its reply."""
        texts = [message.content for message in request.messages]
        if request.schema is not None:
            texts.append(json.dumps(request.schema))
        counted = sum(_count(self._name, text) for text in texts)
        return int(counted * _SLACK) + _FRAME, self._longest(request)

    def _longest(self, request: Request) -> int:
        own = self._spec.max_tokens
        return own if request.longest is None else min(own, request.longest)

    async def complete(self, request: Request) -> Completion | Failure:
        """Ask once.

        Raises:
            BadInput: the model does not take a setting that is asked of it.
        """
        import openai  # noqa: PLC0415 - LiteLLM raises its errors

        began = time.monotonic()
        arguments = self._arguments(request)
        call = self._litellm.acompletion(**arguments)
        try:
            with hearing() as bodies:
                # The client's own timeout bounds the wait for each byte, not the whole call.
                response = await asyncio.wait_for(call, self._spec.timeout)
        except TimeoutError:
            return Failure(f"no answer within {self._spec.timeout:g} s", 408)
        except self._litellm.UnsupportedParamsError as error:
            line = self._line(error)
            raise BadInput(f"model {self._spec.model!r} does not take a setting: {line}") from None
        except openai.OpenAIError as error:
            seconds = time.monotonic() - began
            rescued = untranslated(heard := [*objects(bodies)], self.highest_price, seconds)
            if rescued:
                return self._judged(*rescued, arguments, heard)
            failure = self._failure(error, bodies)
            if failure.kind is not Kind.REFUSED:
                return failure
            # Refusing to read the question is an answer to it, as refusing to go on with one is.
            return Completion("", FILTERED, {}, None, self._name, time.monotonic() - began)
        done = self._completion(response, time.monotonic() - began)
        said = said_in(heard := [*objects(bodies)]) or translated(response)
        return self._judged(done, said, arguments, heard) if said else done

    def _judged(
        self, done: Completion, said: Said, sent: Mapping[str, Any], heard: Responses
    ) -> Completion | Failure:
        """A reply with how it ended by the provider's own words; a failure if it broke off."""
        stop = said.ending
        if stop == FAILED:
            line = self._line(f"the provider broke the reply off: {said.why}")
            return Failure(line, cost=done.cost)
        drawn = verbatim(heard)
        if drawn is not None and "grammar" in sent.get("extra_body", {}):
            # The grammar allows the answer alone, so text called reasoning is part of it.
            done = replace(done, text=drawn, reasoning=None)
        used = done.usage.get("completion_tokens")
        if stop != FILTERED and isinstance(used, int) and used >= sent["max_tokens"]:
            stop = CUT
        return replace(
            done, stop=stop, raw=said.raw(done, stop, drawn), sampling=on_record(sent, heard)
        )

    def _arguments(self, request: Request) -> dict[str, Any]:
        spec, body = self._spec, self._spec.extra.get("extra_body") or {}
        asked = self._wire | {"max_tokens": self._longest(request), "seed": request.seed}
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
        return {**usual, **spec.extra, **arguments, **own, **self._once()}

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

    def _neutral(self, allowed: Allowed | None) -> Mapping[str, float]:
        """The neutral settings that the route takes, the ones that matter most first."""
        name, provider, *_ = self._litellm.get_llm_provider(model=self._name)

        def takes(setting: str, value: float) -> bool:
            asked = {setting: value, "custom_llm_provider": provider}
            effort = self._spec.reasoning_effort  # it decides what some models take
            try:
                self._litellm.utils.get_optional_params(name, reasoning_effort=effort, **asked)
            except self._litellm.UnsupportedParamsError:
                return False
            return True

        host = where(self._spec, allowed).host
        own = provider in ROUTES and not ROUTES[provider].owns(host)
        return neutral(provider, own=own, takes=takes)

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
        provider = self._litellm.get_llm_provider(model=self._name)[1]
        return provider in self._litellm.openai_compatible_providers

    def _completion(self, response: Any, seconds: float) -> Completion:  # noqa: ANN401
        usage = response.usage.model_dump(mode="json", exclude_none=True) if response.usage else {}
        served = str(response.model or "")
        cost = 0.0 if self._local else self._cost(response)
        if not response.choices:
            return Completion("", "no choices", usage, cost, served, seconds)
        message = response.choices[0].message
        thought = getattr(message, "reasoning_content", None)
        text = message.content if isinstance(message.content, str) else ""
        return Completion(text, UNTOLD, usage, cost, served, seconds, thought)

    def _cost(self, response: Any) -> float | None:  # noqa: ANN401
        cost = getattr(response, "_hidden_params", {}).get("response_cost")
        return None if cost is None else float(cost)

    def _route(self) -> str:
        """The provider as LiteLLM reads the name; of Bedrock's routes, the one that glues apart."""
        provider = provider_of(self._spec.model)
        if provider != "bedrock" or "anthropic" in self._spec.model:
            return provider
        from litellm.llms.bedrock.common_utils import BedrockModelInfo  # noqa: PLC0415 - it is slow

        return f"bedrock/{BedrockModelInfo.get_bedrock_route(self._spec.model)}"

    def _failure(self, error: Exception, bodies: Sequence[bytes]) -> Failure:
        answer = answer_to(error)
        # An answer of status 200 may hold an error; LiteLLM hands on little of it.
        heard = answer.text or b"".join(bodies[-1:]).decode(errors="replace")
        body = ErrorBody.read(heard if heard.strip() else str(error))
        kind = classify(answer.status, body)
        wait = asked_wait(answer.headers, body, limited=kind in {Kind.BUSY, Kind.ALLOWANCE})
        if kind is Kind.ALLOWANCE and body.delays:
            wait = None  # Google states the wait for the minute's limit beside the day's
        message = self._line(body.message or str(error))
        return Failure(message, answer.status, wait, kind=kind, host=answer.host)

    def _line(self, said: object) -> str:
        """What an error says, in one line and without the keys that providers repeat in it."""
        line = " ".join(str(said).split())
        if len(own := str(self._wire["api_key"])) >= _SHORTEST_KEY:
            line = line.replace(own, HIDDEN)
        return redacted(line)[:_LONGEST_LINE]


def where(spec: ModelSpec, allowed: Allowed | None = None) -> Destination:
    """Where a model's calls go, and with which key.

    Args:
        spec: the model.
        allowed: pairs of host and key that the user allows; None reads the user's file.

    Raises:
        BadInput: the name has no provider, or the route takes no address from a design.
    """
    pairs = Allowed.read() if allowed is None else allowed
    return destination(spec, provider_of(spec.model), pairs)


def form_of(spec: ModelSpec, *, local: bool) -> Form:
    """How a model is asked for an answer, if its server takes what LiteLLM says.

    Args:
        spec: the model.
        local: whether it runs on this machine, and takes JSON schemas.
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
    """The key to send; "none" where a server gets none, since the clients insist on sending one.

    None leaves it to LiteLLM, which signs in with credentials of this machine.
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
    """Variables that the provider needs and that are not set, or empty."""
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
    """Tokens of a text or of messages, as LiteLLM counts them, from the tables that it brings."""
    with variables(**{_TOKENIZERS: _tokenizers()}):
        return int(loaded().token_counter(model=model, **what))


@cache
def _tokenizers() -> str:
    """The folder of LiteLLM's tables of tokens."""
    with variables():
        from litellm.litellm_core_utils import default_encoding  # noqa: F401, PLC0415 - it is slow

        return os.environ[_TOKENIZERS]


def _no_key(model: str, variables: str) -> str:
    return f"model {model!r} needs {variables} in the environment or in a file .env"
