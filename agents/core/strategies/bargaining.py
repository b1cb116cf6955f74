"""Strategies that divide points: in the dictator game, the ultimatum game and its variants."""

import math
from fractions import Fraction
from random import Random
from typing import Any

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.repeated import stage_of
from games.core.types import Action, Amount, Observation
from games.dictator import Dictator
from games.ultimatum import Ultimatum


class Bargainer(Scripted):
    """Plays by three numbers of whole points, which a subclass states.

    Repeated games are played round by round, each as if it were the only one.
    """

    def gift(self, endowment: int, price: Fraction) -> int:
        """Points given as dictator.

        Args:
            endowment: points to divide.
            price: points that the recipient gets for each point given.
        """
        raise NotImplementedError

    def offer(self, endowment: int) -> int:
        """Points offered as proposer."""
        raise NotImplementedError

    def minimum(self, endowment: int) -> int:
        """The smallest offer accepted as responder, in points; larger ones are accepted too."""
        raise NotImplementedError

    def check(self, game: Game[Any]) -> None:
        """Only games in which points are divided, once or repeatedly."""
        stage = stage_of(game)
        if not isinstance(stage, Dictator | Ultimatum):
            raise BadInput(f"a bargaining strategy divides points and cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> Action:  # noqa: ARG002 - nothing random
        """Give, offer, answer, or state the smallest acceptable offer."""
        facts = seen.facts
        endowment = facts["endowment"]
        assert isinstance(endowment, int)
        if seen.role == "dictator":
            price = facts["price"]
            assert isinstance(price, int | Fraction)
            return self.gift(endowment, Fraction(price))
        if seen.role == "proposer":
            return self.offer(endowment)
        smallest = self.minimum(endowment)
        if isinstance(seen.space, Amount):
            return smallest
        offers = [event.facts["offer"] for event in seen.events if "offer" in event.facts]
        latest = offers[-1]
        assert isinstance(latest, int)
        return "accept" if latest >= smallest else "reject"


def as_written(number: float) -> Fraction:
    """A decimal as the user wrote it, not the nearest binary number: 0.29 of 100 is 29."""
    return Fraction(str(number))


def nearest(points: Fraction) -> int:
    """The nearest whole number of points; a half goes up, to the other player."""
    return math.floor(points + Fraction(1, 2))
