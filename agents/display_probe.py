"""Display probe: plays a strategy, and shows emotions drawn at random.

Its displays are independent of its cards, its moves and the past. If others behave differently
after different displays, the displays are the cause.

Source: random assignment as in any experiment, Fisher (1935), The Design of Experiments, chapter 2;
for displays of emotion in games, de Melo, Carnevale, Read and Gratch (2014), Reading people's minds
from emotion expressions in interdependent decision making, Journal of Personality and Social
Psychology 106, 73 to 88, where what the counterpart shows is scripted too.
"""

from random import Random
from typing import Any, ClassVar, Self

from pydantic import Field, PrivateAttr

import agents
from agents.core.spec import Scripted
from agents.core.types import Decision
from games import BadInput, Game
from games.core.types import Action, Observation
from prompts import NEUTRAL, VOCABULARY, Affect, Displayed, View


class DisplayProbe(Scripted):
    """A script with uninformative displays. It reports a neutral emotion of intensity 0."""

    random_displays: ClassVar[bool] = True
    offered: ClassVar[str] = "emotions"

    strategy: str = "uniform"
    """The scripted agent that decides on its moves, as `arena list agents` names it."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the strategy."""
    emotions: Displayed = VOCABULARY
    """Emotions shown, drawn uniformly; the design's vocabulary if left out. A single one is always
    shown."""

    opening: bool = False
    """Whether it shows an emotion before the first move as well."""

    _inner: Scripted = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401, ARG002 - pydantic's
        """Make the strategy; refuse one that is no script."""
        inner = agents.load(self.strategy, self.params)
        if not isinstance(inner, Scripted) or inner.random_displays:
            raise BadInput(f"display_probe plays a scripted strategy, not {self.strategy}")
        self._inner = inner

    @property
    def opens(self) -> bool:
        """The setting of the design."""
        return self.opening

    def content(self) -> dict[str, Any]:
        """Its fields, with the strategy's defaults written out."""
        return super().content() | {"params": self._inner.content()}

    def check(self, game: Game[Any]) -> None:
        """Refuse the games that the strategy refuses."""
        self._inner.check(game)

    def ready(self, game: Game[Any]) -> Self:
        """The same agent with its strategy prepared for a game."""
        made = self.model_copy()
        made._inner = self._inner.ready(game)  # noqa: SLF001 - its own
        return made

    def act(self, seen: Observation, rng: Random) -> Action | None:
        """The strategy's action."""
        return self._inner.act(seen, rng)

    def decided(self, view: View, rng: Random) -> Decision:
        """The action of the strategy. The display is drawn first, independently of the action."""
        affect = Affect(NEUTRAL, 0, rng.choice(self.emotions))
        return Decision(None if view.opening else self.play(view.observation, rng), affect)


AGENT = DisplayProbe
