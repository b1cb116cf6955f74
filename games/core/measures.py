"""Decisions in the measures in which human studies report them.

A game declares its measures, so that its decisions can be compared with people's, and so that
people's decisions can be drawn for it.
"""

from dataclasses import dataclass
from math import inf
from typing import Literal

from games.core.types import Player

Units = Literal["percent of the pie", "probability"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of decision as studies report it.

    Args:
        name: of the measure.
        units: of its values: from 0 to 100 per cent of the pie; or from 0 to 1, mostly yes or no
            with a probability as their mean, and of contributions shares of the endowment.
        of: the measure of single decisions that this one summarises; empty if it is one itself.
        rounds: first and last round that it is about; round 0 is a game that is not repeated.
        x: what a probability depends on: the offer answered, in per cent of the pie; the round;
            the outcome of the round before; or the move, counted from 1 (node); empty for one
            probability.
        estimated: whether its values are shares of kinds of players, estimated from all that each
            decides; no decision has a value then.
    """

    name: str
    units: Units = "probability"
    of: str = ""
    rounds: tuple[float, float] = (0, inf)
    x: Literal["", "offer", "round", "outcome", "node"] = ""
    estimated: bool = False

    @property
    def base(self) -> str:
        """The measure of single decisions behind it."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class Measured:
    """One decision in one measure.

    Args:
        player: who decided.
        turn: how many decisions this player had made before in the match.
        measure: name of a measure of single decisions.
        value: in the measure's units.
        x: what the decision answers: an offer in per cent of the pie, the outcome of the round
            before, own move first ("CD"), or the number of the move; None if nothing.
        price: points that another player gets for a point given.
        round: from 1 where players decide several times in a round; 0 where a turn is a round.
    """

    player: Player
    turn: int
    measure: str
    value: float
    x: float | str | None = None
    price: float = 1.0
    round: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """How a decision can be drawn from people's figures of one measure.

    Args:
        measure: name of the measure.
        x: offer in whole per cent, round, outcome of the round before, or number of the move, for a
            probability.
        actions: what is done with the probability, and otherwise; None where the measure's value
            is a share of the pie.
        emotion: the measure of whose emotional effects this decision takes part.
        sign: 1 if it moves as that measure does, -1 if it moves the other way, 0 if people's
            emotions are not known to move it.
        pie: points that the share is of; None for the endowment.
    """

    measure: str
    x: int | str = 1
    actions: tuple[str, str] | None = None
    emotion: str = ""
    sign: int = 1
    pie: int | None = None
