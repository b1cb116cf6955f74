"""`FinishedMatches`: matches that are over, on their way to the record."""

from time import monotonic

from agents.core.spec import Scripted
from arena.core.types import Transcript
from arena.design.tournament import Tournament
from arena.engine.watcher import Watcher
from arena.record.store import Store

_SECONDS = 0.25
"""Longest time for which a match between scripts is held back."""


class FinishedMatches:
    """Commits matches that are over.

    A commit takes longer than a short match between scripts, so matches between scripts that end
    within a quarter of a second share one. Decisions of scripts are recorded with their match
    alone: a match that a killed run had not committed is played again, like one that it had not
    finished.

    Args:
        tournament: says which contestants are scripts.
        store: the record.
        watcher: receives each match after its commit.
    """

    def __init__(self, tournament: Tournament, store: Store, watcher: Watcher) -> None:
        known = tournament.contestants.items()
        self._scripts = {name for name, (_, spec) in known if isinstance(spec, Scripted)}
        self._store, self._watcher = store, watcher
        self._held: list[Transcript] = []
        self._committed = monotonic()

    def add(self, transcript: Transcript) -> None:
        """Commit a match, at once unless all its players are scripts."""
        self._held.append(transcript)
        scripted = self._scripts.issuperset(transcript.match.seats)
        if not scripted or monotonic() - self._committed > _SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit the buffered matches."""
        held, self._held = self._held, []
        if held:
            self._store.finish(*held)
        self._committed = monotonic()
        for transcript in held:
            self._watcher.finished(transcript)
