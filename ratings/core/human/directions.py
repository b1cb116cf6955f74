"""Which way emotions move people, according to a table of studies that can be chosen.

A table is `directions/<table>.toml` with what further files `directions/<table>.<name>.toml` add to
its cells, so that what is known of a new emotion is one new file.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from games.core import toml
from games.core.errors import BadInput, unknown

Grade = Literal["strong", "moderate", "weak", "contested", "none"]
Sign = Literal["+", "-", "0", "?"]
DEFAULT = "literature"
_FOLDER = Path(__file__).parents[2] / "directions"


class Cell(BaseModel):
    """What is known of one emotion's effect on one outcome, against a neutral state.

    Attributes:
        outcome: share_given, offer, acceptance (of offers below half), cooperation, concession (in
            the battle of the sexes) or lie.
        sign: up, down, none, or not known.
        grade: strong means two or more independent studies agree, moderate one good study or some
            disagreement, weak one study or another game.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str
    emotion: str
    sign: Sign
    grade: Grade
    evidence: str = ""

    @model_validator(mode="after")
    def _fits(self) -> "Cell":
        if self.sign != "?" and self.grade in {"contested", "none"}:
            raise ValueError(f"a cell of grade {self.grade} has no sign")
        return self

    @property
    def scored(self) -> bool:
        """Whether agreement with it counts: contested and empty cells never do."""
        return self.sign in {"+", "-"}


class Reference(BaseModel):
    """A table of directions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    cells: tuple[Cell, ...]

    @model_validator(mode="after")
    def _once(self) -> "Reference":
        places = [(cell.outcome, cell.emotion) for cell in self.cells]
        if len(set(places)) < len(places):
            raise ValueError("a cell is given twice")
        return self

    @property
    def emotions(self) -> tuple[str, ...]:
        """The emotions that the table speaks of, in alphabetical order."""
        return tuple(sorted({cell.emotion for cell in self.cells}))

    def cell(self, outcome: str, emotion: str) -> Cell | None:
        """The cell of an outcome and an emotion, if the table has it."""
        found = [c for c in self.cells if (c.outcome, c.emotion) == (outcome, emotion)]
        return found[0] if found else None


def available() -> tuple[str, ...]:
    """Names of the tables there are."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if "." not in path.stem))


@cache
def reference(name: str = DEFAULT) -> Reference:
    """A table of directions.

    Raises:
        BadInput: there is none of this name, or a file of it is not sound.
    """
    if name not in available():
        raise unknown("table of directions", name, available())
    table = _read(_FOLDER / f"{name}.toml", {})
    for path in sorted(_FOLDER.glob(f"{name}.*.toml")):
        table = _read(path, {"about": table.about, "cells": [*table.cells]})
    return table


def _read(path: Path, before: dict[str, Any]) -> Reference:
    """The table of a file, with the cells of the files before it."""
    data = toml.read(path, f"directions {path}")[0]
    cells = [*before.get("cells", []), *data.pop("cells", [])]
    try:
        return Reference.model_validate({**before, **data, "cells": cells})
    except ValidationError as error:
        raise BadInput(f"directions {path}: {' '.join(str(error).split())}") from None
