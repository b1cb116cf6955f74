"""Writes what participants do into the run's record; each call is one transaction."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from arena.core.types import canonical
from arena.lab.guest import Guest
from arena.record.participants import Reason, Stage
from arena.record.readings import FaceReading
from arena.record.store import Store
from arena.record.taking import now
from prompts import OPENING

_READ = "SELECT count(*) FROM readings WHERE match = ? AND seat = ? AND turn = ?"

Row = tuple[str, tuple[Any, ...]]
"""A table, and a row of it."""


class LabRecord:
    """The record of people.

    Args:
        store: of the run.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tries: dict[tuple[str, str], int] = {}

    def arrived(self, guest: Guest, link: str, external: Mapping[str, str]) -> None:
        """Somebody came."""
        self._store.enter(
            ("participants", (guest.id, guest.device, int(guest.robot), now())),
            self._staged(guest, "arrived", {}),
            ("tokens", (guest.token, guest.id, link)),
            *(("externals", (guest.id, name, value)) for name, value in external.items()),
        )

    def stage(self, guest: Guest, stage: Stage, **about: Any) -> None:  # noqa: ANN401 - JSON
        """Somebody came to a stage."""
        self._store.enter(self._staged(guest, stage, about))

    def seated(
        self,
        match: str,
        sitting: Mapping[int, Guest],
        fill: Mapping[int, str],
        told: Mapping[str, str],
    ) -> None:
        """A match begins: participants take their seats, and agents those that were left.

        Args:
            match: its id.
            sitting: participants by seat.
            fill: names of agents by seat.
            told: by pseudonym, what is said of the others.
        """
        rows = [
            _seating(match, seat, OPENING, guest.id, None, guest.language, "matched")
            for seat, guest in sorted(sitting.items())
        ]
        rows += [
            _seating(match, seat, OPENING, None, name, None, "fill")
            for seat, name in sorted(fill.items())
        ]
        stages = [
            self._staged(guest, "playing", {"match": match, "told": told[guest.id]})
            for guest in sitting.values()
        ]
        self._store.enter(*rows, *stages)

    def replaced(self, match: str, seat: int, turn: int, name: str, reason: Reason) -> None:
        """An agent goes on in a seat."""
        self._store.enter(_seating(match, seat, turn, None, name, None, reason))

    def answered(
        self, guest: Guest, page: str, given: Mapping[str, object], wrong: Iterable[str]
    ) -> None:
        """Somebody answered a page with questions."""
        number = self._tries.get((guest.id, page), 0)
        row = (guest.id, page, number, canonical(dict(given)), canonical([*wrong]), now())
        self._store.enter(("answers", row))
        self._tries[guest.id, page] = number + 1

    def read(self, reading: FaceReading) -> None:
        """Something was read of a face, or nothing could be."""
        at = (reading.match, reading.seat, reading.turn)
        ((number,),) = self._store.rows(_READ, *at)
        self._store.enter(("readings", replace(reading, number=number).row(now())))

    def resume(self, participant: str, page: str, tries: int) -> None:
        """Number the next try after those on record."""
        self._tries[participant, page] = tries

    def tries(self, guest: Guest, page: str) -> int:
        """How often a page with questions was answered."""
        return self._tries.get((guest.id, page), 0)

    def _staged(self, guest: Guest, stage: Stage, about: Mapping[str, Any]) -> Row:
        row = (guest.id, guest.stages, stage, canonical(dict(about)), now())
        guest.stage, guest.stages = stage, guest.stages + 1
        return "stages", row


def _seating(
    match: str,
    seat: int,
    turn: int,
    participant: str | None,
    contestant: str | None,
    language: str | None,
    reason: Reason,
) -> Row:
    return "seatings", (match, seat, turn, participant, contestant, language, reason, now())


def text_hash(text: str) -> str:
    """The hash of a text of consent, 16 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
