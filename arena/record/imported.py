"""Somebody else's decisions as a run of ours: played by our rules, row by row.

Source of the wide table: oTree's export of all apps, https://otree.readthedocs.io (Exporting data).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import agents
import games
from arena.core.types import Transcript, digest, seed_of
from arena.design.schedules import RoundRobin
from arena.record.import_map import ImportMap
from arena.record.import_match import ImportedMatch, named
from arena.record.import_rows import Row
from arena.record.manifest import Manifest
from arena.record.place import FILE
from arena.record.store import Store
from games import BadInput

LISTED = 100
"""Forbidden rows that are printed, at most."""


@dataclass(frozen=True)
class Imports:
    """The matches of a table, and its flaws.

    Attributes:
        transcripts: of the matches that the rules allow.
        problems: a line for each row that they forbid, in the order of the file.
        dropped: matches with such rows.
        identities: of contestants, by name.
    """

    transcripts: tuple[Transcript, ...]
    problems: tuple[str, ...]
    dropped: int
    identities: Mapping[str, dict[str, Any]]


def imports(rows: Sequence[Row], import_map: ImportMap) -> Imports:
    """Play every match of a table by the rules.

    Args:
        rows: of the table.
        import_map: the map.

    Raises:
        BadInput: a game or an emotion cannot be.
    """
    rules, identities = import_map.rules(), _identities(rows, import_map)
    matches: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        matches.setdefault((row.game, row.match), []).append(row)
    named_units = dict.fromkeys(row.unit for row in rows)
    units = {unit: (n, seed_of(import_map.source, unit)) for n, unit in enumerate(named_units)}
    made: list[Transcript] = []
    forbidden: list[tuple[int, str]] = []
    dropped = 0
    for (key, _), own in matches.items():
        match = ImportedMatch(rules[key], own, units)
        transcript = match.transcript()
        if transcript is not None:
            made.append(transcript)
        dropped += transcript is None
        forbidden += match.forbidden
    problems = tuple(f"line {line}: {why}" for line, why in sorted(forbidden))
    return Imports(tuple(made), problems, dropped, identities)


def write_import(import_map: ImportMap, imported: Imports, folder: Path) -> None:
    """Write a run.

    Args:
        import_map: the map.
        imported: content of the table.
        folder: of the run.

    Raises:
        BadInput: no match is left, or the folder cannot be written or holds another run.
    """
    if (folder / FILE).exists():
        raise BadInput(f"{folder} holds a run already: name another folder")
    if not imported.transcripts:
        raise BadInput("no match is left: the rules forbid a row in each")
    with Store(folder, _manifest(import_map, imported)) as store:
        store.finish(*imported.transcripts)
        store.note("imported", f"{import_map.source}; {imported.dropped} matches left out")


def _manifest(import_map: ImportMap, imported: Imports) -> Manifest:
    """The manifest: a design of its own, and no file to play it by."""
    units = 1 + max(each.match.repetition for each in imported.transcripts)
    names = dict.fromkeys(imported.identities, True)
    entries = {
        key: {
            **games.identity(game),
            "repetitions": units,
            "contestants": names,
            "schedule": RoundRobin().content(),
        }
        for key, game in import_map.rules().items()
    }
    design = {
        "seed": seed_of(import_map.source),
        "games": entries,
        "contestants": dict(imported.identities),
    }
    return Manifest(
        name=import_map.name,
        file=None,
        design=design,
        design_hash=digest(design),
        planned=len(imported.transcripts),
        record="full",
        prices={},
        texts={},
        versions={"affect-arena": version("affect-arena")},
        revision=None,
    )


def _identities(rows: Sequence[Row], import_map: ImportMap) -> dict[str, dict[str, Any]]:
    """The contestants by name, with the induced emotion, including opponents without rows."""
    known: dict[str, dict[str, Any]] = {}
    for row in rows:
        for name, who, people in (
            (named(row), row.who, import_map.people),
            (row.other, row.other, 0),
        ):
            if name and name not in known:
                about: dict[str, Any] = {
                    "who": who,
                    "source": import_map.source,
                    "people": bool(people),
                }
                if row.emotion not in {"", "none"} and name == named(row):
                    about["emotion"] = {"induced": row.emotion, "cause": row.cause or "simple"}
                spec = agents.load("imported", about, f"line {row.line}")
                known[name] = {"agent": "imported", **spec.content()}
    return known


def problems_of(imported: Imports) -> Iterator[str]:
    """The illegal rows, the first LISTED of them, and the number of matches lost."""
    yield from imported.problems[:LISTED]
    if len(imported.problems) > LISTED:
        yield f"… and {len(imported.problems) - LISTED:,} more such rows"
    if imported.dropped:
        yield f"{imported.dropped} matches hold a row that the rules forbid"
