"""`Sampled`: an agent that draws its decisions from named studies of people."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

import games
from agents.core.spec import Scripted, Signs
from agents.core.strategies.bargaining import nearest
from games import BadInput, Game
from games.core.repeated import Repeated
from games.core.types import Action, Observation
from prompts import VOCABULARY, Emotion, Vocabulary


class Draw(BaseModel):
    """Distribution of people's decisions: shares of the pie, or the probability of an action.

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

    unsaid: ClassVar[frozenset[str]] = frozenset({"vocabulary"})
    offered: ClassVar[str] = "vocabulary"

    baselines: tuple[str, ...] = ()
    """Names of human studies, as `arena list baselines` gives them."""
    emotion: Emotion = Emotion()
    """The induced emotion, which decides the direction of the shift; no emotion mode."""
    shift: float = Field(0, ge=0, le=100)
    """Size of the shift, in points of the pie and in percentage points of a probability."""
    draws: dict[str, Draw] = Field(default_factory=dict)
    """Distribution of people's decisions by measure. Filled in from the studies, unless stated."""
    signs: Signs = Field(default_factory=dict)
    """Directions of emotions in people: filled in from the literature, or stated."""
    vocabulary: Vocabulary = VOCABULARY
    """Emotions whose directions are known."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.baselines and not self.draws:
            raise ValueError("give baselines, or draws")
        if self.emotion.mode != "absent":
            raise ValueError("a sample of people has no emotion mode")
        self.emotion.check_offered(self.vocabulary)
        return self

    def missing_baselines(self) -> tuple[str, ...]:
        """Studies whose figures are missing. A recorded run holds the figures already."""
        return () if self.draws else self.baselines

    def with_baselines(self, draws: Mapping[str, Any], signs: Signs) -> Self:
        """The same agent with the studies' figures."""
        made = {name: Draw.model_validate(each) for name, each in draws.items()}
        # Those of other emotions are no part of who this is: a new one makes nobody another.
        own = {
            cause: {emotion: each for emotion, each in of.items() if emotion in self.vocabulary}
            for cause, of in signs.items()
        }
        return self.model_copy(update={"draws": made, "signs": self.signs or own})

    def check(self, game: Game[Any]) -> None:
        """Refuse games without figures on people's decisions."""
        wanted = game.needed(repeated=isinstance(game, Repeated))
        if not wanted:
            raise BadInput(f"there is no human data from which {game.name} could be played")
        for needed in wanted:
            if not self.draws.keys() & set(needed):
                lacks = " or ".join(needed)
                raise BadInput(f"a sample of people needs a baseline of {lacks} for {game.name}")

    def direction(self, measure: str) -> int:
        """Direction of the induced emotion's effect on a measure; 0 if none is known."""
        of_cause = self.signs.get(self.emotion.cause, {})
        return of_cause.get(self.emotion.induced, {}).get(measure, 0)

    def act(self, seen: Observation, rng: Random) -> Action:
        """Draw the decision by the first way that the game names and the figures allow."""
        draw = next(d for d in games.rules(seen.game).draws(seen) if d.measure in self.draws)
        sign = draw.sign * self.direction(draw.emotion)
        known = self.draws[draw.measure]
        if draw.actions is not None:
            chance = known.probability(draw.x) + sign * self.shift / 100
            return draw.actions[rng.random() >= chance]
        pie = seen.facts["endowment"] if draw.pie is None else draw.pie
        assert isinstance(pie, int)
        share = known.share(rng) + sign * self.shift
        return nearest(Fraction(min(100, max(0, share))) * pie / 100)
