"""A replay plays by itself, and by buttons and keys."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data import runs as data

TIMED = """
import streamlit as st
from dashboard.server.shell import main

main("matches")
st.button("Timer", on_click=st.rerun, args=("tick",))
"""
"""A match, and the timer of the browser, which draws a part of the page again."""


@pytest.fixture
def replay(shown: Path) -> AppTest:
    query = "SELECT match FROM decisions GROUP BY 1 ORDER BY count(*) DESC"
    app = AppTest.from_string(TIMED)
    app.default_timeout = 60
    app.query_params.update(run="moved", match=data.table(shown / "moved", query)["match"].iloc[0])
    return app.run()


def button(app: AppTest, label: str) -> AppTest:
    """The page after a click."""
    (found,) = [each for each in app.button if each.label == label]
    assert not found.disabled
    return found.click().run()


def step(app: AppTest) -> object:
    assert not app.exception
    found = app.slider[0].value
    assert app.query_params.get("step", ["1"]) in (str(found), [str(found)])
    return found


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button if not each.disabled}


def test_a_replay_plays_to_its_end_and_stops(replay: AppTest) -> None:
    last = int(replay.slider[0].max or 0)
    assert last > 2
    app = button(replay, "Play")
    assert step(app) == 1
    for expected in range(2, last + 1):
        assert {"Pause", "Next step"} <= labels(app)
        app = button(app, "Timer")
        assert step(app) == expected
    assert not {"Pause", "Next step"} & labels(app)
    assert step(button(app, "Play")) == 1  # from the beginning
    assert "Pause" in labels(app)


def test_pause_holds_the_step_and_the_page_drawn_again_does_not_move_it(replay: AppTest) -> None:
    app = button(button(replay, "Play"), "Timer")
    assert step(app.run()) == 2
    (pace,) = [each for each in app.selectbox if each.label == "Seconds per step"]
    assert step(pace.set_value(4).run()) == 2
    assert step(button(app, "Pause")) == 2
    assert "Play" in labels(app.run())
    assert step(app) == 2


def test_arrow_keys_go_a_step_back_and_on(replay: AppTest) -> None:
    keys = {each.label: each.proto.shortcut for each in replay.button}
    assert (keys["Previous step"], keys["Next step"], keys["Play"]) == ("left", "right", "p")
    assert "Previous step" not in labels(replay)
    app = button(replay, "Next step")
    assert step(app) == 2
    assert step(button(app, "Previous step")) == 1
