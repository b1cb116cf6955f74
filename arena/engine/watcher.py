"""`Watcher`: an observer of a run while it is played."""

from typing import Protocol

from agents.core.types import Attempt
from arena.core.types import Transcript


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def begin(self, planned: int, closed: int) -> None:
        """So many matches are planned, so many of them are on record already."""

    def paid(self, cost: float) -> None:
        """So many US dollars went elsewhere than into this session's attempts."""

    def attempted(self, attempt: Attempt, model: str) -> None:
        """An attempt was recorded."""

    def finished(self, transcript: Transcript) -> None:
        """A match was recorded."""

    def noted(self, kind: str, about: str) -> None:
        """Something happened that whoever reads the run should know."""
