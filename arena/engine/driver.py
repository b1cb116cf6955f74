"""`Driver`: the one owner of a run while it is played: its record, its limits, its budget."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import chain, count

from agents.core.access.routes import route_note
from agents.core.models.gate import Bounds, Halted, Rejected
from agents.core.models.keys import Allowed
from agents.core.models.limiter import Limiter
from agents.core.models.pool import ModelPool
from agents.core.types import Attempt
from arena.core.types import Match, Transcript
from arena.design.matches import batches, of_blocks
from arena.design.tournament import Tournament
from arena.engine.batching import Batching
from arena.engine.beginning import Beginning
from arena.engine.control import RunControl
from arena.engine.finished import FinishedMatches
from arena.engine.interruption import Interruption
from arena.engine.lanes import LaneNotes
from arena.engine.options import RunOptions
from arena.engine.preflight import preflight, tell_forms
from arena.engine.queue import Queue, missing
from arena.engine.seating import Recorded
from arena.engine.simulation import Simulation
from arena.engine.waiting import until_done
from arena.engine.watcher import Watcher
from arena.engine.worker import Worker
from arena.record.dialects import dialects
from arena.record.rows import results
from arena.record.store import Store
from games import BadInput

_SLACK = 30.0
"""Seconds beyond the longest timeout after which calls in flight are given up."""

Executor = Callable[["Driver", Queue, RunOptions], Awaitable[None]]
"""Plays a queue outside this process, and reports to the driver."""


class Driver:
    """Plays matches, here or on a cluster, and records them.

    Args:
        tournament: the design.
        store: the record.
        watcher: is told of attempts, matches, notes and costs.
        cap: US dollars that the run may cost altogether.
        interruption: tells of signals that end the run.
        allow: hosts that may be sent a key besides those of the user's file: HOST or HOST=VARIABLE.
        batch: whether models whose providers have batches are asked in batches.

    Raises:
        BadInput: the user's file, or what is allowed besides, cannot be read; or see `Batching`.
    """

    def __init__(
        self,
        tournament: Tournament,
        store: Store,
        watcher: Watcher,
        cap: float | None,
        interruption: Interruption,
        allow: Collection[str] = (),
        *,
        batch: bool = False,
    ) -> None:
        self.tournament = tournament
        self.allowed = Allowed.read().with_options(allow)
        self.store, self.watcher = store, watcher
        self._finished = FinishedMatches(tournament, store, watcher)
        self.interruption = interruption
        self.batching = Batching(tournament, store, wanted=batch)
        self.bounds = self.batching.bounds()
        usual = Bounds(tournament.concurrency)
        self.limiter = Limiter(self.bounds, usual, cap, store.spent(), store, self._tell_waiting)
        self.batching.open(self.limiter, self.note, watcher)
        watcher.paid(self.limiter.spent)
        self._interrupted = self._ready = False
        self._failed: list[BaseException] = []
        self._stop, self._more = asyncio.Event(), asyncio.Event()
        self._waiting: asyncio.Timeout | None = None
        self._told: set[str] = set()
        self._lanes = LaneNotes(self.note)
        self._queue: Queue | None = None
        self.elsewhere: Executor | None = None
        self.beginnings: dict[str, Beginning] = {}
        """What is given of matches, by their ids."""

    def file(
        self, match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str
    ) -> None:
        """Commit an attempt."""
        self.store.file(match.id, seat, turn, number, attempt, model)
        self.attempted(attempt, model)

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Tell of an attempt that is on record."""
        self._lanes.attempted(attempt, model)
        self.watcher.attempted(attempt, model)

    def finish(self, transcript: Transcript) -> None:
        """Commit a match that is over."""
        self._finished.add(transcript)

    def recorded(self, match: Match) -> Recorded:
        """What is on record of a match."""
        return {seat: self.store.recorded(match.id, seat) for seat in range(len(match.seats))}

    def pool(self) -> ModelPool:
        """The models, reached from this process."""
        return ModelPool(
            self.limiter,
            self.tournament.prices,
            capped=self.limiter.cap is not None,
            counted=[name for name, bound in self.bounds.items() if bound.tokens is not None],
            slots=self.tournament.concurrency,
            dialects=dialects(self.store),
            allowed=self.allowed,
            desk=self.batching.desk,
            batched=self.batching.models,
        )

    async def play(
        self,
        how: RunOptions,
        simulation: Simulation | None = None,
        again: Collection[str] = (),
        elsewhere: Executor | None = None,
    ) -> str | None:
        """Play batch after batch, with enough matches in flight to keep every model busy.

        Args:
            how: how it is carried out.
            simulation: plays what it can as arrays.
            again: ids of closed matches that are set aside once the models answer.
            elsewhere: plays matches outside this process; None plays them in it.

        Returns:
            Why matches were left open; None if none were, or if a signal says why.

        Raises:
            BadInput: a model cannot be used.
        """
        self.elsewhere = elsewhere
        async with self.opened() as pool:
            await self.batches(pool, how, simulation, again)
        return self.why_open()

    async def play_given(
        self, todo: dict[Match, Beginning], how: RunOptions, elsewhere: Executor | None
    ) -> str | None:
        """Play matches whose beginnings are given; else as `play`."""
        self.elsewhere = elsewhere
        self.beginnings = {match.id: beginning for match, beginning in todo.items()}
        async with self.opened() as pool:
            await self.make_ready(pool, how)
            if not self.limiter.halted:
                await self._play(todo, pool, how)
        return self.why_open()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[ModelPool]:
        """The models, as long as matches are played; signals are heard meanwhile."""
        with self.interruption.heard(self.interrupt):
            try:
                async with self.batching, self.pool() as pool, RunControl(self, pool):
                    yield pool
            finally:
                gc.unfreeze()

    def hold(self, *, held: bool) -> None:
        """Begin no match and no call, or begin them again."""
        self.limiter.hold(held=held)
        if self._queue is not None:
            self._queue.held = held
            self._queue.wake()

    def bound(self, model: str, **changes: int | None) -> None:
        """Change limits of a model, by the fields of `Bounds`, with the matches in flight."""
        self.bounds[model] = bound = self.limiter.bound(model, **changes)
        if self._queue is not None:
            self._queue.widen(model, bound.concurrency)
            self._more.set()

    def why_open(self) -> str | None:
        """Why matches were left open; None if none were, or if a signal says why."""
        return None if self._interrupted else self._report()

    async def batches(
        self,
        pool: ModelPool,
        how: RunOptions,
        simulation: Simulation | None,
        again: Collection[str] = (),
        mine: Callable[[Match], bool] = lambda _: True,
    ) -> None:
        """Play batch after batch.

        Args:
            pool: the models.
            how: how it is carried out.
            simulation: plays what it can as arrays.
            again: ids of closed matches that are set aside once the models answer.
            mine: whether a match is to be played here.

        Raises:
            BadInput: a model cannot be used.
        """
        if again:
            await self.make_ready(pool, how)
            if not self.limiter.halted:
                self.store.supersede(again)
        done = self.store.closed()
        places = count() if how.limit is None else iter(range(how.limit))
        for batch in batches(self.tournament, partial(results, self.store)):
            # All of it lazily: a schedule may be too long to be held at once.
            chosen = filter(mine, of_blocks(batch, how.blocks))
            todo = missing(chosen, done, places)
            if simulation is not None:
                self.store.in_bulk()
                todo = simulation.play_own(todo, self._keep)
            if (first := next(todo, None)) is None:
                continue
            await self.make_ready(pool, how)
            if not self.limiter.halted:
                await self._play(chain([first], todo), pool, how)
            if self.limiter.halted:
                break

    async def make_ready(self, pool: ModelPool, how: RunOptions) -> None:
        """Check once that all models can be reached and answer.

        Raises:
            BadInput: some cannot. The message names all of them.
        """
        if not self._ready:
            self._ready = True
            await self.finish_all([asyncio.create_task(self._open(pool, how))])

    async def _open(self, pool: ModelPool, how: RunOptions) -> None:
        specs = self.tournament.model_specs
        await pool.open(specs)
        await asyncio.sleep(0)  # a signal that came while LiteLLM was imported is heard now
        for about in sorted({told for spec in specs if (told := route_note(spec.model))}):
            self.note("route", about)
        if how.preflight:
            await preflight(pool, specs, self.store, self.watcher.paid, self.note)
        await self.batching.resume()
        await tell_forms(pool, self.tournament, self.store, self.note)
        gc.freeze()  # LiteLLM is large and stays: the collector need not walk it each time

    async def _play(self, todo: Iterable[Match], pool: ModelPool, how: RunOptions) -> None:
        """Play one batch."""
        room = {name: bound.concurrency for name, bound in self.bounds.items()}
        repeats = self.elsewhere is not None
        design, stopped = self.tournament, self.limiter.stopped
        moved = design.steering_of if design.steered else None
        self._queue = Queue(todo, design.models_of, room, stopped, repeats=repeats, steering=moved)
        self._queue.held = self.limiter.held
        try:
            elsewhere = self.elsewhere or partial(self._local, pool)
            await elsewhere(self, self._queue, how)
        finally:
            self._finished.commit()

    def _keep(self, transcripts: list[Transcript]) -> bool:
        """Commit simulated matches; returns whether more may be played."""
        self.store.finish(*transcripts)
        for transcript in transcripts:
            self.watcher.finished(transcript)
        return not self.interruption.came  # the event loop does not run meanwhile

    async def _local(self, pool: ModelPool, _: "Driver", queue: Queue, how: RunOptions) -> None:  # noqa: ARG002
        crew = partial(self._crew, Worker(self.tournament, pool, self), queue)
        await self.finish_all(list(crew(0)), crew)

    def _crew(self, worker: Worker, queue: Queue, there: int) -> Iterator["asyncio.Task[None]"]:
        """Tasks that play matches: as many as the queue has places for, less those there are."""
        for _ in range(there, queue.places):
            yield asyncio.create_task(self._work(worker, queue))

    async def _work(self, worker: Worker, queue: Queue) -> None:
        while (match := await queue.take()) is not None:
            later = False
            try:
                given = self.beginnings.get(match.id)
                await worker.play(match, self.recorded(match), beginning=given)
            except Rejected:
                later = True
            except Halted:
                pass  # it stays open
            finally:
                queue.done(match, later=later)
            self.tell_paused(queue)
            await asyncio.sleep(0)  # matches between scripts never wait for anything

    async def finish_all(
        self,
        tasks: list["asyncio.Task[None]"],
        more: Callable[[int], Iterable["asyncio.Task[None]"]] = lambda _: (),
    ) -> None:
        """Wait for tasks. After an interruption or a failure, wait only for calls in flight.

        Args:
            tasks: the tasks.
            more: further tasks beyond so many, once limits were changed.

        Raises:
            BadInput: the first error that ended the run.
        """
        try:
            await until_done(tasks, self._stop, self._more, more)
            for done in tasks:
                if done.done() and not done.cancelled() and (error := done.exception()):
                    self.fail(error)
            if self._stop.is_set():
                await self.last_calls()
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        raised = [e for e in results if isinstance(e, Exception) and not isinstance(e, Halted)]
        for problem in sorted([*self._failed, *raised], key=lambda e: not isinstance(e, BadInput)):
            raise problem

    def fail(self, error: BaseException) -> None:
        """End the run with an error, once the calls in flight, which are charged, are over."""
        self._failed.append(error)
        self.limiter.halt("another call cannot be made")
        self._stop.set()

    def note(self, kind: str, about: str) -> None:
        """Record a note, and tell the watcher."""
        self.store.note(kind, about)
        self.watcher.noted(kind, about)

    def _tell_waiting(self, model: str, about: str) -> None:
        self.note("waiting", f"{model}: {about}")

    def tell_paused(self, queue: Queue) -> None:
        """Say which models are paused, once each."""
        if not self.limiter.paused.keys() - self._told:
            return
        for model, why in self.limiter.paused.items():
            if model not in self._told:
                self._told.add(model)
                self.note("paused", f"{model}: {why}; its matches stay open")
        queue.wake()

    def interrupt(self) -> None:
        """Begin no more calls, and let those in flight finish. A second time, abandon them."""
        if self._interrupted:
            if self._waiting is not None:
                self._waiting.reschedule(asyncio.get_running_loop().time())
            return
        self._interrupted = True
        self.limiter.halt("interrupted")
        if self._queue is not None:
            self._queue.wake()
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether no more calls are begun, because of an interruption or a failure."""
        return self._stop.is_set()

    async def last_calls(self) -> None:
        """Wait for the calls in flight, up to their timeouts, since they are charged."""
        await self.batching.stop()
        calls = {model: flight for model, (flight, _) in self.limiter.flight.items() if flight}
        specs = [spec for spec in self.tournament.model_specs if spec.model in calls]
        longest = max((spec.timeout for spec in specs), default=0.0)
        if calls:
            what = f"finishing {sum(calls.values())} calls in flight, at most {longest:g} s"
            kind = "interrupted" if self._interrupted else "ending"
            again = "; interrupt again to end at once" if self._interrupted else ""
            self.watcher.noted(kind, what + again)
        try:
            async with asyncio.timeout(longest + _SLACK) as self._waiting:
                await self.limiter.idle()
        except TimeoutError:
            self.note("interrupted", "the calls in flight were given up")
        finally:
            self._waiting = None

    def _report(self) -> str | None:
        if self._queue is not None:
            self.tell_paused(self._queue)
        if self.limiter.overbilled:
            self.note("overbilled", f"${self.limiter.overbilled:.6f} more than was reserved")
        why = [f"{model}: {reason}" for model, reason in self.limiter.paused.items()]
        if self.limiter.halted:
            self.note("stopped", self.limiter.halted)
            why.insert(0, self.limiter.halted)
        return f"{'; '.join(why).rstrip('.')}. Run the same command again to go on" if why else None
