"""`LearnedPrices`: costs of replies by token, where LiteLLM was seen to reckon them so.

LiteLLM reckons a cost in a millisecond, longer than everything else that a call takes. The first
cost for each price is reckoned by LiteLLM and by token. Where both agree, later ones are reckoned
by token, and now and then by both.
"""

from collections.abc import Callable, Mapping
from math import isclose
from typing import Any, Final

from agents.core.models.price import Price

COUNTED: Final = ("prompt_tokens", "completion_tokens", "total_tokens")
"""Fields of a usage that count tokens of all kinds."""
_LONG: Final = 64_000
"""Tokens of a prompt from which LiteLLM reckons each cost: some prices rise at 100,000."""
_EVERY: Final = 256
"""Of so many costs at a learned price, LiteLLM reckons one as well."""


def by_token(usage: Mapping[str, Any]) -> bool:
    """Whether a reply is charged for tokens of prompt and completion alone, and is not long."""
    if usage["prompt_tokens"] >= _LONG:
        return False
    return all(name in COUNTED or _nothing(value) for name, value in usage.items())


def _counted(usage: Mapping[str, Any]) -> dict[str, Any]:
    """A usage without the parts that only repeat a whole: all tokens as tokens of text."""
    plain = dict(usage)
    for part in ("prompt", "completion"):
        details = {**(plain.pop(f"{part}_tokens_details", None) or {})}
        if details.get("text_tokens") == usage[f"{part}_tokens"]:
            del details["text_tokens"]
        plain[f"{part}_tokens_details"] = details
    return plain


def _nothing(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_nothing, value.values()))
    return value is None or (not isinstance(value, str | list) and not value)


class LearnedPrices:
    """Costs of the replies of one model.

    Args:
        whole: reckons a response's cost by LiteLLM; None if it is unknown.
        rates: price of a token in responses like a given one; None if it is unknown.
    """

    def __init__(
        self, whole: Callable[[Any], float | None], rates: Callable[[Any], Price | None]
    ) -> None:
        self._whole, self._rates = whole, rates
        self._learned: dict[object, Price | None] = {}
        self._count = 0

    def cost(self, response: Any) -> float | None:  # noqa: ANN401 - LiteLLM is not typed
        """US dollars of a response, which has a usage; None if its price is unknown."""
        usage = _counted(response.usage.model_dump(exclude_none=True))
        if not by_token(usage):
            return self._whole(response)
        key = response.model, usage.get("service_tier"), usage.get("speed")
        price = self._learned.get(key)
        tokens = usage["prompt_tokens"], usage["completion_tokens"]
        self._count += 1
        if price is not None and self._count % _EVERY:
            return price.of(*tokens)
        cost = self._whole(response)
        if key not in self._learned:
            price = self._learned[key] = None if cost is None else self._rates(response)
        if price is not None and (cost is None or not isclose(cost, price.of(*tokens))):
            self._learned[key] = None  # it depends on something else
        return cost
