"""Power questions about each row of the table of effects before play, and their answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.analysis.effects import COLUMNS as EFFECTS
from arena.analysis.effects import NOBODY
from arena.planning.planned_row import PlannedRow
from games import BadInput
from ratings.core.emotion.effects import ALPHA, ENOUGH, TOO_FEW, UNTESTED
from ratings.core.statistics.cluster_power import smallest
from ratings.core.statistics.power import fewest

NO_PAIRS = "no unit in which both arms decide"
NO_VARIANCE = "the pilot shows no variance"

ABOUT_A_ROW = (
    *("game", "outcome", "contestant", "family", "emotion", "cause", "intensity", "yes_no"),
    *("contrast", "arm", "reference"),
)
"""Columns that identify a row, as in the table of effects."""

COLUMNS = {
    **{name: EFFECTS[name] for name in ABOUT_A_ROW},
    "units": "units in which both arms are expected to have a decision",
    "clusters": "clusters that are expected to have such a unit",
    "range": "highest value of the outcome less the lowest, in its units",
    "level": "mean of the reference",
    "source": "of level and variances: pilot, stated or assumed",
    "between": "standard deviation of the effect between clusters, in units of the outcome",
    "within": "standard deviation of the difference between arms in a unit, within a cluster",
    "error": "standard error of the effect at 0, as it is expected to be estimated",
    "df": "degrees of freedom of its t test (Satterthwaite)",
    "effect": "the effect that was asked about, in units of the outcome",
    "power": "probability of a p value below .05 at this effect",
    "arrow_power": "probability of an arrow at this effect, if no other row of the family has one",
    "detectable": "smallest effect found with the power asked for, by p; missing if none is",
    "arrow_detectable": "smallest effect that gets an arrow with that probability",
    "margin": "the margin of equivalence, in units of the outcome",
    "equivalence": "probability that two one-sided tests at .05 find the effect within the margin, "
    "if it is 0; of registered rows, that sameness is claimed",
    "blocks": "blocks of the game in the design",
    "tested_blocks": "of these, those that are not a pilot's, on which tests rest",
    "arrow_blocks": "blocks with which the effect gets an arrow with the power asked for, those of "
    "the pilot included",
    "equivalence_blocks": "blocks with which equivalence is found with that power, likewise",
    "note": "why there is no arrow, or nothing to say",
}
"""Columns of the table; missing with a note, or if no number of blocks is sufficient."""

_BLOCKS = 100_000
"""Largest number of blocks that is tried."""


@dataclass(frozen=True)
class EffectQuestion:
    """Power question for every row. Effects and deviations are shares of the outcome's range.

    Args:
        effect: effect to detect.
        margin: margin of equivalence.
        power: required power for the effect, and for equivalence.
        between_wordings: standard deviation of the effect between wordings; None takes the pilot's
            or the assumed value.
        between_orders: between orders of options, likewise.
        between_events: between events of an induction, likewise.
        within: of single decisions under one wording, likewise.
    """

    effect: float = 0.1
    margin: float = 0.1
    power: float = 0.8
    between_wordings: float | None = None
    between_orders: float | None = None
    between_events: float | None = None
    within: float | None = None

    @property
    def stated(self) -> bool:
        """Whether any deviation is stated."""
        parts = (self.between_wordings, self.between_orders, self.between_events, self.within)
        return any(part is not None for part in parts)

    def check(self) -> None:
        """Refuse invalid numbers.

        Raises:
            BadInput: a number is out of range.
        """
        for name in ("effect", "margin", "power"):
            if not 0 < (value := getattr(self, name)) < 1:
                more = "" if name == "power" else ", a share of the outcome's range"
                raise BadInput(f"{name} must be between 0 and 1{more}, not {value:g}")
        for name in ("between_wordings", "between_orders", "between_events", "within"):
            if (value := getattr(self, name)) is not None and not 0 <= value <= 1:
                option = name.replace("_", "-")
                raise BadInput(
                    f"{option} must be between 0 and 1, a share of the outcome's range, "
                    f"not {value:g}"
                )


@dataclass(frozen=True)
class Blocks:
    """The blocks of a game.

    Args:
        whole: number of blocks in the design.
        left_out: number of the first blocks, a pilot's, that tests leave out.
    """

    whole: int
    left_out: int = 0

    @property
    def tested(self) -> int:
        """Number of blocks that enter tests."""
        return max(0, self.whole - self.left_out)

    def with_pilot(self, tested: int | None) -> int | None:
        """Number of tested blocks plus the pilot's."""
        return None if tested is None else tested + self.left_out


@dataclass(frozen=True)
class Family:
    """The family in which a row is tested.

    Args:
        rows: number of tested rows.
        registered: whether the design names them, so that claims of equivalence follow its rule.
        bounds: whether a claim has to hold for all values of the lost decisions.
    """

    rows: int
    registered: bool = False
    bounds: bool = True

    @property
    def sameness(self) -> float:
        """The level of each one-sided test.

        For registered rows, the level of Holm's first step, at most the level of the interval that
        has to lie within the margin.
        """
        return min(ALPHA / self.rows, ALPHA / 2) if self.registered else ALPHA


def answer(
    planned: PlannedRow | None, blocks: Blocks, family: Family, asked: EffectQuestion, note: str
) -> dict[str, Any]:
    """Power, smallest detectable effect and required blocks of one row.

    Args:
        planned: the row; None if no unit has decisions in both arms.
        blocks: blocks of its game.
        family: family of its test.
        asked: the power question.
        note: reason that the row can have no arrow; empty if it can have one.

    Returns:
        Columns COLUMNS, without those that identify the row.
    """
    about: dict[str, Any] = {"blocks": blocks.whole, "tested_blocks": blocks.tested}
    if planned is None or not blocks.tested:
        return about | {"units": 0, "clusters": 0, "note": NO_PAIRS}
    if not np.isfinite(planned.width):
        return about | {"clusters": planned.clusters(blocks.tested), "note": UNTESTED}
    effect, margin = min(asked.effect * planned.width, planned.most), asked.margin * planned.width
    plan = planned.plan(blocks.tested, 0)
    about |= {
        "units": int(plan.sizes.sum()),
        "clusters": plan.clusters,
        "range": planned.width,
        "level": planned.level,
        "source": planned.source,
        "between": float(np.sqrt(plan.between + plan.levels)),
        "within": float(np.sqrt(plan.within)),
        "effect": effect,
        "margin": margin,
    }
    if not plan.between + plan.levels + plan.within > 0:
        return about | {"note": NO_VARIANCE}
    few = TOO_FEW if plan.clusters < ENOUGH else ""
    about |= {"error": plan.error, "df": plan.df, "note": note or few}
    about |= _test(planned, blocks, effect, asked)
    about |= _equivalence(planned, blocks, margin, family, asked)
    return about if note == NOBODY else about | _arrow(planned, blocks, effect, family, asked)


def _test(
    planned: PlannedRow, blocks: Blocks, effect: float, asked: EffectQuestion
) -> dict[str, float]:
    """Power of the row's own test, and its smallest detectable effect."""

    def power(size: float) -> float:
        return planned.plan(blocks.tested, size).power(size, ALPHA)

    return {"power": power(effect), "detectable": smallest(power, asked.power, planned.most)}


def _arrow(
    planned: PlannedRow, blocks: Blocks, effect: float, family: Family, asked: EffectQuestion
) -> dict[str, float | None]:
    """Power of an arrow, and the blocks it needs, at Holm's first step among the tested rows."""

    def power(number: int, size: float) -> float:
        if planned.clusters(number) < ENOUGH:
            return 0.0
        return planned.arrow_power(number, size, ALPHA / family.rows, bounds=family.bounds)

    return {
        "arrow_power": power(blocks.tested, effect),
        "arrow_detectable": smallest(
            lambda size: power(blocks.tested, size), asked.power, planned.most
        ),
        "arrow_blocks": blocks.with_pilot(
            fewest(lambda number: power(number, effect) >= asked.power, _BLOCKS)
        ),
    }


def _equivalence(
    planned: PlannedRow, blocks: Blocks, margin: float, family: Family, asked: EffectQuestion
) -> dict[str, float | None]:
    """Power of the test of equivalence at no effect, and the blocks it needs."""

    def power(number: int) -> float:
        if family.registered and planned.clusters(number) < ENOUGH:
            return 0.0
        bounds = family.registered and family.bounds
        return planned.sameness(number, margin, family.sameness, bounds=bounds)

    return {
        "equivalence": power(blocks.tested),
        "equivalence_blocks": blocks.with_pilot(
            fewest(lambda number: power(number) >= asked.power, _BLOCKS)
        ),
    }
