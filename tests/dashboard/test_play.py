"""The page Play: consent, questions in fields, leaving and coming back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from arena.run import Run
from dashboard import data
from tests.dashboard.test_pages import opened, said


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    return tmp_path


def seated(mode: str = "absent", game: str = "prisoners_dilemma", **fields: str) -> AppTest:
    app = opened("play")
    app.selectbox(key="play game").set_value(game)
    app.selectbox(key="mode").set_value(mode)
    app.selectbox(key="play opponent").set_value("uniform")
    app.checkbox(key="consent").check().run()
    for key, value in fields.items():
        app.text_area(key=f"play {key}").set_value(value)
    return app.run().button(key="sit").click().run()


def decide(app: AppTest, *choices: str) -> AppTest:
    """Choose from the rows of words, one after the other, and send."""
    for row, choice in zip(app.pills, choices, strict=True):
        row.set_value(choice)
    [send] = [button for button in app.button if button.label == "Decide"]
    app = send.click().run()
    assert not app.exception
    return app


def test_nobody_sits_down_without_consent(empty: Path) -> None:
    app = opened("play")
    assert app.button(key="sit").disabled
    assert "recorded" in app.checkbox(key="consent").label
    assert not list(empty.iterdir())


def test_a_question_that_is_loaded_again_is_the_same_and_answers_count_once(empty: Path) -> None:
    app = seated("manipulative", params="rounds = 2")
    table = app.query_params["table"]
    again = opened("play", run=table, table=table)
    assert [each.value for each in again.text] == [each.value for each in app.text]
    for tab in (app, again):  # two tabs, the second one with a stale question
        decide(tab, "anger", "happiness", "cooperate")
    run = Run(empty / table)
    asked = next(run.rows("SELECT count(*) FROM attempts"))[0]
    run.close()
    assert asked == 1


def test_what_is_missing_is_named(empty: Path) -> None:  # noqa: ARG001
    app = seated()
    [send] = [button for button in app.button if button.label == "Decide"]
    assert "One thing is missing: Your decision" in said(send.click().run())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"params": "rounds = "}, "Parameters of the game: the text is not valid TOML"),
        ({"params": "rounds = 0"}, "rounds"),
        ({"params": "turns = 3"}, "turns"),
        ({"settings uniform": "speed = 3"}, "speed"),
    ],
)
def test_what_cannot_be_played_is_said(empty: Path, fields: dict[str, str], words: str) -> None:
    app = seated(**fields)
    assert not app.exception
    assert words in said(app)
    assert not list(empty.iterdir())


def test_a_table_that_is_damaged_is_named(empty: Path) -> None:
    app = seated()
    table = app.query_params["table"]
    (empty / table / "person.json").write_text("{", encoding="utf-8")
    again = opened("play", run=table, table=table)
    assert not again.exception
    assert "cannot be gone on with" in said(again)


@pytest.mark.parametrize("endowment", [2**53 + 1, 10**30])
def test_amounts_beyond_what_browsers_count_are_typed(empty: Path, endowment: int) -> None:
    app = seated(game="ultimatum", params=f"endowment = {endowment}")
    assert not app.exception
    for text, missing in (("much", True), (str(endowment + 1), True), (str(endowment), False)):
        [field] = [each for each in app.text_input if str(endowment) in each.label]
        field.set_value(text)
        [send] = [button for button in app.button if button.label == "Decide"]
        app = send.click().run()
        assert not app.exception
        assert ("One thing is missing: Your decision" in said(app)) is missing
    run = Run(empty / app.query_params["table"])
    given = run.decisions()["action"].tolist()
    run.close()
    assert endowment in given
