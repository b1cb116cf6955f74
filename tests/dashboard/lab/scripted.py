"""A desk that shows each participant one page after the other; and pages of all kinds."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from arena.lab.pages import (
    Arrival,
    Camera,
    Face,
    FaceSent,
    Field,
    NoSuchSeat,
    NotAdmitted,
    Page,
    Progress,
)
from arena.record.readings import CLASSES

FACES = tuple((word, f"{face} {word}") for face, word in (("😠", "anger"), ("😊", "happiness")))
LABELS = {name: name for name in CLASSES}
PAGES = (
    Page(
        "consent",
        "consent",
        "en",
        "Consent",
        ("You are asked to decide.", "Your data are kept."),
        (
            Field("consent", "choice", "Do you agree?", (("yes", "I agree"), ("no", "No"))),
            Field("read", "agree", "I have read this."),
        ),
        "Send",
    ),
    Page("welcome", "welcome", "en", "Welcome", ("Hello.",), (), "Continue"),
    Page("rules", "rules", "en", "The rules", ("Two people.\nTwo options.",), (), "I am ready"),
    Page(
        "quiz",
        "quiz",
        "en",
        "Questions on the rules",
        (),
        (Field("q1", "number", "Suppose that both\nchoose X. How many points?", (), 0, 9),),
        "Send",
        notice="This is not right. Tries left: 2",
    ),
    Page("waiting", "waiting", "en", "Please wait", ("It begins by itself.",), seconds=299.0),
    Page(
        "decision/1",
        "decision",
        "en",
        "Your decision",
        ("You play with another player.\nIn each round, both choose.", "Round 2 begins."),
        (
            Field("felt", "faces", "What do you feel?", FACES),
            Field("intensity", "number", "How strongly?", (), 0, 100),
            Field("action", "choice", "Your choice", (("X", "X"), ("Y", "Y"))),
        ),
        "Decide",
        90.0,
        Progress(1, 4, 2, 10),
        "Your points so far: 3",
        FACES,
        "The connection of another player is lost.",
        drawn=(Face(1, "The other player", "anger", 40, "anger, 40 of 100", ("", None)),),
        camera=Camera("choose", None, LABELS),
    ),
    Page("others", "others", "en", "Please wait", ("The others decide.",), progress=Progress(1, 4)),
    Page("result", "result", "en", "The match is over", ("Your points: 3",), (), "Continue"),
    Page(
        "questions",
        "questions",
        "en",
        "Questions",
        (),
        (
            Field("trust", "scale", "Trust?", (("1", "none"), ("2", "full")), 1, 7),
            Field("mood", "grid", "How do you feel?", (), 1, 9),
            Field("sure", "scale", "How sure, in per cent?", (), 0, 100),
            Field("why", "text", "Why?", required=False),
        ),
        "Send",
    ),
    Page(
        "ended",
        "ended",
        "en",
        "The end",
        ("Thank you!", "Your payment: 2.50 EUR"),
        code="C0DE",
        address="https://recruiting.example.org/complete?cc=C0DE",
    ),
)
"""One page of each kind but those of faces, with fields of all kinds."""

FACE_PAGES = (
    Page(
        "camera",
        "camera",
        "en",
        "A neutral face",
        ("Please look into the camera.",),
        (),
        "Continue",
        camera=Camera("calibrate", None, LABELS),
    ),
    Page(
        "faces",
        "faces",
        "en",
        "Drawn faces",
        (),
        (Field("face_1", "choice", "Face 1", tuple(LABELS.items()), drawn="fear"),),
        "Send",
    ),
)
"""The pages about faces before the first match."""


@dataclass
class Person:
    """A participant.

    Attributes:
        given: what was accepted, by page.
        seats: connections so far.
        lost: connections that have ended.
    """

    at: int = 0
    given: dict[str, Mapping[str, object]] = field(default_factory=dict)
    seat: "ScriptedSeat | None" = None
    seats: int = 0
    lost: int = 0
    faces: list[FaceSent | None] = field(default_factory=list)
    calls: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def go(self, at: int) -> None:
        self.at = at
        self.changed.set()


class ScriptedDesk:
    """Receives anybody.

    Args:
        pages: shown one after the other; those without a button stay.
        full: how many are admitted.
    """

    def __init__(self, pages: Sequence[Page] = PAGES, full: int = 1000) -> None:
        self.script, self.full = list(pages), full
        self.people: dict[str, Person] = {}
        self.arrivals: list[Arrival] = []

    def arrive(self, arrival: Arrival) -> str:
        if len(self.people) >= self.full:
            raise NotAdmitted("All places are taken.")
        self.arrivals.append(arrival)
        token = secrets.token_urlsafe(16)
        self.people[token] = Person()
        return token

    def sit(self, token: str) -> "ScriptedSeat":
        if token not in self.people:
            raise NoSuchSeat("nobody")
        person = self.people[token]
        person.seat = ScriptedSeat(self, person)
        person.seats += 1
        person.changed.set()
        return person.seat

    def waiting(self) -> int:
        return sum(self.script[each.at].kind == "waiting" for each in self.people.values())

    @property
    def only(self) -> Person:
        (person,) = self.people.values()
        return person


class ScriptedSeat:
    def __init__(self, desk: ScriptedDesk, person: Person) -> None:
        self._desk, self._person = desk, person

    async def pages(self) -> AsyncIterator[Page]:
        shown = -1
        while self._person.seat is self:
            if self._person.at != shown:
                shown = self._person.at
                yield self._desk.script[shown]
                continue
            self._person.changed.clear()
            await self._person.changed.wait()
        self._person.changed.set()

    async def answer(
        self,
        page: str,
        values: Mapping[str, object],
        seconds: float | None = None,  # noqa: ARG002 - the desk's alone
        face: FaceSent | None = None,
    ) -> Mapping[str, str]:
        self._person.faces.append(face)
        person = self._person
        person.calls.append((page, values))
        open_page = self._desk.script[person.at]
        if page in person.given:
            return {}
        if person.seat is not self or page != open_page.id:
            return {"": "This page is not open any more."}
        missing = {f.key: "Please answer this." for f in open_page.fields if f.required}
        if wrong := {key: said for key, said in missing.items() if key not in values}:
            return wrong
        person.given[page] = values
        if person.at + 1 < len(self._desk.script):
            person.go(person.at + 1)
        return {}

    def leave(self) -> None:
        self._person.lost += 1
        if self._person.seat is self:
            self._person.seat = None
