"""Progress of a run: bars on a terminal, plain lines elsewhere, events for machines, or nothing."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from typing import Any, TextIO, cast

from agents.core.types import Attempt
from arena.engine.watcher import Finished, Watcher

_LINES = 10
"""Least number of plain progress lines per run, besides one at intervals."""
_EVERY = 30.0
"""Longest interval between plain lines, in seconds."""
_REDRAWN = 0.2
"""Interval between redraws on a terminal, in seconds."""


class Outlet:
    """A stream whose other end may close: later output is dropped, and the run continues.

    Args:
        stream: a terminal, a pipe or a file.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write without buffering, if the other end is open."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._discard()
        return len(text)

    def flush(self) -> None:
        """Nothing to flush: output is unbuffered."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The file descriptor."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:
        """Encoding of the stream."""
        return self._stream.encoding

    def _discard(self) -> None:
        """Redirect output, including buffered output, to the null device."""
        with suppress(OSError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)
            self._stream.flush()


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None


@contextmanager
def watcher(
    stream: TextIO, *, events: TextIO | None = None, quiet: bool = False, notebook: bool = False
) -> Iterator[Watcher]:
    """A watcher.

    Args:
        stream: stream for people.
        events: stream for machines, one JSON object a line; `stream` is then unused.
        quiet: whether to write notes only.
        notebook: whether to draw a bar below the running cell, instead of lines on `stream`.
    """
    outlet = Outlet(stream)
    if events is not None:
        yield _Events(Outlet(events))
    elif quiet:
        yield _Quiet(outlet)
    elif notebook:
        below = _Notebook()
        yield below
        below.draw()
    elif not outlet.isatty():
        yield _Lines(outlet)
    else:
        from rich.live import Live  # noqa: PLC0415 - only a terminal needs it

        from arena.core.console import console  # noqa: PLC0415
        from arena.core.terminal import bare  # noqa: PLC0415

        page = console(cast("TextIO", Outlet(bare(stream))))
        with Live(console=page, auto_refresh=False, transient=False) as live:
            bar = _Bar(live)
            yield bar
            bar.draw()


@dataclass
class Tally:
    """Counts of one model in this session.

    Args:
        replies: number of replies.
        cost: US dollars.
        unpriced: number of replies of unknown cost.
        errors: number by kind: a verdict, or the kind and HTTP status of a failed call.
    """

    replies: int = 0
    cost: float = 0.0
    unpriced: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """The counts in words."""
        more = f" + {self.unpriced} of unknown cost" if self.unpriced else ""
        errors = "".join(f", {kind} {n}" for kind, n in self.errors.most_common())
        return f"{self.replies} replies, ${self.cost:.4f}{more}{errors}"


class _Counts:
    """Counts events."""

    def __init__(self) -> None:
        self.planned = self.closed = self.before = self.void = self.decisions = 0
        self.models: dict[str, Tally] = {}
        self.apart = 0.0
        self.began = time.monotonic()

    def begin(self, planned: int, closed: int) -> None:
        """Set the number of planned and closed matches."""
        self.planned, self.closed, self.before = planned, closed, closed
        self.began = time.monotonic()

    def paid(self, cost: float) -> None:
        """Count the cost of calls that are no attempts of this session."""
        self.apart += cost

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Count the reply, the failure, or the verdict on an unusable reply."""
        tally = self.models.setdefault(model, Tally())
        done, failure = attempt.completion, attempt.failure
        if done is not None:
            tally.replies += 1
            tally.cost += done.cost or 0.0
            tally.unpriced += done.cost is None
        elif failure is not None:
            tally.cost += failure.cost or 0.0
        if failure is not None:
            tally.errors[f"{failure.kind} {failure.status or ''}".strip()] += 1
        elif attempt.verdict != "legal":
            tally.errors[attempt.verdict] += 1

    def finished(self, transcript: Finished) -> None:
        """Count the match."""
        self.closed += 1
        self.void += transcript.ending.kind == "void"
        self.decisions += len(transcript.decisions)

    def noted(self, kind: str, about: str) -> None:
        """Nothing to count."""

    @property
    def cost(self) -> float:
        """US dollars of the whole run so far."""
        return self.apart + self._session

    @property
    def _session(self) -> float:
        return sum(tally.cost for tally in self.models.values())

    def figures(self) -> dict[str, Any]:
        """All counts, as plain JSON."""
        seconds = time.monotonic() - self.began
        now = self.closed - self.before
        rest = (self.planned - self.closed) / now if now else None
        return {
            "planned": self.planned,
            "closed": self.closed,
            "void": self.void,
            "decisions": self.decisions,
            "seconds": round(seconds, 3),
            "decisions_per_second": round(self.decisions / seconds, 3) if seconds else 0.0,
            "cost": self.cost,
            "cost_projected": None if rest is None else self.cost + self._session * rest,
        }

    def summary(self) -> str:
        """All counts in one line."""
        now = self.figures()
        replies = sum(tally.replies for tally in self.models.values())
        line = (
            f"{self.closed}/{self.planned} matches, {replies} replies, {self.void} void, "
            f"{self.decisions} decisions, {now['decisions_per_second']:.1f}/s"
        )
        if self.cost and now["cost_projected"] is not None:
            line += f", ${self.cost:.4f} of ${now['cost_projected']:.4f} projected"
        return f"{line}, {now['seconds']:.0f} s"


class _Quiet(_Counts):
    """Writes notes only."""

    def __init__(self, stream: Outlet) -> None:
        super().__init__()
        self._stream = stream

    def noted(self, kind: str, about: str) -> None:
        """Write the note."""
        self.say(f"{kind}: {about}")

    def say(self, line: str) -> None:
        """Write a line at once."""
        self._stream.write(f"{line}\n")


class _Lines(_Quiet):
    """Writes a line at intervals."""

    last = 0.0

    def begin(self, planned: int, closed: int) -> None:
        """Write the number of planned and closed matches."""
        super().begin(planned, closed)
        self.last = time.monotonic()
        self.say(f"{planned} matches, {closed} on record")

    def finished(self, transcript: Finished) -> None:
        """Write a line at every tenth of the run, and at intervals."""
        super().finished(transcript)
        before, now = ((_LINES * n) // self.planned for n in (self.closed - 1, self.closed))
        if now > before or time.monotonic() - self.last > _EVERY:
            self.last = time.monotonic()
            self.say(self.summary())
            for model, tally in self.models.items():
                if len(self.models) > 1 or tally.errors:
                    self.say(f"  {model}: {tally.line()}")


class _Events(_Counts):
    """Writes one JSON object per line."""

    def __init__(self, stream: Outlet) -> None:
        super().__init__()
        self._stream = stream

    def begin(self, planned: int, closed: int) -> None:
        """Write the number of planned and closed matches."""
        super().begin(planned, closed)
        self._emit("begin", planned=planned, closed=closed)

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Write a call and its outcome."""
        super().attempted(attempt, model)
        done, failure = attempt.completion, attempt.failure
        cost = done.cost if done else failure.cost if failure else None
        status = failure.status if failure else None
        about = {"verdict": attempt.verdict, "status": status, "failure": failure and failure.kind}
        self._emit("attempt", model=model, **about, cost=cost)

    def finished(self, transcript: Finished) -> None:
        """Write a finished match and the progress of the run."""
        super().finished(transcript)
        match, ending = transcript.match, transcript.ending
        self._emit("match", match=match.id, game=match.game, ending=ending.kind, **self.figures())

    def noted(self, kind: str, about: str) -> None:
        """Write a note."""
        self._emit("note", kind=kind, about=about)

    def _emit(self, event: str, **what: Any) -> None:  # noqa: ANN401
        self._stream.write(json.dumps({"event": event, **what}, ensure_ascii=False) + "\n")


class _Picture(_Counts):
    """A display that is redrawn."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = 0.0

    def begin(self, planned: int, closed: int) -> None:
        """Draw the display."""
        super().begin(planned, closed)
        self.draw()

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Count and redraw."""
        super().attempted(attempt, model)
        self._redraw()

    def finished(self, transcript: Finished) -> None:
        """Count and redraw."""
        super().finished(transcript)
        self._redraw()

    def draw(self) -> None:
        """Draw the current state."""
        self._drawn = time.monotonic()

    def lines(self) -> list[str]:
        """Lines of the run, and of each model."""
        models = [f"  {model}: {tally.line()}" for model, tally in self.models.items()]
        return [self.summary(), *models]

    def _redraw(self) -> None:
        if time.monotonic() - self._drawn > _REDRAWN:
            self.draw()


class _Bar(_Picture):
    """A bar on a terminal."""

    def __init__(self, live: Any) -> None:  # noqa: ANN401 - rich is loaded when needed
        super().__init__()
        self._live = live

    def noted(self, kind: str, about: str) -> None:
        """Write the note above the bar."""
        self._live.console.print(f"{kind}: {about}", markup=False, highlight=False)

    def draw(self) -> None:
        """Draw the current state."""
        from rich.console import Group  # noqa: PLC0415
        from rich.progress_bar import ProgressBar  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        super().draw()
        bar = ProgressBar(total=max(1, self.planned), completed=self.closed, width=40)
        self._live.update(Group(bar, *map(Text, self.lines())), refresh=True)


class _Notebook(_Picture):
    """A bar below a notebook cell, updated in place; notes appear below it."""

    def __init__(self) -> None:
        super().__init__()
        from IPython.display import display  # noqa: PLC0415 - a kernel has it

        self._notes: list[str] = []
        self._place = display(self, display_id=True)  # type: ignore[no-untyped-call]

    def noted(self, kind: str, about: str) -> None:
        """Write the note below the bar."""
        self._notes.append(f"{kind}: {about}")
        self.draw()

    def draw(self) -> None:
        """Draw the current state."""
        super().draw()
        if self._place is not None:
            self._place.update(self)

    def __repr__(self) -> str:
        """Plain text for front ends without HTML."""
        return "\n".join([*self.lines(), *self._notes])

    def _repr_html_(self) -> str:
        bar = f'<progress value="{self.closed}" max="{max(1, self.planned)}"></progress>'
        return "<br>".join([bar, *map(escape, [*self.lines(), *self._notes])])
