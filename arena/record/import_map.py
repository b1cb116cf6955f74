"""Mapping of a foreign table of decisions to a run: the file MAP.toml of `arena import`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

import games
from agents.core.parse import parse
from games import BadInput, Game
from games.core import toml
from games.core.errors import unknown

_COLUMN = re.compile(r"\{([^{}]+)\}")


class Columns(BaseModel):
    """The parts of a row, as texts in which `{column}` stands for the row's value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str = Field(min_length=1)
    """The contestant that decided."""
    match: str = Field(min_length=1)
    """Match; equal in all rows of a match."""
    action: str = Field(min_length=1)
    """The decision; a blank one counts as lost."""
    unit: str = ""
    """The independent unit, such as a person or a session; the match if left out."""
    game: str = ""
    """Game, by the value in the game's `is`; not needed for a single game."""
    seat: str = ""
    """Seat of the decider: a role of the game, or its number from 0; the first if left out."""
    round: str = ""
    """Number of the round; the order of rows in the file if left out."""
    payoff: str = ""
    """Points of the round, or of a game played once; checked if stated."""
    other: str = ""
    """The other player, if the table has no rows for it."""
    emotion: str = ""
    """The induced emotion, placebo, or none."""
    cause: str = ""
    """Cause of the induction: simple, coplayer or external."""


class ImportedGame(BaseModel):
    """A game of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Name of the game, as in `arena list games`."""
    id: str = ""
    """Id of the game in tables; its name if left out."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the game; `rounds` or `continuation` repeat it."""
    is_: str = Field("", alias="is")
    """The value of `columns.game` in the rows of this game."""
    actions: dict[str, str] = Field(default_factory=dict)
    """The game's actions by their names in the table; actions left out have the same name."""
    seats: dict[str, str] = Field(default_factory=dict)
    """The game's roles by the table's names of seats."""


class ImportMap(BaseModel):
    """Content of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    """Name of the run."""
    source: str = Field(min_length=1)
    """Source of the decisions: a citation."""
    people: bool = True
    """Whether people decided; otherwise models. Opponents without rows are models."""
    otree: str = ""
    """Name of the app, if the table is oTree's wide export: its rounds become rows."""
    columns: Columns
    """The parts of a row."""
    games: tuple[ImportedGame, ...] = Field(min_length=1)
    """The games of the table."""

    @classmethod
    def read(cls, path: Path) -> "ImportMap":
        """The map in a file.

        Raises:
            BadInput: the file is missing, is not TOML, or its content is invalid.
        """
        try:
            data, _ = toml.read(path)
        except FileNotFoundError:
            raise BadInput(f"there is no file {path}") from None
        import_map = parse(cls, data, str(path))
        keys = [entry.id or entry.name for entry in import_map.games]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise BadInput(f"{path}: games: {twice!r} is named twice: give one of them an id")
        if len(keys) > 1 and not import_map.columns.game:
            raise BadInput(f"{path}: columns.game must say which of the {len(keys)} games a row is")
        return import_map

    def rules(self) -> dict[str, Game[Any]]:
        """The games, by id.

        Raises:
            BadInput: there is no such game, or a parameter is invalid.
        """
        return {each.id or each.name: games.load(each.name, each.params) for each in self.games}

    @property
    def templates(self) -> dict[str, str]:
        """The texts of the used columns, by field."""
        return {key: text for key, text in self.columns.model_dump().items() if text}


def filled(template: str, row: Mapping[str, str]) -> str:
    """A text with the values of a row in place of its columns."""
    return _COLUMN.sub(lambda column: row[column[1]], template).strip()


def check_columns(import_map: ImportMap, known: list[str], where: str) -> None:
    """Refuse a map with columns that the table lacks.

    Raises:
        BadInput: a column is missing; the message names the nearest one.
    """
    for field, template in import_map.templates.items():
        for column in _COLUMN.findall(template):
            if column not in known:
                raise unknown(f"column of {where} (columns.{field})", column, known)
