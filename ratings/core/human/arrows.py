"""Arms of a design and outcomes of decisions, as tables of directions have them; and arrows."""

from dataclasses import dataclass

import pandas as pd

UP, DOWN, SAME, OPEN = "↑", "↓", "=", "·"


@dataclass(frozen=True)
class Arm:
    """A contestant as a cell of the design: who it is but for the induction, and the induction."""

    base: str
    emotion: str
    cause: str = "simple"
    intensity: str = "unstated"


def outcomes(decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions as outcomes of the table of directions.

    Answers count as `acceptance` only to offers below half; a smallest acceptable offer counts as
    the share of such offers that it accepts.
    """
    table = decisions[decisions["measure"] != "coordination"]
    answers = table["measure"] == "acceptance"
    unfair = pd.to_numeric(table["x"].where(answers), errors="coerce") < 50  # noqa: PLR2004
    table = table[~answers | unfair].copy()
    stated = table["measure"] == "minimum"
    accepted = ((50 - table.loc[stated, "value"]) / 50).clip(0, 1)
    table.loc[stated, "value"] = accepted
    table.loc[stated, "measure"] = "acceptance"
    return table.rename(columns={"measure": "outcome"})
