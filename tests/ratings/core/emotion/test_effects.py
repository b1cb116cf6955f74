"""The table of effects: oracles, losses, pairing, and models of which the truth is known."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

from ratings.core.emotion.contrasts import (
    ABSENT,
    HIDDEN,
    MANIPULATIVE,
    PERCEIVES,
    STEPS,
    UNSEEN,
    UNTOLD,
    VISIBLE,
    Contrast,
    inductions,
    step_arm,
)
from ratings.core.emotion.due_decisions import DECISIONS, FAULT, KEYS, REFUSED, VOID, YES_NO, Scale
from ratings.core.emotion.effects import (
    EFFECTS,
    ERRORS,
    LEVELS,
    TOO_FEW,
    UNTESTED,
    effects,
    family,
    levels,
)

AGAINST = Contrast("against none", "anger", "none")
SCALES = {"cooperation": YES_NO, "gift": Scale(0, 100)}
GAMES = {"cooperation": "prisoners_dilemma", "gift": "dictator"}


def decision(
    arm: str, cluster: object, unit: object, value: float, lost: str = "", outcome: str = "gift"
) -> dict[str, object]:
    kept = np.nan if lost in {VOID, FAULT} else value
    place = {"game": GAMES[outcome], "outcome": outcome, "contestant": "m", "arm": arm}
    known = {"value": kept, "lost": lost, "legal": lost in {"", VOID}}
    return {**place, "cluster": cluster, "unit": unit, **known}


def table(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(DECISIONS))


def row(decisions: pd.DataFrame, contrasts: Sequence[Contrast] = (AGAINST,)) -> "pd.Series[Any]":
    found = effects(decisions, SCALES, contrasts)
    assert len(found) == 1
    return found.iloc[0]


def balanced(outcome: str, clusters: int = 12, units: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows = []
    for cluster in range(clusters):
        wording = rng.uniform(-0.2, 0.2)
        for unit in range(units):
            for arm, mean in (("none", 0.5), ("anger", 0.7)):
                p = mean + wording
                value = (
                    float(rng.random() < p) if outcome == "cooperation" else 100 * p * rng.random()
                )
                rows.append(decision(arm, cluster, unit, value, outcome=outcome))
    return table(rows)


def regressed(decisions: pd.DataFrame, errors: Any = None) -> tuple[float, float]:
    """The coefficient of the arm and its cluster-robust error, by statsmodels."""
    x = sm.add_constant((decisions["arm"] == "anger").to_numpy(dtype=float))
    model = sm.GLM(decisions["value"], x, family=errors or sm.families.Gaussian())
    groups = {"groups": decisions["cluster"].to_numpy(), "use_correction": False}
    fitted = model.fit(cov_type="cluster", cov_kwds=groups)
    clusters = decisions["cluster"].nunique()
    return fitted.params.iloc[1], fitted.bse.iloc[1] * np.sqrt(clusters / (clusters - 1))


def test_on_balanced_data_it_is_statsmodels_regression_with_clustered_errors() -> None:
    decisions = balanced("gift")
    found, (effect, error) = row(decisions), regressed(decisions)
    reach = stats.t.ppf(0.975, 11) * error
    assert (found["effect"], found["low"], found["high"]) == pytest.approx(
        (effect, effect - reach, effect + reach)
    )
    assert found["p"] == pytest.approx(2 * stats.t.sf(abs(effect / error), 11))


def test_the_log_odds_ratio_is_that_of_statsmodels_logit() -> None:
    decisions = balanced("cooperation")
    found, (size, error) = row(decisions), regressed(decisions, sm.families.Binomial())
    reach = stats.t.ppf(0.975, 11) * error
    assert found["scale"] == "log odds ratio"
    assert (found["size"], found["size_low"], found["size_high"]) == pytest.approx(
        (size, size - reach, size + reach)
    )


def test_it_is_the_paired_t_test_of_the_clusters_means() -> None:
    decisions = balanced("gift")
    means = decisions.groupby(["arm", "cluster"])["value"].mean()
    oracle = stats.ttest_rel(means["anger"], means["none"])
    found = row(decisions)
    assert found["p"] == pytest.approx(oracle.pvalue)
    assert (found["low"], found["high"]) == pytest.approx(tuple(oracle.confidence_interval()))
    assert (found["units"], found["clusters"]) == (72, 12)


def test_cohens_d_and_its_error_are_those_of_the_formula_and_of_the_jackknife() -> None:
    decisions = balanced("gift", clusters=40)

    def d(of: pd.DataFrame) -> float:
        anger, none = (of["value"][of["arm"] == arm] for arm in ("anger", "none"))
        return float((anger.mean() - none.mean()) / np.sqrt((anger.var() + none.var()) / 2))

    found = row(decisions)
    left_out = [d(decisions[decisions["cluster"] != cluster]) for cluster in range(40)]
    error = np.sqrt(39 * np.var(left_out))
    assert (found["scale"], found["size"]) == ("Cohen's d", pytest.approx(d(decisions)))
    reach = (found["size_high"] - found["size_low"]) / 2
    assert reach == pytest.approx(stats.t.ppf(0.975, 39) * error, rel=0.02)


def test_levels_have_shares_of_what_was_lost() -> None:
    rows = [decision("none", n, 0, 1, outcome="cooperation") for n in range(10)]
    for n, lost in enumerate([VOID, FAULT, FAULT, REFUSED, REFUSED, REFUSED, "", "", "", ""]):
        rows.append(decision("anger", n, 0, float(n % 2), lost, outcome="cooperation"))
    anger, none = levels(table(rows), SCALES).to_dict("records")
    shares = {"void": 0.1, "fault": 0.2, "refused": 0.3, "legal": 0.5}
    assert {name: anger[name] for name in shares} == shares
    assert (anger["n"], anger["due"], anger["n_clusters"]) == (7, 10, 7)
    assert anger["level"] == pytest.approx(4 / 7)
    wilson = stats.binomtest(4, 7).proportion_ci(method="wilson")
    assert (anger["level_low"], anger["level_high"]) == pytest.approx((wilson.low, wilson.high))
    assert (none["level"], none["legal"], none["n"]) == (1, 1, 10)
    found = row(table(rows))
    assert list(found.index) == [*KEYS, *EFFECTS, *ERRORS]
    for name in LEVELS:
        assert found[name] == pytest.approx(anger[name])
        assert found[f"reference_{name}"] == pytest.approx(none[name])


def test_bounds_by_hand() -> None:
    """Anger: 4 of 10 cooperate, 1 defects, 2 are void, 1 at fault, 2 cooperate on a second try.

    Neutral: 5 of 10 cooperate, none is lost. So anger's rate is between 4 and 9 tenths.
    """
    fates = ["", "", "", "", "", VOID, VOID, FAULT, REFUSED, REFUSED]
    acts = [1, 1, 1, 1, 0, 0, 0, 0, 1, 1]
    anger = [decision("anger", n, 0, acts[n], fates[n], "cooperation") for n in range(10)]
    none = [decision("none", n, 0, n % 2, outcome="cooperation") for n in range(10)]
    found = row(table([*anger, *none]))
    assert found["level"] == pytest.approx(6 / 7)
    assert (found["bound_low"], found["bound_high"]) == pytest.approx((-0.1, 0.4))
    assert found["bounds_low"] < -0.1
    assert found["bounds_high"] > 0.4


def test_a_refusal_that_a_second_question_turned_is_lost_and_bad_form_is_not() -> None:
    sure = [
        decision(arm, n, 0, float(arm == "anger"), outcome="cooperation")
        for n in range(20)
        for arm in ("anger", "none")
    ]
    assert row(table(sure))["arrow"] == "+"
    turned = {"lost": REFUSED, "legal": False}
    refused = [each | (turned if each["arm"] == "anger" else {}) for each in sure]
    asked_again = [each | {"legal": False} for each in sure]
    assert row(table(refused))["effect"] == 1
    assert row(table(refused))["arrow"] == ""
    assert row(table(asked_again))["arrow"] == "+"
    assert row(table(asked_again))["legal"] == 0


def test_what_is_paired_depends_on_no_other_row() -> None:
    """Units that one arm lost go, whichever they are, and nobody else changes partners."""
    whole = balanced("gift")
    rng = np.random.default_rng(11)
    gone = (whole["arm"] == "anger") & (rng.random(len(whole)) < 0.3)
    lost = whole.assign(
        value=whole["value"].mask(gone), lost=np.where(gone, VOID, ""), legal=~gone
    ).sample(frac=1, random_state=1)
    wide = whole.pivot_table(index=["cluster", "unit"], columns="arm", values="value")
    kept = lost[lost["arm"] == "anger"].set_index(["cluster", "unit"])["lost"] == ""
    expected = (wide["anger"] - wide["none"])[kept.reindex(wide.index)]
    assert row(lost)["effect"] == pytest.approx(expected.mean())
    assert row(lost)["units"] == len(expected) == 72 - gone.sum()
    # A run that was interrupted, or has grown for one arm only, has the pairs that are whole.
    cut = whole[(whole["arm"] == "none") | (whole["cluster"] < 9)]
    assert row(cut)["effect"] == pytest.approx((wide["anger"] - wide["none"]).loc[:8].mean())
    assert row(cut)["due"] == 54


def test_each_unit_counts_once_however_often_it_was_asked() -> None:
    once = balanced("gift")
    twice = pd.concat([once, once[(once["arm"] == "anger") & (once["unit"] == 0)]])
    assert row(twice)["effect"] == pytest.approx(row(once)["effect"])
    assert row(twice)["n"] == row(once)["n"] + 12


def test_holm_counts_what_is_printed() -> None:
    decisions = balanced("gift")
    noisy = decisions[decisions["arm"] == "none"].assign(arm="placebo")
    noisy["value"] = (noisy["value"] + 10 * np.sin(np.arange(len(noisy)))).clip(0, 100)
    contrasts = (*inductions({"anger": "placebo"}, "none"), Contrast("", "placebo", "none"))
    found = effects(pd.concat([decisions, noisy]), SCALES, contrasts)
    assert found["contrast"].tolist() == ["against none", "against placebo", ""]
    assert found["holm"].to_numpy() == pytest.approx(multipletests(found["p"], method="holm")[1])
    printed = family(found[found["contrast"] == "against placebo"])
    assert printed["holm"].tolist() == printed["p"].tolist()


@pytest.mark.parametrize("outcome", ["cooperation", "gift"])
def test_arms_without_a_unit_in_common_have_levels_and_no_effect(outcome: str) -> None:
    found = row(
        table(
            decision(arm, cluster, unit, 1, outcome=outcome)
            for arm, unit in (("none", "after CC"), ("anger", "after DD"))
            for cluster in range(9)
        )
    )
    assert (found["units"], found["clusters"], found["note"]) == (0, 0, TOO_FEW)
    assert (found["level"], found["reference_level"]) == (1, 1)
    nothing = ["effect", "low", "high", "p", "holm", "size", "bound_low", "bounds_low"]
    assert found[nothing].isna().all()
    assert found["arrow"] == ""


def test_without_limits_there_is_no_test_and_nothing_is_known_of_what_was_lost() -> None:
    scales = {"gift": Scale(-np.inf, np.inf)}
    rng = np.random.default_rng(2)
    rows = table(
        decision(arm, cluster, "policy", value)
        for cluster in range(12)
        for arm, value in (("none", rng.normal(1, 0.1)), ("anger", rng.normal(2, 0.1)))
    )
    whole = effects(rows, scales, [AGAINST]).iloc[0]
    bounds, interval = whole[["bounds_low", "bounds_high"]], whole[["low", "high"]]
    assert bounds.tolist() == pytest.approx(interval.tolist())
    assert 0.8 < whole["low"] < whole["high"] < 1.2
    assert (whole["arrow"], whole["note"]) == ("", UNTESTED)
    assert whole[["p", "holm", "size"]].isna().all()
    lost = table([decision("anger", 0, "policy", 0, VOID)])
    some = effects(pd.concat([rows, lost]), scales, [AGAINST]).iloc[0]
    assert some["effect"] == whole["effect"]
    assert some[["bound_low", "bound_high", "bounds_low", "bounds_high"]].isna().all()


@pytest.mark.parametrize(("clusters", "arrow", "note"), [(7, "", TOO_FEW), (8, "+", "")])
def test_few_clusters_say_so(clusters: int, arrow: str, note: str) -> None:
    rows = [
        decision(arm, n, 0, float(arm == "anger"), outcome="cooperation")
        for n in range(clusters)
        for arm in ("anger", "none")
    ]
    found = row(table(rows))
    assert (found["arrow"], found["note"], found["p"]) == (arrow, note, 2 * 0.5**clusters)


def test_an_arm_that_lost_everything_has_bounds_and_nothing_else() -> None:
    rows = [decision("none", n, 0, 40) for n in range(10)]
    rows += [decision("anger", n, 0, 0, FAULT) for n in range(10)]
    found = row(table(rows))
    assert (found["bound_low"], found["bound_high"], found["units"]) == (-40, 60, 0)
    assert np.isnan([found["effect"], found["p"], found["size"], found["level"]]).all()
    assert (found["arrow"], found["fault"]) == ("", 1)


def test_numbers_that_do_not_vary_have_no_unit_to_measure_in() -> None:
    rows = [decision(arm, n, 0, 30) for n in range(10) for arm in ("anger", "none")]
    found = row(table(rows))
    assert np.isnan(found["size"])
    assert (found["effect"], found["p"], found["arrow"]) == (0, 1, "")


def test_contrasts_without_an_arm_have_no_row() -> None:
    found = effects(balanced("gift"), SCALES, STEPS)
    assert found.empty
    assert list(found.columns) == [*KEYS, *EFFECTS, *ERRORS]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 101.0}, "outside the scale"),
        ({"outcome": "bid"}, "scale of the outcome is not known"),
        ({"lost": "gone"}, "lost is none of '', 'void', 'fault', 'refused'"),
        ({"lost": VOID}, "missing just if"),
        ({"value": np.nan}, "missing just if"),
        ({"lost": REFUSED, "legal": True}, "refused to play is not legal"),
    ],
)
def test_rows_that_contradict_themselves_are_refused(change: dict[str, Any], said: str) -> None:
    rows = [decision("anger", 0, 0, 10), decision("none", 0, 0, 10) | change]
    with pytest.raises(ValueError, match=said):
        effects(table(rows), SCALES, [AGAINST])


def attrit(seed: int) -> pd.DataFrame:
    """Angry, it cooperates in 40 of 100 and refuses otherwise; neutral, it cooperates in 80."""
    rng, rows = np.random.default_rng(seed), []
    for cluster in range(40):
        for unit in range(5):
            angry, neutral = rng.random(2) < (0.4, 0.8)
            fate = "" if angry else FAULT
            rows.append(decision("anger", cluster, unit, 1, fate, "cooperation"))
            rows.append(decision("none", cluster, unit, float(neutral), outcome="cooperation"))
    return table(rows)


def test_refusals_where_it_would_have_defected_are_no_rise() -> None:
    for seed in range(20):
        found = row(attrit(seed))
        assert found["effect"] > 0
        assert found["holm"] < 0.05
        assert found["arrow"] == ""
        assert found["bound_low"] == pytest.approx(-0.4, abs=0.12)
        assert found["bound_high"] == pytest.approx(0.2, abs=0.12)
        assert found["fault"] == pytest.approx(0.6, abs=0.12)


ARMS = (ABSENT, PERCEIVES, HIDDEN, UNTOLD, UNSEEN, VISIBLE, MANIPULATIVE)


def react(unseen: float, seen: float, seed: int = 0) -> pd.DataFrame:
    """It acts on what others show, in every arm that perceives it, and on nothing else."""
    rng = np.random.default_rng(seed)
    return table(
        decision(
            arm, wording, turn, float(rng.random() < (unseen if arm == ABSENT else seen)),
            outcome="cooperation",
        )
        for arm in ARMS
        for wording in range(24)
        for turn in range(3)
    )  # fmt: skip


def test_a_model_that_reacts_to_displays_has_its_whole_effect_in_perceiving() -> None:
    found = effects(react(0, 1), SCALES, STEPS)
    assert found["contrast"].tolist() == [each.name for each in STEPS]
    assert found["effect"].tolist() == [1, 0, 0, 0, 0, 0]
    assert found["arrow"].tolist() == ["+", "", "", "", "", ""]
    others = found.iloc[1:]
    assert ((others["low"] < 0) & (others["high"] > 0)).all()


def test_so_has_one_that_reacts_now_and_then() -> None:
    held, wrong = [], 0
    for seed in range(20):
        found = effects(react(0.2, 0.8, seed), SCALES, STEPS)
        assert found["arrow"][0] == "+"
        wrong += bool((found["arrow"][1:] != "").any())
        low, high = found["low"].to_numpy(), found["high"].to_numpy()
        held += [low[0] <= 0.6 <= high[0], *((low[1:] <= 0) & (high[1:] >= 0))]
    assert np.mean(held) > 0.88
    assert wrong <= 4  # of families that err in at most one of 20; more in 1 of 400


@pytest.mark.parametrize(
    ("mode", "perceives", "told", "seen", "arm"),
    [
        ("absent", False, False, False, ABSENT),
        ("absent", True, False, False, PERCEIVES),
        ("hidden", True, False, False, HIDDEN),
        ("hidden", False, False, False, None),
        ("visible", True, True, True, VISIBLE),
        ("visible", True, False, True, UNTOLD),
        ("visible", True, True, False, UNSEEN),
        ("visible", True, False, False, None),
        ("manipulative", True, True, True, MANIPULATIVE),
        ("manipulative", True, True, False, None),
    ],
)
def test_steps_start_and_end_where_one_thing_changes(
    mode: str,
    perceives: bool,  # noqa: FBT001 - a case
    told: bool,  # noqa: FBT001 - a case
    seen: bool,  # noqa: FBT001 - a case
    arm: str | None,
) -> None:
    assert step_arm(mode, perceives=perceives, told=told, seen=seen) == arm


def test_a_design_without_placebo_has_one_reference() -> None:
    assert [*inductions({"anger": None}, "none")] == [AGAINST]


def test_no_decisions_make_no_rows() -> None:
    nothing = pd.DataFrame(columns=[*DECISIONS])
    found = effects(nothing, {}, [Contrast("against none", "anger", "none")])
    assert list(found.columns) == [*KEYS, *EFFECTS, *ERRORS]
    assert found.empty
