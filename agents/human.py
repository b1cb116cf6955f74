"""A person: asked like a model, in the same words, and answering through the dashboard.

A match with a person is played as far as it goes without an answer and then left open, as if it had
been cut short; with the answer it is played again from what is on record. So nothing has to wait,
and a person who leaves, or loads the page again, finds the match where it was.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import Field

from agents.core.model import Completion, Models
from agents.core.replay import Ledger
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Attempt, Decision
from games import BadInput
from prompts import (
    PLAIN,
    Message,
    Reading,
    Verdict,
    View,
    Voice,
    Wording,
    read_reply,
    render,
    reply_schema,
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
    """

    def __init__(self, turn: int, question: tuple[Message, ...], schema: dict[str, Any]) -> None:
        super().__init__("it is a person's turn to decide: go on in arena dashboard, page Play")
        self.turn = turn
        self.question = question
        self.schema = schema


ANSWER: ContextVar[Answer | None] = ContextVar("ANSWER", default=None)
"""What the person at the dashboard has just answered."""


class Human(AgentSpec, Voice):
    """How a person is spoken to, and what the person has agreed to."""

    consent: str = Field(min_length=1)
    """The sentence that the person agreed to before playing."""

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:  # noqa: ARG002 - no model
        """A seat for one match."""
        return _Person(self, ledger, wording)


@dataclass(frozen=True)
class _Person:
    """A person in a seat."""

    spec: Human
    ledger: Ledger
    wording: Wording

    @property
    def opens(self) -> bool:
        """Whether an emotion is shown before the first move."""
        return self.spec.emotion.opening

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - people bring theirs
        """What is on record, or what was just answered.

        Raises:
            Waiting: there is no answer yet.
        """
        spec, game = self.spec, view.observation.game
        messages = render(view, spec, "json", self.wording)
        attempt = self.ledger.recall(view.turn, 0, messages)
        if attempt is None:
            attempt = _answered(messages)
            if attempt is not None and self._read(attempt, view).verdict is Verdict.LEGAL:
                self.ledger.file(view.turn, 0, attempt)
            else:
                schema = reply_schema(view.space, spec, game, self.wording)
                raise Waiting(view.turn, messages, schema)
        reading = self._read(attempt, view)
        return Decision(reading.action, reading.affect, (attempt,))

    def _read(self, attempt: Attempt, view: View) -> Reading:
        assert attempt.completion is not None
        game, said = view.observation.game, attempt.completion.text
        return read_reply(said, view.space, self.spec, game, "json", self.wording)


def _answered(messages: tuple[Message, ...]) -> Attempt | None:
    """The answer to this question, if there is one."""
    answer = ANSWER.get()
    if answer is None or answer.question != messages:
        return None
    text = json.dumps(dict(answer.values), ensure_ascii=False)
    done = Completion(text, "stop", {}, 0.0, PERSON, answer.seconds)
    return Attempt(messages, done, Verdict.LEGAL)


AGENT = Human
