"""Comparisons with studies: the right decisions, the right human figure, the right margin."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ratings.core.human.distances import CHOICES, Comparison, compare, mismatch, table, view
from ratings.core.human.human_scale import human_scale
from ratings.core.human.studies import baseline, read_decisions

PD = {"name": "prisoners_dilemma", "temptation": 5, "reward": 3, "punishment": 1, "sucker": 0}
GAMES: dict[str, dict[str, Any]] = {
    "giving": {"name": "dictator"},
    "answers": {"name": "ultimatum"},
    "once": PD,
    "ten": {**PD, "rounds": 10},
    "sexes": {"name": "battle_of_the_sexes"},
}


def rows(game: str, measure: str, values: list[float], **columns: Any) -> pd.DataFrame:
    n = len(values)
    data: dict[str, Any] = {
        "contestant": "a",
        "game": game,
        "measure": measure,
        "value": values,
        "x": None,
    }
    data |= {"round": 0, "cluster": range(n), "repeated": False, **columns}
    return pd.DataFrame(data)[list(CHOICES)]


def one(found: pd.DataFrame, study: str) -> Comparison:
    (each,) = compare(found, {study: baseline(study)}, GAMES)
    return each


def test_a_distribution_beside_a_study() -> None:
    gifts = rows("giving", "share_given", [0.0, 50.0, 30.0, 0.0, 10.0, 50.0, 20.0, 40.0])
    each = one(gifts, "moblab2024_dictator")
    people = baseline("moblab2024_dictator").histogram
    expected = stats.wasserstein_distance(gifts["value"], people.values, None, people.share)
    assert each.distance == pytest.approx(expected)
    assert (each.mean, each.n, each.effective) == (25, 8, 8)
    assert each.low < 25 < each.high
    assert each.human == pytest.approx(25.78, abs=0.01)
    assert each.distance_low <= each.distance_high
    assert each.floor == pytest.approx(8.1, abs=0.3)  # of eight people


@pytest.mark.parametrize("clusters", [2, 5, 6])
def test_identical_decisions_are_worth_a_sign_test(clusters: int) -> None:
    """Whoever never varies shows no spread, which is no certainty."""
    gifts = one(rows("giving", "share_given", [26.0] * clusters), "moblab2024_dictator")
    moves = one(rows("once", "cooperation", [1 / 3] * clusters), "moblab2024_pd_once")
    for each in (gifts, moves):
        assert each.equivalent_p == pytest.approx(2.0 ** (1 - clusters), rel=0.1)
        assert each.equivalent == (clusters > 5)


def test_answers_are_compared_at_their_offers() -> None:
    offers = np.array([20.0] * 10 + [50.0] * 10)
    yes = [0.0] * 10 + [1.0] * 10
    each = one(rows("answers", "acceptance", yes, x=offers), "moblab2024_acceptance")
    assert each.human == pytest.approx((0.2646 + 0.9196) / 2)
    assert each.distance == pytest.approx((0.2646 + 0.0804) / 2)
    assert each.mean == 0.5


def test_a_game_played_once_is_compared_with_the_formula_of_its_payoffs() -> None:
    each = one(rows("once", "cooperation", [1.0] * 37 + [0.0] * 63), "mengel2018")
    assert each.human == pytest.approx(0.369, abs=0.001)
    assert each.distance == pytest.approx(0.001, abs=0.001)
    assert each.equivalent  # the formula's value is taken as exact
    few = one(rows("once", "cooperation", [1.0] * 3 + [0.0] * 5), "mengel2018")
    assert not few.equivalent
    far = one(rows("once", "cooperation", [1.0] * 500 + [0.0] * 500), "mengel2018")
    assert not far.equivalent
    assert (
        compare(rows("ten", "cooperation", [1.0], round=1), {"m": baseline("mengel2018")}, GAMES)
        == []
    )


def test_another_game_than_the_people_s_is_named() -> None:
    axelrod, moblab = GAMES["ten"], {"temptation": 7, "reward": 4, "punishment": 3, "sucker": 0}
    miller = {"temptation": 12, "reward": 7, "punishment": 4, "sucker": 0, "rounds": 10}
    rounds = baseline("andreoni_miller1993_rounds")
    assert mismatch(rounds, axelrod) == "payoffs"
    assert mismatch(rounds, miller) == ""
    assert mismatch(rounds, {**miller, "rounds": 5}) == "horizon"
    assert mismatch(baseline("moblab2024_pd_first"), moblab) == ""  # 700, 400, 300, 0
    assert mismatch(baseline("moblab2024_pd_first"), axelrod) == "payoffs, horizon"
    assert mismatch(baseline("mengel2018"), axelrod) == ""
    played = rows("ten", "cooperation", [1.0, 1.0], round=[1, 2], x=[None, "CC"])
    assert one(played, "andreoni_miller1993_after").mismatch == "payoffs"


def test_few_people_widen_the_interval() -> None:
    """Both sides are drawn anew: with a constant on ours, the rest is binomial."""
    offers = rows("answers", "acceptance", [1.0] * 40, x=20.0)
    study = baseline("moblab2024_acceptance").model_copy(update={"points": ((20, 0.3),)})
    for n in (30, 3000):
        people = study.model_copy(update={"counts": (n,)})
        (each,) = compare(offers, {"s": people}, GAMES)
        reach = 1.96 * np.sqrt(0.3 * 0.7 / n)
        assert each.distance_high - each.distance_low == pytest.approx(2 * reach, rel=0.15)


def test_an_interval_holds_its_estimate_and_nothing_negative() -> None:
    people = baseline("moblab2024_dictator").histogram
    drawn = np.random.default_rng(1).choice(people.values, 200, p=people.share)
    each = one(rows("giving", "share_given", list(drawn)), "moblab2024_dictator")
    assert 0 <= each.distance_low <= each.distance <= each.distance_high
    curve = one(rows("once", "cooperation", [1.0, 0.0] * 50), "moblab2024_pd_first")
    assert 0 <= curve.distance_low <= curve.distance <= curve.distance_high


def test_rounds_and_outcomes_of_repeated_games() -> None:
    played = rows(
        "ten", "cooperation", [1.0, 1.0, 0.0, 0.0], round=[1, 2, 3, 4], x=[None, "CC", "CD", "DD"]
    )
    rounds = baseline("andreoni_miller1993_rounds")
    assert list(view(played, rounds, GAMES["ten"])["x"]) == [1, 2, 3, 4]
    assert view(played, rounds, {**PD, "rounds": 5}).empty
    after = one(played, "andreoni_miller1993_after")
    assert after.n == 3
    expected = [0.1116, 0.2233, 0.0684]  # 1 - .8884, then what people do
    assert after.distance == pytest.approx(np.mean(expected))


def test_a_mean_without_a_distribution_has_no_floor() -> None:
    each = one(rows("answers", "offer", [35.0, 45.0, 40.0, 41.0, 39.0]), "oosterbeek2004_offer")
    assert each.human == 40
    assert np.isnan(each.floor_95)
    assert each.equivalent


def test_the_floor_of_a_probability_is_binomial() -> None:
    each = one(rows("once", "cooperation", [1.0, 0.0] * 50), "moblab2024_pd_first")
    spread = stats.binom(100, 0.4512)
    mean = sum(spread.pmf(k) * abs(k / 100 - 0.4512) for k in range(101))
    assert each.floor == pytest.approx(mean, rel=0.05)


def test_people_set_the_scale() -> None:
    scale = human_scale("dictator", "share_given")
    apart = {(a, b): d for a, b, d in scale}
    assert apart["engel2011_students", "engel2011_nonstudents"] == pytest.approx(21.97, abs=0.01)
    assert list(scale) == sorted(scale, key=lambda row: row[2])
    # A part is not set beside its whole.
    names = [f"engel2011_{part}" for part in ("all", "students", "plain")]
    assert not {pair for pair in apart if set(pair) <= set(names)}
    each = one(rows("giving", "share_given", [50.0] * 4), "moblab2024_dictator")
    assert each.like == "further than any two"
    near = one(rows("giving", "share_given", [30.0, 40.0, 50.0]), "engel2011_plain")
    assert " and " in near.like
    assert near.like_distance == pytest.approx(near.distance, abs=2)


def test_people_set_the_scale_of_probabilities_too() -> None:
    """Over the rounds that were played, and of plain samples alone."""
    played = rows("ten", "cooperation", [1.0] * 10, round=range(1, 11), x=None)
    each = one(played, "andreoni_miller1993_rounds")
    assert each.like == "further than any two"
    first = rows("ten", "cooperation", [1.0, 0.0], round=[1, 1], x=None)
    near = one(first, "andreoni_miller1993_rounds")
    assert near.distance == pytest.approx(0.625 - 0.5)
    assert near.like == "bereby_meyer_roth2006_rounds and kunreuther2009_rounds"
    assert near.like_distance == pytest.approx(0.8195 - 0.7159)
    once = one(rows("once", "cooperation", [1.0] * 45 + [0.0] * 55), "shafir_tversky1992_unknown")
    assert once.like == "moblab2024_pd_first and shafir_tversky1992_unknown"
    assert once.like_distance == pytest.approx(0.4512 - 0.3694)
    silent = one(rows("sexes", "coordination", [1.0, 0.0]), "cooper1989_silent")
    assert (silent.like, np.isnan(silent.like_distance)) == ("", True)


@pytest.mark.parametrize("text", ["offer,40,\n" * 5, "offer,40,\n", "acceptance,1,40\n"])
@pytest.mark.parametrize("ours", [[40.0], [40.0, 40.0], [10.0, 50.0, 30.0]])
def test_people_who_do_not_differ_can_be_compared_with(
    text: str, ours: list[float], tmp_path: Path
) -> None:
    path = tmp_path / "lab.csv"
    path.write_text(f"measure,value,offer\n{text}")
    values = ours if "offer,40" in text else [float(each < 40) for each in ours]
    played = rows("answers", text.partition(",")[0], values, x=40.0)
    (each,) = compare(played, read_decisions(path), GAMES)
    assert each.human == (40 if "offer,40" in text else 1)
    assert each.distance == pytest.approx(np.abs(np.array(values) - each.human).mean())
    assert np.isnan(each.dispersion)


def test_comparisons_as_a_table() -> None:
    gifts = rows("giving", "share_given", [0.0, 50.0])
    found = compare(
        gifts, {n: baseline(n) for n in ("engel2011_plain", "moblab2024_dictator")}, GAMES
    )
    (plain, moblab) = table(found).to_dict(orient="records")
    assert np.isnan(plain["turing_win"])
    assert moblab["turing_win"] + moblab["turing_tie"] + moblab["turing_loss"] == pytest.approx(1)
