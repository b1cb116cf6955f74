"""The page Play: consent, questions in fields, leaving and coming back."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup, NumberInput

from agents.core.types import Attempt
from arena.core.types import Match
from arena.record.lock import locked
from arena.record.run import Run
from dashboard.control import processes as control
from dashboard.control import seat, tables
from dashboard.data import runs as data
from games.core import items
from tests.dashboard.views.test_pages import everything, faces, opened, said


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(data.SETTINGS, data.Settings(tmp_path).write())
    return tmp_path


def seated(
    mode: str = "absent",
    game: str = "prisoners_dilemma",
    language: str = "en",
    **fields: str,
) -> AppTest:
    app = opened("play")
    app.selectbox(key="play language").set_value(language)
    app.selectbox(key="play game").set_value(game)
    app.selectbox(key="mode").set_value(mode)
    app.selectbox(key="play opponent").set_value("uniform")
    app.checkbox(key="consent").check().run()
    for key, value in fields.items():
        app.text_area(key=f"play {key}").set_value(value)
    return app.run().button(key="sit").click().run()


def decide(app: AppTest, *choices: str, numbers: tuple[int, ...] = ()) -> AppTest:
    """Choose from the rows of words, fill in the numbers, each in their order, and send."""
    for row, choice in zip(app.pills, choices, strict=True):
        row.set_value(choice)
    for field, number in zip(app.number_input, numbers, strict=True):
        field.set_value(number)
    return send(app)


def send(app: AppTest) -> AppTest:
    """Send the form as it is."""
    [button] = [button for button in app.button if button.label == "Decide"]
    app = button.click().run()
    assert not app.exception
    return app


def attempts(folder: Path) -> list[Attempt]:
    """The person's attempts on record, of all matches."""
    run = Run(folder)
    try:
        keys = [key for (key,) in run.rows("SELECT DISTINCT match FROM attempts")]
        filed = [run.recorded(Match(key, "", ("", ""), 0, 0)) for key in keys]
    finally:
        run.close()
    return [attempt for match in filed for seat in match.values() for attempt in seat.values()]


def test_a_table_with_a_model_has_a_cap_of_nothing_until_one_is_stated(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    app = opened("play")
    assert not [field for field in app.number_input if "Cap" in field.label]
    app.selectbox(key="play opponent").set_value("llm").run()
    [field] = [field for field in app.number_input if "Cap" in field.label]
    assert field.value == 0
    field.set_value(0.5)
    app.text_area(key="play settings llm").set_value('model = "openai/test"')
    app.checkbox(key="consent").check().run()
    app.button(key="sit").click().run()
    [folder] = empty.iterdir()
    assert control.noted_cap(folder) == 0.5
    assert "its cost cannot be capped" in said(app)


def test_nobody_sits_down_without_consent(empty: Path) -> None:
    app = opened("play")
    assert app.button(key="sit").disabled
    assert "recorded" in app.checkbox(key="consent").label
    assert not list(empty.iterdir())


@pytest.mark.usefixtures("perceiving")
def test_a_question_that_is_loaded_again_is_the_same_and_answers_count_once(empty: Path) -> None:
    app = seated("manipulative", params="rounds = 2")
    table = app.query_params["table"]
    again = opened("play", run=table, table=table)
    assert [each.value for each in again.text] == [each.value for each in app.text]
    for tab in (app, again):  # two tabs, the second one with a stale question
        decide(tab, "anger", "happiness", "cooperate", numbers=(7,))
    run = Run(empty / table)
    asked = next(run.rows("SELECT count(*) FROM attempts"))[0]
    run.close()
    assert asked == 1


def test_what_is_missing_is_named(empty: Path) -> None:  # noqa: ARG001
    assert "One thing is missing: Your decision" in said(send(seated()))


@pytest.mark.usefixtures("perceiving")
@pytest.mark.parametrize("game", ["ultimatum", "liars_dice"])
def test_an_untouched_form_is_empty_and_records_nothing(empty: Path, game: str) -> None:
    app = seated("manipulative", game)
    before = [each.value for each in app.text]
    assert not app.slider
    assert [each.value for each in app.number_input] == [None] * len(app.number_input)
    assert [each.value for each in app.pills] == [None] * len(app.pills)
    app = send(app)
    assert (
        "4 things are missing: What do you feel? · How strongly, from 0 to 100? · "
        "What do you show to the other player? · Your decision"
    ) in said(app)
    assert attempts(empty / app.query_params["table"]) == []
    assert [each.value for each in app.text] == before


@pytest.mark.usefixtures("perceiving")
def test_fields_are_recorded_as_they_were_given(empty: Path) -> None:
    app = decide(seated("manipulative", "ultimatum"), "fear", "anger", numbers=(3, 41))
    (attempt,) = attempts(empty / app.query_params["table"])
    assert attempt.completion is not None
    given = {"felt": "fear", "intensity": 3, "shown": "anger", "action": 41}
    assert json.loads(attempt.completion.text) == given


def test_a_form_with_one_empty_field_records_nothing(empty: Path) -> None:
    app = seated("visible", "ultimatum")
    app.pills[0].set_value("fear")
    app.number_input[1].set_value(0)  # which is a number too
    for none in (None, 0.5):
        app.number_input[0].set_value(none)
        app = send(app)
        assert "One thing is missing: How strongly, from 0 to 100?" in said(app)
        assert attempts(empty / app.query_params["table"]) == []


@pytest.mark.usefixtures("perceiving", "empty")
def test_faces_are_drawn_beside_the_question() -> None:
    """One's own face shows what one reported, and that of somebody who shows nothing is at rest."""
    app = seated("visible", params="rounds = 2")
    assert faces(app) == [("The other player", "nothing shown"), ("You", "nothing shown")]
    app = decide(app, "anger", "cooperate", numbers=(90,))
    assert faces(app) == [("The other player", "nothing shown"), ("You", "anger")]


def test_the_next_question_has_an_empty_form(empty: Path) -> None:
    app = seated("visible", params="rounds = 2")
    app = decide(app, "anger", "cooperate", numbers=(90,))
    assert [each.value for each in (*app.pills, *app.number_input)] == [None] * 3
    assert len(attempts(empty / app.query_params["table"])) == 1


def test_an_answer_given_while_another_process_writes_is_kept_for_another_look(empty: Path) -> None:
    app = seated()
    table = empty / app.query_params["table"]
    turn = seat.advance(table)
    # As the page keeps it from sending the form to the next look at the run.
    app.session_state["answer"] = seat.Answer(turn.page.id, {"action": "cooperate"}, 1.0)
    tables.leave(table)
    with locked(table):
        assert "is in use" in said(app.run())
    assert attempts(table) == []
    app.button(key="look").click().run()
    (attempt,) = attempts(table)
    assert attempt.completion is not None
    assert json.loads(attempt.completion.text) == {"action": "cooperate"}


@pytest.mark.usefixtures("perceiving")
@pytest.mark.parametrize(
    ("game", "language"),
    [("ultimatum", "en"), ("prisoners_dilemma", "de"), ("battle_of_the_sexes", "ru")],
)
def test_the_record_of_a_question_is_what_the_page_shows(
    empty: Path, game: str, language: str
) -> None:
    app = seated("manipulative", game, language)
    page = [each.value for each in app.text]
    fields = (each for each in app.main if isinstance(each, ButtonGroup | NumberInput))
    labels = [each.label for each in fields]
    words = [each.options for each in app.pills]
    choices = [options[-1] for options in words]
    app = decide(app, *choices, numbers=(1, 2)[: len(app.number_input)])
    (attempt,) = attempts(empty / app.query_params["table"])
    assert [message.content for message in attempt.messages] == page
    system, question = page
    assert "JSON" not in system
    lines = system.rpartition("\n\n")[2].splitlines()[1:]
    assert all(line.startswith(f"- {label}") for line, label in zip(lines, labels, strict=True))
    for options in words:
        assert ", ".join(options) in f"{system}\n{question}"


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
        app = send(app)
        assert ("One thing is missing: Your decision" in said(app)) is missing
    run = Run(empty / app.query_params["table"])
    given = run.decisions()["action"].tolist()
    run.close()
    assert endowment in given


@pytest.mark.parametrize(("language", "said_of"), [("en", "come to harm"), ("de", "Schaden")])
def test_questions_that_can_hurt_are_shown_after_a_click(
    empty: Path, language: str, said_of: str
) -> None:
    app = seated(game="moral_dilemma", params='items = "trolleys"', language=language)
    situations = [i.texts["situation"].of(language) for i in items.load("trolleys").items]

    def shown(app: AppTest) -> int:
        assert not app.exception
        return sum(text in everything(app) for text in situations)

    table = app.query_params["table"]
    (button,) = (each for each in app.button if each.key == f"show {table}")
    assert said_of in button.label
    assert shown(app) == 0
    assert not app.pills
    app = button.click().run()
    assert shown(app) == 1
    app = decide(app, app.pills[0].options[0])
    (go_on,) = (each for each in app.button if each.label == "Go on")
    assert shown(go_on.click().run()) == 1  # one click for all questions
    assert shown(opened("play", run=table, table=table)) == 0
    assert len(attempts(empty / table)) == 1
