"""A design that is put together on the page is what its file says, and what is run."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from arena.design.tournament import Tournament
from arena.planning.plan import plan
from arena.report.plan import HEADS, rows
from dashboard.control import processes as control
from games.core import toml
from tests.dashboard.test_launch import caps, cells, pressed, root
from tests.dashboard.views.test_pages import opened, said

__all__ = ["root"]


def composed(*entries: tuple[str, Any]) -> AppTest:
    """The page Runs, a design put together from values by the keys of their fields."""
    app = opened("runs")
    app.toggle(key="compose").set_value(True).run()
    for key, value in entries:
        if (field := _field(app, key)) is None:  # what was entered before leads to it
            field = _field(app.run(), key)
        field.set_value(value)
    app.run()
    assert not app.exception
    return app


def _field(app: AppTest, key: str) -> Any:
    fields = [*app.selectbox, *app.multiselect, *app.text_input, *app.number_input]
    return next((each for each in fields if each.key == f"compose {key}"), None)


def file(app: AppTest) -> str:
    """The tournament file on the page."""
    return str(app.code[0].value) + "\n"


def design(text: str) -> Tournament:
    return Tournament(toml.loads(text, "its file"))


def test_what_is_put_together_is_described_and_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = composed(("file question", "Who gives in?"), ("file repetitions", "3"))
    tournament = design(file(app))
    assert tournament.question == "Who gives in?"
    assert any("Who gives in?" in each.value for each in app.markdown)
    [game] = cells(app, "rules")
    assert game == (
        "prisoners_dilemma",
        "prisoners_dilemma",
        "round_robin",
        3,
        6,
        "tit_for_tat, defector",
    )
    assert any("6 matches between scripts" in each.value for each in app.caption)
    monkeypatch.setattr(control, "resume", lambda *_: None)  # test_launch plays one
    pressed(app)
    run = root / "my design" / control.DESIGN
    assert run.read_text("utf-8") == file(app)
    assert Tournament.read(run).hash == tournament.hash


def test_emotions_and_a_schedule_are_put_together_and_priced(root: Path) -> None:
    app = composed(
        ("contestant 1", "llm"),
        ("contestant 1 llm name", "model"),
        ("contestant 1 llm model", ["openai/one"]),
        ("contestant 1 llm emotion.induced", ["none", "anger"]),
        ("more contestant 1 llm", ["api_base", "temperature"]),
        ("contestant 1 llm temperature", ["0.5"]),
        ("contestant 1 llm api_base", ["http://127.0.0.1:9/v1"]),
        ("schedule", "panel"),
        ("schedule panel panel", ["defector"]),
        ("more file", ["prices"]),
        ("file prices", '{ "openai/one" = { prompt = 2.0, completion = 8.0 } }'),
        ("more game 1 prisoners_dilemma", ["params.rounds"]),
        ("game 1 prisoners_dilemma params.rounds", ["1", "2"]),
    )
    tournament = design(file(app))
    assert tournament.data["schedule"] == {"kind": "panel", "panel": ["defector"]}
    assert list(tournament.games) == ["prisoners_dilemma rounds 1", "prisoners_dilemma rounds 2"]
    assert [row[:4] for row in cells(app, "induced")][:2] == [
        ("model none", "llm", "openai/one", "none"),
        ("model anger", "llm", "openai/one", "anger"),
    ]
    app.button(key="plan").click().run()
    assert cells(app, HEADS[4]) == rows(plan(tournament))
    [cap] = caps(app)
    assert cap.value is None
    assert app.button(key="start").disabled
    pressed(app)
    assert not root.exists()


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("file repetitions", "some", r"this design: repetitions: .*integer, not 'some'"),
        ("file name", "", r"this design: name: field required"),
        ("contestant 1", "llm", r"contestant 'llm' of this design.*: model: field required"),
    ],
)
def test_an_error_names_key_and_value(root: Path, key: str, value: str, error: str) -> None:
    app = composed((key, value))
    assert not [each for each in app.button if each.key == "start"]
    assert re.search(error, said(app).lower())
    assert not root.exists()
