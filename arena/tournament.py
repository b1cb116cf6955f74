"""A tournament as a TOML file states it: contestants, games, seed."""

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

import agents
import games
from agents import AgentSpec
from agents.core.spec import parse
from arena.limits import Limits, Price
from arena.records import digest
from games import BadInput, Game
from games.core.errors import unknown

_NAME = r"^[A-Za-z0-9][A-Za-z0-9 .'_+-]*$"


M = TypeVar("M", bound=BaseModel)


class GameEntry(BaseModel):
    """One game of a tournament."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Which game, as `arena list games` names it."""
    id: str = Field("", pattern=rf"{_NAME}|^$")
    """What tables call it; the game's name if left out."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the game; `rounds` or `continuation` repeat it."""
    repetitions: int | None = Field(None, ge=1)
    """Blocks of conditions, if not the tournament's number."""
    contestants: tuple[str, ...] | None = None
    """Names of those who play it; None means all."""


class _File(BaseModel):
    """The file as it is written; contestants are checked by their own kind of agent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=_NAME)
    seed: int = 0
    repetitions: int = Field(1, ge=1)
    concurrency: int = Field(4, ge=1)
    deadline: float = Field(3600, gt=0)
    """Seconds that the calls of one match may take together. Not part of the design."""
    record: Literal["full", "decisions", "outcomes"] = "full"
    games: tuple[GameEntry, ...] = Field(min_length=1)
    contestants: tuple[dict[str, Any], ...] = Field(min_length=1)
    limits: dict[str, Limits] = Field(default_factory=dict)
    prices: dict[str, Price] = Field(default_factory=dict)


class Tournament:
    """A checked design.

    Args:
        data: the file's content.

    Raises:
        BadInput: something in it cannot be; the message names the key.
    """

    def __init__(self, data: dict[str, Any], source: str = "tournament") -> None:
        self.data = data
        """The content as it was written."""
        file = parse(_File, data, source)
        self.name = file.name
        self.seed = file.seed
        self.concurrency = file.concurrency
        """Calls in flight at the same time, per model. Not part of the design."""
        self.deadline = file.deadline
        """Seconds that the calls of one match may take together. Not part of the design."""
        self.record = file.record
        """What is kept of a match: full, or outcomes: its payoffs alone. Not part of the design."""
        self.contestants = _contestants(file.contestants, source)
        self.limits = _about_models("limits", file.limits, self.models, source)
        """How fast models may be asked, by their names. Not part of the design."""
        self.prices = _about_models("prices", file.prices, self.models, source)
        """What models charge, where the file states it. Not part of the design."""
        self.entries = _entries(file, source)
        self.games: dict[str, Game[Any]] = {
            key: games.load(entry.name, entry.params) for key, entry in self.entries.items()
        }
        for key, entry in self.entries.items():
            self._check(key, entry, source)

    @classmethod
    def read(cls, path: Path) -> "Tournament":
        """The tournament in a file.

        Raises:
            BadInput: the file is missing, unreadable, no TOML, or its content cannot be.
        """
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
        except FileNotFoundError:
            known = ", ".join(shipped())
            raise BadInput(f"there is no tournament file {path} (shipped: {known})") from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{path} cannot be read: {error}") from None
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"{path} is not valid TOML: {error}") from None

    @cached_property
    def content(self) -> dict[str, Any]:
        """All that decides what is played, as plain JSON with every default written out."""
        return {
            "seed": self.seed,
            "games": {
                key: {
                    **games.identity(self.games[key]),
                    "repetitions": entry.repetitions,
                    "contestants": dict.fromkeys(entry.contestants or (), True),
                }
                for key, entry in self.entries.items()
            },
            "contestants": {name: self.identity(name) for name in self.contestants},
        }

    @property
    def hash(self) -> str:
        """Hash of the content: the design's name for preregistration."""
        return digest(self.content)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that contestants need, in order of appearance."""
        needs = (spec.needs() for _, spec in self.contestants.values())
        return tuple(dict.fromkeys(need.model for need in needs if need is not None))

    def identity(self, contestant: str) -> dict[str, Any]:
        """What makes a contestant who it is, as plain JSON."""
        kind, spec = self.contestants[contestant]
        return {"agent": kind, **spec.content()}

    def _check(self, key: str, entry: GameEntry, source: str) -> None:
        names = entry.contestants or ()
        for name in names:
            if name not in self.contestants:
                raise unknown(f"contestant of game {key} in {source}", name, self.contestants)
            try:
                self.contestants[name][1].check(self.games[key])
            except BadInput as error:
                raise BadInput(
                    f"{source}: game {key}: {error}; contestant {name!r} cannot take part: "
                    "list the game's contestants without it"
                ) from None
        if len(set(names)) < len(names):
            raise BadInput(f"{source}: game {key}: a contestant is listed twice")
        if len(names) < (seats := len(self.games[key].roles)):
            raise BadInput(f"{source}: game {key} needs at least {seats} contestants")


def shipped() -> dict[str, Path]:
    """The tournaments that ship with the program, by name."""
    folder = Path(__file__).parent / "tournaments"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def _contestants(rows: tuple[dict[str, Any], ...], source: str) -> dict[str, tuple[str, AgentSpec]]:
    found: dict[str, tuple[str, AgentSpec]] = {}
    for number, row in enumerate(rows, start=1):
        params = dict(row)
        kind = params.pop("agent", None)
        name = params.pop("name", kind)
        if not isinstance(kind, str) or not isinstance(name, str):
            raise BadInput(f"{source}: contestant {number} needs agent = one of {_kinds()}")
        if name in found:
            raise BadInput(f"{source}: two contestants are called {name!r}; give each a name")
        found[name] = (kind, agents.load(kind, params, f"contestant {name!r} of {source}"))
    return found


def _entries(file: _File, source: str) -> dict[str, GameEntry]:
    found: dict[str, GameEntry] = {}
    everybody = tuple(str(row.get("name", row.get("agent"))) for row in file.contestants)
    for entry in file.games:
        key = entry.id or entry.name
        if key in found:
            raise BadInput(f"{source}: two games are called {key!r}; give each an id")
        found[key] = entry.model_copy(
            update={
                "id": key,
                "repetitions": entry.repetitions or file.repetitions,
                "contestants": everybody if entry.contestants is None else entry.contestants,
            }
        )
    return found


def _about_models(
    key: str, stated: dict[str, M], models: tuple[str, ...], source: str
) -> dict[str, M]:
    """What the file states about models, each of which must be one that somebody needs."""
    for name in stated:
        if name not in models:
            raise unknown(f"model in {source}: {key}", name, models)
    return stated


def _kinds() -> str:
    return ", ".join(agents.available())
