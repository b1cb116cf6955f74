"""Providers that go on from the beginning of a reply: their options are weighed token by token.

Source: the references of the interfaces of vLLM (`continue_final_message`), of the server of
llama.cpp (a last message of the assistant) and of DeepSeek (`prefix`).
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.weighing import Branch, Node, sampled_at, walk
from agents.core.models.weights import Weights, shared_length
from agents.core.responses.endings import STOP
from agents.core.responses.failures import Kind
from games.core.types import Action

LISTED: Final = 20
"""Likeliest tokens that providers list at the most."""

_MARKED = frozenset({"deepseek"})
"""Providers that take a mark at the last message."""
_FLAGGED = frozenset({"hosted_vllm", "llamafile", "docker_model_runner", "custom_openai"})
"""Servers that continue a last message of the assistant; vLLM requires the flags for it."""
_FLAGS: Mapping[str, Any] = {"continue_final_message": True, "add_generation_prompt": False}

Ask = Callable[[Request], Awaitable[Completion | Failure]]


def continues(provider: str, *, own: bool) -> bool:
    """Whether a route goes on from the beginning of a reply.

    Args:
        provider: as LiteLLM names it.
        own: whether a server of the user's own answers, in place of the provider.
    """
    return provider in _MARKED | _FLAGGED or (own and provider == "openai")


def continued(arguments: Mapping[str, Any], prefix: str, provider: str) -> dict[str, Any]:
    """The arguments of a call that asks for one token behind a prefix, and for the likeliest ones.

    Args:
        arguments: of a call that asks for a whole reply.
        prefix: beginning of the reply.
        provider: as LiteLLM names it.
    """
    last: dict[str, Any] = {"role": "assistant", "content": prefix}
    body = dict(arguments.get("extra_body") or {})
    if provider in _MARKED:
        last["prefix"] = True
    else:
        body |= _FLAGS
    one = {"max_tokens": 1, "temperature": 1.0, "logprobs": True, "top_logprobs": LISTED}
    messages = [*arguments["messages"], last]
    return {**arguments, **one, "messages": messages, "extra_body": body}


async def by_prefix(
    ask: Ask, request: Request, replies: Mapping[Action, str], spec: ModelSpec
) -> Completion | Failure:
    """Weigh all options by calls that each ask for one token more.

    A position is the text so far, independent of its tokenization.

    Args:
        ask: makes a call.
        request: the question.
        replies: the text of each option's reply.
        spec: the model.

    Returns:
        See `Model.weigh`; a failure too if more mass is unseen than allowed.
    """
    options = {action: reply.encode() for action, reply in replies.items()}
    start = next(iter(options.values()))[: shared_length(options.values())]
    start = start.decode(errors="ignore").encode()
    places = _Places(ask, request, spec.temperature)
    left = {action: option[len(start) :] for action, option in options.items()}
    usual = 1.0 if spec.temperature is None else spec.temperature
    weights = await walk(start, left, start.decode(), usual, places.expand)
    if not isinstance(weights, Failure):
        weights = refused(weights, spec) or weights
    return places.outcome(weights)


def refused(weights: Weights | None, spec: ModelSpec) -> Failure | None:
    """Failure of a choice with these probabilities; None if they are sufficient.

    Args:
        weights: None if they could not be read off a reply.
        spec: the model, with its largest unseen mass.
    """
    if weights is None:
        return Failure(NONE_TOLD, kind=Kind.UNTOLD)
    if weights.missing <= spec.max_unseen:
        return None
    return Failure(
        f"the provider's lists leave {weights.missing:.2f} of the probability unseen, more than "
        f"max_unseen = {spec.max_unseen:g}",
        kind=Kind.UNTOLD,
    )


def lists_nothing(model: str) -> str:
    """Why a model's options cannot be weighed, where LiteLLM takes no list of tokens for it."""
    return (
        f'model {model!r} cannot decide_by = "probabilities": its provider lists no token '
        'probabilities (top_logprobs); leave it at "sampling"'
    )


NONE_TOLD: Final = (
    "the reply does not tell the probabilities of the options: it lists no token probabilities, or "
    "options begin with the same token, and the provider does not go on from the beginning of a "
    'reply (decide_by = "sampling" needs neither)'
)


class _Places:
    """Asks a provider for the tokens that may follow each prefix of a reply, once each.

    Args:
        ask: makes a call.
        request: the question.
        temperature: of the model.
    """

    def __init__(self, ask: Ask, request: Request, temperature: float | None) -> None:
        self._ask, self._temperature = ask, temperature
        self._request = replace(request, schema=None, longest=1)
        self._calls: dict[bytes, Completion] = {}

    async def expand(self, text: bytes, _: Mapping[Action, bytes]) -> Node[bytes] | Failure:
        """The likeliest tokens behind a text."""
        known = text in self._calls
        if not known:
            try:
                said = text.decode()
            except UnicodeDecodeError:  # half a character: no prefix can end there
                return Node([], unseen=1.0, passes=0)
            outcome = await self._ask(replace(self._request, prefix=said))
            if isinstance(outcome, Failure):
                return outcome
            self._calls[text] = outcome
        if not (tokens := self._calls[text].tokens):
            return Failure(NONE_TOLD, kind=Kind.UNTOLD)
        branches = [Branch(text + piece, piece, p) for piece, p in tokens[0].listed]
        return Node(branches, unseen=tokens[0].unseen, passes=int(not known))

    def outcome(self, weights: Weights | Failure) -> Completion | Failure:
        """All calls as one: with the weights, or failed."""
        calls = list(self._calls.values())
        costs = [call.cost for call in calls]
        spent = sum(cost for cost in costs if cost is not None)
        if isinstance(weights, Failure):
            return replace(weights, cost=(weights.cost or 0.0) + spent or None)
        usage: Counter[str] = Counter()
        for call in calls:
            usage.update({key: n for key, n in call.usage.items() if isinstance(n, int)})
        return replace(
            calls[-1],
            text="",
            stop=STOP,
            usage=dict(usage),
            cost=None if None in costs else spent,
            seconds=sum(call.seconds for call in calls),
            raw=None,
            reasoning=None,
            sampling=sampled_at(self._temperature),
            weights=weights,
            tokens=(),
        )
