"""Dialects: parts of a request that a server refuses, and requests written without them."""

from dataclasses import dataclass, replace

from agents.core.models.model import Request
from prompts import Message


@dataclass(frozen=True, slots=True)
class Dialect:
    """Features of a request that a server accepts.

    Args:
        schema: JSON schemas. Without them, answers are asked for as text.
        system: system messages. Without them, their text heads the user's first turn.
        unset: neutral settings of sampling that the server refuses.
    """

    schema: bool = True
    system: bool = True
    unset: frozenset[str] = frozenset()

    def __and__(self, other: "Dialect") -> "Dialect":
        """Features that both servers accept."""
        unset = self.unset | other.unset
        return Dialect(self.schema and other.schema, self.system and other.system, unset)

    def said(self, request: Request) -> Request:
        """A request without the parts that the server refuses."""
        if self == USUAL:
            return request
        schema = request.schema if self.schema else None
        messages = request.messages if self.system else _merged(request.messages)
        return replace(request, messages=messages, schema=schema, unset=self.unset)


USUAL = Dialect()


def _merged(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """A conversation whose system messages head the user's first turn."""
    system = [m.content for m in messages if m.role == "system"]
    first, *rest = (m for m in messages if m.role != "system")
    return Message(first.role, "\n\n".join([*system, first.content])), *rest
