"""What a participant is shown and may answer, as data; and the desk that says so."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from arena.record.readings import Measured
from games import BadInput

Kind = Literal[
    "consent",  # the design's text; agreed to, or declined
    "welcome",  # the design's text
    "camera",  # consent to the camera, or the face at rest
    "faces",  # drawn faces, to be named
    "rules",  # of the game that comes next
    "quiz",  # comprehension questions
    "waiting",  # for somebody to play with
    "decision",  # a move, or an opening display
    "others",  # the own decision is made, the others still decide
    "result",  # of a match
    "questions",  # of the design, after a match or at the end
    "ended",  # nothing comes after it: a code, and the pay
]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. Nothing is filled in beforehand.

    Args:
        key: of its value in an answer.
        kind: choice (one of the options), number (whole, low to high), text, scale (one of low to
            high, its ends labelled by the first and the last option), agree (a box that is
            ticked), faces (one of the options, which are emotion words), grid (valence and
            arousal, two numbers from low to high).
        label: in the participant's language.
        options: values with their labels, in the order shown.
        low: least number.
        high: largest number; of a text of limited length, its characters.
        required: whether an answer without it is refused.
        drawn: the emotion whose drawn face stands above it; empty for none.
    """

    key: str
    kind: Literal["choice", "number", "text", "scale", "agree", "faces", "grid"]
    label: str
    options: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 0
    required: bool = True
    drawn: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a participant has come. Numbers count from 1; 0 of rounds that are not counted."""

    match: int
    matches: int
    round: int = 0
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Face:
    """A drawn face of a player.

    Args:
        seat: whose.
        who: the same in words.
        emotion: id of the emotion shown last; empty where none was.
        intensity: of it, from 0 to 100; None where it is not shown.
        said: the emotion in words.
        before: emotion and intensity from which the face changes now; None if it does not.
    """

    seat: int
    who: str
    emotion: str
    intensity: int | None
    said: str
    before: tuple[str, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """What a browser does with the camera while a page is open.

    Args:
        use: calibrate, read the face at rest; show, what is read is shown to others; choose, the
            participant says whether it is; record, it is shown to nobody.
        baseline: probabilities of `arena.record.readings.CLASSES` of the face at rest; None where
            they are not known.
        labels: emotions of CLASSES by id, each with its word.
    """

    use: Literal["calibrate", "show", "choose", "record"]
    baseline: tuple[float, ...] | None
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FaceSent:
    """What a browser sends of a face.

    Args:
        measured: from the page to its answer.
        use: whether the face is to be shown, where there is a choice.
    """

    measured: Measured
    use: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """What a participant sees at one moment.

    Args:
        id: names the page; an answer to another page changes nothing.
        kind: what it is.
        language: of all of its text.
        title: its heading.
        text: paragraphs; a decision has the very texts that models get, rules and history.
        fields: to be filled in; none where there is nothing to answer.
        button: label of the button that sends them; empty where there is none.
        seconds: left to answer or to wait, when the page was made; None without a limit.
        progress: None before and after the matches.
        points: earned so far, in words; empty before the first match.
        faces: emotions that others have shown in this match, by their label, oldest first.
        notice: about the others, such as that somebody's connection is lost; empty usually.
        code: completion code, on the last page, behind the text that says what it is.
        address: where the participant goes from the last page; empty if nowhere.
        drawn: a face per player whose emotions are shown in this match.
        camera: what the camera is used for; None if it is off.
    """

    id: str
    kind: Kind
    language: str
    title: str
    text: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    button: str = ""
    seconds: float | None = None
    progress: Progress | None = None
    points: str = ""
    faces: tuple[tuple[str, str], ...] = field(default=())
    notice: str = ""
    code: str = ""
    address: str = ""
    drawn: tuple[Face, ...] = ()
    camera: Camera | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who opens a link.

    Args:
        link: the token of a personal link; empty for the link that all share.
        external: id and study of a recruiting service, from the query; kept apart from the data.
        device: phone, tablet or computer.
        language: asked for by the link; empty to be chosen.
        robot: whether it is a script that passes the pages as people do; on record as such.
    """

    link: str = ""
    external: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    language: str = ""
    robot: bool = False


class NotAdmitted(BadInput):
    """The lab is full, paused or closed, or the link is none of its own."""


class NoSuchSeat(BadInput):
    """No participant has this token."""


class Seat(Protocol):
    """One participant's connection. The newest holds the seat; those before it end."""

    def pages(self) -> AsyncIterator[Page]:
        """The page of this moment and each later one, until the seat is taken elsewhere."""
        ...

    async def answer(
        self,
        page: str,
        values: Mapping[str, object],
        seconds: float | None = None,
        face: FaceSent | None = None,
    ) -> Mapping[str, str]:
        """Answer a page. What is accepted is on record when this returns.

        Args:
            page: id of the page that is answered. An answer to another page changes nothing.
            values: by the keys of the fields.
            seconds: from when a decision was shown, where somebody else than the desk knows it.
            face: what was read of the participant's face meanwhile; None if nothing was.

        Returns:
            What is wrong, by field, in the participant's language; nothing if it was accepted.
        """
        ...

    def leave(self) -> None:
        """The connection is gone. The participant may come back."""
        ...


class Desk(Protocol):
    """Where participants are received, and told what comes next."""

    def arrive(self, arrival: Arrival) -> str:
        """Admit somebody.

        Returns:
            The participant's token, 128 bits; the same for an external id that comes again.

        Raises:
            NotAdmitted: with the reason.
        """
        ...

    def sit(self, token: str) -> Seat:
        """Connect a participant.

        Raises:
            NoSuchSeat: nobody has this token.
        """
        ...

    def waiting(self) -> int:
        """Number of participants who wait for others, for the room page."""
        ...
