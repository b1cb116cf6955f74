"""`follow`: a conversation with a model one turn on, without what it thought in the last one."""

from prompts.core.reading.fields import shown_again
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
