"""Imported: decisions recorded elsewhere and read from a table; the agent cannot be asked again.

A contestant of this kind is a group of people, or a model, under one condition. Runs made by
`arena import` hold them.
"""

from typing import ClassVar

from pydantic import Field

from agents.core.ledger import Ledger
from agents.core.models.model import Models
from agents.core.spec import AgentSpec
from agents.core.types import Agent
from games import BadInput
from prompts import PLAIN, Emotion, Wording


class Imported(AgentSpec):
    """The decider, the source, and the induced emotion."""

    unsaid: ClassVar[frozenset[str]] = frozenset()

    who: str = Field(min_length=1)
    """The decider: a group of people, or a model."""
    source: str = Field(min_length=1)
    """Source of the decisions: a citation, or the name of the file."""
    people: bool = True
    """Whether they are people."""
    emotion: Emotion = Emotion()
    """The induced emotion; none if it is not stated."""

    def seat(self, models: Models, ledger: Ledger, wording: Wording = PLAIN) -> Agent:  # noqa: ARG002
        """Refuse: recorded decisions cannot be played.

        Raises:
            BadInput: always.
        """
        raise BadInput(f"{self.who!r} cannot be asked: its decisions were imported ({self.source})")


AGENT = Imported
