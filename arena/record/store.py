"""The single writer of a run: a folder with one SQLite file.

Each attempt is committed when its reply arrives. A last transaction closes the match. A run that
was killed at any time can be reopened and continued: closed matches are not played again, and
answered questions of open matches are not asked again. Attempts and reservations are on disk 5 ms
later, so a power failure loses no more than 5 ms of them. Every transaction appends to the run's
chain.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

from agents.core.models.model import Completion, Failure
from agents.core.types import Attempt
from arena.core.files import database
from arena.core.types import Transcript, canonical
from arena.design.limits import all_prices
from arena.record.attempts import attempts
from arena.record.chain import PEOPLE, Chain, attempt_name, begin, closing, digest, resume
from arena.record.compatibility import compare
from arena.record.errors import OtherSchema, unusable
from arena.record.filing import (
    PARTS,
    TIME,
    ClosedMatch,
    FiledAttempt,
    Rows,
    closed_match,
    filed_attempt,
    real,
)
from arena.record.lock import locked
from arena.record.manifest import Manifest, read_manifest, read_schema, write_manifest
from arena.record.place import FILE
from arena.record.sql import COUNTED, SCHEMA, TABLES, UNMARKED
from arena.record.taking import aside, now, present, supersede, take
from arena.record.transaction import Files, transaction
from games import BadInput

T = TypeVar("T")
_SPENT = (
    "SELECT total(cost) FROM attempts",
    "SELECT total(json_extract(failure, '$.cost')) FROM attempts WHERE failure IS NOT NULL",
    "SELECT total(cost) FROM probes",
    "SELECT total(cost) FROM reservations",  # calls of unknown outcome
)

_KEPT = 10_000
"""Number of texts remembered as stored, since instructions recur often."""

_BULK_KIB = 64 * 1024
"""Memory for pages of the file during play in bulk, and their most in the write-ahead log."""
_CACHE = 32_000
"""Most kilobytes of the file held in memory: texts stand in the order of their hashes, so that each
new one is written to another page."""

_BEGUN = "SELECT EXISTS (SELECT 1 FROM matches) OR EXISTS (SELECT 1 FROM attempts)"
_CLOSED = "SELECT {} FROM counted"
_ASKED = "SELECT EXISTS (SELECT 1 FROM attempts)"
_TRIED = "SELECT * FROM attempts WHERE match = ? ORDER BY seat, turn, number"
_STRUCK = "DELETE FROM reservations WHERE rowid = ? RETURNING model, cost, filed"


class Store:
    """A run open for writing; closes its file and its lock when left.

    Args:
        folder: folder of the run, existing or new.
        manifest: metadata of the run; `design` and `texts` must match an existing run.

    Raises:
        BadInput: the folder cannot be written, is in use, or holds a run of another design.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._kept: dict[str, None] = {}
        self._settled: list[int] = []
        self._record = manifest.record
        self._chain: Chain | None = None
        self._open_chain: Chain | None = None
        """Chain of a transaction in which several changes are committed together."""
        with ExitStack() as held:
            held.enter_context(locked(folder))
            try:
                address = database(self._path, create=True).as_uri()
                self._db = sqlite3.connect(address, uri=True, isolation_level=None)
                held.callback(self._db.close)
                self._open(folder, manifest)
                self._files = Files(self._path)
                held.callback(self._files.close)
            except sqlite3.DatabaseError as error:
                raise unusable(self._path, error, "cannot be used") from None
            except OSError as error:
                raise BadInput(f"{self._path} cannot be used: {error}") from None
            self._held = held.pop_all()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Release the file and the lock."""
        if self._settled:  # reservations of calls without other records
            with suppress(sqlite3.Error, BadInput), self._writing() as chain:
                self._strike(chain)
        self._held.close()

    def rows(self, query: str, *values: object) -> sqlite3.Cursor:
        """Rows of a query, in order."""
        return self._db.execute(query, values)

    def closed(self) -> set[str]:
        """Ids of the finished matches."""
        return {key for (key,) in self.rows(_CLOSED.format("id"))}

    def count(self) -> int:
        """Number of finished matches."""
        return int(self.rows(_CLOSED.format("count(*)")).fetchone()[0])

    def spent(self) -> float:
        """Assumed cost in US dollars of all calls on record, including superseded ones."""
        return sum(float(self._db.execute(query).fetchone()[0]) for query in _SPENT)

    def recorded(self, match: str, seat: int) -> dict[tuple[int, int], Attempt]:
        """Attempts on record of one seat of a match, by turn and number."""
        return attempts(self._db, match, seat)

    def file(
        self, match: str, seat: int, turn: int, number: int, attempt: Attempt, model: str = ""
    ) -> None:
        """Commit one attempt, and the name of the model."""
        with self._writing(durable=True) as chain:
            self._file([filed_attempt(match, seat, turn, number, attempt, model)], chain)

    def finish(self, *transcripts: Transcript) -> None:
        """Close matches in one transaction."""
        with self._writing() as chain:
            self._close((closed_match(each, self._record) for each in transcripts), chain)

    def in_bulk(self) -> None:
        """Hold more of the file in memory from now on, for very many matches at once.

        The ids of matches are hashes, so each transaction touches pages all over the file.
        """
        self._db.execute(f"PRAGMA cache_size = -{_BULK_KIB}")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {_BULK_KIB // 4}")  # pages of 4 KiB

    def keep(self, attempts: Sequence[FiledAttempt], matches: Sequence[ClosedMatch]) -> None:
        """Commit attempts, and close matches, in one transaction."""
        with self._writing(durable=True) as chain:
            if attempts:
                self._file(attempts, chain)
            if matches:
                self._close(matches, chain)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit all changes of the block in one transaction, or none of them."""
        with self._writing(durable=True) as chain:
            self._open_chain = chain
            try:
                yield
            finally:
                self._open_chain = None

    def _file(self, attempts: Iterable[FiledAttempt], chain: Chain) -> None:
        """Insert and link attempts; reservations are deleted first."""
        self._strike(chain)
        at, rows = now(), []
        for row, texts, *_ in attempts:
            for key, text in texts.items():
                self._text(row[0], key, text)
            rows.append((*row[:TIME], at, *row[TIME:]))
            chain.add("attempt", attempt_name(row), digest(rows[-1][1:]))
        self._db.executemany(_insertion("attempts", len(rows[0])), rows)

    def _close(self, matches: Iterable[ClosedMatch], chain: Chain) -> None:
        """Insert and link closed matches."""
        rows: Rows = {}
        closed = now()
        tried = self._record != "full" and bool(self.rows(_ASKED).fetchone()[0])
        for match, *_, made in matches:
            filed = {**made, "matches": [(*made["matches"][0], closed, None)]}
            for table, mine in filed.items():
                if mine:
                    rows.setdefault(table, []).extend(mine)
            content = closing(filed["matches"][0], *(filed[table] for table in PARTS))
            if self._record == "full":
                chain.add("match", match.id, digest(content))
            else:
                bared = self._bared(match.id) if tried else []
                chain.add("bare match", match.id, digest([content, bared]))
        for table, filed_rows in rows.items():
            self._db.executemany(_insertion(table, len(filed_rows[0])), filed_rows)

    def _bared(self, match: str) -> list[tuple[Any, ...]]:
        """The attempts of a closed match, without their texts; their cost stays on record."""
        if not self._db.execute(_TRIED, (match,)).fetchone():
            return []
        # The texts of an open match are needed to continue it.
        command = "UPDATE attempts SET messages = '[]', reply = NULL, reasoning = NULL, raw = NULL"
        self._db.execute(f"{command} WHERE match = ?", (match,))
        self._db.execute("DELETE FROM drafts WHERE match = ?", (match,))
        return self._db.execute(_TRIED, (match,)).fetchall()

    def supersede(self, matches: Iterable[str]) -> None:
        """Set closed matches aside with all their attempts, so that they are played again.

        A superseded match keeps the match's id with a suffix `~1`, `~2` and so on.
        """
        with self._writing() as chain:
            here = present(self._db)
            for match in matches:
                new = aside(match, here)
                here.add(new)
                supersede(self._db, chain, match, new)

    def take(self, address: str, *, closed: bool) -> None:
        """Copy the records of another run of the same design.

        Args:
            address: address of its file, for SQLite.
            closed: whether to copy the closed matches, or the open ones; matches that exist in this
                run are set aside.
        """
        self._db.execute("ATTACH DATABASE ? AS there", (address,))
        with self._writing() as chain:
            take(self._db, chain, closed=closed)
        self._db.execute("DETACH DATABASE there")

    def probe(self, model: str, outcome: Completion | Failure) -> None:
        """Commit the outcome of a test call to a model."""
        with self._writing(durable=True) as chain:
            self._strike(chain)
            cost = real(outcome.cost)
            row = (
                [canonical(outcome.usage), cost, None]
                if isinstance(outcome, Completion)
                else [None, cost, canonical(asdict(outcome))]
            )
            self._append(chain, "probes", [model, *row, now()])

    def reserve(self, model: str, cost: float) -> int:
        """Commit the reserved cost of a call before the call; returns its number."""
        with self._writing(durable=True) as chain:
            self._append(chain, "reservations", [model, real(cost), now()])
            return int(self._db.execute("SELECT last_insert_rowid()").fetchone()[0])

    def settle(self, number: int) -> None:
        """Delete a reservation, in the transaction that stores the outcome of the call."""
        self._settled.append(number)

    def _strike(self, chain: Chain) -> None:
        """Delete first, in the same transaction: if it fails, the reservation stays."""
        for number in self._settled:
            for row in self._db.execute(_STRUCK, (number,)).fetchall():
                chain.add("settled", "", digest(row))
        self._settled.clear()

    def release(self, reason: str) -> tuple[int, float]:
        """Delete the reservations of calls whose outcome will never be known.

        Args:
            reason: reason that the calls cost nothing; stored as a note.

        Returns:
            Number of reservations, and their sum in US dollars.
        """
        with self._writing() as chain:
            self._settled = [key for (key,) in self._db.execute("SELECT rowid FROM reservations")]
            calls, cost = self._db.execute(
                "SELECT count(*), total(cost) FROM reservations"
            ).fetchone()
            if calls:
                self._strike(chain)
                about = f"{calls} calls reckoned at ${cost:.6f}: {reason}"
                self._append(chain, "notes", ["released", about, now()])
        return calls, cost

    def note(self, kind: str, about: str) -> None:
        """Commit a note on the course of the run."""
        with self._writing() as chain:
            self._append(chain, "notes", [kind, about, now()])

    def enter(self, *rows: tuple[str, Iterable[Any]]) -> None:
        """Commit rows of tables of participants, each with its table, in one transaction."""
        with self._writing(durable=True) as chain:
            for table, row in rows:
                filed = self._insert(table, [*row])
                if table in PEOPLE:  # the others hold data that can be deleted without a trace
                    chain.add(table, "", digest(filed))

    def without_trace(self, change: Callable[[sqlite3.Connection, Chain], T]) -> T:
        """Make a change after which the file holds no byte of the deleted data."""
        self._db.execute("PRAGMA secure_delete = ON")
        with self._writing() as chain:
            made = change(self._db, chain)
        self._db.execute("VACUUM")  # pages keep copies of moved rows
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return made

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[Chain]:
        """One transaction; if it fails, its records and settlements are discarded in memory too."""
        if self._open_chain is not None:
            yield self._open_chain
            return
        try:
            with transaction(self._db, self._files, self._chain, durable=durable) as self._chain:
                yield self._chain
        except BaseException:
            self._chain = None
            self._kept.clear()
            self._settled.clear()
            raise

    def _open(self, folder: Path, manifest: Manifest) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # here only; afterwards see `Files`
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in TABLES.strip().split(";")[:-1]:
                    self._db.execute(statement)
                begin(self._db)
            else:
                if (schema := read_schema(self._db, self._path)) != SCHEMA:
                    raise OtherSchema(
                        f"{folder} is a run of schema {schema}: bring it up to {SCHEMA} with "
                        "arena migrate, or choose another folder with --out"
                    )
                resume(self._db)
                there = read_manifest(self._db, self._path)
                begun = bool(self._db.execute(_BEGUN).fetchone()[0])
                compare(folder, there, manifest, begun=begun)
                prices = all_prices(there.prices, manifest.prices)
                manifest = manifest.model_copy(update={"prices": prices})
            chain = Chain(self._db)
            write_manifest(self._db, chain, manifest)
            chain.write()
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
        self._db.execute(UNMARKED)
        self._db.execute(COUNTED)

    def _insert(self, table: str, row: list[Any]) -> tuple[Any, ...]:
        self._db.execute(_insertion(table, len(row)), row)
        return tuple(row)

    def _append(self, chain: Chain, table: str, row: list[Any]) -> None:
        """Insert an unnamed row, and link it."""
        chain.add(table, "", digest(self._insert(table, row)))

    def _text(self, match: str, key: str, text: str) -> None:
        """Store a text under its hash, once."""
        if self._record == "full":
            if key not in self._kept:
                self._db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (key, text))
                self._kept[key] = None
                if len(self._kept) > _KEPT:
                    del self._kept[next(iter(self._kept))]
        else:
            self._db.execute("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?)", (match, key, text))


@cache
def _insertion(table: str, columns: int) -> str:
    marks = ", ".join("?" * columns)
    return f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - our own names
