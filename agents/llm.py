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
from games.core.types import Action
from prompts import (
    Reading,
    Verdict,
    View,
    Voice,
    read_leniently,
    read_reply,
    render,
    render_again,
    reply_schema,
)

_LONGEST_PAUSE = 60.0


class LLM(AgentSpec, ModelSpec, Voice):
    """Which model, how it is sampled, how it is spoken to, how often it is asked again."""

    wiring: ClassVar[frozenset[str]] = frozenset({"api_base", "api_key_env", "timeout", "backoff"})

    reasks: int = Field(2, ge=0)
    """How many times an unusable reply is asked for again, each time with the reason."""
    retries: int = Field(4, ge=0)
    """How many times a call that failed on the way is made again."""
    backoff: float = Field(0.5, ge=0)
    """Seconds before the first of them, doubled each time. Not part of a match's identity."""

    def needs(self) -> ModelSpec:
        """Its own model."""
        return self

    def seat(self, models: Models, ledger: Ledger) -> Agent:
        """A player for one match."""
        return _Player(self, models, ledger)


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
        attempts: list[Attempt] = []
        unusable = failed = 0
        while unusable <= self.spec.reasks and failed <= self.spec.retries:
            seed = rng.getrandbits(31) if self.spec.seeded else None
            attempt, reading = self.ledger.recall(turn, len(attempts), messages), None
            if attempt is None:
                attempt, reading = await self._ask(model, Request(messages, schema, seed), view)
                self.ledger.file(turn, len(attempts), attempt)
                if failed < self.spec.retries:
                    await _pause(attempt.failure, self.spec.backoff * 2**failed)
            self.ledger.count(attempt, self.spec.timeout)
            attempts.append(attempt)
            if attempt.completion is None:
                failed = failed + 1 if _transient(attempt) else self.spec.retries + 1
                continue
            reading = reading or self._read(attempt.completion, view, model)
            if reading.verdict is Verdict.LEGAL:
                return Decision(reading.action, reading.affect, tuple(attempts))
            unusable += 1
            messages = render_again(
                messages, attempt.completion.text, reading.problem, self.spec, reading.values
            )
        return Decision(None, None, tuple(attempts))

    async def _ask(
        self, model: Model, request: Request, view: View
    ) -> tuple[Attempt, Reading | None]:
        """One call, and what came of it; what was read in the reply, if one came.

        Raises:
            BadInput: no call to this model can succeed.
        """
        outcome = self.ledger.given_up() or await model.complete(request)
        if isinstance(outcome, Completion):
            reading, guess = self._read(outcome, view, model), self._guess(outcome, view, model)
            return Attempt(request.messages, outcome, reading.verdict, lenient=guess), reading
        if outcome.hopeless:
            raise BadInput(
                f"model {self.spec.model!r} cannot be used: {outcome.message} "
                f"(status {outcome.status}; check its name and its key)"
            )
        return Attempt(request.messages, None, Verdict.PROVIDER_ERROR, outcome), None

    def _read(self, completion: Completion, view: View, model: Model) -> Reading:
        if completion.stop == "content_filter":
            return Reading(Verdict.REFUSED)
        seen, truncated = view.observation, completion.stop == "length"
        assert seen.space is not None
        return read_reply(
            completion.text, seen.space, self.spec, seen.game, model.form, truncated=truncated
        )

    def _guess(self, completion: Completion, view: View, model: Model) -> Action | None:
        """What the reply probably meant: recorded, never played."""
        seen = view.observation
        assert seen.space is not None
        return read_leniently(completion.text, seen.space, self.spec, seen.game, model.form)


def _transient(attempt: Attempt) -> bool:
    return attempt.failure is not None and attempt.failure.transient


async def _pause(failure: Failure | None, backoff: float) -> None:
    """Before a failed call is made again: as long as asked for, or longer each time."""
    if failure is not None and failure.transient:
        # Unseeded on purpose: the pause decides when a call is made, never what is played.
        jittered = backoff * Random().uniform(0.75, 1.25)
        wanted = jittered if failure.retry_after is None else failure.retry_after
        await asyncio.sleep(min(_LONGEST_PAUSE, wanted))


AGENT = LLM
