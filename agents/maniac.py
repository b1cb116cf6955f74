"""Maniac: bets, calls and raises whatever it holds.

Source: the poker players' word for a loose and aggressive style, see Sklansky (1999), The Theory of
Poker; the frame of a straw man, not a model of anybody.
"""

from random import Random
from typing import Any

from agents.core.spec import Scripted
from agents.core.table import stage_of
from games import BadInput, Game
from games.core.types import Choice, Observation
from games.kuhn_poker import KuhnPoker
from games.liars_dice import LIAR, LiarsDice

_TAME = ("check", "fold", LIAR)


class Maniac(Scripted):
    """Draws one of the actions that raise the stakes."""

    def check(self, game: Game[Any]) -> None:
        """Only Kuhn poker and Liar's Dice."""
        if not isinstance(stage_of(game), KuhnPoker | LiarsDice):
            raise BadInput(f"maniac plays kuhn_poker and liars_dice, not {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:
        """Bet or call; any higher bid, and only if there is none, doubt."""
        assert isinstance(seen.space, Choice)
        bold = [option for option in seen.space.options if option not in _TAME]
        return rng.choice(bold or seen.space.options)


AGENT = Maniac
