"""Named human studies: what `baselines/<study>.toml` may hold, and how it is read and checked."""

import csv
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import games
from games.core import toml
from games.core.errors import BadInput, unknown
from games.core.measures import Measure, Units
from ratings.core.human.histogram import Floats, Histogram
from ratings.core.human.measures import declared

Confidence = Literal["data", "text", "recalled", "inferred"]
"""Recomputed from the study's data, read in its text, remembered, or worked out by us."""

_TOLERANCE = 0.001
_FOLDER = Path(__file__).parents[2] / "baselines"
_DATA = ("cells", "value", "points", "shares", "formula")


class Baseline(BaseModel):
    """One sample of a study: how people decided in one game, and where that is written.

    Exactly one of `cells`, `value`, `points`, `shares` and `formula` holds the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Study and sample, such as engel2011_students."""
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
    n: int = Field(ge=1)
    """Observations; the note says where they are not people."""
    primary: bool = False
    """Whether it is compared with unless others are named."""
    within: tuple[str, ...] = ()
    """Samples that hold this one as a part; how far a part is from the whole is no human scale."""
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
    """Observations behind each point."""
    shares: dict[str, float] | None = None
    """Share of each strategy, by the id of the agent that plays it."""
    tremble: float | None = None
    """With shares: the estimated probability of a move that is not the strategy's."""
    formula: dict[str, float] | None = None
    """Coefficients: constant, risk, temptation, efficiency."""
    errors: dict[str, float] | None = None
    """Standard errors of the coefficients."""

    @model_validator(mode="after")
    def _sound(self) -> "Baseline":
        held = [key for key in _DATA if getattr(self, key) is not None]
        if len(held) != 1:
            raise ValueError(f"give exactly one of {', '.join(_DATA)}, not {held or 'none'}")
        if self.units != self.declared.units:
            raise ValueError(f"units {self.units!r} do not fit the measure {self.measure}")
        if self.cells is not None:
            _check_cells(self.cells, self.n)
        if self.shares is not None and abs(sum(self.shares.values()) - 1) > _TOLERANCE:
            raise ValueError(f"shares sum to {sum(self.shares.values()):.4f}, not to one")
        values = [y for _, y in self.points or ()] + [*(self.shares or {}).values()]
        if self.value is not None:
            values.append(self.value / (1 if self.units == "probability" else 100))
        if not all(0 <= value <= 1 for value in values):
            raise ValueError("a probability is below 0 or above 1, or a share above 100")
        if self.counts is not None and len(self.counts) != len(self.points or ()):
            raise ValueError("counts and points must be equally many")
        if self.declared.x == "outcome" and sum(self.counts or (self.n,)) != self.n:
            raise ValueError(f"counts sum to {sum(self.counts or ())}, not to n = {self.n}")
        return self

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
    def histogram(self) -> Histogram:
        """The distribution of a share of the pie.

        Raises:
            ValueError: the study gives none.
        """
        if self.cells is None:
            raise ValueError(f"{self.name} gives no distribution")
        low, high, count = (np.array(column, dtype=float) for column in zip(*self.cells))  # noqa: B905
        return Histogram(low, high, count, self.n, self.at)

    def expected(self, x: "np.ndarray[Any, Any]", game: dict[str, float]) -> Floats:
        """The human probability at each x; NaN where the study says nothing.

        Args:
            x: offers in per cent, rounds, or outcomes such as "CD"; ignored by single values.
            game: temptation, reward, punishment and sucker of the game played, for formulas.
        """
        if self.formula is not None:
            return np.full(len(x), mengel(self.formula, game))
        heights, _ = self._heights
        return np.asarray(self._parts(x) @ heights, dtype=float)

    def redrawn(
        self, x: "np.ndarray[Any, Any]", game: dict[str, float], size: int, rng: np.random.Generator
    ) -> Floats:
        """[size, x] the same, had as many other people been asked.

        The value of a formula and the mean of shares stay: nothing is known of their errors.
        """
        if self.formula is not None or self.units != "probability":
            return np.tile(self.expected(x, game), (size, 1))
        heights, counts = self._heights
        drawn = rng.binomial(counts, heights, (size, len(heights))) / counts
        return np.asarray(drawn @ self._parts(x).T, dtype=float)

    @property
    def _heights(self) -> tuple[Floats, "np.ndarray[Any, Any]"]:
        """The figures of the study and the observations behind each of them."""
        figures = [self.value] if self.points is None else [height for _, height in self.points]
        counts = self.counts or (self.n,) * len(figures)
        return np.array(figures, dtype=float), np.array(counts, dtype=np.int64)

    def _parts(self, x: "np.ndarray[Any, Any]") -> Floats:
        """[x, figures] what each figure counts for at each x, between two by distance."""
        if self.points is None:
            return np.ones((len(x), 1))
        places = np.array([place for place, _ in self.points])
        if isinstance(self.points[0][0], str):
            found = np.asarray(np.asarray(x)[:, None] == places, dtype=np.float64)
            found[found.sum(axis=1) == 0] = np.nan
            return found
        at, each = x.astype(float), np.eye(len(places))
        lines = [np.interp(at, places.astype(float), one, np.nan, np.nan) for one in each]
        return np.stack(lines, axis=1)


def mengel(formula: dict[str, float], game: dict[str, float]) -> float:
    """Cooperation that a linear formula of three indices of the payoffs predicts, within 0 and 1.

    Source: Mengel (2018), Economic Journal 128: the indices.

    >>> terms = {"constant": 0.455, "risk": -0.269, "temptation": -0.055, "efficiency": 0.308}
    >>> axelrod = {"temptation": 5, "reward": 3, "punishment": 1, "sucker": 0}
    >>> round(mengel(terms, axelrod), 3)
    0.369
    """
    t, r, p, s = (game[key] for key in ("temptation", "reward", "punishment", "sucker"))
    indices = {"constant": 1.0, "risk": (p - s) / p, "temptation": (t - r) / t}
    indices["efficiency"] = (r - p) / r
    return float(np.clip(sum(formula[key] * indices[key] for key in indices), 0, 1))


@cache
def baselines() -> dict[str, Baseline]:
    """Every sample of the studies that ship with the program, by name."""
    found: dict[str, Baseline] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        found |= read_study(path)
    return found


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
    known, studies = baselines(), {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}
    if name in known:
        return [known[name]]
    if name not in studies:
        raise unknown("study or baseline", name, dict.fromkeys([*studies, *known]))
    return list(read_study(studies[name]).values())


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
    found = {}
    for key, sample in samples.items():
        name = path.stem if key == "main" else f"{path.stem}_{key}"
        found[name] = _checked({"name": name, **data, **sample}, f"study {path}: sample {key}")
    return found


def read_decisions(path: Path) -> dict[str, Baseline]:
    """People's decisions in a CSV file, as one baseline per measure.

    Args:
        path: columns measure (one of single decisions that a game declares, such as share_given,
            offer, minimum, acceptance or cooperation), value (per cent of the pie; 0 or 1 of a
            probability) and, for acceptance, offer (per cent).

    Raises:
        BadInput: the file cannot be read, or a row cannot be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets write a mark
            rows = list(csv.DictReader(file))
            table = [(r["measure"], float(r["value"]), r.get("offer") or "") for r in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"{path} needs columns measure and value, with a number in value") from None
    if not table:
        raise BadInput(f"{path} holds no decisions")
    return {
        f"{path.stem}_{measure}": _own(path, measure, [row for row in table if row[0] == measure])
        for measure in dict.fromkeys(row[0] for row in table)
    }


def _own(path: Path, measure: str, rows: list[tuple[str, float, str]]) -> Baseline:
    if measure not in declared():
        raise unknown(f"measure in {path}", measure, declared())
    game, about_measure = declared()[measure]
    about = f"Decisions in {path.name}"
    data: dict[str, Any] = {"name": f"{path.stem}_{measure}", "about": about, "citation": about}
    data |= {"doi": "", "licence": "the user's own", "confidence": "data", "primary": True}
    data |= {"population": f"people in {path.name}", "stakes": "not stated", "measure": measure}
    data |= {"elicitation": "not stated", "game": game, "n": len(rows)}
    data["units"] = about_measure.units
    values = [value for _, value, _ in rows]
    if about_measure.units != "probability":
        counts = {value: values.count(value) for value in sorted(set(values))}
        data["cells"] = [[v, v, c] for v, c in counts.items()]
    elif not set(values) <= {0.0, 1.0}:
        raise BadInput(f"{path}: {measure} is 1 or 0")
    elif about_measure.x == "offer":
        data |= _curve(path, rows)
    else:
        data["value"] = sum(values) / len(values)
    return _checked(data, str(path))


def _curve(path: Path, rows: list[tuple[str, float, str]]) -> dict[str, Any]:
    """Acceptance by offer."""
    try:
        at = [float(offer) for *_, offer in rows]
    except ValueError:
        raise BadInput(f"{path}: acceptance needs a column offer, in per cent") from None
    for offer in at:
        if not 0 <= offer <= 100:  # noqa: PLR2004
            raise BadInput(f"{path}: offer {offer:g} must lie between 0 and 100 per cent")
    offers = sorted({*map(round, at)})
    answers = [
        [value for (_, value, _), own in zip(rows, at, strict=True) if round(own) == offer]
        for offer in offers
    ]
    points = [[at, sum(each) / len(each)] for at, each in zip(offers, answers, strict=True)]
    return {"points": points, "counts": [len(each) for each in answers]}


def _checked(data: dict[str, Any], where: str) -> Baseline:
    try:
        return Baseline.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A misspelt key is also a missing one: the hint says more.
        first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
        key = ".".join(map(str, first["loc"][:1]))
        if first["type"] == "extra_forbidden":
            raise unknown(f"key of {where}", key, Baseline.model_fields) from None
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise BadInput(f"{where}{': ' if key else ''}{key}: {reason}") from None


def _check_cells(cells: tuple[tuple[float, float, float], ...], n: int) -> None:
    edges = [edge for low, high, _ in cells for edge in (low, high)]
    if edges != sorted(edges) or not (edges and edges[0] >= 0 and edges[-1] <= 100):  # noqa: PLR2004
        raise ValueError("cells must lie between 0 and 100 and rise without overlapping")
    if len({low for low, _, _ in cells}) < len(cells):
        raise ValueError("two cells begin at the same value")
    if any(count < 0 for *_, count in cells):
        raise ValueError("a cell holds less than nothing")
    total = sum(count for *_, count in cells)
    if not (abs(total - 1) <= _TOLERANCE or abs(total - n) <= _TOLERANCE * n):
        raise ValueError(f"the mass sums to {total:g}; counts sum to n = {n}, shares to one")
