"""A language model under an emotional condition: ask, read, ask again with the reason."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import Field

from agents.core.model import Completion, Failure, Model, Models, ModelSpec, Request
from agents.core.replay import CHECK, Ledger
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Attempt, Decision, SelfReport
from games import BadInput
from prompts import (
    CheckReading,
    Message,
    Reading,
    Verdict,
    View,
    Voice,
    ask_check,
    check_again,
    check_schema,
    read_check,
    read_reply,
    render,
    render_again,
    reply_schema,
)

_LONGEST_PAUSE = 60.0


class _Read(Protocol):
    """What a reply was read as."""

    @property
    def verdict(self) -> Verdict: ...


R = TypeVar("R", bound=_Read)


class LLM(AgentSpec, ModelSpec, Voice):
    """Which model, how it is sampled, how it is spoken to, how often it is asked again."""

    wiring: ClassVar[frozenset[str]] = frozenset({"api_base", "api_key_env", "timeout"})

    reasks: int = Field(2, ge=0)
    """How many times an unusable reply is asked for again, each time with the reason."""
    retries: int = Field(4, ge=0)
    """How many times a call that failed on the way is made again."""
    self_report: bool = False
    """Whether it is asked how it feels after its last decision in a match: a manipulation check."""

    def needs(self) -> ModelSpec:
        """Its own model."""
        return self

    def seat(self, models: Models, ledger: Ledger) -> Agent:
        """A player for one match."""
        return _Player(self, models, ledger)


@dataclass(frozen=True)
class _Question(Generic[R]):
    """What is asked, until there is a legal answer.

    Args:
        turn: its place in the match.
        messages: the first ones.
        schema: of the reply, or None.
        read: reads a reply.
        again: from what was sent, what came back and what is wrong, the messages that ask again.
    """

    turn: int
    messages: tuple[Message, ...]
    schema: dict[str, Any] | None
    read: Callable[[Completion], R]
    again: Callable[[tuple[Message, ...], str, R], tuple[Message, ...]]


@dataclass(frozen=True)
class _Player:
    """A language model in a seat."""

    spec: LLM
    models: Models
    ledger: Ledger

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask until a legal answer comes, or the re-asks or the retries are used up."""
        model = await self.models.reach(self.spec)
        seen, turn = view.observation, len(view.own)
        assert seen.space is not None
        schema = reply_schema(seen.space, self.spec, seen.game) if model.form == "json" else None
        messages = render(view, self.spec, model.form)

        def again(sent: tuple[Message, ...], reply: str, reading: Reading) -> tuple[Message, ...]:
            return render_again(sent, reply, reading.verdict, self.spec)

        read = partial(self._read, view, model)
        question = _Question(turn, messages, schema, read, again)
        reading, attempts = await self._settle(model, question, rng)
        if reading is None:
            return Decision(None, None, attempts)
        return Decision(reading.action, reading.affect, attempts)

    @property
    def reports(self) -> bool:
        """Whether it is asked how it feels."""
        return self.spec.self_report

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """Ask how it feels, in the conversation of its last decision."""
        model, language = await self.models.reach(self.spec), self.spec.language
        answered = last.attempts[-1]
        assert answered.completion is not None
        reply = answered.completion.text
        messages = ask_check(answered.messages, reply, language, model.form)

        def read(done: Completion) -> CheckReading:
            if done.stop == "content_filter":
                return CheckReading(Verdict.REFUSED)
            return read_check(done.text, language, model.form, truncated=done.stop == "length")

        def again(
            sent: tuple[Message, ...], said: str, reading: CheckReading
        ) -> tuple[Message, ...]:
            return check_again(sent, said, reading.verdict, language)

        schema = check_schema(language) if model.form == "json" else None
        question = _Question(CHECK, messages, schema, read, again)
        found, attempts = await self._settle(model, question, rng)
        return SelfReport(found.report if found else None, attempts)

    async def _settle(
        self, model: Model, question: _Question[R], rng: Random
    ) -> tuple[R | None, tuple[Attempt, ...]]:
        """Ask until a legal answer comes, or the re-asks or the retries are used up."""
        turn, messages, schema = question.turn, question.messages, question.schema
        attempts: list[Attempt] = []
        unusable = failed = 0
        while unusable <= self.spec.reasks and failed <= self.spec.retries:
            seed = rng.getrandbits(31) if self.spec.seeded else None
            attempt = self.ledger.recall(turn, len(attempts), messages)
            if attempt is None:
                attempt = await self._ask(model, Request(messages, schema, seed), question)
                self.ledger.file(turn, len(attempts), attempt)
                if failed < self.spec.retries:
                    await _pause(attempt.failure, failed)
            attempts.append(attempt)
            if attempt.completion is None:
                failed = failed + 1 if _transient(attempt) else self.spec.retries + 1
                continue
            reading = question.read(attempt.completion)
            if reading.verdict is Verdict.LEGAL:
                return reading, tuple(attempts)
            unusable += 1
            messages = question.again(messages, attempt.completion.text, reading)
        return None, tuple(attempts)

    async def _ask(self, model: Model, request: Request, question: _Question[R]) -> Attempt:
        """One call, and what came of it.

        Raises:
            BadInput: no call to this model can succeed.
        """
        outcome = await model.complete(request)
        if isinstance(outcome, Completion):
            return Attempt(request.messages, outcome, question.read(outcome).verdict)
        if outcome.hopeless:
            raise BadInput(
                f"model {self.spec.model!r} cannot be used: {outcome.message} "
                f"(status {outcome.status}; check its name and its key)"
            )
        return Attempt(request.messages, None, Verdict.PROVIDER_ERROR, outcome)

    def _read(self, view: View, model: Model, completion: Completion) -> Reading:
        if completion.stop == "content_filter":
            return Reading(Verdict.REFUSED)
        seen, truncated = view.observation, completion.stop == "length"
        assert seen.space is not None
        return read_reply(
            completion.text, seen.space, self.spec, seen.game, model.form, truncated=truncated
        )


def _transient(attempt: Attempt) -> bool:
    return attempt.failure is not None and attempt.failure.transient


async def _pause(failure: Failure | None, failed: int) -> None:
    """Before a failed call is made again: as long as asked for, or longer each time."""
    if failure is not None and failure.transient:
        # Unseeded on purpose: the pause decides when a call is made, never what is played.
        backoff = 0.5 * 2**failed * Random().uniform(0.75, 1.25)
        wanted = backoff if failure.retry_after is None else failure.retry_after
        await asyncio.sleep(min(_LONGEST_PAUSE, wanted))


AGENT = LLM
