"""A whole lab over the wire: scripted participants, what each of them gets, and what is kept."""

import asyncio
import csv
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from httpx import AsyncClient
from websockets.asyncio.client import connect
from websockets.typing import Origin

from arena.design.tournament import Tournament
from arena.engine.watcher import Watcher
from arena.lab.pages import Arrival, NotAdmitted
from arena.record.lab_control import LINKS, admit
from arena.record.participants import participants
from arena.record.readings import CLASSES
from dashboard.lab import __main__ as command
from dashboard.lab.client import Offered, Shown, Visitor, read_page
from dashboard.lab.html import page_html
from dashboard.lab.opened import (
    Opening,
    OpenLab,
    _announce,
    opened,
    personal_links,
    play_robots,
    run,
)
from dashboard.lab.recogniser import _DETECTOR, MISSING, recogniser
from dashboard.lab.robots import Robot, known_answers
from dashboard.lab.server import listen
from tests import ROOT
from tests.arena.commands import command as arena
from tests.arena.designs import Silent
from tests.arena.lab.visitors import PEOPLE, against, checked, design
from tests.dashboard.lab.scripted import FACE_PAGES, PAGES
from tests.dashboard.lab.test_wire import answer, heard

QUICK = {"wait_seconds": 5, "reconnect_seconds": 5}
QUIZ = {
    **QUICK,
    "fill": "tft",
    "welcome": "Hello.",
    "check": {"questions": 2, "tries": 1},
    "questions": [
        {"key": "felt", "kind": "grid", "label": "How do you feel?", "low": 1, "high": 9},
        {"key": "why", "kind": "text", "label": "Why?", "when": "match"},
    ],
}
BOTH = {
    "consent": {"en": "You are asked.", "de": "Sie werden gefragt."},
    "welcome": "",
    "questions": [],
}
AGENT = "Mozilla/5.0 (Singular; Zyx9981) Mobile"


def serve(
    data: dict[str, Any], folder: Path, act: Callable[[OpenLab], Awaitable[None]], **options: Any
) -> None:
    """A lab, for as long as something takes."""

    async def whole() -> None:
        opening = Opening(Tournament(data), folder, port=0, **options)
        async with opened(opening, Silent()) as lab, asyncio.timeout(30):
            await act(lab)

    asyncio.run(whole())


def test_robots_pass_every_page_and_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Robot.__init__, "__defaults__", (None, 0.02, None))
    data = design(lab=QUIZ)

    async def act(lab: OpenLab) -> None:
        opening = Opening(Tournament(data), tmp_path, robots=4)
        await play_robots(opening, lab)

    serve(data, tmp_path, act, robots=4)
    assert "Robots: 4 of 4 finished" in capsys.readouterr().err
    with closing(checked(tmp_path)) as kept:
        people = list(participants(kept))
        assert [each.robot for each in people] == [True] * 4
        assert {each.known("ending") for each in people} == {"completed"}
        stages = ["arrived", "consented", "quiz", "waiting", "playing"]
        assert [step.stage for step in people[0].steps][:5] == stages


def test_robots_know_every_question_on_the_rules() -> None:
    data = design(lab={**QUIZ, "languages": ["en", "de"], **BOTH})
    known = known_answers(Tournament(data))
    assert len({*known.values()}) > 1
    assert any("Punkte" in label for label in known)
    assert known_answers(Tournament(design())) == {}


class Feeling(Robot):
    """Feels as strongly as it is told, and keeps all that it gets."""

    strength = 0

    def _value(self, page: Shown, asked: Offered) -> Any:
        return self.strength if asked.key == "intensity" else super()._value(page, asked)


def test_nothing_of_anybody_elses_reaches_a_participant(tmp_path: Path) -> None:
    people = {**PEOPLE, "emotion": {"mode": "manipulative"}}
    data = design(contestants=[people, {"name": "tft", "agent": "tit_for_tat"}], lab=QUICK)
    got: dict[int, list[str]] = {41: [], 87: []}

    async def act(lab: OpenLab) -> None:
        async def one(strength: int) -> None:
            def note(page: Shown, sent: float | None) -> None:
                if sent is None:
                    got[strength].append(page.html)

            link = f"{lab.local}/?PROLIFIC_PID=person{strength}"
            robot = Feeling(link, strength, pace=0.02, note=note)
            robot.strength = strength
            await robot.run()

        await asyncio.gather(one(41), one(87))
        tokens = {guest.token for guest in lab.desk.guests.values()} | {*lab.desk.guests}
        for strength, pages in got.items():
            other = 128 - strength
            text = re.sub(r'src="data:[^"]*"', "", "".join(pages))  # drawings, named beside them
            assert text.count('data-kind="decision"') >= 3
            assert f"{strength}" in text  # what one felt oneself is told again
            assert str(other) not in text
            assert f"person{other}" not in text
            assert not any(token in text for token in tokens)
            assert 'class="faces"' in text  # what the other showed is told

    serve(data, tmp_path, act)


def test_no_address_and_no_agent_is_kept(tmp_path: Path) -> None:
    async def act(lab: OpenLab) -> None:
        headers = {"Origin": lab.local, "User-Agent": AGENT, "X-Forwarded-For": "192.0.2.77"}
        async with AsyncClient(base_url=lab.local, headers=headers) as client:
            answer = await client.post("/join", data={"PROLIFIC_PID": "p7"})
            assert answer.status_code == 303
        await Robot(f"{lab.local}/?PROLIFIC_PID=p8", 1, pace=0.0).visitor.join()

    serve(design(), tmp_path, act)
    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"p7" in whole
    for kept in (b"Zyx9981", b"Mozilla", b"192.0.2.77", b"127.0.0.1"):
        assert kept not in whole
    with closing(checked(tmp_path)) as kept_run:
        assert [each.device for each in participants(kept_run)] == ["phone", "computer"]


def test_personal_links_are_the_same_after_a_restart_and_lead_to_the_same_seat(
    tmp_path: Path,
) -> None:
    seats: list[str] = []

    async def act(lab: OpenLab) -> None:
        (_, link), (_, other) = personal_links(lab, 2)
        robot = Robot(link, 1)
        await robot.visitor.join()
        seats.append(robot.visitor._seat)
        await Robot(other, 1).visitor.join()
        assert len(lab.desk.guests) == 2

    for _ in range(2):
        serve(design(), tmp_path, act, links=2)
    assert len({*seats}) == 1


def test_an_answer_that_comes_too_late_changes_nothing(tmp_path: Path) -> None:
    async def act(lab: OpenLab) -> None:
        visitor, question = Visitor(f"{lab.local}/"), ""
        await visitor.join()
        address = f"{lab.local.replace('http', 'ws', 1)}/socket/{visitor._seat}"
        async with connect(address, origin=Origin(lab.local)) as socket:
            while (page := read_page(await heard(socket, "html"))).kind != "ended":
                if page.kind == "decision":
                    question = page.id
                elif page.can_send:
                    given = {"consent": "yes"} if page.kind == "consent" else {}
                    await socket.send(answer(page.id, given))
            await socket.send(answer(question, {"action": "cooperate"}))
            told = await heard(socket, "wrong")
        assert told == {"done": question, "wrong": {"": "This page is not open any more."}}

    serve(against(lab={"decision_seconds": 0.2}), tmp_path, act)
    with closing(checked(tmp_path)) as kept:
        assert [each.known("ending") for each in participants(kept)] == ["timed out"]
        [(seat,)] = kept.rows("SELECT seat FROM seatings WHERE participant IS NOT NULL")
        decided = "SELECT action FROM decisions WHERE seat = ?"
        assert kept.rows(decided, seat).fetchall() == [(None,)]


PUBLIC = "https://lab.example.org"
MARKUP = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"'><b>"


def test_markup_in_texts_is_inert() -> None:
    for page in PAGES + FACE_PAGES:
        fields = tuple(
            replace(
                each,
                key=MARKUP,
                label=MARKUP,
                options=tuple((MARKUP, MARKUP) for _ in each.options),
            )
            for each in page.fields
        )
        html = page_html(
            replace(
                page,
                id=MARKUP,
                title=MARKUP,
                text=(MARKUP,),
                fields=fields,
                button=page.button and MARKUP,
                points=MARKUP,
                faces=((MARKUP, MARKUP),),
                notice=MARKUP,
                code=MARKUP,
                address="javascript:alert(3)",
                drawn=tuple(replace(each, who=MARKUP, said=MARKUP) for each in page.drawn),
                camera=page.camera and replace(page.camera, labels=dict.fromkeys(CLASSES, MARKUP)),
            )
        )
        html = re.sub(r'<img [^<>]*src="data:image/svg\+xml;base64,[\w+/=]*"[^<>]*>', "", html)
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html
        assert "javascript:" not in html
        assert html.count("alert(1)") >= 6


DESIGN = """
name = "lab"
games = [{ name = "prisoners_dilemma", contestants = ["people", "tft"] }]
contestants = [
    { name = "people", agent = "human", consent = "I agree." },
    { name = "tft", agent = "tit_for_tat" },
]
"""
LAB = f'{DESIGN}[lab]\nconsent = "You are asked to decide."\n'
READING = LAB.replace('"I agree."', '"I agree.", emotion = { mode = "visible" }')


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        (DESIGN, (), "no table [lab]"),
        (LAB, ("--host", "0.0.0.0"), "say with --public-url"),  # noqa: S104
        (LAB, ("--host", "example"), "must be an address of this machine"),
        (LAB, ("--host", "192.0.2.1"), "cannot be used"),
        (LAB, ("--public-url", "lab.example.org"), "must be the address of a site"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    options: tuple[str, ...],
    reason: str,
) -> None:
    file = tmp_path / "design.toml"
    file.write_text(text, encoding="utf-8")
    given = [str(file), "--out", str(tmp_path / "run"), "--quiet", *options]
    monkeypatch.setattr(sys, "argv", ["arena lab", *given])
    assert command.main() == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert reason in line


def test_the_options_of_the_command_reach_the_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `arena lab` to the process that it becomes, and to what that one opens."""
    file, folder = tmp_path / "design.toml", tmp_path / "run"
    file.write_text(LAB, encoding="utf-8")
    begun: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, command: begun.append(command))
    given = ["--links", "3", "--robots", "2", "--max-cost", "1.5", "--port", "0", "--quiet"]
    given += ["--public-url", PUBLIC, "--host", "127.0.0.1", "--no-preflight"]
    done = arena(tmp_path, "lab", str(file), "--out", str(folder), *given)
    assert done.status == 0, done.said
    ((_, module, name, *options),) = begun
    assert (module, name) == ("-m", "dashboard.lab")

    asked: list[Opening] = []

    async def note(opening: Opening, _watcher: Watcher) -> None:
        asked.append(opening)

    monkeypatch.setattr(command, "run", note)
    monkeypatch.setattr(sys, "argv", ["arena lab", *options])
    assert command.main() == 0
    (opening,) = asked
    assert (opening.links, opening.robots, opening.port) == (3, 2, 0)
    assert (opening.host, opening.public, opening.folder) == ("127.0.0.1", PUBLIC, folder)
    assert (opening.how.max_cost, opening.how.preflight) == (1.5, False)
    assert opening.tournament.name == "lab"


@pytest.mark.parametrize(
    ("host", "origin", "warns"),
    [
        ("127.0.0.1", "http://127.0.0.1:8600", False),
        ("192.0.2.5", "http://192.0.2.5:8600", True),
        ("192.0.2.5", PUBLIC, False),
    ],
)
def test_a_host_beyond_this_machine_without_tls_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str, origin: str, *, warns: bool
) -> None:
    async def act(lab: OpenLab) -> None:
        opening = Opening(Tournament(design()), tmp_path, host=host)
        _announce(opening, replace(lab, origin=origin))

    serve(design(), tmp_path, act)
    told = capsys.readouterr().err
    assert f"Link for all participants: {origin}/" in told
    assert ("Put a TLS proxy in front" in told) == warns
    assert told.count("Warning") == warns


@pytest.mark.parametrize("links", [0, 3])
def test_a_signal_ends_the_lab_and_its_links_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], links: int
) -> None:
    async def whole() -> signal.Signals | None:
        opening = Opening(Tournament(design()), tmp_path, port=0, links=links)
        asyncio.get_running_loop().call_later(0.5, os.kill, os.getpid(), signal.SIGTERM)
        return await run(opening, Silent())

    assert asyncio.run(whole()) == signal.SIGTERM
    told = capsys.readouterr().err
    assert ("Link for all participants: http://127.0.0.1:" in told) == (not links)
    assert told.count("/j/") == links
    rows = list(csv.reader((tmp_path / LINKS).read_text().splitlines()))
    assert rows[0] == ["number", "link"]
    assert [number for number, _ in rows[1:]] == (["1", "2", "3"] if links else ["all"])
    assert all(link in told for _, link in rows[1:])
    assert (tmp_path / LINKS).stat().st_mode & 0o777 == 0o600


def test_a_closed_lab_ends_once_everybody_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.lab.opened._WATCHED", 0.01)

    async def play(_opening: Opening, lab: OpenLab) -> None:
        lab.desk.arrive(Arrival())
        admit(tmp_path, "paused")
        await asyncio.sleep(0.1)
        with pytest.raises(NotAdmitted, match="Please come back later"):
            lab.desk.arrive(Arrival())
        admit(tmp_path, "closed")
        await asyncio.sleep(0.1)
        with pytest.raises(NotAdmitted, match="The lab is closed"):
            lab.desk.arrive(Arrival())
        (guest,) = lab.desk.guests.values()
        lab.desk.end(guest, "declined")

    monkeypatch.setattr("dashboard.lab.opened.play_robots", play)
    began = monotonic()
    assert asyncio.run(run(Opening(Tournament(design()), tmp_path, port=0), Silent())) is None
    assert monotonic() - began > 0.2


def test_a_closed_lab_ends_once_whoever_is_away_has_been_so_for_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.lab.opened._WATCHED", 0.01)
    away = 0.5

    async def play(_opening: Opening, lab: OpenLab) -> None:
        robot = Robot(f"{lab.local}/", 1)
        await robot.visitor.join()  # and opens no page
        admit(tmp_path, "closed")

    monkeypatch.setattr("dashboard.lab.opened.play_robots", play)
    began = monotonic()
    opening = Opening(Tournament(design(lab={"away_seconds": away})), tmp_path, port=0)
    assert asyncio.run(run(opening, Silent())) is None
    assert monotonic() - began >= away
    with closing(checked(tmp_path)) as kept:
        assert [each.known("ending") for each in participants(kept)] == ["declined"]


RESEARCHERS = sorted(path.stem for path in (ROOT / "dashboard" / "views").glob("[a-z]*.py"))


def test_beyond_this_machine_there_are_no_pages_of_the_researcher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def here(host: str, port: int) -> Any:  # a test serves nobody else
        asked.append(host)
        return listen("127.0.0.1", port)

    monkeypatch.setattr("dashboard.lab.opened.listen", here)
    statuses: dict[str, int] = {}

    async def act(lab: OpenLab) -> None:
        port = lab.local.rpartition(":")[2]
        headers = {"Host": "lab.example.org"}
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            for path in ("", *RESEARCHERS, "_stcore/health", "_stcore/stream", "media/x"):
                statuses[path] = (await client.get(f"/{path}")).status_code

    serve(design(), tmp_path, act, host="192.0.2.5", public=PUBLIC)
    assert asked == ["192.0.2.5"]
    assert {"lab", "matches", "play"} < statuses.keys()
    assert statuses.pop("") == 200
    assert {*statuses.values()} == {404}


@pytest.mark.parametrize("laid", [False, True])
def test_without_what_reads_faces_the_command_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    laid: bool,
) -> None:
    monkeypatch.setattr("dashboard.lab.opened._WATCHED", 0.01)
    (tmp_path / "laid").mkdir()
    monkeypatch.setattr("dashboard.lab.recogniser.LAID", tmp_path / "laid")
    monkeypatch.setattr(recogniser, "__defaults__", (None, tmp_path / "laid"))
    for name in _DETECTOR if laid else ():
        (tmp_path / "laid" / name).touch()
    file, folder = tmp_path / "design.toml", tmp_path / "run"
    file.write_text(f'{READING}display = "face"\n', encoding="utf-8")
    folder.mkdir()
    admit(folder, "closed")  # so that it ends at once
    given = [str(file), "--out", str(folder), "--port", "0", "--quiet"]
    monkeypatch.setattr(sys, "argv", ["arena lab", *given])
    assert command.main() == 0
    assert capsys.readouterr().err.count(f"{MISSING}\n") == (not laid)


def test_robots_pass_the_pages_of_faces_and_use_buttons(tmp_path: Path) -> None:
    people = {**PEOPLE, "emotion": {"mode": "visible"}}
    faces = {"display": "both", "name_faces": 10}
    data = design(contestants=[people], lab=QUICK | faces, repetitions=1)

    async def whole() -> None:
        how = Opening(Tournament(data), tmp_path, port=0, robots=2)
        async with opened(how, Silent()) as lab:
            await play_robots(how, lab)

    asyncio.run(whole())
    with closing(checked(tmp_path)) as run:
        assert [person.known("ending") for person in participants(run)] == ["completed"] * 2
        assert {row[0] for row in run.rows("SELECT display FROM readings")} == {"buttons"}
