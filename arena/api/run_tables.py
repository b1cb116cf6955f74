"""`RunTables`: a recorded run as DataFrames, and its transcripts."""

from os import PathLike
from pathlib import Path
from typing import Self

import pandas as pd

from arena.analysis.remarks import remarks
from arena.api.frames import typed
from arena.api.pages import Table, page, paragraphs
from arena.api.transcripts import Transcript
from arena.design.tournament import Tournament
from arena.record import columns, people_tables, tables
from arena.record import run as record
from arena.record.selection import Selection


class RunTables:
    """A recorded run: tables and transcripts.

    Args:
        folder: the run's folder.

        robots: whether matches of scripted participants are included.

    Raises:
        BadInput: there is no run, or its file cannot be read.

    Attributes:
        record: the underlying record; not part of the stable interface.
    """

    def __init__(self, folder: str | PathLike[str], *, robots: bool = False) -> None:
        self.record = record.Run(Path(folder), robots=robots)

    @property
    def folder(self) -> Path:
        """Folder of the run."""
        return self.record.folder

    @property
    def name(self) -> str:
        """Name of the tournament."""
        return self.record.manifest.name

    @property
    def tournament(self) -> Tournament:
        """Design of the run.

        Raises:
            BadInput: the design is missing from the record, or this program cannot play it.
        """
        return self.record.tournament

    @property
    def planned(self) -> int:
        """Number of matches of the design."""
        return self.record.planned

    @property
    def counts(self) -> dict[str, int]:
        """Number of closed matches by ending: completed, void."""
        return self.record.counts

    def close(self) -> None:
        """Close the file."""
        self.record.close()

    def __enter__(self) -> Self:
        """The run itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def __repr__(self) -> str:
        """Representation in one line."""
        return f"<Run {self.name} in {self.folder}: {self._about()}>"

    def _repr_html_(self) -> str:
        query = (
            "SELECT game, count(*), sum(ending = 'void'), max(repetition) + 1"
            " FROM counted GROUP BY game"
        )
        rows = self.record.rows(query).fetchall()
        return page(
            f"Run {self.name}",
            f"{self._about()}; design {self.record.manifest.design_hash}",
            Table(("game", "closed matches", "void", "blocks"), rows),
            paragraphs(remarks([self.record])),
        )

    def _about(self) -> str:
        counts = self.counts
        closed = sum(counts.values())
        return f"{closed} of {self.planned} matches closed, {counts.get('void', 0)} void"

    def matches(self, *, game: str | None = None, contestant: str | None = None) -> pd.DataFrame:
        """One row per seat of a closed match.

        Args:
            game: id of a game; all if not given.
            contestant: contestant of the seats; all if not given.

        Returns:
            The columns of `arena.columns("matches")`.

        Raises:
            BadInput: there is no such game or contestant.
        """
        rows = tables.matches(self.record, self._chosen(game, contestant), superseded=False)
        return typed(list(rows), columns.kinds("matches"))

    def attempts(self, *, game: str | None = None, contestant: str | None = None) -> pd.DataFrame:
        """One row per attempt to get an answer from a model, with its cost.

        Args:
            game: id of a game; all if not given.
            contestant: contestant of the attempts; all if not given.

        Returns:
            The columns of `arena.columns("attempts")`. Without rows if no texts were recorded.

        Raises:
            BadInput: there is no such game or contestant.
        """
        rows = tables.attempts(self.record, self._chosen(game, contestant))
        return typed(list(rows), columns.kinds("attempts"))

    def decisions(self, *, game: str | None = None, contestant: str | None = None) -> pd.DataFrame:
        """One row per decision of a closed match, in the order of play, with its situation.

        Args:
            game: id of a game; all if not given.
            contestant: contestant of the decisions; all if not given.

        Returns:
            The columns of `arena.columns("decisions")`.

        Raises:
            BadInput: there is no such game or contestant, or only outcomes were recorded.
        """
        return _typed(self.record.decisions(self._chosen(game, contestant)), "decisions")

    def opinions(self, *, game: str | None = None, contestant: str | None = None) -> pd.DataFrame:
        """One row per answer of a part of a composite agent, such as a proposal in a council.

        Args:
            game: id of a game; all if not given.
            contestant: contestant of the decisions; all if not given.

        Returns:
            The columns of `arena.columns("opinions")`. Without rows if no such agent has decided.

        Raises:
            BadInput: there is no such game or contestant.
        """
        rows = tables.opinions(self.record, self._chosen(game, contestant))
        return typed(list(rows), columns.kinds("opinions"))

    def checks(self) -> pd.DataFrame:
        """One row per manipulation check.

        Returns:
            The columns of `arena.columns("checks")`.
        """
        return _typed(self.record.checks(), "checks")

    def participants(self) -> pd.DataFrame:
        """One row per participant of a lab; without rows if there are none.

        Returns:
            The columns of `arena.columns("participants")`. Ids of a recruiting service are left
            out; `export` writes them on request.

        Raises:
            BadInput: a row is damaged.
        """
        return typed(list(people_tables.people(self.record)), columns.kinds("participants"))

    def transcript(self, match: str) -> Transcript:
        """One match, with all its attempts.

        Args:
            match: id of the match, or a prefix of it.

        Raises:
            BadInput: no match, or more than one, has this prefix.
        """
        transcript = self.record.match(match)
        return Transcript.of(transcript, self.record.game(transcript.match.game))

    def _chosen(self, game: str | None, contestant: str | None) -> Selection:
        return Selection.checked(self.record.manifest.design, game, contestant)


def _typed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    kinds = columns.kinds(name)
    return typed(table[list(kinds)].astype(object).to_numpy().tolist(), kinds)
