"""`Worker`: plays matches, in the driver's process or in a worker process on a cluster."""

from collections.abc import Mapping
from typing import Protocol

from agents.core.ledger import Ledger
from agents.core.models.model import Models
from agents.core.spec import AgentSpec
from agents.core.types import Attempt
from arena.core.types import Match, Transcript
from arena.design.tournament import Tournament
from arena.engine.match import play

Recorded = Mapping[int, Mapping[tuple[int, int], Attempt]]
"""Attempts on record of one match: by seat, then by turn and number."""


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
    """

    def __init__(self, tournament: Tournament, models: Models, recorder: Recorder) -> None:
        self._tournament = tournament
        self._models = models
        self._recorder = recorder

    async def play(self, match: Match, recorded: Recorded) -> None:
        """Play a match to its end, and record it. Attempts on record are replayed.

        Raises:
            Halted: it stays open.
        """
        transcript = await self.transcript(match, recorded)
        self._recorder.finish(transcript)

    async def transcript(self, match: Match, recorded: Recorded) -> Transcript:
        """The record of a match, once it is over."""
        game, left = self._tournament.rules(match), [self._tournament.deadline]
        seated = []
        for seat, spec in enumerate(self._tournament.seated(match)):
            ledger = self._ledger(match, seat, spec, recorded.get(seat, {}), left)
            seated.append(spec.seat(self._models, ledger, match.wording))
        return await play(match, game, seated)

    def _ledger(
        self,
        match: Match,
        seat: int,
        spec: AgentSpec,
        recorded: Mapping[tuple[int, int], Attempt],
        left: list[float],
    ) -> Ledger:
        need = spec.model_spec()
        model = "" if need is None else need.model

        def file(turn: int, number: int, attempt: Attempt) -> None:
            self._recorder.file(match, seat, turn, number, attempt, model)

        return Ledger(file, recorded, left)
