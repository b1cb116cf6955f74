"""People as agents see them: a form goes out, what was filled in or a failure comes back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agents.core.models.model import Completion, Failure
from games import BadInput
from prompts import Message, View, Voice

PERSON = "human"
"""Stands where the name of a model would, of the one who answered."""


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A question to a person.

    Args:
        turn: its place in the match.
        view: what the person perceives.
        messages: the question as it goes on record: all that the page says of the game.
        schema: of the answer: words to choose from, and numbers with their bounds.
        labels: of the form's fields, by the keys of the schema, as the question lists them.
        wrong: keys of the fields that do not hold what they ask for, of an answer by these keys.
        voice: how the person is spoken to in this match.
    """

    turn: int
    view: View
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    labels: Mapping[str, str]
    wrong: Callable[[Mapping[str, object]], tuple[str, ...]]
    voice: Voice


class Person(Protocol):
    """A person who can be asked."""

    async def complete(self, request: FormRequest) -> Completion | Failure:
        """The person's answer, a completion by `filled_in`; no value in it is wrong."""
        ...

    def kept(self, request: FormRequest) -> None:
        """Hear that what came of a request is on record."""
        ...


def filled_in(values: Mapping[str, object], seconds: float) -> Completion:
    """A person's answer.

    Args:
        values: by the keys of the question's schema.
        seconds: from when the question was shown.
    """
    text = json.dumps(dict(values), ensure_ascii=False)
    return Completion(text, "stop", {}, 0.0, PERSON, seconds)


class Nobody:
    """The port of seats that no person holds."""

    async def complete(self, request: FormRequest) -> Completion | Failure:  # noqa: ARG002
        """Nothing.

        Raises:
            BadInput: nobody can answer.
        """
        raise BadInput(
            "it is a person's turn to decide: people take part through arena lab, or on the page "
            "Play of arena dashboard"
        )

    def kept(self, request: FormRequest) -> None:
        """Nothing was asked."""
