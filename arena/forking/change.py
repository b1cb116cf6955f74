"""`Change`: the one thing that is other in an arm of a fork, as `KEY=VALUE`."""

from dataclasses import dataclass, replace
from typing import Any, Self

from agents.core.spec import AgentSpec
from agents.core.types import Decision
from arena.core.types import TurnRecord, action_of
from arena.forking.contestant import SEAT_KEYS
from arena.record.steps import Step
from games import BadInput, Game
from games.core.errors import unknown
from games.core.types import CHANCE, Action, actions

DECISION_KEYS = ("shown", "shown_intensity", "felt", "intensity", "action")
CHANCE_KEY = "chance"
KEYS = (*DECISION_KEYS, CHANCE_KEY, *SEAT_KEYS)
NOTHING = "nothing"
"""A display of no emotion."""
_MOST = 100


@dataclass(frozen=True)
class Change:
    """One change, of a decision, of chance after it, or of the contestant from it on.

    Args:
        key: property that is changed.
        value: its new value, as text.
    """

    key: str
    value: str

    @classmethod
    def read(cls, text: str) -> Self:
        """The change that a user states.

        Raises:
            BadInput: it is not KEY=VALUE, or the key is unknown.
        """
        key, equals, value = text.partition("=")
        if not equals or not value:
            raise BadInput(f"a change is KEY=VALUE, such as shown=anger, not {text!r}")
        if key not in KEYS:
            raise unknown("change", key, KEYS)
        return cls(key, value)

    def __str__(self) -> str:
        """The change, as `read` takes it."""
        return f"{self.key}={self.value}"

    @property
    def of_seat(self) -> bool:
        """Whether the contestant changes, which then makes the decision anew."""
        return self.key in SEAT_KEYS

    def decision(self, made: TurnRecord, step: Step, spec: AgentSpec, game: Game[Any]) -> Decision:
        """The decision with this change; the recorded one if the change is of something else.

        Args:
            made: the recorded decision.
            step: the step of the match that it belongs to.
            spec: the agent that made it.
            game: the rules.

        Raises:
            BadInput: it cannot be changed so.
        """
        if self.key not in DECISION_KEYS:
            return made.decision
        if self.key == "action":
            new = replace(made.decision, action=self._action(made, step, game))
        else:
            new = self._emotion(made.decision, spec)
        if new == made.decision:
            raise Unchanged(f"{self} changes nothing: this is what is on record")
        return new

    def deal(self, step: Step, game: Game[Any]) -> Action | None:
        """The forced move of chance; None if the change is of something else.

        Raises:
            BadInput: chance does not move right after the decision, or cannot make this move.
        """
        if self.key != CHANCE_KEY:
            return None
        if step.after is None or game.movers(step.after) != (CHANCE,):
            raise BadInput(
                f"{self}: chance does not move right after this decision, and what was dealt "
                "before it is known to the players"
            )
        possible = {str(one): one for one in game.chance(step.after)}
        if self.value not in possible:
            raise unknown("move of chance", self.value, possible)
        return possible[self.value]

    def _action(self, made: TurnRecord, step: Step, game: Game[Any]) -> Action:
        if step.opening:
            raise BadInput(f"{self}: an opening display holds no action")
        legal = {str(one): one for one in actions(game.space(step.state, made.player))}
        if self.value not in legal:
            raise unknown("action", self.value, legal)
        return action_of(legal[self.value])

    def _emotion(self, decision: Decision, spec: AgentSpec) -> Decision:
        affect = decision.affect
        if affect is None:
            raise BadInput(f"{self}: the player reports no emotion in its mode")
        if self.key.startswith("shown") and affect.shown is None:
            raise BadInput(f"{self}: the player shows nothing in its mode")
        if self.key.endswith("intensity"):
            strength: dict[str, Any] = {self.key: self._number()}
            return replace(decision, affect=replace(affect, **strength))
        if (self.key, self.value) == ("shown", NOTHING):
            return replace(decision, affect=replace(affect, shown=None, shown_intensity=None))
        offered = getattr(spec, spec.offered) if spec.offered else ()
        if self.value not in offered:
            raise unknown("emotion", self.value, offered)
        emotion: dict[str, Any] = {self.key: self.value}
        return replace(decision, affect=replace(affect, **emotion))

    def _number(self) -> int:
        if not self.value.isdecimal() or int(self.value) > _MOST:
            raise BadInput(f"{self}: an intensity is a whole number from 0 to {_MOST}")
        return int(self.value)


class Unchanged(BadInput):
    """A change states what is on record."""
