"""People as models: a form is sent, and its values or a failure are returned."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agents.core.models.model import Completion, Failure
from games import BadInput
from prompts import Message, View, Voice

PERSON = "human"
"""Name of the answering model in the record of a person."""


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A question to a person.

    Args:
        turn: number of the turn in the match.
        view: information of the person.
        messages: the recorded question, with all text of the page about the game.
        schema: schema of the answer: words to choose from, and numbers with their bounds.
        labels: labels of the form's fields, by the keys of the schema, in the question's wording.
        wrong: keys of invalid fields, given the values of an answer by these keys.
        voice: form of address and emotional condition of the person in this match.
    """

    turn: int
    view: View
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    labels: Mapping[str, str]
    wrong: Callable[[Mapping[str, object]], tuple[str, ...]]
    voice: Voice


class Person(Protocol):
    """A person as a respondent."""

    async def complete(self, request: FormRequest) -> Completion | Failure:
        """The person's answer, a completion by `filled_in`; all its values are valid."""
        ...

    def kept(self, request: FormRequest) -> None:
        """Receive the notice that the outcome of a request is on record."""
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
            BadInput: there is no person to answer.
        """
        raise BadInput(
            "it is a person's turn to decide: people take part through arena lab, or on the page "
            "Play of arena dashboard"
        )

    def kept(self, request: FormRequest) -> None:
        """Nothing was asked."""
