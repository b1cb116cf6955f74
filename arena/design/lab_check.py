"""Whether a design can be played with people, and deceives nobody."""

from typing import Any, Protocol

from agents import AgentSpec
from agents.core.models.person import PERSON
from arena.core.types import PASSIVE
from arena.design.lab import Lab
from arena.design.pairing import Schedule
from arena.design.rows import GameEntry
from games import BadInput, Game
from games.core.errors import unknown
from prompts import catalogue


class Design(Protocol):
    """A tournament, as far as it matters here."""

    contestants: dict[str, tuple[str, AgentSpec]]
    entries: dict[str, GameEntry]
    games: dict[str, Game[Any]]
    schedules: dict[str, Schedule]

    @property
    def record(self) -> str:
        """What is kept of a match."""
        ...

    @property
    def people(self) -> frozenset[str]:
        """Names of the contestants who are people."""
        ...

    def player(self, name: str) -> AgentSpec:
        """Whoever bears a name."""
        ...


def check_lab(tournament: Design, lab: Lab, source: str) -> None:
    """Refuse a lab that the design cannot have.

    Args:
        tournament: the design.
        lab: its table.
        source: what the user would call the file.

    Raises:
        BadInput: a language or a contestant is unknown, nobody is a person, a game with people is
            paired adaptively, decisions are not kept, or something untrue would be said.
    """
    for language in lab.languages:
        if catalogue().find(language, "lab") is None:
            spoken = [code for code in catalogue().languages if catalogue().find(code, "lab")]
            raise unknown(f"language in {source}: lab.languages", language, spoken)
    persons = tournament.people
    played = {
        key for key, each in tournament.entries.items() if persons & {*(each.contestants or ())}
    }
    if not played:
        raise BadInput(f'{source}: lab: no contestant of any game is a person (agent = "{PERSON}")')
    if tournament.record == "outcomes":
        raise BadInput(f'{source}: lab: record = "outcomes" keeps no decisions of people')
    for key in played:
        if not tournament.schedules[key].non_adaptive:
            raise BadInput(f"{source}: game {key}: people cannot be paired adaptively")
    for field, name in (("fill", lab.fill), ("replacement", lab.replacement)):
        if name:
            _check_agent(tournament, f"{source}: lab.{field}", name, played)
    _check_faces(tournament, lab, source)
    for key in sorted(played):
        _refuse_deception(tournament, lab, key, source)


def _check_faces(tournament: Design, lab: Lab, source: str) -> None:
    """Refuse faces that nobody knows of, or that are read and used for nothing."""
    if not lab.reads_faces:
        return
    where = f"{source}: lab.display = {lab.display!r}"
    voices = {name: tournament.player(name).voice for name in sorted(tournament.people)}
    for name, voice in voices.items():
        if voice is not None and voice.emotion.shows and not voice.emotion.told:
            raise BadInput(f"{where}: {name!r} has told = false, and who is read must know of it")
    if not any(voice is not None and voice.emotion.reports for voice in voices.values()):
        raise BadInput(
            f"{where}: no person reports an emotion, so that no face would be read: give one of "
            'them emotion.mode = "hidden", "visible" or "manipulative"'
        )


def _check_agent(tournament: Design, where: str, name: str, games: set[str]) -> None:
    """Refuse who cannot take a person's seat."""
    persons = tournament.people
    if name not in tournament.contestants or name in persons:
        known = [each for each in tournament.contestants if each not in persons]
        raise unknown(f"contestant of {where}", name, known)
    for key in sorted(games):
        try:
            tournament.player(name).check(tournament.games[key])
        except BadInput as error:
            raise BadInput(f"{where}: {name!r} cannot play game {key}: {error}") from None


def _refuse_deception(tournament: Design, lab: Lab, key: str, source: str) -> None:
    """Refuse a design in which a player is told of a person opposite where an agent may sit."""
    persons, stands_in = tournament.people, lab.fill or lab.replacement
    names = tournament.entries[key].contestants or ()
    table = tournament.schedules[key].units(tournament.games[key], names)
    for seats, _ in table:
        for seat, name in enumerate(seats):
            voice = tournament.player(name).voice
            if voice is None or voice.coplayer != "person":
                continue
            others = [each for at, each in enumerate(seats) if at != seat and each != PASSIVE]
            agents = [each for each in others if each not in persons]
            if agents or (others and stands_in):
                who = agents[0] if agents else stands_in
                raise BadInput(
                    f"{source}: game {key}: {name!r} is told that the other player is a person "
                    f'(coplayer = "person"), and {who!r} can sit there: leave out coplayer, and '
                    'have lab.disclose = "kind" say the truth'
                )
