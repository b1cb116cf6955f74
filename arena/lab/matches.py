"""`Matches`: the matches under way, and the players that they ask."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from agents.core.models.model import Completion, Failure, Models
from agents.core.models.person import FormRequest, Person
from agents.core.responses.failures import Kind
from agents.core.spec import AgentSpec
from agents.core.types import Decision
from arena.core.types import Match
from arena.engine.session import Session
from arena.lab.guest import Guest, OpenQuestion, Table
from arena.lab.players import LabPerson, PatientModels
from arena.lab.reception import Reception
from arena.lab.showing import disclosed
from arena.record.participants import Reason, Seating, seatings
from games import BadInput

_MOMENT = 0.05
"""Seconds in which a match that has its answer comes to its next question."""

_REASONS: dict[Kind | None, Reason] = {Kind.LATE: "late", Kind.GONE: "gone"}


class Matches:
    """Begins matches, and is asked by them for their people.

    Args:
        desk: receives the participants.
        session: plays.

    Attributes:
        failed: why matches cannot be played any more, once they cannot.
    """

    def __init__(self, desk: Reception, session: Session) -> None:
        self._desk, self._session = desk, session
        self._tables: dict[str, Table] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: set[asyncio.Future[Any]] = set()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def under_way(self) -> tuple[Table, ...]:
        """The tables of the matches that are being played."""
        return tuple(self._tables.values())

    def begin(self, table: Table) -> None:
        """Seat everybody for good, agents where a seat was left, and play."""
        desk = self._desk
        fill = dict.fromkeys(table.free, desk.lab.fill)
        desk.record.seated(
            table.match.id,
            table.sitting,
            fill,
            {
                guest.id: disclosed(desk.tournament, desk.lab, table, guest)
                for guest in table.sitting.values()
            },
        )
        desk.taken(table)
        self.play(table, seatings(self._session.store, table.match.id))

    def play(self, table: Table, held: Sequence[Seating]) -> None:
        """Play a match whose seats are on record, from its beginning or from where it was."""
        self._tables[table.match.id] = table
        task = asyncio.create_task(self._play(table, held))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _play(self, table: Table, held: Sequence[Seating]) -> None:
        try:
            transcript = await self._session.play(table.match, held)
        except BaseException:
            for guest in table.sitting.values():
                self._lost(guest)
            raise
        del self._tables[table.match.id]
        if transcript is None:
            return
        for seat, guest in table.sitting.items():
            if guest.ending is None:
                self._desk.over(guest, table.match, transcript, seat)

    def _lost(self, guest: Guest) -> None:
        """Tell somebody who has just answered that it is not on record."""
        question = guest.question
        if question is not None and question.given is not None and not question.kept.done():
            question.kept.set_exception(BadInput("the answer could not be recorded"))

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if not self.failed.done():
            self.failed.set_exception(error)

    async def close(self) -> None:
        """Leave the matches under way as they are: they go on when the lab is opened again.

        Calls in flight are waited for, since they are charged.
        """
        await self._session.stop()
        if self._tasks:  # what came of the last calls is recorded by those who asked
            await asyncio.wait(self._tasks, timeout=_MOMENT)
        for task in (*self._tasks, *self._calls):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._calls, return_exceptions=True)
        if self.failed.done():
            self.failed.exception()  # it was raised by whoever waits for it

    def left(self, guest: Guest) -> None:
        """Somebody is gone for good: nothing is expected of them any more."""
        question = guest.question
        if question is not None and not question.answered.done():
            kind = Kind.LATE if guest.ending == "timed out" else Kind.GONE
            question.answered.set_result(_failure(kind))

    # What matches ask for

    def person(self, match: Match, seat: int) -> Person:
        """Whoever sits there."""
        table = self._tables[match.id]
        guest = table.sitting[seat]
        return LabPerson(partial(self._ask, table, guest), partial(self._kept, guest))

    async def _ask(self, table: Table, guest: Guest, request: FormRequest) -> Completion | Failure:
        """Ask a participant for a decision; the answer, or that there is none in time."""
        table.live = True
        if guest.ending is not None:
            return _failure(Kind.LATE if guest.ending == "timed out" else Kind.GONE)
        began = asyncio.get_running_loop().time()
        seconds = self._desk.lab.decision_seconds
        last = guest.question
        known = 0 if last is None else len(last.request.view.displays)
        question = OpenQuestion(request, began, began + seconds, known=known)
        guest.question = question
        if not self._session.driver.stopping:
            guest.later("late", seconds, partial(self._late, guest, question))
        self._desk.show(guest, "decision")
        return await question.answered

    def _late(self, guest: Guest, question: OpenQuestion) -> None:
        """The time for a decision is over."""
        if not question.answered.done():
            self._desk.end(guest, "timed out")

    def _kept(self, guest: Guest, request: FormRequest) -> None:
        """What came of a question is on record."""
        question = guest.question
        if question is None or question.request is not request:
            return
        guest.stop("late")
        if not question.kept.done():
            question.kept.set_result(None)
        if guest.ending is None:
            self._desk.show(guest, "others")

    def agent(self, match: Match, seat: int, models: Models, spec: AgentSpec) -> Models:  # noqa: ARG002 - all alike
        """The models of a seat, which nobody waits for longer than the lab allows."""
        seconds = self._desk.lab.agent_seconds
        late = self._session.store.probe
        backoff = getattr(spec, "backoff", 0.0)
        return PatientModels(models, seconds, backoff, late, self._calls, self._session.is_stopping)

    async def settle(self, match: Match, began: float) -> None:
        """Hold a decision until the least time is over, a person's and an agent's alike."""
        left = began + self._desk.lab.least_seconds - asyncio.get_running_loop().time()
        if left > 0 and self._tables[match.id].live:
            await asyncio.sleep(left)

    def successor(self, match: Match, seat: int, turn: int, made: Decision) -> str | None:
        """Who goes on for a player whose decision cannot be used; on record when this returns."""
        table, name = self._tables[match.id], self._desk.lab.replacement
        there = [g for at, g in table.sitting.items() if at != seat and g.ending is None]
        if not name or not there:
            return None
        failure = made.attempts[-1].failure if made.attempts else None
        reason = _REASONS.get(None if failure is None else failure.kind, "failed")
        self._desk.record.replaced(match.id, seat, turn, name, reason)
        told = "replaced_program" if self._desk.lab.disclose == "kind" else "replaced"
        for guest in there:
            guest.notice = guest.words.say("notice", told)
            guest.bump()
        return name


def _failure(kind: Kind) -> Failure:
    about = "no answer in time" if kind is Kind.LATE else "the participant has left"
    return Failure(about, kind=kind)
