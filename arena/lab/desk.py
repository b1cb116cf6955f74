"""`LabDesk`: receives participants, and says what comes next for each of them."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from functools import partial

from arena.core.types import Match, Transcript, payoff_text
from arena.design.lab import EndingName
from arena.design.tournament import Tournament
from arena.engine.session import Session
from arena.lab import payment
from arena.lab.answering import Answering
from arena.lab.faces import Faces
from arena.lab.guest import Guest, Place, Result, Table
from arena.lab.matches import Matches
from arena.lab.pages import Arrival, FaceSent, NoSuchSeat, NotAdmitted, Page
from arena.lab.record import LabRecord
from arena.lab.room import Room
from arena.lab.seats import LabSeat
from arena.lab.showing import Showing
from arena.lab.words import Words
from arena.record.participants import Stage

_LEFT: frozenset[EndingName] = frozenset({"timed out", "left", "declined"})
"""Endings of those who left before the end."""
_TOKEN = 16
"""Bytes of a token: 128 bits."""


class LabDesk:
    """Receives participants, matches them, asks them, and lets them go.

    Everything happens in one event loop. What is told to a participant is on record before.

    Args:
        tournament: the design, which has a lab.
        session: plays the matches.
        links: tokens of personal links; None where all share one.
        recogniser: what reads faces in browsers; empty where nothing does.

    Attributes:
        guests: participants by pseudonym, in the order in which they came.
        paused: whether nobody is admitted for now.
        closed: whether nobody is admitted any more.
    """

    def __init__(
        self,
        tournament: Tournament,
        session: Session,
        room: Room,
        links: Collection[str] | None = None,
        recogniser: str = "",
    ) -> None:
        assert tournament.lab is not None
        self.tournament, self.lab = tournament, tournament.lab
        self.session = session
        self.record = LabRecord(session.store)
        self.faces = Faces(tournament, recogniser)
        self.room = room
        self.guests: dict[str, Guest] = {}
        self.paused = self.closed = False
        self.matches = Matches(self, session)
        self._links = links
        self._tokens: dict[str, Guest] = {}
        self._by_link: dict[str, Guest] = {}
        self._by_id: dict[str, Guest] = {}
        self._unseated: set[Guest] = set()
        self._showing = Showing(tournament, self.lab, self.faces)
        self._answering = Answering(self, self._showing)
        self.first_words = Words(self.lab.languages[0])

    # The contract with whoever serves the pages

    def arrive(self, arrival: Arrival) -> str:
        """Admit somebody.

        Returns:
            The participant's token, 128 bits; the same for an external id that comes again.

        Raises:
            NotAdmitted: with the reason.
        """
        ids = self.lab.payment.ids
        external = {name: arrival.external[name] for name in ids if arrival.external.get(name)}
        known = self._by_link.get(arrival.link) if arrival.link else None
        if known is None and ids:
            known = self._by_id.get(external.get(ids[0], ""))
        if known is not None:
            return known.token
        self._admit(arrival)
        token = secrets.token_urlsafe(_TOKEN)
        guest = Guest(secrets.token_hex(6), token, arrival.device, arrival.robot)
        if arrival.language in self.lab.languages:
            guest.language = arrival.language
        elif len(self.lab.languages) == 1:
            (guest.language,) = self.lab.languages
        guest.place = "consent" if guest.language else "language"
        self.record.arrived(guest, arrival.link, external)
        self.enter(guest, arrival.link, external)
        self.miss(guest)
        return token

    def _admit(self, arrival: Arrival) -> None:
        """Refuse whom the lab does not receive.

        Raises:
            NotAdmitted: with the reason.
        """
        spoken = self.lab.languages
        words = Words(arrival.language if arrival.language in spoken else spoken[0])
        full = self.lab.max_participants
        reasons = {
            "link": self._links is not None and arrival.link not in self._links,
            "closed": self.closed,
            "paused": self.paused,
            "full": full is not None and len(self.guests) >= full,
        }
        for reason, holds in reasons.items():
            if holds:
                raise NotAdmitted(words.say("admitted", reason))

    def enter(self, guest: Guest, link: str, external: Mapping[str, str]) -> None:
        """Know somebody who is on record."""
        self.guests[guest.id] = self._tokens[guest.token] = guest
        guest.external = external
        if link:
            self._by_link[link] = guest
        if self.lab.payment.ids and (own := external.get(self.lab.payment.ids[0])):
            self._by_id[own] = guest

    def sit(self, token: str) -> LabSeat:
        """Connect a participant.

        Raises:
            NoSuchSeat: nobody has this token.
        """
        guest = self._tokens.get(token)
        if guest is None:
            raise NoSuchSeat("no participant has this token")
        guest.seat = LabSeat(self, guest)
        guest.stop("away")
        guest.bump()
        self._tell_others(guest)
        if guest.place == "waiting":
            self._look_for_table(guest)
        return guest.seat

    def waiting(self) -> int:
        """Number of participants who wait for others and are present."""
        return sum(g.place == "waiting" and g.seat is not None for g in self.guests.values())

    async def watch(self) -> None:
        """Wait until nothing can be played any more.

        Raises:
            BadInput: why: nothing can be recorded, or texts or a model are missing.
        """
        ends = {asyncio.ensure_future(self.matches.failed), self.session.beside}
        while ends:
            done, ends = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()

    # What happens

    def page(self, guest: Guest) -> Page:
        """The page of this moment."""
        return self._showing.page(guest)

    async def answered(
        self,
        guest: Guest,
        page: str,
        values: Mapping[str, object],
        seconds: float | None,
        face: FaceSent | None,
    ) -> Mapping[str, str]:
        """An answer came; what is wrong with it."""
        return await self._answering.answer(guest, page, values, seconds, face)

    def away(self, guest: Guest) -> None:
        """A connection is gone."""
        guest.seat = None
        guest.changed.set()
        if guest.place == "waiting":
            self._rise(guest)
        self.miss(guest)
        self._tell_others(guest)

    def miss(self, guest: Guest) -> None:
        """Wait for somebody who is away, for so long and no longer; others wait in a match."""
        if guest.ending is None:
            playing = guest.table is not None and guest.table.begun
            seconds = self.lab.reconnect_seconds if playing else self.lab.away_seconds
            guest.later("away", seconds, partial(self._gone, guest))

    def _gone(self, guest: Guest) -> None:
        """Somebody was away for too long."""
        asked = guest.place in {"language", "consent"}
        self.end(guest, "declined" if asked else "left")

    def prepare(self, guest: Guest) -> None:
        """What comes before the first match, for somebody who agreed to take part."""
        pages: dict[Place, bool] = {"welcome": bool(self.lab.text("welcome", guest.language))}
        for place, due in (pages | self.faces.due(guest)).items():
            if due and not self.record.tries(guest, place):
                self.show(guest, place)
                return
        self.go_on(guest)

    def go_on(self, guest: Guest) -> None:
        """What comes next for somebody who is in no match."""
        guest.table = guest.question = guest.deadline = None
        guest.notice = ""
        game = None
        if len(guest.results) < self.lab.matches:
            game = self.room.next_game(guest)
        if game is None:
            self._finish(guest)
            return
        guest.game = game
        if game not in guest.passed:
            guest.sample = self.room.sample(game)
            guest.tries = self.record.tries(guest, f"quiz/{game}")
            self.record.stage(guest, "quiz", game=game)
            if self.record.tries(guest, f"rules/{game}"):
                self.after_rules(guest)
            else:
                self.show(guest, "rules")
            return
        self.record.stage(guest, "waiting")
        self.wait(guest)

    def after_rules(self, guest: Guest) -> None:
        """The rules were read: the questions on them, if there are any."""
        if self._showing.items(guest):
            self.show(guest, "quiz")
        else:
            guest.passed.add(guest.game)
            self.go_on(guest)

    def after_result(self, guest: Guest) -> None:
        """The result of a match was seen: the questions after it, if there are any."""
        if not self.lab.asked("match"):
            self.go_on(guest)
            return
        guest.asked_about = guest.results[-1].match
        self.record.stage(guest, "questions", match=guest.asked_about)
        self.show(guest, "questions")

    def wait(self, guest: Guest) -> None:
        """Let somebody wait for a table, for so long and no longer."""
        seconds = self.lab.wait_seconds
        guest.deadline = asyncio.get_running_loop().time() + seconds
        guest.later("wait", seconds, partial(self._waited, guest))
        self.show(guest, "waiting")
        if guest.seat is not None:
            self._look_for_table(guest)

    def _look_for_table(self, guest: Guest) -> None:
        """Seat somebody who waits and is present; begin the match if nobody is missing."""
        self._unseated.discard(guest)
        if guest.place != "waiting" or guest.seat is None:
            return
        if guest.table is None and self.room.join(guest) is None:
            if (game := self.room.next_game(guest)) is not None and game in guest.passed:
                guest.game = game
                self.room.join(guest)
            elif self.room.is_empty:
                guest.stop("wait")
                self._finish(guest)
        if guest.table is None:
            if guest.place == "waiting":
                self._unseated.add(guest)
        elif not guest.table.free and not guest.table.begun:
            self.matches.begin(guest.table)

    def _waited(self, guest: Guest) -> None:
        """Nobody came in time."""
        if guest.place != "waiting" or guest.ending is not None:
            return
        if guest.seat is None:
            self.end(guest, "left")
        elif self.lab.fill and guest.table is not None:
            self.matches.begin(guest.table)
        else:
            self.end(guest, "waited out")

    def taken(self, table: Table) -> None:
        """A table's match begins."""
        self.room.begin(table)
        for guest in table.sitting.values():
            guest.stop("wait")
            guest.deadline = guest.question = None
            self.show(guest, "others")
        self._look_again()

    def _rise(self, guest: Guest) -> None:
        """Free the seat of somebody who waits."""
        self._unseated.discard(guest)
        if guest.table is not None:
            self.room.rise(guest)
            self._look_again()

    def _look_again(self) -> None:
        """Look for tables for those who wait without one, once tables have changed."""
        if self._unseated:
            loop = asyncio.get_running_loop()
            for guest in sorted(self._unseated, key=lambda each: each.deadline or 0):
                loop.call_soon(self._look_for_table, guest)

    def over(self, guest: Guest, match: Match, transcript: Transcript, seat: int) -> None:
        """A match is over for a participant who is still there."""
        points = None if transcript.payoffs is None else transcript.payoffs[seat]
        guest.results.append(Result(match.id, match.game, points))
        guest.stop("away", "late")
        guest.question = guest.table = None
        self.show(guest, "result")
        if guest.seat is None:
            self.miss(guest)

    def _finish(self, guest: Guest) -> None:
        """Ask what is asked at the end, or end."""
        if self.lab.asked("end") and guest.results:
            guest.asked_about = ""
            self.record.stage(guest, "questions", match="")
            self.show(guest, "questions")
            return
        self.end(guest, self._natural(guest))

    def _natural(self, guest: Guest) -> EndingName:
        """How it ended for somebody who stayed to the end."""
        if guest.points:
            return "completed"
        return "partner left" if guest.results else "room full"

    def finish(self, guest: Guest) -> None:
        """The last questions are answered."""
        self.end(guest, self._natural(guest))

    def end(self, guest: Guest, ending: EndingName) -> None:
        """It is over for somebody: with a code, and with the pay of the rule."""
        if guest.ending is not None:
            return
        guest.stop()
        guest.ending = ending
        guest.language = guest.language or self.lab.languages[0]  # nothing else can be shown
        self._tell_others(guest)
        self._rise(guest)
        stage: Stage = "left" if ending in _LEFT else "done"
        earned = payment.pay(self.tournament, guest.id, ending, guest.points)
        self.record.stage(
            guest,
            stage,
            ending=ending,
            code=payment.code(self.tournament, ending),
            points={match: payoff_text(points) for match, points in guest.points.items()},
            paid=list(earned.paid),
            pay=earned.amount,
            currency=self.lab.payment.currency,
        )
        self.matches.left(guest)
        self.show(guest, "ended")

    def show(self, guest: Guest, place: Place) -> None:
        """Put somebody on another page."""
        guest.place = place
        guest.bump()

    def _tell_others(self, guest: Guest) -> None:
        """Show the others at the table that somebody came or went."""
        if guest.table is not None and guest.table.begun:
            for other in guest.table.others(guest):
                other.bump()
