"""Self-consistency: one model is asked the same question several times, and its answers are pooled.

Source: Wang et al. (2023), Self-consistency improves chain of thought reasoning in language models,
ICLR 2023. The control of a council: as many calls, without several emotions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from pydantic import Field

from agents.core.composite.player import CompositePlayer, all_of
from agents.core.composite.rules import commonest, median, place_in
from agents.core.composite.spec import CompositeAgent
from agents.core.ledger import Ledger
from agents.core.model_agent import move_question
from agents.core.models.model import Models
from agents.core.types import Agent, Attempt, Decision, Opinion
from games.core.types import Action, ActionSpace, Amount
from prompts import (
    PLAIN,
    Affect,
    NeutralReport,
    PromptRenderer,
    Reading,
    ReplyReader,
    Verdict,
    View,
    Wording,
)


class Repeated(CompositeAgent):
    """A model that is asked the same question several times, and plays what it answers most."""

    times: int = Field(5, ge=2, le=25)
    """Number of answers. Of choices the most frequent one is played, of amounts the median."""
    quorum: float = Field(0.5, ge=0, le=1)
    """Share of the answers that must be readable; otherwise the match is void."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the answers."""
        return tuple(f"answer {number}" for number in range(1, self.times + 1))

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """A player for one match."""
        return _Repeated(models, ledger, ReplyReader(self, wording), wording, self)


@dataclass
class _Repeated(CompositePlayer):
    """A model in a seat that is asked several times."""

    spec: Repeated

    def __post_init__(self) -> None:
        """Find words once."""
        super().__post_init__()
        self._renderer = PromptRenderer(self.spec, self.wording)

    async def decide(self, view: View, rng: Random) -> Decision:
        """Ask for all answers at once, and pool them."""
        model = await self.models.reach(self.spec)
        question = move_question(self._renderer, self.reader, view, model)
        streams = {name: Random(rng.getrandbits(64)) for name in self.spec.names}
        asked = await all_of(
            [self.ask(name, self.spec, model, question, own) for name, own in streams.items()]
        )
        opinions = tuple(_opinion(name, *each) for name, each in zip(streams, asked, strict=True))
        attempts = self.parts.attempts(view.turn)
        given = [reading for reading, _ in asked if reading is not None]
        if not given or len(given) < self.spec.quorum * len(asked):
            return Decision(None, None, attempts, opinions=opinions)
        action = None if view.space is None else _pooled(given, view.space)
        affect, neutral = _affect(given, self.spec), _neutral(given, self.spec)
        return Decision(action, affect, attempts, neutral, opinions=opinions)


def _opinion(name: str, reading: Reading | None, attempts: Sequence[Attempt]) -> Opinion:
    if reading is None:
        return Opinion(name, 0, attempts[-1].verdict)
    affect = reading.affect
    shown = (None, None) if affect is None else (affect.shown, affect.shown_intensity)
    return Opinion(name, 0, Verdict.LEGAL, reading.action, None, "", *shown)


def _pooled(given: Sequence[Reading], space: ActionSpace) -> Action:
    """The action given most; of amounts the median, the lower one of two."""
    made = [reading.action for reading in given if reading.action is not None]
    if isinstance(space, Amount):
        return median([int(action) for action in made if type(action) is int])
    return commonest(made, place_in(space))


def _affect(given: Sequence[Reading], spec: Repeated) -> Affect | None:
    """Most frequent report of an emotion, with its median intensity; likewise of displays."""
    affects = [reading.affect for reading in given if reading.affect is not None]
    if not affects:
        return None
    felt = commonest([each.felt for each in affects], spec.vocabulary.index)
    intensity = median([each.intensity for each in affects if each.felt == felt])
    shows = [(each.shown, each.shown_intensity) for each in affects if each.shown is not None]
    if not shows:
        return Affect(felt, intensity)
    shown = commonest([word for word, _ in shows], spec.vocabulary.index)
    known = [strong for word, strong in shows if word == shown and strong is not None]
    return Affect(felt, intensity, shown, median(known) if known else None)


def _neutral(given: Sequence[Reading], spec: Repeated) -> NeutralReport | None:
    """The shape reported most, with the median of its sizes."""
    reports = [reading.neutral for reading in given if reading.neutral is not None]
    if not reports:
        return None
    shape = commonest([each.shape for each in reports], list(spec.shape_words).index)
    return NeutralReport(shape, median([each.size for each in reports if each.shape == shape]))


AGENT = Repeated
"""Agents that ask the same question several times."""
