"""`Selection`: which matches and whose rows are read, as conditions of SQL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from games.core.errors import unknown


@dataclass(frozen=True)
class Selection:
    """Which rows of a run are read.

    Args:
        games: ids; None for all.
        contestant: whose rows; None for all.
    """

    games: Collection[str] | None = None
    contestant: str | None = None

    @classmethod
    def checked(
        cls, design: Mapping[str, Any], game: str | None, contestant: str | None
    ) -> "Selection":
        """A selection by names of the design.

        Raises:
            BadInput: there is no such game or contestant.
        """
        if game is not None and game not in design["games"]:
            raise unknown("game of this run", game, design["games"])
        if contestant is not None and contestant not in design["contestants"]:
            raise unknown("contestant of this run", contestant, design["contestants"])
        return cls(None if game is None else (game,), contestant)

    @property
    def matches(self) -> tuple[str, list[str]]:
        """A condition on `id` and `game` of a match, and its values."""
        parts, values = ["1"], list(self.games or ())
        if self.games is not None:
            parts.append(f"game IN ({', '.join('?' * len(self.games))})")
        if self.contestant is not None:
            parts.append("id IN (SELECT match FROM seats WHERE contestant = ?)")
            values.append(self.contestant)
        return " AND ".join(parts), values

    def of(self, rows: str) -> tuple[str, list[str]]:
        """A condition on rows that name a match and a seat, and its values.

        Matches of scripted participants are left out, unless the run is opened with them.

        Args:
            rows: what SQL calls these rows.
        """
        parts = [f"{rows}.match NOT IN (SELECT match FROM robotic)"]  # noqa: S608 - ours
        values: list[str] = []
        if self != EVERYTHING:
            where, values = self.matches
            parts.append(f"{rows}.match IN (SELECT id FROM matches WHERE {where})")  # noqa: S608 - ours
        if self.contestant is not None:
            parts.append(
                f"({rows}.match, {rows}.seat) IN"  # noqa: S608 - our own words
                " (SELECT match, seat FROM seats WHERE contestant = ?)"
            )
            values = [*values, self.contestant]
        return " AND ".join(parts), values


EVERYTHING = Selection()
