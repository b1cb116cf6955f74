"""`AgentSpec`: the parameters of a kind of agent."""

from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from agents.core.ledger import Ledger
from agents.core.models.model import Models, ModelSpec
from agents.core.types import Agent, Decision
from games import BadInput, Game
from games.core.exchanges import LONGEST
from games.core.machines import Machine
from games.core.messages import silent
from games.core.policy import Policy
from games.core.preplay import Preplay
from games.core.repeated import round_of
from games.core.types import Action, Observation, Payoff, Said, Speech, one_line
from prompts import PLAIN, View, Voice, Wording

if TYPE_CHECKING:  # it loads numpy
    from games.core.tree import Tree

Points: TypeAlias = tuple[Payoff, ...]
"""Own points after each outcome (own action, other's action), in the order (0, 0), (0, 1), (1, 0),
(1, 1). Action 0 is the first one. In a prisoner's dilemma these are R, S, T, P."""


Signs = dict[str, dict[str, dict[str, int]]]
"""By cause, emotion and measure, direction of an emotion's effect on people: 1 up, -1 down."""


class AgentSpec(BaseModel):
    """Fields of an agent in a tournament file. A plug-in adds fields of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wiring: ClassVar[frozenset[str]] = frozenset()
    """Fields of the connection to an agent, not of its behaviour. Not part of a match's identity.
    """

    unsaid: ClassVar[frozenset[str]] = frozenset()
    """Fields that matches were recorded without: no part of the identity at their default, which
    therefore never changes. Those of a kind's bases count as well."""

    offered: ClassVar[str] = ""
    """The field of the emotions that can be reported or shown, if any. A design states them once
    for all agents."""

    random_displays: ClassVar[bool] = False
    """Whether displays are drawn at random, so that their effect on others is causal."""

    def content(self) -> dict[str, Any]:
        """The fields that identify this agent, as plain JSON."""
        fields = type(self).model_fields
        unsaid = {key for kind in type(self).__mro__ for key in vars(kind).get("unsaid", ())}
        plain = {key for key in unsaid if getattr(self, key) == fields[key].default}
        return self.model_dump(mode="json", exclude={*self.wiring, *plain})

    def check(self, game: Game[Any]) -> None:
        """Refuse a game that this agent cannot play, or be told of.

        Raises:
            BadInput: it cannot; the message gives the reason.
        """
        if self.voice is None or len(game.roles) > 1:
            return
        if self.voice.emotion.cause == "coplayer":
            raise BadInput(f'{game.name} has no other player: emotion.cause = "coplayer" cannot be')
        if self.voice.coplayer != "player":
            raise BadInput(f"{game.name} has no other player: leave coplayer out")

    def check_messages(self, game: Game[Any]) -> None:
        """Refuse a game in which this agent cannot send the messages that the design states.

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
        """Name of the process's function that decides for the agent, if there is one.

        Raises:
            BadInput: the function is not found.
        """
        return None

    @property
    def voice(self) -> Voice | None:
        """Wording of prompts to the agent; None if the agent reads no words."""
        return None

    @property
    def voices(self) -> tuple[Voice, ...]:
        """How its parts are spoken to; itself alone for most agents."""
        return () if self.voice is None else (self.voice,)

    @property
    def perceives(self) -> bool:
        """Whether displays of others reach its decisions."""
        return self.voice is not None and self.voice.emotion.perceives

    def unseen(self) -> Self:
        """The same agent in a match in which no perceiving player can act on its displays.

        The agent gets the prompt of a player who shows no emotion, and is not asked to show any.
        """
        if self.voice is None or not self.voice.emotion.shows:
            return self
        return self.model_copy(update={"emotion": self.voice.emotion.unseen()})

    def by_face(self) -> Self:
        """The same agent with displays read from a face; see `Emotion.by_face`."""
        if self.voice is None:
            return self
        return self.model_copy(update={"emotion": self.voice.emotion.by_face()})

    def missing_baselines(self) -> tuple[str, ...]:
        """Names of the human studies whose figures this agent lacks. The caller supplies them."""
        return ()

    def with_baselines(self, draws: Mapping[str, Any], signs: Signs) -> Self:  # noqa: ARG002
        """The same agent with the figures of its studies.

        Args:
            draws: distribution of people's decisions by measure.
            signs: directions of emotions' effects on people.
        """
        return self

    def ready(self, game: Game[Any]) -> Self:  # noqa: ARG002 - most depend on what they see alone
        """The same agent, prepared for a game before it is played."""
        return self

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:
        """The agent itself, ready to play one match.

        Args:
            models: access to language models.
            ledger: store of attempts of this seat, past and new.
            wording: wording of the match.
        """
        raise NotImplementedError


class Scripted(AgentSpec):
    """An agent whose whole strategy is a function of what it sees.

    It reads no messages, and sends none unless the design states one.
    """

    unsaid: ClassVar[frozenset[str]] = frozenset({"says", "states"})

    says: str = Field("", max_length=LONGEST)
    """The text that it sends wherever it is asked for a message; empty for none."""
    states: str | int | None = None
    """The action that it states beside the text, or recommends, where that can be stated."""

    @property
    def opens(self) -> bool:
        """Whether it shows an emotion before the first move."""
        return False

    @property
    def told(self) -> bool:
        """Whether it is told that others see its emotion. A scripted agent is told nothing."""
        return False

    @property
    def reports(self) -> bool:
        """Whether it can be asked for a self-report. A scripted agent cannot."""
        return False

    def act(self, seen: Observation, rng: Random) -> Action | None:
        """The action; None if the strategy has no legal one.

        Args:
            seen: what it sees, without messages; what is asked for is none.
            rng: the only source of chance it may use.
        """
        raise NotImplementedError

    def play(self, seen: Observation, rng: Random) -> Action | None:
        """The action, or the message where one is asked for."""
        space = seen.space
        if not isinstance(space, Speech):
            return self.act(silent(seen), rng)
        stated = self.states if space.statement and self.states in space.statement else None
        return Said(one_line(self.says) if space.length else "", stated)

    def check_messages(self, game: Game[Any]) -> None:
        """Refuse a text that is too long, and a statement of no action."""
        stage = round_of(game)
        speeches = stage.speeches if isinstance(stage, Preplay) else ()
        shortest = min((speech.length for speech in speeches if speech.length), default=LONGEST)
        if len(one_line(self.says)) > shortest:
            raise BadInput(
                f"says has {len(one_line(self.says))} characters, and a message of {game.name} has "
                f"at most {shortest}"
            )
        known = [speech.statement for speech in speeches if speech.statement is not None]
        if known and self.states is not None and not any(self.states in each for each in known):
            stated = " or ".join(dict.fromkeys(map(str, known)))
            raise BadInput(f"states {self.states!r} is no action of {game.name}: {stated}")

    def machine_in(self, _points: Points, /) -> Machine | None:
        """The same strategy as a machine, in a matrix game with two actions and these points."""
        return None

    def policy_in(self, _tree: "Tree", /) -> Policy | None:
        """The same strategy as a policy table, in a game that is not repeated."""
        return None

    async def decide(self, view: View, rng: Random) -> Decision:
        """The decision of `decided`. Agents that wait for their action override this method."""
        return self.decided(view, rng)

    def decided(self, view: View, rng: Random) -> Decision:
        """The strategy's action, at once. Scripted agents neither report nor show emotions."""
        return _plain(self.play(view.observation, rng))

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:  # noqa: ARG002 - it needs none
        """The strategy itself."""
        return self


@lru_cache(maxsize=1_024, typed=True)
def _plain(action: Action | None) -> Decision:
    """A decision with an action alone; equal actions share one object."""
    return Decision(action)
