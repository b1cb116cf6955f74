"""`Worker`: plays matches, in the driver's process or in a worker process on a cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from agents.core.ledger import Ledger
from agents.core.models.model import Models
from agents.core.spec import AgentSpec
from agents.core.types import Agent, Attempt, Decision
from arena.core.types import Match, Transcript
from arena.design.tournament import Tournament
from arena.engine.beginning import Beginning, GivenDeals
from arena.engine.match import play
from arena.engine.seating import (
    People,
    Recorded,
    SharedSeat,
    Successors,
    filled,
    gone_on,
    spoken_to,
)
from arena.record.participants import Seating


class Recorder(Protocol):
    """Keeps attempts and closed matches."""

    def file(
        self, match: Match, seat: int, turn: int, number: int, attempt: Attempt, model: str
    ) -> None:
        """Keep an attempt."""
        ...

    def finish(self, transcript: Transcript) -> None:
        """Keep a match that is over."""
        ...


class Worker:
    """Plays matches of one tournament.

    Args:
        tournament: its design.
        models: reaches models.
        recorder: keeps attempts and closed matches.
        people: participants of a lab; None where nobody can be asked.
    """

    def __init__(
        self,
        tournament: Tournament,
        models: Models,
        recorder: Recorder,
        people: People | None = None,
    ) -> None:
        self._tournament = tournament
        self._models = models
        self._recorder = recorder
        self._people = people

    async def play(
        self,
        match: Match,
        recorded: Recorded,
        seatings: Sequence[Seating] = (),
        beginning: Beginning | None = None,
    ) -> Transcript:
        """Play a match to its end, and record it. Attempts on record are replayed.

        Args:
            match: as the design has it.
            recorded: attempts on record.
            seatings: who holds its seats, where people do.
            beginning: what is given of it; None if nothing is.

        Raises:
            Halted: it stays open.
        """
        transcript = await self.transcript(match, recorded, seatings, beginning)
        self._recorder.finish(transcript)
        return transcript

    async def transcript(
        self,
        match: Match,
        recorded: Recorded,
        seatings: Sequence[Seating] = (),
        beginning: Beginning | None = None,
    ) -> Transcript:
        """The record of a match, once it is over."""
        match = filled(match, seatings)
        game, left = self._tournament.rules(match), [self._tournament.deadline]
        seated: list[Agent] = []
        for seat, spec in enumerate(self._tournament.seated(match)):
            ledger = partial(self._ledger, match, seat, recorded=recorded.get(seat, {}), left=left)
            if self._people is None and not seatings:
                seated.append(spec.seat(self._models, ledger(spec), match.wording))
            else:
                told = spoken_to(spec, seat, seatings)
                seated.append(self._shared(match, seat, told, ledger, seatings))
        if beginning is None:
            return await play(match, game, seated)
        seated = beginning.seat(seated, match.seed)
        return await play(match, game, seated, GivenDeals(beginning, match.seed))

    def _shared(
        self,
        match: Match,
        seat: int,
        spec: AgentSpec,
        ledger: Callable[[AgentSpec], Ledger],
        seatings: Sequence[Seating],
    ) -> Agent:
        """A player of a match with people."""
        people, models = self._people, partial(self._reached, match, seat)
        own = ledger(spec)
        successor: Callable[[int, Decision], str | None] = _nobody
        if people is not None:
            successor = partial(people.successor, match, seat)
            if match.seats[seat] in self._tournament.people:
                own = replace(own, person=people.person(match, seat))
        first = spec.seat(models(spec), own, match.wording)
        after = Successors(self._tournament, match, seat, models, ledger)
        settle = None if people is None else partial(people.settle, match)
        return SharedSeat(first, after, successor, gone_on(seat, seatings), settle)

    def _reached(self, match: Match, seat: int, spec: AgentSpec) -> Models:
        """The models of an agent in a seat."""
        if self._people is None or not spec.model_specs():
            return self._models
        return self._people.agent(match, seat, self._models, spec)

    def _ledger(
        self,
        match: Match,
        seat: int,
        spec: AgentSpec,
        recorded: Mapping[tuple[int, int], Attempt],
        left: list[float],
    ) -> Ledger:
        def file(turn: int, number: int, attempt: Attempt) -> None:
            model = spec.model_of(attempt.part)
            self._recorder.file(match, seat, turn, number, attempt, model)

        return Ledger(file, recorded, left, name=f"{match.id}-{seat}")


def _nobody(turn: int, made: Decision) -> None:
    """Nobody goes on."""
