"""The one writer of a run: a folder with one SQLite file.

Each attempt is committed when its reply arrives; a last transaction closes the match. A run killed
at any instant reopens and goes on: what is closed is not played again, and what was answered within
an open match is not asked again.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, astuple
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agents.core.model import Completion, Failure
from agents.core.types import Attempt
from arena.designs import compare
from arena.files import database
from arena.limits import all_prices
from arena.lock import locked
from arena.records import Match, Played, Transcript, canonical, payoff_of, payoff_text
from arena.tables import SCHEMA, TABLES
from games import BadInput
from games.core.types import Payoff
from prompts import Message, Verdict

FILE = "run.sqlite"
DAMAGED = "the file is damaged: go on from a copy of it, or choose another folder with --out"


_SPENT = (
    "SELECT total(cost) FROM attempts",
    "SELECT total(json_extract(failure, '$.cost')) FROM attempts WHERE failure IS NOT NULL",
    "SELECT total(cost) FROM probes",
    "SELECT total(cost) FROM reservations",  # calls of which nobody knows what came
)

_KEPT = 10_000
"""Texts remembered as kept already: instructions are the same again and again."""

_BEGUN = "SELECT EXISTS (SELECT 1 FROM matches) OR EXISTS (SELECT 1 FROM attempts)"
_HERE = "SELECT id FROM main.matches UNION SELECT match FROM main.attempts"
_CLOSED = "SELECT id FROM there.matches"
_HALF = """
SELECT DISTINCT match FROM there.attempts WHERE match NOT IN (SELECT id FROM there.matches)
"""

_TEXT = """
SELECT text FROM texts WHERE hash = ?
UNION ALL SELECT text FROM drafts WHERE match = ? AND hash = ?
"""


class Store:
    """A run open for writing; closes its file and its lock when left.

    Args:
        folder: where the run is, or is to be.
        manifest: what is to be played and with what; `design` and `texts` must fit what is there.

    Raises:
        BadInput: the folder cannot be written, is in use, or holds a run of another design.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self._path = folder / FILE
        self._kept: dict[str, None] = {}
        self._settled: list[tuple[int]] = []
        self._record = manifest["record"]
        with ExitStack() as held:
            held.enter_context(locked(folder))
            try:
                address = database(self._path, create=True).as_uri()
                self._db = sqlite3.connect(address, uri=True, isolation_level=None)
                held.callback(self._db.close)
                self._open(folder, manifest)
            except (sqlite3.DatabaseError, OSError) as error:
                raise BadInput(f"{self._path} cannot be used: {error}") from None
            self._held = held.pop_all()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Release the file and the lock."""
        with suppress(sqlite3.Error):  # reservations of calls that left nothing else to keep
            self._strike()
        self._held.close()

    def closed(self) -> set[str]:
        """Ids of the matches that are over."""
        query = "SELECT id FROM matches WHERE superseded IS NULL"
        return {row[0] for row in self._db.execute(query)}

    def count(self) -> int:
        """Number of matches that are over."""
        query = "SELECT count(*) FROM matches WHERE superseded IS NULL"
        return int(self._db.execute(query).fetchone()[0])

    def spent(self) -> float:
        """US dollars that all calls on record are reckoned to have cost, superseded ones too."""
        return sum(float(self._db.execute(query).fetchone()[0]) for query in _SPENT)

    def results(self, matches: Iterable[Match]) -> dict[str, tuple[Payoff, ...] | None]:
        """Payoffs in seat order of those matches that are over, by id; None for void ones."""
        query = "SELECT payoff FROM seats WHERE match = ? ORDER BY seat"
        found: dict[str, tuple[Payoff, ...] | None] = {}
        for match in matches:
            if points := [text for (text,) in self._db.execute(query, (match.id,))]:
                void = None in points
                found[match.id] = None if void else tuple(map(payoff_of, points))
        return found

    def recorded(self, match: str, seat: int) -> dict[tuple[int, int], Attempt]:
        """Attempts on record of one seat of a match, by turn and number."""
        return attempts(self._db, match, seat)

    def file(
        self, match: str, seat: int, turn: int, number: int, attempt: Attempt, model: str = ""
    ) -> None:
        """Commit one attempt, and which model was asked."""
        with self._writing():
            self._strike()
            messages = [[m.role, self._text(match, m.content)] for m in attempt.messages]
            row: list[Any] = [match, seat, turn, number, canonical(messages), attempt.verdict]
            done = attempt.completion
            row += [None] * 8 if done is None else self._completion(match, done)
            failure = attempt.failure and canonical(asdict(attempt.failure))
            lenient = None if attempt.lenient is None else canonical(attempt.lenient)
            self._insert("attempts", [*row, failure, lenient, _now(), model])

    def finish(self, *transcripts: Transcript) -> None:
        """Close matches in one transaction."""
        with self._writing():
            for transcript in transcripts:
                self._close(transcript)

    def _close(self, transcript: Transcript) -> None:
        """Everything that is kept of a match that is over."""
        match, ending = transcript.match, transcript.ending
        outcomes = self._record == "outcomes"
        deals = canonical(() if outcomes else transcript.deals)
        end = [ending.kind, ending.player, ending.verdict, _now(), None]
        said = (match.wording.paraphrase, match.wording.labels)
        row = [match.id, match.game, match.repetition, match.seed, *said, deals, *end]
        self._insert("matches", row)
        for seat, name in enumerate(match.seats):
            points = None if transcript.payoffs is None else payoff_text(transcript.payoffs[seat])
            self._insert("seats", [match.id, seat, name, points])
        for check in transcript.checks:
            report = check.answer.report
            said = (None,) * 3 if report is None else astuple(report)
            self._insert("checks", [match.id, check.player, check.answer.verdict, *said])
        for number, played in enumerate(() if outcomes else transcript.decisions):
            self._insert("decisions", [match.id, number, *_decision(played)])
        if self._record != "full":
            # While a match is open its texts are needed to go on with it; what it cost stays.
            command = (
                "UPDATE attempts SET messages = '[]', reply = NULL, reasoning = NULL, raw = NULL"
            )
            self._db.execute(f"{command} WHERE match = ?", (match.id,))
            self._db.execute("DELETE FROM drafts WHERE match = ?", (match.id,))

    def supersede(self, matches: Iterable[str]) -> None:
        """Set closed matches aside, with all their attempts, so that they are played again.

        What is set aside goes on under the match's id with `~1`, `~2` and so on behind it.
        """
        with self._writing():
            here = {key for (key,) in self._db.execute(_HERE)}
            for match in matches:
                aside = _aside(match, here)
                here.add(aside)
                query = "UPDATE matches SET superseded = ?, id = ? WHERE id = ?"
                self._db.execute(query, (_now(), aside, match))
                for table in ("seats", "decisions", "attempts", "checks"):
                    command = f"UPDATE {table} SET match = ? WHERE match = ?"  # noqa: S608 - our own
                    self._db.execute(command, (aside, match))

    def take(self, address: str, *, closed: bool) -> None:
        """Copy what another run of the same design holds.

        Args:
            address: of its file, as SQLite reads it.
            closed: whether to copy the closed matches, or the half-played ones; those that are here
                already are set aside.
        """
        self._db.execute("ATTACH DATABASE ? AS there", (address,))
        with self._writing():
            here = {key for (key,) in self._db.execute(_HERE)}
            self._db.execute("CREATE TEMP TABLE taken (old TEXT PRIMARY KEY, new TEXT)")
            for (old,) in self._db.execute(_CLOSED if closed else _HALF).fetchall():
                new = _aside(old, here) if old in here else old
                here.add(new)
                self._db.execute("INSERT INTO taken VALUES (?, ?)", (old, new))
            for table in ("matches", "seats", "decisions", "attempts", "checks", "drafts"):
                self._copy(table, "id" if table == "matches" else "match")
            self._db.execute(
                "UPDATE matches SET superseded = ? WHERE id IN (SELECT new FROM taken)"
                " AND id LIKE '%~%' AND superseded IS NULL",
                (_now(),),
            )
            self._db.execute("DROP TABLE taken")
            for table in ("texts", "probes", "reservations", "notes") if closed else ():
                command = f"INSERT OR IGNORE INTO {table} SELECT * FROM there.{table}"  # noqa: S608
                self._db.execute(command)
        self._db.execute("DETACH DATABASE there")

    def _copy(self, table: str, key: str) -> None:
        """The rows of the taken matches, under their new ids."""
        about = self._db.execute(f"PRAGMA table_info({table})").fetchall()
        values = ", ".join("new" if name == key else name for _, name, *_ in about)
        self._db.execute(
            f"INSERT INTO main.{table} SELECT {values} FROM there.{table} JOIN taken ON old = {key}"  # noqa: S608 - our own names
        )

    def probe(self, model: str, outcome: Completion | Failure) -> None:
        """Commit what came of a call that only asked whether a model answers."""
        with self._writing():
            self._strike()
            row = (
                [canonical(outcome.usage), outcome.cost, None]
                if isinstance(outcome, Completion)
                else [None, outcome.cost, canonical(asdict(outcome))]
            )
            self._insert("probes", [model, *row, _now()])

    def reserve(self, model: str, cost: float) -> int:
        """Commit what a call may cost before it is made; its number."""
        with self._writing():
            command = "INSERT INTO reservations VALUES (?, ?, ?)"
            return int(self._db.execute(command, (model, cost, _now())).lastrowid or 0)

    def settle(self, number: int) -> None:
        """Strike a reservation out, in the transaction that keeps what came of the call."""
        self._settled.append((number,))

    def _strike(self) -> None:
        """Before the rest of its transaction: if that fails, so does this, and the money counts."""
        self._db.executemany("DELETE FROM reservations WHERE rowid = ?", self._settled)
        self._settled.clear()

    def note(self, kind: str, about: str) -> None:
        """Commit a line about how the run went."""
        with self._writing():
            self._insert("notes", [kind, about, _now()])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction.

        Raises:
            BadInput: the file cannot be written; what was committed before stays.
        """
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a mistake of this program
        except sqlite3.DatabaseError as error:
            self._kept.clear()
            safe = "what is on record is safe, run the same command again to go on"
            then = safe if isinstance(error, sqlite3.OperationalError) else DAMAGED
            raise BadInput(f"{self._path} cannot be written: {error}; {then}") from None

    def _open(self, folder: Path, manifest: dict[str, Any]) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # safe against a kill of the process
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in TABLES.strip().split(";")[:-1]:
                    self._db.execute(statement)
            else:
                there = read_manifest(self._db)
                begun = bool(self._db.execute(_BEGUN).fetchone()[0])
                compare(folder, SCHEMA, there, manifest, begun=begun)
                manifest = {**manifest, "prices": all_prices(there["prices"], manifest["prices"])}
            for key, value in {"schema": SCHEMA, **manifest}.items():
                self._db.execute("REPLACE INTO manifest VALUES (?, ?)", (key, canonical(value)))

    def _insert(self, table: str, row: Iterable[Any]) -> None:
        values = tuple(row)
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names

    def _text(self, match: str, text: str) -> str:
        """Keep a long text once; its hash stands for it."""
        key = text_hash(text)
        if self._record == "full":
            if key not in self._kept:
                self._db.execute("INSERT OR IGNORE INTO texts VALUES (?, ?)", (key, text))
                self._kept[key] = None
                if len(self._kept) > _KEPT:
                    del self._kept[next(iter(self._kept))]
        else:
            self._db.execute("INSERT OR IGNORE INTO drafts VALUES (?, ?, ?)", (match, key, text))
        return key

    def _completion(self, match: str, done: Completion) -> list[Any]:
        texts = (done.text, done.reasoning, done.raw)
        said, *rest = (None if text is None else self._text(match, text) for text in texts)
        usage = canonical(done.usage)
        return [said, done.stop, usage, done.cost, done.served_model, done.seconds, *rest]


def _aside(match: str, here: set[str]) -> str:
    """The next free id for a play of a match that does not count any more."""
    base = match.partition("~")[0]
    return next(key for n in count(1) if (key := f"{base}~{n}") not in here)


@lru_cache(maxsize=1_000)
def text_hash(text: str) -> str:
    """What a text is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def read_manifest(db: sqlite3.Connection) -> dict[str, Any]:
    """The manifest of an open run."""
    return {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM manifest")}


def attempts(db: sqlite3.Connection, match: str, seat: int) -> dict[tuple[int, int], Attempt]:
    """Attempts on record of one seat of a match, by turn and number, in order."""
    query = "SELECT * FROM attempts WHERE match = ? AND seat = ? ORDER BY turn, number"
    return {
        (row[2], row[3]): _attempt(db, match, row[4:])
        for row in db.execute(query, (match, seat)).fetchall()
    }


def _attempt(db: sqlite3.Connection, match: str, row: tuple[Any, ...]) -> Attempt:
    messages, verdict, reply, stop, usage, cost, served, seconds, *rest = row
    reasoning, raw, failure, lenient, *_ = rest

    def text(key: str | None) -> str:
        found: str = db.execute(_TEXT, (key, match, key)).fetchone()[0]
        return found

    def text_or_none(key: str | None) -> str | None:
        return None if key is None else text(key)

    completion = None
    if stop is not None:
        completion = Completion(
            *(text_or_none(reply) or "", stop, json.loads(usage), cost),
            *(served, seconds, text_or_none(reasoning), text_or_none(raw)),
        )
    return Attempt(
        tuple(Message(role, text(key)) for role, key in json.loads(messages)),
        completion,
        Verdict(verdict),
        None if failure is None else Failure(**json.loads(failure)),
        None if lenient is None else json.loads(lenient),
    )


def _decision(played: Played) -> list[Any]:
    made, affect = played.decision, played.decision.affect
    report = astuple(affect) if affect else (None,) * 4
    action = None if made.action is None else canonical(made.action)
    return [played.player, played.turn, action, *report, made.verdict]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
