"""Inputs of a power analysis: rows, units and clusters of a design, a pilot, stated variances."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arena.analysis.effects import NOBODY, EffectsRequest, effects
from arena.design.tournament import Tournament
from arena.planning.effect_answer import COLUMNS, EffectQuestion
from arena.planning.effect_power import EffectPower, effect_power
from arena.planning.planned_row import Assumed, PlannedRow
from arena.planning.wording_growth import WordingGrowth, wording_growth
from arena.record.run import Run
from games import BadInput
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import YES_NO
from ratings.core.emotion.effects import ALPHA, TOO_FEW
from ratings.core.emotion.effects import effects as estimate
from ratings.core.emotion.paired_spread import paired_spreads
from tests.arena.analysis.stub_models import dilemma, indifferent, model, played
from tests.arena.designs import design
from tests.arena.planning import designs_with_arms as designs
from tests.ratings.core.emotion import studies

ROW = ["game", "outcome", "contestant", "contrast", "arm", "reference", "cause", "family"]


def asked(tournament: Tournament, **question: Any) -> EffectPower:
    return effect_power(tournament, EffectQuestion(**question), EffectsRequest())


@pytest.fixture(scope="module")
def dilemmas(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of 24 blocks, in which a model cooperates in half of all cases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        return played(
            tmp_path_factory.mktemp("dilemmas") / "run",
            model(indifferent),
            lambda url: dilemma(url, designs.PLACEBO, repetitions=24),
        )


def test_its_rows_units_and_clusters_are_those_of_the_table_of_effects(dilemmas: Run) -> None:
    told, came = asked(dilemmas.tournament).table, effects(dilemmas).table
    assert list(told.columns) == list(COLUMNS)
    pd.testing.assert_frame_equal(told[ROW], came[ROW])
    assert told["clusters"].tolist() == came["clusters"].tolist()
    assert told["units"].tolist() == came["units"].tolist()
    assert told["df"].to_numpy() == pytest.approx(came["df"].to_numpy(dtype=float))
    assert set(COLUMNS) - {"effect", "error"} >= set(ROW)
    shared = told["clusters"] < 24  # wordings come again
    assert shared.all()


def test_a_repeated_design_with_displays_has_the_rows_of_its_run() -> None:
    table = asked(designs.displays(8)).table
    assert {"choices", "details", "reports"} == set(table["family"])
    assert {"perceiving", "reporting", "showing", "choosing", "told"} <= set(table["contrast"])
    assert {"felt neutral", "shown neutral", "cooperation after CC"} <= set(table["outcome"])
    unseen = table[table["note"] == NOBODY]
    assert unseen["arrow_power"].isna().all()
    few = table[(table["clusters"] < 8) & (table["note"] == TOO_FEW)]
    assert (few["arrow_power"] == 0).all()
    assert len(few)


def test_more_effect_less_variance_and_more_blocks_mean_more_power() -> None:
    def row(blocks: int = 24, **question: Any) -> "pd.Series[Any]":
        table = asked(designs.gifts(blocks), **question).table
        return table[table["contrast"] == "against event alone"].iloc[0]

    usual = row()
    assert usual["source"] == "assumed"
    assert row(effect=0.2)["power"] > usual["power"]
    assert row(within=0.1)["power"] > usual["power"]
    assert row(blocks=60)["power"] > usual["power"]
    assert row(between_wordings=0.3)["power"] < usual["power"]
    assert row(between_events=0.4)["power"] < usual["power"]
    assert row(margin=0.3)["equivalence"] > usual["equivalence"]
    # With the blocks that are said to be needed, the power is the one that is asked for.
    needed = int(row(within=0.1)["arrow_blocks"])
    found = row(blocks=needed, within=0.1)
    assert found["arrow_power"] == pytest.approx(0.8, abs=0.04)
    # And the smallest effect that is found has it.
    least = usual["detectable"] / usual["range"]
    assert row(effect=least)["power"] == pytest.approx(0.8, abs=0.01)


def test_what_one_arm_of_the_family_has_to_pass_is_its_first_step() -> None:
    whole, alone = designs.dilemma(24), EffectsRequest(contrasts=["against placebo"])
    one = effect_power(whole, EffectQuestion(0.25), replace(alone, outcomes=["cooperation"])).table
    every = asked(whole, effect=0.25).table
    assert one["arrow_power"].iloc[0] == pytest.approx(one["power"].iloc[0])
    (same,) = every[
        (every["contrast"] == "against placebo") & (every["outcome"] == "cooperation")
    ].to_dict("records")
    assert same["power"] == pytest.approx(one["power"].iloc[0])
    assert same["arrow_power"] < same["power"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"contestants": [designs.model([{"induced": "none"}])]}, "no two contestants of 'gifts'"),
        ({"record": "outcomes"}, "keeps outcomes only"),
    ],
)
def test_a_design_of_which_nothing_can_be_said_is_told_why(
    change: dict[str, Any], said: str
) -> None:
    data = designs.gifts().data | change
    with pytest.raises(BadInput, match=said):
        asked(Tournament(data))


def test_games_that_are_paired_adaptively_are_told_apart() -> None:
    poker = {"name": "kuhn_poker", "schedule": {"kind": "adaptive", "budget": 24}}
    data = design(games=[poker], contestants=[designs.model(designs.PLACEBO), {"agent": "uniform"}])
    with pytest.raises(BadInput, match="kuhn_poker of 'small' is paired adaptively"):
        asked(Tournament(data))
    both = {"games": [poker, {"name": "dictator", "contestants": ["m"]}], "repetitions": 4}
    found = asked(Tournament(data | both))
    assert found.adaptive == ("kuhn_poker",)
    assert set(found.table["game"]) == {"dictator"}


def test_arms_that_never_meet_the_same_opponents_are_told_why() -> None:
    angry = designs.model([{"induced": "anger"}], "angry")
    calm = designs.model([{"induced": "none"}], "calm")
    games = [
        {"name": "dictator", "id": "one", "contestants": ["calm"]},
        {"name": "dictator", "id": "other", "contestants": ["angry"]},
    ]
    data = {"name": "apart", "repetitions": 4, "games": games, "contestants": [calm, angry]}
    with pytest.raises(BadInput, match="no decision has its like in another arm"):
        asked(Tournament(data))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"effect": 0}, "effect must be between 0 and 1, a share of the outcome's range, not 0"),
        ({"margin": 1.5}, "margin must be between 0 and 1"),
        ({"power": 1}, "power must be between 0 and 1, not 1"),
        ({"between_wordings": -0.1}, "between-wordings must be between 0 and 1"),
        ({"within": 3}, "within must be between 0 and 1"),
    ],
)
def test_what_cannot_be_asked_is_named(question: dict[str, float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        EffectQuestion(**question).check()


def test_a_pilots_decisions_take_the_place_of_assumptions(dilemmas: Run) -> None:
    tournament = dilemmas.tournament
    told = effect_power(tournament, EffectQuestion(), EffectsRequest(), dilemmas).table
    came = effects(dilemmas).table
    assert set(told["source"]) == {"pilot"}
    # Of the same blocks, the pilot has the very errors that are predicted; more is predicted where
    # the variance between wordings came out below 0, which counts as none.
    error = came["error"].to_numpy(dtype=float)
    assert (told["error"] > 0.98 * error).all()
    between = told["between"].to_numpy() > 0
    assert told["error"][between].to_numpy() == pytest.approx(error[between], rel=0.03)
    means = dict(zip(came["outcome"], came["reference_level"], strict=True))
    assert told["level"].iloc[-1] == pytest.approx(means[told["outcome"].iloc[-1]], abs=0.05)
    with pytest.raises(BadInput, match="has no two clusters of any row"):
        effect_power(designs.gifts(), EffectQuestion(), EffectsRequest(), dilemmas)


LOST = studies.World(
    "shares, lost", (0.5, 0.7), wording=0.05, reaction=0.05, lost=(0.04, 0.06), yes_no=True
)


def losses_as_predicted(number: int, near: float) -> None:
    """Of arrows and p values where decisions are lost: a large pilot, and studies of 20 clusters.

    A pilot of 1,000 clusters tells the variances, so that its own error does not count.
    """
    clusters, against = 20, [Contrast("", studies.ARM, studies.REFERENCE)]
    pilot = paired_spreads(studies.played(LOST, 1_000, 1), {"o": YES_NO}, against)
    names = tuple(map(str, range(clusters)))
    spread = pilot["spread"].iloc[0]
    row = PlannedRow(YES_NO, spread, WordingGrowth(names), (1_000, 1.0), Assumed(), None)
    effect = LOST.effect
    table = estimate(studies.played(LOST, clusters, number), {"o": YES_NO}, against)
    found = table["p"] < ALPHA
    assert row.plan(clusters, effect).power(effect, ALPHA) == pytest.approx(found.mean(), abs=near)
    assert len(spread.bounds) == 2
    # The adjusted p value of a study is its own: every study is a family.
    arrows = found & (table["bounds_low"] > 0)
    assert row.arrow_power(clusters, effect, ALPHA) == pytest.approx(arrows.mean(), abs=near)
    assert arrows.mean() < found.mean() - 0.05


def test_losses_take_arrows_away_as_predicted() -> None:
    losses_as_predicted(300, 4 * 0.5 / np.sqrt(300))


@pytest.mark.soak
def test_losses_take_arrows_away_as_predicted_in_many_studies() -> None:
    losses_as_predicted(4_000, 0.03)


def test_wordings_come_again() -> None:
    rng = np.random.default_rng(4)
    names = tuple(map(str, rng.integers(0, 50, 400)))
    growth = WordingGrowth(names[:80])
    assert growth.clusters(40) == len(set(names[:40]))
    assert growth.clusters(400) == pytest.approx(len(set(names)), abs=4)
    times = pd.Series(names).value_counts()
    assert growth.thinness(400) == pytest.approx((1 / times).mean(), rel=0.2)
    apart = WordingGrowth(tuple(map(str, range(20))))
    assert (apart.clusters(1_000), apart.thinness(1_000)) == (1_000, 1)
    assert growth.after(30).names == names[30:80]


def test_clusters_of_more_blocks_are_those_of_a_larger_design() -> None:
    small, large = designs.dilemma(10), designs.dilemma(300)
    one, other = (wording_growth(each, "prisoners_dilemma", "m none") for each in (small, large))
    assert one.names == other.names
    assert one.clusters(300) == other.clusters(300) < 150
    deals = wording_growth(designs.poker(20), "kuhn_poker", "m none")
    assert deals.clusters(20) == 20
