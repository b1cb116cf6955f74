"""Who holds the seats of a match with people: participants, and agents in place of others.

An agent that fills a seat from the beginning plays the whole match. An agent that goes on for a
player who gave no answer decides from that turn on. Its first decision holds the attempts of both;
where it is a script, one attempt says what it did.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol

from agents.core.ledger import Ledger
from agents.core.models.model import Completion, Models
from agents.core.models.person import Person
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Attempt, Decision, Reporter, SelfReport
from arena.core.types import Match, canonical, seed_of
from arena.design.tournament import Tournament
from arena.record.participants import Seating
from prompts import OPENING, Verdict, View

Recorded = Mapping[int, Mapping[tuple[int, int], Attempt]]
"""Attempts on record of one match: by seat, then by turn and number."""


class People(Protocol):
    """Participants of a lab, as a match under way needs them."""

    def person(self, match: Match, seat: int) -> Person:
        """Whoever sits there."""
        ...

    def agent(self, match: Match, seat: int, models: Models, spec: AgentSpec) -> Models:
        """The models of a seat, which nobody waits for longer than the lab allows."""
        ...

    async def settle(self, match: Match, began: float) -> None:
        """Hold a decision that began at a time of the event loop, until it may be known."""
        ...

    def successor(self, match: Match, seat: int, turn: int, made: Decision) -> str | None:
        """Who goes on for a player whose decision cannot be used; on record when this returns."""
        ...


def filled(match: Match, seatings: Iterable[Seating]) -> Match:
    """A match with the agents who fill seats of people, from the beginning."""
    agents = {
        each.seat: each.contestant
        for each in seatings
        if each.turn == OPENING and each.contestant is not None
    }
    if not agents:
        return match
    seats = tuple(agents.get(seat, name) for seat, name in enumerate(match.seats))
    return replace(match, seats=seats)


def spoken_to(spec: AgentSpec, seat: int, seatings: Iterable[Seating]) -> AgentSpec:
    """A player, in the language of the participant who sits there."""
    for each in seatings:
        if (each.seat, each.turn) == (seat, OPENING) and each.language is not None:
            return spoken_in(spec, each.language)
    return spec


def spoken_in(spec: AgentSpec, language: str) -> AgentSpec:
    """A player, in another language."""
    return spec.model_copy(update={"language": language})


def gone_on(seat: int, seatings: Iterable[Seating]) -> tuple[int, str] | None:
    """Of who goes on in a seat for somebody else, the first turn and the name; None if nobody."""
    for each in seatings:
        if each.seat == seat and each.contestant is not None and each.reason != "fill":
            return each.turn, each.contestant
    return None


Wrap = Callable[[Ledger], Ledger]


@dataclass(frozen=True)
class Successors:
    """Makes agents that go on in a seat.

    Args:
        tournament: the design.
        match: what is played.
        seat: the seat.
        models: reaches the models of an agent.
        ledger: makes the ledger of an agent in this seat.
    """

    tournament: Tournament
    match: Match
    seat: int
    models: Callable[[AgentSpec], Models]
    ledger: Callable[[AgentSpec], Ledger]

    def make(self, name: str, wrap: Wrap) -> tuple[Agent, Ledger]:
        """A contestant in the seat, and its ledger.

        Args:
            name: the contestant's.
            wrap: numbers the attempts of the ledger.
        """
        seats = (*self.match.seats[: self.seat], name, *self.match.seats[self.seat + 1 :])
        spec = self.tournament.seated(replace(self.match, seats=seats))[self.seat]
        ledger = self.ledger(spec)
        return spec.seat(self.models(spec), wrap(ledger), self.match.wording), ledger


@dataclass
class SharedSeat:
    """A seat in which another agent may go on.

    Args:
        first: who sits there in the beginning.
        successors: makes who goes on.
        successor: by turn and decision, the name of who goes on, if anybody does.
        known: of who goes on, the first turn and the name; None as long as nobody does.
        settle: holds a decision, from when it began, until it may be known.
    """

    first: Agent
    successors: Successors
    successor: Callable[[int, Decision], str | None]
    known: tuple[int, str] | None = None
    settle: Callable[[float], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        """Answer the match loop's questions on displays as the first player does."""
        for name in ("opens", "told", "perceives"):
            setattr(self, name, getattr(self.first, name, False))
        self._next: tuple[Agent, Ledger] | None = None
        self._rng = Random()

    @property
    def reports(self) -> bool:
        """Whether the first player is asked how it feels: not if another one went on."""
        return self.known is None and getattr(self.first, "reports", False)

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """How the first player says it feels."""
        assert isinstance(self.first, Reporter)
        return await self.first.report(last, rng)

    async def decide(self, view: View, rng: Random) -> Decision:
        """The decision of whoever holds the seat at this turn."""
        began = asyncio.get_running_loop().time()
        made = await self._decided(view, rng)
        if self.settle is not None:
            await self.settle(began)
        return made

    async def _decided(self, view: View, rng: Random) -> Decision:
        if self.known is not None and view.turn > self.known[0]:
            agent, _ = self._successor(*self.known)
            return await agent.decide(view, self._rng)
        made = await self.first.decide(view, rng)
        if view.opening or made.action is not None:  # only who shows emotions can open
            return made
        if self.known is None:
            if (name := self.successor(view.turn, made)) is None:
                return made
            self.known = (view.turn, name)
        agent, ledger = self._successor(*self.known, len(made.attempts))
        then = await agent.decide(view, self._rng)
        attempts = then.attempts or self._told(view, made, then, ledger)
        return replace(then, attempts=(*made.attempts, *attempts))

    def _successor(self, turn: int, name: str, before: int = 0) -> tuple[Agent, Ledger]:
        """Who goes on, with attempts numbered after those of the same turn before it."""
        if self._next is None:
            about = self.successors
            self._rng = Random(seed_of("successor", about.match.id, about.seat, turn, name))

            def wrap(ledger: Ledger) -> Ledger:
                def file(at: int, number: int, attempt: Attempt) -> None:
                    ledger.file(at, number + before * (at == turn), attempt)

                recorded = {
                    (at, number - before * (at == turn)): attempt
                    for (at, number), attempt in ledger.recorded.items()
                    if at > turn or (at == turn and number >= before)
                }
                return replace(ledger, file=file, recorded=recorded)

            self._next = about.make(name, wrap)
        return self._next

    def _told(
        self, view: View, made: Decision, then: Decision, ledger: Ledger
    ) -> tuple[Attempt, ...]:
        """What a script did, as an attempt, where it stands behind attempts of another."""
        if not made.attempts or then.action is None:
            return ()
        assert self.known is not None
        attempt = ledger.recall(view.turn, number := len(made.attempts), ())
        if attempt is None:
            said = canonical({"action": then.action})
            attempt = Attempt(
                (), Completion(said, "stop", {}, 0.0, self.known[1], 0.0), Verdict.LEGAL
            )
            ledger.file(view.turn, number, attempt)
        return (attempt,)
