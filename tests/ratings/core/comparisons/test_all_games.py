"""One rating over games, against its own equations, and against simulated truth."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.core.comparisons.all_games import connected, strengths
from ratings.core.comparisons.davidson import RIDGE
from ratings.core.tables import GameRecord
from tests.ratings.leagues import NAMES, Floats, league, record_of

TRUE = np.array([0.9, 0.1, -0.3, -0.7])


def game(
    name: str, strong: Floats, clusters: int, seed: int, tie: float = 0.0, spread: float = 0.0
) -> GameRecord:
    found = league(strong, clusters, tie, spread, np.random.default_rng(seed))
    return replace(found, game=name)


def test_points_are_those_expected_where_every_game_weighs_the_same() -> None:
    games = [game("long", TRUE, 300, 1), game("short", TRUE[::-1].copy(), 20, 2)]
    names = NAMES[: len(TRUE)]
    found, _ = strengths(games, names, 0, 0)
    usual = np.mean([len(record.comparisons) for record in games]) / len(games)
    surplus = np.zeros(len(names))
    at = dict(zip(names, range(len(names)), strict=True))
    for record in games:
        share = usual / len(record.comparisons)
        for one, two, score in record.comparisons[["first", "second", "score"]].to_numpy():
            gap = found[at[one]] - found[at[two]]
            beyond = share * (score - 1 / (1 + np.exp(-gap)))
            surplus[at[one]] += beyond
            surplus[at[two]] -= beyond
    assert surplus == pytest.approx(RIDGE * found, abs=1e-7)


def test_a_game_with_more_matches_does_not_decide_alone() -> None:
    """Who is best in one game is worst in the other, so that nobody is ahead over both."""
    games = [game("long", TRUE, 2_000, 3), game("short", -TRUE, 400, 4)]
    found, _ = strengths(games, NAMES[: len(TRUE)], 0, 0)
    assert found == pytest.approx(0, abs=0.1)


def test_ties_do_not_move_who_is_ahead() -> None:
    games = [game("drawn", TRUE, 4_000, 5, tie=2.0), game("sharp", TRUE, 4_000, 6)]
    found, _ = strengths(games, NAMES[: len(TRUE)], 0, 0)
    assert found == pytest.approx(TRUE - TRUE.mean(), abs=0.12)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Twenty clusters in one game and thirty in the other, 200 leagues."""
    centred, hits = TRUE - TRUE.mean(), 0.0
    for seed in range(200):
        games = [game("one", TRUE, 30, 1_000 + seed), game("two", TRUE, 20, 5_000 + seed)]
        found, draws = strengths(games, NAMES[: len(TRUE)], 200, seed)
        low, high = np.quantile(draws, (0.025, 0.975), axis=0)
        hits += float(((low <= centred) & (centred <= high)).mean()) / 200
        assert found.shape == centred.shape
    assert 0.90 <= hits <= 0.985


def test_one_cluster_gives_no_interval() -> None:
    games = [game("one", TRUE, 1, 7), game("two", TRUE, 20, 8)]
    assert strengths(games, NAMES[: len(TRUE)], 50, 0)[1].shape == (0, len(TRUE))


def test_chains_of_comparisons_over_games_connect() -> None:
    one, two = record_of([("a", "b", 1)]), replace(record_of([("b", "c", 1)]), game="two")
    apart = replace(record_of([("x", "y", 1)]), game="three")
    assert connected([one, two, apart]) == ("a", "b", "c")
    assert connected([one, apart]) == ()
