"""What an agent is, and what a decision holds."""

from dataclasses import dataclass
from random import Random
from typing import Protocol, runtime_checkable

from agents.core.models.model import Completion, Failure
from agents.core.models.weights import Weights
from games.core.types import Action
from prompts import Affect, Message, NeutralReport, Report, Verdict, View


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
        action: what is done; None if no attempt gave a legal answer, and of an opening display.
        affect: the emotion reported with it, if one was asked for.
        attempts: of a model, oldest first; empty for agents that are no models.
        neutral: the neutral report made with it, if one was asked for.
        weights: the probabilities of all options, where they are known.
    """

    action: Action | None
    affect: Affect | None = None
    attempts: tuple[Attempt, ...] = ()
    neutral: NeutralReport | None = None
    weights: Weights | None = None

    @property
    def verdict(self) -> Verdict:
        """What came of the last attempt."""
        if self.attempts:
            return self.attempts[-1].verdict
        answered = self.action is not None or self.affect is not None
        return Verdict.LEGAL if answered else Verdict.ILLEGAL


@dataclass(frozen=True, slots=True)
class SelfReport:
    """The answer to the manipulation check. It never enters the game, and voids nothing.

    Args:
        report: how the player says it feels; None if no attempt gave a legal answer.
        attempts: oldest first, at least one.
    """

    report: Report | None
    attempts: tuple[Attempt, ...]

    @property
    def verdict(self) -> Verdict:
        """What came of the last attempt."""
        return self.attempts[-1].verdict


class Agent(Protocol):
    """Who decides in a seat: a function of what it is given, without memory of its own.

    An agent with a true attribute `opens` shows an emotion before the first move of the match: it
    is asked to decide once more, in a view whose `opening` is true, and its decision then holds an
    affect and no action. Agents without such an attribute are not asked. Likewise `told` says that
    it is told of others who see its emotion, and `perceives` that it is given what they show.
    """

    async def decide(self, view: View, rng: Random) -> Decision:
        """One decision.

        Args:
            view: all that the agent may know.
            rng: the only source of chance it may use.
        """
        ...


@runtime_checkable
class Reporter(Protocol):
    """An agent that can be asked how it feels, once its decisions in a match are made."""

    @property
    def reports(self) -> bool:
        """Whether it is to be asked."""
        ...

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """How it says it feels.

        Args:
            last: its last decision in the match.
            rng: the only source of chance it may use.
        """
        ...
