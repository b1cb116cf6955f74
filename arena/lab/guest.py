"""`Guest`: one participant as the desk keeps it; the question that is open; the table."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from agents.core.models.model import Completion, Failure
from agents.core.models.person import FormRequest
from arena.core.types import Match
from arena.design.lab import EndingName
from arena.lab.pages import Page, Seat
from arena.lab.words import Words
from arena.record.participants import Stage
from games.core.types import Payoff

Place = Literal[
    "language",
    "consent",
    "welcome",
    "camera",
    "calibration",
    "faces",
    "rules",
    "quiz",
    "waiting",
    "decision",
    "others",
    "result",
    "questions",
    "ended",
]
"""The page that a participant is on."""


@dataclass(eq=False)
class OpenQuestion:
    """A decision that a participant is asked for.

    Args:
        request: what is asked.
        asked: when, by the clock of the event loop.
        deadline: until when it can be answered.
        given: the values that were accepted; None as long as none were.
        known: displays that the participant had seen at the question before.

    Attributes:
        answered: what came of it.
        kept: done once that is on record.
    """

    request: FormRequest
    asked: float
    deadline: float
    answered: "asyncio.Future[Completion | Failure]" = field(init=False)
    kept: "asyncio.Future[None]" = field(init=False)
    given: Mapping[str, object] | None = None
    known: int = 0

    def __post_init__(self) -> None:
        """Nothing came of it yet."""
        loop = asyncio.get_running_loop()
        self.answered, self.kept = loop.create_future(), loop.create_future()


@dataclass(eq=False, slots=True)
class OwnCamera:
    """What a participant agreed to.

    Attributes:
        agreed: that the face is read.
        beside: that it is read also where the participant chooses what to show.
        baseline: the face at rest, see `Camera`.
    """

    agreed: bool = False
    beside: bool = False
    baseline: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a match came to for a participant; no points if it is void."""

    match: str
    game: str
    points: Payoff | None


@dataclass(eq=False)
class Guest:
    """A participant.

    Attributes:
        id: pseudonym.
        token: by which the participant returns.
        device: phone, tablet or computer.
        robot: whether it is a script.
        language: chosen; empty before.
        place: the page.
        stage: the latest on record, and how many there are.
        results: of the matches that are over, in order.
        met: pseudonyms of the people who were met.
        passed: games whose rules were told, and whose questions are over.
        game: what is played next; empty if that is not known.
        sample: the match and the seat by which its rules are told.
        tries: at the questions on its rules.
        table: where the participant sits or waits; None if nowhere.
        question: the decision that is asked for.
        asked_about: the match that questions are about; empty at the end.
        camera: what was agreed to of the camera.
        external: ids of a recruiting service, by name.
        ending: how it ended; None before.
        seat: the newest connection; None if there is none.
        last: the page that was answered last, and the values.
        version: rises whenever the page changes.
        page: as it was made for a version.
    """

    id: str
    token: str
    device: str
    robot: bool = False
    language: str = ""
    place: Place = "consent"
    stage: Stage = "arrived"
    stages: int = 0
    results: list[Result] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    game: str = ""
    sample: tuple[Match, int] | None = None
    tries: int = 0
    table: "Table | None" = None
    question: OpenQuestion | None = None
    asked_about: str = ""
    camera: OwnCamera = field(default_factory=OwnCamera)
    external: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    deadline: float | None = None
    ending: EndingName | None = None
    seat: Seat | None = None
    last: tuple[str, dict[str, object]] | None = None
    version: int = 0
    page: tuple[int, Page] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    timers: dict[str, asyncio.TimerHandle] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The lab's texts in the participant's language."""
        return Words(self.language)

    @property
    def points(self) -> dict[str, Payoff]:
        """By completed match."""
        return {each.match: each.points for each in self.results if each.points is not None}

    def bump(self) -> None:
        """Have the page shown anew."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def later(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        """Do something after a time, unless it is stopped; a timer of the same name is replaced."""
        self.stop(name)
        self.timers[name] = asyncio.get_running_loop().call_later(seconds, act)

    def stop(self, *names: str) -> None:
        """Stop timers; all of them if none is named."""
        for name in names or [*self.timers]:
            if (timer := self.timers.pop(name, None)) is not None:
                timer.cancel()


@dataclass(eq=False)
class Table:
    """A match of the design, and who sits or will sit in it.

    Attributes:
        match: what is played.
        free: seats of people that nobody has taken, in the order in which they are given.
        sitting: participants by seat.
        order: place in the schedule.
        begun: whether it is being played.
        live: whether a question was asked since the program started, so that what is on record
            has been played again.
    """

    match: Match
    free: list[int]
    order: int
    sitting: dict[int, Guest] = field(default_factory=dict)
    begun: bool = False
    live: bool = False

    def seat_of(self, guest: Guest) -> int:
        """Where somebody sits."""
        return next(seat for seat, each in self.sitting.items() if each is guest)

    def others(self, guest: Guest) -> Iterator[Guest]:
        """Everybody else who takes part and has not left."""
        return (g for g in self.sitting.values() if g is not guest and g.ending is None)
