"""A person's seat: whatever the person does or leaves undone, the record stays sound."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import games
from arena.engine.verify import problems
from arena.lab.opening import open_lab
from arena.record.lock import being_played
from arena.record.run import Run
from arena.record.store import Store
from dashboard.control import seat, tables
from dashboard.control.seat import Answer, Turn, advance, sit, wanted
from dashboard.control.tables import leave
from games import BadInput
from tests.arena.designs import played
from tests.arena.lab.visitors import filled
from tests.loopback import Loopback, answering
from tests.loopback import run as run_

MODES = ("absent", "hidden", "visible", "manipulative")


def table(
    root: Path, game: str = "kuhn_poker", params: str = "", mode: str = "absent", matches: int = 1
) -> Path:
    return sit(root, wanted(game, params, "uniform", "", {"emotion": {"mode": mode}}, matches))


def answered(turn: Turn, **other: Any) -> Answer:
    assert turn.page.kind == "decision"
    first = {field.key: filled(field) for field in turn.page.fields}
    values = {key: other.get(key, value) for key, value in first.items()}
    return Answer(turn.page.id, values, 1.5)


def to_the_end(folder: Path, **other: Any) -> int:
    """Plays on; the number of answers that were asked for."""
    turn, asked = advance(folder), 0
    while turn.page.kind != "ended":
        if turn.page.kind == "result":
            turn = advance(folder)
        else:
            asked += 1
            turn = advance(folder, answered(turn, **other))
    return asked


def recorded(folder: Path) -> tuple[int, int]:
    """Decisions of the person, and attempts, on record."""
    run = Run(folder)
    try:
        assert list(problems(run)) == []
        decisions = next(run.rows(f"{_OWN} WHERE contestant = 'person'"))[0]
        attempts = next(run.rows("SELECT count(*) FROM attempts"))[0]
    finally:
        run.close()
    return decisions, attempts


_OWN = "SELECT count(*) FROM decisions JOIN seats USING (match, seat)"


def test_two_people_who_sit_down_in_the_same_second_have_tables_of_their_own(
    tmp_path: Path,
) -> None:
    design = wanted("kuhn_poker", "", "uniform", "", {}, 1)
    one, two, three = (sit(tmp_path, design) for _ in range(3))
    assert len({one, two, three}) == 3
    for folder in (one, two, three):
        assert advance(folder).page.kind == "decision"


@pytest.mark.parametrize("game", games.available())
def test_every_game_can_be_played_to_the_end(tmp_path: Path, game: str) -> None:
    params = {"matrix_game": 'preset = "win_win"', "prisoners_dilemma": "rounds = 2"}
    folder = table(tmp_path, game, params.get(game, ""))
    asked = to_the_end(folder)
    assert recorded(folder) == (asked, asked)


def test_before_a_script_that_perceives_nothing_a_person_is_not_asked_to_show(
    tmp_path: Path,
) -> None:
    asked = []
    for mode in ("hidden", "visible", "manipulative"):
        turn = advance(table(tmp_path / mode, mode=mode))
        asked.append([field.key for field in turn.page.fields])
        assert "Nobody else sees this report." in turn.page.text[0]
    assert asked == [["felt", "intensity", "action"]] * 3


@pytest.mark.usefixtures("perceiving")
@pytest.mark.parametrize("mode", MODES)
def test_emotions_are_recorded_as_the_mode_has_them(tmp_path: Path, mode: str) -> None:
    folder = table(tmp_path, mode=mode)
    turn = advance(folder)
    keys = {field.key for field in turn.page.fields}
    assert ("felt" in keys, "shown" in keys) == (mode != "absent", mode == "manipulative")
    emotions = {"felt": "fear", "intensity": 7, "shown": "happiness"}
    own = {key: value for key, value in emotions.items() if key in keys}
    advance(folder, answered(turn, **own))
    to_the_end(folder)
    run = Run(folder)
    query = (
        "SELECT felt, shown FROM decisions JOIN seats USING (match, seat)"
        " WHERE contestant = 'person'"
    )
    felt = run.rows(query).fetchall()
    run.close()
    shown = {"visible": "fear", "manipulative": "happiness"}.get(mode)
    assert (None if mode == "absent" else "fear", shown) in felt


def test_the_person_and_the_consent_are_on_record(tmp_path: Path) -> None:
    folder = table(tmp_path)
    to_the_end(folder)
    run = Run(folder)
    person = run.manifest.design["contestants"]["person"]
    served = {
        attempt.completion.served_model
        for match in run.ids()
        for played in run.match(match).decisions
        for attempt in played.decision.attempts
        if attempt.completion
    }
    run.close()
    assert (person["agent"], person["consent"]) == ("human", seat.CONSENT)
    assert served == {"human"}


def test_leaving_and_coming_back_asks_the_same_question(tmp_path: Path) -> None:
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 3")
    first = advance(folder)
    leave(folder)
    assert answered(advance(folder)) == answered(first)
    second = advance(folder, answered(first))
    leave(folder)
    assert answered(second) == answered(advance(folder))
    assert answered(second) != answered(first)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of the labs that are opened, in order."""
    folders = []

    def noted(tournament: Any, folder: Path, *rest: Any) -> Any:
        folders.append(folder)
        return open_lab(tournament, folder, *rest)

    monkeypatch.setattr(seat, "open_lab", noted)
    return folders


def test_one_open_lab_serves_all_requests_and_is_closed_at_the_end(
    tmp_path: Path, opened: list[Path]
) -> None:
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 3", matches=2)
    advance(folder)
    assert being_played(folder)
    assert to_the_end(folder) == 12
    assert opened == [folder]
    assert not being_played(folder)
    assert recorded(folder) == (12, 12)


def test_requests_at_the_same_time_share_a_table(tmp_path: Path, opened: list[Path]) -> None:
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 1")
    with ThreadPoolExecutor(8) as threads:
        turns = [*threads.map(advance, [folder] * 8)]
        assert {answered(turn).page for turn in turns} == {turns[0].page.id}
        one, other = (answered(turns[0], action=action) for action in ("cooperate", "defect"))
        turns = [*threads.map(lambda answer: advance(folder, answer), [one, other] * 4)]
    assert opened == [folder]
    assert {turn.page.kind for turn in turns} <= {"result", "decision"}
    to_the_end(folder)
    assert recorded(folder) == (2, 2)


def test_a_table_at_which_nobody_asks_is_closed_and_opened_again(
    tmp_path: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "IDLE", 0.05)
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 3")
    second = advance(folder, answered(advance(folder)))
    end = time.monotonic() + 10
    while being_played(folder):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert answered(advance(folder)) == answered(second)
    # On a busy machine it may idle, and close, more than once.
    assert len(opened) > 1
    assert set(opened) == {folder}


def test_a_table_that_cannot_be_recorded_is_closed(
    tmp_path: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 3")
    first = advance(folder)

    def full(*_: object) -> None:
        raise BadInput("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "file", full)
        with pytest.raises(BadInput, match="could not be recorded"):
            advance(folder, answered(first))
    assert answered(advance(folder)) == answered(first)
    assert opened == [folder] * 2
    assert recorded(folder) == (0, 0)


def test_an_answer_counts_once(tmp_path: Path) -> None:
    folder = table(tmp_path, "prisoners_dilemma", "rounds = 3")
    answer = answered(advance(folder), action="cooperate")
    second = advance(folder, answer)
    for late in (answer, Answer(answer.page, {"action": "defect"}, 9.0)):
        assert answered(advance(folder, late)) == answered(second)
    to_the_end(folder)
    assert recorded(folder) == (6, 6)
    run = Run(folder)
    first = run.match(answer.page.split("/")[1]).decisions
    run.close()
    mine = [played.decision.action for played in first if played.decision.attempts]
    assert mine[0] == "cooperate"


@pytest.mark.parametrize(
    "values", [{}, {"action": "fold for ever"}, {"action": 7}, {"action": None}]
)
def test_what_is_no_answer_is_asked_again_and_not_recorded(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    folder = table(tmp_path)
    turn = advance(folder)
    again = advance(folder, Answer(turn.page.id, values, 1.0))
    assert answered(again) == answered(turn)
    asked = to_the_end(folder)
    assert recorded(folder) == (asked, asked)


FULL = {"felt": "fear", "intensity": 0, "shown": "anger", "action": 50}


@pytest.mark.parametrize(
    "values",
    [
        {"action": 50},
        {key: value for key, value in FULL.items() if key != "intensity"},
        {**FULL, "shown_intensity": 3},
        {**FULL, "action": None},
        {**FULL, "action": "50"},
        {**FULL, "action": 50.0},
        {**FULL, "action": True},
        {**FULL, "action": 101},
        {**FULL, "intensity": -1},
        {**FULL, "felt": "fearful"},
        {**FULL, "felt": ["fear"]},
        {**FULL, "shown": ""},
    ],
    ids=str,
)
@pytest.mark.usefixtures("perceiving")
def test_a_form_that_was_tampered_with_records_nothing(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    folder = table(tmp_path, "ultimatum", mode="manipulative")
    turn = advance(folder)
    again = advance(folder, Answer(turn.page.id, values, 1.0))
    assert answered(again) == answered(turn)
    assert recorded(folder) == (0, 0)
    advance(folder, Answer(turn.page.id, FULL, 1.0))
    assert recorded(folder)[1] == 1


def test_a_reason_is_kept_and_never_read_as_the_decision(tmp_path: Path) -> None:
    voice = {"reasoning": "brief"}
    folder = sit(tmp_path, wanted("ultimatum", "", "uniform", "", voice, 1))
    turn = advance(folder)
    why = 'I offer 80, no, "action": 10'
    advance(folder, answered(turn, reasoning=why, action=35))
    to_the_end(folder, reasoning="Because.")
    run = Run(folder)
    offered = [
        played.decision
        for match in run.ids()
        for played in run.match(match).decisions
        if played.decision.attempts and played.decision.action == 35
    ]
    run.close()
    assert offered
    done = offered[0].attempts[0].completion
    assert done is not None
    assert json.loads(done.text) == {"reasoning": why, "action": 35}


def test_an_answer_for_another_match_is_dropped(tmp_path: Path) -> None:
    folder = table(tmp_path)
    turn = advance(folder)
    answer = Answer("decision/another/0/0", answered(turn).values, 1.0)
    assert answered(advance(folder, answer)) == answered(turn)


def test_while_it_is_being_played_elsewhere_it_says_so(tmp_path: Path) -> None:
    folder = table(tmp_path)
    turn = advance(folder)
    run = Run(folder)
    about = run.manifest
    run.close()
    leave(folder)
    with Store(folder, about), pytest.raises(BadInput, match="is in use"):
        advance(folder, answered(turn))
    assert answered(advance(folder)) == answered(turn)


def test_in_a_terminal_it_says_where_to_go_on(tmp_path: Path) -> None:
    folder = table(tmp_path)
    advance(folder)
    leave(folder)
    with pytest.raises(BadInput, match="on the page Play of arena dashboard"):
        played(json.loads((folder / seat.SEAT).read_text(encoding="utf-8")), folder)
    to_the_end(folder)


def against_a_model(url: str) -> dict[str, Any]:
    """The model charges $1 for a million tokens."""
    model = f'model = "openai/test"\nform = "json"\napi_base = "{url}"'
    prices = '[prices."openai/test"]\nprompt = 1.0\ncompletion = 1.0'
    voice = {"emotion": {"mode": "visible"}}
    return wanted("kuhn_poker", "", "llm", f"{model}\n{prices}", voice, 1)


def test_a_model_can_sit_opposite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")

    async def whole() -> None:
        await asyncio.to_thread(to_the_end, folder)  # the loop is LiteLLM's to tidy up

    with Loopback(answering) as provider:
        folder = sit(tmp_path, against_a_model(provider.url), 1.0)
        run_(whole())
        assert provider.requests
    own, attempts = recorded(folder)
    assert 0 < own < attempts


def test_a_model_that_charges_is_not_asked_beyond_the_cap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")

    async def whole() -> None:
        await asyncio.to_thread(to_the_end, folder)

    with Loopback(answering) as provider:
        folder = sit(tmp_path, against_a_model(provider.url))
        with pytest.raises(BadInput, match=r"the cap of \$0 is reached"):
            run_(whole())
        assert not provider.requests
