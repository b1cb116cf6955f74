"""Effects of induced emotions against neutral, as arrows.

An arrow is drawn only where the Holm-adjusted test over the whole family (outcome, emotion, model)
rejects no effect; "=" only where two one-sided tests place the effect within the margin. What is
neither is undecided, which is not the same as no effect.
"""

from dataclasses import dataclass

import pandas as pd

from ratings.core.human.agreement import EFFECTS

UP, DOWN, SAME, OPEN = "↑", "↓", "=", "·"
LEVEL = 0.05
_SHADES = ("cause", "intensity")
"""In what inductions of one emotion differ."""


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


def as_table(found: pd.DataFrame) -> pd.DataFrame:
    """Effects in the columns of a table of effects, which knows more of what was lost.

    Args:
        found: from `effects`.

    Returns:
        Columns `ratings.core.human.agreement.EFFECTS`.
    """
    return found.rename(columns={"base": "contestant"})[[*EFFECTS]]
