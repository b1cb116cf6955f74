"""How a run goes: bars on a terminal, plain lines elsewhere, events for machines, or nothing."""

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
from arena.core.types import Transcript
from arena.engine.watcher import Watcher

_LINES = 10
"""Plain progress lines per run, at least; and one every so often."""
_EVERY = 30.0
"""Seconds from one plain line to the next, at the most."""
_REDRAWN = 0.2
"""Seconds from one picture on a terminal to the next."""


class Outlet:
    """A stream that may be closed at its other end: what is written then is lost, and no run ends.

    Args:
        stream: a terminal, a pipe or a file.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write at once, if anybody can still read it."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._discard()
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Its number among the open files."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:
        """How characters become bytes."""
        return self._stream.encoding

    def _discard(self) -> None:
        """Let the null device take what is written; what the stream still holds goes there too."""
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
        stream: for people.
        events: for machines, one JSON object a line; nothing goes to `stream` then.
        quiet: whether to say only what was noted.
        notebook: whether to draw a bar below the cell that runs, instead of lines on `stream`.
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
    """What was asked of one model in this session.

    Args:
        replies: how many came.
        cost: US dollars.
        unpriced: replies of unknown cost.
        errors: by kind: a verdict, or the kind and HTTP status of a call that failed.
    """

    replies: int = 0
    cost: float = 0.0
    unpriced: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """In words."""
        more = f" + {self.unpriced} of unknown cost" if self.unpriced else ""
        errors = "".join(f", {kind} {n}" for kind, n in self.errors.most_common())
        return f"{self.replies} replies, ${self.cost:.4f}{more}{errors}"


class _Counts:
    """Counts what happens."""

    def __init__(self) -> None:
        self.planned = self.closed = self.before = self.void = self.decisions = 0
        self.models: dict[str, Tally] = {}
        self.apart = 0.0
        self.began = time.monotonic()

    def begin(self, planned: int, closed: int) -> None:
        """Where the run stands."""
        self.planned, self.closed, self.before = planned, closed, closed
        self.began = time.monotonic()

    def paid(self, cost: float) -> None:
        """Count what is no attempt of this session."""
        self.apart += cost

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Count the reply, or why there is none, or why it is of no use."""
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

    def finished(self, transcript: Transcript) -> None:
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
        """All of it, as plain JSON."""
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
        """All of it in one line."""
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
    """Only what has to be known."""

    def __init__(self, stream: Outlet) -> None:
        super().__init__()
        self._stream = stream

    def noted(self, kind: str, about: str) -> None:
        """Say it."""
        self.say(f"{kind}: {about}")

    def say(self, line: str) -> None:
        """Write a line at once."""
        self._stream.write(f"{line}\n")


class _Lines(_Quiet):
    """A line now and then."""

    last = 0.0

    def begin(self, planned: int, closed: int) -> None:
        """Say where the run stands."""
        super().begin(planned, closed)
        self.last = time.monotonic()
        self.say(f"{planned} matches, {closed} on record")

    def finished(self, transcript: Transcript) -> None:
        """Say so at every tenth of the run, and now and then."""
        super().finished(transcript)
        before, now = ((_LINES * n) // self.planned for n in (self.closed - 1, self.closed))
        if now > before or time.monotonic() - self.last > _EVERY:
            self.last = time.monotonic()
            self.say(self.summary())
            for model, tally in self.models.items():
                if len(self.models) > 1 or tally.errors:
                    self.say(f"  {model}: {tally.line()}")


class _Events(_Counts):
    """One JSON object a line."""

    def __init__(self, stream: Outlet) -> None:
        super().__init__()
        self._stream = stream

    def begin(self, planned: int, closed: int) -> None:
        """Where the run stands."""
        super().begin(planned, closed)
        self._emit("begin", planned=planned, closed=closed)

    def attempted(self, attempt: Attempt, model: str) -> None:
        """A call and what came of it."""
        super().attempted(attempt, model)
        done, failure = attempt.completion, attempt.failure
        cost = done.cost if done else failure.cost if failure else None
        status = failure.status if failure else None
        about = {"verdict": attempt.verdict, "status": status, "failure": failure and failure.kind}
        self._emit("attempt", model=model, **about, cost=cost)

    def finished(self, transcript: Transcript) -> None:
        """A match, and where the run stands."""
        super().finished(transcript)
        match, ending = transcript.match, transcript.ending
        self._emit("match", match=match.id, game=match.game, ending=ending.kind, **self.figures())

    def noted(self, kind: str, about: str) -> None:
        """Something to know."""
        self._emit("note", kind=kind, about=about)

    def _emit(self, event: str, **what: Any) -> None:  # noqa: ANN401
        self._stream.write(json.dumps({"event": event, **what}, ensure_ascii=False) + "\n")


class _Picture(_Counts):
    """A picture that is drawn again and again."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn = 0.0

    def begin(self, planned: int, closed: int) -> None:
        """Draw it."""
        super().begin(planned, closed)
        self.draw()

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Count and redraw."""
        super().attempted(attempt, model)
        self._redraw()

    def finished(self, transcript: Transcript) -> None:
        """Count and redraw."""
        super().finished(transcript)
        self._redraw()

    def draw(self) -> None:
        """Draw it as it stands."""
        self._drawn = time.monotonic()

    def lines(self) -> list[str]:
        """The run, and one line a model."""
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
        """Say it above the bar."""
        self._live.console.print(f"{kind}: {about}", markup=False, highlight=False)

    def draw(self) -> None:
        """Draw it as it stands."""
        from rich.console import Group  # noqa: PLC0415
        from rich.progress_bar import ProgressBar  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        super().draw()
        bar = ProgressBar(total=max(1, self.planned), completed=self.closed, width=40)
        self._live.update(Group(bar, *map(Text, self.lines())), refresh=True)


class _Notebook(_Picture):
    """A bar below a cell of a notebook, changed in its place; what was noted stands below it."""

    def __init__(self) -> None:
        super().__init__()
        from IPython.display import display  # noqa: PLC0415 - a kernel has it

        self._notes: list[str] = []
        self._place = display(self, display_id=True)  # type: ignore[no-untyped-call]

    def noted(self, kind: str, about: str) -> None:
        """Say it below the bar."""
        self._notes.append(f"{kind}: {about}")
        self.draw()

    def draw(self) -> None:
        """Draw it as it stands."""
        super().draw()
        if self._place is not None:
            self._place.update(self)

    def __repr__(self) -> str:
        """Where no HTML is shown."""
        return "\n".join([*self.lines(), *self._notes])

    def _repr_html_(self) -> str:
        bar = f'<progress value="{self.closed}" max="{max(1, self.planned)}"></progress>'
        return "<br>".join([bar, *map(escape, [*self.lines(), *self._notes])])
