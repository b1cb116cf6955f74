"""Names of contestants that lead to their pages."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboard.draw.page import address, link
from dashboard.plain import plain

PAGE = "contestants"
"""Id of the page of a contestant."""

MOST = 12
"""Largest number of names that stand as links beside each other."""

_READABLE = ";/?:@&=+$,"
"""Characters that a table of links shows as they are; it decodes all others."""


def leading(names: Iterable[str], run: str, game: str = "") -> list[str]:
    """Addresses of the pages of contestants; a column of them shows the names.

    Args:
        names: of contestants.
        run: name of the run.
        game: id of the game shown first; empty for any.
    """
    return [
        f"{address(PAGE, run=run, game=game, contestant=name)}#{quote(plain(name), _READABLE)}"
        for name in names
    ]


def column(label: str = "contestant", **more: Any) -> Any:  # noqa: ANN401 - Streamlit's type is private
    """The column of a table with addresses of `leading`."""
    return st.column_config.LinkColumn(label, display_text=r"#(.*)$", **more)


def row(names: Sequence[str], run: str, game: str = "") -> None:
    """Draw names beside each other, each as a link to its page; the first MOST of them.

    Args:
        names: of contestants.
        run: name of the run.
        game: id of the game shown first; empty for any.
    """
    with st.container(horizontal=True):
        for name in names[:MOST]:
            link(name, PAGE, run=run, game=game, contestant=name)
        if len(names) > MOST:
            link(f"All {len(names)} contestants", PAGE, run=run, game=game)
