"""Power for every row of the table of effects: the same rows, and what simulated studies find."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from arena.analysis.effects import EffectsRequest
from arena.design.tournament import Tournament
from arena.planning.effect_answer import EffectQuestion
from ratings.core.emotion.contrasts import PERCEIVES, VISIBLE
from tests.arena.planning import designs_with_arms as designs
from tests.arena.planning.simulated_studies import World, compared


@dataclass(frozen=True)
class Kind:
    """A kind of row.

    Args:
        design: in which it is.
        world: how decisions come about there.
        request: the rows.
    """

    design: Tournament
    world: World
    request: EffectsRequest


def asked(effect: float, margin: float, **parts: float) -> EffectQuestion:
    usual = {"between_wordings": 0.08, "between_orders": 0.06, "between_events": 0.0}
    return EffectQuestion(effect, margin, **{**usual, **parts})


FAMILY = "a share, in a family"


def kinds() -> Mapping[str, Kind]:
    """By name: induced emotions, events, steps of the mode; shares, numbers, points, details."""
    steps = designs.displays()
    small = {"within": 0.1, "between_wordings": 0.05, "between_orders": 0.05}
    moved = {PERCEIVES, VISIBLE}
    return {
        "a share": Kind(
            designs.dilemma(24),
            World(asked(0.25, 0.22), {"anger"}),
            EffectsRequest(outcomes=["cooperation"], contrasts=["against placebo"]),
        ),
        FAMILY: Kind(
            designs.dilemma(24),
            World(asked(0.25, 0.22), {"anger"}),
            EffectsRequest(outcomes=["cooperation"]),
        ),
        "a number, with events": Kind(
            designs.gifts(),
            World(asked(0.11, 0.12, **{**small, "between_events": 0.05}), {"anger (external)"}),
            EffectsRequest(contrasts=["against event alone"]),
        ),
        "points": Kind(
            designs.dilemma(18),
            World(asked(0.07, 0.08, **small), {"anger"}),
            EffectsRequest(outcomes=["payoff"], contrasts=["against placebo"]),
        ),
        "steps": Kind(
            steps,
            World(asked(0.2, 0.22), moved),
            EffectsRequest(outcomes=["cooperation"], contrasts=["perceiving", "showing"]),
        ),
        "reports": Kind(
            steps,
            World(asked(0.06, 0.06, **small), moved),
            EffectsRequest(outcomes=["felt intensity"], contrasts=["choosing"]),
        ),
        "a choice in clusters of several sizes": Kind(
            designs.poker(),
            World(asked(0.25, 0.24, between_wordings=0.05, between_orders=0.05), {"anger"}),
            EffectsRequest(outcomes=["bet"]),
        ),
    }


def check(name: str, studies: int, near: float | None = None) -> None:
    """What was found lies within four standard errors of what was predicted, or this near."""
    kind = kinds()[name]
    found = compared(kind.design, kind.world, kind.request, studies)
    rows = found[found["arm"].isin(kind.world.moved) ^ found["reference"].isin(kind.world.moved)]
    alone = rows.groupby("kind").size().max() == 1
    assert set(rows["kind"]) == {"power", "first", "arrow", "equivalence"}
    for row in rows[rows["kind"] != "equivalence"].to_dict(orient="records"):
        p, came = row["predicted"], row["found"]
        assert 0.1 < p < 0.99  # where a wrong prediction would be seen
        reach = near or 4 * np.sqrt(p * (1 - p) / studies)
        assert came > p - reach, row
        # Where an arm has several rows, Holm's later steps find more than the first one.
        assert came < p + reach or (row["kind"] == "arrow" and not alone), row


def check_sameness(name: str, studies: int, near: float | None = None) -> None:
    """The same of equivalence, where the treatment does nothing on average."""
    kind = kinds()[name]
    world = replace(kind.world, truth=0.0)
    found = compared(kind.design, world, kind.request, studies)
    rows = found[found["arm"].isin(world.moved) ^ found["reference"].isin(world.moved)]
    for row in rows[rows["kind"] == "equivalence"].to_dict(orient="records"):
        p = row["predicted"]
        reach = near or 4 * np.sqrt(p * (1 - p) / studies)
        assert row["found"] == pytest.approx(p, abs=max(reach, 4 / studies)), row
    false = rows[rows["kind"] == "power"]["found"]
    assert (false < 0.05 + (near or 4 * np.sqrt(0.05 * 0.95 / studies))).all()


@pytest.mark.parametrize("name", [name for name in kinds() if name != FAMILY])
def test_simulated_studies_come_out_as_predicted(name: str) -> None:
    check(name, 100)


@pytest.mark.parametrize("name", ["a number, with events"])
def test_simulated_studies_of_no_effect_find_sameness_as_predicted(name: str) -> None:
    check_sameness(name, 100)


@pytest.mark.soak
@pytest.mark.parametrize("name", kinds())
def test_many_studies_come_out_within_three_points(name: str) -> None:
    check(name, 2_000, 0.03)


@pytest.mark.soak
@pytest.mark.parametrize("name", kinds())
def test_many_studies_of_no_effect_come_out_within_three_points(name: str) -> None:
    check_sameness(name, 2_000, 0.03)
