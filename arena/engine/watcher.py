"""`Watcher`: an observer of a run while it is played."""

from collections.abc import Sized
from typing import Protocol

from agents.core.types import Attempt
from arena.core.types import Ending, Match


class Finished(Protocol):
    """A match that is over: a transcript, or what is known of one that was played elsewhere."""

    @property
    def match(self) -> Match:
        """The match."""
        ...

    @property
    def ending(self) -> Ending:
        """Its ending."""
        ...

    @property
    def decisions(self) -> Sized:
        """As many as were made."""
        ...


class Watcher(Protocol):
    """Receiver of a run's progress."""

    def begin(self, planned: int, closed: int) -> None:
        """Number of planned matches, and of matches already on record."""

    def paid(self, cost: float) -> None:
        """So many US dollars went elsewhere than into this session's attempts."""

    def attempted(self, attempt: Attempt, model: str) -> None:
        """An attempt was recorded; without its texts if it was made elsewhere."""

    def finished(self, transcript: Finished) -> None:
        """A match was recorded."""

    def noted(self, kind: str, about: str) -> None:
        """A note for readers of the run."""
