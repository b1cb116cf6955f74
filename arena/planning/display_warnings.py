"""Warnings of emotion modes without effect in a design."""

from collections.abc import Collection, Iterable, Iterator

from arena.core.types import Match
from arena.design.tournament import Tournament
from prompts import Emotion

_AS_HIDDEN = "it is told there what a player is told whose emotion is hidden"
_ARM = '{ mode = "absent", perceives = true }'


def display_warnings(tournament: Tournament, matches: Iterable[Match]) -> Iterator[str]:
    """Warnings of modes without effect in a design, one sentence each, in the order of the design.

    Args:
        tournament: the design.
        matches: all non-adaptive matches.
    """
    emotions = {
        name: spec.voice.emotion
        for name, (_, spec) in tournament.contestants.items()
        if spec.voice is not None
    }
    showing = [name for name, emotion in emotions.items() if emotion.shows]
    met: dict[tuple[str, str], set[str]] = {}
    for match in {(each.game, each.at, each.seats): each for each in matches}.values():
        for seat, name in enumerate(match.seats):
            if name in showing:
                met.setdefault((name, match.game), set()).add(_viewers(tournament, match, seat))
    for name, game in sorted(met, key=lambda place: showing.index(place[0])):
        if met[name, game] == {"nobody"}:
            seen = "nobody opposite perceives it"
            yield f"{name} shows its emotion in {game}, and {seen}: {_AS_HIDDEN}"
        elif "in time" not in met[name, game]:
            yield (
                f"what {name} shows in {game} arrives when everything is decided: {_AS_HIDDEN}; "
                "opening = true has it show an emotion before the first move, and more rounds "
                "leave decisions after it"
            )
    if _confounded(emotions.values()):
        yield (
            "nobody perceives without reporting, so that perceiving and reporting cannot be told "
            f"apart: an arm with emotion = {_ARM} tells them apart"
        )


def _viewers(tournament: Tournament, match: Match, seat: int) -> str:
    """Whether a display from a seat reaches an opponent in time, too late, or never."""
    if tournament.has_audience(match, seat):
        return "in time"
    others = (name for other, name in enumerate(match.seats) if other != seat)
    return "too late" if any(tournament.player(name).perceives for name in others) else "nobody"


def _confounded(emotions: Collection[Emotion]) -> bool:
    """Whether some neither perceive nor report, others do both, and nobody only perceives."""
    kinds = {(emotion.perceives, emotion.reports) for emotion in emotions}
    return {(False, False), (True, True)} <= kinds and (True, False) not in kinds
