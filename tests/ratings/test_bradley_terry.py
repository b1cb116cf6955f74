import csv

import evalica
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from ratings import bradley_terry
from ratings.bradley_terry import POINTS, resampled
from ratings.core.comparisons.davidson import fit
from tests import ROOT
from tests.ratings.leagues import NAMES, Floats, cell, league, marginal, record_of

STRENGTHS = np.array([0.9, 0.5, 0.2, -0.2, -0.5, -0.9])


def covered(leagues: int, clusters: int, rounds: int, spread: float) -> Floats:
    """Share of leagues in which each contestant's interval holds its true rating.

    Kinds of leagues have seeds of their own, so that one unlucky draw does not hit them all.
    """
    tie = 0.4
    wins, ties = marginal(STRENGTHS, tie, spread)
    (truth,), _ = fit(wins[None], ties[None], ridge=1e-12)
    inside = np.zeros(len(STRENGTHS))
    begin = 1_000 * (1 + int(spread))
    for number in range(begin, begin + leagues):
        record = league(STRENGTHS, clusters, tie, spread, np.random.default_rng(number))
        low, high = resampled.__wrapped__(record, rounds, number).interval
        inside += (low <= 1500 + POINTS * truth) & (1500 + POINTS * truth <= high)
    return inside / leagues


@pytest.mark.parametrize("spread", [0.0, 1.0], ids=["independent", "clustered"])
def test_intervals_cover_the_true_ratings(spread: float) -> None:
    assert 0.92 <= covered(100, 60, 200, spread).mean() <= 0.98


@pytest.mark.soak
@pytest.mark.parametrize("clusters", [40, 200])
@pytest.mark.parametrize("spread", [0.0, 1.0], ids=["independent", "clustered"])
def test_intervals_cover_the_true_ratings_in_many_leagues(spread: float, clusters: int) -> None:
    assert 0.92 <= covered(400, clusters, 1000, spread).mean() <= 0.98


def test_intervals_that_took_comparisons_as_independent_would_be_too_short() -> None:
    """What the test above is able to see."""
    record = league(STRENGTHS, 60, 0.4, 1.0, np.random.default_rng(0))
    alone = record_of(
        list(record.comparisons[["first", "second", "score"]].itertuples(index=False, name=None))
    )
    clustered, apart = (
        np.subtract(*resampled(r, 500, 0).interval[::-1]).mean() for r in (record, alone)
    )
    assert clustered > 1.15 * apart


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_evalica_agrees_without_ties_and_without_a_ridge(seed: int) -> None:
    record = league(STRENGTHS, 40, 0.0, 0.5, np.random.default_rng(seed))
    table = record.comparisons
    words = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y}
    theirs = evalica.bradley_terry(
        table["first"], table["second"], table["score"].map(words), tolerance=1e-13, limit=100_000
    ).scores
    log = np.log(theirs.loc[list(NAMES)].to_numpy())
    ours = (resampled(record, 0, 0, 0.0).estimate - 1500) / POINTS
    assert ours == pytest.approx(log - log.mean(), abs=1e-6)


def test_ties_are_those_of_davidsons_model() -> None:
    record = league(STRENGTHS, 30, 0.8, 0.0, np.random.default_rng(3))
    table = record.comparisons
    index = {name: n for n, name in enumerate(NAMES)}
    first, second = (table[side].map(index).to_numpy() for side in ("first", "second"))

    def loss(x: Floats) -> float:
        ahead = x[first] - x[second]
        total = np.exp(ahead / 2) + np.exp(-ahead / 2) + np.exp(x[-1])
        got = np.select([table["score"] == 1, table["score"] == 0], [ahead / 2, -ahead / 2], x[-1])
        return float((np.log(total) - got).sum() + 0.5 * x[:-1].sum() ** 2)

    found = minimize(loss, np.zeros(len(NAMES) + 1), method="BFGS", options={"gtol": 1e-8}).x
    ours = (resampled(record, 0, 0, 1e-12).estimate - 1500) / POINTS
    assert ours == pytest.approx(found[:-1], abs=1e-5)


def test_two_contestants_differ_by_the_log_odds_of_their_wins() -> None:
    record = record_of([("ann", "bob", 1.0)] * 30 + [("ann", "bob", 0.0)] * 10)
    ann, bob = resampled(record, 0, 0, 1e-12).estimate
    assert ann - bob == pytest.approx(400 * np.log10(3))
    assert ann + bob == pytest.approx(3000)


def test_the_ridge_keeps_the_undefeated_finite_and_moves_nobody_else() -> None:
    games = [("ann", "bob", 1.0)] * 20 + [("bob", "cat", 1.0), ("bob", "cat", 0.0)] * 20
    table = bradley_terry.METHOD(record_of(games), 200, 0)
    assert table["contestant"].tolist()[0] == "ann"
    assert 1800 < table["rating"][0] < 3000
    assert table["rating"][1] == pytest.approx(table["rating"][2], abs=5)
    assert table[["low", "high"]].notna().all(axis=None)


def test_everybody_ties_and_is_rated_alike() -> None:
    found = resampled(record_of([("ann", "bob", 0.5), ("bob", "cat", 0.5)] * 10), 50, 0)
    assert found.estimate == pytest.approx(1500)
    assert np.isfinite(found.draws).all()


def test_ranks_are_ranges_and_the_first_is_a_probability() -> None:
    games = [("ann", "cat", 1.0)] * 45 + [("ann", "cat", 0.0)] * 5
    games += [("bob", "cat", 1.0)] * 45 + [("bob", "cat", 0.0)] * 5
    table = bradley_terry.METHOD(record_of(games), 500, 0).set_index("contestant")
    assert table["rank_best"].to_dict() == {"ann": 1, "bob": 1, "cat": 3}
    assert table["rank_worst"].to_dict() == {"ann": 2, "bob": 2, "cat": 3}
    assert table["first"].sum() == pytest.approx(1)
    assert cell(table, "cat", "first") == 0


def test_one_cluster_has_no_interval() -> None:
    table = bradley_terry.METHOD(record_of([("ann", "bob", 1.0)]), 100, 0)
    assert table[["low", "high", "rank_best", "first"]].isna().all(axis=None)


def test_the_published_leaderboard_comes_back_from_the_wins_it_implies() -> None:
    """28 contestants, whose differences imply win probabilities, whose fit implies differences."""
    path = ROOT / "dashboard" / "published.csv"
    with path.open(encoding="utf-8") as file:
        elo = np.array([float(row["elo"]) for row in csv.DictReader(file)])
    wins = 1 / (1 + 10 ** ((elo - elo[:, None]) / 400))
    assert wins[0, -1] == pytest.approx(0.583, abs=5e-4)  # 58.48 points apart
    np.fill_diagonal(wins, 0)
    (strength,), _ = fit(1000 * wins[None], np.zeros((1, 28, 28)), ridge=1e-12)
    assert POINTS * strength == pytest.approx(elo - elo.mean(), abs=1e-6)
