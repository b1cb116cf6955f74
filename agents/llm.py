"""A language model under an emotional condition: ask, read, ask again with the reason."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from pydantic import Field

from agents.core.model import Completion, Failure, Model, Models, ModelSpec, Request
from agents.core.replay import Ledger
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Attempt, Decision
from games import BadInput
from prompts import (
    PLAIN,
    Reading,
    Verdict,
    View,
    Voice,
    Wording,
    read_reply,
    render,
    render_again,
    reply_schema,
)

_LONGEST_PAUSE = 60.0


class LLM(AgentSpec, ModelSpec, Voice):
    """Which model, how it is sampled, how it is spoken to, how often it is asked again."""

    wiring: ClassVar[frozenset[str]] = frozenset({"api_base", "api_key_env", "timeout"})

    reasks: int = Field(2, ge=0)
    """How many times an unusable reply is asked for again, each time with the reason."""
    retries: int = Field(4, ge=0)
    """How many times a call that failed on the way is made again."""

    def needs(self) -> ModelSpec:
        """Its own model."""
        return self

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """A player for one match."""
        return _Player(self, models, ledger, wording)


@dataclass(frozen=True)
class _Player:
    """A language model in a seat."""

    spec: LLM
    models: Models
    ledger: Ledger
    wording: Wording

    @property
    def opens(self) -> bool:
        """Whether it shows an emotion before its first move."""
        return self.spec.emotion.opening

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask until a legal answer comes, or the re-asks or the retries are used up."""
        model = await self.models.reach(self.spec)
        turn, schema = view.turn, None
        if model.form == "json":
            schema = reply_schema(view.space, self.spec, view.observation.game, self.wording)
        messages = render(view, self.spec, model.form, self.wording)
        attempts: list[Attempt] = []
        unusable = failed = 0
        while unusable <= self.spec.reasks and failed <= self.spec.retries:
            seed = rng.getrandbits(31) if self.spec.seeded else None
            attempt = self.ledger.recall(turn, len(attempts), messages)
            if attempt is None:
                attempt = await self._ask(model, Request(messages, schema, seed), view)
                self.ledger.file(turn, len(attempts), attempt)
                if failed < self.spec.retries:
                    await _pause(attempt.failure, failed)
            attempts.append(attempt)
            if attempt.completion is None:
                failed = failed + 1 if _transient(attempt) else self.spec.retries + 1
                continue
            reading = self._read(attempt.completion, view, model)
            if reading.verdict is Verdict.LEGAL:
                return Decision(reading.action, reading.affect, tuple(attempts))
            unusable += 1
            messages = render_again(messages, attempt.completion.text, reading.verdict, self.spec)
        return Decision(None, None, tuple(attempts))

    async def _ask(self, model: Model, request: Request, view: View) -> Attempt:
        """One call, and what came of it.

        Raises:
            BadInput: no call to this model can succeed.
        """
        outcome = await model.complete(request)
        if isinstance(outcome, Completion):
            return Attempt(request.messages, outcome, self._read(outcome, view, model).verdict)
        if outcome.hopeless:
            raise BadInput(
                f"model {self.spec.model!r} cannot be used: {outcome.message} "
                f"(status {outcome.status}; check its name and its key)"
            )
        return Attempt(request.messages, None, Verdict.PROVIDER_ERROR, outcome)

    def _read(self, completion: Completion, view: View, model: Model) -> Reading:
        if completion.stop == "content_filter":
            return Reading(Verdict.REFUSED)
        game, truncated = view.observation.game, completion.stop == "length"
        return read_reply(
            completion.text,
            view.space,
            self.spec,
            game,
            model.form,
            self.wording,
            truncated=truncated,
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
