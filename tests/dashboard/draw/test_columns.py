"""Numbers in tables are written as in sentences, and stay numbers below the writing."""

import re
from math import nan

import pandas as pd
import pytest
import streamlit as st

from dashboard.draw.columns import Numbers, configured, styled
from dashboard.draw.figures import reported, signed
from dashboard.draw.tables import listed

TABLE = pd.DataFrame(
    {
        "contestant": ["a-1", "b"],
        "effect": [-0.12345, nan],
        "share": [0.65, -0.125],
        "calls": [-1234567.0, None],
        "n": pd.Series([12345, None], dtype="object"),
        "fair": [True, False],
    }
)


def _written(table: pd.DataFrame, **columns: object) -> dict[str, list[str]]:
    """The cells of each column as a page has them."""
    page = styled(table, columns).hide(axis="index").to_html()
    texts = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    wide = len(table.columns)
    return {str(name): texts[place::wide] for place, name in enumerate(table)}


def test_cells_have_minus_signs_spaces_before_per_cent_and_separated_thousands() -> None:
    assert _written(TABLE) == {
        "contestant": ["a-1", "b"],
        "effect": ["−0.123", "–"],
        "share": ["65.0 %", "−12.5 %"],
        "calls": ["−1,234,567", "–"],
        "n": ["12,345", "–"],
        "fair": ["True", "False"],
    }


def test_a_page_states_decimals_and_shares_of_its_own() -> None:
    made = _written(TABLE, effect=Numbers(percent=True), calls=Numbers("calls", 1), share="won")
    assert made["effect"][0] == "−12.3 %"
    assert made["calls"][0] == "−1,234,567.0"
    assert made["share"][0] == "65.0 %"


def test_below_the_writing_are_numbers() -> None:
    pd.testing.assert_frame_equal(vars(styled(TABLE, {}))["data"], TABLE)


def test_heads_are_those_of_the_page_or_the_usual_ones() -> None:
    table = pd.DataFrame({"holm": [0.5], "cost": [1.0], "first": [0.2], "other": [1], "part": "x"})
    made = configured(table, {"cost": "dollars", "absent": Numbers("none")})
    assert made["holm"]["label"] == "p (Holm)"
    assert made["cost"] == "dollars"
    assert made["first"]["help"] == "share of bootstrap rounds"
    assert made["absent"]["label"] == "none"
    assert not {"other", "part"} & {*made}  # the second has texts


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("+1.2 to -0.3 (-5)", "+1.2 to −0.3 (−5)"),
        ("95% of gpt-4 on 2026-01-31", "95 % of gpt-4 on 2026-01-31"),
        ("1 : -1/2", "1 : −1/2"),
    ],
)
def test_texts_of_reports_get_the_signs_of_pages(text: str, signs: str) -> None:
    assert signed(text) == signs


def test_names_in_tables_of_reports_stay() -> None:
    table = pd.DataFrame({"power": ["80%", "–"], "model": ["50%", "a -1"]})
    assert reported(table).to_dict("list") == {"power": ["80 %", "–"], "model": ["50%", "a -1"]}


def test_tables_of_any_size_are_written_whoever_else_draws_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pandas' bound holds for all threads, so no table may set it for itself."""
    seen = []

    def drawn(*_: object, **__: object) -> None:
        seen.append(pd.get_option("styler.render.max_elements"))

    monkeypatch.setattr(st, "dataframe", drawn)
    for rows in (1, 50):
        listed(pd.concat([TABLE] * rows), "table")
    assert seen[0] == seen[1] > 10**9
