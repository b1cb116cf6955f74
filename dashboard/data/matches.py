"""Matches by filter, in SQL limited to one page of rows."""

import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from dashboard.data import runs as data

PAGE = 50
"""Rows per page."""


@dataclass(frozen=True)
class Filter:
    """Filter of matches; an empty value matches any.

    Args:
        game: id of the game.
        contestant: a participant of the match.
        opponent: another participant.
        ending: completed or void.
        verdict: verdict on an attempt of the contestant, or of any player.
        felt: emotion reported by the contestant, or by any player.
        shown: emotion shown by the same player with the same move.
        words: text within a reply of the contestant, or of any player; small and capital letters of
            English count as equal.
    """

    game: str = ""
    contestant: str = ""
    opponent: str = ""
    ending: str = ""
    verdict: str = ""
    felt: str = ""
    shown: str = ""
    words: str = ""

    @property
    def stated(self) -> dict[str, str]:
        """The conditions that are set, in the form of an address."""
        return {key: value for key, value in asdict(self).items() if value}

    def sql(self) -> tuple[str, list[str]]:
        """A condition on `counted m`, and its values."""
        parts = ["TRUE"]
        values: list[str] = []
        for key in ("game", "ending"):
            if value := getattr(self, key):
                parts.append(f"m.{key} = ?")
                values.append(value)
        if self.opponent and self.contestant:
            parts.append(_OPPOSED)
            values += [self.contestant, self.opponent]
        elif name := self.contestant or self.opponent:
            parts.append("m.id IN (SELECT match FROM seats WHERE contestant = ?)")
            values.append(name)
        if self.verdict:
            self._some("attempts", {"x.verdict = ?": self.verdict}, parts, values)
        if affect := {f"x.{k} = ?": v for k in ("felt", "shown") if (v := getattr(self, k))}:
            self._some("decisions", affect, parts, values)
        if self.words:
            self._some("attempts", {_SAID: f"%{_literal(self.words)}%"}, parts, values)
        return " AND ".join(parts), values

    def _some(
        self, table: str, wanted: dict[str, str], parts: list[str], values: list[str]
    ) -> None:
        """Add the condition that a row x of a table, of one seat if given, meets conditions."""
        where = " AND ".join(wanted)
        values += wanted.values()
        whose = ""
        if self.contestant:
            whose = " JOIN seats s ON s.match = x.match AND s.seat = x.seat AND s.contestant = ?"
            values.insert(len(values) - len(wanted), self.contestant)
        parts.append(f"m.id IN (SELECT x.match FROM {table} x{whose} WHERE {where})")  # noqa: S608


_OPPOSED = (
    "m.id IN (SELECT a.match FROM seats a JOIN seats b ON a.match = b.match AND a.seat <> b.seat"
    " WHERE a.contestant = ? AND b.contestant = ?)"
)

_SAID = r"x.reply IN (SELECT hash FROM texts WHERE text LIKE ? ESCAPE '\')"

FIELDS = tuple(field.name for field in fields(Filter))
"""Names of a filter's fields, as in an address."""
CHOSEN = tuple(name for name in FIELDS if name != "words")
"""Those that have a list of values."""

_CHOICES = {
    "game": "SELECT DISTINCT game FROM matches ORDER BY 1",
    "contestant": "SELECT DISTINCT contestant FROM seats ORDER BY 1",
    "ending": "SELECT DISTINCT ending FROM matches ORDER BY 1",
    "verdict": "SELECT DISTINCT verdict FROM attempts ORDER BY 1",
}
_AFFECTS = "SELECT DISTINCT felt, shown FROM decisions WHERE felt IS NOT NULL"


def choices(folder: Path) -> dict[str, list[str]]:
    """Values of the filters in a run."""
    values = {key: data.table(folder, query).iloc[:, 0].tolist() for key, query in _CHOICES.items()}
    affects = data.table(folder, _AFFECTS)
    values |= {key: sorted(affects[key].dropna().unique()) for key in ("felt", "shown")}
    return {**values, "opponent": values["contestant"]}


def count(folder: Path, wanted: Filter) -> int:
    """Number of matches that pass the filter."""
    return len(_places(folder, wanted))


def page(folder: Path, wanted: Filter, number: int) -> pd.DataFrame:
    """A page of matches, latest first.

    Args:
        folder: folder of the run.
        wanted: the filter.
        number: number of the page, from 0.

    Returns:
        Columns match, game, repetition, contestants, payoffs (points, in seat order), ending,
        verdict (of a void match), decisions, cost (US dollars), closed (UTC).
    """
    places = _places(folder, wanted)["place"].tolist()[PAGE * number : PAGE * (number + 1)]
    marks = ", ".join("?" * len(places))
    query = f"""
        SELECT m.id AS match, m.game, m.repetition,
            (SELECT group_concat(contestant, ' v ') FROM
                (SELECT contestant FROM seats WHERE match = m.id ORDER BY seat)) AS contestants,
            (SELECT group_concat(coalesce(payoff, '–'), ' : ') FROM
                (SELECT payoff FROM seats WHERE match = m.id ORDER BY seat)) AS payoffs,
            m.ending, m.verdict,
            (SELECT count(*) FROM decisions WHERE match = m.id) AS decisions,
            (SELECT total(cost) FROM attempts WHERE match = m.id) AS cost, m.closed
        FROM counted m WHERE m.place IN ({marks}) ORDER BY m.place DESC
    """  # noqa: S608 - values are bound
    return data.table(folder, query, *places)


def beside(folder: Path, wanted: Filter, match: str) -> tuple[str | None, str | None]:
    """The neighbours of a match in the list of matches that pass a filter.

    Args:
        folder: folder of the run.
        wanted: the filter.
        match: id of the match, which need not pass.

    Returns:
        The ids of the match above it and of the match below it; None at an end of the list.
    """
    where, values = wanted.sql()
    found = (
        data.table(folder, _BESIDE.format(where=where, than=than, order=order), *values, match)
        for than, order in ((">", "ASC"), ("<", "DESC"))
    )
    above, below = (None if rows.empty else str(rows["id"].iloc[0]) for rows in found)
    return above, below


_BESIDE = """
    SELECT m.id FROM counted m
    WHERE {where} AND m.place {than} (SELECT place FROM counted WHERE id = ?)
    ORDER BY m.place {order} LIMIT 1
"""


def _literal(words: str) -> str:
    """Words as a pattern of LIKE that matches nothing else."""
    return re.sub(r"([\\%_])", r"\\\1", words)


def _places(folder: Path, wanted: Filter) -> pd.DataFrame:
    """Row numbers of the filtered matches in their table, latest first."""
    where, values = wanted.sql()
    query = f"SELECT m.place FROM counted m WHERE {where} ORDER BY m.place DESC"  # noqa: S608
    return data.table(folder, query, *values)
