"""Faces at the desk: who is asked for the camera, what is shown, and what goes on record."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament
from arena.engine.verify import problems
from arena.lab.desk import LabDesk
from arena.lab.pages import FaceSent, Page
from arena.record.forgetting import forget
from arena.record.people_tables import people
from arena.record.place import FILE
from arena.record.readings import CLASSES, FaceReading, Measured, readings
from arena.record.run import Run
from games import BadInput
from tests.arena.commands import command
from tests.arena.lab.visitors import PEOPLE, Visitor, all_of, checked, design, lab, query

MODEL = "face-api"
HAPPY = (0.1, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0)
REST = (0.6, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0)
SAD = (0.3, 0.0, 0.7, 0.0, 0.0, 0.0, 0.0)
FACES = {"display": "face"}
BEFORE = ("", "happiness", "sadness")
"""What was shown before each of three decisions."""
SPOKEN = (
    ("de", "Der andere Spieler", "Freude, 90 von 100"),
    ("ru", "Другой игрок", "радость, 90 из 100"),
)


def felt(mode: str, **more: Any) -> dict[str, Any]:
    return {**PEOPLE, "emotion": {"mode": mode, **more}}


def between(
    mode: str, rounds: int = 2, emotion: Mapping[str, Any] | None = None, **lab_: Any
) -> dict[str, Any]:
    data = design(contestants=[felt(mode, **(emotion or {}))], lab={**FACES, **lab_}, repetitions=1)
    data["games"][0]["params"] = {"rounds": rounds}
    return data


def smiling(page: Page) -> FaceSent | None:
    """A face at rest that is a little sad, and a smile."""
    if page.camera is None:
        return None
    mean = REST if page.camera.use == "calibrate" else HAPPY
    return FaceSent(Measured(None, mean, mean, 5, 0.0))


def camera(answer: str, beside: str = "no") -> Callable[[Page], dict[str, object]]:
    def act(_page: Page) -> dict[str, object]:
        return {"camera": answer, "beside": beside, "felt": "anger", "intensity": 40}

    return act


def played(
    data: dict[str, Any],
    folder: Path,
    *faces: Callable[[Page], FaceSent | None],
    answers: tuple[Callable[[Page], dict[str, object]], ...] = (camera("yes"), camera("no")),
    recogniser: str = MODEL,
) -> list[Visitor]:
    """Two people to the end, with a face each."""

    async def whole() -> list[Visitor]:
        async with lab(data, folder, recogniser=recogniser) as desk, asyncio.timeout(20):
            pairs = zip(answers, faces, strict=True)
            visitors = [Visitor(desk, act, face=face) for act, face in pairs]
            await all_of(*visitors)
            return visitors

    came = asyncio.run(whole())
    checked(folder).close()
    return came


def read(folder: Path) -> list[FaceReading]:
    with closing(Run(folder)) as run:
        return list(readings(run))


def shown(folder: Path, who: Visitor) -> list[tuple[str, str | None]]:
    """What somebody felt and showed, by turn."""
    with closing(Run(folder)) as run:
        table = run.decisions()
    mine = table[table["participant"] == who.guest.id].sort_values("turn")
    return list(zip(mine["felt"], mine["shown"], strict=True))


def test_a_face_is_shown_in_place_of_the_report_and_the_other_sees_it(tmp_path: Path) -> None:
    one, two = played(between("visible"), tmp_path, smiling, smiling)
    assert shown(tmp_path, one) == [("anger", "happiness")] * 2
    assert shown(tmp_path, two) == [("anger", "anger")] * 2  # it has no camera
    by_person = {each.participant: each for each in read(tmp_path)}
    assert (by_person[one.guest.id].display, by_person[one.guest.id].intensity) == ("face", 90)
    assert by_person[two.guest.id].measured == Measured("refused")
    last = [page for page in two.pages if page.kind == "decision"][-1]
    face = next(each for each in last.drawn if each.who == "The other player")
    assert (face.emotion, face.said) == ("happiness", "happiness")
    assert "the other player sees the emotion that a program reads from your face" in last.text[0]
    assert "shown" not in {field.key for field in last.fields}


def test_a_reading_is_on_record_in_tables_and_agreements(tmp_path: Path) -> None:
    sent = Measured(None, HAPPY, SAD, 4, 0.2)

    def fading(page: Page) -> FaceSent | None:
        return FaceSent(sent) if page.camera and page.camera.use == "show" else smiling(page)

    one, two = played(between("visible"), tmp_path, fading, smiling)
    assert {each.measured for each in read(tmp_path) if each.participant == one.guest.id} == {sent}
    with closing(Run(tmp_path)) as run:
        table = run.decisions()
    mine, theirs = (table[table["participant"] == each.guest.id] for each in (one, two))
    assert mine["face"].tolist() == ["happiness"] * 2
    assert theirs["face"].isna().all()
    assert mine["faceless"].tolist() == [0.2] * 2
    for column, values in (("face_mean", HAPPY), ("face_last", SAD)):
        expected = dict(zip(CLASSES, values, strict=True))
        assert [json.loads(each) for each in mine[column]] == [expected] * 2
    done = command(tmp_path.parent, "deception", tmp_path.name, "--json")
    assert done.status == 0, done.said
    agreed = {line["pair"]: line for line in json.loads(done.said)["agreements"]}
    shares = {pair: (line["n"], line["share"]) for pair, line in agreed.items()}
    assert shares == {
        "felt and face": (2, 0),
        "felt and shown": (2, 0),
        "face and shown": (2, 1),
    }


def test_no_face_changes_before_the_decision_that_it_came_with(tmp_path: Path) -> None:
    """A smile in the first round, a sad face in the second, on each page of both."""
    expressions = {"0": HAPPY, "1": (0.1, 0.0, 0.9, 0.0, 0.0, 0.0, 0.0)}

    def changing(page: Page) -> FaceSent | None:
        if page.camera is None or page.camera.use == "calibrate":
            return smiling(page)
        mean = expressions.get(page.id.rpartition("/")[2], REST)
        return FaceSent(Measured(None, mean, mean, 5, 0.0))

    one, two = played(between("visible", rounds=3), tmp_path, changing, smiling)
    assert [each for _, each in shown(tmp_path, one)] == [*BEFORE[1:], "neutral"]
    (seat,) = {face.seat for page in one.pages for face in page.drawn if face.who == "You"}
    for visitor in (one, two):
        drawn = [
            (page.kind, page.id.rpartition("/")[2], face.emotion)
            for page in visitor.pages
            for face in page.drawn
            if face.seat == seat
        ]
        assert {*drawn} >= {("decision", str(turn), each) for turn, each in enumerate(BEFORE)}
        assert all(emotion == BEFORE[int(turn)] for _, turn, emotion in drawn)


@pytest.mark.parametrize(("language", "who", "said"), SPOKEN)
def test_faces_are_named_in_the_participants_language(
    language: str, who: str, said: str, tmp_path: Path
) -> None:
    texts: dict[str, Any] = {"languages": [language], "consent": {language: "?"}}
    data = between("visible", emotion={"shows_intensity": True}, **texts)
    agree, refuse = (lambda _, each=each: {"camera": each} for each in ("yes", "no"))
    _, two = played(data, tmp_path, smiling, smiling, answers=(agree, refuse))
    last = [page for page in two.pages if page.kind == "decision"][-1]
    assert {(face.who, face.said, face.emotion) for face in last.drawn} >= {
        (who, said, "happiness")
    }


def test_what_no_face_shows_is_at_rest(tmp_path: Path) -> None:
    def at_rest(page: Page) -> FaceSent | None:
        return None if page.camera is None else FaceSent(Measured(None, REST, None, 3, 0.5))

    def sad(page: Page) -> FaceSent | None:
        if page.camera is None:
            return None
        mean = REST if page.camera.use == "calibrate" else SAD
        return FaceSent(Measured(None, mean, mean, 3, 0.0))

    answers = (camera("yes"), camera("yes"))
    one, two = played(between("visible"), tmp_path, at_rest, sad, answers=answers)
    assert shown(tmp_path, one) == [("anger", "neutral")] * 2
    assert shown(tmp_path, two) == [("anger", "neutral")] * 2  # (0.7 - 0.4) / 0.6 is half
    assert {each.intensity for each in read(tmp_path)} == {100, 50}


@pytest.mark.parametrize("mode", ["hidden", "manipulative", "absent"])
def test_what_is_read_beside_a_mode(mode: str, tmp_path: Path) -> None:
    answers = (camera("yes", "yes"), camera("yes", "no"))
    data = between(mode)
    if mode == "absent":  # somebody else of the design reports, so that a lab may read faces
        data["contestants"].append({**felt("visible"), "name": "others"})
    one, two = played(data, tmp_path, smiling, smiling, answers=answers)
    faces = {each.participant: (each.display, each.face) for each in read(tmp_path)}
    if mode == "absent":
        assert faces == {}
        assert all(page.camera is None for page in one.pages if page.kind == "decision")
    elif mode == "hidden":
        assert {*faces.values()} == {("nothing", "happiness")}
        assert shown(tmp_path, one) == [("anger", None)] * 2
        assert not [face for page in two.pages for face in page.drawn if face.emotion]
    else:
        assert faces[one.guest.id] == ("buttons", "happiness")
        assert faces[two.guest.id] == ("buttons", None)  # no consent beside what it chooses
        assert "shown" in {f.key for p in one.pages if p.kind == "decision" for f in p.fields}


def test_each_decision_is_a_choice_of_its_own_where_both_are_offered(tmp_path: Path) -> None:
    def once(page: Page) -> FaceSent | None:
        said = smiling(page)
        first = page.id.endswith("/0")
        return said and FaceSent(said.measured, use=first or page.id == "calibration")

    one, _ = played(between("visible", display="both"), tmp_path, once, smiling)
    assert shown(tmp_path, one) == [("anger", "happiness"), ("anger", "anger")]
    mine = [each for each in read(tmp_path) if each.participant == one.guest.id]
    assert [(each.display, each.face) for each in mine] == [
        ("face", "happiness"),
        ("buttons", "happiness"),
    ]
    uses = {page.camera.use for page in one.pages if page.camera is not None}
    assert uses == {"calibrate", "choose"}


def test_the_intensity_that_is_read_is_shown_where_intensities_are(tmp_path: Path) -> None:
    data = between("visible", emotion={"shows_intensity": True})
    one, two = played(data, tmp_path, smiling, smiling)
    last = [page for page in two.pages if page.kind == "decision"][-1]
    assert {face.said for face in last.drawn} == {"happiness, 90 of 100", "anger, 40 of 100"}
    rows = query(tmp_path, "SELECT DISTINCT shown, shown_intensity FROM decisions ORDER BY 1")
    assert rows == [("anger", 40), ("happiness", 90)]
    assert one.pages


def test_where_nothing_reads_faces_nobody_is_asked_and_buttons_do(tmp_path: Path) -> None:
    one, _ = played(between("visible"), tmp_path, smiling, smiling, recogniser="")
    assert "camera" not in one.kinds()
    assert shown(tmp_path, one) == [("anger", "anger")] * 2
    assert {each.measured.unread for each in read(tmp_path)} == {"not installed"}


def test_a_restart_keeps_what_was_agreed_to(tmp_path: Path) -> None:
    async def first() -> tuple[str, str]:
        async with lab(between("visible"), tmp_path, recogniser=MODEL) as desk:
            stay = Visitor(
                desk, lambda p: None if p.kind == "decision" else camera("yes")(p), face=smiling
            )
            other = Visitor(desk, lambda p: None if p.kind == "decision" else camera("no")(p))
            await all_of(stay, other)
            return stay.token, other.token

    async def again(tokens: tuple[str, str]) -> list[Visitor]:
        async with lab(between("visible"), tmp_path, recogniser=MODEL) as desk:
            one = Visitor(desk, camera("yes"), token=tokens[0], face=smiling)
            two = Visitor(desk, camera("no"), token=tokens[1])
            await all_of(one, two)
            return [one, two]

    one, _ = asyncio.run(again(asyncio.run(first())))
    checked(tmp_path).close()
    assert shown(tmp_path, one) == [("anger", "happiness")] * 2
    cameras = [page.camera for page in one.pages if page.camera is not None]
    assert {each.baseline for each in cameras} == {REST}


def test_drawn_faces_are_named_before_the_first_match(tmp_path: Path) -> None:
    desks: list[LabDesk] = []

    async def whole() -> list[Visitor]:
        async with lab(between("visible", name_faces=10), tmp_path) as desk:
            desks.append(desk)

            def knows(page: Page) -> Mapping[str, object]:
                return {field.key: field.drawn for field in page.fields if field.drawn}

            visitors = [Visitor(desk, knows), Visitor(desk)]
            await all_of(*visitors)
            return visitors

    knowing, naive = asyncio.run(whole())
    with closing(checked(tmp_path)) as run:
        names = list(people(run))
    (page,) = [page for page in knowing.pages if page.kind == "faces"]
    emotions = [field.drawn for field in page.fields]
    assert len(emotions) == 10
    assert {*emotions} == {*CLASSES}
    assert all(len(field.options) == len(CLASSES) + 1 for field in page.fields)
    shares = {row[0]: row[-2] for row in names}
    assert shares[knowing.guest.id] == 1
    first = naive.pages[[p.kind for p in naive.pages].index("faces")].fields[0].options[0][0]
    drawn = desks[0].faces.drawn(naive.guest)
    assert shares[naive.guest.id] == [*drawn.values()].count(first) / 10


def test_forgetting_removes_what_was_read(tmp_path: Path) -> None:
    one, _ = played(between("visible"), tmp_path, smiling, smiling)
    done = forget(tmp_path, one.guest.id)
    assert done.faces == 2
    with closing(checked(tmp_path)) as run:
        assert {each.participant for each in readings(run)} == {_.guest.id}
        table = run.decisions()
    assert sorted(table["shown"]) == ["anger", "anger", "happiness", "happiness"]  # the moves stay


def test_a_reading_that_was_changed_is_found(tmp_path: Path) -> None:
    played(between("visible"), tmp_path, smiling, smiling)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db:
        db.execute("UPDATE readings SET face = 'fear' WHERE face = 'happiness' AND turn = 0")
    with closing(Run(tmp_path)) as run:
        found = list(problems(run))
    assert any("table readings" in line for line in found)
    assert any(
        "its reading is fear, and its probabilities come to happiness" in line for line in found
    )
    assert any("the face was read as fear, and happiness was shown" in line for line in found)


@pytest.mark.parametrize(
    ("emotion", "said"),
    [
        ({"mode": "absent"}, "no person reports an emotion"),
        ({"mode": "visible", "told": False}, "told = false, and who is read must know of it"),
    ],
)
def test_a_design_that_reads_faces_in_vain_or_secretly_is_refused(
    emotion: dict[str, Any], said: str
) -> None:
    data = design(contestants=[{**PEOPLE, "emotion": emotion}], lab=FACES)
    with pytest.raises(BadInput, match=said):
        Tournament(data)


def test_a_lab_without_faces_is_what_it_was() -> None:
    plain = Tournament(design())
    assert Tournament(design(lab={"display": "buttons"})).hash == plain.hash
    assert "display" not in str(plain.content)
    changed = Tournament(between("visible"))
    assert changed.hash != Tournament(between("visible", display="both")).hash


@pytest.mark.parametrize(
    "change",
    [
        {"mean": (0.5, 0.5)},
        {"mean": (0.5, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0)},
        {"frames": 2},
        {"faceless": 1.5},
        {"unread": "asleep"},
        {"mean": None},
    ],
)
def test_what_no_browser_measures_is_refused(change: dict[str, Any]) -> None:
    Measured(None, HAPPY, None, 3, 0.0)
    with pytest.raises(ValueError, match=r".+"):
        Measured(
            **{"unread": None, "mean": HAPPY, "last": None, "frames": 3, "faceless": 0.0} | change
        )


def test_beside_an_agent_that_sees_nothing_the_face_is_recorded_alone(tmp_path: Path) -> None:
    data = between("visible", fill="tft", wait_seconds=0.1)
    data["contestants"].append({"name": "tft", "agent": "tit_for_tat"})

    async def whole() -> Visitor:
        async with lab(data, tmp_path, recogniser=MODEL) as desk, asyncio.timeout(20):
            alone = Visitor(desk, camera("yes"), face=smiling)
            await alone()
            return alone

    alone = asyncio.run(whole())
    checked(tmp_path).close()
    assert {(each.display, each.face) for each in read(tmp_path)} == {("nothing", "happiness")}
    assert shown(tmp_path, alone) == [("anger", None)] * 2
    uses = {page.camera.use for page in alone.pages if page.camera is not None}
    assert uses == {"calibrate", "record"}
