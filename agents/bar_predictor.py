"""Bar predictor: goes to El Farol if its best predictor so far predicts that there is room.

Each player has some predictors of a pool, drawn by its seat, and follows the one with the smallest
errors, with a higher weight of recent ones. In the first week it goes with probability capacity /
players.

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
    """Extrapolation by one week of the line through the last eight weeks."""
    last = history[-8:]
    slope = (last[-1] - last[0]) / max(1, len(last) - 1)
    return min(max(last[-1] + slope, 0), players)


def _ago(weeks: int) -> Predictor:
    """Predictor: the attendance of a number of weeks ago."""
    return lambda history, _players: history[-min(weeks, len(history))]


def _mean(weeks: int) -> Predictor:
    """Predictor: the average of the last weeks."""
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
    """Goes if its best predictor predicts an attendance within the capacity."""

    predictors: int = Field(6, ge=1, le=len(POOL))
    """Number of predictors of each player."""
    memory: float = Field(0.9, ge=0, le=1)
    """Factor by which the weight of an error falls per round."""
    salt: int = 0
    """Seed of the seats' predictors."""

    def check(self, game: Game[Any]) -> None:
        """Refuse games other than El Farol, once or repeated."""
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
        """Weighted sum of a predictor's past errors, with a higher weight of recent ones."""
        error = 0.0
        for week in range(1, len(history)):
            missed = abs(predictor(history[:week], players) - history[week])
            error = self.memory * error + missed
        return error


AGENT = BarPredictor
