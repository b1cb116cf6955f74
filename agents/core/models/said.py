"""The message and the ending of a reply, as each provider's protocol holds them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from agents.core.models.model import Completion
from agents.core.models.price import Price
from agents.core.responses.endings import FAILED, FILTERED, STOP, UNTOLD, ending

_SHAPES: tuple[tuple[tuple[str | int, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    # OpenAI and servers that speak its protocol; OpenRouter has the second word. The field
    # `stop_reason` of vLLM is none: it holds the text or the token that stopped the model.
    (("choices", 0), ("message",), ("finish_reason", "native_finish_reason")),
    (("candidates", 0), ("content",), ("finishReason",)),  # Gemini
    (("promptFeedback",), ("content",), ("blockReason",)),  # Gemini, which took no such prompt
    ((), ("output", "message"), ("stopReason",)),  # Bedrock Converse
    ((), ("message",), ("done_reason", "finish_reason")),  # Ollama; Cohere
    ((), (), ("stop_reason",)),  # Anthropic, whose response is the message
)
"""Paths of a choice in a response, of its message in the choice, and names of the ending's fields.
"""
_ANTHROPIC = ("role", "content")
"""The fields of Anthropic's response that are its message."""
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
"""The fields whose text LiteLLM hands out as reasoning."""


@dataclass(frozen=True, slots=True)
class Said:
    """One reply in the provider's own shape.

    Args:
        message: the message in the provider's shape.
        words: the provider's words for the ending.
        error: the provider's error beside the message, if any.
    """

    message: Mapping[str, Any]
    words: tuple[object, ...]
    error: object = None

    @property
    def text(self) -> str:
        """The content, its parts joined; empty if the content is no text."""
        content = self.message.get("content", self.message.get("parts"))
        return content if isinstance(content, str) else "".join(_parts(content))

    @property
    def why(self) -> str:
        """The provider's reason for a reply that broke off."""
        return str(self.error or ", ".join(str(word) for word in self.words if word))

    @property
    def ending(self) -> str:
        """Ending of the reply, see `endings`; an error beside the message is a failure."""
        if self.error:
            return FAILED
        return FILTERED if _refusal(self.message) else ending(self.words)

    def raw(self, done: Completion, stop: str, drawn: str | None = None) -> str | None:
        """The message and the words for its ending as JSON.

        Args:
            done: text and reasoning that are recorded anyway.
            stop: ending that is recorded anyway.
            drawn: text of the tokens drawn; None if the server does not return it.

        Returns:
            None if the message adds nothing to these, the role and an ordinary ending.
        """
        text, reasoning = done.text, done.reasoning
        usual = stop == STOP or all(word is None or str(word) == stop for word in self.words)
        thought = (
            reasoning if text.strip() else None
        )  # else the field is where the answer may stand
        known = {"content": text, "parts": text} | dict.fromkeys(_THOUGHTS, thought)
        more = [
            key
            for key, value in self.message.items()
            if key != "role" and value not in (None, "", [], {}) and _plain(value) != known.get(key)
        ]
        told = {} if drawn in (None, text) else {"drawn": drawn}
        if usual and not more and not told:
            return None
        record = {"message": self.message, "ending": self.words, **told}
        return json.dumps(record, ensure_ascii=False)


def said_in(responses: Iterable[Mapping[str, Any]]) -> Said | None:
    """The reply in the first response that holds one; None if no response does."""
    return next((said for response in responses if (said := _said(response))), None)


def _said(response: Mapping[str, Any]) -> Said | None:
    for choice_path, message_path, keys in _SHAPES:
        choice = _at(response, choice_path)
        if not isinstance(choice, Mapping):
            continue
        message = _at(choice, message_path)
        if not message_path:
            message = {key: choice[key] for key in _ANTHROPIC if key in choice}
        message = message if isinstance(message, Mapping) else {}
        words = tuple(choice[key] for key in keys if key in choice)
        if message or words:
            return Said(message, words, choice.get("error") or response.get("error"))
    return None


def translated(response: Any) -> Said | None:  # noqa: ANN401 - LiteLLM is not typed
    """The reply in LiteLLM's translation, for providers whose responses cannot be recorded."""
    if not response.choices:
        return None
    choice = response.choices[0]
    fields = getattr(choice, "provider_specific_fields", None) or {}
    word = fields.get("native_finish_reason", choice.finish_reason)
    return Said(choice.message.model_dump(mode="json", exclude_none=True), (word,))


def untranslated(
    responses: Iterable[dict[str, Any]], price: Price | None, seconds: float
) -> tuple[Completion, Said] | None:
    """A reply with a message, such as one in parts, that LiteLLM rejects as invalid.

    Args:
        responses: responses of the provider, latest first.
        price: upper bound on the cost of a number of tokens; None if it is unknown.
        seconds: time since the question was sent.

    Returns:
        The reply and its message; None if no response holds a message.
    """
    for response in responses:
        said = said_in([response])
        if said is None or not said.message:
            continue
        usage = response.get("usage")
        usage = usage if isinstance(usage, dict) else {}
        asked, told = (usage.get(f"{part}_tokens") for part in ("prompt", "completion"))
        cost = None
        if price and isinstance(asked, int) and isinstance(told, int):
            cost = price.of(asked, told)
        served = str(response.get("model") or "")
        return Completion(said.text, UNTOLD, usage, cost, served, seconds), said
    return None


def _at(value: Any, path: Iterable[str | int]) -> Any:  # noqa: ANN401 - any JSON
    """Value at a path; None if the path leads nowhere."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _parts(content: object) -> Iterator[str]:
    """Texts among the parts of a content, without parts that hold thoughts."""
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            yield part
        elif _is_text(part):
            yield part["text"]


def _is_text(part: object) -> TypeGuard[Mapping[str, str]]:
    return (
        isinstance(part, Mapping)
        and isinstance(part.get("text"), str)
        and part.get("type") in (None, "text", "output_text")
        and not part.get("thought")
    )


def _plain(value: object) -> object:
    """A list with a single part of plain text as this text; other values unchanged."""
    if not (isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping)):
        return value
    part = {key: content for key, content in value[0].items() if content}
    return part["text"] if part.keys() in ({"text"}, {"type", "text"}) else value


def _refusal(message: Mapping[str, Any]) -> bool:
    """Whether a message holds a refusal, in its own field or as a part of its content."""
    content = message.get("content")
    parts = content if isinstance(content, list) else ()
    return bool(message.get("refusal")) or any(
        isinstance(part, Mapping) and part.get("type") == "refusal" for part in parts
    )
