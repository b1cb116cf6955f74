"""`Watcher`: an observer of a run while it is played."""

from typing import Protocol

from agents.core.types import Attempt
from arena.core.types import Transcript


class Watcher(Protocol):
    """Receiver of a run's progress."""

    def begin(self, planned: int, closed: int) -> None:
        """Number of planned matches, and of matches already on record."""

    def paid(self, cost: float) -> None:
        """So many US dollars went elsewhere than into this session's attempts."""

    def attempted(self, attempt: Attempt, model: str) -> None:
        """An attempt was recorded."""

    def finished(self, transcript: Transcript) -> None:
        """A match was recorded."""

    def noted(self, kind: str, about: str) -> None:
        """A note for readers of the run."""
