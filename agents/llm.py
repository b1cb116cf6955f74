"""A language model under an emotional condition: ask, read, ask again with the reason."""

from dataclasses import dataclass, replace
from random import Random
from typing import Self

from pydantic import model_validator

from agents.core.asking import ModelClient, Question
from agents.core.ledger import CHECK, Ledger
from agents.core.model_agent import ModelAgent, move_question
from agents.core.models.elsewhere import answer_reader
from agents.core.models.model import Model, Models
from agents.core.spoken import Spoken
from agents.core.types import Agent, Attempt, Decision, SelfReport
from games import BadInput
from games.core.types import Amount, Speech
from prompts import (
    PLAIN,
    CheckReading,
    Message,
    PromptRenderer,
    Reading,
    ReplyReader,
    Verdict,
    View,
    Wording,
    ask_check,
    check_again,
    check_schema,
    read_check,
)


class LLM(ModelAgent):
    """A language model that is asked one question a decision."""

    self_report: bool = False
    """Whether it gives a self-report after its last decision in a match: a manipulation check."""

    @model_validator(mode="after")
    def _decides_last(self) -> Self:
        """Options are weighed behind the report, and before anything else is said."""
        if self.decide_by == "sampling":
            return self
        if self.reasoning != "none":
            raise ValueError(
                'decide_by = "probabilities" weighs options before any reasoning: leave out '
                f'reasoning = "{self.reasoning}", or decide by sampling'
            )
        if self.emotion.report == "after":
            raise ValueError(
                'decide_by = "probabilities" ends a reply with the action: leave out report = '
                '"after", or decide by sampling'
            )
        return self

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """A player for one match."""
        renderer, reader = PromptRenderer(self, wording), ReplyReader(self, wording)
        return _Player(self, models, ledger, renderer, reader)


@dataclass(frozen=True)
class _Player(Spoken):
    """A language model in a seat."""

    spec: LLM
    models: Models
    ledger: Ledger
    renderer: PromptRenderer
    reader: ReplyReader

    @property
    def reports(self) -> bool:
        """Whether it is asked for a self-report."""
        return self.spec.self_report

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask for a move, or for an opening display."""
        model = await self.models.reach(self.spec)
        question = move_question(self.renderer, self.reader, view, model)
        client = ModelClient(self.spec, model, self.ledger)
        weighs = self.spec.decide_by == "probabilities" and not isinstance(view.space, Speech)
        if weighs and view.space is not None:
            reading, attempts = await self._weigh(view, model, question, client, rng)
        else:
            reading, attempts = await client.settle(question, rng)
        if reading is None:
            return Decision(None, None, attempts)
        last = attempts[-1].completion
        weights = None if last is None else last.weights
        return Decision(reading.action, reading.affect, attempts, reading.neutral, weights)

    async def _weigh(
        self,
        view: View,
        model: Model,
        question: Question[Reading],
        client: ModelClient,
        rng: Random,
    ) -> tuple[Reading | None, tuple[Attempt, ...]]:
        """The choice drawn from the probabilities of all options, behind a sampled report.

        Raises:
            BadInput: the options are amounts, and the model does not go on from a prefix.
        """
        if not model.continues:
            if isinstance(view.space, Amount):
                raise BadInput(_shared_digits(self.spec.model))
            return await client.settle(replace(question, redrawn=True), rng)
        reported, attempts = None, tuple[Attempt, ...]()
        if self.spec.asked(move=False):
            reported, attempts = await client.settle(question, rng)
            if reported is None:
                return None, attempts
            question = replace(question, messages=attempts[-1].messages)
        replies = self.reader.answers(view, model.form, reported)
        return await client.settle(replace(question, weighed=replies), rng, attempts)

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """Ask for a self-report, in the conversation of its last decision."""
        model = await self.models.reach(self.spec)
        question = self._check(last, model)
        reading, attempts = await ModelClient(self.spec, model, self.ledger).settle(question, rng)
        return SelfReport(reading.report if reading else None, attempts)

    def _check(self, last: Decision, model: Model) -> Question[CheckReading]:
        spec, form, wording = self.spec, model.form, self.reader.wording
        answered = last.attempts[-1]
        assert answered.completion is not None

        wanted = check_schema(spec, wording)
        schema = wanted if form == "json" else None

        def read(text: str, *, truncated: bool) -> CheckReading:
            return read_check(text, spec, form, truncated=truncated)

        def again(
            sent: tuple[Message, ...], said: str, reading: CheckReading
        ) -> tuple[Message, ...]:
            return check_again(sent, said, reading.verdict, spec.language)

        said = answered.completion.text
        messages = ask_check(answered.messages, said, spec, form, wording)
        reader = answer_reader(schema, CheckReading(Verdict.REFUSED), read)
        return Question(CHECK, messages, schema, reader, again, wanted=wanted)


def _shared_digits(model: str) -> str:
    return (
        f'model {model!r} cannot decide_by = "probabilities" on amounts, which begin with the same '
        "digits: its provider does not go on from the beginning of a reply; leave it at "
        '"sampling"'
    )


AGENT = LLM
