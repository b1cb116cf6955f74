"""The page of a lab: who is there, what needs somebody, pause and close, and what is to be paid."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from arena.lab.pages import Arrival, Page
from arena.record.lab_control import CONTROL, LINKS, admission, admit
from dashboard.data import lab as lab_data
from dashboard.data import runs as data
from games import BadInput
from tests.arena.lab.visitors import Visitor, all_of, design, lab

DATA = design(lab={"payment": {"show_up": 2, "currency": "EUR"}, "wait_seconds": 60})


def stops(page: Page) -> dict[str, object] | None:
    return None if page.kind == "decision" else {}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two have left, a scripted pair is in a match, one waits."""

    async def whole() -> None:
        async with lab(DATA, folder / "study") as desk, asyncio.timeout(20):
            own = {"PROLIFIC_PID": "somebody"}
            await all_of(
                Visitor(desk, arrival=Arrival(device="phone", external=own)), Visitor(desk)
            )
            robots = (Arrival(device="computer", robot=True) for _ in range(2))
            await all_of(*(Visitor(desk, stops, each) for each in robots))
            alone = Visitor(desk, lambda page: None if page.kind == "waiting" else {})
            await all_of(alone)

    folder = tmp_path_factory.mktemp("lab")
    asyncio.run(whole())
    return folder


@pytest.fixture
def app(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv(data.SETTINGS, data.Settings(root).write())
    app = AppTest.from_string("from dashboard.server.shell import main\nmain('lab')")
    app.default_timeout = 60
    app.query_params["run"] = "study"
    yield app.run()
    (root / "study" / CONTROL).unlink(missing_ok=True)


def test_participants_are_counted_by_stage_and_paid(app: AppTest) -> None:
    assert not app.exception
    counts = {metric.label: metric.value for metric in app.metric}
    assert (counts["Done"], counts["Playing"], counts["Waiting"]) == ("2", "2", "1")
    (pay,) = (frame.value for frame in app.dataframe if "PROLIFIC_PID" in frame.value)
    assert sorted(pay["PROLIFIC_PID"]) == ["", "somebody"]
    assert any("waits alone" in box.value for box in app.warning)
    assert any("2 of 5 are scripted" in caption.value for caption in app.caption)
    assert any("1 under way, 1 over" in caption.value for caption in app.caption)


def test_pausing_writes_the_word_that_the_server_reads(app: AppTest, root: Path) -> None:
    folder = root / "study"
    assert admission(folder) == "open"
    app.radio(key="admission").set_value("paused").run()
    assert not app.exception
    assert admission(folder) == "paused"


def test_links_are_shown_to_copy_and_a_lab_can_be_closed(app: AppTest, root: Path) -> None:
    folder = root / "study"
    assert any("writes them when it opens" in caption.value for caption in app.caption)
    links = [f"https://lab.example.org/j/{n}" for n in range(1, 23)]
    rows = "".join(f"{n},{link}\n" for n, link in enumerate(links, start=1))
    (folder / LINKS).write_text("number,link\n" + rows)
    try:
        app.radio(key="admission").set_value("closed").run()
        assert not app.exception
        assert admission(folder) == "closed"
        assert [code.value for code in app.code] == links[:20]
        assert any("2 more are in links.csv" in caption.value for caption in app.caption)
    finally:
        (folder / LINKS).unlink()


def test_somebody_over_time_is_named(root: Path) -> None:
    room = lab_data.room(root / "study")
    assert room is not None
    now = datetime.now(UTC)
    assert not [line for line in lab_data.alerts(room, now) if "Over time" in line]
    late = [line for line in lab_data.alerts(room, now + timedelta(hours=1)) if "Over time" in line]
    assert len(late) == 2  # who waits, and the match


def test_people_who_have_all_met_are_named(root: Path) -> None:
    room = lab_data.room(root / "study")
    assert room is not None
    now = datetime.now(UTC)
    done = [*room.people["participant"][room.people["stage"] == "done"]]
    assert frozenset(done) in room.met
    waiting = room.people.assign(stage="waiting")

    def told(names: list[str], **keys: object) -> list[str]:
        here = waiting[waiting["participant"].isin(names)]
        changed = replace(room, people=here, lab=room.lab.model_copy(update=keys))
        return [line for line in lab_data.alerts(changed, now) if "Nobody" in line]

    others = [*room.people["participant"][room.people["stage"] == "playing"]]
    assert told(done, matching="strangers") == [
        f"Nobody to match with: {done[0]}, {done[1]} have all met."
    ]
    assert told(done) == told(done, matching="strangers", fill="tft") == []
    assert told([*done, others[0]], matching="strangers") == []
    assert told([done[0]]) == [f"Nobody to match with: {done[0]} waits alone."]


def test_another_word_than_the_three_is_refused(tmp_path: Path) -> None:
    admit(tmp_path, "closed")
    assert admission(tmp_path) == "closed"
    (tmp_path / CONTROL).write_text('{"admission": "pause"}')
    with pytest.raises(BadInput, match="did you mean 'paused'"):
        admission(tmp_path)
    (tmp_path / CONTROL).write_text("paused")
    with pytest.raises(BadInput, match="must be such as"):
        admission(tmp_path)
