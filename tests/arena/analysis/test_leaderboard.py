import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from arena.analysis.leaderboard import OVERALL, by_game, disagreements, overall
from ratings.core.comparisons.grouping import grouped
from ratings.core.comparisons.scoring import record
from ratings.core.tables import GameRecord, Voids
from tests import ROOT
from tests.ratings.core.comparisons.test_scoring import RANGE, seats
from tests.ratings.leagues import cell, league, record_of, results, seats_of


def records() -> list[GameRecord]:
    nan = float("nan")
    poker = seats((0, {"a": 2, "b": -2}), (0, {"b": -1, "a": 1}), (1, {"a": nan, "b": nan}))
    dilemma = seats((0, {"a": 1, "c": 3}), (0, {"b": 3, "c": 3}))
    return [record("poker", poker, zero_sum=True), record("dilemma", dilemma, zero_sum=False)]


def test_each_game_has_its_table_best_first() -> None:
    poker = by_game(records(), 10, 0)["poker"]
    assert list(poker["contestant"]) == ["a", "b"]
    assert list(poker["elo"]) == pytest.approx([1508, 1492])


def test_payoffs_are_means_over_what_counts_and_voids_are_shares_of_all() -> None:
    poker = by_game(records(), 10, 0)["poker"].set_index("contestant")
    assert cell(poker, "a", "mean_payoff") == pytest.approx(1.5)
    assert cell(poker, "a", "matches") == 3
    assert cell(poker, "a", "void_share") == pytest.approx(1 / 3)


def test_overall_stands_beside_the_mean_over_games() -> None:
    games = records()
    tables, everything = by_game(games, 10, 0), overall(games, 10, 0)
    assert list(everything.columns) == list(OVERALL)
    rows = everything.set_index("contestant")
    assert sorted(rows.index) == ["a", "b"]  # c, whom both met, was compared with nobody
    assert rows["rating"].mean() == pytest.approx(1500)
    each = [cell(table.set_index("contestant"), "a", "rating") for table in tables.values()]
    assert cell(rows, "a", "mean_rating") == pytest.approx(np.mean(each))
    assert rows["games"].to_dict() == {"a": 2, "b": 2}


def test_a_contestant_of_one_game_is_rated_through_those_it_was_compared_with() -> None:
    games = [record_of([("a", "b", 1)]), replace(record_of([("b", "c", 1)]), game="other")]
    rows = overall(games, 0, 0).set_index("contestant")
    assert list(rows.index) == ["a", "b", "c"]
    assert rows["games"].to_dict() == {"a": 1, "b": 2, "c": 1}
    assert rows["mean_rating"].notna().to_dict() == {"a": False, "b": True, "c": False}


def test_of_a_game_by_itself_the_overall_rating_is_the_rating() -> None:
    found = league(np.array([0.8, 0.2, -1.0]), 40, 0.3, 0.0, np.random.default_rng(1))
    own, everything = by_game([found], 200, 0)["league"], overall([found], 200, 0)
    same = ["contestant", "rating", "low", "high", "rank_best", "rank_worst", "first", "elo"]
    pd.testing.assert_frame_equal(everything[same], own[same], rtol=1e-6)


def test_those_that_nothing_connects_are_left_out() -> None:
    games = [
        record_of([("a", "b", 1), ("b", "c", 1), ("a", "c", 0.5)]),
        replace(record_of([("x", "y", 1), ("y", "x", 0)]), game="other"),
    ]
    assert sorted(overall(games, 0, 0)["contestant"]) == ["a", "b", "c"]
    assert overall([replace(games[1], game="a game"), record_of([("a", "b", 1)])], 0, 0).empty


def test_a_game_that_is_not_rated_has_payoffs_and_no_rating() -> None:
    gifts = seats((0, {"a": 70, "b": 30}), (0, {"b": 100, "a": 0}))
    found = record("gifts", gifts, zero_sum=False, contest=False)
    (table,) = by_game([found], 10, 0).values()
    assert table[["rating", "elo"]].isna().all(axis=None)
    assert list(table["contestant"]) == ["b", "a"]
    assert list(table["mean_payoff"]) == pytest.approx([65, 35])


def test_void_rules_that_disagree_are_reported_pair_by_pair() -> None:
    nan = float("nan")
    table = seats(
        (0, {"a": 2, "b": -2}), (0, {"b": -1, "a": 1}),
        *((n, pair) for n in (1, 2) for pair in ({"a": nan, "b": nan}, {"b": nan, "a": nan})),
        fault="a",
    )  # fmt: skip
    rules = {
        voids: record("g", table, zero_sum=True, voids=voids, extremes=RANGE) for voids in Voids
    }
    (sentence,) = disagreements(rules)
    assert "disagree about the order of 1 pair(s)" in sentence
    assert "a is ahead under drop, b is ahead under forfeit and impute" in sentence
    (same,) = disagreements(dict.fromkeys(Voids, rules[Voids.drop]))
    assert same == "The three void rules agree about the order."


def test_worst_and_best_cases_hold_the_rating() -> None:
    nan = float("nan")
    table = seats(
        (0, {"a": 2, "b": -2}), (0, {"b": -1, "a": 1}),
        (1, {"b": 2, "a": -2}), (1, {"a": -1, "b": 1}),
        (2, {"a": nan, "b": nan}), (2, {"b": nan, "a": nan}),
    )  # fmt: skip
    found = record("g", table, zero_sum=True, extremes=RANGE)
    row = by_game([found], 10, 0)["g"].set_index("contestant").loc["a"]
    assert row["worst_case"] < row["rating"] < row["best_case"]
    # In the first seat 2, -1 and unknown, in the second 1, -2 and unknown.
    assert (row["payoff_worst"], row["payoff_best"]) == pytest.approx((-2 / 3, 2 / 3))


def test_labels_stand_for_contestants_and_those_within_one_are_not_compared() -> None:
    pairs = ({"a": 2.0, "b": -2.0}, {"a": 1.0, "c": -1.0}, {"b": 1.0, "c": -1.0})
    table = seats(*((0, dict(turned)) for p in pairs for turned in (p.items(), [*p.items()][::-1])))
    found = grouped(record("g", table, zero_sum=True), {"a": "x", "b": "x", "c": "y"})
    assert found.contestants == ["x", "y"]
    assert (
        found.comparisons[["first", "second", "score"]].to_numpy().tolist() == [["x", "y", 1]] * 2
    )


def published() -> pd.DataFrame:
    path = ROOT / "dashboard" / "published.csv"
    with path.open(encoding="utf-8") as file:
        return pd.DataFrame(csv.DictReader(file)).astype({"elo": float})


def test_a_league_as_strong_as_the_published_leaderboard(
    golden: Callable[[Path, str], None],
) -> None:
    """The 28 rows as true strengths: 60 round robins are rated, and printed as a leaderboard."""
    from arena.report.leaderboard import drawn_board  # noqa: PLC0415 - the format is the report's

    rows = published()
    names = [f"{m} {mode}" for m, mode in zip(rows["model"], rows["emotion_mode"], strict=True)]
    strength = rows["elo"].to_numpy() * np.log(10) / 400
    first, second = np.triu_indices(28, 1)
    ahead = np.tile(strength[first] - strength[second], (60, 1))
    score = results(ahead, 0.2, np.random.default_rng(28))
    labels = np.array(names, dtype=object)
    table = pd.DataFrame(
        {
            "first": np.tile(labels[first], 60),
            "second": np.tile(labels[second], 60),
            "score": score.ravel(),
            "repetition": np.repeat(np.arange(60), len(first)),
        }
    )
    found = GameRecord("league", "rule", seats_of(names), table.assign(cluster=table["repetition"]))
    board = by_game([found], 200, 0)["league"]
    right = dict(zip(names, rows["elo"] - rows["elo"].mean() + 1500, strict=True))
    held = [
        low <= right[n] <= high for n, low, high in board[["contestant", "low", "high"]].to_numpy()
    ]
    assert np.mean(held) > 0.8
    golden(Path(__file__).parent / "leaderboard.txt", _printed(drawn_board(board)))


def _printed(table: object) -> str:
    text = StringIO()
    Console(file=text, width=100, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
