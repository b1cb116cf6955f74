"""A person's seat: runs that people play, one answer at a time.

Each answer plays the run on as `arena run` would, up to the next question. What is on record is
never asked again, so that loading a page again, answering twice or going away changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import agents
import games
from agents.core.types import Attempt
from agents.human import ANSWER, PERSON, Answer, Waiting
from arena import files
from arena.records import Match, Transcript
from arena.run import Run
from arena.runner import How, run
from arena.schedule import schedule
from arena.tournament import Tournament
from dashboard.control import inside, note_cap, noted_cap
from games import BadInput
from games.core import toml
from prompts.core.catalogue import TextError

CONSENT = (
    "I agree that my moves, the emotions I report and show, and the time I take are recorded in "
    "this run, without my name."
)

SEAT = "person.json"
"""The file in a run's folder that says that a person plays it: its design."""

NAME = "person"
"""The person's name among the contestants."""


@dataclass(frozen=True)
class Turn:
    """What the person sees next.

    Args:
        match: being played; None if all are over.
        seat: the person's.
        waiting: the question; None if there is nothing to answer.
        closed: number of matches that are over.
        planned: number of all.
        ended: the match that ended just now, if one did.
    """

    match: Match | None
    seat: int
    waiting: Waiting | None
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
        voice: how the person is spoken to.
        matches: repetitions: in each, the person plays every seat once.

    Raises:
        BadInput: a text is no TOML, or a value cannot be.
    """
    rules = games.load(game, given := toml.loads(params, "parameters of the game: the text"))
    others = [f"{opponent} {n}" if n else opponent for n in range(len(rules.roles) - 1)]
    details = toml.loads(settings, "parameters of the opponent: the text")
    prices = details.pop("prices", {})  # a run with a cap needs them
    agents.load(opponent, details)
    return {
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


def sit(root: Path, design: Mapping[str, Any], cap: float = 0.0) -> Path:
    """Begin a run for a person.

    Args:
        root: folder of runs.
        design: as `wanted` makes it.
        cap: US dollars that the run may cost altogether.

    Returns:
        Its folder.

    Raises:
        BadInput: the design cannot be, or the folder cannot be written.
    """
    tournament = Tournament(dict(design), "this table")
    folder = inside(root, tournament.name)
    try:
        files.make_folder(folder)
        files.write_text(folder / SEAT, json.dumps(design, ensure_ascii=False))
        note_cap(folder, cap)
    except FileExistsError:  # somebody sat down in the same second
        return sit(root, {**design, "name": f"{tournament.name} again"}, cap)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None
    return folder


def advance(folder: Path, answer: Answer | None = None, match: str = "") -> Turn:
    """Play on as far as it goes.

    Args:
        folder: of a run that a person plays.
        answer: to the question asked last, if there is one.
        match: in which it was asked. An answer to another question is dropped.

    Raises:
        BadInput: the run cannot be read, or is being played on elsewhere at this moment.
    """
    tournament = _tournament(folder)
    planned = schedule(tournament)
    over = _closed(folder)
    for now in (each for each in planned if each.id not in over):
        watcher = _Watcher()
        waiting = _play(tournament, folder, watcher, answer if now.id == match else None)
        if NAME not in now.seats:  # one of the others decides alone
            continue
        closed = len(over) + (watcher.ended is not None)
        return Turn(now, now.seats.index(NAME), waiting, closed, len(planned), watcher.ended)
    return Turn(None, 0, None, len(planned), len(planned))


def _play(
    tournament: Tournament, folder: Path, watcher: "_Watcher", answer: Answer | None
) -> Waiting | None:
    """Play the next match on; the question it stops at."""
    how = How(limit=1, max_cost=noted_cap(folder), preflight=False)
    token = ANSWER.set(answer)
    try:
        why = run(tournament, folder, watcher, how=how)
    except Waiting as question:
        return question
    except TextError as error:
        raise BadInput(f"this cannot be played in this language yet: {error}") from None
    finally:
        ANSWER.reset(token)
    if why is not None:  # the others cannot be asked any more
        raise BadInput(why)
    return None


def _tournament(folder: Path) -> Tournament:
    try:
        return Tournament(json.loads(files.read_text(folder / SEAT)), folder.name)
    except OSError:
        raise BadInput(f"{folder.name} is not a run that a person plays (no {SEAT})") from None
    except ValueError as error:
        raise BadInput(f"{folder.name} cannot be gone on with: {error}") from None


def _closed(folder: Path) -> set[str]:
    """Ids of the matches that are over; none before the run has begun."""
    try:
        opened = Run(folder)
    except BadInput:
        return set()
    try:
        return set(opened.ids())
    finally:
        opened.close()


class _Watcher:
    """Keeps the match that ends."""

    ended: Transcript | None = None

    def begin(self, planned: int, closed: int) -> None:
        """Nothing to keep."""

    def paid(self, cost: float) -> None:
        """Nothing to keep."""

    def attempted(self, attempt: Attempt, model: str) -> None:
        """Nothing to keep."""

    def finished(self, transcript: Transcript) -> None:
        """Keep it."""
        self.ended = transcript

    def noted(self, kind: str, about: str) -> None:
        """Nothing to keep."""
