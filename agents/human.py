"""A person: asked like a model, in the same words, and answering in a form on the dashboard.

Only the description of the answer differs: a form's fields stand where a model reads of JSON. The
record of a question holds all that the page shows.

A match with a person is played as far as it goes without an answer and then left open, as if it had
been cut short; with the answer it is played again from what is on record. So nothing has to wait,
and a person who leaves, or loads the page again, finds the match where it was.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from pydantic import Field

from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Models
from agents.core.spec import AgentSpec
from agents.core.spoken import Spoken
from agents.core.types import Agent, Attempt, Decision
from games import BadInput
from prompts import (
    PLAIN,
    Message,
    PromptRenderer,
    Reading,
    ReplyReader,
    Verdict,
    View,
    Voice,
    Wording,
    field_labels,
)

PERSON = "human"
"""Stands where the name of a model would, of the one who answered."""


@dataclass(frozen=True)
class Answer:
    """What a person answered.

    Args:
        question: the messages that it answers; to no others does it apply.
        values: by the keys of the question's schema.
        seconds: from when the question was shown.
    """

    question: tuple[Message, ...]
    values: Mapping[str, Any]
    seconds: float


class Waiting(BadInput):
    """It is a person's turn, and there is no answer yet.

    Args:
        turn: its place in the match.
        question: the messages that ask.
        schema: of the answer: words to choose from, and numbers with their bounds.
        labels: of the form's fields, by the keys of the schema, as the question lists them.
    """

    def __init__(
        self,
        turn: int,
        question: tuple[Message, ...],
        schema: dict[str, Any],
        labels: Mapping[str, str],
    ) -> None:
        super().__init__("it is a person's turn to decide: go on in arena dashboard, page Play")
        self.turn = turn
        self.question = question
        self.schema = schema
        self.labels = labels


ANSWER: ContextVar[Answer | None] = ContextVar("ANSWER", default=None)
"""What the person at the dashboard has just answered."""


class Human(AgentSpec, Voice):
    """How a person is spoken to, and what the person has agreed to."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"vocabulary"})
    offered: ClassVar[str] = "vocabulary"

    consent: str = Field(min_length=1)
    """The sentence that the person agreed to before playing."""

    @property
    def voice(self) -> Voice:
        """Its own fields."""
        return self

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:  # noqa: ARG002 - no model
        """A seat for one match."""
        return _Person(self, ledger, PromptRenderer(self, wording), ReplyReader(self, wording))


@dataclass(frozen=True)
class _Person(Spoken):
    """A person in a seat."""

    spec: Human
    ledger: Ledger
    renderer: PromptRenderer
    reader: ReplyReader

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - people bring theirs
        """What is on record, or what was just answered.

        Raises:
            Waiting: there is no answer yet.
        """
        messages = self.renderer.render(view, "fields")
        attempt = self.ledger.recall(view.turn, 0, messages)
        if attempt is None:
            schema = self.reader.schema(view)
            attempt = _answered(messages, schema)
            if attempt is None or self._read(attempt, view).verdict is not Verdict.LEGAL:
                labels = field_labels(view, self.spec, self.reader.wording)
                raise Waiting(view.turn, messages, schema, labels)
            self.ledger.file(view.turn, 0, attempt)
        reading = self._read(attempt, view)
        return Decision(reading.action, reading.affect, (attempt,), reading.neutral)

    def _read(self, attempt: Attempt, view: View) -> Reading:
        """The action and the report; a form keeps the reasons apart, so they blur neither."""
        assert attempt.completion is not None
        said = attempt.completion.text
        with suppress(ValueError, AttributeError):  # a damaged record holds no JSON object
            values = json.loads(said).items()
            said = json.dumps({key: value for key, value in values if key != "reasoning"})
        return self.reader.read(said, view, "json")


def _answered(messages: tuple[Message, ...], schema: Mapping[str, Any]) -> Attempt | None:
    """The answer to this question, if there is one and every field of it was filled in."""
    answer = ANSWER.get()
    if answer is None or answer.question != messages:
        return None
    fields = schema["properties"]
    if answer.values.keys() != fields.keys():
        return None
    if not all(_fits(answer.values[key], part) for key, part in fields.items()):
        return None
    text = json.dumps(dict(answer.values), ensure_ascii=False)
    done = Completion(text, "stop", {}, 0.0, PERSON, answer.seconds)
    return Attempt(messages, done, Verdict.LEGAL)


def _fits(value: object, part: Mapping[str, Any]) -> bool:
    """Whether a field holds exactly what it asks for; nothing is turned into it."""
    if part["type"] == "integer":  # True is an int to Python
        return type(value) is int and bool(part["minimum"] <= value <= part["maximum"])
    return isinstance(value, str) and (value in part["enum"] if "enum" in part else bool(value))


AGENT = Human
