"""The tokens of a reply with the likeliest others in their places, as LiteLLM hands them out."""

from collections.abc import Mapping
from math import exp
from typing import Any

from agents.core.models.weights import Position


def positions(response: Any) -> tuple[Position, ...]:  # noqa: ANN401 - LiteLLM is not typed
    """The tokens of the first choice; empty where the provider lists none."""
    told = getattr(response.choices[0], "logprobs", None) if response.choices else None
    if told is None:
        return ()
    return positions_in(told if isinstance(told, dict) else told.model_dump())


def positions_in(lists: Mapping[str, Any]) -> tuple[Position, ...]:
    """The tokens in a provider's lists, as OpenAI's interface has them."""
    content = lists.get("content") or ()
    return tuple(_position(token) for token in content if token.get("top_logprobs"))


def _position(token: Mapping[str, Any]) -> Position:
    """The token that was drawn is on its list in any case."""
    piece = _bytes(token)
    listed = [(_bytes(each), exp(each["logprob"])) for each in token["top_logprobs"]]
    if piece not in {other for other, _ in listed}:
        listed.append((piece, exp(token["logprob"])))
    return Position(piece, tuple(listed))


def _bytes(token: Mapping[str, Any]) -> bytes:
    """The bytes of a token; its text may hold half a character, which is lost there."""
    known = token.get("bytes")
    return str(token["token"]).encode() if known is None else bytes(known)
