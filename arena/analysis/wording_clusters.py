"""Clusters of matches with common random parts, named by these parts.

The names do not depend on void matches, interruptions or growth of a run, so pairings never change.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import agents
from agents.core.parse import parse
from arena.core.types import Match, digest
from games import Game
from games.core.types import CHANCE
from prompts import Voice, Wording
from prompts.core.rendering.render import opening_text

OF_THE_ARM = {"emotion", "vocabulary", "history"}
"""Fields of a voice in which arms can differ; none of them is drawn."""


class Clusters:
    """Names the clusters of the matches of one game.

    In a game that begins with a deal, a cluster is a chance seed of the deals. In other games, a
    cluster is a wording of the rules in all seats, with the drawn labels and orders, for a player
    without an emotion. Events of an induction are levels of the treatment, so they share a cluster.
    Without any prompts in words, a cluster is the chance seed.

    Args:
        game: rules of the game.
        identities: identities of contestants, in the form of records.
    """

    def __init__(self, game: Game[Any], identities: Mapping[str, Mapping[str, Any]]) -> None:
        self._dealt = begins_with_a_deal(game)
        self._voices = {
            name: voice_of(name, identity, OF_THE_ARM) for name, identity in identities.items()
        }
        self._telling = Telling(game)

    def of(self, match: Match, contestant: str) -> str:
        """The cluster of a contestant's decisions in a match."""
        voice = self._voices[contestant]
        if self._dealt or voice is None:
            return f"{match.seed:016x}"
        return self._telling.of(voice, replace(match.wording, event=0))


def begins_with_a_deal(game: Game[Any]) -> bool:
    """Whether chance moves first."""
    return game.movers(game.initial_state()) == (CHANCE,)


class Telling:
    """Hashes of players' prompts before the first event of a game.

    Args:
        game: rules of the game.
    """

    def __init__(self, game: Game[Any]) -> None:
        start = game.initial_state()
        self._seen = [game.observe(start, seat) for seat in game.deciders]
        self._hashes: dict[tuple[Voice, Wording], str] = {}

    def of(self, voice: Voice, wording: Wording) -> str:
        """Hash of the prompts to all seats; equal for equal prompts."""
        if (voice, wording) not in self._hashes:
            texts = [opening_text(seen, voice, wording) for seen in self._seen]
            self._hashes[voice, wording] = digest(*texts)
        return self._hashes[voice, wording]


def voice_of(name: str, identity: Mapping[str, Any], without: Collection[str] = ()) -> Voice | None:
    """The voice of a contestant; None for an agent without a voice.

    Args:
        name: name of the contestant.
        identity: identity in the form of records.
        without: fields that are left at their defaults.
    """
    if not issubclass(agents.kind(identity["agent"]), Voice):
        return None
    fields = identity.keys() & (Voice.model_fields.keys() - set(without))
    return parse(Voice, {key: identity[key] for key in fields}, f"contestant {name}")
