"""A lab that is open to participants: the desk, the application, links, robots, and their end."""

import asyncio
import csv
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from arena.core import files
from arena.core.signals import ENDING
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.progress import Outlet
from arena.engine.watcher import Watcher
from arena.lab.desk import LabDesk
from arena.lab.opening import open_lab
from arena.record.lab_control import LINKS, admission
from dashboard.lab import settings
from dashboard.lab.app import application
from dashboard.lab.links import Links
from dashboard.lab.recogniser import MISSING, recogniser
from dashboard.lab.robots import Robot, known_answers
from dashboard.lab.server import listen, served
from games import BadInput

_WATCHED = 1.0
"""Seconds between two looks at whether the lab is paused, closed or empty."""

_SAME = 0.2
"""Seconds in which another signal is the same one, see `arena.engine.interruption`."""


@dataclass(frozen=True)
class Opening:
    """How a lab is opened.

    Args:
        tournament: the design.
        folder: where the run is kept.
        host: address on which participants' pages are served.
        port: likewise.
        public: origin in participants' links; None for that of the host.
        links: number of personal links; 0 for one link that all share.
        robots: number of scripted participants.
        face_model: of the researcher's own, which reads faces; None for the one laid out.
        how: how the run is carried out.
    """

    tournament: Tournament
    folder: Path
    host: str = "127.0.0.1"
    port: int = settings.PORT
    public: str | None = None
    links: int = 0
    robots: int = 0
    face_model: Path | None = None
    how: RunOptions = RunOptions()  # noqa: RUF009 - it is frozen


@dataclass(frozen=True)
class OpenLab:
    """What serves participants.

    Args:
        desk: receives them.
        origin: of their links.
        local: origin on this machine, without a proxy.
        links: signs and reads tokens.
    """

    desk: LabDesk
    origin: str
    local: str
    links: Links


async def run(opening: Opening, watcher: Watcher) -> signal.Signals | None:
    """Serve a lab until it is closed and empty, or a signal comes.

    Returns:
        The signal that ended it, if one did.

    Raises:
        BadInput: the lab cannot be opened or served.
    """
    ended: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
    with _heard(ended):
        async with opened(opening, watcher) as lab:
            _announce(opening, lab)
            robots = asyncio.create_task(play_robots(opening, lab))
            while not ended.done() and not _empty(lab.desk):
                await asyncio.wait({ended}, timeout=_WATCHED)
                _heed(opening.folder, lab.desk)
            robots.cancel()
            await asyncio.gather(robots, return_exceptions=True)
    return ended.result() if ended.done() else None


@asynccontextmanager
async def opened(opening: Opening, watcher: Watcher) -> AsyncIterator[OpenLab]:
    """The desk and the application, until the block is left.

    Raises:
        BadInput: the lab cannot be opened or served.
    """
    tournament, lab = opening.tournament, opening.tournament.lab
    settings.is_loopback(opening.host)
    settings.origin(opening.public, opening.host, opening.port)
    if lab is None:
        raise BadInput(f"tournament {tournament.name!r} has no table [lab]: nobody can take part")
    if opening.face_model is not None and not lab.reads_faces:
        raise BadInput('--face-model reads faces: write lab.display = "face" or "both"')
    reads = recogniser(opening.face_model) if lab.reads_faces else None
    listening = listen(opening.host, opening.port)
    with listening:
        links, port = Links.read(opening.folder), listening.getsockname()[1]
        tokens = {links.token("link", n) for n in range(1, opening.links + 1)}
        tokens |= {links.token("robot", n) for n in range(1, opening.robots + 1)}
        how = settings.Settings(
            settings.origin(opening.public, opening.host, port),
            port,
            lab.languages,
            lab.payment.ids,
            shared=not opening.links,
            recogniser=reads,
        )
        personal = tokens if opening.links else None
        name = "" if reads is None else reads.name
        local = settings.origin(None, _reached(opening.host), port)
        async with (
            open_lab(tournament, opening.folder, watcher, opening.how, personal, name) as desk,
            served(application(desk, links, how), listening),
        ):
            if name:
                desk.session.store.note("faces", f"read by {name}")
            yield OpenLab(desk, how.public, local, links)


async def play_robots(opening: Opening, lab: OpenLab) -> None:
    """Let scripted participants take part, each through a connection of its own."""
    known = known_answers(opening.tournament) if opening.robots else {}
    numbers = range(1, opening.robots + 1)
    robots = [Robot(lab.local + lab.links.path("robot", n), n, known) for n in numbers]
    ends = await asyncio.gather(*(each.run() for each in robots), return_exceptions=True)
    for number, end in zip(numbers, ends, strict=True):
        if isinstance(end, Exception):
            _tell(f"Robot {number} has stopped: {end}")
    if robots:
        _tell(f"Robots: {sum(each.ended is not None for each in robots)} of {len(robots)} finished")


def personal_links(lab: OpenLab, count: int) -> Iterator[tuple[int, str]]:
    """The personal links, numbered from 1."""
    for number in range(1, count + 1):
        yield number, lab.origin + lab.links.path("link", number)


def _announce(opening: Opening, lab: OpenLab) -> None:
    """Say where participants go, and keep their links."""
    path = opening.folder / LINKS
    own = [*personal_links(lab, opening.links)]
    with files.opened(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("number", "link"))
        writer.writerows(own or [("all", f"{lab.origin}/")])
    for number, link in own:
        _tell(f"Link {number}: {link}")
    if own:
        _tell(f"Links, one per participant: {path}")
    else:
        _tell(f"Link for all participants: {lab.origin}/")
    _tell(f"Waiting room: {lab.origin}/room")
    if lab.desk.lab.reads_faces and not lab.desk.faces.recogniser:
        _tell(MISSING)
    if not settings.is_loopback(opening.host) and not lab.origin.startswith("https:"):
        _tell(
            "Warning: what participants send crosses the network unencrypted. Put a TLS proxy in "
            'front, and give its address with --public-url; see "Behind a proxy" in docs/lab.md.'
        )
    _tell(f"Recorded in {opening.folder}. Ctrl-C ends; the same command goes on.")


def _heed(folder: Path, desk: LabDesk) -> None:
    """Admit participants or not, as the researcher's page says.

    Raises:
        BadInput: the file of the page cannot be read.
    """
    state = admission(folder)
    desk.paused, desk.closed = state == "paused", state == "closed"


def _empty(desk: LabDesk) -> bool:
    """Whether nobody is admitted any more, and everybody has left."""
    return desk.closed and all(guest.ending is not None for guest in desk.guests.values())


def _reached(host: str) -> str:
    """An address of this machine under which a host is reached from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound


@contextmanager
def _heard(ended: "asyncio.Future[signal.Signals]") -> Iterator[None]:
    """Note the first signal that ends programs; the second one ends this program at once."""
    loop = asyncio.get_running_loop()
    caught = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]

    def hear(number: signal.Signals) -> None:
        if not ended.done():
            ended.set_result(number)
            loop.call_later(_SAME, let_go)

    def let_go() -> None:
        for each in caught:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)

    for number in caught:
        loop.add_signal_handler(number, hear, number)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def _tell(line: str) -> None:
    Outlet(sys.stderr).write(f"{line}\n")
