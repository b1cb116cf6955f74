"""A person: gets the questions of a model in the same words, and answers in a form.

Only the description of the answer differs: it names a form's fields instead of JSON keys. The
record of a question holds the whole content of the page.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Final

from pydantic import Field

from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Models
from agents.core.models.person import PERSON, FormRequest, filled_in
from agents.core.spec import AgentSpec
from agents.core.spoken import Spoken
from agents.core.types import Agent, Attempt, Decision
from games.core.types import ActionSpace, Amount, Speech
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

__all__ = ["AGENT", "PERSON", "Human"]

OPTIONAL: Final = frozenset({"message", "statement"})
"""Fields that may be left empty, unless they offer a word for it: then nothing is said."""


class Human(AgentSpec, Voice):
    """Wording of prompts to a person, and the consent of the person."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"vocabulary", "history"})
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
        """The decision on record, or a new decision by the person's answer."""
        messages = self.renderer.render(view, "fields")
        attempt = self.ledger.recall(view.turn, 0, messages)
        if attempt is None:
            attempt = await self._ask(view, messages)
        if attempt.completion is None:
            return Decision(None, None, (attempt,))
        reading = self._read(attempt.completion, view)
        return Decision(reading.action, reading.affect, (attempt,), reading.neutral)

    async def _ask(self, view: View, messages: tuple[Message, ...]) -> Attempt:
        """Ask until every field holds what it asks for, and keep what comes of it."""
        schema, person = _form(self.reader.schema(view), view.space), self.ledger.person

        def wrong(values: Mapping[str, object]) -> tuple[str, ...]:
            unfit = _unfit(values, schema)
            if unfit or (read := self._read(filled_in(values, 0.0), view)).verdict is Verdict.LEGAL:
                return unfit
            return ("message",) if read.problem == "long" else tuple(schema["properties"])

        labels = field_labels(view, self.spec, self.reader.wording)
        request = FormRequest(view.turn, view, messages, schema, labels, wrong, self.spec)
        outcome = await person.complete(request)
        while isinstance(outcome, Completion) and wrong(json.loads(outcome.text)):
            outcome = await person.complete(request)
        if isinstance(outcome, Completion):
            attempt = Attempt(messages, outcome, Verdict.LEGAL)
        else:
            attempt = Attempt(messages, None, Verdict.PROVIDER_ERROR, outcome)
        self.ledger.file(view.turn, 0, attempt)
        person.kept(request)
        return attempt

    def _read(self, done: Completion, view: View) -> Reading:
        """The action and the report; a form keeps the reasons apart, so they blur neither."""
        said = done.text
        with suppress(ValueError, AttributeError):  # a damaged record holds no JSON object
            values = json.loads(said).items()
            empty = dict.fromkeys(OPTIONAL, "") if isinstance(view.space, Speech) else {}
            given = {key: value for key, value in values if key != "reasoning"}
            said = json.dumps(empty | given)
        return self.reader.read(said, view, "json")


def _form(schema: dict[str, Any], space: ActionSpace | None) -> dict[str, Any]:
    """The schema of a form: a number is stated as one."""
    if not (isinstance(space, Speech) and isinstance(space.statement, Amount)):
        return schema
    low, high = space.statement.low, space.statement.high
    stated = {"type": "integer", "minimum": low, "maximum": high}
    return {**schema, "properties": {**schema["properties"], "statement": stated}}


def is_optional(key: str, part: Mapping[str, Any]) -> bool:
    """Whether a field may be left empty.

    Args:
        key: of the field.
        part: of the schema, about this field.
    """
    return key in OPTIONAL and "enum" not in part


def _unfit(values: Mapping[str, object], schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of fields that are missing, unknown or invalid."""
    fields = schema["properties"]
    unknown = tuple(key for key in values if key not in fields)
    return unknown + tuple(
        key
        for key, part in fields.items()
        if not (_fits(values[key], part) if values.get(key, "") != "" else is_optional(key, part))
    )


def _fits(value: object, part: Mapping[str, Any]) -> bool:
    """Whether a field holds a valid value; no value is converted."""
    if part["type"] == "integer":  # True is an int to Python
        return type(value) is int and bool(part["minimum"] <= value <= part["maximum"])
    return isinstance(value, str) and (value in part["enum"] if "enum" in part else bool(value))


AGENT = Human
