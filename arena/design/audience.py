"""Audiences: who sits opposite and can act on the emotions that a player shows."""

from collections.abc import Sequence
from typing import Any

from agents import AgentSpec
from games import Game
from games.core.audience import followers
from games.core.types import Player


def has_audience(game: Game[Any], player: Player, specs: Sequence[AgentSpec]) -> bool:
    """Whether somebody opposite perceives, and by the rules can decide after the player has shown.

    What is shown before the first move reaches everybody who decides at all.

    Args:
        game: its rules.
        player: who shows.
        specs: who sits in the match, in seat order.
    """
    perceiving = {seat for seat, spec in enumerate(specs) if spec.perceives} - {player}
    if not perceiving:
        return False
    voice = specs[player].voice
    if voice is not None and voice.emotion.opening:
        return bool(perceiving & set(game.deciders))
    return bool(perceiving & followers(game).get(player, frozenset()))
