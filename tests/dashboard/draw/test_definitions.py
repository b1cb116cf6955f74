"""Definitions on hover: every heading, figure and column that uses a term leads to the glossary."""

import ast

import pandas as pd
import pytest
import streamlit as st

from dashboard.draw.definitions import COLUMNS, definition, explained, glossary
from dashboard.server.shell import REGISTRY
from tests import ROOT

DEFINING = {"definition", "heading"}
"""Functions that take terms."""


def _calls() -> list[tuple[str, ast.Call]]:
    return [
        (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""), node)
        for path in (ROOT / "dashboard").rglob("*.py")
        if path.stem != "definitions"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]


def test_every_heading_and_figure_has_definitions() -> None:
    calls = _calls()
    assert not [node for name, node in calls if name in {"subheader", "header"}]
    for name, node in calls:
        told = {keyword.arg for keyword in node.keywords}
        assert name != "metric" or "help" in told, ast.unparse(node)
        assert name != "heading" or len(node.args) > 1, ast.unparse(node)
        if name in DEFINING:
            terms = node.args if name == "definition" else node.args[1:]
            stated = [each.value for each in terms if isinstance(each, ast.Constant)]
            assert definition(*map(str, stated)) or not stated
    for name in REGISTRY.available():
        assert definition(*REGISTRY.load(name).terms), name
    assert definition(*COLUMNS.values())


def test_a_term_with_two_meanings_has_both_and_none_holds_another() -> None:
    found = glossary()
    assert found["Cluster"].count("**Cluster**: ") == 2
    assert found["Payoff"] == "**Payoff**: points, exact."
    assert found["Verdict"] == "**Verdict**: what came of an attempt."
    assert found["Regret"].startswith("**Regret** of a decision: what the best choice")
    with pytest.raises(KeyError):
        definition("Luck")


def test_columns_tell_what_they_are_and_keep_their_own_help() -> None:
    table = pd.DataFrame({"regret": [1.0], "first": [0.5], "other": ["x"], "p": 1, "felt": "x"})
    own = st.column_config.NumberColumn("first", help="share of rounds")
    made = explained(table, {"first": own, "p": None, "felt": "felt (reported)"})
    assert made["regret"]["help"] == definition("Regret")
    assert made["first"]["help"] == "share of rounds"
    assert made["felt"] == st.column_config.Column("felt (reported)", help=definition("Felt"))
    assert made["p"] is None
    assert "other" not in made
