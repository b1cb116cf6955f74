"""Data of runs for all pages: the only module of the dashboard that reads runs.

Results are cached by the revision of a run's file, so a page reads the file again only after a
write. Filters and pages of rows are left to SQL.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from time import perf_counter
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from arena.analysis.remarks import remarks
from arena.core.types import Transcript
from arena.record import judgements
from arena.record.errors import (
    Damaged,
    HalfWritten,
    Inaccessible,
    NoRun,
    OtherSchema,
    unusable,
)
from arena.record.place import FILE, stamp
from arena.record.run import Run
from arena.report.run_summary import span
from games import BadInput, Game

P = ParamSpec("P")
T = TypeVar("T")

SETTINGS = "ARENA_DASHBOARD"
"""Environment variable that passes the command's arguments to the pages, as JSON."""

_KEPT = 16
"""Number of cached answers per question."""


@dataclass(frozen=True)
class Settings:
    """Arguments of the command.

    Args:
        root: folder of runs, including new ones.
        chosen: folders of runs to list first, before those in `root`.
        token: whether a browser needs the token of the printed link.
    """

    root: Path
    chosen: tuple[Path, ...] = ()
    token: bool = True

    @classmethod
    def read(cls) -> "Settings":
        """Settings from the environment."""
        settings = json.loads(os.environ.get(SETTINGS, "{}"))
        chosen = tuple(Path(folder) for folder in settings.get("runs", ()))
        return cls(Path(settings.get("root", "runs")), chosen, settings.get("token", True))

    def write(self) -> str:
        """Settings as text for the environment."""
        runs = [str(folder.resolve()) for folder in self.chosen]
        return json.dumps({"root": str(self.root.resolve()), "runs": runs, "token": self.token})


def folders(settings: Settings) -> dict[str, Path]:
    """Folders of runs by name. Addresses cannot open other folders.

    Raises:
        BadInput: the folder of runs cannot be read.
    """
    try:
        inside = sorted(settings.root.iterdir()) if settings.root.exists() else []
        kept = [each for each in inside if each.is_dir() and not each.is_symlink()]
    except OSError as error:
        raise BadInput(
            f"the folder of runs {settings.root} cannot be read: {error.strerror}; change its "
            "permissions, or name another one with --runs"
        ) from None
    # Runs in the root have their own names, which pages for new runs rely on.
    known = {*kept, *settings.chosen}
    first = {
        each.name if each in kept else _name(each, known - {each}): each for each in settings.chosen
    }
    return first | {each.name: each for each in kept}


def _name(folder: Path, others: Collection[Path]) -> str:
    """Shortest ending of a path that is unique among others."""
    for several in range(1, len(folder.parts)):
        own = folder.parts[-several:]
        if all(other.parts[-several:] != own for other in others):
            return "/".join(own)
    return str(folder)


@contextmanager
def opened(folder: Path) -> Iterator[Run]:
    """A run, read only.

    Raises:
        BadInput: the run cannot be read; the message states the problem and the remedy.
    """
    try:
        run = Run(folder)
    except OSError as error:
        raise BadInput(
            f"the run {folder.name} cannot be read: {error.strerror}; change its permissions"
        ) from None
    except BadInput as error:
        raise _advised(folder, error) from None
    try:
        yield run
    except sqlite3.DatabaseError as error:
        raise _advised(folder, unusable(folder / FILE, error)) from None
    except json.JSONDecodeError as error:
        raise _advised(folder, BadInput(str(error))) from None
    finally:
        run.close()


_ADVICE: dict[type[BadInput], str] = {
    NoRun: f"holds no run yet (no file {FILE}): play one into it, or choose another run",
    HalfWritten: "is half-written: it was cut off before its design was recorded; start it "
    "again with arena run, which goes on from there",
    Inaccessible: "cannot be opened: the permissions of its folder or file do not allow it",
    OtherSchema: "was written by another version of this program; read it with that version",
    Damaged: f"is damaged ({FILE} is not a readable database): restore it from a copy",
}
"""Problem and remedy for a run that cannot be read, by class of error."""


def _advised(folder: Path, error: BadInput) -> BadInput:
    """Error of a run with its remedy."""
    advice = _ADVICE.get(type(error), f"cannot be read: {error}")
    return type(error)(f"the run {folder.name} {advice}")


def revision(folder: Path) -> tuple[int, ...]:
    """A value that changes with every write to the run."""
    return stamp(folder / FILE)


def kept(
    question: Callable[Concatenate[Run, P], T],
) -> Callable[Concatenate[Path, P], T]:
    """Answer a question about a run once per revision. Answers are shared: do not modify them."""

    @lru_cache(maxsize=_KEPT)
    def answer(folder: Path, _revision: tuple[int, ...], *args: Any, **named: Any) -> T:  # noqa: ANN401
        began = perf_counter()
        with opened(folder) as run:
            found = question(run, *args, **named)
        _TOOK[question.__module__, question.__qualname__, folder] = perf_counter() - began
        return found

    @wraps(question)
    def ask(folder: Path, *args: P.args, **named: P.kwargs) -> T:
        return answer(folder, revision(folder), *args, **named)  # type: ignore[arg-type] # hashable

    return ask  # type: ignore[return-value] # a folder stands where the run stood


_TOOK: dict[tuple[str, str, Path], float] = {}
"""Seconds that the last answer took, by question and folder."""


def took(question: Callable[..., Any], folder: Path) -> float | None:
    """Seconds that a question that is `kept` took when it was last answered anew; None before."""
    return _TOOK.get((question.__module__, question.__qualname__, folder))


@dataclass(frozen=True)
class Summary:
    """Summary of a run in one line.

    Args:
        name: name of its design.
        games: ids of its games.
        models: models that were asked, in order of their names.
        planned: number of matches of the design.
        completed: matches closed with payoffs.
        void: matches closed without payoffs.
        scripted: closed matches of scripted participants, which are left out of all other figures.
        decisions: decisions on record.
        calls: calls to models.
        cost: US dollars, for calls with a known price.
        unpriced: replies of unknown price.
        first: time of the first record, in UTC; None if there is none.
        last: time of the last record, likewise.
        record: full, decisions or outcomes.
    """

    name: str
    games: tuple[str, ...]
    models: tuple[str, ...]
    planned: int
    completed: int
    void: int
    scripted: int
    decisions: int
    calls: int
    cost: float
    unpriced: int
    first: str | None
    last: str | None
    record: str

    @property
    def closed(self) -> int:
        """Number of finished matches."""
        return self.completed + self.void

    @property
    def played(self) -> int:
        """Number of finished matches, with those of scripted participants."""
        return self.closed + self.scripted

    @property
    def void_share(self) -> float | None:
        """Share of closed matches that are void; None before the first is closed."""
        return self.void / self.closed if self.closed else None


_SPENT = """
SELECT count(*), total(cost) + total(json_extract(failure, '$.cost')),
    total(reply IS NOT NULL AND cost IS NULL) FROM attempts
"""
_SCRIPTED = """
SELECT count(*) FROM matches
WHERE superseded IS NULL AND id IN (SELECT match FROM robotic)
"""
_MODELS = "SELECT DISTINCT model FROM attempts ORDER BY 1"


@kept
def remarked(run: Run) -> tuple[str, ...]:
    """Remarks on a run that accompany every result."""
    return remarks([run])


@kept
def summary(run: Run) -> Summary:
    """A run in a line."""
    counts = run.counts
    calls, cost, unpriced = next(run.rows(_SPENT))
    first, last = span(run)
    return Summary(
        name=run.manifest.name,
        games=tuple(run.manifest.design["games"]),
        models=tuple(model for (model,) in run.rows(_MODELS)),
        planned=run.planned,
        completed=counts.get("completed", 0),
        void=counts.get("void", 0),
        scripted=next(run.rows(_SCRIPTED))[0],
        decisions=run.decided,
        calls=calls,
        cost=cost,
        unpriced=int(unpriced),
        first=first,
        last=last,
        record=run.manifest.record,
    )


@kept
def design(run: Run) -> dict[str, Any]:
    """Manifest of the run, with the design."""
    return run.manifest.content()


@kept
def transcript(run: Run, match: str) -> Transcript:
    """A match with all its attempts."""
    return run.match(match)


@kept
def rules(run: Run, key: str) -> Game[Any]:
    """The rules of a game of the run."""
    return run.game(key)


@kept
def warning(run: Run, key: str) -> str:
    """What a reader is told before a match of a game is shown; empty if nothing has to be."""
    return judgements.warning(run.game(key))


@kept
def table(run: Run, query: str, *values: object) -> pd.DataFrame:
    """The answer to a query."""
    cursor = run.rows(query, *values)
    rows = list(cursor)
    return pd.DataFrame(rows, columns=[column[0] for column in cursor.description])
