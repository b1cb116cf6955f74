"""The registration of a run: the planned tests, written down with a date before play.

The registration is a readable document beside the record. Its last part holds the design verbatim,
and its last line a hash of all text above.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from agents.core.parse import parse
from arena.core.files import read_text, write_text
from arena.design.analysis import ANALYSIS, Analysis
from arena.record.compatibility import differences
from arena.record.errors import NoRun
from arena.record.pilot import first_tested
from arena.record.run import Run
from games import BadInput

FILE = "registration.md"
BEGIN, END = "```json\n", "\n```\n"
SEAL = "SHA-256 of all above: "

_TESTED = "SELECT count(*) FROM counted WHERE game = ? AND repetition >= ?"


class Registered(BaseModel):
    """Verbatim part of a registration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    """Time of writing, in UTC, by the machine's clock."""
    design_hash: str
    design: dict[str, Any]
    """Content of the design, which determines matches and tests; see `Tournament.content`."""
    planned: int
    """Number of matches."""
    texts: dict[str, str]
    """Hash of the reachable texts by text file."""
    played: int
    """Matches on record at the time of writing, without those of a pilot that is left out of tests.
    """


@dataclass(frozen=True)
class Standing:
    """Agreement of a run with its registration.

    Attributes:
        date: date of the registration; empty if there is none.
        design_hash: hash of the registered design.
        differences: differences from the registration, one line each.
    """

    date: str = ""
    design_hash: str = ""
    differences: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Registered, not registered, or registered with differences."""
        if not self.date:
            return "not registered"
        how = "registered" if not self.differences else "not as registered"
        return f"{how} ({self.date}, design {self.design_hash})"


def sealed(text: str, held: Registered) -> str:
    """A document with its verbatim part and its hash."""
    body = json.dumps(held.model_dump(), indent=1, ensure_ascii=False, sort_keys=True)
    whole = f"{text}\n{BEGIN}{body}{END}\n"
    return f"{whole}{SEAL}{_hash(whole)}\n"


def standing(run: Run) -> Standing:
    """Agreement of a run with the registration in its folder.

    Raises:
        BadInput: the file exists, and is no registration.
    """
    path = run.folder / FILE
    if not path.exists():
        return Standing()
    text = _text(path)
    held, whole = _held(text, path)
    changes = list(_since(run, held))
    if not whole:
        changes.insert(0, f"{FILE} was changed after it was written")
    return Standing(held.date, held.design_hash, tuple(changes))


def carry(folders: Iterable[Path], out: Path) -> None:
    """Copy the registration of merged runs to the resulting run: the first that exists."""
    registration = next((folder / FILE for folder in folders if (folder / FILE).exists()), None)
    if registration is not None:
        write_text(out / FILE, _text(registration))


def analysis_of(design: Mapping[str, Any]) -> Analysis | None:
    """Registered analysis of a recorded design; None if the design states none."""
    stated = design.get(ANALYSIS)
    return None if stated is None else Analysis.model_validate(stated)


def played(folder: Path, games: Mapping[str, Any], *, pilot: bool) -> int:
    """Number of matches of a run that enter tests; 0 without a run.

    Args:
        folder: folder of the run.
        games: games by id.
        pilot: whether matches of a pilot count.
    """
    try:
        run = Run(folder)
    except NoRun:
        return 0
    first = first_tested(folder, games, pilot=pilot)
    return sum(int(run.rows(_TESTED, game, at).fetchone()[0]) for game, at in first.items())


def _since(run: Run, held: Registered) -> Iterator[str]:
    """Differences between a run and its registration, a line each."""
    yield from differences(held.design, run.manifest.design)
    there = run.manifest.texts if isinstance(run.manifest.texts, dict) else {}
    for name in sorted(held.texts.keys() | there.keys()):
        if held.texts.get(name) != there.get(name):
            yield f"the text file {name} has changed"
    if held.played:
        yield f"{held.played} matches were played before the registration"
    analysis = analysis_of(held.design)
    closed = sum(run.counts.values())
    if analysis is not None and analysis.max_cost is None and closed < run.manifest.planned:
        yield f"{run.manifest.planned - closed} of {run.manifest.planned} matches are not played"


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None


def _held(text: str, path: Path) -> tuple[Registered, bool]:
    """Verbatim part of a registration, and whether its text is unchanged."""
    whole, _, seal = text.rpartition(SEAL)
    body = whole.rpartition(BEGIN)[2].partition(END)[0]
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is no registration: arena preregister writes one") from None
    return parse(Registered, data, str(path)), _hash(whole) == seal.strip()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
