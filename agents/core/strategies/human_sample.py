"""`Sampled`: whoever decides as people in named studies did, drawn at random."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.core.spec import Scripted
from agents.core.strategies.bargaining import nearest
from agents.core.strategies.policy_table import stage_of
from games import BadInput, Game
from games.core.repeated import Repeated
from games.core.types import Action, Amount, Observation
from games.dictator import Dictator
from games.prisoners_dilemma import PrisonersDilemma
from games.ultimatum import Ultimatum
from prompts.core.rendering.voice import Emotion

Signs = dict[str, dict[str, int]]
"""By emotion and measure: 1 up, -1 down."""


class Draw(BaseModel):
    """How people decided: shares of the pie in cells, or the probability of an action.

    Args:
        cells: lowest and highest whole per cent of a cell, and its weight.
        points: offer in per cent, round or outcome of the round before, and the probability.
        value: the probability.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cells: tuple[tuple[float, float, float], ...] = ()
    points: tuple[tuple[int | str, float], ...] = ()
    value: float | None = None

    def share(self, rng: Random) -> float:
        """A share in per cent: a cell by its weight, then any whole value in it."""
        (low, high, _), *_ = rng.choices(self.cells, [weight for *_, weight in self.cells])
        return low + rng.randrange(int(high - low) + 1)

    def probability(self, at: int | str) -> float:
        """The probability at an offer (between two by a straight line), round or outcome."""
        if self.value is not None:
            return self.value
        known = dict(self.points)
        if at in known:
            return known[at]
        places = sorted((place, y) for place, y in self.points if isinstance(place, int))
        if not isinstance(at, int) or not places:
            raise ValueError(f"nothing is known of {at!r}")
        below = max([each for each in places if each[0] <= at], default=places[0])
        above = min([each for each in places if each[0] >= at], default=places[-1])
        if below[0] == above[0]:
            return below[1]
        return below[1] + (above[1] - below[1]) * (at - below[0]) / (above[0] - below[0])


class Sampled(Scripted):
    """Draws every decision from studies; an induced emotion shifts it by a given size."""

    baselines: tuple[str, ...] = ()
    """Names of human studies, as `arena list baselines` gives them."""
    emotion: Emotion = Emotion()
    """The induced emotion, which decides the direction of the shift; no emotion mode."""
    shift: float = Field(0, ge=0, le=100)
    """Size of the shift, in points of the pie and in percentage points of a probability."""
    draws: dict[str, Draw] = Field(default_factory=dict)
    """By measure, how people decided: filled in from the studies, unless it is stated."""
    signs: Signs = Field(default_factory=dict)
    """Directions of emotions in people: filled in from the literature, or stated."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.baselines and not self.draws:
            raise ValueError("give baselines, or draws")
        if self.emotion.mode != "absent":
            raise ValueError("a sample of people has no emotion mode")
        return self

    def studies(self) -> tuple[str, ...]:
        """Those whose figures it lacks; what a run has recorded holds them already."""
        return () if self.draws else self.baselines

    def informed(self, draws: Mapping[str, Any], signs: Signs) -> Self:
        """The same agent with the studies' figures."""
        made = {name: Draw.model_validate(each) for name, each in draws.items()}
        return self.model_copy(update={"draws": made, "signs": self.signs or signs})

    def check(self, game: Game[Any]) -> None:
        """Only games of which it knows how people decided."""
        for needed in _needed(game):
            if not self.draws.keys() & set(needed):
                lacks = " or ".join(needed)
                raise BadInput(f"a sample of people needs a baseline of {lacks} for {game.name}")

    def direction(self, measure: str) -> int:
        """Which way the induced emotion moves a measure; 0 if it does not, or nobody knows."""
        return self.signs.get(self.emotion.induced, {}).get(measure, 0)

    def act(self, seen: Observation, rng: Random) -> Action:
        """Give, offer, answer, state a minimum, cooperate or defect."""
        if seen.role == "dictator":
            return self._points("share_given", self.direction("share_given"), seen, rng)
        if seen.role == "proposer":
            return self._points("offer", self.direction("offer"), seen, rng)
        if seen.role == "responder":
            return self._answer(seen, rng)
        return self._cooperate(seen, rng)

    def _points(self, measure: str, sign: int, seen: Observation, rng: Random) -> int:
        endowment = seen.facts["endowment"]
        assert isinstance(endowment, int)
        share = self.draws[measure].share(rng) + sign * self.shift
        return nearest(Fraction(min(100, max(0, share))) * endowment / 100)

    def _answer(self, seen: Observation, rng: Random) -> Action:
        sign = self.direction("acceptance")
        if isinstance(seen.space, Amount):  # who accepts less asks for more
            return self._points("minimum", -sign, seen, rng)
        offer, endowment = (
            [event.facts["offer"] for event in seen.events if "offer" in event.facts][-1],
            seen.facts["endowment"],
        )
        assert isinstance(offer, int)
        assert isinstance(endowment, int)
        share = round(100 * offer / endowment)
        unfair = share < 50  # noqa: PLR2004 - studies of emotion are of unfair offers
        return self._yes("acceptance", share, sign * unfair, ("accept", "reject"), rng)

    def _cooperate(self, seen: Observation, rng: Random) -> Action:
        moves, sign = ("cooperate", "defect"), self.direction("cooperation")
        played = [event.facts for event in seen.events if event.kind == "played"]
        repeated = "rounds" in seen.facts or "continuation" in seen.facts
        if not repeated:
            return self._yes("cooperation", 1, sign, moves, rng)
        if not played and "first_cooperation" in self.draws:
            return self._yes("first_cooperation", 1, sign, moves, rng)
        if not played or "cooperation_after" not in self.draws:
            return self._yes("cooperation_by_round", len(played) + 1, sign, moves, rng)
        last = "".join("C" if played[-1][who] == "cooperate" else "D" for who in ("own", "other"))
        return self._yes("cooperation_after", last, sign, moves, rng)

    def _yes(
        self, measure: str, at: int | str, sign: int, actions: tuple[str, str], rng: Random
    ) -> str:
        chance = self.draws[measure].probability(at) + sign * self.shift / 100
        return actions[rng.random() >= chance]


def _needed(game: Game[Any]) -> list[tuple[str, ...]]:
    """What has to be known of people to play a game: of each tuple one measure.

    Raises:
        BadInput: nothing is known of people in this game.
    """
    stage = stage_of(game)
    if isinstance(stage, Dictator):
        return [("share_given",)]
    if isinstance(stage, Ultimatum):
        return [("offer",), ("minimum",) if stage.strategy_method else ("acceptance",)]
    if isinstance(stage, PrisonersDilemma):
        if isinstance(game, Repeated):
            return [("first_cooperation", "cooperation_by_round")]
        return [("cooperation",)]
    raise BadInput(f"there is no human data from which {game.name} could be played")
