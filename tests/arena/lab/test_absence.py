"""Participants who are gone outside a match have left, and are paid by the rule."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.lab.desk import LabDesk
from arena.lab.pages import Arrival, Page
from arena.record.forgetting import forget
from arena.record.people_tables import pay_list
from tests.arena.lab.visitors import Visitor, against, checked, lab

PLACES = ("language", "consent", "rules", "quiz", "result", "questions")
AWAY = {
    "languages": ["en", "de"],
    "consent": {"en": "You decide.", "de": "Sie entscheiden."},
    "away_seconds": 0.1,
    "check": {},
    "questions": [{"key": "why", "kind": "text", "label": {"en": "Why?", "de": "Warum?"}}],
    "payment": {"show_up": 2.5, "ids": ["PID"]},
}


def leaving(place: str) -> Callable[[Page], dict[str, object] | None]:
    """Answers every page before one of a kind, and leaves there."""
    return lambda page: None if where(page) == place else {}


def where(page: Page) -> str:
    return page.id if page.id == "language" else page.kind


def played(data: dict[str, Any], folder: Path, play: Callable[[LabDesk], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with lab(data, folder) as desk, asyncio.timeout(60):
            return await play(desk)

    return asyncio.run(whole())


async def ended(desk: LabDesk) -> None:
    """Look again until nobody is expected back."""
    while not all(guest.ending for guest in desk.guests.values()):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("restarted", [False, True])
def test_who_is_gone_outside_a_match_has_left(tmp_path: Path, place: str, restarted: bool) -> None:  # noqa: FBT001
    arrival = Arrival(device="phone", external={"PID": "gone"})

    async def play(desk: LabDesk) -> str:
        goes = Visitor(desk, leaving(place), arrival)
        await asyncio.wait_for(goes(), 20)
        assert where(goes.pages[-1]) == place
        if not restarted:
            await ended(desk)
        return goes.token

    async def again(desk: LabDesk) -> Page:
        await ended(desk)
        return await Visitor(desk, token=token)()

    first = {**AWAY, "away_seconds": 60} if restarted else AWAY
    token = played(against(repetitions=1, lab=first), tmp_path, play)
    assert played(against(repetitions=1, lab=AWAY), tmp_path, again).kind == "ended"
    with closing(checked(tmp_path)) as run:
        (row,) = pay_list(run).to_dict("records")
    asked = place in {"language", "consent"}
    assert (row["ending"], row["pay"]) == (("declined", "0.00") if asked else ("left", "2.50"))
    assert forget(tmp_path, "gone").ids == 1
