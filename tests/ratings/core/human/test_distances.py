"""Comparisons with studies: the right decisions, the right human figure, the right margin."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ratings.core.human import histogram as h
from ratings.core.human.distances import CHOICES, Comparison, compare, mismatch, table, view
from ratings.core.human.human_scale import disjoint, human_scale
from ratings.core.human.own_decisions import read_decisions
from ratings.core.human.studies import baseline, baselines

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
    assert each.floor == pytest.approx(2.3, abs=0.1)  # of 100 people, not of eight decisions
    assert each.human_low < each.human < each.human_high
    assert each.human_high - each.human_low == pytest.approx(2 * 1.96 * 0.219, rel=0.01)


def test_known_probabilities_stand_in_place_of_a_drawn_amount() -> None:
    """Whoever gives people's own shares each time is people, however few the decisions."""
    people = baseline("moblab2024_dictator").histogram
    spread = {float(value): float(p) for value, p in zip(people.values, people.share, strict=True)}
    drawn = rows("giving", "share_given", [people.mean] * 8)
    flat, known = drawn.assign(spread=None), drawn.assign(spread=pd.Series([spread] * 8))
    each, other = one(known, "moblab2024_dictator"), one(flat, "moblab2024_dictator")
    assert each.distance == pytest.approx(0, abs=1e-9) != other.distance
    assert each.dispersion == pytest.approx(1)
    assert other.dispersion == 0
    assert each.same_spread == "yes"
    assert (each.n, each.clusters, each.mean) == (other.n, other.clusters, other.mean)
    assert each.turing == pytest.approx(h.turing(people, people.values, people.share))
    assert each.distance_low == 0


def test_half_of_a_decision_counts_for_half() -> None:
    halves = rows("giving", "share_given", [25.0] * 6).assign(
        spread=pd.Series([{0.0: 0.5, 50.0: 0.5}] * 6)
    )
    drawn = rows("giving", "share_given", [0.0, 50.0] * 3)
    one_way, other = (one(each, "moblab2024_dictator") for each in (halves, drawn))
    for figure in ("distance", "mean", "ks", "energy", "dispersion", "turing"):
        assert getattr(one_way, figure) == pytest.approx(getattr(other, figure)), figure


def test_the_floor_is_of_100_people_however_few_the_wordings() -> None:
    """People who are asked ten times each are 100 people still, as far as nothing else is known."""
    few, many = (
        one(rows("giving", "share_given", [40.0] * n, cluster=np.arange(n) // 10),
            "engel2011_plain")
        for n in (60, 4000)
    )  # fmt: skip
    people = baseline("engel2011_plain").histogram
    assert few.floor_95 == many.floor_95
    assert few.floor_95 == pytest.approx(np.quantile(h.noise_floor(people, 100), 0.95))
    assert not few.within_floor
    moves = one(rows("once", "cooperation", [0.0, 1.0] * 8), "zhu2024_dilemma")
    assert moves.floor_95 < 0.13  # of 16 people it would be .23


def test_people_asked_again_say_more_where_they_vary() -> None:
    varied = baseline("moblab2024_dictator").model_copy(
        update={"people": 1000, "decisions": 5000, "standard_error": 0.4}
    )
    gifts = rows("giving", "share_given", [25.0] * 40, cluster=np.arange(40) // 5)
    (each,) = compare(gifts, {"v": varied}, GAMES)
    variance = varied.histogram.sd**2
    alike = (0.4**2 * 5000 / variance - 1) / (5 - 1)
    assert varied.sample.correlation(variance, 5000) == pytest.approx(alike)
    worth = round(100 * 5 / (1 + 4 * alike))
    assert worth > 150
    expected = np.quantile(h.noise_floor(varied.histogram, worth), 0.95)
    assert each.floor_95 == pytest.approx(expected)


@pytest.mark.parametrize("clusters", [2, 5, 6])
def test_identical_decisions_are_worth_a_sign_test(clusters: int) -> None:
    """Whoever never varies shows no spread, which is no certainty."""
    gifts = one(rows("giving", "share_given", [26.0] * clusters), "moblab2024_dictator")
    moves = one(rows("once", "cooperation", [0.27] * clusters), "zhu2024_dilemma")
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
    # The value of a regression is no sample: no floor, no interval, no "same mean".
    unknown = (each.equivalent_p, each.floor_95, each.human_low, each.distance_low)
    assert np.isnan(unknown).all()
    assert not each.equivalent
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
        people = study.model_copy(update={"counts": (n,), "decisions": n, "people": n})
        (each,) = compare(offers, {"s": people}, GAMES)
        reach = 1.96 * np.sqrt(0.3 * 0.7 / n)
        assert each.distance_high - each.distance_low == pytest.approx(2 * reach, rel=0.15)


def test_an_interval_holds_its_estimate_and_nothing_negative() -> None:
    people = baseline("moblab2024_dictator").histogram
    drawn = np.random.default_rng(1).choice(people.values, 200, p=people.share)
    each = one(rows("giving", "share_given", list(drawn)), "moblab2024_dictator")
    assert 0 <= each.distance_low <= each.distance <= each.distance_high
    curve = one(rows("once", "cooperation", [1.0, 0.0] * 50), "zhu2024_dilemma")
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
    assert each.human_low < 40 < each.human_high


def test_of_an_unknown_number_of_people_nothing_is_claimed_but_the_distance() -> None:
    each = one(rows("once", "cooperation", [1.0] * 45 + [0.0] * 55), "moblab2024_pd_first")
    assert each.distance == pytest.approx(0.0012)
    unknown = (each.human_low, each.distance_low, each.floor_95, each.equivalent_p)
    assert np.isnan(unknown).all()
    assert not each.within_floor
    assert not each.equivalent


def test_the_floor_of_a_probability_is_binomial() -> None:
    each = one(rows("once", "cooperation", [1.0, 0.0] * 50), "shafir_tversky1992_unknown")
    ours, theirs = stats.binom(100, 0.3694), stats.binom(80, 0.3694)
    mean = sum(
        ours.pmf(k) * theirs.pmf(j) * abs(k / 100 - j / 80) for k in range(101) for j in range(81)
    )
    assert each.floor == pytest.approx(mean, rel=0.05)


def test_people_set_the_scale() -> None:
    scale = human_scale("dictator", "share_given")
    apart = {(a, b): d for a, b, d in scale}
    assert apart["engel2011_students", "engel2011_nonstudents"] == pytest.approx(21.97, abs=0.1)
    assert list(scale) == sorted(scale, key=lambda row: row[2])
    # Nobody is in both samples of a pair: no part beside its whole, no file beside one it holds.
    known = baselines()
    assert all(disjoint(known[a], known[b]) for a, b in apart)
    of_engel = {pair for pair in apart if all(name.startswith("engel") for name in pair)}
    assert of_engel == {
        ("engel2011_students", "engel2011_nonstudents"),
        ("engel2011_nonstudents", "engel2011_plain"),
    }
    assert not disjoint(known["engel2011_all"], known["forsythe1994_dictator_paid5"])
    # The distance of 24 people from 46 is less than it looks.
    raw = h.wasserstein(
        h.between(*(known[f"forsythe1994_dictator_{of}"].histogram for of in ("paid5", "paid10")))
    )
    unbiased = apart["forsythe1994_dictator_paid5", "forsythe1994_dictator_paid10"]
    assert 0 < unbiased < raw - 1
    paid, unpaid = (f"forsythe1994_dictator_{of}" for of in ("paid5", "unpaid"))
    assert apart[paid, unpaid] == pytest.approx(16, abs=0.5)
    assert known[paid].called == "paid 5 dollars"
    each = one(rows("giving", "share_given", [50.0] * 4), "moblab2024_dictator")
    assert each.like == "further than any two"
    near = one(rows("giving", "share_given", [30.0, 40.0, 50.0]), "engel2011_plain")
    assert " v " in near.like
    assert near.like_distance == pytest.approx(near.distance, abs=2)


def test_people_set_the_scale_of_probabilities_too() -> None:
    """Over the rounds that were played, and of plain samples alone."""
    played = rows("ten", "cooperation", [1.0] * 10, round=range(1, 11), x=None)
    each = one(played, "andreoni_miller1993_rounds")
    assert each.like == ""  # of one study alone is it known how many people stand behind it
    answers = rows("answers", "acceptance", [1.0, 0.0] * 20, x=[20.0, 50.0] * 20)
    near = one(answers, "moblab2024_acceptance")
    assert near.like in {"further than any two", "nearer than any two"} or " v " in near.like
    once = one(rows("once", "cooperation", [1.0] * 45 + [0.0] * 55), "shafir_tversky1992_unknown")
    assert once.like == "nearer than any two"
    assert once.like_distance == pytest.approx(0.3694 - 0.2701, abs=0.02)
    silent = one(rows("sexes", "coordination", [1.0, 0.0]), "cooper1989_silent")
    assert (silent.like, np.isnan(silent.like_distance)) == ("", True)


@pytest.mark.parametrize("text", ["offer,40,1\n" * 5, "offer,40,1\n", "acceptance,1,1,40\n"])
@pytest.mark.parametrize("ours", [[40.0], [40.0, 40.0], [10.0, 50.0, 30.0]])
def test_people_who_do_not_differ_can_be_compared_with(
    text: str, ours: list[float], tmp_path: Path
) -> None:
    path = tmp_path / "lab.csv"
    path.write_text(f"measure,value,person,offer\n{text}")
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
