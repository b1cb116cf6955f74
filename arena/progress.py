"""How a run goes, for a person who watches: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agents.core.types import Attempt
from arena.records import Transcript
from arena.runner import Watcher

_LINES = 10
"""Plain progress lines per run."""


@contextmanager
def watcher(stream: TextIO) -> Iterator[Watcher]:
    """A watcher that writes to a stream."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[replies]} replies, {task.fields[void]} void"),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        yield _Bar(progress)


class _Counts:
    """Counts what happens."""

    planned = closed = replies = void = 0

    def begin(self, planned: int, closed: int) -> None:
        """Where the run stands."""
        self.planned, self.closed = planned, closed

    def attempted(self, attempt: Attempt) -> None:
        """Count the reply, if one came."""
        self.replies += attempt.completion is not None

    def finished(self, transcript: Transcript) -> None:
        """Count the match."""
        self.closed += 1
        self.void += transcript.ending.kind == "void"


class _Lines(_Counts):
    """A line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = time.monotonic()

    def begin(self, planned: int, closed: int) -> None:
        """Say where the run stands."""
        super().begin(planned, closed)
        self._say(f"{planned} matches, {closed} on record")

    def finished(self, transcript: Transcript) -> None:
        """Say so at every tenth of the run."""
        super().finished(transcript)
        before, now = ((_LINES * n) // self.planned for n in (self.closed - 1, self.closed))
        if now > before:
            seconds = time.monotonic() - self._began
            counts = f"{self.replies} replies, {self.void} void, {seconds:.0f} s"
            self._say(f"{self.closed}/{self.planned} matches, {counts}")

    def _say(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class _Bar(_Counts):
    """A progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Matches", total=None, replies=0, void=0)

    def begin(self, planned: int, closed: int) -> None:
        """Draw the bar."""
        super().begin(planned, closed)
        self._draw()

    def attempted(self, attempt: Attempt) -> None:
        """Count and redraw."""
        super().attempted(attempt)
        self._draw()

    def finished(self, transcript: Transcript) -> None:
        """Count and redraw."""
        super().finished(transcript)
        self._draw()

    def _draw(self) -> None:
        self._progress.update(
            self._task,
            completed=self.closed,
            total=self.planned,
            replies=self.replies,
            void=self.void,
        )
