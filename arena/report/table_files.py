"""Tidy tables of a run for other programs: matches, decisions, attempts and more.

Tables are written as they are read, a few thousand rows at a time, so that a large run needs no
more memory than a small one. Battles alone are built whole, since they compare matches.
"""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from arena.core.files import make_folder, opened
from arena.core.spreadsheet import QUOTING, inert
from arena.record import people_tables, tables
from arena.record.judgements import judgement_rows, shows_vignettes
from arena.record.people_tables import PEOPLE_KINDS
from arena.record.run import Run
from arena.record.tables import KINDS, Row

Columns: TypeAlias = dict[str, type]
Writer: TypeAlias = Callable[[list[Row]], None]
Format: TypeAlias = Callable[[Path, Columns], AbstractContextManager[Writer]]

_CHUNK = 5_000
"""Rows written at a time."""

COLUMNS: dict[str, Columns] = {
    **KINDS,
    **PEOPLE_KINDS,
    "judgements": {
        "match": str, "game": str, "repetition": int, "contestant": str, "items": str, "item": str,
        "order": str, "tags": str, "right": str, "answer": str, "option": str, "ending": str,
        "verdict": str,
    },
    "battles": {
        "model_a": str, "model_b": str, "winner": str, "game": str, "repetition": int, "rule": str,
    },
}  # fmt: skip
"""The tables: columns and their types."""

FORMATS = ("parquet", "csv", "jsonl")
"""Formats of files with one table each."""


def write_tables(
    run: Run,
    folder: Path,
    form: str,
    *,
    for_spreadsheets: bool = False,
    external_ids: bool = False,
) -> list[Path]:
    """Write all tables of a run.

    Args:
        run: what to export.
        folder: where to; made if it is not there.
        form: parquet, csv or jsonl.
        for_spreadsheets: whether texts of CSV that may be formulas are made inert.
        external_ids: whether participants' ids at a recruiting service are a table too.

    Returns:
        The files; none of opinions if no agent has several parts, none of battles if nobody is
        compared in any game, none of participants if the design has no lab.

    Raises:
        BadInput: other rules than those of the run, or a table in the folder is a link.
        OSError: the folder or a table cannot be written.
    """
    writer = _for_spreadsheets if for_spreadsheets else _WRITERS[form]
    parts = _tables(run, external_ids=external_ids)
    make_folder(folder, exist_ok=True)
    return [
        _write(folder / f"{name}.{form}", COLUMNS[name], rows, writer)
        for name, rows in parts.items()
    ]


def _tables(run: Run, *, external_ids: bool) -> dict[str, Iterator[Row]]:
    """The rows of each table."""
    parts: dict[str, Iterator[Row]] = {
        "matches": tables.matches(run),
        "decisions": tables.decisions(run),
        "attempts": tables.attempts(run),
    }
    if any(run.rows("SELECT 1 FROM opinions LIMIT 1")):
        parts["opinions"] = tables.opinions(run)
    if people_tables.has_people(run):
        parts["participants"] = people_tables.people(run)
        if external_ids:
            parts["external_ids"] = people_tables.external_ids(run)
    if shows_vignettes(run):
        parts["judgements"] = judgement_rows(run)
    rated = not run.manifest.forks  # continuations are no contest of a design
    if rated and not all(map(run.elicited, run.manifest.design["games"])):
        parts["battles"] = iter(list(_battles(run)))  # what is wrong comes before any file
    return parts


def _battles(run: Run) -> Iterator[Row]:
    """One row per comparison by the game's own rule, as rating tools read them."""
    from arena.analysis.rating import Request, rate  # noqa: PLC0415 - loading pandas takes a while

    if run.seats().empty:
        return
    winners = {1.0: "model_a", 0.5: "tie", 0.0: "model_b"}
    request = Request.checked("elo", None, None, "drop", 1, 0)
    for record in rate([run], request).records.values():
        columns = ["first", "second", "score", "repetition"]
        for first, second, score, block in record.comparisons[columns].values.tolist():
            if score in winners:  # a void match can leave it undecided
                yield first, second, winners[score], record.game, int(block), record.rule


def _write(path: Path, columns: Columns, rows: Iterator[Row], writer: Format) -> Path:
    with writer(path, columns) as write:
        while chunk := list(islice(rows, _CHUNK)):
            write(chunk)
    return path


@contextmanager
def _csv(path: Path, columns: Columns) -> Iterator[Writer]:
    with opened(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        yield writer.writerows


@contextmanager
def _for_spreadsheets(path: Path, columns: Columns) -> Iterator[Writer]:
    with opened(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=QUOTING)
        writer.writerow(columns)
        yield lambda rows: writer.writerows(map(inert, row) for row in rows)


@contextmanager
def _jsonl(path: Path, columns: Columns) -> Iterator[Writer]:
    with opened(path, "w", encoding="utf-8", newline="\n") as file:

        def write(rows: list[Row]) -> None:
            for row in rows:
                entry = dict(zip(columns, row, strict=True))
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

        yield write


@contextmanager
def _parquet(path: Path, columns: Columns) -> Iterator[Writer]:
    import pyarrow as pa  # noqa: PLC0415 - loading it takes a while
    from pyarrow import parquet  # noqa: PLC0415

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    with opened(path, "wb") as sink, parquet.ParquetWriter(sink, schema) as file:

        def write(rows: list[Row]) -> None:
            parts = [
                pa.array(part, kinds[kind])
                for part, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
            ]
            file.write_table(pa.Table.from_arrays(parts, schema=schema))

        yield write


_WRITERS: dict[str, Format] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
