"""The rows of a tournament file: contestants and games, each with its lists expanded."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

import agents
import games
from agents import AgentSpec
from agents.core.parse import parse
from arena.core.types import PASSIVE
from arena.design.expand import Row, Shape, Variant, expand, shape_of, shape_of_rules
from arena.design.pairing import Schedule
from arena.design.schedules import KINDS
from arena.design.toml_lines import Lines
from games import BadInput
from games.core.errors import unknown

NAME = r"^[A-Za-z0-9][A-Za-z0-9 .'_+-]*$"
"""Pattern of names of tournaments and games, which also name tables and folders."""

_GAME = rf"^([a-z0-9_]+:)?{NAME.removeprefix('^')}"
"""Prefix before a colon: the library of the game."""


MOST = 1_000
"""Largest number of contestants of a tournament, and of games."""


class GameEntry(BaseModel):
    """One game of a tournament."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Name of the game, as in `arena list games`."""
    id: str = Field("", pattern=rf"{_GAME}|^$")
    """Id of the game in tables; the game's name if left out."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the game; `rounds` or `continuation` repeat it, `talk` and `advice` put
    messages before it."""
    repetitions: int | None = Field(None, ge=1)
    """Number of blocks of conditions, if not the tournament's."""
    contestants: tuple[str, ...] | None = None
    """Names of the game's contestants; None means all. The name of a row with lists means all its
    variants."""
    schedule: dict[str, Any] | None = None
    """Schedule of the game, if not the tournament's."""


class Contestants:
    """All contestants, by name.

    Args:
        rows: rows of the file.
        source: name of the file for error messages.
        lines: lines of its tables.
        vocabulary: emotions that can be reported and shown, for rows without their own.

    Raises:
        BadInput: a row is invalid, or a name is given twice.

    Attributes:
        specs: kind of agent and parameters, by name.
    """

    def __init__(
        self, rows: Iterable[Row], source: str, lines: Lines, vocabulary: tuple[str, ...]
    ) -> None:
        self._vocabulary = vocabulary
        self.specs: dict[str, tuple[str, AgentSpec]] = {}
        self._groups: dict[str, tuple[str, ...]] = {}
        for index, row in enumerate(rows):
            where = (
                f"contestant {_called(row, index)} of {source}{lines.where('contestants', index)}"
            )
            names = [self._enter(v, where, source) for v in expand(row, _agent_shape, where)]
            if len(self.specs) > MOST:
                raise _too_many("contestants", source)
            stated = row.get("name")
            if isinstance(stated, str) and names != [stated]:
                self._groups[stated] = (*self._groups.get(stated, ()), *names)
        for name in self._groups.keys() & self.specs.keys():
            raise BadInput(f"{source}: {name!r} names both a contestant and a row with lists")

    def named(self, names: Iterable[str], where: str, *, copies: bool = False) -> tuple[str, ...]:
        """Contestants with these names, including all variants of rows with lists.

        Args:
            names: names of contestants or rows.
            where: name of the place in the user's file, for error messages.
            copies: whether names may recur.

        Raises:
            BadInput: a name is unknown, or a contestant is listed twice.
        """
        contestants: list[str] = []
        for name in names:
            if name not in self.specs and name not in self._groups:
                known = (*self.specs, *self._groups)
                raise unknown(f"contestant of {where}", name, known)
            contestants += self._groups.get(name, (name,))
        if not copies and len(set(contestants)) < len(contestants):
            raise BadInput(f"{where}: a contestant is listed twice")
        return tuple(contestants)

    def _enter(self, variant: Variant, where: str, source: str) -> str:
        params = dict(variant.row)
        kind, stated = params.pop("agent", None), params.pop("name", None)
        if not isinstance(kind, str) or not isinstance(stated, str | None):
            raise BadInput(f"{where} needs agent = one of {', '.join(agents.available())}")
        telling = {"agent", "model"} & set(variant.varied)  # such a name needs no prefix
        base = stated if stated is not None else "" if telling else kind
        name = " ".join(filter(None, (base, variant.label)))
        if not name or name == PASSIVE:
            raise BadInput(f"{where}: nobody can be called {name!r}")
        if name in self.specs:
            raise BadInput(f"{source}: two contestants are called {name!r}; give each a name")
        if offered := agents.kind(kind).offered:
            params.setdefault(offered, self._vocabulary)
        self.specs[name] = (kind, agents.load(kind, params, where))
        return name


def game_entries(rows: Iterable[Row], source: str, lines: Lines) -> dict[str, GameEntry]:
    """The games of a tournament by their ids.

    Raises:
        BadInput: a row is invalid, or an id is given twice.
    """
    entries: dict[str, GameEntry] = {}
    for index, row in enumerate(rows):
        where = f"game {_called(row, index)} of {source}{lines.where('games', index)}"
        for variant in expand(row, _game_shape, where):
            entry = parse(GameEntry, variant.row, where)
            base = entry.id or ("" if "name" in variant.varied else entry.name)
            key = " ".join(filter(None, (base, variant.label)))
            if key in entries:
                raise BadInput(f"{source}: two games are called {key!r}; give each an id")
            entries[key] = parse(GameEntry, {**variant.row, "id": key}, where)
            if len(entries) > MOST:
                raise _too_many("games", source)
    return entries


def _too_many(what: str, source: str) -> BadInput:
    return BadInput(f"{source} has too many {what}: at most {MOST:,}, those of lists included")


def schedule_of(row: Mapping[str, Any], where: str) -> Schedule:
    """The schedule in a table.

    Raises:
        BadInput: its kind is missing or unknown, or its other keys are invalid.
    """
    kind = row.get("kind")
    if kind is None:
        raise BadInput(f"{where} needs kind = one of {', '.join(KINDS)}")
    if not isinstance(kind, str) or kind not in KINDS:
        raise unknown(f"kind of {where}", kind, KINDS)
    return parse(KINDS[kind], row, where)


def _agent_shape(row: Row) -> Shape:
    """Shape of a contestant's row, which depends on the kind of agent."""
    kind = row.get("agent")
    own = shape_of(agents.kind(kind)) if isinstance(kind, str) else {}
    return {"agent": True, **own}


def _game_shape(row: Row) -> Shape:
    """Shape of a game's row: lists vary its name and its parameters."""
    name = row.get("name")
    own = shape_of_rules(games.rules(name)) if isinstance(name, str) else {}
    return {"name": True, "params": own}


def _called(row: Row, index: int) -> str:
    """Designation of a row in an error: its name, or its number."""
    for key in ("id", "name", "agent"):
        if isinstance(row.get(key), str):
            return repr(row[key])
    return str(index + 1)
