"""How a table of somebody else's decisions is to be read: the file MAP.toml of `arena import`."""

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
    """The contestant, who decided."""
    match: str = Field(min_length=1)
    """Rows of one match have the same."""
    action: str = Field(min_length=1)
    """The decision; a blank one was lost."""
    unit: str = ""
    """The independent unit, such as a person or a session; the match if left out."""
    game: str = ""
    """Which of the games it is, by what their `is` says; not needed for one game."""
    seat: str = ""
    """Of who decided: a role of the game, or its number from 0; the first if left out."""
    round: str = ""
    """Number of the round; the order of rows in the file if left out."""
    payoff: str = ""
    """Points of the round, or of a game played once; checked if stated."""
    other: str = ""
    """The other player, where the table has no rows of its own for it."""
    emotion: str = ""
    """The induced emotion, placebo, or none."""
    cause: str = ""
    """Of what was induced: simple, coplayer or external."""


class ImportedGame(BaseModel):
    """A game of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Which game, as `arena list games` names it."""
    id: str = ""
    """Its id in tables; its name if left out."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Its parameters; `rounds` or `continuation` repeat it."""
    is_: str = Field("", alias="is")
    """The value of `columns.game` in the rows of this game."""
    actions: dict[str, str] = Field(default_factory=dict)
    """The game's actions by what the table calls them; those that are left out are called alike."""
    seats: dict[str, str] = Field(default_factory=dict)
    """The game's roles by what the table calls seats."""


class ImportMap(BaseModel):
    """The file as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    """Of the run."""
    source: str = Field(min_length=1)
    """Where the decisions come from: a citation."""
    people: bool = True
    """Whether people decided; otherwise models. Those who sit opposite without rows are models."""
    otree: str = ""
    """Name of the app, if the table is oTree's wide one: its rounds become rows."""
    columns: Columns
    """The parts of a row."""
    games: tuple[ImportedGame, ...] = Field(min_length=1)
    """The games of the table."""

    @classmethod
    def read(cls, path: Path) -> "ImportMap":
        """The map in a file.

        Raises:
            BadInput: the file is missing, no TOML, or its content cannot be.
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
        """The games, by what tables call them.

        Raises:
            BadInput: there is no such game, or a parameter cannot be.
        """
        return {each.id or each.name: games.load(each.name, each.params) for each in self.games}

    @property
    def templates(self) -> dict[str, str]:
        """The texts of the columns that are used, by field."""
        return {key: text for key, text in self.columns.model_dump().items() if text}


def filled(template: str, row: Mapping[str, str]) -> str:
    """A text with the values of a row in the places of its columns."""
    return _COLUMN.sub(lambda column: row[column[1]], template).strip()


def check_columns(import_map: ImportMap, known: list[str], where: str) -> None:
    """Refuse a map that speaks of columns the table does not have.

    Raises:
        BadInput: it does; the message names the nearest column.
    """
    for field, template in import_map.templates.items():
        for column in _COLUMN.findall(template):
            if column not in known:
                raise unknown(f"column of {where} (columns.{field})", column, known)
