"""`Reception`: the desk, as seats, answers and matches need it."""

from collections.abc import Mapping
from typing import Protocol

from arena.core.types import Match, Transcript
from arena.design.lab import EndingName, Lab
from arena.design.tournament import Tournament
from arena.lab.faces import Faces
from arena.lab.guest import Guest, Place, Table
from arena.lab.pages import FaceSent, Page
from arena.lab.record import LabRecord
from arena.lab.words import Words


class Reception(Protocol):
    """Says what comes next for each participant.

    Attributes:
        tournament: the design.
        lab: its table.
        record: of the participants.
        faces: reads and shows them.
        first_words: texts in the first of the lab's languages.
    """

    tournament: Tournament
    lab: Lab
    record: LabRecord
    faces: Faces
    first_words: Words

    def page(self, guest: Guest) -> Page:
        """The page of this moment."""
        ...

    async def answered(
        self,
        guest: Guest,
        page: str,
        values: Mapping[str, object],
        seconds: float | None,
        face: FaceSent | None,
    ) -> Mapping[str, str]:
        """An answer came; what is wrong with it."""
        ...

    def show(self, guest: Guest, place: Place) -> None:
        """Put somebody on another page."""
        ...

    def prepare(self, guest: Guest) -> None:
        """What comes before the first match for somebody who agreed to take part."""
        ...

    def go_on(self, guest: Guest) -> None:
        """What comes next for somebody who is in no match."""
        ...

    def after_rules(self, guest: Guest) -> None:
        """The rules were read."""
        ...

    def after_result(self, guest: Guest) -> None:
        """The result of a match was seen."""
        ...

    def away(self, guest: Guest) -> None:
        """A connection is gone."""
        ...

    def taken(self, table: Table) -> None:
        """A table's match begins."""
        ...

    def over(self, guest: Guest, match: Match, transcript: Transcript, seat: int) -> None:
        """A match is over for a participant who is still there."""
        ...

    def finish(self, guest: Guest) -> None:
        """The last questions are answered."""
        ...

    def end(self, guest: Guest, ending: EndingName) -> None:
        """It is over for somebody."""
        ...
