"""Opens a lab: a desk over a new run, or over one that was left or killed."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.session import Session, session
from arena.engine.watcher import Watcher
from arena.lab.desk import LabDesk
from arena.lab.recovery import recover
from arena.lab.room import Room
from arena.record.participants import by_match
from games import BadInput


@asynccontextmanager
async def open_lab(
    tournament: Tournament,
    folder: Path,
    watcher: Watcher,
    how: RunOptions | None = None,
    links: Collection[str] | None = None,
    recogniser: str = "",
) -> AsyncIterator[LabDesk]:
    """A lab, in the event loop that runs, until the block is left.

    Matches under way stay open then; the same call goes on with them.

    Args:
        tournament: the design.
        folder: where the run is kept.
        watcher: who is told how it goes.
        how: how it is carried out.
        links: tokens of personal links; None where all share one.
        recogniser: what reads faces in browsers; empty where nothing does.

    Raises:
        BadInput: the design has no lab, or the folder or a model cannot be used.
    """
    if tournament.lab is None:
        raise BadInput(f"tournament {tournament.name!r} has no table [lab]: nobody can take part")
    async with session(tournament, folder, watcher, how or RunOptions()) as made:
        desk = LabDesk(tournament, made, _room(tournament, made), links, recogniser)
        made.people = desk.matches
        recover(desk, made)
        try:
            yield desk
        finally:
            for guest in desk.guests.values():
                guest.stop()
            await desk.matches.close()


def _room(tournament: Tournament, made: Session) -> Room:
    """The matches with people that nobody has begun."""
    assert tournament.lab is not None
    begun = made.store.closed() | by_match(made.store).keys()
    matches = (m for m in schedule(tournament) if made.is_peopled(m) and m.id not in begun)
    strangers = tournament.lab.matching == "strangers"
    return Room(matches, tournament.people, made.stopped, strangers=strangers)
