from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ratings import nash_averaging
from ratings.alpha_rank import stationary
from ratings.core.comparisons.connectivity import remarks
from ratings.core.comparisons.scoring import DUPLICATE
from ratings.core.comparisons.transitivity import check
from ratings.core.statistics.zero_sum import nash
from ratings.core.tables import GameRecord
from tests.ratings.leagues import NAMES, Floats, league, record_of, round_robin, seats_of

CIRCLE = np.array([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])


def test_a_circle_is_rejected_and_a_line_is_not() -> None:
    circle = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)] * 15
    assert check(record_of(circle), 500, 0).rejected
    straight = league(np.array([1.0, 0.3, 0.0, -1.0]), 60, 0.3, 0.0, np.random.default_rng(1))
    line = check(straight, 500, 0)
    assert not line.rejected
    assert line.spare == 3  # six pairs, three strengths


def duplicate(strengths: Floats, clusters: int, rng: np.random.Generator) -> GameRecord:
    """All compared with all by one payoff each per cluster, counted against three opponents.

    Payoffs are strengths and Gumbel noise, which makes every comparison Bradley-Terry's.
    """
    first, second = round_robin(len(strengths))
    payoff = strengths + rng.gumbel(size=(clusters, len(strengths)))
    score = (payoff[:, first] > payoff[:, second]).astype(float)
    names = np.array(NAMES, dtype=object)
    table = pd.DataFrame(
        {
            "first": np.tile(names[first], 3 * clusters),
            "second": np.tile(names[second], 3 * clusters),
            "score": np.tile(score.ravel(), 3),
            "repetition": 0,
            "cluster": np.tile(np.repeat(np.arange(clusters), len(first)), 3),
        }
    )
    return GameRecord("league", DUPLICATE, seats_of(NAMES[: len(strengths)]), table)


def independent(strengths: Floats, clusters: int, rng: np.random.Generator) -> GameRecord:
    return league(strengths, clusters, 0.0, 0.0, rng)


@pytest.mark.parametrize("draw", [independent, duplicate])
def test_the_test_keeps_its_level(
    draw: Callable[[Floats, int, np.random.Generator], GameRecord],
) -> None:
    """Of leagues on a line, about one in twenty is rejected: the test's p values are uniform.

    Taken as independent, the comparisons of the second kind would be rejected three times as often.
    """
    strengths = np.array([0.8, 0.2, -0.3, -0.7])
    p = [check(draw(strengths, 30, np.random.default_rng(n)), 200, n).p for n in range(100)]
    assert np.mean(np.array(p) < 0.05) < 0.12
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)


def test_one_cluster_tests_nothing() -> None:
    circle = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)] * 9
    assert np.isnan(check(record_of(circle, ["c"] * 27), 100, 0).p)


def test_the_win_matrix_counts_ties_as_half() -> None:
    found = check(record_of([("a", "b", 1.0), ("a", "b", 0.5), ("b", "c", 0.0)]), 10, 0)
    assert found.wins[0, 1] == 0.75
    assert found.wins[1, 0] == 0.25
    assert np.isnan(found.wins[0, 2])


def test_nash_of_rock_paper_scissors_is_even_and_clones_share() -> None:
    assert nash(CIRCLE) == pytest.approx([1 / 3] * 3)
    cloned = np.zeros((4, 4))
    cloned[:3, :3] = CIRCLE
    cloned[3], cloned[:, 3] = cloned[0], cloned[:, 0]
    assert nash(cloned) == pytest.approx([1 / 6, 1 / 3, 1 / 3, 1 / 6], abs=1e-6)


def test_nash_of_a_line_is_the_best() -> None:
    line = np.subtract.outer([0.0, 1.0, 2.0], [0.0, 1.0, 2.0])
    assert nash(line) == pytest.approx([0, 0, 1])


@pytest.mark.parametrize("seed", range(5))
def test_nobody_has_an_advantage_against_the_nash_mixture(seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(9, 9))
    mixture = nash(drawn - drawn.T)
    assert ((drawn - drawn.T) @ mixture).max() < 1e-6
    assert mixture.sum() == pytest.approx(1)


def test_a_crowd_of_weak_contestants_changes_no_nash_average() -> None:
    circle = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)] * 20
    weak = [(strong, w, 1.0) for w in ("v", "w") for strong in "abc"] * 20
    small, large = (
        nash_averaging.METHOD(record_of(games), 0, 0).set_index("contestant")["nash_average"]
        for games in (circle, circle + weak)
    )
    assert large[list("abc")].to_numpy() == pytest.approx(small.to_numpy(), abs=1e-6)


def test_alpha_rank_stays_with_the_circle_and_leaves_the_line() -> None:
    assert stationary(1 / (1 + np.exp(-CIRCLE)))[-1] == pytest.approx([1 / 3] * 3)
    line = np.subtract.outer([0.0, 1.0, 2.0], [0.0, 1.0, 2.0])
    assert stationary(1 / (1 + np.exp(-line)))[-1] == pytest.approx([0, 0, 1], abs=1e-6)


def test_groups_that_never_met_are_named() -> None:
    games = [("a", "b", 1.0), ("b", "a", 1.0), ("c", "d", 1.0), ("d", "c", 1.0)]
    told = " ".join(remarks(record_of(games)))
    assert "Disconnected: the contestants fall into 2 groups" in told
    assert "(a, b; c, d)" in told
    assert "only 4 clusters" in told


def test_the_undefeated_and_the_winless_are_named() -> None:
    games = [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 0.5), ("b", "d", 1.0), ("c", "d", 1.0)]
    told = " ".join(remarks(record_of(games * 10)))
    assert "Undefeated, by winning every comparison: a." in told
    assert "Without a win or a tie: d." in told
    assert "Separated" not in told


def test_separation_between_groups_is_reported() -> None:
    games = [("a", "b", 1.0), ("b", "a", 1.0), ("c", "d", 1.0), ("d", "c", 1.0)]
    games += [(up, down, 1.0) for up in "ab" for down in "cd"]
    assert any(line.startswith("Separated") for line in remarks(record_of(games * 10)))


def test_nothing_is_remarked_where_nothing_is_odd() -> None:
    assert remarks(league(np.zeros(4), 40, 0.2, 0.0, np.random.default_rng(0))) == ()
    assert remarks(record_of([])) == ("Nobody was compared.",)
    (told,) = remarks(replace(record_of([]), rule=DUPLICATE))
    assert "no two contestants met the same opponents" in told
    assert "one cluster" in remarks(record_of([("a", "b", 0.5)], ["c"]))[0]
