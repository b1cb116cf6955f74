"""d' and criterion, and effects by item: simulated judges whose answers are known."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from ratings.core.emotion.due_decisions import CROSSED, YES_NO
from ratings.core.emotion.effects import effects, family
from ratings.core.emotion.signal_detection import (
    CRITERION,
    SENSITIVITY,
    signal_effects,
    signal_levels,
)
from ratings.core.statistics.cluster_mean import cluster_mean, crossed_mean
from tests.ratings.core.emotion.judges import (
    ANGER,
    Judge,
    judgements,
    moved_by_wordings,
    null,
    silent_on_hard_items,
    worse_on_wrong_acts,
    wrong_to_everything,
)


def many(judge: Judge, studies: int, outcome: str = "judged right", **more: int) -> pd.DataFrame:
    """Several studies in one table, each with a judge of its own name."""
    tables = [
        judgements(judge, seed, outcome=outcome, **more).assign(contestant=f"judge {seed:03}")
        for seed in range(studies)
    ]
    return pd.concat(tables, ignore_index=True)


def signals(judge: Judge, studies: int, **more: int) -> dict[str, pd.DataFrame]:
    """Effects on d' and on the criterion, a row a study; each study is a family of its own."""
    table = signal_effects(many(judge, studies, "said wrong", **more), [ANGER])
    whole = pd.concat([family(part) for _, part in table.groupby("contestant")])
    return {str(outcome): rows for outcome, rows in whole.groupby("outcome")}


def accuracy(decisions: pd.DataFrame) -> pd.DataFrame:
    table = effects(decisions, {"judged right": YES_NO}, [ANGER])
    return pd.concat([family(part) for _, part in table.groupby("contestant")])


def test_levels_have_the_log_linear_correction() -> None:
    """Figures worked out by hand: 3 hits of 4 and 1 false alarm of 4, then all and none."""
    rows = judgements(null, 0, items=8, wordings=1, outcome="said wrong")
    rows = rows[rows["arm"] == "none"].copy()
    rows["value"] = np.where(rows["signal"], [1, 1, 1, 1, 1, 1, 0, 1], [0, 0, 0, 1, 0, 0, 0, 0])
    found = signal_levels(rows).set_index("outcome")["level"]
    hits, alarms = ndtri(3.5 / 5), ndtri(1.5 / 5)
    assert found[SENSITIVITY] == pytest.approx(hits - alarms)
    assert found[CRITERION] == pytest.approx(-(hits + alarms) / 2)
    perfect = signal_levels(rows.assign(value=rows["signal"].astype(float)))
    assert perfect["level"].iloc[0] == pytest.approx(ndtri(4.5 / 5) - ndtri(0.5 / 5))


def test_a_judge_20_points_worse_on_wrong_acts_is_found_with_its_size() -> None:
    decisions = many(worse_on_wrong_acts, 20, items=240)
    on_wrong = accuracy(decisions[decisions["signal"]])
    assert set(on_wrong["arrow"]) == {"-"}
    assert ((on_wrong["low"] < -0.2) & (on_wrong["high"] > -0.2)).sum() >= 17
    assert on_wrong["effect"].mean() == pytest.approx(-0.2, abs=0.02)
    on_others = accuracy(decisions[~decisions["signal"]])
    assert on_others["effect"].mean() == pytest.approx(0, abs=0.02)
    found = signals(worse_on_wrong_acts, 5, items=240)
    assert set(found[SENSITIVITY]["arrow"]) == {"-"}
    assert (found[CRITERION]["effect"] > 0).all()  # less often "wrong"


def test_wrong_to_everything_moves_the_criterion_alone() -> None:
    found = signals(wrong_to_everything, 20)
    assert set(found[CRITERION]["arrow"]) == {"-"}
    assert (found[CRITERION]["effect"] < -1.5).all()
    moved = found[SENSITIVITY]
    assert ((moved["low"] < 0) & (moved["high"] > 0)).sum() >= 16
    decisions = many(wrong_to_everything, 20)
    assert (accuracy(decisions[decisions["signal"]])["effect"] > 0.3).all()
    assert (accuracy(decisions[~decisions["signal"]])["effect"] < -0.3).all()
    assert (accuracy(decisions)["arrow"] != "+").all()
    levels = signal_levels(judgements(wrong_to_everything, 0, outcome="said wrong"))
    angry = levels[levels["arm"] == "anger"].set_index("outcome")["level"]
    assert angry[SENSITIVITY] == pytest.approx(0)


def test_silence_on_hard_items_gets_no_arrow_and_its_bounds() -> None:
    decisions = many(silent_on_hard_items, 20)
    found = accuracy(decisions)
    assert set(found["arrow"]) == {""}
    assert (found["bound_low"] < 0).all()
    assert (found["bound_high"] > 0).all()
    lost = (decisions["lost"] != "").groupby(decisions["contestant"]).sum() / (2 * 120)
    width = (found["bound_high"] - found["bound_low"]).to_numpy()
    assert width == pytest.approx(lost.to_numpy())
    for signal in signals(silent_on_hard_items, 20).values():
        assert set(signal["arrow"]) == {""}
        assert (signal["bound_low"] < signal["effect"]).all()
        assert (signal["effect"] < signal["bound_high"]).all()


def test_a_null_gives_none_in_95_of_100() -> None:
    found = signals(null, 100)
    found["accuracy"] = accuracy(many(null, 100))
    for table in found.values():
        assert len(table) == 100
        assert (table["p"] < 0.05).sum() <= 10  # exact limit of 100 tests at .05
        assert (table["arrow"] == "").sum() >= 95


def test_wordings_that_move_the_effect_count_where_there_are_enough() -> None:
    """Each of ten wordings shifts the effect of all items; items alone would be too sure."""
    sure, crossed_sure = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        item, wording = (a.ravel() for a in np.meshgrid(range(50), range(10), indexing="ij"))
        values = rng.normal(size=10)[wording] + rng.normal(size=len(item))
        sure += cluster_mean(values, item, (-np.inf, np.inf)).p < 0.05
        crossed_sure += crossed_mean(values, item, wording, (-np.inf, np.inf)).p < 0.05
    assert sure > 20
    assert crossed_sure <= 8


def test_wordings_that_move_a_judge_are_not_taken_for_anger() -> None:
    """Each of ten wordings moves it its own way; with items alone, one null in six is an effect."""
    size: dict[str, Any] = {"studies": 20, "items": 40, "wordings": 10}
    judged = many(moved_by_wordings, **size)
    judged = judged[judged["signal"]]
    said = many(moved_by_wordings, outcome="said wrong", **size)
    for crossed, found in (
        (True, [accuracy(judged), signal_effects(said, [ANGER])]),
        (False, [accuracy(judged.drop(columns=CROSSED)),
                 signal_effects(said.drop(columns=CROSSED), [ANGER])]),
    ):  # fmt: skip
        for _, rows in pd.concat(found).groupby("outcome"):
            sure = (rows["p"] < 0.05).sum()
            assert sure <= 3 if crossed else sure >= 4


def test_few_wordings_are_taken_as_they_are() -> None:
    values, items = np.arange(12.0), np.repeat(range(6), 2)
    limits = (-100.0, 100.0)
    assert crossed_mean(values, items, np.tile([0, 1], 6), limits) == cluster_mean(
        values, items, limits
    )
