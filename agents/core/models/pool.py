"""`ModelPool`: opens each model once, asks the gate before each call, closes what it opened."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from agents.core.models import embedded
from agents.core.models.carrier import connections
from agents.core.models.continuing import by_prefix
from agents.core.models.dialect import USUAL, Dialect
from agents.core.models.engine import Engine
from agents.core.models.gate import Ask, Gate, Rejected
from agents.core.models.keys import Allowed
from agents.core.models.limiter import Limiter
from agents.core.models.lite import LiteModel
from agents.core.models.model import Completion, Failure, ModelSpec, Request
from agents.core.models.price import BATCHED, Price
from agents.core.models.steering import VectorSet
from games import BadInput
from games.core.types import Action
from prompts import Form, Message

Call = Callable[[], Awaitable[Completion | Failure]]


class Desk(Protocol):
    """Gathers questions into batches, see `agents.core.batches.desk`."""

    def know(self, model: LiteModel) -> None:
        """Open an account for a model."""
        ...

    async def ask(
        self,
        model: LiteModel,
        request: Request,
        ask: Ask,
        reckon: Callable[[Completion | Failure, Ask], Completion | Failure],
    ) -> Completion | Failure:
        """The outcome of a question, once its batch has ended."""
        ...


class ModelPool:
    """The models of one run.

    Args:
        gate: permits calls.
        prices: price by model, for prices stated in the design.
        capped: whether the cost of a call must be known before it is made.
        counted: models whose tokens must be known before a call.
        slots: calls that an embedded model answers at the same time.
        dialects: by model, parts of a request that its server refuses.
        allowed: pairs of host and key that the user allows; None reads the user's file.
        desk: gathers questions of matches into batches; None if there are none.
        batched: models whose questions go through it.
    """

    def __init__(
        self,
        gate: Gate | None = None,
        prices: Mapping[str, Price] | None = None,
        *,
        capped: bool = False,
        counted: Iterable[str] = (),
        slots: int = 4,
        dialects: Mapping[str, Dialect] | None = None,
        allowed: Allowed | None = None,
        desk: Desk | None = None,
        batched: Iterable[str] = (),
    ) -> None:
        self._desk, self._batched = desk, frozenset(batched)
        self._dialects = dict(dialects or {})
        self._gate = gate or Limiter()
        self._prices = prices or {}
        self._capped, self._counted, self._slots = capped, frozenset(counted), slots
        self._allowed = allowed
        self._models: dict[str, GatedModel] = {}
        self._keys: dict[int, tuple[ModelSpec, str]] = {}
        self._servers: dict[str, embedded.Server] = {}
        self._engines: dict[str, Engine] = {}
        self._steered: dict[str, str] = {}
        """By model, hash of the vectors that are loaded with it."""
        self._opening = asyncio.Lock()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Keep connections open; models are opened on first use."""
        await self._open.enter_async_context(connections())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the embedded models, and close connections."""
        await self._open.aclose()
        for server in self._servers.values():
            await server.stop()

    async def open(self, specs: Iterable[ModelSpec]) -> None:
        """Open models before play, so that unreachable models are reported before the first match.

        Raises:
            BadInput: names all models that cannot be reached with the packages and settings of this
                machine, or whose price is needed and unknown.
        """
        problems: dict[str, None] = {}
        every = [*specs]
        self._steered |= {s.model: s.steering.vectors for s in every if s.steering is not None}
        for spec in every:
            try:
                await self.reach(spec)
            except BadInput as error:
                problems[str(error)] = None
        if problems:
            raise BadInput("; ".join(problems))

    def reckon(self) -> None:
        """Have every call state the tokens and the cost that it can have at most.

        Raises:
            BadInput: names the models whose price is unknown; nothing is changed.
        """
        models = self._models.values()
        if unknown := [model.name for model in models if not model.priced]:
            raise BadInput("; ".join(map(unpriced, dict.fromkeys(unknown))))
        self._capped = True
        for model in models:
            model.counts = True

    def speak(self, model: str, dialect: Dialect) -> None:
        """Leave the parts that a server refuses out of all later requests to its model."""
        self._dialects[model] = dialect
        for reached in self._models.values():
            if reached.name == model:
                reached.speak(dialect)

    async def reach(self, spec: ModelSpec) -> "GatedModel":
        """The model of a specification, opened on first use."""
        known = self._keys.get(id(spec))  # a specification as text takes a while
        if known is None or known[0] is not spec:
            fields = set(ModelSpec.model_fields)
            known = self._keys[id(spec)] = (
                spec,
                f"{spec.model_dump_json(include=fields)} {spec.steering}",
            )
        key = known[1]
        if key not in self._models:
            async with self._opening:
                if key not in self._models:
                    self._models[key] = await self._connect(spec)
        return self._models[key]

    async def _connect(self, spec: ModelSpec) -> "GatedModel":
        if not spec.model.startswith(embedded.PREFIX):
            model = LiteModel(spec, allowed=self._allowed)
        else:
            model = await self._embedded(spec)
        price = self._prices.get(spec.model)
        counts = self._capped or spec.model in self._counted
        desk = self._desk if spec.model in self._batched else None
        if desk is not None:
            desk.know(model)
        gated = GatedModel(model, self._gate, price, counts=counts, desk=desk)
        if self._capped and not gated.priced:
            raise BadInput(unpriced(spec.model))
        gated.speak(self._dialects.get(spec.model, USUAL))
        return gated

    async def _embedded(self, spec: ModelSpec) -> LiteModel:
        """A model of this machine; if it is steered anywhere in the run, beside its vectors."""
        steering = spec.steering
        if steering is not None:
            self._steered[spec.model] = steering.vectors
        hashed = self._steered.get(spec.model)
        vectors = None if hashed is None else VectorSet.read(hashed, spec.model)
        key = f"{spec.model} {hashed}"
        if key not in self._servers:
            if vectors is None:
                path = embedded.weights(spec.model.removeprefix(embedded.PREFIX))
                server = await embedded.Server.start(path, slots=self._slots)
            else:
                await asyncio.to_thread(vectors.check, spec.model)
                server = await embedded.Server.start(
                    vectors.model, slots=self._slots, adapters=vectors.adapters
                )
            self._servers[key] = server
        if vectors is None:
            return self._served(spec, key)
        scales = vectors.scales(dict(steering.doses) if steering else {})
        body = {**(spec.extra.get("extra_body") or {}), "lora": scales}
        steered = spec.model_copy(update={"extra": {**spec.extra, "extra_body": body}})
        return self._served(steered, key)

    def _served(self, spec: ModelSpec, key: str) -> LiteModel:
        """A model of a server that runs."""
        server = self._servers[key]
        model = LiteModel(spec, server.url)
        assert model.engine is not None
        if key in self._engines:
            model.engine.share(self._engines[key])
        else:
            model.engine.places = server.places
            self._engines[key] = model.engine
        return model


def unpriced(model: str) -> str:
    """Reason that a run with this model can have no cap, and the remedy."""
    return (
        f"what model {model!r} charges is not known, so its cost cannot be capped: state it in the "
        f'tournament file under [prices."{model}"]'
    )


class GatedModel:
    """A model whose calls pass the gate, charged at the stated price if there is one.

    Attributes:
        name: name of the model in the design.
        form: form in which the model is asked for an answer.
        continues: whether the model can continue from the beginning of a reply.
        neutral: sampling settings that are sent although the design does not state them.
        dialect: features of a request that the server accepts.
        counts: whether a call states the tokens and the cost that it can have at most.
    """

    form: Form
    dialect: Dialect

    def __init__(
        self,
        model: LiteModel,
        gate: Gate,
        price: Price | None,
        *,
        counts: bool,
        desk: Desk | None = None,
    ) -> None:
        self._desk = desk
        self.name = model.name
        self.continues = model.continues
        self.neutral = model.neutral
        self._model = model
        self._gate = gate
        self._price = price
        self.counts = counts
        self._answered = 0
        self._rejected: dict[tuple[Message, ...], int] = {}
        """Number of questions answered before the first rejection of a question."""
        self.speak(USUAL)

    @property
    def priced(self) -> bool:
        """Whether the price of its calls is known."""
        return self._price is not None or self._model.highest_price is not None

    def speak(self, dialect: Dialect) -> None:
        """Leave the parts that the server refuses out of requests."""
        self.dialect = dialect
        self.form = self._model.form if dialect.schema else "text"

    async def complete(self, request: Request) -> Completion | Failure:
        """Wait for permission, then call the model.

        Raises:
            Rejected: the question was rejected, and no other question has been answered since its
                first rejection. The model may reject every question.
        """
        outcome = await self.ask(self.dialect.said(request), trial=request.optional)
        return self._noted(request, outcome)

    async def weigh(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """Weigh all options. Each call waits for permission.

        Raises:
            Rejected: as `complete`.
        """
        outcome = await self.tell(self.dialect.said(request), replies)
        return self._noted(request, outcome)

    async def tell(self, request: Request, replies: Mapping[Action, str]) -> Completion | Failure:
        """Wait for permission, then weigh the options of an unchanged request."""
        if self._model.engine is not None:
            return await self._through(request, partial(self._model.weigh, request, replies))
        return await by_prefix(self.ask, request, replies, self._model.spec)

    def _noted(self, request: Request, outcome: Completion | Failure) -> Completion | Failure:
        """The outcome of a question of a match."""
        if isinstance(outcome, Completion):
            self._answered += 1
        elif outcome.rejected and not request.optional:
            before = self._rejected.setdefault(request.messages, self._answered)
            if self._answered == before:
                raise Rejected(outcome.message)
        return outcome

    async def ask(self, request: Request, *, trial: bool = False) -> Completion | Failure:
        """Wait for permission, then send an unchanged request, by itself or in a batch.

        Args:
            request: the request.
            trial: whether the rejection of this call leaves the questions of a match unaffected.
        """
        if self._desk is not None and request.attempt:
            ask = replace(self._most(request, trial=trial, share=BATCHED), batched=True)
            reckon = partial(self._reckoned, share=BATCHED)
            return await self._desk.ask(self._model, request, ask, reckon)
        return await self._through(request, partial(self._model.complete, request), trial=trial)

    async def _through(
        self, request: Request, call: Call, *, trial: bool = False
    ) -> Completion | Failure:
        """Wait for permission, then make a call."""
        ask = self._most(request, trial=trial)
        outcome: Completion | Failure | None = None
        await self._gate.enter(ask)
        try:
            outcome = self._reckoned(await call(), ask)
        except BadInput as error:
            outcome = Failure(str(error))  # it was never sent
            raise
        finally:
            self._gate.leave(ask, outcome)
        return outcome

    def _most(self, request: Request, *, trial: bool, share: float = 1.0) -> Ask:
        """Upper bounds of the tokens and the cost of a call, at a share of its usual price."""
        if not self.counts:
            return Ask(self._model.name, tries=request.tries, trial=trial)
        prompt, reply = self._model.bound(request)
        price = self._price or self._model.highest_price
        cost = share * price.of(prompt, reply) if price else 0.0
        return Ask(self._model.name, prompt + reply, cost, request.tries, trial)

    def _reckoned(
        self, outcome: Completion | Failure, ask: Ask, share: float = 1.0
    ) -> Completion | Failure:
        """The outcome with its cost: at the stated price, or as reserved where it is unknown."""
        if share != 1.0 and outcome.cost is not None:
            outcome = replace(outcome, cost=share * outcome.cost)
        if isinstance(outcome, Failure):
            return replace(outcome, cost=ask.cost) if ask.cost and outcome.unsure else outcome
        prompt, reply = (outcome.usage.get(f"{part}_tokens") for part in ("prompt", "completion"))
        # No prompt has no tokens: such figures were not counted.
        if not (isinstance(prompt, int) and isinstance(reply, int) and prompt > 0 <= reply):
            return replace(outcome, cost=ask.cost or None)
        if self._price is None:
            return outcome
        return replace(outcome, cost=share * self._price.of(prompt, reply))
