"""Asking a model until it gives a legal answer: re-asks with a reason, and retries after failures.

The caller defines the question and reads the answer. This module files every attempt, recalls
attempts on record, and retries transient failures only.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Generic, Protocol, TypeVar

from pydantic import Field

from agents.core.ledger import CHECK, Ledger
from agents.core.models.continuing import refused
from agents.core.models.gate import Halted
from agents.core.models.model import Completion, Failure, Model, ModelSpec, Request
from agents.core.models.weights import in_situ
from agents.core.types import Attempt
from games.core.types import Action
from prompts import Message, Verdict

_LONGEST_PAUSE = 60.0
_LAST_DOUBLING = 16


class Read(Protocol):
    """Interpretation of a reply."""

    @property
    def verdict(self) -> Verdict:
        """Whether the reply can be used, or its flaw."""
        ...


R = TypeVar("R", bound=Read)


class ModelOptions(ModelSpec):
    """A model, and the numbers of re-asks and retries of a call."""

    reasks: int = Field(2, ge=0)
    """Number of times an unusable reply is asked for again, each time with the reason."""
    retries: int = Field(4, ge=0)
    """Number of times a call is made again after a transient failure."""
    backoff: float = Field(0.5, ge=0)
    """Seconds before the first retry, doubled each time. Not part of a match's identity."""


@dataclass(frozen=True)
class Question(Generic[R]):
    """A question to a model, with functions that read and repair its reply.

    Args:
        turn: number of the turn in the match.
        messages: first messages of the conversation.
        schema: JSON schema of the reply, or None.
        read: reads a reply.
        again: messages that ask again, given the messages sent, the reply and its interpretation.
        guess: probable meaning of a reply, given the reply and its interpretation. Recorded, never
            used.
        instead: the same reply with each option in place of the chosen one, given the reply and its
            interpretation; empty if the reply has no such place.
        weighed: text of each option's reply, if all options are weighed and none is sampled.
        redrawn: whether the choice is drawn again from the probabilities read off the reply.
        wanted: schema of a reply in any form; None if it is that of `schema`.
    """

    turn: int
    messages: tuple[Message, ...]
    schema: dict[str, Any] | None
    read: Callable[[Completion], R]
    again: Callable[[tuple[Message, ...], str, R], tuple[Message, ...]]
    guess: Callable[[Completion, R], Action | None] = lambda _, __: None
    instead: Callable[[Completion, R], Mapping[Action, str]] = lambda _, __: {}
    weighed: Mapping[Action, str] = field(default_factory=dict)
    redrawn: bool = False
    wanted: dict[str, Any] | None = None


@dataclass(frozen=True)
class ModelClient:
    """Asks one model on behalf of one seat of a match.

    Args:
        spec: the model, and the numbers of re-asks and retries.
        model: client of the model.
        ledger: store of attempts, past and new.
    """

    spec: ModelOptions
    model: Model
    ledger: Ledger

    async def settle(
        self, question: Question[R], rng: Random, before: tuple[Attempt, ...] = ()
    ) -> tuple[R | None, tuple[Attempt, ...]]:
        """Ask until a legal answer comes, or the re-asks or the retries are used up.

        Args:
            question: the question.
            rng: draws seeds, and the choice where options are weighed.
            before: earlier attempts of the same turn.

        Returns:
            Interpretation of the legal answer, None if there is none; and all attempts of the turn.
        """
        messages, attempts = question.messages, [*before]
        unusable = failed = limited = 0
        while unusable <= self.spec.reasks and failed <= self.spec.retries:
            name = self.ledger.attempt(question.turn, len(attempts))
            request = self._request(question, messages, rng, limited, name)
            point = rng.random() if question.weighed or question.redrawn else 0.0
            attempt, reading = self.ledger.recall(question.turn, len(attempts), messages), None
            if attempt is None:
                attempt, reading = await self._ask(request, question, point)
                self.ledger.file(question.turn, len(attempts), attempt)
                await self._pause(attempt.failure, failed, limited)
            self.ledger.count(attempt, self.spec.timeout)
            attempts.append(attempt)
            if (failure := attempt.failure) is not None and failure.limited:
                limited += 1  # no reason to give up: the gate decides how long to wait
                continue
            if attempt.completion is None:
                later = failure is not None and failure.transient
                failed = failed + 1 if later else self.spec.retries + 1
                continue
            reading = reading or question.read(attempt.completion)
            if reading.verdict is Verdict.LEGAL:
                return reading, tuple(attempts)
            unusable += 1
            messages = question.again(messages, attempt.completion.text, reading)
        return None, tuple(attempts)

    def _request(
        self,
        question: Question[R],
        messages: tuple[Message, ...],
        rng: Random,
        limited: int,
        name: str,
    ) -> Request:
        seed = rng.getrandbits(31) if self.spec.seeded else None
        return Request(
            messages,
            question.schema,
            seed,
            tries=self._tries(limited),
            optional=question.turn == CHECK,
            wanted=question.wanted or question.schema,
            attempt=name,
        )

    def _tries(self, limited: int) -> int:
        """Number of calls that fail if this one meets a limit: 0 until the last retry, then all."""
        retries = self.spec.retries
        return limited + 1 if limited == retries else int(limited > retries)

    async def _ask(
        self, request: Request, question: Question[R], point: float
    ) -> tuple[Attempt, R | None]:
        """One call: its attempt, and the interpretation of a reply if one arrived.

        Args:
            request: the request to send.
            question: the question that the request asks.
            point: point of the unit interval at which a choice is drawn from weights.

        Raises:
            Halted: no call can succeed until the user acts. The question stays open; nothing is
                recorded.
        """
        outcome = self.ledger.given_up() or await self._call(request, question)
        reading: R | None = None
        if isinstance(outcome, Completion):
            outcome, reading = self._decided(outcome, question, point)
        if isinstance(outcome, Completion) and reading is not None:
            guess = question.guess(outcome, reading)
            return Attempt(request.messages, outcome, reading.verdict, lenient=guess), reading
        assert isinstance(outcome, Failure)
        if outcome.hopeless or outcome.unpaid:
            raise Halted(f"model {self.spec.model!r} cannot be used: {outcome.message}")
        return Attempt(request.messages, None, Verdict.PROVIDER_ERROR, outcome), None

    async def _call(self, request: Request, question: Question[R]) -> Completion | Failure:
        if question.weighed:
            return await self.model.weigh(request, question.weighed)
        return await self.model.complete(request)

    def _decided(
        self, done: Completion, question: Question[R], point: float
    ) -> tuple[Completion | Failure, R | None]:
        """A reply with the probabilities of its options, and its interpretation.

        Where the match draws the choice, the reply is replaced by the reply of the drawn option.
        """
        if question.weighed:
            assert done.weights is not None
            done = replace(done, text=question.weighed[done.weights.draw(point)])
            return done, question.read(done)
        reading = question.read(done)
        replies = question.instead(done, reading) if done.tokens or done.weights else {}
        temperature = 1.0 if self.spec.temperature is None else self.spec.temperature
        weights = done.weights if replies else None
        if done.tokens and replies:
            weights = in_situ(done.tokens, done.text, replies, temperature)
        done = replace(done, tokens=(), weights=weights)
        if not question.redrawn or reading.verdict is not Verdict.LEGAL:
            return done, reading
        if failure := refused(weights, self.spec):
            return replace(failure, cost=done.cost), None
        assert weights is not None
        sampled = json.dumps({"message": {"content": done.text}}, ensure_ascii=False)
        done = replace(done, text=replies[weights.draw(point)], raw=done.raw or sampled)
        return done, question.read(done)

    async def _pause(self, failure: Failure | None, failed: int, limited: int) -> None:
        """Wait before a failed call is made again: the wait asked for, or an exponential backoff.

        A wait of more than a minute is left to the gate, which delays all calls of the model.
        """
        if failure is None or not failure.transient:
            return
        if failed == self.spec.retries and not failure.limited:
            return  # it is not made again
        if failure.retry_after is not None:
            await asyncio.sleep(failure.retry_after if failure.retry_after <= _LONGEST_PAUSE else 0)
            return
        backoff = self.spec.backoff * 2 ** min(failed + limited, _LAST_DOUBLING)
        # Unseeded on purpose: the pause decides when a call is made, never what is played.
        await asyncio.sleep(min(_LONGEST_PAUSE, backoff * Random().uniform(0.75, 1.25)))
