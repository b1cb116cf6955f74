"""Clusters in runs with people: decisions that share a wording, a deal, or a participant.

Participants who met, directly or through others, form a matching group. Decisions of one group are
not independent of each other. Decisions of two groups with the same prompts are not independent
either. Clusters are therefore joined until no two of them share a participant or a wording. If
fewer than `ENOUGH` clusters remain, as with a single wording, matching groups are the clusters. The
inference is then conditional on these wordings.

Groups are formed within one game: common participants in other games of a run are ignored.

Source: matching groups as units: Fréchette (2012), Session-effects in the laboratory, Experimental
Economics 15, 485 to 498.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from arena.analysis.wording_clusters import Clusters
from arena.core.types import Match
from arena.record.run import Run
from games import Game
from prompts import Wording
from ratings.core.emotion.effects import ENOUGH
from ratings.core.statistics.clusters import joined

_HELD = """
SELECT id, seed, paraphrase, labels, event, "order", s.contestant, first.participant
FROM counted JOIN seats s ON s.match = id
LEFT JOIN seatings first ON first.match = id AND first.seat = s.seat AND first.turn = -1
WHERE game = ? ORDER BY id, s.seat
"""
_MET = """
SELECT match, participant FROM seatings JOIN counted ON id = match
WHERE participant IS NOT NULL AND game = ? ORDER BY match, seat
"""


def matching_groups(run: Run, game: str) -> dict[str, str]:
    """Matching group of each match with people, named by one of its participants."""
    rows = run.rows(_MET, game).fetchall()
    if not rows:
        return {}
    matches, people = zip(*rows, strict=True)
    return dict(zip(matches, _named(joined(matches, people), people), strict=True))


def _named(numbers: Any, names: Any) -> list[str]:  # noqa: ANN401 - arrays
    """The name of each cluster: the first of the names in it."""
    first: dict[int, str] = {}
    for number, name in zip(numbers, names, strict=True):
        first[number] = min(name, first.get(number, name))
    return [first[number] for number in numbers]


def joined_names(groups: Sequence[str | None], wordings: Sequence[str]) -> tuple[list[str], bool]:
    """Clusters that share neither a matching group nor a wording.

    Args:
        groups: of each contestant in each match; None without people.
        wordings: likewise.

    Returns:
        The cluster of each, and whether too few have people in them: then groups alone are the
        clusters of people.
    """
    names = _named(joined(groups, wordings), wordings)
    peopled = {name for name, group in zip(names, groups, strict=True) if group is not None}
    return names, len(peopled) < min(ENOUGH, len({*groups} - {None}))


class PeopleClusters(Clusters):
    """Names the clusters of the matches of one game, those with people among them.

    Args:
        run: the run.
        key: id of the game.
        game: its rules.
        identities: of all contestants, as records keep them.
    """

    def __init__(
        self, run: Run, key: str, game: Game[Any], identities: Mapping[str, Mapping[str, Any]]
    ) -> None:
        super().__init__(game, identities)
        self._groups = matching_groups(run, key)
        self._joined: dict[tuple[str, str], str] = {}
        if self._groups:
            self._join(run, key, identities)

    def _join(self, run: Run, key: str, identities: Mapping[str, Any]) -> None:
        places, groups, wordings = [], [], []
        for match, seed, *wording, name, _ in run.rows(_HELD, key):
            if name in identities:
                told = Match(match, key, (), 0, seed, Wording(*wording))
                places.append((match, name))
                groups.append(self._groups.get(match))
                wordings.append(super().of(told, name))
        names, crossed = joined_names(groups, wordings)
        for place, name, group in zip(places, names, groups, strict=True):
            if group is not None or not crossed:
                self._joined[place] = f"people {group}" if crossed else name
        self._crossed = crossed

    def of(self, match: Match, contestant: str) -> str:
        """The cluster of a contestant's decisions in a match."""
        return self._joined.get((match.id, contestant)) or super().of(match, contestant)

    def block(self, match: Match, contestant: str) -> str:
        """The wording, within which arms are compared where clusters hold several."""
        if not self._joined or self._crossed:
            return ""
        return super().of(match, contestant)
