"""What an agent is, and what a decision holds."""

from dataclasses import dataclass
from random import Random
from typing import Protocol

from agents.core.model import Completion, Failure
from games.core.types import Action
from prompts import Affect, Message, Verdict, View


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to get an answer from a model.

    Args:
        messages: exactly what was sent.
        completion: what came back; None if nothing did.
        verdict: what came of it.
        failure: why nothing came back; None if something did.
        lenient: the action that the reply probably meant: a diagnostic, never played.
    """

    messages: tuple[Message, ...]
    completion: Completion | None
    verdict: Verdict
    failure: Failure | None = None
    lenient: Action | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One action, with every attempt behind it.

    Args:
        action: what is done; None if no attempt gave a legal answer.
        affect: the emotion reported with it, if one was asked for.
        attempts: of a model, oldest first; empty for agents that are no models.
    """

    action: Action | None
    affect: Affect | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What came of the last attempt."""
        if self.attempts:
            return self.attempts[-1].verdict
        return Verdict.ILLEGAL if self.action is None else Verdict.LEGAL


class Agent(Protocol):
    """Who decides in a seat: a function of what it is given, without memory of its own."""

    async def decide(self, view: View, rng: Random) -> Decision:
        """One decision.

        Args:
            view: all that the agent may know.
            rng: the only source of chance it may use.
        """
        ...
