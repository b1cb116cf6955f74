import evalica
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.core.tables import SEATS, GameRecord
from ratings.elo import elo

NAMES = ["a", "b", "c"]
GAMES = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from([0.0, 0.5, 1.0])
    ).filter(lambda game: game[0] != game[1]),
    min_size=1,
    max_size=30,
)
Games = list[tuple[str, str, float]]


def record_of(games: Games) -> GameRecord:
    seats = pd.DataFrame([("m", 0, 0, name, 0.0, False) for name in NAMES], columns=list(SEATS))
    table = pd.DataFrame(games, columns=["first", "second", "score"]).assign(repetition=0)
    return GameRecord("g", "rule", seats, table)


def ratings(games: Games, **options: int) -> dict[str, float]:
    table = elo(record_of(games), **options)
    return dict(zip(table["contestant"], table["elo"], strict=True))


def test_one_comparison_moves_both_by_half_of_k() -> None:
    assert ratings([("a", "b", 1.0)], orders=1)["a"] == 1508
    assert ratings([("a", "b", 1.0)], orders=1)["b"] == 1492


@given(GAMES)
def test_evalica_agrees_where_there_is_one_order(games: Games) -> None:
    same = [games[0]] * len(games)  # every order of equal comparisons is the same order
    first, second, score = zip(*same, strict=True)
    words = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
    theirs = evalica.elo(first, second, [words[s] for s in score], initial=1500, k=16).scores
    ours = ratings(same, orders=3)
    for name in {first[0], second[0]}:
        assert ours[name] == pytest.approx(theirs[name], abs=1e-9)


@settings(max_examples=10)
@given(GAMES)
def test_evalica_averaged_over_the_same_number_of_orders_agrees_within_its_error(
    games: Games,
) -> None:
    rng, words = np.random.default_rng(1), {1.0: "X", 0.0: "Y", 0.5: "Draw"}
    drawn = []
    for _ in range(200):
        first, second, score = zip(*(games[i] for i in rng.permutation(len(games))), strict=True)
        winners = [getattr(evalica.Winner, words[s]) for s in score]
        drawn.append(evalica.elo(first, second, winners, initial=1500, k=16).scores)
    ours = ratings(games)
    for name in drawn[0].index:
        theirs = np.array([scores[name] for scores in drawn])
        error = 6 * theirs.std() / 200**0.5 * 2**0.5 + 1e-6
        assert ours[name] == pytest.approx(theirs.mean(), abs=error)


@given(GAMES)
def test_points_are_conserved(games: Games) -> None:
    table = elo(record_of(games), orders=5)
    played = table.dropna()
    assert played["elo"].sum() == pytest.approx(1500 * len(played))
    assert table["comparisons"].sum() == 2 * len(games)


@given(GAMES)
def test_swapping_the_sides_of_every_comparison_changes_nothing(games: Games) -> None:
    swapped = [(second, first, 1 - score) for first, second, score in games]
    assert ratings(games, orders=5) == pytest.approx(ratings(swapped, orders=5), nan_ok=True)


def test_the_order_matters_and_its_spread_is_shown() -> None:
    games = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)] * 5
    table = elo(record_of(games))
    assert table["order_sd"].min() > 1
    assert table["elo"].to_numpy() == pytest.approx(1500, abs=5)


def test_the_same_seed_gives_the_same_ratings() -> None:
    games = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)]
    assert ratings(games, orders=7, seed=1) == ratings(games, orders=7, seed=1)
    assert ratings(games, orders=7, seed=1) != ratings(games, orders=7, seed=2)


def test_nobody_is_rated_without_a_comparison() -> None:
    table = elo(record_of([("a", "b", 1.0)])).set_index("contestant")
    assert list(table["comparisons"]) == [1, 1, 0]
    assert list(table["elo"].isna()) == list(table["order_sd"].isna()) == [False, False, True]
