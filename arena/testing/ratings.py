"""`check_rating`: errors of a rating method, on a league with known truth."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from arena.testing.conformance import Check, differs, flaws, require
from arena.testing.league import NAMES, hands
from games.core.errors import BadInput
from ratings.core.comparisons.scoring import record
from ratings.core.tables import GameRecord, Method, Plays

_OTHERS = {"ann": "zoe", "bob": "yan", "cat": "xia"}
_ROUNDS, _ORDERS, _ERRORS, _EXACT = 50, 100, 5, 1e-6
"""Rounds of the bootstrap; orders that a method averages over, standard errors that two such
averages may lie apart, and the distance that is allowed where order makes no difference."""


def _league() -> GameRecord:
    return hands(40, 1)


def columns_are_documented(method: Method) -> Iterator[str]:
    """Columns are those documented, and rows the contestants, best first."""
    table = method(_league(), _ROUNDS, 0)
    if list(table.columns) != list(method.columns):
        yield differs("columns are not those documented", list(table.columns), [*method.columns])
    for column in (method.estimate, *(method.interval or ())):
        if column not in method.columns:
            yield f"the column {column} is not documented"
    if sorted(table["contestant"]) != list(NAMES):
        yield differs("rows are not the contestants", sorted(table["contestant"]), list(NAMES))
    if table[method.estimate].isna().any():
        yield f"{method.estimate} is missing of a contestant that played every other"


def intervals_hold_estimates(method: Method) -> Iterator[str]:
    """The interval holds the estimate."""
    if method.interval is not None:
        table = method(_league(), _ROUNDS, 0)
        low, high = (table[end] for end in method.interval)
        outside = table[(table[method.estimate] < low) | (table[method.estimate] > high)]
        for name in outside["contestant"]:
            yield f"the estimate of {name} lies outside its interval"


def seeds_repeat(method: Method) -> Iterator[str]:
    """The same seed gives the same table."""
    one, two = (method(_league(), _ROUNDS, 3) for _ in range(2))
    if not one.equals(two):
        yield "the same seed gives two tables: draw from a generator of the seed alone"


def names_make_no_difference(method: Method) -> Iterator[str]:
    """Names of contestants make no difference."""
    league = _league()
    assert league.decisions is not None
    renamed: dict[str, Any] = {
        "stage": league.stage,
        "equilibrium": league.equilibrium,
        "decisions": league.decisions.assign(
            contestant=league.decisions["contestant"].map(_OTHERS)
        ),
        "plays": lambda: _renamed_plays(league, _OTHERS),
    }
    seats = league.seats.assign(contestant=league.seats["contestant"].map(_OTHERS))
    back = {new: old for old, new in _OTHERS.items()}
    table = method(record("poker", seats, zero_sum=True, **renamed), _ROUNDS, 0)
    table = table.assign(contestant=table["contestant"].map(back))
    yield from _apart(method, method(league, _ROUNDS, 0), table, "contestants have other names")


def _renamed_plays(league: GameRecord, names: Mapping[str, str]) -> Plays:
    assert league.plays is not None
    plays = league.plays()
    policies = {names[name]: policy for name, policy in plays.policies.items()}
    seats = {key: (end, tuple(names[n] for n in sat)) for key, (end, sat) in plays.matches.items()}
    return replace(plays, policies=policies, matches=seats)


def row_order_makes_no_difference(method: Method) -> Iterator[str]:
    """The order of rows makes no difference, or the method says so by order_free."""
    league, rng = _league(), np.random.default_rng(0)
    shuffled = replace(
        league,
        seats=league.seats.iloc[rng.permutation(len(league.seats))],
        comparisons=league.comparisons.iloc[rng.permutation(len(league.comparisons))],
    )
    one, two = (method(each, _ROUNDS, 0) for each in (league, shuffled))
    yield from _apart(method, one, two, "rows come in another order")


def _apart(method: Method, one: pd.DataFrame, two: pd.DataFrame, why: str) -> Iterator[str]:
    """Estimates that differ; where order matters, by more than the error of a mean of orders."""
    one, two = (table.set_index("contestant").sort_index() for table in (one, two))
    gap = (one[method.estimate] - two[method.estimate]).abs()
    allowed: Any = _EXACT
    if not method.order_free:
        allowed = _ERRORS * one["order_sd"] / np.sqrt(_ORDERS)
    for name in gap.index[(gap >= allowed) | gap.isna()]:
        yield f"the estimate of {name} changes by {gap[name]:g} where {why}"


def missing_decisions_are_told(method: Method) -> Iterator[str]:
    """A method that reads decisions says so when there are none."""
    if not method.decisions:
        return
    try:
        method(replace(_league(), decisions=None), 10, 0)
    except BadInput as error:
        if "no decisions are on record" not in str(error):
            yield f"of a record without decisions it says {str(error)!r}"
    else:
        yield "it reads decisions, and rates a record that has none"


CHECKS: tuple[Check[Method], ...] = (
    columns_are_documented,
    intervals_hold_estimates,
    seeds_repeat,
    names_make_no_difference,
    row_order_makes_no_difference,
    missing_decisions_are_told,
)
"""The duties of a rating method."""


def check_rating(method: Method) -> None:
    """Check a rating method on a league of Kuhn poker between players of known precision.

    Args:
        method: the method.

    Raises:
        Nonconforming: anything is not as every method must be; a line names each flaw.
    """
    require(method.estimate, (line for check in CHECKS for line in flaws(check, method)))
