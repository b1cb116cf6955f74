"""Reachable texts of a design: texts of prompts, and texts for reading answers."""

from collections.abc import Iterator, Mapping

from agents import AgentSpec
from arena.design.tournament import Tournament
from prompts import Asking, Voice
from prompts.core.audit.reach import Reach


def reached(tournament: Tournament) -> dict[str, str]:
    """Hash of the reachable texts by text file.

    Without a model or a person, no text is reachable.
    """
    games: set[str] = set()
    specs: dict[str, AgentSpec] = {}
    for key, entry in tournament.entries.items():
        seated = {name: tournament.player(name) for name in entry.contestants or ()}
        specs |= seated
        if any(spec.voice for spec in seated.values()):
            games.add(tournament.games[key].name)
    told = [spec for spec in specs.values() if spec.voice]
    forms: set[Asking] = {"fields"} if any(not spec.model_specs() for spec in told) else set()
    forms |= {"json", "text"} if any(spec.model_specs() for spec in told) else set()
    return Reach(
        voices=(*(v for spec in told for v in spec.voices), *_translated(tournament, specs)),
        games=frozenset(games),
        forms=frozenset(forms),
        shown=frozenset(emotion for spec in specs.values() for emotion in offered(spec)),
        checked=any(getattr(spec, "self_report", False) for spec in told),
    ).hashes()


def _translated(tournament: Tournament, specs: Mapping[str, AgentSpec]) -> Iterator[Voice]:
    """Voices of people in each language of a lab."""
    for name in sorted(tournament.people & specs.keys()):
        for language in () if tournament.lab is None else tournament.lab.languages:
            if (voice := specs[name].voice) is not None:
                spoken = voice.model_copy(update={"language": language})
                yield spoken
                if tournament.lab is not None and tournament.lab.reads_faces:
                    yield spoken.model_copy(update={"emotion": spoken.emotion.by_face()})


def offered(spec: AgentSpec) -> Iterator[str]:
    """Emotions that an agent can report or show."""
    if spec.offered:
        yield from getattr(spec, spec.offered)
