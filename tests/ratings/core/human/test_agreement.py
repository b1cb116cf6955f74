"""Agreement with people's directions: what counts as a hit, and whom it tells from whom."""

from collections.abc import Mapping

import pandas as pd
import pytest
from scipy import stats

from ratings.core.human.agreement import EFFECTS, Agreement, agreement, null_hits
from ratings.core.human.directions import MIXED, Cell, Reference, Sign, reference
from ratings.core.human.sameness import NO, OPEN, YES

GAMES = {
    "share_given": "dictator",
    "offer": "ultimatum",
    "acceptance": "ultimatum",
    "cooperation": "prisoners_dilemma",
}


def moved(arrows: Mapping[str, str], kind: str = "incidental", width: float = 0.5) -> pd.DataFrame:
    """Effects of one contestant; an arrow "=" is an effect of 0, "" one that is not known."""
    rows = []
    for key, arrow in arrows.items():
        outcome, emotion = key.rsplit("_", 1)
        size = {"+": 1.0, "-": -1.0}.get(arrow, 0.0)
        reach = width if arrow else 1000.0
        place = ["m", GAMES[outcome], outcome, emotion, "simple", "all", kind]
        ends = [size - reach * 0.1, size + reach * 0.1]
        rows.append([*place, arrow.replace("=", ""), size, *ends, *ends])
    return pd.DataFrame(rows, columns=list(EFFECTS))


def table_of(**signs: Sign) -> Reference:
    """Directions by outcome and emotion, all incidental and against neutral."""
    cells = tuple(
        Cell(outcome=outcome, emotion=emotion, sign=sign, grade="weak", induction="incidental",
             comparator="neutral", game=GAMES[outcome], evidence="Made up.")
        for key, sign in signs.items()
        for outcome, emotion in [key.rsplit("_", 1)]
    )  # fmt: skip
    return Reference(name="made up", about="", cells=cells)


CROSSED: dict[str, Sign] = {
    "share_given_anger": "-", "share_given_disgust": "-", "share_given_fear": "+",
    "share_given_sadness": "+", "offer_anger": "+", "offer_disgust": "-", "offer_fear": "-",
    "offer_sadness": "+", "cooperation_anger": "-", "cooperation_disgust": "+",
    "cooperation_fear": "+", "cooperation_sadness": "-",
}  # fmt: skip
"""No sign of an emotion, nor of an outcome, holds everywhere."""


def one(found: pd.DataFrame, table: Reference) -> Agreement:
    (each,) = agreement(found, table)
    return each


def test_hits_count_scored_cells_only() -> None:
    found = moved(
        {
            "acceptance_anger": "-",
            "acceptance_sadness": "-",
            "acceptance_fear": "+",
            "acceptance_happiness": "=",  # of no effect in people, which is not scored
            "cooperation_fear": "-",  # in public goods only
            "offer_anger": "-",  # against the co-player only
        }
    )
    each = one(found, reference())
    assert (each.hits, each.cells, each.missed) == (2, 3, 1)
    assert each.nulls == {
        "always less": 3,
        "always less prosocial": 3,
        "one sign an emotion": 3,
        "one sign an outcome": 3,
        "random sign": 1.5,
    }
    assert each.beats["random sign"] == pytest.approx(stats.binom.sf(1, 3, 0.5))
    assert each.answer == OPEN  # even all hits would be those of always less


@pytest.mark.parametrize(("kind", "cells"), [("incidental", 0), ("integral", 1), (MIXED, 0)])
def test_an_emotion_is_scored_with_its_own_kind(kind: str, cells: int) -> None:
    assert one(moved({"offer_anger": "-"}, kind), reference()).cells == cells


def test_the_permutation_is_over_emotions_within_outcomes() -> None:
    arrows = {"anger": "-", "sadness": "+", "happiness": "-", "fear": "", "disgust": ""}
    found = moved({f"offer_{emotion}": arrow for emotion, arrow in arrows.items()})
    right = one(found, table_of(offer_anger="-", offer_sadness="+", offer_happiness="-"))
    assert right.hits == 3
    assert right.permutation_p == pytest.approx(1 / 30, abs=0.012)  # 2! 1! 2! of 5! orders


@pytest.mark.parametrize("game", ["offer", "cooperation"])
def test_one_game_tells_nobody_from_who_has_one_sign_for_each_emotion(game: str) -> None:
    """Sadness raises, all else lowers: in one game such a rule of thumb can be right throughout."""
    signs: dict[str, Sign] = {f"{game}_anger": "-", f"{game}_fear": "-", f"{game}_sadness": "+"}
    each = one(moved(signs), table_of(**signs))
    assert each.hits == each.cells == each.nulls["one sign an emotion"]
    assert each.answer == OPEN


def test_crossed_signs_tell_people_from_rules_of_thumb() -> None:
    table = table_of(**CROSSED)
    people = one(moved(CROSSED), table)
    assert people.nulls["one sign an emotion"] == 8
    assert people.nulls["one sign an outcome"] == people.nulls["always less"] == 6
    assert people.answer == YES
    always_less = one(moved(dict.fromkeys(CROSSED, "-")), table)
    sad = {key: "+" if key.endswith("sadness") else "-" for key in CROSSED}
    assert always_less.answer == one(moved(sad), table).answer == NO
    assert always_less.permutation_p == 1
    assert one(moved(dict.fromkeys(CROSSED, "=")), table).answer == NO


def test_effects_that_nobody_could_see_are_no_evidence_against() -> None:
    each = one(moved(dict.fromkeys(CROSSED, "")), table_of(**CROSSED))
    assert (each.hits, each.missed) == (0, 0)
    assert each.answer == OPEN
    assert each.smallest >= 100


def test_what_was_lost_keeps_an_effect_from_being_none() -> None:
    table = table_of(**CROSSED)
    found = moved(dict.fromkeys(CROSSED, "="))
    assert one(found, table).missed == 12
    lost = found.assign(bounds_low=-20.0, bounds_high=20.0)
    assert one(lost, table).missed == 0
    assert one(lost, table).answer == OPEN


def test_less_prosocial_lies_more() -> None:
    cells = [
        Cell(outcome=outcome, emotion="anger", sign=sign, grade="weak", induction="incidental",
             comparator="neutral", game="g", evidence="Made up.")
        for outcome, sign in (("lie", "+"), ("offer", "-"))
    ]  # fmt: skip
    nulls = null_hits(cells)
    assert (nulls["always less"], nulls["always less prosocial"]) == (1, 2)
