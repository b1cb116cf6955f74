"""The application: chooses a run, and shows a page of it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from arena.core.terminal import visible
from arena.report.inventory import faults
from dashboard.data import runs as data
from dashboard.draw import talk
from dashboard.draw.definitions import definition
from dashboard.draw.page import Context, View, say
from games import BadInput
from games.core import plugins
from games.core.errors import Named

FIRST = "runs"
"""Default page."""

_STYLE = Path(__file__).with_name("pages.css")


def _wrong(_name: str, plugin: Any) -> str:  # noqa: ANN401 - whatever a package registers
    """The flaw of a registered page; empty if it has none."""
    return "" if isinstance(plugin, View) else "it is no dashboard.draw.page.View"


REGISTRY = plugins.Registry("page", "dashboard.views", "VIEW", "pages", _wrong)
"""Our own pages and pages of installed packages."""


def main(first: str = FIRST) -> None:
    """Draw the requested page.

    Args:
        first: id of the page to begin with.
    """
    st.set_page_config(page_title="Affect Arena", page_icon="🎭", layout="wide")
    st.html(_STYLE)
    settings = data.Settings.read()
    try:
        folders, problem = data.folders(settings), None
    except BadInput as error:
        folders, problem = {}, error
    name, asked = _run(list(folders))
    context = Context(settings, folders, name, asked)
    pages = {
        name: st.Page(
            _drawing(view, context, problem),
            title=view.title,
            icon=view.icon,
            url_path=name,
            default=name == first,
        )
        for name, view in sorted(available().items(), key=lambda item: item[1].order)
    }
    st.session_state["pages"] = pages
    for fault in faults_of_packages():
        st.sidebar.warning(visible(fault))
    # Streamlit hides the last of more than twelve pages behind a button, unless told otherwise.
    st.navigation(list(pages.values()), expanded=True).run()


@cache
def available() -> Named[View]:
    """Pages by id; the faults are of unusable packages."""
    return REGISTRY.usable()


@cache
def faults_of_packages() -> tuple[str, ...]:
    """Errors of installed packages, one line each."""
    return (*faults(), *available().faults.values())


def _drawing(view: View, context: Context, problem: BadInput | None) -> Callable[[], None]:
    def draw() -> None:
        """Draw the page, or the error of the run in a sentence."""
        st.title(view.title, help=definition(*view.terms) or None)
        if problem is not None:
            say(problem)
            return
        talk.begin()
        try:
            view.draw(context)
        except BadInput as error:
            say(error)
        talk.controls()

    return draw


def _run(names: list[str]) -> tuple[str | None, str | None]:
    """The chosen run, from the address or else from the last choice; a run only the address knows.

    A wrong address chooses no run, so that no page shows another run in its place.
    """
    if not names:
        return None, None
    asked = st.query_params.get("run")
    wrong = asked is not None and asked not in names
    last = st.session_state.get("run")
    name = None if wrong else asked or (last if last in names else names[0])

    def choose() -> None:
        """Choose another run, and drop the filters of the last one."""
        st.query_params.clear()
        if picked := st.session_state["field run"]:
            st.query_params["run"] = picked

    st.session_state["field run"] = name
    with st.sidebar:
        st.selectbox(
            "Run", names, index=None, key="field run", on_change=choose, placeholder="choose a run"
        )
    if name is None:
        return None, asked
    st.session_state["run"] = st.query_params["run"] = name
    return name, None
