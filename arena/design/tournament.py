"""A tournament in a TOML file: contestants, games, seed."""

from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

import games
from agents import AgentSpec
from agents.core.models.model import ModelSpec
from agents.core.models.person import PERSON
from agents.core.models.price import Price
from agents.core.models.steering import Steering
from agents.core.parse import parse
from agents.core.strategies.passive import Passive
from arena.core.types import PASSIVE, Match, digest
from arena.design.analysis import ANALYSIS, QUESTION, Analysis
from arena.design.human_figures import with_baselines
from arena.design.lab import LAB, Lab
from arena.design.lab_check import check_lab
from arena.design.limits import Limits
from arena.design.no_secrets import refuse_secrets
from arena.design.pairing import Schedule
from arena.design.rows import NAME, Contestants, GameEntry, game_entries, schedule_of
from arena.design.schedules import Elicitation, Panel, usual
from arena.design.steering import with_vectors
from arena.design.toml_lines import Lines
from games import BadInput, Game
from games.core import plugins, toml
from games.core.audience import has_audience
from games.core.elicited import Elicited
from games.core.errors import Named, unknown
from games.core.types import Player
from prompts import VOCABULARY, Vocabulary

M = TypeVar("M", bound=BaseModel)

MATCHES = 1_000_000
"""Largest number of matches of one repetition of all games; checked before play."""


class TournamentFile(BaseModel):
    """Content of the file; contestants, games and schedules are checked by their kinds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    """Name of the tournament and of the run's folder."""
    question: str = Field("", max_length=1000)
    """The question that the design is to answer, in a sentence or two. It is part of the design's
    hash. Matches do not depend on it."""
    seed: int = 0
    """Seed of all random choices."""
    repetitions: int = Field(1, ge=1)
    """Number of blocks of conditions; every pairing plays once in each block."""
    concurrency: int = Field(4, ge=1)
    """Calls in flight at the same time, per model. Not part of the design."""
    schedule: dict[str, Any] | None = None
    """Schedule of all games without their own."""
    games: tuple[dict[str, Any], ...] = Field(min_length=1)
    """Games; one row for each game, or rows with lists for several."""
    deadline: float = Field(3600, gt=0)
    """Total duration of the calls of one match, in seconds. Not part of the design."""
    order: Literal["drawn", "fixed"] = "drawn"
    """Whether the order of options, payoff rows and emotion words is drawn for each block."""
    vocabulary: Vocabulary = VOCABULARY
    """Emotions that can be reported and shown. Each block draws an order of them, starting from
    this one."""
    record: Literal["full", "decisions", "outcomes"] = "full"
    """Level of detail of the record: full; decisions, without texts; or outcomes, payoffs only."""
    contestants: tuple[dict[str, Any], ...] = Field(min_length=1)
    """Contestants; one row for each contestant, or rows with lists for several."""
    vectors: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = Field(
        default_factory=dict
    )
    """Hashes of steering vectors by model; those of the latest in the cache if left out."""
    limits: dict[str, Limits] = Field(default_factory=dict)
    """Rate limits of models, by their names. Not part of the design."""
    prices: dict[str, Price] = Field(default_factory=dict)
    """Prices of models with unknown prices. Not part of the design."""
    analysis: Analysis | None = None
    """Planned tests. Part of the design, without effect on matches."""
    lab: Lab | None = None
    """Participation of people. Their instructions and options are part of their matches."""


class Tournament:
    """A checked design.

    Args:
        data: content of the file.
        source: name of the file for error messages.
        text: text of the file, if there is one, so that errors can name its lines.

    Raises:
        BadInput: a value is invalid; the message names the key.
    """

    def __init__(self, data: dict[str, Any], source: str = "tournament", text: str = "") -> None:
        refuse_secrets(data, source)
        file = parse(TournamentFile, data, source)
        counts = {"games": len(file.games), "contestants": len(file.contestants)}
        lines = Lines(text, counts)
        self.name, self.seed, self.question = file.name, file.seed, file.question
        self.concurrency = file.concurrency
        """Calls in flight at the same time, per model. Not part of the design."""
        self.deadline = file.deadline
        """Total duration of the calls of one match, in seconds. Not part of the design."""
        self.order = file.order
        """Whether the order of options is drawn for each block, or fixed."""
        self.record = file.record
        """Level of detail of the record: full, decisions or outcomes. Not part of the design."""
        self.lab = file.lab
        """Participation of people; None if the file has no lab."""
        self._all = Contestants(file.contestants, source, lines, file.vocabulary)
        steered = with_vectors(self._all.specs, file.vectors)
        self.data = data | ({"vectors": steered.hashes} if steered.hashes else {})
        """The content in the file, with the hashes of vectors."""
        self.missing_vectors = steered.missing
        """For each model whose vectors have not been made, why, and the command that makes them."""
        self.contestants = with_baselines(steered.contestants)
        self.limits = _about_models("limits", file.limits, self.models, source)
        """Rate limits of models, by their names. Not part of the design."""
        self.prices = _about_models("prices", file.prices, self.models, source)
        """Prices stated in the file. Not part of the design."""
        self._room = MATCHES
        self.entries: dict[str, GameEntry] = {}
        self.games: dict[str, Game[Any]] = {}
        self.schedules: dict[str, Schedule] = {}
        self._known: dict[tuple[str, str, bool], AgentSpec] = {}
        for key, entry in game_entries(file.games, source, lines).items():
            self.games[key] = games.load(entry.name, entry.params)
            self._enter(key, entry, file, source)
        self.analysis = file.analysis
        """Planned tests; None if the file states none."""
        self._check_parts(source)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The tournament in a file, or a shipped one by its name.

        Args:
            path: path of the file; if there is none, a bare name such as demo.

        Raises:
            BadInput: the file is missing, unreadable, not TOML, or its content is invalid.
        """
        return cls(*read_file(path))

    @cached_property
    def content(self) -> dict[str, Any]:
        """Content that determines all matches, as plain JSON with every default written out."""
        return {
            "seed": self.seed,
            "games": {
                key: {
                    **games.identity(self.games[key]),
                    "repetitions": entry.repetitions,
                    "contestants": dict.fromkeys(entry.contestants or (), True),
                    "schedule": self.schedules[key].content(),
                }
                for key, entry in self.entries.items()
            },
            "contestants": {name: self.identity(name) for name in self.contestants},
            # A fixed order is left out, since earlier designs had it without a key. The order is
            # also left out if no contestant gets prompts.
            **({"order": "drawn"} if self.order == "drawn" and self.speaks else {}),
            **({QUESTION: self.question} if self.question else {}),
            **({} if self.analysis is None else {ANALYSIS: self.analysis.model_dump(mode="json")}),
            **({} if self.lab is None else {LAB: self.lab.content()}),
        }

    @property
    def speaks(self) -> bool:
        """Whether a contestant gets prompts or pages in words."""
        return any(spec.voice is not None for _, spec in self.contestants.values())

    @property
    def hash(self) -> str:
        """Hash of the content: the design's name for preregistration."""
        return digest(self.content)

    @property
    def steered(self) -> bool:
        """Whether vectors are added to the states of some contestant."""
        return bool(self.data.get("vectors"))

    def require_vectors(self) -> None:
        """Refuse play without vectors, since their hash is part of the matches' identity.

        Raises:
            BadInput: vectors have not been made; the message names the commands that make them.
        """
        if self.missing_vectors:
            raise BadInput("; ".join(self.missing_vectors))

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that contestants need, in order of appearance."""
        return tuple(dict.fromkeys(need.model for need in self.model_specs))

    @property
    def model_specs(self) -> list[ModelSpec]:
        """Models that contestants need, in order of appearance, each with its settings."""
        specs = (spec for _, spec in self.contestants.values())
        return [need for spec in specs for need in spec.model_specs()]

    def models_of(self, match: Match) -> frozenset[str]:
        """Names of the models that a match needs."""
        players = (self.player(name) for name in match.seats)
        return frozenset(spec.model for player in players for spec in player.model_specs())

    def steering_of(self, match: Match) -> dict[str, frozenset[Steering | None]]:
        """Vectors of a match by model, for models that are steered in some match."""
        found: dict[str, set[Steering | None]] = {}
        for spec in (spec for name in match.seats for spec in self.player(name).model_specs()):
            if spec.model in self.data.get("vectors", {}):
                found.setdefault(spec.model, set()).add(spec.steering)
        return {model: frozenset(vectors) for model, vectors in found.items()}

    @cached_property
    def people(self) -> frozenset[str]:
        """Names of the contestants who are people."""
        return frozenset(name for name, (kind, _) in self.contestants.items() if kind == PERSON)

    def identity(self, contestant: str) -> dict[str, Any]:
        """Fields that identify a contestant, as plain JSON."""
        kind, spec = self.contestants[contestant]
        told = {LAB: self.lab.told()} if self.lab is not None and kind == PERSON else {}
        return {"agent": kind, **spec.content(), **told}

    def rules(self, match: Match) -> Game[Any]:
        """Rules of a match: a game, or the question about one of its information sets."""
        game = self.games[match.game]
        return Elicited(game, match.at) if match.at else game

    def player(self, name: str) -> AgentSpec:
        """Agent with a name in the seats of a match; a passive seat never decides."""
        return Passive() if name == PASSIVE else self.contestants[name][1]

    def seated(self, match: Match) -> tuple[AgentSpec, ...]:
        """Agents of a match in seat order, each prepared for the game.

        If no opponent can act on an agent's displays, the agent is seated without displays.
        """
        return tuple(
            self._ready(match.game, name, unseen=not self.has_audience(match, seat))
            for seat, name in enumerate(match.seats)
        )

    def has_audience(self, match: Match, seat: Player) -> bool:
        """Whether an opponent sees the displays of a seat while it can still decide."""
        perceiving = [n for n, name in enumerate(match.seats) if self.player(name).perceives]
        if perceiving in ([], [seat]):
            return False
        voice = self.player(match.seats[seat]).voice
        opening = voice is not None and voice.emotion.opening
        return has_audience(self.rules(match), seat, perceiving, opening=opening)

    def _ready(self, game: str, name: str, *, unseen: bool) -> AgentSpec:
        """A contestant prepared for a game, cached; without displays if unseen."""
        key = (game, name, unseen)
        if key not in self._known:
            known = self.player(name).ready(self.games[game])
            known = known.unseen() if unseen else known
            by_face = name in self.people and self.lab is not None and self.lab.reads_faces
            self._known[key] = known.by_face() if by_face else known
        return self._known[key]

    def _check_parts(self, source: str) -> None:
        """Refuse an analysis or a lab that does not fit the design."""
        if self.analysis is not None:
            self.analysis.check(self.games, source)
        if self.lab is not None:
            check_lab(self, self.lab, source)

    def _enter(self, key: str, entry: GameEntry, file: TournamentFile, source: str) -> None:
        """Add a game after checking its schedule and its contestants."""
        game, where = self.games[key], f"game {key} in {source}"
        stated = file.schedule if entry.schedule is None else entry.schedule
        plan = usual(game) if stated is None else schedule_of(stated, f"schedule of {where}")
        if isinstance(plan, Panel):
            named = self._all.named(plan.panel, f"panel of {where}", copies=True)
            plan = plan.model_copy(update={"panel": named})
        listed = self.contestants if entry.contestants is None else entry.contestants
        names = plan.takes_part(self._all.named(listed, where))
        for name in names:
            try:
                self.contestants[name][1].check(game)
                self.contestants[name][1].check_messages(game)
            except BadInput as error:
                raise BadInput(
                    f"{source}: game {key}: {error}; contestant {name!r} cannot take part: "
                    "list the game's contestants without it"
                ) from None
        try:
            plan.check(game, names)
        except BadInput as error:
            raise BadInput(f"{source}: game {key}: {error}") from None
        if isinstance(plan, Elicitation) and file.record == "outcomes":
            raise BadInput(
                f"{source}: game {key}: an elicitation is made of decisions, and "
                'record = "outcomes" keeps none'
            )
        block = islice(plan.units(game, names, 0), self._room + 1)
        self._room -= sum(1 for _ in block)
        if self._room < 0:
            raise BadInput(
                f"{source}: game {key}: too many pairings: one repetition of all games has at most "
                f"{MATCHES:,} matches; a panel, or fewer contestants, makes fewer"
            )
        self.schedules[key] = plan
        self.entries[key] = entry.model_copy(
            update={"repetitions": entry.repetitions or file.repetitions, "contestants": names}
        )


class DesignFile(NamedTuple):
    """A tournament file.

    Attributes:
        data: content of the file.
        source: path of the file.
        text: text of the file.
    """

    data: dict[str, Any]
    source: str
    text: str


def read_file(path: Path) -> DesignFile:
    """A tournament file, or a shipped one by its name.

    Raises:
        BadInput: the file is missing, unreadable or not TOML.
    """
    named = shipped()
    if not path.exists():
        path = named.get(str(path), path)
    try:
        data, text = toml.read(path)
    except FileNotFoundError:
        if str(path) in named.faults:
            raise BadInput(named.faults[str(path)]) from None
        near = get_close_matches(str(path), named, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        known = ", ".join(named)
        raise BadInput(f"there is no tournament file {path} (shipped: {known}){hint}") from None
    return DesignFile(data, str(path), text)


def shipped() -> Named[Path]:
    """The tournaments that ship with the program or with a package, by name."""
    return plugins.named("tournament", "tournaments", Path(__file__).parents[1] / "tournaments")


def _about_models(
    key: str, stated: dict[str, M], models: tuple[str, ...], source: str
) -> dict[str, M]:
    """Settings of models in the file. Each model must be used by a contestant."""
    for name in stated:
        if name not in models:
            raise unknown(f"model in {source}: {key}", name, models)
    return stated
