"""`LearnedReader`: reads replies of a shape that LiteLLM was seen to read in the plain way.

LiteLLM builds typed objects for each reply, which takes as long as the call itself. The first
reply of each shape is read by LiteLLM and field by field. Where both agree, later replies of the
shape are read field by field, and now and then by both.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import isclose
from typing import Any, Final, Protocol

from agents.core.models.codec import Surprise
from agents.core.models.learned_price import COUNTED, by_token
from agents.core.models.model import Completion
from agents.core.models.price import FREE, Price
from agents.core.models.token_lists import positions_in
from agents.core.responses.endings import UNTOLD

_EVERY: Final = 256
"""Of so many replies of a learned shape, LiteLLM reads one as well."""
_SHAPES: Final = 100
"""Number of shapes that are kept for one model."""

Rates = Price | None


class LearnedReader:
    """Reads the replies of one model.

    Args:
        lists: whether the lists of likeliest tokens show the distribution of every reply.
        free: whether replies cost nothing.
    """

    def __init__(self, *, lists: bool, free: bool) -> None:
        self._lists, self._free = lists, free
        self._learned: dict[object, tuple[Rates] | None] = {}
        self._count = 0

    def read(
        self, reply: Mapping[str, Any], seconds: float, whole_reply: "WholeReply", *, lists: bool
    ) -> Completion:
        """A reply, its ending still unread.

        Args:
            reply: the body as JSON.
            seconds: time since the question was sent.
            whole_reply: reads the same through LiteLLM.
            lists: whether this reply's lists of likeliest tokens are used.

        Raises:
            Surprise: LiteLLM reads a reply of a learned shape in another way.
            Exception: LiteLLM's own, for a body without a readable reply.
        """
        key = _key(reply)
        if key is None:
            return whole_reply.completion()
        known, lists = self._learned.get(key), lists or self._lists
        self._count += 1
        if known is not None and self._count % _EVERY:
            return _plain(reply, known[0], seconds, lists=lists)
        whole = whole_reply.completion()
        rates = known
        if key not in self._learned:
            rates = (FREE if self._free else whole_reply.rates(),)
        if rates and not _same(whole, _plain(reply, rates[0], seconds, lists=lists)):
            if known is not None:
                raise Surprise("LiteLLM reads replies of one shape in two ways")
            rates = None
        if key in self._learned or len(self._learned) < _SHAPES:
            self._learned[key] = rates
        return whole


class WholeReply(Protocol):
    """One reply as LiteLLM reads it, when it is asked to."""

    def completion(self) -> Completion:
        """The reply, its ending still unread."""
        ...

    def rates(self) -> Rates:
        """Price of a token in replies like this one; None if it is unknown."""
        ...


def _plain(reply: Mapping[str, Any], rates: Rates, seconds: float, *, lists: bool) -> Completion:
    """A reply read field by field."""
    choice, usage = reply["choices"][0], _told(reply["usage"])
    message = choice["message"]
    cost = rates.of(usage["prompt_tokens"], usage["completion_tokens"]) if rates else None
    return Completion(
        message.get("content") or "", UNTOLD, usage, cost, str(reply.get("model") or ""), seconds,
        message.get("reasoning_content"),
        tokens=positions_in(choice.get("logprobs") or {}) if lists else (),
    )  # fmt: skip


def _told(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value without missing fields."""
    if isinstance(value, dict):
        return {key: _told(part) for key, part in value.items() if part is not None}
    return value


def _key(reply: Mapping[str, Any]) -> object:
    """Shape of a reply, the model and the tier that set its price; None for replies not learned."""
    choices, usage = reply.get("choices"), reply.get("usage")
    if not (isinstance(choices, list) and len(choices) == 1 and isinstance(usage, dict)):
        return None
    if not _simple(usage) or not isinstance(choices[0], dict):
        return None
    message = choices[0].get("message")
    text = message.get("content") if isinstance(message, dict) else None
    if not isinstance(text, str) or ("<" in text and "think" in text):
        return None  # LiteLLM takes thoughts out of such a text
    rest = {key: value for key, value in choices[0].items() if key != "logprobs"}
    whole = {key: value for key, value in reply.items() if key != "choices"}
    tier = (reply.get("model"), reply.get("service_tier"), rest.get("finish_reason"))
    return (_shape(whole), _shape(rest), "logprobs" in choices[0], tier)


def _simple(usage: Mapping[str, Any]) -> bool:
    """Whether the fields that set the cost are all there, and nothing else was charged."""
    return all(type(usage.get(name)) is int for name in COUNTED) and by_token(usage)


def _shape(value: object) -> object:
    """The fields of JSON content and their types; a missing value differs from any other."""
    if isinstance(value, dict):
        return tuple((key, _shape(part)) for key, part in value.items())
    if isinstance(value, list):
        return tuple(map(_shape, value))
    return bool(value), type(value)


def _same(whole: Completion, plain: Completion) -> bool:
    """Whether two readings agree, their costs up to rounding."""
    costs = whole.cost, plain.cost
    if None in costs:
        alike = costs == (None, None)
    else:
        alike = isclose(whole.cost or 0.0, plain.cost or 0.0, rel_tol=1e-9, abs_tol=1e-15)
    equal = replace(whole, cost=None, tokens=()) == replace(plain, cost=None, tokens=())
    return alike and equal and whole.tokens == plain.tokens
