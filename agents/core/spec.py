"""`AgentSpec`: the parameters of a kind of agent."""

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict

from agents.core.ledger import Ledger
from agents.core.models.model import Models, ModelSpec
from agents.core.types import Agent, Decision
from games import Game
from games.core.machines import Machine
from games.core.policy import Policy
from games.core.types import Action, Observation, Payoff
from prompts import PLAIN, View, Voice, Wording

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree

Points: TypeAlias = tuple[Payoff, ...]
"""Own points after each outcome (own action, other's action), in the order (0, 0), (0, 1), (1, 0),
(1, 1), where 0 is the first action: R, S, T, P of a prisoner's dilemma."""


Signs = dict[str, dict[str, dict[str, int]]]
"""By cause, emotion and measure, which way an emotion moves people: 1 up, -1 down."""


class AgentSpec(BaseModel):
    """What a tournament file states of an agent; a plug-in adds its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wiring: ClassVar[frozenset[str]] = frozenset()
    """Fields that say how an agent is reached, not who it is: no part of a match's identity."""

    unsaid: ClassVar[frozenset[str]] = frozenset()
    """Fields that matches were recorded without: no part of the identity at their default, which
    therefore never changes."""

    offered: ClassVar[str] = ""
    """The field that holds the emotions that can be reported or shown, if there is one: a design
    states them once for all."""

    random_displays: ClassVar[bool] = False
    """Whether what it shows is drawn at random, so that its effect on others is causal."""

    def content(self) -> dict[str, Any]:
        """The fields that make this agent what it is, as plain JSON."""
        fields = type(self).model_fields
        plain = {key for key in self.unsaid if getattr(self, key) == fields[key].default}
        return self.model_dump(mode="json", exclude={*self.wiring, *plain})

    def check(self, game: Game[Any]) -> None:
        """Refuse a game that this agent cannot play.

        Raises:
            BadInput: it cannot, and why.
        """

    def model_specs(self) -> tuple[ModelSpec, ...]:
        """The models that must be reachable before this agent can play, the first one foremost."""
        return ()

    def model_of(self, part: str) -> str:  # noqa: ARG002 - most have no parts
        """Name of the model that a part of the agent asks; empty if it asks none."""
        return next((spec.model for spec in self.model_specs()), "")

    def code(self) -> str | None:
        """The name of the function of the process that decides for it, if one does.

        Raises:
            BadInput: the function cannot be found, so that nothing can be played.
        """
        return None

    @property
    def voice(self) -> Voice | None:
        """How it is spoken to; None for one that is told nothing in words."""
        return None

    @property
    def voices(self) -> tuple[Voice, ...]:
        """How its parts are spoken to; itself alone for most agents."""
        return () if self.voice is None else (self.voice,)

    @property
    def perceives(self) -> bool:
        """Whether what others show reaches its decisions."""
        return self.voice is not None and self.voice.emotion.perceives

    def unseen(self) -> Self:
        """The same agent where nobody who perceives can act on what it shows.

        It is told of its emotion what a player is told who shows none, and not asked to show any.
        """
        if self.voice is None or not self.voice.emotion.shows:
            return self
        return self.model_copy(update={"emotion": self.voice.emotion.unseen()})

    def by_face(self) -> Self:
        """The same agent where what it shows is read from a face; see `Emotion.by_face`."""
        if self.voice is None:
            return self
        return self.model_copy(update={"emotion": self.voice.emotion.by_face()})

    def missing_baselines(self) -> tuple[str, ...]:
        """Names of the human studies that this agent draws from; their figures are handed to it."""
        return ()

    def with_baselines(self, draws: Mapping[str, Any], signs: Signs) -> Self:  # noqa: ARG002
        """The same agent with the figures of its studies.

        Args:
            draws: by measure, how people decided.
            signs: which way emotions move people.
        """
        return self

    def ready(self, game: Game[Any]) -> Self:  # noqa: ARG002 - most depend on what they see alone
        """The same agent with whatever it has to know of a game before it plays it."""
        return self

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """The agent itself, ready to play one match.

        Args:
            models: reaches language models.
            ledger: keeps and recalls the attempts of this seat.
            wording: how things are said in this match.
        """
        raise NotImplementedError


class Scripted(AgentSpec):
    """An agent whose whole strategy is a function of what it sees."""

    @property
    def opens(self) -> bool:
        """Whether it shows an emotion before the first move."""
        return False

    @property
    def told(self) -> bool:
        """Whether it is told that others see its emotion; a script is told nothing."""
        return False

    @property
    def reports(self) -> bool:
        """Whether it can be asked how it feels; a script cannot."""
        return False

    def act(self, seen: Observation, rng: Random) -> Action | None:
        """The action; None if the strategy has no legal one."""
        raise NotImplementedError

    def machine_in(self, _points: Points, /) -> Machine | None:
        """The same strategy as a machine, in a matrix game with two actions and these points."""
        return None

    def policy_in(self, _tree: "Tree", /) -> Policy | None:
        """The same strategy as a policy table, in a game that is not repeated."""
        return None

    async def decide(self, view: View, rng: Random) -> Decision:
        """The strategy's action. Scripted agents neither report nor show emotions."""
        return Decision(self.act(view.observation, rng))

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:  # noqa: ARG002 - it needs none
        """The strategy itself."""
        return self
