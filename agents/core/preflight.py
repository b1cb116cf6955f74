"""The preflight: whether a model answers the kind of question that it will be asked.

The question holds all that questions of a match hold: a message of the system, the settings of the
model, a seed where requests have one, and a schema of words and bounded numbers. A server that
refuses it is asked again without the schema, without the role of the system, and without both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from agents.core.dialect import Dialect
from agents.core.failures import Kind
from agents.core.model import Completion, Failure, ModelSpec, Request
from agents.core.pool import GatedModel
from prompts import Form, Message

Keep = Callable[[str, Completion | Failure], None]
"""Told a model's name and what came of a call, as soon as something did."""

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "action": {"type": "string", "enum": ["yes", "no"]},
        "intensity": {"type": "integer", "minimum": 0, "maximum": 100},
    },
    "required": ["action", "intensity"],
    "additionalProperties": False,
}
_SYSTEM = "You are asked one question, to see whether you can be reached."
_ASKED: Final[dict[Form, str]] = {
    "json": 'Answer with the JSON object {"action": "yes", "intensity": 50}.',
    "text": "Answer with the word yes.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the preflight found out about a model.

    Args:
        spec: the model and its settings.
        failure: why it did not answer as it was to be asked; None if it did.
        dialect: how it was asked, and answered if it ever did.
        answers: whether it did.
    """

    spec: ModelSpec
    failure: Failure | None
    dialect: Dialect
    answers: bool

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.model


async def examine(model: GatedModel, spec: ModelSpec, keep: Keep) -> Finding:
    """Ask a model whether it answers, and how it can be asked.

    Raises:
        BadInput: it does not take a setting.
        Halted: it may not be asked.
    """
    failure = await _failure(model, spec, model.dialect, keep)
    if failure is None or failure.kind is not Kind.REJECTED:
        return Finding(spec, failure, model.dialect, answers=failure is None)
    for dialect in _others(model):
        again = await _failure(model, spec, dialect, keep)
        if again is None:
            return Finding(spec, failure, dialect, answers=True)
        if again.kind is not Kind.REJECTED:
            break
    return Finding(spec, failure, model.dialect, answers=False)


def _others(model: GatedModel) -> list[Dialect]:
    """Dialects that ask for less than a model was asked for."""
    usual = model.dialect
    return [
        Dialect(schema=schema, system=system)
        for schema, system in ((False, True), (True, False), (False, False))
        if (schema == usual.schema or model.form == "json") and system <= usual.system
        if Dialect(schema, system) != usual
    ]


async def _failure(
    model: GatedModel, spec: ModelSpec, dialect: Dialect, keep: Keep
) -> Failure | None:
    """Why a model does not answer the question as a dialect puts it; None if it does."""
    form: Form = model.form if dialect.schema else "text"
    messages = (Message("system", _SYSTEM), Message("user", _ASKED[form]))
    schema = _SCHEMA if form == "json" else None
    request = Request(messages, schema, 1 if spec.seeded else None)
    outcome = await model.ask(dialect.said(request), trial=True)
    keep(spec.model, outcome)
    return outcome if isinstance(outcome, Failure) else None
