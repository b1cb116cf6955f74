"""A person's seat: runs played by one person, each in a lab with a single participant.

The lab's desk shows pages and takes answers, as in `arena lab`. Reloading a page, answering twice
or leaving changes nothing.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import agents
import games
from agents.core.models.person import PERSON
from agents.core.types import Attempt
from arena.core import files
from arena.core.types import Transcript
from arena.design.matches import planned, schedule
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.watcher import Finished
from arena.lab.desk import LabDesk
from arena.lab.opening import open_lab
from arena.lab.pages import Arrival, Page
from arena.lab.seats import LabSeat
from arena.record import judgements
from arena.record.errors import InUse
from arena.record.run import Run
from dashboard.control.processes import inside, note_cap, noted_cap
from dashboard.control.tables import at_table, leave
from games import BadInput
from games.core import toml
from prompts.core.texts.catalogue import TextError

CONSENT = (
    "I agree that my moves, the emotions I report and show, and the time I take are recorded in "
    "this run, without my name."
)

SEAT = "person.json"
"""File in a run's folder that marks a run for a person; holds the design."""

NAME = "person"
"""The person's name among the contestants."""

_TIMES = ("decision_seconds", "reconnect_seconds", "agent_seconds", "wait_seconds")
"""Time limits of a lab, which are lifted for a person who plays alone."""
_EVER = 1e7
"""Seconds: four months."""


@dataclass(frozen=True)
class Answer:
    """A person's answer to a page.

    Args:
        page: id of the page; the answer is ignored on other pages.
        values: values by the keys of the page's fields.
        seconds: time since the page was shown.
    """

    page: str
    values: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True)
class Turn:
    """The next page for the person.

    Args:
        page: a decision, the result of a match, or the end.
        closed: number of finished matches.
        planned: number of all matches.
        ended: match of a result page.
    """

    page: Page
    closed: int
    planned: int
    ended: Transcript | None = None


def wanted(
    game: str, params: str, opponent: str, settings: str, voice: Mapping[str, Any], matches: int
) -> dict[str, Any]:
    """The design of a run for a person.

    Args:
        game: id of the game.
        params: its parameters, as TOML.
        opponent: kind of the other players.
        settings: their parameters, as TOML; `[prices."provider/model"]` as in tournament files.
        voice: wording settings of the person.
        matches: number of repetitions; in each, the person plays every seat once.

    Raises:
        BadInput: a text is not TOML, or a value is invalid.
    """
    rules = games.load(game, given := toml.loads(params, "parameters of the game: the text"))
    others = [f"{opponent} {n}" if n else opponent for n in range(len(rules.roles) - 1)]
    details = toml.loads(settings, "parameters of the opponent: the text")
    prices = details.pop("prices", {})  # a run with a cap needs them
    agents.load(opponent, details)
    design: dict[str, Any] = {
        "name": f"play {game} {datetime.now(UTC):%Y-%m-%d %H.%M.%S}",
        "seed": int(datetime.now(UTC).timestamp()),
        "repetitions": matches,
        "games": [{"name": game, "params": given}],
        "contestants": [
            {"name": NAME, "agent": PERSON, "consent": CONSENT, **voice},
            *({"name": name, "agent": opponent, **details} for name in others),
        ],
        "prices": prices,
    }
    if (
        len(rules.deciders) > 1
    ):  # a game whose seats are alike would also seat people among themselves
        design["schedule"] = {"kind": "round_robin"}
    own = sum(NAME in match.seats for match in schedule(Tournament(design)))
    alone = {"consent": CONSENT, "languages": [voice.get("language", "en")], "matches": own}
    return {**design, "lab": alone | dict.fromkeys(_TIMES, _EVER)}


def sit(root: Path, design: Mapping[str, Any], cap: float = 0.0) -> Path:
    """Create a run for a person.

    Args:
        root: folder of runs.
        design: design from `wanted`.
        cap: cap on the cost of the run, in US dollars.

    Returns:
        Folder of the run.

    Raises:
        BadInput: the design is invalid, or the folder cannot be written.
    """
    tournament = Tournament(dict(design), "this table")
    folder = inside(root, tournament.name)
    try:
        files.make_folder(folder)
        files.write_text(folder / SEAT, json.dumps(design, ensure_ascii=False))
        note_cap(folder, cap)
    except FileExistsError:  # another run began in the same second
        return sit(root, {**design, "name": f"{tournament.name} again"}, cap)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    return folder


def warning(folder: Path) -> str:
    """What the person is told before the first question of a run; empty if nothing has to be.

    Raises:
        BadInput: the run cannot be read.
    """
    tournament = _tournament(folder)
    voice = tournament.contestants[NAME][1].voice
    assert voice is not None  # a person's
    said = (judgements.warning(game, voice.language) for game in tournament.games.values())
    return "; ".join(filter(None, said))


def advance(folder: Path, answer: Answer | None = None) -> Turn:
    """Play until the person's next answer is needed, in a lab of one that stays open.

    Args:
        folder: folder of a run for a person.
        answer: answer to the last page, if there is one; ignored if it belongs to another page.

    Raises:
        BadInput: the run cannot be read, or is being played elsewhere.
    """
    tournament = _tournament(folder)
    how = RunOptions(max_cost=noted_cap(folder), preflight=False)
    opens = partial(open_lab, tournament, folder, _Watcher(), how)
    try:
        turn = at_table(folder, opens, partial(_advance, folder, answer))
    except TextError as error:
        raise BadInput(f"this cannot be played in this language yet: {error}") from None
    if turn.page.kind == "ended":
        leave(folder)
    return turn


async def _advance(folder: Path, answer: Answer | None, desk: LabDesk) -> Turn:
    page = await _settled(_seat(desk), answer)
    if page.kind == "ended":
        await desk.session.beside
    if (why := desk.session.driver.why_open()) is not None:  # the others cannot be asked
        raise BadInput(why)
    return _turn(folder, desk, page)


def _seat(desk: LabDesk) -> LabSeat:
    """The person's seat, the same for all requests."""
    guest = next(iter(desk.guests.values()), None)
    if guest is not None and isinstance(guest.seat, LabSeat):
        return guest.seat
    return desk.sit(guest.token if guest else desk.arrive(Arrival(device="computer")))


async def _settled(seat: LabSeat, answer: Answer | None) -> Page:
    """The next page with a decision or a result."""
    shown = answer is None
    """Whether a result on the first page was seen already."""
    async for page in seat.pages():
        if page.kind in {"others", "waiting"}:
            continue
        if answer is not None and answer.page == page.id:
            if await seat.answer(page.id, answer.values, answer.seconds):
                return page
            answer = None
        elif page.kind == "consent":  # given when the person sat down
            await seat.answer(page.id, {"consent": "yes"})
        elif page.kind == "rules" or (page.kind == "result" and shown):
            await seat.answer(page.id, {})
        else:
            return page
        shown = False
    raise InUse("the table is open on another page")


def _turn(folder: Path, desk: LabDesk, page: Page) -> Turn:
    (guest,) = desk.guests.values()
    over, whole = desk.session.store.count(), planned(desk.tournament)
    if page.kind != "result":
        return Turn(page, over, whole)
    with closing(Run(folder)) as run:
        return Turn(page, over, whole, run.transcript(guest.results[-1].match, texts=False))


def _tournament(folder: Path) -> Tournament:
    try:
        return Tournament(json.loads(files.read_text(folder / SEAT)), folder.name)
    except OSError:
        raise BadInput(f"{folder.name} is not a run that a person plays (no {SEAT})") from None
    except ValueError as error:
        raise BadInput(f"{folder.name} cannot be gone on with: {error}") from None


class _Watcher:
    """Ignores progress: pages read the record."""

    def begin(self, planned: int, closed: int) -> None:
        """Do nothing."""

    def paid(self, cost: float) -> None:
        """Do nothing."""

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Do nothing."""

    def finished(self, transcript: Finished) -> None:
        """Do nothing."""

    def noted(self, kind: str, about: str) -> None:
        """Do nothing."""
