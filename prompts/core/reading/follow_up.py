"""A conversation with a model one turn on, without what the model thought in the last one."""

from collections.abc import Mapping

from prompts.core.reading.fields import shown_again
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.types import Message


def follow(messages: tuple[Message, ...], reply: str, text: str) -> tuple[Message, ...]:
    """The messages that were sent, what came back, and what is said to that.

    Reasoning is stored with the reply and never shown again. Where nothing else came back, there is
    no turn to repeat, and providers refuse empty ones: then the last message grows.

    Args:
        messages: what was sent.
        reply: what came back, possibly nothing.
        text: what is said to it.
    """
    said = shown_again(reply)
    if not said:
        *before, last = messages
        return (*before, Message(last.role, f"{last.content}\n\n{text}"))
    return (*messages, Message("assistant", said), Message("user", text))


def render_again(
    messages: tuple[Message, ...],
    reply: str,
    problem: str,
    voice: Voice,
    values: Mapping[str, str] | None = None,
) -> tuple[Message, ...]:
    """The messages that ask again after a reply that could not be used.

    Args:
        messages: what was sent.
        reply: what came back, possibly nothing.
        problem: key of the reason, as `read_reply` gave it.
        voice: how the player is spoken to.
        values: what the reason mentions, as `read_reply` gave it.
    """
    again = fill(str(catalogue().get(voice.language, "frame", "again", problem)), values or {})
    return follow(messages, reply, again)
