"""Arrows, their family, and what agreement is worth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from games.core.errors import BadInput
from ratings.core.human.arrows import (
    DOWN,
    OPEN,
    SAME,
    UP,
    agreement,
    called,
    null_hits,
    outcomes,
)
from ratings.core.human.directions import Cell, available, reference


def family(*rows: tuple[str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["outcome", "effect", "sd"])
    return called(table.assign(clusters=25))


def test_arrows_need_a_test_and_sameness_needs_one_too() -> None:
    found = family(
        ("offer", 8.0, 10.0),
        ("offer", -8.0, 10.0),
        ("offer", 1.0, 10.0),
        ("offer", 1.0, 60.0),
        ("cooperation", 0.01, 0.1),
        ("cooperation", 0.0, 0.0),
    )
    assert list(found["call"]) == [UP, DOWN, SAME, OPEN, SAME, SAME]
    t = stats.ttest_1samp(np.array([7.0, 9.0]), 0).pvalue  # the same formula, by scipy
    (two,) = called(
        pd.DataFrame(
            [["offer", 8.0, np.sqrt(2), 2]], columns=["outcome", "effect", "sd", "clusters"]
        )
    )["p"]
    assert two == pytest.approx(t)


@pytest.mark.parametrize(("clusters", "call"), [(3, OPEN), (8, UP)])
def test_clusters_that_all_agree_are_worth_a_sign_test(clusters: int, call: str) -> None:
    table = pd.DataFrame(
        [["offer", 30.0, 0.0, clusters]], columns=["outcome", "effect", "sd", "clusters"]
    )
    found = called(table)
    assert list(found["p"]) == [2.0 ** (1 - clusters)]
    assert list(found["call"]) == [call]
    same = called(table.assign(effect=0.0))
    assert list(same["call"]) == [SAME if clusters == 8 else OPEN]


def test_one_wording_decides_nothing() -> None:
    table = pd.DataFrame(
        [["offer", 30.0, np.nan, 1]], columns=["outcome", "effect", "sd", "clusters"]
    )
    assert list(called(table)["call"]) == [OPEN]


def test_the_table_of_the_literature() -> None:
    scored = [cell for cell in reference().cells if cell.scored]
    assert len(scored) == 12
    # What agents without emotions get of the twelve.
    assert null_hits(scored) == {
        "always less": 9,
        "always less prosocial": 10,
        "random sign": 6,
    }
    # Twelve of twelve against nine: .03; against ten: .11.
    assert stats.binom.sf(11, 12, 9 / 12) == pytest.approx(0.03, abs=0.005)
    assert stats.binom.sf(11, 12, 10 / 12) == pytest.approx(0.11, abs=0.005)
    contested = reference().cell("cooperation", "fear")
    assert contested is not None
    assert not contested.scored


def test_the_slide_is_a_reference_of_its_own() -> None:
    assert set(available()) == {"literature", "eai_slide"}
    slide = reference("eai_slide")
    assert "inferred" in slide.about
    assert all("inferred" in cell.evidence for cell in slide.cells)
    rows = {e: "".join(c.sign for c in slide.cells if c.emotion == e) for e in ("anger", "disgust")}
    assert rows == {"anger": "++-", "disgust": "--+"}
    with pytest.raises(BadInput, match="did you mean 'eai_slide'"):
        reference("eai-slide")


def test_contested_cells_cannot_have_a_sign() -> None:
    with pytest.raises(ValueError, match="contested has no sign"):
        Cell(outcome="offer", emotion="fear", sign="+", grade="contested")


def calls(**by_cell: str) -> pd.DataFrame:
    rows = [
        ["m", "g", outcome, emotion, "all", "all", call]
        for key, call in by_cell.items()
        for outcome, emotion in [key.rsplit("_", 1)]
    ]
    columns = ["base", "game", "outcome", "emotion", "cause", "intensity", "call"]
    return pd.DataFrame(rows, columns=columns)


def test_hits_count_scored_cells_only() -> None:
    (found,) = agreement(
        calls(
            offer_anger=DOWN,
            offer_sadness=UP,
            offer_happiness=UP,
            cooperation_fear=DOWN,  # contested
            offer_disgust=DOWN,  # empty
        ),
        reference(),
    )
    assert (found.hits, found.cells) == (2, 3)
    assert found.nulls == {"always less": 2, "always less prosocial": 2, "random sign": 1.5}
    assert found.beats["random sign"] == pytest.approx(stats.binom.sf(1, 3, 0.5))
    assert not found.aligned


def test_the_permutation_is_over_emotions_within_outcomes() -> None:
    found = calls(
        offer_anger=DOWN,
        offer_sadness=UP,
        offer_happiness=DOWN,
        offer_fear=OPEN,
        offer_disgust=OPEN,
    )
    (right,) = agreement(found, reference())
    assert right.hits == 3
    assert right.permutation_p == pytest.approx(1 / 30, abs=0.012)  # 2! 1! 2! of 5! orders


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
