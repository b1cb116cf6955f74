"""Components of variance, of simulated decisions whose components are known."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

from ratings.core.statistics.variance import (
    AGAIN,
    ALIKE,
    COMPONENTS,
    NOT_VARIED,
    variance_components,
)
from tests.ratings.core.statistics.components import FACTORS, World

NUMBERS = {"wording": 0.1, "order": 0.2, "event": 0.1, "seat": 0.05, "opponent": 0.15, AGAIN: 0.4}
SHARES = {"wording": 0.01, "order": 0.01, "event": 0.004, "seat": 0.002, "opponent": 0.002}
KNOWN = (World("numbers", NUMBERS, wordings=24), World("shares", SHARES, yes_no=True, wordings=24))
NOTHING = (World("numbers", {AGAIN: 1.0}), World("shares", {}, yes_no=True))
WORDING = World("wording", {"wording": 0.4, AGAIN: 0.6})


def found(rows: pd.DataFrame, *, intervals: bool = False) -> pd.DataFrame:
    return variance_components(rows, FACTORS, intervals=intervals).table.set_index("component")


@pytest.mark.parametrize("world", KNOWN, ids=lambda world: world.name)
def test_known_shares_are_found_within_10_points(world: World) -> None:
    for seed in range(5):
        shares = found(world.decisions(seed))["share"]
        assert shares.to_dict() == pytest.approx(world.shares(), abs=0.1)
        assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("world", NOTHING, ids=lambda world: world.name)
def test_a_factor_that_does_nothing_has_less_than_5_points(world: World) -> None:
    for seed in range(10):
        shares = found(world.decisions(seed))["share"].drop(AGAIN)
        assert shares.max() < 0.05
        assert shares.min() >= 0


def test_what_only_wordings_do_is_not_put_on_others() -> None:
    for seed in range(5):
        shares = found(WORDING.decisions(seed))["share"]
        assert shares[["event", "seat", "opponent"]].max() < 0.05
        assert shares["wording"] == pytest.approx(0.4, abs=0.15)


def test_how_far_the_effect_differs_between_wordings_is_found() -> None:
    rows = WORDING.decisions(1)
    reaction = rows["treatment"] + rows["wording"].astype(str)
    names = [*FACTORS, "reaction"]
    before = variance_components(rows.assign(reaction=reaction), names, intervals=False).table
    assert before["share"][len(FACTORS)] < 0.05
    own = dict(zip(reaction.unique(), np.random.default_rng(4).normal(0, 0.6, 72), strict=True))
    moved = rows.assign(reaction=reaction, value=rows["value"] + reaction.map(own))
    after = variance_components(moved, names, intervals=False).table
    assert after["variance"][len(FACTORS)] == pytest.approx(0.36, abs=0.15)


def coverage(world: World, studies: int) -> "pd.Series[float]":
    """The share of studies whose intervals hold the true shares, by component."""
    truth = pd.Series(world.shares())
    tables = [found(world.decisions(seed), intervals=True) for seed in range(studies)]
    return pd.DataFrame(
        [table["low"].le(truth) & table["high"].ge(truth) for table in tables]
    ).mean()


@pytest.mark.soak
@pytest.mark.parametrize("world", KNOWN, ids=lambda world: world.name)
def test_intervals_cover_nearly_as_often_as_they_say(world: World) -> None:
    covered = coverage(world, 200)
    assert covered.min() >= 0.82
    assert covered[["wording", AGAIN]].min() >= 0.9


def test_estimates_are_those_of_statsmodels() -> None:
    rows = World("numbers", NUMBERS, wordings=6).decisions(3).sample(frac=0.7, random_state=1)
    names, patterns = [*FACTORS], [pd.get_dummies(rows[name], dtype=float) for name in FACTORS]
    oracle = MixedLM(
        rows["value"].to_numpy(),
        pd.get_dummies(rows["treatment"], dtype=float).to_numpy(),
        np.ones(len(rows)),
        exog_vc=VCSpec(
            names, [[[*map(str, z)]] for z in patterns], [[z.to_numpy()] for z in patterns]
        ),
    ).fit(reml=True)
    table = found(rows)
    assert table["variance"][[AGAIN, "wording"]].tolist() == pytest.approx(
        [oracle.scale, oracle.vcomp[0]], rel=1e-2
    )
    # Where levels are all there are, the part is the variance over them, k - 1 of k times that of
    # the population that they would be a sample of.
    part = dict(zip(names, oracle.vcomp, strict=True))
    assert table["variance"]["seat"] == pytest.approx(part["seat"] / 2, rel=2e-2)
    assert table["variance"]["opponent"] == pytest.approx(part["opponent"] * 3 / 4, rel=2e-2)


def test_what_the_design_does_not_vary_has_no_share() -> None:
    rows = WORDING.decisions(0).assign(order="first", event=None, seat="0")
    rows["opponent"] = rows["treatment"]  # every treatment met an opponent of its own
    table = found(rows)
    fixed = ["order", "event", "seat", "opponent"]
    assert table.loc[fixed, ["share", "low", "high", "variance"]].isna().all(axis=None)
    assert set(table.loc[fixed, "note"]) == {NOT_VARIED}
    assert table["levels"].dropna().tolist() == [24, 1, 0, 1, 3]
    assert table.loc["wording", "note"] == ""
    assert list(table.columns) == list(COMPONENTS)[1:]


def test_of_two_that_cannot_be_told_apart_the_first_has_the_share() -> None:
    rows = WORDING.decisions(0)
    twins = rows.assign(event="event of " + rows["wording"].astype(str))
    table = found(twins)
    assert table.loc["event", "note"] == "not told apart from wording"
    assert table["share"].isna().to_dict() == {name: name == "event" for name in table.index}
    assert table.loc["wording", "note"] == "includes event"
    alone = rows.assign(wording=range(len(rows)))
    assert found(alone).loc["wording", "note"] == f"not told apart from {AGAIN}"


def test_decisions_that_are_all_alike_have_no_shares() -> None:
    rows = WORDING.decisions(0)
    rows["value"] = rows["treatment"].map({"none": 1.0, "anger": 0.0, "fear": 0.0})
    result = variance_components(rows, FACTORS)
    assert result.table["share"].isna().all()
    assert set(result.table["note"]) == {ALIKE}
    assert np.isnan(result.total)


def test_a_model_that_never_draws_is_all_wording() -> None:
    rows = WORDING.decisions(0)
    shares = found(rows.assign(value=rows["wording"] % 7))["share"]
    assert shares["wording"] == pytest.approx(1, abs=1e-3)


def test_few_clusters_have_no_interval() -> None:
    few = World("few", WORDING.parts, wordings=3)
    table = found(few.decisions(0), intervals=True)
    assert table["share"].notna().all()
    assert table[["low", "high"]].isna().all(axis=None)


def test_a_missing_decision_is_refused() -> None:
    rows = WORDING.decisions(0)
    with pytest.raises(ValueError, match="a decision is missing"):
        variance_components(rows.assign(value=np.nan), FACTORS)
    with pytest.raises(KeyError, match="seat"):
        variance_components(rows.drop(columns="seat"), FACTORS)
