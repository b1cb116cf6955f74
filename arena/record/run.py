"""`Run`: a recorded run, read only, also while it grows."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import agents
import games
from agents.core.types import Attempt
from arena.core.files import database
from arena.core.types import PASSIVE, Match, Transcript, payoff_of
from arena.design.pairing import Schedule
from arena.design.schedules import KINDS, Elicitation
from arena.design.tournament import Tournament
from arena.record.attempts import attempts
from arena.record.closed_match import closed_match
from arena.record.copies import migrated_copy
from arena.record.damage import unreadable
from arena.record.decisions import COLUMNS, Row, rows
from arena.record.errors import unusable
from arena.record.manifest import Manifest, read_manifest, read_schema
from arena.record.place import FILE, require_run
from arena.record.selection import EVERYTHING, Selection
from arena.record.sql import COUNTED, FACES, KNOWN, KNOWN_FROM, ROBOTIC, SCHEMA, UNMARKED
from games import BadInput, Game
from games.core.elicited import Elicited

if TYPE_CHECKING:
    import pandas as pd


class Run:
    """A run on disk.

    Args:
        folder: the run's folder.
        robots: whether matches of scripted participants are read like all others.

    Raises:
        BadInput: there is no run, its file cannot be read, or it is a link.
    """

    def __init__(self, folder: Path, *, robots: bool = False) -> None:
        path = folder / FILE
        there = database(path)
        require_run(folder)
        self.folder, self.robots = folder, robots
        try:
            self.source, self.schema, self.address, self._db, self.manifest = _opened(there)
        except sqlite3.DatabaseError as error:
            raise unusable(path, error) from None
        self._db.execute(UNMARKED if robots else ROBOTIC)
        self._db.execute(COUNTED)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    @cached_property
    def tournament(self) -> Tournament:
        """The design of the run, as its file stated it when it was last played.

        Raises:
            BadInput: the file was not kept, or this program cannot play it.
        """
        if self.manifest.file is None:
            raise BadInput(f"{self.folder} keeps no tournament file: its old schema had none")
        return Tournament(self.manifest.file, f"the design of {self.folder}")

    @property
    def planned(self) -> int:
        """Number of matches of the design."""
        return self.manifest.planned

    @property
    def counts(self) -> dict[str, int]:
        """Number of closed matches by ending: completed, void."""
        return dict(self._db.execute("SELECT ending, count(*) FROM counted GROUP BY ending"))

    @property
    def superseded(self) -> int:
        """Number of matches on record that do not count any more."""
        query = "SELECT count(*) FROM matches WHERE superseded IS NOT NULL"
        return int(next(self.rows(query))[0])

    @property
    def decided(self) -> int:
        """Number of decisions of closed matches."""
        query = "SELECT count(*) FROM decisions WHERE match IN (SELECT id FROM counted)"
        return int(next(self.rows(query))[0])

    def game(self, key: str) -> Game[Any]:
        """The rules of a game of this run.

        Raises:
            BadInput: this program plays it by another version of the rules.
        """
        params = dict(self.manifest.design["games"][key])
        name, version = params.pop("name"), params.pop("version")
        for design_only in ("repetitions", "contestants", "schedule"):
            params.pop(design_only)
        game = games.load(name, params)
        if game.version != version:
            raise BadInput(
                f"{self.folder} was played by version {version} of {name}; this is {game.version}"
            )
        return Elicited(game) if self.elicited(key) else game

    def matches(self, chosen: Selection = EVERYTHING) -> Iterator[Transcript]:
        """Closed matches without their attempts, by game, repetition and id."""
        return (self.transcript(key, texts=False) for key in self.ids(chosen))

    def ids(self, chosen: Selection = EVERYTHING) -> list[str]:
        """Ids of closed matches, by game, repetition and id; superseded ones left out."""
        where, values = chosen.matches
        query = f"SELECT id FROM counted WHERE {where} ORDER BY game, repetition, id"  # noqa: S608 - ours
        return [key for (key,) in self._db.execute(query, values)]

    def rows(self, query: str, *values: object) -> sqlite3.Cursor:
        """The rows of a query, as they come."""
        return self._db.execute(query, values)

    def match(self, prefix: str) -> Transcript:
        """One match with all its attempts.

        Args:
            prefix: the beginning of its id, long enough to be the only one.

        Raises:
            BadInput: no match, or more than one, begins so.
        """
        pattern = prefix.replace("%", "") + "%"
        query = "SELECT id FROM matches WHERE id LIKE ? ORDER BY length(id) LIMIT 3"
        keys = [key for (key,) in self._db.execute(query, (pattern,))]
        # A match comes before what it superseded, and both share their beginning.
        keys = [key for key in keys if "~" in prefix or "~" not in key] or keys
        if not prefix or len(keys) != 1:
            how = "more than one match begins" if keys else "no closed match begins"
            raise BadInput(f"{how} with {prefix!r} in {self.folder}; arena show RUN lists them")
        return self.transcript(keys[0], texts=True)

    def recorded(self, match: Match) -> dict[int, dict[tuple[int, int], Attempt]]:
        """Attempts on record of a match: by seat, then by turn and number."""
        return {n: attempts(self._db, match.id, n) for n in range(len(match.seats))}

    def elicited(self, game: str) -> bool:
        """Whether a game of this run was an elicitation instead of being played."""
        return self._kind(game) is Elicitation

    def non_adaptive(self, game: str) -> bool:
        """Whether the matches of a game of this run depend on its design alone."""
        return self._kind(game).non_adaptive

    def seats(self, *, elicited: bool = False) -> "pd.DataFrame":
        """One row per contestant in a closed match.

        Args:
            elicited: whether elicitations are included, in which contestants are not compared.

        Returns:
            Columns match, game, repetition, cluster (the chance seed, with its wording), seat,
            contestant, payoff (points; NaN if void), void, fault (whether the match is void because
            this seat gave no legal action). A match in which an agent went on for a player is void
            too, by that seat's fault: its points are not those of the contestant.
        """
        import pandas as pd  # noqa: PLC0415 - loading it takes a while

        rows = self._db.execute(_SEATS, (PASSIVE,)).fetchall()
        unrated = {game for game in {row[1] for row in rows} if not self._kind(game).rated}
        if unrated and not elicited:
            rows = [row for row in rows if row[1] not in unrated]
        columns = ["match", "game", "repetition", "cluster", "seat", "contestant", "payoff"]
        table = pd.DataFrame(rows, columns=[*columns, "void", "fault"])
        # From the rows: the table would turn what is missing into a number.
        values = {each: float(payoff_of(each)) for each in {row[6] for row in rows} - {None}}
        points = [values.get(row[6], float("nan")) for row in rows]
        flags = {key: table[key].astype(bool) for key in ("void", "fault")}
        names = {seed: f"{seed:016x}" for seed in {row[3] for row in rows}}
        return table.assign(payoff=points, cluster=[names[row[3]] for row in rows], **flags)

    def _kind(self, game: str) -> type[Schedule]:
        return KINDS[self.manifest.design["games"][game]["schedule"]["kind"]]

    def _asked(self, game: str, deals: list[Any]) -> str:
        """The information set asked about, which chance names first; empty for a whole game."""
        return str(deals[0]) if self.elicited(game) else ""

    def require_decisions(self) -> None:
        """Refuse a run without recorded decisions.

        Raises:
            BadInput: only outcomes were recorded.
        """
        if self.manifest.record == "outcomes":
            raise BadInput(f'{self.folder} keeps outcomes only (record = "outcomes"): no decisions')

    def require_sample(self) -> None:
        """Refuse a run that holds no sample of decisions under its design.

        Raises:
            BadInput: only outcomes were recorded, or its matches are forks of others.
        """
        self.require_decisions()
        self.require_design()

    def require_design(self) -> None:
        """Refuse a run of forks, whose matches are no sample of a design.

        Raises:
            BadInput: it is one.
        """
        if self.manifest.forks:
            raise BadInput(
                f"{self.folder} holds forks of recorded matches, which are no sample of a design: "
                f"arena fork {self.folder.parent} prints their effects"
            )

    def decision_rows(
        self,
        columns: Collection[str] = COLUMNS.keys(),
        games: Collection[str] | None = None,
        contestant: str | None = None,
    ) -> Iterator[list[Row]]:
        """The rows of each closed match, as `arena.record.decisions.rows` gives them.

        Args:
            columns: requested columns; others are not computed.
            games: ids; None for all.
            contestant: of whose matches, whose rows are given alone; None for all.

        Raises:
            BadInput: only outcomes were recorded.
        """
        self.require_decisions()
        kinds = self.manifest.design["contestants"].items()
        random = {name: agents.kind(content["agent"]).random_displays for name, content in kinds}
        played = self.manifest.design["games"]
        rules = {key: self.game(key) for key in played if games is None or key in games}
        for transcript in self.matches(Selection(games, contestant)):
            decisions = rows(transcript, rules[transcript.match.game], random, columns)
            yield [row for row in decisions if contestant in (None, row["contestant"])]

    def decisions(self, chosen: Selection = EVERYTHING) -> "pd.DataFrame":
        """One row per decision of a closed match, in the order of play.

        Args:
            chosen: whose decisions in which games.

        Returns:
            The columns of `arena.record.decisions.COLUMNS`, and those that
            `arena.record.columns.DECISIONS` has beside them.

        Raises:
            BadInput: only outcomes were recorded.
        """
        import pandas as pd  # noqa: PLC0415 - loading it takes a while

        every = [*chain(*self.decision_rows(games=chosen.games, contestant=chosen.contestant))]
        where, values = chosen.of("d")
        query = f"SELECT d.match, d.number, {KNOWN} FROM decisions d {KNOWN_FROM} WHERE {where}"  # noqa: S608 - ours
        known = {(match, number): rest for match, number, *rest in self._db.execute(query, values)}
        table = pd.DataFrame(every, columns=[*COLUMNS])
        actions = pd.Series([row["action"] for row in every], dtype=object)  # words or numbers
        beside = ["verdict", "temperature", "sampling", "participant", "successor", *FACES]
        more = pd.DataFrame([known[row["match"], row["number"]] for row in every], columns=beside)
        return table.assign(action=actions, **more.astype({"temperature": float}))

    def checks(self) -> "pd.DataFrame":
        """One row per manipulation check.

        Returns:
            Columns match, game, repetition, seat, contestant, verdict, and, missing unless the
            verdict is legal: valence and arousal (from 1 to 9), emotion.
        """
        import pandas as pd  # noqa: PLC0415 - loading it takes a while

        rows = self._db.execute(
            "SELECT match, game, repetition, seat, contestant, checks.verdict, valence, arousal,"
            " emotion FROM checks JOIN seats USING (match, seat) JOIN counted ON match = id"
            " ORDER BY game, repetition, match, seat"
        ).fetchall()
        columns = ["match", "game", "repetition", "seat", "contestant", "verdict"]
        return pd.DataFrame(rows, columns=[*columns, "valence", "arousal", "emotion"])

    def openings(self) -> dict[tuple[str, int, int], str]:
        """Which words were first sent for a decision of a model, by match, seat and turn."""
        query = "SELECT match, seat, turn, messages FROM attempts WHERE number = 0"
        return {(m, seat, turn): words for m, seat, turn, words in self._db.execute(query)}

    def transcript(self, key: str, *, texts: bool) -> Transcript:
        """The record of a closed match.

        Args:
            key: its whole id.
            texts: whether to read the attempts too.
        """
        with unreadable(f"match {key} of {self.folder}"):
            return closed_match(self._db, key, self._asked, texts=texts)


def distinct(runs: Sequence[Run]) -> None:
    """Refuse one run in place of several: all in it would count twice.

    Raises:
        BadInput: two of the runs are in the same folder.
    """
    known: set[Path] = set()
    for run in runs:
        if (folder := run.folder.resolve()) in known:
            raise BadInput(f"the run in {run.folder} is named twice: name each run once")
        known.add(folder)


class _Opened(NamedTuple):
    """A run's file, open for reading.

    Attributes:
        source: the file's address.
        schema: its version.
        address: where this process reads it in the present schema: of the file, or of a copy.
        db: a connection to this address.
        manifest: of the run.
    """

    source: str
    schema: int
    address: str
    db: sqlite3.Connection
    manifest: Manifest


_SEATS = """
WITH succeeded AS (SELECT DISTINCT match, seat FROM seatings WHERE turn >= 0)
SELECT s.match, game, repetition, seed, s.seat, contestant,
    iif(s.match IN (SELECT match FROM succeeded), NULL, payoff),
    ending = 'void' OR s.match IN (SELECT match FROM succeeded),
    (ending = 'void' AND ended_by = s.seat) OR (s.match, s.seat) IN succeeded
FROM counted CROSS JOIN seats s ON s.match = id WHERE contestant != ?
ORDER BY game, repetition, s.match, s.seat
"""
"""Seats of closed matches. CROSS JOIN goes from matches to their seats, which takes less time."""


def _opened(path: Path) -> _Opened:
    """Open a run's file, or a copy in the present schema if it has another.

    SQLite makes two files beside it, which it cannot do in a folder that cannot be written. Where
    these hold nothing, the file alone is the whole run, and nobody changes it.
    """
    try:
        return _at(path, "?mode=ro")
    except sqlite3.OperationalError:
        changes = path.with_name(f"{path.name}-wal")
        if changes.exists() and changes.stat().st_size:
            raise
        return _at(path, "?mode=ro&immutable=1")


def _at(path: Path, options: str) -> _Opened:
    address = path.as_uri() + options
    db = sqlite3.connect(address, uri=True)
    try:
        if (schema := read_schema(db, path)) == SCHEMA:
            return _Opened(address, schema, address, db, read_manifest(db, path))
        migrated = migrated_copy(path, address, schema)
    except (sqlite3.DatabaseError, BadInput):
        db.close()
        raise
    db.close()
    return _Opened(address, schema, *migrated)
