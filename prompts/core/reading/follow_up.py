"""A conversation with a model continued by one turn, without the model's earlier reasoning."""

from collections.abc import Mapping

from prompts.core.reading.fields import shown_again
from prompts.core.rendering.voice import Voice
from prompts.core.texts.catalogue import catalogue, fill
from prompts.core.types import Message


def follow(messages: tuple[Message, ...], reply: str, text: str) -> tuple[Message, ...]:
    """The messages sent, the reply, and the answer to it.

    Reasoning is stored with the reply and never shown again. Where nothing else came back, there is
    no turn to repeat, and providers refuse empty ones: then the last message grows.

    Args:
        messages: messages sent.
        reply: the reply, possibly empty.
        text: answer to the reply.
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
        messages: messages sent.
        reply: the reply, possibly empty.
        problem: key of the reason, as `read_reply` gave it.
        voice: wording settings of the player.
        values: values of the reason's placeholders, from `read_reply`.
    """
    again = fill(str(catalogue().get(voice.language, "frame", "again", problem)), values or {})
    return follow(messages, reply, again)
