"""What a participant is shown and may answer, as data; and the desk that says so."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from games import BadInput

Kind = Literal[
    "consent",  # the design's text; agreed to, or declined
    "welcome",  # the design's text
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
    """

    key: str
    kind: Literal["choice", "number", "text", "scale", "agree", "faces", "grid"]
    label: str
    options: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 0
    required: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a participant has come. Numbers count from 1; 0 of rounds that are not counted."""

    match: int
    matches: int
    round: int = 0
    rounds: int = 0


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

    async def answer(self, page: str, values: Mapping[str, object]) -> Mapping[str, str]:
        """Answer a page. What is accepted is on record when this returns.

        Args:
            page: id of the page that is answered. An answer to another page changes nothing.
            values: by the keys of the fields.

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
