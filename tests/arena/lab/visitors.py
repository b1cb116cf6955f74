"""Simulated participants, who use nothing but what a page offers; and designs for them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from arena.design.tournament import Tournament
from arena.engine.verify import problems
from arena.lab.desk import LabDesk
from arena.lab.opening import open_lab
from arena.lab.pages import Arrival, Desk, FaceSent, Field, Page
from arena.lab.seats import LabSeat
from arena.record.run import Run
from tests.arena.designs import Silent

PEOPLE = {"name": "people", "agent": "human", "consent": "I agree."}
DILEMMA = {"name": "prisoners_dilemma", "params": {"rounds": 3}}
SELF_PLAY = {"kind": "round_robin", "self_play": True}
LAB = {"consent": "You are asked to decide.", "wait_seconds": 20, "reconnect_seconds": 20}


def design(**changes: Any) -> dict[str, Any]:
    """A design in which people meet people in a repeated dilemma; keys of [lab] under `lab`."""
    lab = {**LAB, **changes.pop("lab", {})}
    base = {
        "name": "lab",
        "seed": 3,
        "repetitions": 4,
        "games": [{**DILEMMA, "contestants": ["people"], "schedule": SELF_PLAY}],
        "contestants": [PEOPLE, {"name": "tft", "agent": "tit_for_tat"}],
    }
    return {**base, **changes, "lab": lab}


def against(agent: str = "tft", **changes: Any) -> dict[str, Any]:
    """A design in which people meet an agent."""
    games = [{**DILEMMA, "contestants": ["people", agent]}]
    return design(games=games, **changes)


@asynccontextmanager
async def lab(data: dict[str, Any], folder: Path, **options: Any) -> AsyncIterator[LabDesk]:
    """An open lab."""
    async with open_lab(Tournament(data), folder, Silent(), **options) as desk:
        _: Desk = desk  # what the pages are served by
        yield desk


def filled(field: Field) -> object:
    """A value that the field asks for."""
    if field.kind in {"choice", "faces"}:
        return field.options[0][0]
    if field.kind == "text":
        return "because"
    if field.kind == "agree":
        return True
    return [field.low, field.low] if field.kind == "grid" else field.low


class Visitor:
    """Somebody who opens a link and answers every page.

    Args:
        desk: where.
        act: the values for a page; None to leave there. What it leaves out is filled in.
        arrival: the link that is opened.
        face: what the browser reads while a page is open.
    """

    def __init__(
        self,
        desk: LabDesk,
        act: Callable[[Page], Mapping[str, object] | None] = lambda page: {},  # noqa: ARG005
        arrival: Arrival | None = None,
        token: str = "",
        face: Callable[[Page], FaceSent | None] = lambda page: None,  # noqa: ARG005
    ) -> None:
        self.desk, self.act, self.face = desk, act, face
        self.token = token or desk.arrive(arrival or Arrival(device="computer"))
        self.pages: list[Page] = []
        self.seat: LabSeat | None = None

    async def __call__(self) -> Page:
        """Go on to the last page, or until it is time to leave; the page seen last."""
        self.seat = self.desk.sit(self.token)
        async for page in self.seat.pages():
            self.pages.append(page)
            if page.kind == "ended":
                return page
            values = self.act(page)
            if values is None:
                self.seat.leave()
                return page
            if page.button:
                whole = {field.key: filled(field) for field in page.fields}
                own = {key: value for key, value in values.items() if key in whole}
                given = {**whole, **right(self.desk, page), **own}
                wrong = await self.seat.answer(page.id, given, face=self.face(page))
                assert wrong == {} or self.desk.page(self.guest).id != page.id, (page, wrong)
        return self.pages[-1]

    @property
    def guest(self) -> Any:
        """As the desk knows them."""
        return self.desk._tokens[self.token]

    def kinds(self) -> list[str]:
        """Kinds of the pages, each page once."""
        ids = dict.fromkeys((page.id, page.kind) for page in self.pages)
        return [kind for _, kind in ids]


def right(desk: LabDesk, page: Page) -> dict[str, object]:
    """The right answers to the questions on the rules."""
    if page.kind != "quiz":
        return {}
    guest = next(g for g in desk.guests.values() if g.place == "quiz" and desk.page(g) == page)
    return {item.field.key: item.right for item in desk._showing.items(guest)}


async def all_of(*visitors: Visitor) -> list[Page]:
    """All of them to the end, together."""
    async with asyncio.timeout(30):
        return list(await asyncio.gather(*(visit() for visit in visitors)))


def checked(folder: Path) -> Run:
    """The record, which must fit together."""
    run = Run(folder)
    try:
        assert list(problems(run)) == []
    except BaseException:
        run.close()
        raise
    return run


def query(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query finds in a record."""
    with closing(Run(folder)) as run:
        return run.rows(sql, *values).fetchall()
