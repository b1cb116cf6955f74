"""What counting people instead of decisions changes, on simulated people of known parameters."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ratings.core.human import histogram as h
from ratings.core.human.distances import CHOICES, Comparison, compare
from ratings.core.human.own_decisions import read_decisions
from ratings.core.human.people import Sample, by_person
from ratings.core.human.studies import Baseline, baseline

GAME = {"temptation": 12, "reward": 7, "punishment": 4, "sucker": 0}
CORRECTED: dict[str, tuple[dict[str, Any], str, int]] = {
    # Study: the game, the measure, and the number of decisions that was taken for people.
    "andreoni_miller1993_rounds": ({**GAME, "rounds": 10}, "cooperation", 280),
    "andreoni_miller1993_after": ({**GAME, "rounds": 10}, "cooperation", 860),
    "dal_bo_frechette2011_d50_r32_all": ({**GAME, "continuation": 0.5}, "cooperation", 832),
    "dal_bo_frechette2011_d75_r40_all": ({**GAME, "continuation": 0.75}, "cooperation", 928),
    "shafir_tversky1992_unknown": (GAME, "cooperation", 444),
    "engel2011_all": ({}, "share_given", 20812),
    "engel2011_plain": ({}, "share_given", 2626),
    "engel2011_nonstudents": ({}, "share_given", 2584),
    "moblab2024_dictator": ({}, "share_given", 13232),
    "oosterbeek2004_acceptance": ({}, "acceptance", 75),
}
UNKNOWN = (
    "bereby_meyer_roth2006_rounds", "bereby_meyer_roth2006_after", "kunreuther2009_rounds",
    "kunreuther2009_after", "moblab2024_pd_first", "moblab2024_pd_once", "moblab2024_pd_after",
    "dal_bo_frechette2011_d75_r40_after", "mengel2018",
)  # fmt: skip


def as_decisions(study: Baseline, n: int) -> Baseline:
    """The study as it was before: every decision a person."""
    counts = None if study.points is None else (n,) * len(study.points)
    return study.model_copy(
        update={"people": n, "decisions": "unknown", "groups": None, "between": None}
        | {"standard_error": None, "counts": counts}
    )


def sampler(study: Baseline, measure: str, seed: int, n: int = 200) -> pd.DataFrame:
    """Decisions of people drawn from the study itself."""
    rng = np.random.default_rng(seed)
    x: list[Any] = [None] * n
    rounds = np.zeros(n, dtype=int)
    if study.cells is not None:
        people = study.histogram
        values = rng.choice(people.values, n, p=people.share)
    else:
        repeated = bool({"rounds", "continuation"} & study.payoffs.keys())
        rounds = np.resize(np.arange(2, 11), n) if repeated else rounds
        x = list(np.resize(["CC", "CD", "DC", "DD"], n)) if repeated else x
        places = rounds if study.declared.x == "round" else np.array(x)
        values = (rng.random(n) < study.expected(places, {})).astype(float)
    data: dict[str, Any] = {"contestant": "people", "game": "g", "measure": measure}
    data |= {"value": values, "x": x, "round": rounds, "cluster": np.arange(n), "repeated": False}
    return pd.DataFrame(data)[list(CHOICES)]


def beside(decisions: pd.DataFrame, study: Baseline, game: dict[str, Any]) -> Comparison:
    (found,) = compare(decisions, {"s": study}, {"g": {"name": study.game, **game}})
    return found


@pytest.mark.parametrize("name", sorted(CORRECTED))
def test_fewer_people_than_decisions_widen_the_floor_and_soften_the_test(name: str) -> None:
    """A sampler of the study meets a floor at least as wide, and no smaller p of sameness."""
    game, measure, n = CORRECTED[name]
    study = baseline(name)
    decisions = sampler(study, measure, seed=1)
    now, before = (beside(decisions, each, game) for each in (study, as_decisions(study, n)))
    assert now.distance == before.distance
    known = pd.notna(now.floor_95)
    widened = now.floor_95 > before.floor_95 if known else True
    if name == "oosterbeek2004_acceptance":  # its 75 results were counted right, as results
        assert now.equivalent_p == pytest.approx(before.equivalent_p)
    else:
        assert widened
        assert now.equivalent_p > before.equivalent_p
        assert now.human_high - now.human_low > before.human_high - before.human_low


def test_fourteen_people_are_four_times_less_sharp_than_their_games() -> None:
    """Andreoni and Miller: 14 people of 20 games each are no 280."""
    study = baseline("andreoni_miller1993_rounds")
    rounds = np.arange(1, 11)
    ratio = study.error(rounds) / as_decisions(study, 280).error(rounds)
    assert ratio == pytest.approx(np.sqrt(20), rel=0.1)  # less what smoothing adds


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_numbers_claim_nothing(name: str) -> None:
    study = baseline(name)
    assert not study.sampled
    assert np.isnan(study.error(np.zeros(1)))
    assert np.isnan(study.redrawn(np.zeros(1), 3, (0, 0))).all()


def test_an_error_is_that_of_people_groups_or_laboratories() -> None:
    assert Sample(100).error(25.0) == 0.5
    assert Sample(100, groups=25).error(25.0) == 1  # couples: not each person for itself
    assert Sample("unknown", groups=25).error(25.0) == 1
    assert Sample(100, groups=4, between=1.5).error(25.0) == np.sqrt(0.75**2 + 0.5**2)
    assert Sample("unknown", groups=25, between=9.0).error(25.0) == 1
    assert Sample(100, standard_error=0.7).error(25.0) == 0.7
    assert np.isnan(Sample("unknown").error(25.0))
    assert Sample(100).error(25.0, 4) == 2.5  # a point that four of them decided


def test_the_error_of_a_person_s_decisions_is_that_of_people() -> None:
    """Everybody decides alike five times: five times the decisions, no more people."""
    rng = np.random.default_rng(3)
    once = rng.normal(0, 1, 40)
    plain = by_person(once, np.arange(40))
    assert plain == pytest.approx(once.std(ddof=1) / np.sqrt(40))
    assert by_person(np.repeat(once, 5), np.repeat(np.arange(40), 5)) == pytest.approx(plain)
    assert by_person(np.ones(10), np.arange(10)) is None
    assert by_person(once, np.zeros(40)) is None


def asked(rng: np.random.Generator, people: int, times: int) -> tuple[list[int], list[float]]:
    """Persons and their cooperation: beta-binomial, mean 0.4, intraclass correlation 0.3."""
    own = rng.beta(0.4 * 7 / 3, 0.6 * 7 / 3, people)
    moves = (rng.random((people, times)) < own[:, None]).astype(float)
    return list(np.repeat(np.arange(people), times)), list(moves.ravel())


def covered(tmp_path: Path, studies: int) -> float:
    """Share of the intervals of the human mean that hold it, with people asked several times.

    Numbers of people from 20 to 59 and of questions from 2 to 15 go in turn.
    """
    hits = 0
    for seed in range(studies):
        people, times = 20 + seed % 40, 2 + seed % 14
        persons, moves = asked(np.random.default_rng(seed), people, times)
        table = pd.DataFrame({"person": persons, "measure": "cooperation", "value": moves})
        path = tmp_path / "lab.csv"
        table.to_csv(path, index=False)
        (study,) = read_decisions(path).values()
        assert study.value is not None
        low, high = study.sample.interval(study.value, study.error(np.zeros(1)), 1.0)
        hits += low <= 0.4 <= high
    return hits / studies


def test_intervals_of_the_human_mean_hold_it(tmp_path: Path) -> None:
    """With 200 studies, a share of 0.95 has a standard error of 0.015: three of them."""
    assert 0.905 <= covered(tmp_path, 200) <= 0.995


@pytest.mark.soak
def test_intervals_of_the_human_mean_hold_it_in_many_studies(tmp_path: Path) -> None:
    assert 0.93 <= covered(tmp_path, 2000) <= 0.97


def test_decisions_taken_for_people_would_hold_it_far_too_rarely() -> None:
    """The same, each decision a person: what the number of people is for."""
    hits = []
    for seed in range(400):
        _, moves = asked(np.random.default_rng(seed), 30, 10)
        mean = float(np.mean(moves))
        wrong = Sample(len(moves))
        low, high = wrong.interval(mean, float(wrong.error(mean * (1 - mean))), 1.0)
        hits.append(low <= 0.4 <= high)
    assert np.mean(hits) < 0.8


def test_a_spread_between_laboratories_is_covered_by_its_interval() -> None:
    """Gifts of 40 laboratories of 30 people, whose means differ by 10 points."""
    hits = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        gifts = rng.normal(rng.normal(40, 10, (40, 1)), 20, (40, 30))
        sample = Sample(1200, groups=40, between=10.0)
        low, high = sample.interval(float(gifts.mean()), float(sample.error(20.0**2)), 100.0)
        hits.append(low <= 40 <= high)
    assert 0.915 <= np.mean(hits) <= 0.985


def test_people_of_one_population_are_within_the_floor_of_a_small_study() -> None:
    """In 95 of 100 pairs of samples, 24 people and 100; beside the study as it is, far fewer."""
    whole, rng = baseline("moblab2024_dictator").histogram, np.random.default_rng(8)
    within: list[bool] = []
    exact: list[bool] = []
    for _ in range(200):
        study = replace(whole, count=rng.multinomial(24, whole.share).astype(float), people=24.0)
        drawn = rng.choice(whole.values, 100, p=whole.share)
        distance = h.wasserstein(h.pair(study, drawn))
        for found, people in ((within, 24.0), (exact, 1e9)):
            floor = h.noise_floor(replace(study, people=people), 100, draws=400)
            found.append(distance <= np.quantile(floor, 0.95))
    assert np.mean(within) >= 0.9
    assert np.mean(exact) < 0.75
