"""Every rating method: documented, symmetric, order-free or declared, honest about uncertainty."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import games
import ratings
from games.core.batch_trees import play
from games.core.errors import BadInput
from games.core.solve import cfr_plus, exploitability, quantal_response, worths
from games.core.tree import build
from ratings.core.comparisons.scoring import record
from ratings.core.tables import SEATS, GameRecord, Method, Plays
from tests.ratings.leagues import cell

NAMES = ("ann", "bob", "cat")
METHODS = ratings.available()
POKER = build(games.load("kuhn_poker"))
EQUAL = cfr_plus(POKER, 1000)
LAMBDAS = {"ann": 0.5, "bob": 2.0, "cat": 5.0}
POLICIES = {name: quantal_response(POKER, value) for name, value in LAMBDAS.items()}
OUTCOMES = {
    (one, two): play(
        POKER, [POKER.table(POLICIES[one]), POKER.table(POLICIES[two])], 100_000, 7, plays=True
    )
    for one in NAMES
    for two in NAMES
    if one != two
}


@lru_cache(maxsize=64)
def hands(clusters: int, seed: int) -> GameRecord:
    """Kuhn poker between players of known precision, every pairing in both seats per cluster."""
    rng, rows = np.random.default_rng(seed), []
    matches: dict[str, tuple[int, tuple[str, ...]]] = {}
    for (one, two), batch in OUTCOMES.items():
        assert batch.plays is not None
        ends = batch.plays[rng.integers(0, batch.matches, clusters)]
        drawn = POKER.payoffs[ends]
        for cluster, points in enumerate(drawn.tolist()):
            key = f"{one}{two}{cluster}"
            matches[key] = (int(ends[cluster]), (one, two))
            for seat, name in enumerate((one, two)):
                rows.append((key, cluster, cluster, seat, name, points[seat], False, False))
    seats = pd.DataFrame(rows, columns=list(SEATS))
    known: dict[str, Any] = {"stage": POKER.game, "equilibrium": lambda: POKER.table(EQUAL)}
    known["plays"] = lambda: Plays(
        POKER, "", {"ann": POLICIES["ann"], "bob": POLICIES["bob"]}, matches
    )
    return record("poker", seats, zero_sum=True, decisions=decisions(clusters, rng), **known)


def decisions(clusters: int, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody asked in every information set, once per cluster."""
    rows = [
        (name, cluster, key, options[int(rng.random() > POLICIES[name][first])])
        for name in NAMES
        for key, options, first in zip(
            POKER.keys, POKER.actions, POKER.first_choice[:-1], strict=True
        )
        for cluster in range(clusters)
    ]
    return pd.DataFrame(rows, columns=["contestant", "cluster", "set", "action"])


@pytest.fixture(scope="module")
def league() -> GameRecord:
    return hands(40, 1)


def by_name(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("contestant").sort_index()


@pytest.mark.parametrize("name", METHODS)
def test_columns_are_documented_and_rows_are_contestants(name: str, league: GameRecord) -> None:
    method = ratings.load(name)
    table = method(league, 50, 0)
    assert list(table.columns) == list(method.columns)
    assert sorted(table["contestant"]) == list(NAMES)
    assert table[method.estimate].notna().all()
    ordered = table[method.estimate].is_monotonic_decreasing
    assert ordered if method.higher_is_better else table[method.estimate].is_monotonic_increasing


@pytest.mark.parametrize("name", METHODS)
def test_names_make_no_difference(name: str, league: GameRecord) -> None:
    method, other = ratings.load(name), {"ann": "zoe", "bob": "yan", "cat": "xia"}
    seats = league.seats.assign(contestant=league.seats["contestant"].map(other))
    assert league.decisions is not None
    asked = league.decisions.assign(contestant=league.decisions["contestant"].map(other))
    known: dict[str, Any] = {
        "stage": league.stage,
        "equilibrium": league.equilibrium,
        "decisions": asked,
        "plays": lambda: renamed_plays(league, other),
    }
    renamed = by_name(method(record("poker", seats, zero_sum=True, **known), 50, 0)).rename(
        {new: old for old, new in other.items()}
    )
    compare(method, by_name(method(league, 50, 0)), renamed.sort_index())


def renamed_plays(league: GameRecord, names: dict[str, str]) -> Plays:
    assert league.plays is not None
    plays = league.plays()
    policies = {names[name]: policy for name, policy in plays.policies.items()}
    seats = {key: (end, tuple(names[n] for n in sat)) for key, (end, sat) in plays.matches.items()}
    return replace(plays, policies=policies, matches=seats)


@pytest.mark.parametrize("name", METHODS)
def test_the_order_of_rows_makes_no_difference_or_it_is_declared(
    name: str, league: GameRecord
) -> None:
    method = ratings.load(name)
    rng = np.random.default_rng(0)
    shuffled = replace(
        league,
        seats=league.seats.iloc[rng.permutation(len(league.seats))],
        comparisons=league.comparisons.iloc[rng.permutation(len(league.comparisons))],
    )
    compare(method, by_name(method(league, 50, 0)), by_name(method(shuffled, 50, 0)))


def compare(method: Method, one: pd.DataFrame, two: pd.DataFrame) -> None:
    """Estimates agree; where order matters, within the error of the mean over orders."""
    if method.order_free:
        assert one[method.estimate].to_numpy() == pytest.approx(
            two[method.estimate].to_numpy(), abs=1e-6
        )
    else:
        error = 5 * one["order_sd"].to_numpy() / np.sqrt(100)
        gap = one[method.estimate].to_numpy() - two[method.estimate].to_numpy()
        assert (np.abs(gap) < error).all()


def truth(name: str) -> dict[str, float]:
    """What a method estimates, exactly."""
    if name == "rationality":
        return LAMBDAS
    if name == "exploitability":
        return {n: exploitability(POKER, policy) for n, policy in POLICIES.items()}
    if name == "regret":
        worth = worths(POKER, EQUAL)
        best = POKER.spread(np.maximum.reduceat(worth, POKER.first_choice[:-1]))
        sets = len(POKER.keys)
        return {n: float(policy @ (best - worth)) / sets for n, policy in POLICIES.items()}
    earned = dict.fromkeys(NAMES, 0.0)
    for pair, batch in OUTCOMES.items():
        for seat, n in enumerate(pair):
            earned[n] += float(batch.mean[seat]) / 4
    if name == "margin":  # everybody met everybody: the mean over opponents, themselves included
        return {n: earned[n] * 2 / 3 for n in NAMES}
    return earned


@pytest.mark.parametrize(
    "name", ["mean_payoff", "margin", "rationality", "regret", "control_variates"]
)
def test_intervals_cover_what_is_estimated(name: str) -> None:
    method, right, inside = ratings.load(name), truth(name), []
    assert method.interval is not None
    for seed in range(40):
        table = by_name(method(hands(30, 100 + seed), 100, seed))
        low, high = (table[end] for end in method.interval)
        inside += [low[n] <= right[n] <= high[n] for n in NAMES]
    assert 0.88 <= np.mean(inside) <= 0.99


def test_the_dirichlet_interval_holds_the_exploitability_of_noisy_players() -> None:
    method, right = ratings.load("exploitability"), truth("exploitability")
    table = by_name(method(hands(200, 3), 200, 0))
    for name in ("ann", "bob"):
        assert cell(table, name, "exploitability_low") <= right[name] + 0.02
        assert right[name] <= cell(table, name, "exploitability_high")


def test_nothing_is_said_of_information_sets_that_nobody_saw() -> None:
    found = hands(20, 5)
    assert found.decisions is not None
    seen = found.decisions.query("contestant != 'cat' or set != 'first: dealt K;'")
    part, method = replace(found, decisions=seen), ratings.load("exploitability")
    table = by_name(method(part, 20, 0))
    assert table["exploitability"].isna().to_dict() == {"ann": False, "bob": False, "cat": True}
    assert cell(table, "cat", "sets_asked") == 11
    told = list(method.remarks(part)) if method.remarks else []
    (line,) = (line for line in told if "cat" in line)
    assert line.startswith("cat was never asked in 1 of 12 information sets")


def test_payoffs_are_corrected_where_the_opponents_probabilities_are_known() -> None:
    found, method = hands(200, 4), ratings.load("control_variates")
    table, right = by_name(method(found, 0, 0)), truth("control_variates")
    assert table["paid"].tolist() == [800] * 3
    assert table["corrected"].tolist() == [400, 400, 800]  # of cat nothing is known
    for name in NAMES:
        assert cell(table, name, "corrected_low") <= right[name] + 0.03
        assert right[name] - 0.03 <= cell(table, name, "corrected_high")
    width = {way: table[f"{way}_high"] - table[f"{way}_low"] for way in ("corrected", "plain")}
    assert width["corrected"]["cat"] < width["plain"]["cat"] / 2
    assert (width["corrected"] < width["plain"]).all()
    told = list(method.remarks(found)) if method.remarks else []
    assert told[0].startswith("Rule: a match against opponents whose every probability is known")
    assert told[1:] == [
        f"{name} is corrected in 400 of its 800 matches: otherwise it met cat, and the opponents "
        "whose probabilities are known are: ann, bob."
        for name in ("ann", "bob")
    ]


def test_what_reads_decisions_says_when_there_are_none() -> None:
    bare = replace(hands(5, 0), decisions=None)
    for name in METHODS:
        if ratings.load(name).decisions:
            with pytest.raises(BadInput, match="no decisions are on record"):
                ratings.load(name)(bare, 10, 0)


def test_unknown_methods_are_refused() -> None:
    with pytest.raises(BadInput, match="unknown rating method 'ello'; did you mean 'elo'"):
        ratings.load("ello")


@pytest.mark.parametrize("name", ["bradley_terry", "elo", "mean_payoff", "margin"])
def test_clusters_that_all_agree_leave_no_interval(name: str) -> None:
    """How much they may differ is not known; an interval without width would claim it were."""
    method = ratings.load(name)
    rows = [
        (f"m{n}{seat}", n, n, seat if who == "a" else 1 - seat, who, points, False, False)
        for n in range(3)
        for seat in (0, 1)
        for who, points in (("a", 2.0), ("b", -2.0))
    ]
    found = method(record("g", pd.DataFrame(rows, columns=list(SEATS)), zero_sum=True), 200, 0)
    assert method.interval is not None
    assert found[list(method.interval)].isna().all(axis=None)
    assert found[method.estimate].notna().all()
    if "first" in found:
        assert found["first"].isna().all()


def test_methods_say_how_many_rounds_they_draw() -> None:
    few = hands(20, 0)
    assert ratings.load("bradley_terry").rounds(few, 1_000) == 1_000
    assert ratings.load("nash_averaging").rounds(few, 1_000) == 100
    assert ratings.load("margin").rounds(few, 1_000) == 0
    many = replace(few, comparisons=pd.concat([few.comparisons] * 20_000))
    assert ratings.load("elo").rounds(few, 1_000) == 1_000
    assert 100 <= ratings.load("elo").rounds(many, 1_000) < 1_000
