"""What the table of effects promises, in simulated studies of which the truth is known."""

import numpy as np
import pandas as pd
import pytest

from ratings.core.emotion.contrasts import Contrast, inductions
from ratings.core.emotion.effects import effects, family
from tests.ratings.core.emotion.studies import (
    ARM,
    LOSING,
    REFERENCE,
    WORLDS,
    Quality,
    World,
    by_choice,
    nothing,
    quality,
)

worlds = pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
ALONE = [Contrast("", ARM, REFERENCE)]


@worlds
def test_intervals_cover_and_are_not_much_wider_than_they_must_be(world: World) -> None:
    found = quality(world, clusters=20, studies=50)
    # Five standard errors of a share of .95 among 50.
    assert found.coverage >= 0.8
    assert found.width <= 1.3
    if world.effect == 0:
        assert found.found <= 0.2


@worlds
@pytest.mark.soak
def test_two_thousand_studies_cover_as_often_as_they_say(world: World) -> None:
    found = quality(world, clusters=20, studies=2000)
    assert 0.93 <= found.coverage <= 0.97
    assert found.width <= 1.25
    assert found.size_coverage >= 0.93 or not world.yes_no


def family_error(studies: int) -> float:
    """The share of studies without any effect in which the table has a small p value."""
    contrasts = tuple(inductions(dict.fromkeys("abcd", "placebo"), REFERENCE))
    table = effects(nothing(20, studies), dict.fromkeys("xy", WORLDS[3].scale), contrasts)
    each = [family(rows) for _, rows in table.groupby("contestant")]
    assert {len(rows) for rows in each} == {16}
    return float(np.mean([(rows["holm"] < 0.05).any() for rows in each]))


def test_a_family_without_effects_seldom_has_one() -> None:
    assert family_error(50) <= 0.2


@pytest.mark.soak
def test_two_thousand_families_err_as_often_as_they_say() -> None:
    assert family_error(2000) <= 0.065


def covered_by_bounds(studies: int) -> tuple[float, float]:
    """How often the bounds' interval and the plain one hold the effect without any losses."""
    table = effects(by_choice(20, studies), {"o": LOSING.scale}, ALONE)
    truth = LOSING.effect
    bounds = (table["bounds_low"] <= truth) & (truth <= table["bounds_high"])
    return float(bounds.mean()), float(table["low"].le(truth).mul(table["high"].ge(truth)).mean())


def test_bounds_cover_what_losses_by_choice_hide() -> None:
    bounds, plain = covered_by_bounds(100)
    assert bounds >= 0.84
    assert plain < 0.5


@pytest.mark.soak
def test_two_thousand_bounds_cover_as_often_as_they_say() -> None:
    assert covered_by_bounds(2000)[0] >= 0.93


def test_quality_has_figures_for_few_clusters() -> None:
    found = quality(WORLDS[0], clusters=5, studies=40)
    assert isinstance(found, Quality)
    assert 0.7 < found.coverage <= 1
    assert 1 < found.width < 2
    assert pd.notna(found.found)
