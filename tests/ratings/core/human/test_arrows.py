"""Arrows, their family, and what agreement is worth."""

from typing import Any

import pandas as pd
import pytest

from games.core.errors import BadInput
from ratings.core.human.arrows import outcomes
from ratings.core.human.directions import (
    MIXED,
    Cell,
    Contrast,
    available,
    reference,
)

OURS = {"dictator", "ultimatum", "prisoners_dilemma"}


def test_the_table_of_the_literature() -> None:
    """Incidental and against neutral, in games that are here, five cells are left: all minus."""
    scored = [cell for cell in reference().cells if cell.scored and cell.game in OURS]
    like = [c for c in scored if (c.induction, c.comparator) == ("incidental", "neutral")]
    assert {(cell.outcome, cell.emotion) for cell in like} == {
        ("acceptance", "anger"),
        ("acceptance", "disgust"),
        ("acceptance", "fear"),
        ("acceptance", "sadness"),
        ("cooperation", "anger"),
    }


@pytest.mark.parametrize(
    ("contrast", "sign"),
    [
        (Contrast("offer", "anger", "integral", "ultimatum"), "-"),
        (Contrast("offer", "anger", "incidental", "ultimatum"), None),
        (Contrast("offer", "anger", MIXED, "ultimatum"), None),
        (Contrast("offer", "sadness", "incidental", "ultimatum"), None),  # against happiness only
        (Contrast("offer", "sadness", "incidental", "ultimatum", "happiness"), "+"),
        (Contrast("cooperation", "fear", "incidental", "prisoners_dilemma"), None),
        (Contrast("cooperation", "fear", "incidental", "public_goods"), "-"),
        (Contrast("cooperation", "happiness", "incidental", "prisoners_dilemma"), None),
        (Contrast("cooperation", "happiness", "incidental", "prisoners_dilemma, repeated"), "?"),
        (Contrast("cooperation", "anger", "incidental", "prisoners_dilemma, repeated"), "-"),
        (Contrast("cooperation", "anger", "integral", "prisoners_dilemma, repeated"), None),
    ],
)
def test_like_is_scored_with_like(contrast: Contrast, sign: str | None) -> None:
    cell = reference().cell(contrast)
    assert (None if cell is None else cell.sign) == sign


def test_an_effect_size_stands_where_a_source_has_one() -> None:
    sized = [cell for cell in reference().cells if cell.effect is not None]
    assert [(c.outcome, c.emotion, c.comparator, c.effect, c.people) for c in sized] == [
        ("share_given", "anger", "happiness", 10.0, 51)
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"grade": "contested"}, "contested cell, and no other, has the sign"),
        ({"sign": "?"}, "contested cell, and no other, has the sign"),
        ({"effect": -3.0}, "do not agree"),
        ({"effect": 3.0, "low": 1.0}, "two ends"),
        ({"effect": 3.0, "low": 4.0, "high": 5.0}, "between low and high"),
    ],
)
def test_cells_that_contradict_themselves(changes: dict[str, Any], reason: str) -> None:
    sound: dict[str, Any] = {"outcome": "offer", "emotion": "fear", "sign": "+", "grade": "weak"}
    sound |= {"induction": "incidental", "comparator": "neutral", "game": "ultimatum"}
    sound |= {"evidence": "Somebody (2000)."}
    assert Cell(**sound).scored
    with pytest.raises(ValueError, match=reason):
        Cell(**sound | changes)


def test_the_slide_is_a_reference_of_its_own() -> None:
    assert set(available()) == {"literature", "eai_slide"}
    slide = reference("eai_slide")
    assert "inferred" in slide.about
    assert all("inferred" in cell.evidence for cell in slide.cells)
    rows = {e: "".join(c.sign for c in slide.cells if c.emotion == e) for e in ("anger", "disgust")}
    assert rows == {"anger": "++-", "disgust": "--+"}
    with pytest.raises(BadInput, match="did you mean 'eai_slide'"):
        reference("eai-slide")


def test_answers_to_fair_offers_are_no_outcome_and_minima_are_answers() -> None:
    columns = ["contestant", "measure", "value", "x"]
    rows = [
        ["a", "acceptance", 1.0, 20.0],
        ["a", "acceptance", 1.0, 50.0],
        ["a", "minimum", 30.0, None],
        ["a", "minimum", 80.0, None],
        ["a", "coordination", 1.0, None],
        ["a", "concession", 1.0, None],
    ]
    found = outcomes(pd.DataFrame(rows, columns=columns))
    assert list(zip(found["outcome"], found["value"], strict=True)) == [
        ("acceptance", 1.0),
        ("acceptance", 0.4),
        ("acceptance", 0.0),
        ("concession", 1.0),
    ]
