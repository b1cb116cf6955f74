"""Talk mode: one chart of a page alone, in large type, with arrow keys between charts."""

from pathlib import Path

import streamlit as st

from dashboard.plain import escaped, plain

KEY = "talk"
"""Name of the chart in the address."""

WIDTH = 700
"""Pixels of a chart before it is scaled to the window."""

_STYLE = Path(__file__).with_name("talk.css")
_CHARTS = "charts of the page"
"""Key of the session: names of the charts that were drawn so far, in their order."""
_WRONG = "wrong chart"
"""Key of the session: what is wrong with the chart in the address."""


def begin() -> None:
    """Forget the charts of the last page; say what was wrong with a talk's address."""
    st.session_state[_CHARTS] = []
    if wrong := st.session_state.pop(_WRONG, ""):
        st.info(wrong)


def listed(name: str) -> str:
    """The chart in the address, after a chart was added to those of the page; empty outside a talk.

    Args:
        name: of the chart that is added.
    """
    st.session_state.setdefault(_CHARTS, []).append(name)
    return asked()


def asked() -> str:
    """Name of the chart in the address; empty outside a talk."""
    return st.query_params.get(KEY, "")


def title(about: str) -> None:
    """Draw the title of a chart in a talk, and have the page show nothing else.

    Args:
        about: description of the chart.
    """
    st.html(f"<style>{_STYLE.read_text('utf-8')}</style>")
    st.markdown(f"# {escaped(about)}")


def controls() -> None:
    """Draw the buttons of a talk at the end of a page; nothing outside a talk."""
    name, charts = asked(), st.session_state.get(_CHARTS, [])
    if not name:
        return
    if name not in charts:
        known = f"its charts are {', '.join(charts)}" if charts else "it has no chart"
        told = f"The address names a chart {name}, which this page does not have: {known}."
        st.session_state[_WRONG] = escaped(told)
        go("")
        st.rerun()  # with the charts of the page
    at = charts.index(name)
    with st.container(key="talk-controls", horizontal=True, vertical_alignment="center"):
        for label, there, shortcut in (("Previous", at - 1, "Left"), ("Next", at + 1, "Right")):
            exists = 0 <= there < len(charts)
            target = charts[there] if exists else name
            st.button(
                f"{label} chart",
                disabled=not exists,
                on_click=go,
                args=(target,),
                shortcut=shortcut,
            )
        st.button("Back to the page", on_click=go, args=("",), shortcut="Esc")
        st.caption(plain(f"{at + 1} of {len(charts)}"))


def go(name: str) -> None:
    """Show a chart alone, or the whole page.

    Args:
        name: of the chart; empty for the page.
    """
    if name:
        st.query_params[KEY] = name
    else:
        st.query_params.pop(KEY, None)
