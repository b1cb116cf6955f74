"""Every rating method: documented, symmetric, order-free or declared, honest about uncertainty."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import ratings
from arena.testing.conformance import Check, flaws
from arena.testing.league import LAMBDAS, NAMES, equal, hands, outcomes, poker, policies
from arena.testing.ratings import CHECKS
from games.core.errors import BadInput
from games.core.solve import exploitability, worths
from ratings.core.comparisons.scoring import record
from ratings.core.tables import SEATS, Method
from tests.ratings.leagues import cell

METHODS = ratings.available()


def by_name(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("contestant").sort_index()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_as_every_method_must_be(check: Check[Method], name: str) -> None:
    assert list(flaws(check, ratings.load(name))) == []


def truth(name: str) -> dict[str, float]:
    """What a method estimates, exactly."""
    if name == "rationality":
        return LAMBDAS
    if name == "exploitability":
        return {n: exploitability(poker(), policy) for n, policy in policies().items()}
    if name == "regret":
        worth = worths(poker(), equal())
        best = poker().spread(np.maximum.reduceat(worth, poker().first_choice[:-1]))
        sets = len(poker().keys)
        return {n: float(policy @ (best - worth)) / sets for n, policy in policies().items()}
    earned = dict.fromkeys(NAMES, 0.0)
    for pair, batch in outcomes().items():
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
