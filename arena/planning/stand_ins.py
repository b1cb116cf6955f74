"""Stand-ins for models: real prompts are written and counted without calls to a model.

An agent with a model is seated as in a run, and its own code writes the prompts. A stand-in answers
instead of the model, with a legal action drawn uniformly.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from agents import AgentSpec
from agents.core.ledger import Ledger
from agents.core.models import embedded
from agents.core.models.meter import Meter
from agents.core.models.model import Completion, Failure, Model, ModelSpec, Request
from agents.core.models.weights import IN_SITU, WEIGHED, How, Weights, shared_length
from agents.core.spec import Scripted
from agents.core.types import Agent, Decision, Reporter, SelfReport
from games.core.types import Action, ActionSpace, Amount, Choice, Speech, any_action
from prompts import Form, View, Wording, even_shares

_WORDS = " ".join(["word"] * 60)
"""Placeholder of a free text, such as a brief reasoning."""

LEAST_CACHED = 1_024
"""Least number of tokens at the beginning of a prompt that are taken from a cache, if an earlier
prompt began with them. It is that of OpenAI's models and of most of Anthropic's."""


@dataclass
class Use:
    """Calls of one model in one seat of one match.

    Attributes:
        calls: if every first answer can be used.
        prompt: tokens of their prompts.
        cached: those of them that a provider's cache may hold.
        least: tokens of the shortest usable replies.
        reply: tokens of replies with the requested answer only.
        cap: upper bound on the tokens of replies.
    """

    calls: int = 0
    prompt: int = 0
    cached: int = 0
    least: int = 0
    reply: int = 0
    cap: int = 0


class Meters:
    """The meters of all models of a plan, each made once."""

    def __init__(self) -> None:
        self._meters: dict[tuple[str, Form | None], Meter] = {}
        self._counts: dict[tuple[str, Any], int] = {}

    def of(self, spec: ModelSpec) -> Meter:
        """The meter of a model."""
        key = spec.model, spec.form
        if key not in self._meters:
            local = spec.model.startswith(embedded.PREFIX)
            self._meters[key] = Meter(spec, local=local)
        return self._meters[key]

    def prompt(self, spec: ModelSpec, request: Request) -> int:
        """Tokens of a prompt; equal prompts are counted once."""
        key = spec.model, request.messages
        if key not in self._counts:
            self._counts[key] = self.of(spec).tokens(request.messages)
        return self._counts[key]

    def reply(self, spec: ModelSpec, text: str) -> int:
        """Tokens of a reply; equal replies are counted once."""
        key = spec.model, text
        if key not in self._counts:
            self._counts[key] = self.of(spec).length(text)
        return self._counts[key]


class Seat:
    """One seat of a planned match: an agent, and the models it sees.

    Args:
        spec: agent in the seat.
        meters: count its tokens.
        rng: draws the answers of models and people.
        wording: how things are said in the match.

    Attributes:
        decisions: how many the agent made.
        uses: what they took, by name of the model.
    """

    def __init__(self, spec: AgentSpec, meters: Meters, rng: Random, wording: Wording) -> None:
        self.decisions = 0
        self.uses: defaultdict[str, Use] = defaultdict(Use)
        self._meters, self._rng = meters, rng
        self._view: View | None = None
        self._written_before: dict[str, str] = {}
        scripted = isinstance(spec, Scripted)
        asked = scripted or bool(spec.model_specs())
        self._agent: Agent | None = spec.seat(self, Ledger(), wording) if asked else None

    @property
    def opens(self) -> bool:
        """Whether the agent shows an emotion before its first move."""
        return bool(getattr(self._agent, "opens", False))

    @property
    def reports(self) -> bool:
        """Whether the agent is asked for a self-report after the match."""
        return isinstance(self._agent, Reporter) and self._agent.reports

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """The agent's own report."""
        assert isinstance(self._agent, Reporter)
        return await self._agent.report(last, rng)

    async def decide(self, view: View, rng: Random) -> Decision:
        """The agent's own decision; a person's decision is drawn."""
        self._view = view
        self.decisions += 1
        if self._agent is not None:
            return await self._agent.decide(view, rng)
        assert view.observation.space is not None
        return Decision(any_action(view.observation.space, self._rng))

    async def reach(self, spec: ModelSpec) -> Model:
        """A stand-in for the model."""
        meter = self._meters.of(spec)
        weighs = spec.decide_by == "probabilities"
        return _StandIn(spec, self, meter.form, weighs and meter.continues)

    def answer(self, spec: ModelSpec, request: Request) -> str:
        """A legal answer; the call is counted."""
        assert request.wanted is not None
        wanted = request.wanted["properties"]
        space = None if self._view is None else self._view.space
        free = dict.fromkeys(wanted, _WORDS) | _said(space)
        drawn = {key: _drawn(each, self._rng, free[key]) for key, each in wanted.items()}
        drawn |= even_shares(wanted)
        text = self._written(spec, drawn)
        short = self._written(
            spec, {key: self._shortest(spec, each) for key, each in wanted.items()}
        )
        use = self.uses[spec.model]
        use.calls += 1
        self._read(spec, request)
        use.least += self._meters.reply(spec, short)
        use.reply += self._meters.reply(spec, text)
        use.cap += spec.max_tokens
        return text

    def weighed(self, spec: ModelSpec, request: Request, replies: Mapping[Action, str]) -> Weights:
        """Uniform weights; a call of one token is counted for each position where replies part."""
        texts = sorted(reply.encode() for reply in replies.values())
        passes = len({one[: shared_length(both)] for both in pairwise(texts) for one in both[:1]})
        use = self.uses[spec.model]
        use.calls += passes
        for _ in range(passes):
            self._read(spec, request)
        for count in ("least", "reply", "cap"):
            setattr(use, count, getattr(use, count) + passes)
        return _even(replies, WEIGHED, passes)

    def _read(self, spec: ModelSpec, request: Request) -> None:
        """Count the tokens of a prompt, and those with which the prompt before began as well."""
        use, tokens = self.uses[spec.model], self._meters.prompt(spec, request)
        text = "".join(f"{each.role}\n{each.content}\n" for each in request.messages)
        before = self._written_before.get(spec.model, "")
        same = _same(text, before) * tokens // len(text)
        use.prompt += tokens
        use.cached += same if same >= LEAST_CACHED else 0
        self._written_before[spec.model] = text

    def even(self) -> Weights | None:
        """Uniform weights of the options of a choice, as if read off a reply."""
        space = None if self._view is None else self._view.space
        return _even(space.options, IN_SITU) if isinstance(space, Choice) else None

    def _shortest(self, spec: ModelSpec, schema: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        if "enum" in schema:
            return min(schema["enum"], key=lambda word: self._meters.reply(spec, f' "{word}"'))
        return schema["minimum"] if schema["type"] == "integer" else ""

    def _written(self, spec: ModelSpec, fields: dict[str, Any]) -> str:
        if self._meters.of(spec).form == "json":
            return json.dumps(fields, ensure_ascii=False)
        return "\n".join(f"{key}: {value}" for key, value in fields.items())


def _same(one: str, other: str) -> int:
    """Number of characters with which both begin."""
    ends = range(1, min(len(one), len(other)) + 1)
    return bisect_left(ends, 1, key=lambda end: one[:end] != other[:end])


def _even(options: Collection[Action], how: How, passes: int = 0) -> Weights:
    return Weights(dict.fromkeys(options, 1 / len(options)), 1.0, 0.0, "", how, passes)


@dataclass
class _StandIn:
    """Answers instead of a model, in the form of the model's answers."""

    spec: ModelSpec
    seat: Seat
    form: Form
    continues: bool

    async def complete(self, request: Request) -> Completion | Failure:
        """A legal answer."""
        text, even = self.seat.answer(self.spec, request), self.seat.even()
        return Completion(text, "stop", {}, None, self.spec.model, 0.0, weights=even)

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """Uniform weights."""
        even = self.seat.weighed(self.spec, request, replies)
        return Completion("", "stop", {}, None, self.spec.model, 0.0, weights=even)


def _said(space: ActionSpace | None) -> dict[str, str]:
    """The free texts of a message: as long as it may be, and a number where one is stated."""
    if not isinstance(space, Speech):
        return {}
    stated = space.statement.high if isinstance(space.statement, Amount) else ""
    return {"message": _WORDS[: space.length].rstrip(), "statement": str(stated)}


def _drawn(schema: dict[str, Any], rng: Random, free: str) -> Any:  # noqa: ANN401 - any JSON
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if schema["type"] == "integer":
        return rng.randint(schema["minimum"], schema["maximum"])
    return free
