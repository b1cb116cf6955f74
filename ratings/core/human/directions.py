"""Directions of emotions' effects on people, from a selectable table of studies.

A table is `directions/<table>.toml`, with additional cells in `directions/<table>.<name>.toml`. The
evidence on a new emotion is one new file.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from games.core import plugins, toml
from games.core.errors import BadInput, Named, unknown

Grade = Literal["strong", "moderate", "weak", "contested"]
Sign = Literal["+", "-", "0", "?"]
Induction = Literal["incidental", "integral", "not stated"]
"""Emotion about something unrelated to the decision, or about its subject: the co-player."""
DEFAULT = "literature"
NEUTRAL, UNSTATED, MIXED = "neutral", "not stated", "mixed"
_INTEGRAL = "coplayer"
"""The cause of an integral emotion; all others are unrelated to the co-player."""
_FOLDER = Path(__file__).parents[2] / "directions"


class Contrast(NamedTuple):
    """An emotion and its comparator, in one outcome and game.

    Attributes:
        outcome: share_given, offer, acceptance (of offers below half), cooperation, concession (in
            the battle of the sexes) or lie.
        emotion: that was induced.
        induction: incidental or integral; MIXED of causes of both kinds.
        game: as `ratings.core.human.arrows.effects` names it, "prisoners_dilemma, repeated".
        comparator: whom the emotion was set against.
    """

    outcome: str
    emotion: str
    induction: str
    game: str
    comparator: str = NEUTRAL


class Cell(BaseModel):
    """Evidence on one contrast.

    Attributes:
        outcome: as in `Contrast`.
        emotion: the induced emotion.
        sign: up, down, none, or not known.
        grade: strong means two or more independent studies agree, moderate one good study or some
            disagreement, weak one study that was not read or holds for some people only.
        induction: the emotion's relation to the decision.
        comparator: NEUTRAL, or the emotion of the other group.
        game: the game that was played; it need not be one of the arena.
        repeated: whether it was played in rounds; None if that is not stated, or both.
        stake: payment for the decisions.
        people: the deciders.
        effect: difference from the comparator, in points of the pie or percentage points.
        low: lower end of its 95 per cent interval.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str
    emotion: str
    sign: Sign
    grade: Grade
    induction: Induction
    comparator: str = Field(min_length=1)
    game: str = Field(min_length=1)
    repeated: bool | None = None
    stake: str = UNSTATED
    people: int | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: str = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> "Cell":
        if (self.sign == "?") != (self.grade == "contested"):
            raise ValueError("a contested cell, and no other, has the sign ?")
        if self.effect is not None and self.sign != ("+" if self.effect > 0 else "-"):
            raise ValueError(f"sign {self.sign} and effect {self.effect:g} do not agree")
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends: low and high")
        if self.low is not None and (self.effect is None or not self.low < self.effect < self.high):  # type: ignore[operator] # both
            raise ValueError("the effect must lie between low and high")
        return self

    @property
    def scored(self) -> bool:
        """Whether the cell counts for agreement: not if contested or without an effect."""
        return self.sign in {"+", "-"}

    def fits(self, contrast: Contrast) -> bool:
        """Whether the cell is about this contrast: all stated features agree."""
        game, _, rounds = contrast.game.partition(", ")
        return (
            (self.outcome, self.emotion, self.game) == (contrast.outcome, contrast.emotion, game)
            and self.induction in {contrast.induction, UNSTATED}
            and self.comparator in {contrast.comparator, UNSTATED}
            and self.repeated in {None, bool(rounds)}
        )


class Reference(BaseModel):
    """A table of directions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    about: str
    cells: tuple[Cell, ...]

    @model_validator(mode="after")
    def _once(self) -> "Reference":
        places = [(c.outcome, c.emotion, c.induction, c.comparator, c.game) for c in self.cells]
        if len(set(places)) < len(places):
            raise ValueError("a cell is given twice")
        return self

    @property
    def emotions(self) -> tuple[str, ...]:
        """The emotions of the table, in alphabetical order."""
        return tuple(sorted({cell.emotion for cell in self.cells}))

    def cell(self, contrast: Contrast) -> Cell | None:
        """The cell about a contrast, if the table has one."""
        return next((cell for cell in self.cells if cell.fits(contrast)), None)


def induction_of(cause: str) -> Induction:
    """The kind of an emotion with this cause."""
    return "integral" if cause == _INTEGRAL else "incidental"


def available() -> tuple[str, ...]:
    """Names of the tables."""
    return tuple(sorted(_tables()))


@cache
def reference(name: str = DEFAULT) -> Reference:
    """A table of directions.

    Raises:
        BadInput: there is no table of this name, or a file of it is invalid.
    """
    if name not in available():
        raise unknown("table of directions", name, _tables())
    files = _files()
    table = _read(files[name], {"name": name})
    for part in sorted(part for part in files if part.startswith(f"{name}.")):
        table = _read(files[part], {"name": name, "about": table.about, "cells": [*table.cells]})
    return table


def _tables() -> Named[Path]:
    """Files of tables, without additions."""
    files = _files()
    tables: Named[Path] = Named(files.faults)
    tables.update((name, path) for name, path in files.items() if "." not in name)
    return tables


def _files() -> Named[Path]:
    """Files of tables and of additions to them, by name; installed packages can register both."""
    return plugins.named("table of directions", "directions", _FOLDER)


def _read(path: Path, before: dict[str, Any]) -> Reference:
    """The table of a file, with the cells of the files before it."""
    data = toml.read(path, f"directions {path}")[0]
    cells = [*before.get("cells", []), *data.pop("cells", [])]
    try:
        return Reference.model_validate({**before, **data, "cells": cells})
    except ValidationError as error:
        raise BadInput(f"directions {path}: {' '.join(str(error).split())}") from None
