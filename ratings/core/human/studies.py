"""Named human studies: schema of `baselines/<study>.toml`, its reading and its checks."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy import special

import games
from games.core import plugins, toml
from games.core.errors import BadInput, Named, unknown
from games.core.measures import Measure, Units
from ratings.core.human.histogram import Floats, Histogram
from ratings.core.human.payoffs import PayoffMap, mengel
from ratings.core.human.people import Number, Sample, smoothed
from ratings.core.human.redrawn import luck, shares

Confidence = Literal["data", "text", "recalled", "inferred"]
"""Recomputed from the study's data, read in its text, recalled from memory, or inferred by us."""

_TOLERANCE = 0.001
_FOLDER = Path(__file__).parents[2] / "baselines"
_DATA = ("cells", "value", "points", "shares", "formula", "map")
_RENAMED = {
    "n": 'people (persons who decided) and decisions, each a whole number or "unknown"',
}
"""Former keys, and their replacements."""


class Baseline(BaseModel):
    """One sample of a study: people's decisions in one game, and the source.

    Exactly one of `cells`, `value`, `points`, `shares`, `formula` and `map` holds the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Study and sample, such as engel2011_students."""
    called: str = Field(min_length=1)
    """Short name of the sample that sets it apart from others: unpaid, students."""
    about: str = ""
    """Description of the study in one line."""
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
    """Reason that no game here is comparable; the game and its measure are then not ours."""
    people: Number
    """Number of people who decided."""
    decisions: Number
    """Number of decisions in total; never used as the number of people."""
    groups: int | None = Field(None, ge=1)
    """Number of laboratories, treatments, sessions or couples."""
    between: float | None = Field(None, gt=0)
    """Standard deviation of the mean between groups, in points of the pie or as a probability."""
    standard_error: float | None = Field(None, gt=0)
    """Standard error of the only figure, or of the mean of the cells, clustered by person; in the
    same units."""
    offers: Literal["people", "design"] = "people"
    """Source of the offers or other stimuli: people, or the design, regardless of the instructions.
    """
    primary: bool = False
    """Whether the sample is used if no others are named."""
    within: tuple[str, ...] = ()
    """Samples that contain this one. The distance of a part from the whole is no measure of human
    spread."""
    overlaps: tuple[str, ...] = ()
    """Samples or studies with some of the same people, certainly or possibly."""
    condition: str = ""
    """Difference from the plain game; such samples are used only if named."""
    note: str = ""
    contested: str = ""
    """Authors who disagree with the study."""
    payoffs: dict[str, float] = Field(default_factory=dict)
    """Relevant parameters of the game that was played."""
    at: Literal["middle", "upper"] = "middle"
    """Position of a cell's mass."""
    cells: tuple[tuple[float, float, float], ...] | None = None
    """Lowest and highest value of a cell in whole per cent, both within it, and its count."""
    value: float | None = None
    points: tuple[tuple[int | str, float], ...] | None = None
    """A probability per offer, round or outcome of the round before (own move first)."""
    counts: tuple[int, ...] | None = None
    """Number of decisions per point; without them the number of people per point is unknown."""
    shares: dict[str, float] | None = None
    """Share of each strategy, by the id of the agent that plays it."""
    tremble: float | None = None
    """With shares: the estimated probability of a deviation from the strategy."""
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
        """Check that the game and its measure are ours, or declared as not playable."""
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
        """The measure declared by the game.

        Raises:
            BadInput: there is no such game, or it lacks the measure.
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
        """People behind the figures."""
        return Sample(self.people, self.groups, self.between, self.standard_error)

    @property
    def sampled(self) -> bool:
        """Whether the figures are of people whose number, or whose number of groups, is known.

        Otherwise there is no standard error, no floor and no test of equivalence. A value from a
        regression is no sample: its error would require the covariances of its coefficients.
        """
        counted = self.points is None or self.counts is not None
        figures = self.formula is None and self.shares is None and self.map is None
        return figures and counted and not np.isnan(self.sample.counted)

    @property
    def histogram(self) -> Histogram:
        """The distribution of a share of the pie.

        Raises:
            ValueError: the study has no distribution.
        """
        if self.cells is None:
            raise ValueError(f"{self.name} gives no distribution")
        low, high, count = (np.array(column, dtype=float) for column in zip(*self.cells))  # noqa: B905
        bare = Histogram(low, high, count, float("nan"), self.at)
        return replace(bare, people=float(self.sample.effective(bare.sd**2)))

    def expected(self, x: "np.ndarray[Any, Any]", game: dict[str, float]) -> Floats:
        """The human probability at each x; NaN if the study has none.

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
        """Standard error of the mean of `expected` over x; NaN if unknown.

        Errors of several points are assumed to be fully correlated, as if the same people were
        behind all points.
        """
        if not self.sampled:
            return float("nan")
        if self.cells is not None:
            people = self.histogram
            return float(self.sample.error(people.sd**2))
        weights = self._parts(x).mean(axis=0)
        return float(weights @ self.sample.error(self._variance, self._counts))

    def redrawn(self, x: "np.ndarray[Any, Any]", size: int, seed: tuple[int, int]) -> Floats:
        """[size, x] `expected` in resampled studies of the same size; NaN if unknown.

        If the points have as many decisions as there are people, each person belongs to one point,
        and points are drawn independently. Otherwise all points of a draw deviate together.
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
            error = self.sample.error(self._variance)
            away = special.ndtri(ranks) * np.where(error > 0, error, np.nan)
            drawn = np.clip(heights + away, 0, self.highest)
        return np.asarray(drawn @ self._parts(x).T, dtype=float)

    @property
    def _heights(self) -> Floats:
        """The figures of the study."""
        figures = [self.value] if self.points is None else [height for _, height in self.points]
        return np.array(figures, dtype=float)

    @property
    def _counts(self) -> Floats:
        """Decisions behind each figure, as an upper bound on the people behind it."""
        return np.array(self.counts or [np.inf] * len(self._heights), dtype=float)

    @property
    def _variance(self) -> Floats:
        """Variance of a decision at each figure, or its upper bound given the mean.

        Source: Bhatia and Davis (2000), A better bound on the variance, The American Mathematical
        Monthly 107, 353 to 357: (highest - mean)(mean - lowest).
        """
        mean = self._heights
        if self.units == "probability":
            mean = smoothed(mean, np.minimum(self.sample.counted, self._counts))
        return np.asarray(mean * (self.highest - mean))

    def _parts(self, x: "np.ndarray[Any, Any]") -> Floats:
        """[x, figures] weight of each figure at each x, by linear interpolation."""
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
    """All samples of our studies and of studies that packages register, by name.

    The faults are unreadable studies, and studies that two packages register.
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
        BadInput: there is no sample of this name.
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
    """Files of studies, by name."""
    return plugins.named("study", "baselines", _FOLDER)


def read_study(path: Path) -> dict[str, Baseline]:
    """The samples of a study in a TOML file, by name.

    Keys above the samples apply to all of them.

    Raises:
        BadInput: the file or its content cannot be read; the message names the key.
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
        BadInput: a key is unknown, missing or invalid; the message names it after `where`.
    """
    for old in data.keys() & _RENAMED.keys():
        raise BadInput(f"{where}: {old} is no key of a study: state {_RENAMED[old]}")
    try:
        return Baseline.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A misspelt key also causes a missing one. The error about the misspelling is more helpful.
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
