"""Named human studies: what `baselines/<study>.toml` may hold, and how it is read and checked."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy import stats

import games
from games.core import plugins, toml
from games.core.errors import BadInput, Named, unknown
from games.core.measures import Measure, Units
from ratings.core.human.histogram import Floats, Histogram
from ratings.core.human.payoffs import PayoffMap, mengel
from ratings.core.human.people import Number, Sample, smoothed
from ratings.core.human.redrawn import luck, shares

Confidence = Literal["data", "text", "recalled", "inferred"]
"""Recomputed from the study's data, read in its text, remembered, or worked out by us."""

_TOLERANCE = 0.001
_FOLDER = Path(__file__).parents[2] / "baselines"
_DATA = ("cells", "value", "points", "shares", "formula", "map")
_RENAMED = {
    "n": 'people (persons who decided) and decisions, each a whole number or "unknown"',
}
"""Former keys, and what to write instead."""


class Baseline(BaseModel):
    """One sample of a study: how people decided in one game, and where that is written.

    Exactly one of `cells`, `value`, `points`, `shares`, `formula` and `map` holds the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Study and sample, such as engel2011_students."""
    called: str = Field(min_length=1)
    """The sample in a few words, to set it beside another: unpaid, students."""
    about: str = ""
    """What the study is, in a line."""
    citation: str = Field(min_length=10)
    doi: str
    licence: str = Field(min_length=1)
    confidence: Confidence
    population: str = Field(min_length=1)
    stakes: str = Field(min_length=1)
    elicitation: str = Field(min_length=1)
    units: Units
    game: str
    measure: str
    unplayable: str = ""
    """Why no game here can be compared with; the game and its measure are then not ours."""
    people: Number
    """Persons who decided."""
    decisions: Number
    """What they decided in all; never taken for people."""
    groups: int | None = Field(None, ge=1)
    """Laboratories, treatments, sessions or couples that they come from."""
    between: float | None = Field(None, gt=0)
    """Standard deviation of the mean between groups, in points of the pie or as a probability."""
    standard_error: float | None = Field(None, gt=0)
    """Of the one figure, or of the mean of the cells, clustered by person; in the same units."""
    offers: Literal["people", "design"] = "people"
    """Who set what is answered: other people, or the design, whatever the people were told."""
    primary: bool = False
    """Whether it is compared with unless others are named."""
    within: tuple[str, ...] = ()
    """Samples that hold this one as a part; how far a part is from the whole is no human scale."""
    overlaps: tuple[str, ...] = ()
    """Samples or studies that hold, or may hold, some of the same people."""
    condition: str = ""
    """What differs from the plain game; such samples are compared with only when named."""
    note: str = ""
    contested: str = ""
    """Who disagrees."""
    payoffs: dict[str, float] = Field(default_factory=dict)
    """Parameters of the game that was played, as far as they matter."""
    at: Literal["middle", "upper"] = "middle"
    """Where the mass of a cell stands."""
    cells: tuple[tuple[float, float, float], ...] | None = None
    """Lowest and highest value of a cell in whole per cent, both within it, and its count."""
    value: float | None = None
    points: tuple[tuple[int | str, float], ...] | None = None
    """A probability per offer, round or outcome of the round before (own move first)."""
    counts: tuple[int, ...] | None = None
    """Decisions behind each point; without them nobody knows how many people stand behind one."""
    shares: dict[str, float] | None = None
    """Share of each strategy, by the id of the agent that plays it."""
    tremble: float | None = None
    """With shares: the estimated probability of a move that is not the strategy's."""
    formula: dict[str, float] | None = None
    """Coefficients: constant, risk, temptation, efficiency."""
    errors: dict[str, float] | None = None
    """Standard errors of the coefficients."""
    map: PayoffMap | None = None
    """A probability per pair of temptation and sucker's payoff."""

    @model_validator(mode="after")
    def _sound(self) -> "Baseline":
        held = [key for key in _DATA if getattr(self, key) is not None]
        if len(held) != 1:
            raise ValueError(f"give exactly one of {', '.join(_DATA)}, not {held or 'none'}")
        self._check_game()
        self._check_people()
        if self.cells is not None:
            _check_cells(self.cells, self.decisions)
        if self.shares is not None and abs(sum(self.shares.values()) - 1) > _TOLERANCE:
            raise ValueError(f"shares sum to {sum(self.shares.values()):.4f}, not to one")
        values = [y for _, y in self.points or ()] + [*(self.shares or {}).values()]
        if self.value is not None:
            values.append(self.value / self.highest)
        if not all(0 <= value <= 1 for value in values):
            raise ValueError("a probability is below 0 or above 1, or a share above 100")
        if self.counts is not None and len(self.counts) != len(self.points or ()):
            raise ValueError("counts and points must be equally many")
        if self.counts is not None and self.decisions not in {"unknown", sum(self.counts)}:
            total = sum(self.counts)
            raise ValueError(f"counts sum to {total}, not to decisions = {self.decisions}")
        return self

    def _check_game(self) -> None:
        """The game and its measure are ours, or the file says that they are not."""
        known = self.game in games.available()
        measures = [each.name for each in games.rules(self.game).measures] if known else []
        if self.unplayable:
            if self.measure in measures:
                raise ValueError(f"{self.game} measures {self.measure}: leave out unplayable")
            if self.primary:
                raise ValueError("a study that no game here can be compared with is not primary")
        elif self.units != self.declared.units:
            raise ValueError(f"units {self.units!r} do not fit the measure {self.measure}")

    def _check_people(self) -> None:
        for key in ("people", "decisions"):
            if getattr(self, key) != "unknown" and getattr(self, key) < 1:
                raise ValueError(f"{key} must be at least 1")
        known = self.people != "unknown" and self.decisions != "unknown"
        if known and self.people > self.decisions:  # type: ignore[operator] # both are numbers
            raise ValueError(f"{self.people} people cannot have made {self.decisions} decisions")
        if self.between is not None and self.groups is None:
            raise ValueError("between needs groups: how many they are")
        if self.standard_error is not None and self.cells is None and self.value is None:
            raise ValueError("standard_error goes with cells or with one value")
        if self.primary and self.confidence == "recalled":
            raise ValueError("a recalled study is not primary: its figures were never seen")

    @property
    def declared(self) -> Measure:
        """The measure, as the game declares it.

        Raises:
            BadInput: there is no such game, or it declares no such measure.
        """
        declared = {measure.name: measure for measure in games.rules(self.game).measures}
        if self.measure not in declared:
            raise unknown(f"measure of {self.game}", self.measure, declared)
        return declared[self.measure]

    @property
    def highest(self) -> float:
        """The highest possible value: 100 per cent of the pie, or probability 1."""
        return 1.0 if self.units == "probability" else 100.0

    @property
    def sample(self) -> Sample:
        """Who stands behind the figures."""
        return Sample(self.people, self.groups, self.between, self.standard_error)

    @property
    def sampled(self) -> bool:
        """Whether the figures are those of people whose number, or that of their groups, is known.

        If not, there is neither standard error nor floor, and no test of sameness. The value of a
        regression is no sample: its error would need the covariances of its coefficients.
        """
        counted = self.points is None or self.counts is not None
        figures = self.formula is None and self.shares is None and self.map is None
        return figures and counted and not np.isnan(self.sample.counted)

    @property
    def histogram(self) -> Histogram:
        """The distribution of a share of the pie.

        Raises:
            ValueError: the study gives none.
        """
        if self.cells is None:
            raise ValueError(f"{self.name} gives no distribution")
        low, high, count = (np.array(column, dtype=float) for column in zip(*self.cells))  # noqa: B905
        bare = Histogram(low, high, count, float("nan"), self.at)
        return replace(bare, people=float(self.sample.effective(bare.sd**2)))

    def expected(self, x: "np.ndarray[Any, Any]", game: dict[str, float]) -> Floats:
        """The human probability at each x; NaN where the study says nothing.

        Args:
            x: offers in per cent, rounds, or outcomes such as "CD"; ignored by single values.
            game: temptation, reward, punishment and sucker of the game played, for formulas.
        """
        if self.formula is not None:
            return np.full(len(x), mengel(self.formula, game))
        if self.map is not None:
            return np.full(len(x), self.map.at(game))
        return np.asarray(self._parts(x) @ self._heights, dtype=float)

    def error(self, x: "np.ndarray[Any, Any]") -> float:
        """Standard error of the mean of `expected` over x; NaN where it cannot be known.

        Errors of several points are taken to go together, as they do where the same people stand
        behind all of them.
        """
        if not self.sampled:
            return float("nan")
        if self.cells is not None:
            people = self.histogram
            return float(self.sample.error(people.sd**2))
        weights = self._parts(x).mean(axis=0)
        return float(weights @ self.sample.error(self._variance, self._counts))

    def redrawn(self, x: "np.ndarray[Any, Any]", size: int, seed: tuple[int, int]) -> Floats:
        """[size, x] the same, had as many other people been asked; NaN if their number is unknown.

        Where the points have as many decisions as there are people, each person stands behind one
        point, and points are drawn independently; else all of a draw are high or low together.
        """
        if not self.sampled:
            return np.full((size, len(x)), np.nan)
        heights = self._heights
        apart = self.counts is not None and sum(self.counts) == self.people
        if self.units == "probability":
            number = np.rint(self.sample.effective(self._variance, self._counts))
            drawn = shares(tuple(heights), tuple(number), size, seed, apart=apart)
        else:
            ranks = luck(len(heights), size, seed, apart=apart)
            drawn = stats.norm.ppf(ranks, heights, self.sample.error(self._variance))
            drawn = np.clip(drawn, 0, self.highest)
        return np.asarray(drawn @ self._parts(x).T, dtype=float)

    @property
    def _heights(self) -> Floats:
        """The figures of the study."""
        figures = [self.value] if self.points is None else [height for _, height in self.points]
        return np.array(figures, dtype=float)

    @property
    def _counts(self) -> Floats:
        """Decisions behind each figure, as far as they bound the people behind it."""
        return np.array(self.counts or [np.inf] * len(self._heights), dtype=float)

    @property
    def _variance(self) -> Floats:
        """Variance of a decision at each figure, or the largest that its mean allows.

        Source: Bhatia and Davis (2000), A better bound on the variance, The American Mathematical
        Monthly 107, 353 to 357: (highest - mean)(mean - lowest).
        """
        mean = self._heights
        if self.units == "probability":
            mean = smoothed(mean, np.minimum(self.sample.counted, self._counts))
        return np.asarray(mean * (self.highest - mean))

    def _parts(self, x: "np.ndarray[Any, Any]") -> Floats:
        """[x, figures] what each figure counts for at each x, between two by distance."""
        if self.points is None:
            return np.ones((len(x), 1))
        places = np.array([place for place, _ in self.points])
        if isinstance(self.points[0][0], str):
            parts = np.asarray(np.asarray(x)[:, None] == places, dtype=np.float64)
            parts[parts.sum(axis=1) == 0] = np.nan
            return parts
        at, each = x.astype(float), np.eye(len(places))
        lines = [np.interp(at, places.astype(float), one, np.nan, np.nan) for one in each]
        return np.stack(lines, axis=1)


@cache
def baselines() -> Named[Baseline]:
    """Every sample of our studies and of those that packages register, by name.

    The faults are studies that cannot be read, or that two packages have.
    """
    studies = _studies()
    by_name: Named[Baseline] = Named(studies.faults)
    for name, path in studies.items():
        try:
            by_name.update(read_study(path))
        except BadInput as error:
            by_name.faults[name] = str(error)
    return by_name


def baseline(name: str) -> Baseline:
    """One sample.

    Raises:
        BadInput: there is none of this name.
    """
    if name not in (known := baselines()):
        raise unknown("baseline", name, known)
    return known[name]


def samples(name: str) -> list[Baseline]:
    """The sample of this name, or all samples of the study of this name.

    Raises:
        BadInput: there is neither.
    """
    known, studies = baselines(), _studies()
    if name in known:
        return [known[name]]
    if name not in studies:
        every: Named[None] = Named(known.faults)
        every.update(dict.fromkeys([*studies, *known]))
        raise unknown("study or baseline", name, every)
    return list(read_study(studies[name]).values())


def _studies() -> Named[Path]:
    """Their files, by name."""
    return plugins.named("study", "baselines", _FOLDER)


def read_study(path: Path) -> dict[str, Baseline]:
    """The samples of a study in a TOML file, by name.

    Keys above the samples hold for all of them.

    Raises:
        BadInput: the file cannot be read, or its content cannot be; the message names the key.
    """
    try:
        data, text = toml.read(path, f"study {path}")
    except FileNotFoundError:
        raise BadInput(f"there is no study {path}") from None
    samples = data.pop("samples", None)
    if not isinstance(samples, dict) or not samples:
        raise BadInput(f"study {path} needs a table [samples.NAME]")
    data["about"] = text.partition("\n")[0].lstrip("# ")
    by_name = {}
    for key, sample in samples.items():
        name = path.stem if key == "main" else f"{path.stem}_{key}"
        by_name[name] = checked({"name": name, **data, **sample}, f"study {path}: sample {key}")
    return by_name


def checked(data: dict[str, Any], where: str) -> Baseline:
    """A baseline from its keys.

    Raises:
        BadInput: a key is unknown, missing or unsound; the message names it after `where`.
    """
    for old in data.keys() & _RENAMED.keys():
        raise BadInput(f"{where}: {old} is no key of a study: state {_RENAMED[old]}")
    try:
        return Baseline.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A misspelt key is also a missing one: the hint says more.
        first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
        key = ".".join(map(str, first["loc"][:1]))
        if first["type"] == "extra_forbidden":
            raise unknown(f"key of {where}", key, Baseline.model_fields) from None
        reason = str(first["msg"]).removeprefix("Value error, ")
        if key in {"people", "decisions"}:
            reason = 'state how many: a whole number, or "unknown"'
        raise BadInput(f"{where}{': ' if key else ''}{key}: {reason}") from None


def _check_cells(cells: tuple[tuple[float, float, float], ...], decisions: Number) -> None:
    edges = [edge for low, high, _ in cells for edge in (low, high)]
    if edges != sorted(edges) or not (edges and edges[0] >= 0 and edges[-1] <= 100):  # noqa: PLR2004
        raise ValueError("cells must lie between 0 and 100 and rise without overlapping")
    if len({low for low, _, _ in cells}) < len(cells):
        raise ValueError("two cells begin at the same value")
    if any(count < 0 for *_, count in cells):
        raise ValueError("a cell holds less than nothing")
    total = sum(count for *_, count in cells)
    counted = decisions != "unknown" and abs(total - decisions) <= _TOLERANCE * decisions
    if not (abs(total - 1) <= _TOLERANCE or counted):
        raise ValueError(
            f"the mass sums to {total:g}; counts sum to decisions = {decisions}, shares to one"
        )
