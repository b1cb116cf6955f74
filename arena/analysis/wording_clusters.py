"""Clusters of matches: what decisions share by chance, named by what it is.

Void matches, interruption and growth of a run leave the names as they are, so that they never
change what is compared with what.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import agents
from agents.core.parse import parse
from arena.core.types import Match, digest
from games import Game
from games.core.types import CHANCE
from prompts import Voice, Wording
from prompts.core.rendering.render import opening_text

_OF_THE_ARM = {"emotion", "vocabulary"}
"""Fields of a voice in which arms can differ; none of them is drawn."""


class Clusters:
    """Names the clusters of the matches of one game.

    In a game that begins with a deal, a cluster is the deals under one chance seed. In other games
    it is a wording of the rules, in all seats, with labels and orders as they were drawn: as it is
    told to a player without an emotion. Several events of an induction are levels of the treatment,
    so that they are in one cluster. Where nobody is told anything in words, it is the chance seed.

    Args:
        game: its rules.
        identities: of contestants, as records keep them.
    """

    def __init__(self, game: Game[Any], identities: Mapping[str, Mapping[str, Any]]) -> None:
        self._game = game
        self._start = game.initial_state()
        self._dealt = game.movers(self._start) == (CHANCE,)
        self._voices = {name: _voice(name, identity) for name, identity in identities.items()}
        self._names: dict[tuple[Voice, Wording], str] = {}

    def of(self, match: Match, contestant: str) -> str:
        """The cluster of a contestant's decisions in a match."""
        voice = self._voices[contestant]
        if self._dealt or voice is None:
            return f"{match.seed:016x}"
        wording = replace(match.wording, event=0)
        if (voice, wording) not in self._names:
            self._names[voice, wording] = digest(*self._texts(voice, wording))
        return self._names[voice, wording]

    def _texts(self, voice: Voice, wording: Wording) -> list[str]:
        seats = (self._game.observe(self._start, seat) for seat in self._game.deciders)
        return [opening_text(seen, voice, wording) for seen in seats]


def _voice(name: str, identity: Mapping[str, Any]) -> Voice | None:
    """The voice of a contestant without its emotion; None for an agent without a voice."""
    if not issubclass(agents.kind(identity["agent"]), Voice):
        return None
    fields = identity.keys() & (Voice.model_fields.keys() - _OF_THE_ARM)
    return parse(Voice, {key: identity[key] for key in fields}, f"contestant {name}")
