import evalica
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings import elo
from ratings.core.comparisons.counts import compared
from tests.ratings.leagues import league, record_of

GAMES = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("abc"), st.sampled_from([0.0, 0.5, 1.0])
    ).filter(lambda game: game[0] != game[1]),
    min_size=1,
    max_size=30,
)
Games = list[tuple[str, str, float]]
WINNERS = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}


def ratings(games: Games, seed: int = 0, orders: int = 20) -> dict[str, float]:
    sample, _ = elo.resampled(record_of(games), 0, seed, orders=orders)
    return dict(zip(sample.contestants, sample.estimate.tolist(), strict=True))


def peer(games: Games) -> dict[str, float]:
    first, second, score = zip(*games, strict=True)
    found = evalica.elo(first, second, [WINNERS[s] for s in score], initial=1500, k=16).scores
    return {str(name): float(value) for name, value in found.items()}


def test_one_comparison_moves_both_by_half_of_k() -> None:
    assert ratings([("a", "b", 1.0)]) == {"a": pytest.approx(1508), "b": pytest.approx(1492)}


@given(GAMES)
def test_evalica_agrees_where_there_is_one_order(games: Games) -> None:
    same = [games[0]] * len(games)  # every order of equal comparisons is the same order
    assert ratings(same, orders=3) == pytest.approx(peer(same), abs=1e-9)


@settings(max_examples=10)
@given(GAMES)
def test_evalica_averaged_over_as_many_orders_agrees_within_its_error(games: Games) -> None:
    rng = np.random.default_rng(1)
    drawn = [peer([games[i] for i in rng.permutation(len(games))]) for _ in range(200)]
    ours = ratings(games, orders=200)
    for name in drawn[0]:
        theirs = np.array([scores[name] for scores in drawn])
        error = 6 * theirs.std() / 200**0.5 * 2**0.5 + 1e-6
        assert ours[name] == pytest.approx(theirs.mean(), abs=error)


@given(GAMES)
def test_points_are_conserved(games: Games) -> None:
    found = ratings(games)
    assert sum(found.values()) == pytest.approx(1500 * len(found))


@given(GAMES)
def test_swapping_the_sides_of_every_comparison_changes_nothing(games: Games) -> None:
    swapped = [(second, first, 1 - score) for first, second, score in games]
    assert ratings(games) == pytest.approx(ratings(swapped))


def test_the_order_of_the_same_results_moves_ratings_and_averaging_stops_it() -> None:
    record = league(np.array([0.35, 0.2, 0.05, -0.1, -0.2, -0.3]), 100, 0.0, 0.0, _rng())
    data = compared(record)
    everything = [np.arange(len(data.score))] * 300
    single = elo.play(data, everything, 16, _rng()).std(axis=0)
    means = [elo.resampled(record, 0, seed)[0].estimate for seed in range(10)]
    assert single.min() > 15  # in points; more than many leaders are apart
    assert np.std(means, axis=0).max() < 4


def test_the_spread_over_orders_stands_apart_from_the_interval() -> None:
    record = league(np.zeros(3), 400, 0.0, 0.0, _rng())
    table = elo.METHOD(record, 200, 0)
    half = (table["elo_high"] - table["elo_low"]) / 2
    # 400 comparisons pin an average contestant down to about 400 / ln 10 x sqrt(4 / 400) x 0.67.
    assert half.mean() == pytest.approx(1.96 * 400 / np.log(10) * (4 / 800) ** 0.5 * 0.8, rel=0.35)
    assert table["order_sd"].min() > 15


def test_the_same_seed_gives_the_same_ratings() -> None:
    games = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)]
    assert ratings(games, seed=1) == ratings(games, seed=1) != ratings(games, seed=2)


def test_what_ratings_forget_is_left_out_of_long_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    data = compared(league(np.array([0.3, 0.0, -0.3]), 5_000, 0.2, 0.0, _rng()))
    everything = [np.arange(len(data.score))] * 200
    assert elo._remembered(data, 16) < len(data.score) / 4
    short = elo.play(data, everything, 16, _rng())
    monkeypatch.setattr(elo, "_remembered", lambda data, _: len(data.score))
    whole = elo.play(data, everything, 16, _rng())
    error = np.hypot(short.std(axis=0), whole.std(axis=0)) / 200**0.5
    assert (np.abs(short.mean(axis=0) - whole.mean(axis=0)) < 4 * error).all()
    assert short.std(axis=0) == pytest.approx(whole.std(axis=0), rel=0.25)


def test_nothing_is_left_out_where_a_contestant_is_seldom_compared() -> None:
    games = [("a", "b", float(at % 2)) for at in range(4_000)] + [("a", "c", 1.0)] * 3
    data = compared(record_of(games))
    assert elo._remembered(data, 16) == len(games)


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)
