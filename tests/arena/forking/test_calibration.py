"""Intervals of forks hold what a receiver with known reactions to displays does."""

import asyncio
from random import Random

import numpy as np
import pytest

import games
from agents.core.types import Decision
from agents.display_probe import DisplayProbe
from arena.core.types import Match
from arena.engine.beginning import Beginning
from arena.engine.match import play
from arena.forking.effects import paired_effect
from arena.forking.outcomes import outcomes, value
from prompts import Affect, View

GAME = games.load("prisoners_dilemma", {"rounds": 2})
OUTCOME = "next action defect"
ONE_SIDED = 1.96


class Receiver:
    """Defects after a display of anger with one probability, and after any other with another.

    Its draws are its own, as those of a model are: no seed of a match reaches them.
    """

    perceives = True

    def __init__(self, other: float, angered: float, rng: Random) -> None:
        self._rates, self._rng = (other, angered), rng

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - it has its own
        angered = bool(view.displays) and view.displays[-1].emotion == "anger"
        rate = self._rates[angered]
        return Decision("defect" if self._rng.random() < rate else "cooperate")


async def _difference(rates: tuple[float, float], number: int, rng: Random) -> float:
    """The difference between two continuations of a match after its first round."""
    found = []
    for shown in ("neutral", "anger"):
        own = Decision("cooperate", Affect("neutral", 0, shown))
        beginning = Beginning(((own,), (Decision("cooperate"),)), ())
        match = Match(shown, "game", ("probe", "receiver"), 0, number)
        seats = beginning.seat([DisplayProbe(), Receiver(*rates, rng)], number)
        transcript = await play(match, GAME, seats)
        [_, other] = outcomes(transcript, transcript.decisions[2:])
        found.append(value(other, OUTCOME))
    return found[1] - found[0]


async def _calibrated(
    rates: tuple[float, float], matches: int, pairs: int, experiments: int
) -> tuple[float, float]:
    """Share of intervals that hold the effect, and their mean width beside the binomial one."""
    rng, truth, n = Random(5), rates[1] - rates[0], matches * pairs
    names = [str(m) for m in range(matches) for _ in range(pairs)]
    held, widths = 0, []
    for _ in range(experiments):
        found = [await _difference(rates, number, rng) for number in range(n)]
        low, high = paired_effect(np.array(found), names).interval
        held += low <= truth <= high
        widths.append(high - low)
    known = 2 * ONE_SIDED * np.sqrt(sum(p * (1 - p) for p in rates) / n)
    return held / experiments, float(np.mean(widths) / known)


CASES = pytest.mark.parametrize(
    ("rates", "matches", "pairs"),
    [((0.3, 0.5), 30, 2), ((0.4, 0.4), 30, 2), ((0.3, 0.5), 1, 30)],
    ids=["reacts", "ignores", "one match"],
)


@CASES
def test_intervals_hold_a_known_reaction(
    rates: tuple[float, float], matches: int, pairs: int
) -> None:
    held, width = asyncio.run(_calibrated(rates, matches, pairs, 40))
    assert held >= 0.8
    assert width <= 1.25


@CASES
@pytest.mark.soak
def test_intervals_hold_a_known_reaction_as_often_as_they_say(
    rates: tuple[float, float], matches: int, pairs: int
) -> None:
    held, width = asyncio.run(_calibrated(rates, matches, pairs, 2_000))
    assert 0.93 <= held <= 0.97
    assert width <= 1.25
