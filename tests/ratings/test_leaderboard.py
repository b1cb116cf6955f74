import pandas as pd
import pytest

import ratings
from games.core.errors import BadInput
from ratings.core.leaderboard import by_game, overall
from ratings.core.scoring import record
from tests.ratings.test_scoring import seats

METHODS = [ratings.load("elo"), ratings.load("mean_payoff")]


def tables() -> dict[str, pd.DataFrame]:
    nan = float("nan")
    poker = seats((0, {"a": 2, "b": -2}), (0, {"b": -1, "a": 1}), (1, {"a": nan, "b": nan}))
    dilemma = seats((0, {"a": 1, "c": 3}), (0, {"b": 3, "c": 3}))
    records = [record("poker", poker, zero_sum=True), record("dilemma", dilemma, zero_sum=False)]
    return by_game(records, METHODS)


def test_each_game_has_its_table_best_first() -> None:
    poker = tables()["poker"]
    assert list(poker["contestant"]) == ["a", "b"]
    assert list(poker["elo"]) == [1508, 1492]


def test_payoffs_are_means_over_completed_matches_and_voids_are_shares_of_all() -> None:
    poker = tables()["poker"].set_index("contestant")
    assert poker.loc["a", "mean_payoff"] == 1.5
    assert poker.loc["a", "matches"] == 3
    assert poker.loc["a", "void_share"] == pytest.approx(1 / 3)


def test_overall_is_the_mean_over_games_for_those_rated_in_all() -> None:
    everything = overall(tables()).set_index("contestant")
    assert list(everything.index) == ["a", "b"]  # c played one game only
    assert everything.loc["a", "elo"] == pytest.approx((1508 + 1492) / 2)
    assert everything.loc["a", "matches"] == 4
    assert everything.loc["a", "void_share"] == pytest.approx(1 / 4)


def test_a_game_that_is_not_rated_has_payoffs_and_no_elo() -> None:
    gifts = seats((0, {"a": 70, "b": 30}), (0, {"b": 100, "a": 0}))
    (table,) = by_game([record("gifts", gifts, zero_sum=False, contest=False)], METHODS).values()
    assert table["elo"].isna().all()
    assert list(table["comparisons"]) == [0, 0]
    assert dict(zip(table["contestant"], table["mean_payoff"], strict=True)) == {"a": 35, "b": 65}


def test_unknown_methods_are_refused() -> None:
    assert {"elo", "mean_payoff"} <= set(ratings.available())
    with pytest.raises(BadInput, match="unknown rating method 'ello'; did you mean 'elo'"):
        ratings.load("ello")
