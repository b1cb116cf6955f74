"""`CompositeAgent`: the parameters of agents that ask several questions before they decide."""

from typing import Any, Self

from pydantic import model_validator

from agents.core.model_agent import ModelAgent
from games import BadInput, Game
from games.core.preplay import Preplay
from games.core.repeated import round_of


class CompositeAgent(ModelAgent):
    """An agent who asks a model several questions about a decision, and weighs no options."""

    @model_validator(mode="after")
    def _samples(self) -> Self:
        """Several replies become one decision, so that the match draws none from weights."""
        if self.decide_by != "sampling":
            raise ValueError(
                'decide_by = "probabilities" weighs the options of one question, and this agent '
                "asks several: leave it out"
            )
        return self

    def check_messages(self, game: Game[Any]) -> None:
        """Refuse messages: several answers become one action, and no text.

        Raises:
            BadInput: the game has messages or advice.
        """
        if isinstance(round_of(game), Preplay):
            raise BadInput(
                "an agent that asks several questions proposes actions and sends no messages: "
                f"leave talk and advice out of {game.name}"
            )
