"""The controls of a replay: its step, one back and one on, play, pause and speed."""

import streamlit as st

from dashboard.draw import talk
from dashboard.draw.page import number

PACES = (1, 2, 4)
"""Seconds per step of a replay that plays; the middle one at first."""

_PLAYING, _FRESH = "playing", "drawn anew"
"""Keys of the session: the match that plays, and whether the whole page has just been drawn."""


def step_of(match: str, last: int, first: int) -> int:
    """The step to show, after its controls, which keep it in the address.

    Args:
        match: id of the match.
        last: number of steps, at least two.
        first: step where the address names none.
    """
    field = f"step {match}"
    st.session_state[field] = step = number("step", last) or first

    def remember() -> None:
        """Write the step that the slider has into the address."""
        _go(st.session_state[field])

    st.slider("Step", 1, last, key=field, on_change=remember)
    _controls(match, step, last)
    return step


def _controls(match: str, step: int, last: int) -> None:
    """Draw the buttons. They name the step they lead to: a key pressed twice does no harm."""
    keys = ("Left", "P", "Right") if not talk.asked() else (None, None, None)  # they lead on there
    plays = st.session_state.get(_PLAYING) == match and step < last
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Previous step", disabled=step == 1, on_click=_go, args=(step - 1,), shortcut=keys[0]
        )
        st.button(
            "Pause" if plays else "Play",
            key=f"play {match}",
            icon=":material/pause:" if plays else ":material/play_arrow:",
            on_click=_pause if plays else _play,
            args=() if plays else (match, 1 if step == last else step),
            shortcut=keys[1],
        )
        st.button(
            "Next step", disabled=step == last, on_click=_go, args=(step + 1,), shortcut=keys[2]
        )
        pace = st.selectbox("Seconds per step", PACES, PACES.index(2), key="pace", width=160)
    if plays:
        st.session_state[_FRESH] = True
        st.fragment(_tick, run_every=pace, key="tick")(step, last)
    else:
        _pause()


def _go(step: int) -> None:
    """Go to a step."""
    st.query_params["step"] = str(step)


def _play(match: str, step: int) -> None:
    """Play on from a step."""
    st.session_state[_PLAYING] = match
    _go(step)


def _pause() -> None:
    """Stop where it is."""
    st.session_state.pop(_PLAYING, None)


def _tick(step: int, last: int) -> None:
    """Go on by a step when its time is over, which is when this alone is drawn again."""
    if st.session_state.pop(_FRESH, False):
        return
    _go(min(step + 1, last))
    st.rerun()
