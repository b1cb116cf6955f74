from itertools import permutations
from math import nan

import pandas as pd
import pytest

from ratings.core.scoring import record
from ratings.core.tables import SEATS


def seats(*matches: tuple[int, dict[str, float]]) -> pd.DataFrame:
    """Matches as (repetition, payoff by contestant in seat order); NaN payoffs are void."""
    rows = [
        (f"m{n}", repetition, seat, name, payoff, payoff != payoff)  # noqa: PLR0124 - NaN
        for n, (repetition, payoffs) in enumerate(matches)
        for seat, (name, payoff) in enumerate(payoffs.items())
    ]
    return pd.DataFrame(rows, columns=list(SEATS))


def scores(table: pd.DataFrame, *, zero_sum: bool) -> list[tuple[str, str, float]]:
    found = record("g", table, zero_sum=zero_sum).comparisons
    return sorted(zip(found["first"], found["second"], found["score"], strict=True))


def test_zero_sum_pairs_meet_over_their_mirrored_matches() -> None:
    table = seats((0, {"a": 2, "b": -2}), (0, {"b": 1, "a": -1}))
    assert scores(table, zero_sum=True) == [("a", "b", 1.0)]


def test_a_mirrored_pair_that_cancels_is_a_draw() -> None:
    table = seats((0, {"a": 1, "b": -1}), (0, {"b": 1, "a": -1}))
    assert scores(table, zero_sum=True) == [("a", "b", 0.5)]


def test_blocks_are_compared_apart() -> None:
    table = seats((0, {"a": 2, "b": -2}), (1, {"a": -1, "b": 1}))
    assert scores(table, zero_sum=True) == [("a", "b", 0.0), ("a", "b", 1.0)]


def test_a_void_match_takes_its_mirrored_pair_with_it() -> None:
    table = seats((0, {"a": 2, "b": -2}), (0, {"b": nan, "a": nan}), (1, {"a": 1, "b": -1}))
    assert scores(table, zero_sum=True) == [("a", "b", 1.0)]


def test_duplicate_rule_compares_earnings_in_the_same_seat_against_the_same_opponent() -> None:
    # Against c, in the first seat, a earns 3 and b earns 5; beating c does not matter.
    table = seats((0, {"a": 3, "c": 9}), (0, {"b": 5, "c": 0}))
    assert scores(table, zero_sum=False) == [("a", "b", 0.0)]


def test_duplicate_rule_never_compares_the_two_players_of_one_match() -> None:
    table = seats((0, {"a": 5, "b": 0}), (0, {"b": 5, "a": 0}))
    assert scores(table, zero_sum=False) == []


def test_duplicate_rule_keeps_seats_and_seeds_apart() -> None:
    table = seats((0, {"a": 3, "c": 3}), (0, {"c": 3, "b": 5}), (1, {"b": 5, "c": 3}))
    assert scores(table, zero_sum=False) == []


def test_duplicate_rule_leaves_void_matches_out() -> None:
    table = seats((0, {"a": nan, "c": nan}), (0, {"b": 5, "c": 0}), (0, {"d": 5, "c": 0}))
    assert scores(table, zero_sum=False) == [("b", "d", 0.5)]


def test_a_round_robin_gives_every_comparison_once() -> None:
    names = ["a", "b", "c", "d"]
    table = seats(*((0, dict.fromkeys(pair, 1.0)) for pair in permutations(names, 2)))
    found = scores(table, zero_sum=False)
    # Per seat and opponent, the three others are compared in pairs.
    assert len(found) == 2 * 4 * 3
    assert all(first < second and score == 0.5 for first, second, score in found)


def test_a_game_in_which_one_player_decides_is_not_rated() -> None:
    table = seats(*((0, dict.fromkeys(pair, 1.0)) for pair in permutations("abc", 2)))
    found = record("g", table, zero_sum=False, contest=False)
    assert found.rule == "not rated: one player decides, so there is no contest"
    assert len(found.comparisons) == 0
    assert len(record("g", table, zero_sum=False).comparisons) > 0


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="lacks the column\\(s\\) payoff, void"):
        record(
            "g", pd.DataFrame(columns=["match", "repetition", "seat", "contestant"]), zero_sum=True
        )
