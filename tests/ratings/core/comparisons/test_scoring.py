from itertools import permutations
from math import isnan, nan

import pandas as pd
import pytest

import games
from ratings.core.comparisons.scoring import record
from ratings.core.comparisons.voids import payoff_range
from ratings.core.tables import SEATS, Range, Voids

RANGE = Range((-2.0, -2.0), (2.0, 2.0), "by the rules of the game")


def seats(*matches: tuple[int, dict[str, float]], fault: str = "") -> pd.DataFrame:
    """Matches as (repetition, payoff by contestant in seat order); NaN payoffs are void.

    The one at fault in every void match is `fault`.
    """
    rows = [
        (f"m{n}", repetition, repetition, seat, name, payoff, isnan(payoff), name == fault)
        for n, (repetition, payoffs) in enumerate(matches)
        for seat, (name, payoff) in enumerate(payoffs.items())
    ]
    table = pd.DataFrame(rows, columns=list(SEATS))
    return table.assign(fault=table["fault"] & table["void"])


def scores(
    table: pd.DataFrame, *, zero_sum: bool, voids: Voids = Voids.drop
) -> list[tuple[str, str, float]]:
    found = record("g", table, zero_sum=zero_sum, voids=voids, extremes=RANGE).comparisons
    return sorted(zip(found["first"], found["second"], found["score"], strict=True))


def test_zero_sum_pairs_meet_over_their_mirrored_matches() -> None:
    table = seats((0, {"a": 2, "b": -2}), (0, {"b": 1, "a": -1}))
    assert scores(table, zero_sum=True) == [("a", "b", 1.0)]


def test_a_mirrored_pair_that_cancels_is_a_draw() -> None:
    table = seats((0, {"a": 1, "b": -1}), (0, {"b": 1, "a": -1}))
    assert scores(table, zero_sum=True) == [("a", "b", 0.5)]


def test_blocks_are_compared_apart() -> None:
    table = seats(
        (0, {"a": 2, "b": -2}), (0, {"b": 1, "a": -1}),
        (1, {"a": -1, "b": 1}), (1, {"b": 0, "a": 0}),
    )  # fmt: skip
    assert scores(table, zero_sum=True) == [("a", "b", 0.0), ("a", "b", 1.0)]


def test_three_at_a_table_meet_in_pairs() -> None:
    table = seats(
        (0, {"a": 2, "b": -1, "c": -1}),
        (0, {"b": 0, "c": 1, "a": -1}),
        (0, {"c": 0, "a": 0, "b": 0}),
    )
    assert scores(table, zero_sum=True) == [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 0.0)]


def test_a_block_that_is_not_played_to_its_end_is_no_comparison() -> None:
    """As an interrupted run leaves it: a sat better than b, and not yet the other way round."""
    table = seats(
        (0, {"a": 2, "b": -2}), (0, {"b": 1, "a": -1}),
        (1, {"a": 2, "b": -2}),
        (2, {"a": 2, "b": -1, "c": -1}), (2, {"b": 0, "a": 1, "c": -1}),
    )  # fmt: skip
    found = record("g", table, zero_sum=True, extremes=RANGE)
    assert found.comparisons["repetition"].tolist() == [0, 2]
    assert found.comparisons[["first", "second"]].to_numpy().tolist() == [["a", "b"]] * 2
    assert (len(found.undecided), found.unfinished) == (0, 3)
    assert record("g", table, zero_sum=False).unfinished == 0


VOID_POKER = (
    (0, {"a": 2.0, "b": -2.0}), (0, {"b": nan, "a": nan}),
    (1, {"a": 1.0, "b": -1.0}), (1, {"b": 0.0, "a": 0.0}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("voids", "fault", "expected"),
    [
        # Drop: the block of repetition 0 is gone. Forfeit: a loses it although it won the other
        # match by as much. Impute: a is paid -2, b gets 2, and 2 - 2 is a draw.
        (Voids.drop, "a", [1.0]),
        (Voids.forfeit, "a", [0.0, 1.0]),
        (Voids.forfeit, "b", [1.0, 1.0]),
        (Voids.impute, "a", [0.5, 1.0]),
        (Voids.impute, "b", [1.0, 1.0]),
    ],
)
def test_void_matches_in_a_mirrored_pair(voids: Voids, fault: str, expected: list[float]) -> None:
    found = scores(seats(*VOID_POKER, fault=fault), zero_sum=True, voids=voids)
    assert [score for _, _, score in found] == expected


def test_what_void_matches_leave_undecided_is_kept_for_the_worst_case() -> None:
    found = record("g", seats(*VOID_POKER, fault="a"), zero_sum=True, extremes=RANGE)
    assert found.undecided[["first", "second", "repetition"]].to_numpy().tolist() == [["a", "b", 0]]
    assert found.seats["payoff"].notna().sum() == 4  # of repetition 1
    assert found.clusters == 1


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


def test_a_void_match_takes_its_mirrored_match_out_of_both_arms() -> None:
    both = {"a": (3, 1), "b": (5, nan)}
    table = seats(
        *((0, {name: points[0], "c": 0.0}) for name, points in both.items()),
        *((0, {"c": 0 * points[1], name: points[1]}) for name, points in both.items()),
        fault="b",
    )  # fmt: skip
    assert scores(table, zero_sum=False) == []
    assert scores(table, zero_sum=False, voids=Voids.forfeit) == [("a", "b", 0.0), ("a", "b", 1.0)]
    assert scores(table, zero_sum=False, voids=Voids.impute) == [("a", "b", 0.0), ("a", "b", 1.0)]


def test_who_was_let_down_by_its_opponent_is_not_compared() -> None:
    table = seats((0, {"a": nan, "c": nan}), (0, {"b": 5, "c": 0}), fault="c")
    for voids in Voids:
        assert scores(table, zero_sum=False, voids=voids) == []


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
    columns = ["match", "repetition", "cluster", "seat", "contestant"]
    with pytest.raises(ValueError, match="lacks the column\\(s\\) payoff, void, fault"):
        record("g", pd.DataFrame(columns=columns), zero_sum=True)


def test_possible_payoffs_are_those_of_the_rules_or_else_on_record() -> None:
    on_record = seats((0, {"a": 7, "b": -3}))
    poker = payoff_range(games.load("kuhn_poker", {"rounds": 3}), on_record)
    assert (poker.lowest, poker.highest) == ((-6, -6), (6, 6))
    endless = payoff_range(games.load("prisoners_dilemma", {"continuation": 0.5}), on_record)
    assert (endless.lowest, endless.highest) == ((7, -3), (7, -3))
    assert "on record" in endless.source
