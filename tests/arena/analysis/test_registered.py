"""Registered rows: families, the void rule, margins; and the multiverse, on simulated truth."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from arena.analysis import registered as of_design
from arena.analysis.due_decisions import REGISTERED
from arena.analysis.multiverse import VOIDS, WORDINGS, Multiverse, _every
from arena.analysis.registered import SAME, registered
from arena.design.analysis import Analysis
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import DECISIONS, VOID, YES_NO, Scale
from ratings.core.emotion.effects import effects

CONTRASTS = [Contrast("against none", "anger", "none"), Contrast("against none", "joy", "none")]
SCALES = {"cooperation": YES_NO, "gift": Scale(0, 100)}


def decisions(effect: float, clusters: int = 40, lost: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Gifts of three arms around 50, with a deviation of 8; only anger has an effect."""
    rng, rows = np.random.default_rng(seed), []
    for cluster in range(clusters):
        for arm in ("none", "anger", "joy"):
            value = float(np.clip(rng.normal(50 + effect * (arm == "anger"), 8), 0, 100))
            gone = rng.random() < lost
            fate = (np.nan if gone else value, VOID if gone else "", not gone)
            rows.append(("dictator", "gift", "m", arm, f"{cluster:02d}", "u", *fate))
    return pd.DataFrame(rows, columns=list(DECISIONS))


def table(rows: pd.DataFrame) -> pd.DataFrame:
    found = effects(rows, SCALES, CONTRASTS)
    return found.assign(family="choices", emotion=found["arm"], range=100.0)


def analysis(**stated: Any) -> Analysis:
    base = {"outcomes": ("gift",), "reference": "none", "margins": {"gift": 0.1}}
    return Analysis(**(base | stated))


def told(rows: pd.DataFrame, plan: Analysis) -> pd.DataFrame:
    own = registered(table(rows), plan)
    return of_design.tested(own[own["family"] == REGISTERED], plan).set_index("arm")


def test_only_named_rows_are_registered() -> None:
    own = registered(table(decisions(0)), analysis(emotions=("anger",)))
    assert own.set_index("arm")["family"].to_dict() == {"anger": REGISTERED, "joy": "choices"}
    assert own.set_index("arm")["margin"].isna().to_dict() == {"anger": False, "joy": True}


def studies(effect: float, number: int) -> list[str]:
    """Arrows of so many studies of one row each: the paired t test of 40 clusters."""
    rng = np.random.default_rng(5)
    arrows = []
    for gaps in rng.normal(effect, 12, (number, 40)):
        error = gaps.std(ddof=1) / np.sqrt(40)
        reach = stats.t.ppf(0.975, 39) * error
        row = {
            "game": "dictator", "outcome": "gift", "contrast": "against none", "emotion": "anger",
            "family": "choices", "range": 100.0, "effect": gaps.mean(), "error": error, "df": 39,
            "low": gaps.mean() - reach, "high": gaps.mean() + reach, "note": "", "clusters": 40,
            "p": 2 * stats.t.sf(abs(gaps.mean() / error), 39),
        }  # fmt: skip
        rows = pd.DataFrame([row]).assign(bounds_low=row["low"], bounds_high=row["high"])
        arrows += [*of_design.tested(registered(rows, analysis()), analysis())["arrow"]]
    return arrows


def share(arrows: list[str], arrow: str) -> float:
    return float(np.mean([each == arrow for each in arrows]))


def test_an_effect_is_found_and_none_is_shown_to_be_none() -> None:
    assert share(studies(20, 100), "+") == 1
    none = studies(0, 100)
    assert share(none, SAME) > 0.9
    assert share(none, "+") + share(none, "-") < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 100)


@pytest.mark.parametrize("effect", [10, -10])
def test_equivalence_is_not_shown_where_the_effect_is_the_margin(effect: float) -> None:
    assert share(studies(effect, 100), SAME) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 100)


def test_losses_leave_claims_open_unless_they_are_dropped() -> None:
    rows = decisions(30, lost=0.4)
    bounds, drop = (told(rows, analysis(void=rule)) for rule in ("bounds", "drop"))
    assert bounds["arrow"].to_dict() == {"anger": "", "joy": ""}
    assert drop.loc["anger", "arrow"] == "+"
    assert (bounds["bounds_low"] == drop["bounds_low"]).all()


def test_families_are_all_tests_or_those_of_a_game_or_outcome() -> None:
    first = table(decisions(6))
    both = pd.concat([first, first.assign(game="other")], ignore_index=True)
    for family, size in (("all", 4), ("game", 2), ("outcome", 4)):
        plan = analysis(family=family)
        found = of_design.tested(registered(both, plan), plan)
        least = found.nsmallest(1, "p").iloc[0]
        assert least["holm"] == pytest.approx(size * least["p"])


def spread(rows: pd.DataFrame) -> Multiverse:
    found = _every(rows, SCALES, CONTRASTS).assign(emotion="", yes_no=False)
    return Multiverse("m", "0", found, ())


def test_a_multiverse_has_each_rule_on_each_part() -> None:
    found = spread(decisions(30, lost=0.2))
    anger = found.table[found.table["arm"] == "anger"]
    assert sorted(map(tuple, anger[["void", "wordings"]].to_numpy())) == sorted(
        (void, part) for void in VOIDS for part in WORDINGS
    )
    whole = anger[anger["wordings"] == "all"].set_index("void")["effect"]
    expected = table(decisions(30, lost=0.2)).set_index("arm").loc["anger"]
    assert whole["dropped"] == expected["effect"]
    parts = anger[anger["void"] == "dropped"].set_index("wordings")["units"]
    assert parts["all"] == parts["first half"] + parts["second half"]


def test_a_large_effect_is_above_in_all_analyses_and_none_in_few() -> None:
    found = spread(decisions(30)).spread
    anger = found[found["arm"] == "anger"].iloc[0]
    assert (anger["analyses"], anger["above"], anger["below"]) == (9, 1, 0)
    for seed in range(3):
        none = spread(decisions(0, clusters=20, seed=seed)).spread
        assert (none["least"] <= none["median"]).all()
        assert (none["above"] + none["below"] < 1).all()
