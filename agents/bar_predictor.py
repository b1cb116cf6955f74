"""Bar predictor: goes to El Farol if it predicts that there is room, by what predicted best so far.

Each player has some of a pool of predictors, drawn by its seat, and follows the one whose errors
were smallest, recent ones counting more. Before anything is known it goes with a probability of
capacity / players.

Source: Arthur (1994), Inductive reasoning and bounded rationality, American Economic Review 84, 406
to 411: the predictors of section II and the choice of the most accurate one.
"""

from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean
from typing import Any

from pydantic import Field

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.repeated import stage_of
from games.core.types import Action, Observation
from games.el_farol import GO, STAY, ElFarol

History = Sequence[int]
Predictor = Callable[[History, int], float]


def _trend(history: History, players: int) -> float:
    """The line through the last eight weeks, one week on."""
    last = history[-8:]
    slope = (last[-1] - last[0]) / max(1, len(last) - 1)
    return min(max(last[-1] + slope, 0), players)


def _ago(weeks: int) -> Predictor:
    """As many as so many weeks ago."""
    return lambda history, _players: history[-min(weeks, len(history))]


def _mean(weeks: int) -> Predictor:
    """The average of the last weeks."""
    return lambda history, _players: fmean(history[-weeks:])


POOL: tuple[Predictor, ...] = (
    *map(_ago, (1, 2, 3, 5, 7)),
    *map(_mean, (2, 4, 8, 16)),
    lambda history, players: players - history[-1],
    lambda history, players: players - fmean(history[-4:]),
    _trend,
)
"""Cycles of 1 to 7 weeks, averages, mirror images around half, and a trend."""


class BarPredictor(Scripted):
    """Goes if its best predictor says that no more will go than there is room for."""

    predictors: int = Field(6, ge=1, le=len(POOL))
    """How many of the pool each player has."""
    memory: float = Field(0.9, ge=0, le=1)
    """What an error counts for a round later."""
    salt: int = 0
    """Which predictors the seats have; another number, others."""

    def check(self, game: Game[Any]) -> None:
        """El Farol alone, once or repeatedly."""
        if not isinstance(stage_of(game), ElFarol):
            raise BadInput(f"bar_predictor goes to El Farol and cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> Action:
        """Whether it goes."""
        history = [int(e.facts["went"]) for e in seen.events if e.kind == "went"]  # type: ignore[arg-type]
        capacity = int(seen.facts["capacity"])  # type: ignore[arg-type]
        if not history:
            return GO if rng.random() < capacity / seen.players else STAY
        own = Random(f"{self.salt} {seen.player}").sample(POOL, self.predictors)
        best = min(own, key=lambda each: self._error(each, history, seen.players))
        return GO if best(history, seen.players) <= capacity else STAY

    def _error(self, predictor: Predictor, history: History, players: int) -> float:
        """Sum of the errors that it would have made, recent ones counting more."""
        error = 0.0
        for week in range(1, len(history)):
            missed = abs(predictor(history[:week], players) - history[week])
            error = self.memory * error + missed
        return error


AGENT = BarPredictor
