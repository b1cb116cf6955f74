"""`LabSeat`: one connection of a participant. The newest holds the seat."""

from collections.abc import AsyncIterator, Mapping

from arena.lab.guest import Guest
from arena.lab.pages import FaceSent, Page
from arena.lab.reception import Reception


class LabSeat:
    """A connection.

    Args:
        desk: where the participant is received.
        guest: the participant.
    """

    def __init__(self, desk: Reception, guest: Guest) -> None:
        self._desk, self._guest = desk, guest

    async def pages(self) -> AsyncIterator[Page]:
        """The page of this moment and each later one, until the seat is taken elsewhere."""
        shown = -1
        while self._guest.seat is self:
            changed = self._guest.changed
            if self._guest.version != shown:
                shown = self._guest.version
                yield self._desk.page(self._guest)
            else:
                await changed.wait()

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
            values: by the keys of the fields. Whole numbers are numbers, and what is chosen is the
                option's value; a grid has a list of two numbers.
            seconds: from when a decision was shown, where somebody else than the desk knows it.
            face: what was read of the participant's face meanwhile; None if nothing was.

        Returns:
            What is wrong, by field, in the participant's language; nothing if it was accepted. What
            is wrong with the whole stands under the empty key.
        """
        if self._guest.seat is not self:
            return {"": self._guest.words.say("wrong", "seat")}
        return await self._desk.answered(self._guest, page, values, seconds, face)

    def leave(self) -> None:
        """The connection is gone. The participant may come back."""
        if self._guest.seat is self:
            self._desk.away(self._guest)
