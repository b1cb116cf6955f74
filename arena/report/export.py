"""Tidy tables of a run for other programs: matches, decisions, attempts, and battles.

Tables are written as they are read, a few thousand rows at a time, so that a large run needs no
more memory than a small one. Battles alone are built whole, since they compare matches.
"""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from arena.core.files import make_folder, opened, refuse_link
from arena.core.spreadsheet import QUOTING, inert
from arena.core.types import payoff_of
from arena.record.run import Run
from arena.record.sql import SAMPLED, TEMPERATURE
from games import BadInput
from games.core.errors import unknown

Row: TypeAlias = tuple[Any, ...]
Columns: TypeAlias = dict[str, type]
Writer: TypeAlias = Callable[[list[Row]], None]
Format: TypeAlias = Callable[[Path, Columns], AbstractContextManager[Writer]]

_CHUNK = 5_000
"""Rows written at a time."""

_MATCHES = """
SELECT match, game, repetition, seed, event, "order", seat, contestant, payoff, payoff, ending,
    ended_by, verdict, deals, closed, superseded
FROM seats JOIN matches ON match = id ORDER BY game, repetition, match, seat
"""
_DECISIONS = f"""
SELECT d.match, d.number, d.seat, s.contestant, d.turn, d.action, d.felt, d.intensity, d.shown,
    d.shape, d.size, d.told, d.seen, d.probabilities, d.coverage, d.unseen, d.frame, d.how,
    d.passes, d.verdict, (SELECT count(*) FROM attempts a
        WHERE a.match = d.match AND a.seat = d.seat AND a.turn = d.turn), {TEMPERATURE}, l.sampling
FROM decisions d JOIN seats s ON s.match = d.match AND s.seat = d.seat {SAMPLED}
ORDER BY d.match, d.number
"""  # noqa: S608 - our own words
_ATTEMPTS = """
SELECT match, seat, turn, number, model, verdict, (SELECT text FROM texts WHERE hash = reply), stop,
    json_extract(usage, '$.prompt_tokens'), json_extract(usage, '$.completion_tokens'), usage,
    coalesce(cost, json_extract(failure, '$.cost')), served_model, seconds,
    (SELECT text FROM texts WHERE hash = reasoning), (SELECT text FROM texts WHERE hash = raw),
    sampling, weights,
    json_extract(failure, '$.status'), json_extract(failure, '$.message'),
    (SELECT json_group_array(json_object('role', json_extract(value, '$[0]'),
        'content', (SELECT text FROM texts WHERE hash = json_extract(value, '$[1]'))))
     FROM json_each(messages)), lenient, filed
FROM attempts ORDER BY match, seat, turn, number
"""

COLUMNS: dict[str, Columns] = {
    "matches": {
        "match": str, "game": str, "repetition": int, "seed": int, "event": int, "order": int,
        "seat": int, "contestant": str, "payoff": float, "payoff_exact": str, "ending": str,
        "ended_by": int, "verdict": str, "deals": str, "closed": str, "superseded": str,
    },
    "decisions": {
        "match": str, "number": int, "seat": int, "contestant": str, "turn": int, "action": str,
        "felt": str, "intensity": int, "shown": str, "shape": str, "size": int,
        "told": int, "seen": int, "probabilities": str, "coverage": float, "unseen": float,
        "frame": str, "how": str, "passes": int, "verdict": str,
        "attempts": int, "temperature": float, "sampling": str,
    },
    "attempts": {
        "match": str, "seat": int, "turn": int, "number": int, "model": str, "verdict": str,
        "reply": str, "stop": str, "prompt_tokens": int, "completion_tokens": int, "usage": str,
        "cost": float, "served_model": str, "seconds": float, "reasoning": str, "raw": str,
        "sampling": str, "weights": str, "status": int, "failure": str, "messages": str,
        "lenient": str, "filed": str,
    },
    "battles": {
        "model_a": str, "model_b": str, "winner": str, "game": str, "repetition": int, "rule": str,
    },
}  # fmt: skip
"""The tables: columns and their types. Payoffs are points; cost is US dollars."""

FORMATS = ("parquet", "csv", "jsonl")


def export(run: Run, folder: Path, form: str, *, for_spreadsheets: bool = False) -> list[Path]:
    """Write all tables of a run.

    Args:
        run: what to export.
        folder: where to; made if it is not there.
        form: parquet, csv or jsonl.
        for_spreadsheets: whether texts of CSV that may be formulas are made inert.

    Returns:
        The files; none of battles if nobody is compared in any game.

    Raises:
        BadInput: unknown format, other rules than those of the run, or the folder or a table in it
            is a link or cannot be written.
    """
    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    if for_spreadsheets and form != "csv":
        raise BadInput(f"--for-spreadsheets is about CSV: it goes with --to csv, not {form}")
    writer = _for_spreadsheets if for_spreadsheets else _WRITERS[form]
    tables: dict[str, Iterator[Row]] = {
        "matches": _matches(run),
        "decisions": run.rows(_DECISIONS),
        "attempts": run.rows(_ATTEMPTS),
    }
    if not all(map(run.elicited, run.manifest.design["games"])):
        tables["battles"] = iter(list(_battles(run)))  # what is wrong comes before any file
    try:
        if folder.parent.resolve() == run.folder.resolve():
            refuse_link(folder)
        make_folder(folder, exist_ok=True)
        return [
            _write(folder / f"{name}.{form}", COLUMNS[name], rows, writer)
            for name, rows in tables.items()
        ]
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror or error}") from None


def _matches(run: Run) -> Iterator[Row]:
    """One row per seat; the payoff twice, as a number and exactly."""
    at = list(COLUMNS["matches"]).index("payoff")
    for row in run.rows(_MATCHES):
        points = None if row[at] is None else float(payoff_of(row[at]))
        yield (*row[:at], points, *row[at + 1 :])


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

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
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
