"""Tables of pages, with texts as text and numbers as everywhere on pages."""

import sys
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.draw.columns import configured, styled
from dashboard.draw.definitions import explained
from dashboard.draw.figures import NONE
from dashboard.draw.page import address, harmless

# Tables of any size are written. Set once: the option holds for all threads, one for each visitor.
pd.set_option("styler.render.max_elements", sys.maxsize)


def listed(
    table: pd.DataFrame,
    key: str,
    columns: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - as Streamlit has it
    """A table, with texts as text, and numbers as everywhere on pages.

    Args:
        table: the table.
        key: of the element.
        columns: configuration by column: a label, `Numbers`, or one of Streamlit's.
        more: arguments of `st.dataframe`.

    Returns:
        What `st.dataframe` returns: the chosen rows, if any can be chosen.
    """
    known, rows = columns or {}, harmless(table).reset_index(drop=True)
    return st.dataframe(
        styled(rows, known),
        hide_index=True,
        column_config=explained(rows, configured(rows, known)),
        key=key,
        placeholder=NONE,
        **more,
    )


def traced(
    table: pd.DataFrame,
    key: str,
    run: str,
    sources: Mapping[str, tuple[str, str]] | None = None,
    columns: Mapping[str, Any] | None = None,
) -> None:
    """A table whose rows lead to the matches of their `contestant` in their `game`.

    Args:
        table: the table.
        key: of the element.
        run: name of the run.
        sources: runs and names of contestants, by what the table calls them, where it has several
            runs.
        columns: configuration by column, as for `listed`.
    """
    whose = [(sources or {}).get(who, (run, who)) for who in table["contestant"]]
    links = [
        address("matches", run=name, game=game, contestant=who)
        for game, (name, who) in zip(table["game"], whose, strict=True)
    ]
    column = st.column_config.LinkColumn("matches", display_text="open", width="small")
    listed(table.assign(matches=links), key, {"matches": column, **(columns or {})})
