"""Amounts along a number: nothing is lost, and what needs a row keeps it."""

from typing import TypeAlias

import pandas as pd
import pytest

from dashboard.data.amounts import BARS, split

Rows: TypeAlias = list[tuple[str, object, float]]


def frequencies(who: str, rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["set", "action", "frequency"])
    theory = {"low": 0.0, "high": 1.0, "equilibrium": 0.0, "noisy": 0.01}
    return table.assign(contestant=who, **theory)


OFFERS: Rows = [("proposer:", offer, 0.5 if offer in {40, 50} else 0.0) for offer in range(1, 101)]
ANSWERS: Rows = [
    (f"responder: offered {offer} of 100;", "accept", offer / 100) for offer in range(20)
]
CARDS: Rows = [("first: dealt J;", "bet", 0.3), ("first: dealt Q;", "bet", 0.0)]


def test_amounts_become_a_distribution_and_answers_a_line() -> None:
    alone, (offers, answers) = split(frequencies("ann", OFFERS + ANSWERS + CARDS))
    assert alone["set"].tolist() == [name for name, *_ in CARDS]
    assert offers.label == "proposer: → …"
    assert (answers.width, offers.width) == (0, 5)
    sums = offers.table.groupby("contestant")["share"].sum()
    assert sums.to_dict() == pytest.approx(dict.fromkeys(sums.index, 1))
    own = offers.table[offers.table["contestant"] == "ann"].set_index("number")["share"]
    assert len(own) <= BARS
    assert own[own > 0].to_dict() == {40: 0.5, 50: 0.5}
    answered = answers.table[answers.table["contestant"] == "ann"]["share"]
    assert answered.tolist() == [answer for *_, answer in ANSWERS]


def test_what_is_never_offered_otherwise_is_offered_as_the_first_amount() -> None:
    nothing: Rows = [(name, offer, 0.0) for name, offer, _ in OFFERS[:10]]
    _, (offers,) = split(frequencies("ann", nothing))
    own = offers.table[offers.table["contestant"] == "ann"].set_index("number")["share"]
    assert own[own > 0].to_dict() == {0: 1}


def test_theory_that_differs_between_contestants_is_left_out_of_a_comparison() -> None:
    both = pd.concat(
        [frequencies("ann", OFFERS), frequencies("bob", OFFERS).assign(noisy=0.02)],
        ignore_index=True,
    )
    _, (offers,) = split(both)
    assert {*offers.table["contestant"]} == {"ann", "bob", "equilibrium"}


def test_a_few_choices_and_those_with_two_numbers_keep_their_rows() -> None:
    bids: Rows = [
        ("first:", f"{count} of {face}", 0.1) for count in range(1, 5) for face in range(1, 5)
    ]
    table = frequencies("ann", bids + OFFERS[:5])
    alone, along = split(table)
    assert not along
    assert alone.equals(table)
