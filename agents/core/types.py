"""Agents, decisions, and the attempts behind a decision."""

from dataclasses import dataclass
from random import Random
from typing import Protocol, runtime_checkable

from agents.core.models.model import Completion, Failure
from agents.core.models.weights import Weights
from games.core.types import Action
from prompts import Affect, Message, NeutralReport, Report, Verdict, View


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to get an answer from a model.

    Args:
        messages: messages sent, verbatim.
        completion: the reply; None if none arrived.
        verdict: verdict on the attempt.
        failure: reason that no reply arrived; None if one arrived.
        lenient: probable action of the reply. A diagnostic, never played.
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
        action: action taken; None if no attempt gave a legal answer, and None in an opening
            display.
        affect: emotion reported with the action, if one was asked for.
        attempts: attempts of a model, oldest first; empty for other agents.
        neutral: neutral report made with the action, if one was asked for.
        weights: probabilities of all options, if they are known.
    """

    action: Action | None
    affect: Affect | None = None
    attempts: tuple[Attempt, ...] = ()
    neutral: NeutralReport | None = None
    weights: Weights | None = None

    @property
    def verdict(self) -> Verdict:
        """Verdict on the last attempt."""
        if self.attempts:
            return self.attempts[-1].verdict
        answered = self.action is not None or self.affect is not None
        return Verdict.LEGAL if answered else Verdict.ILLEGAL


@dataclass(frozen=True, slots=True)
class SelfReport:
    """The answer to the manipulation check. It never enters the game, and voids nothing.

    Args:
        report: the reported emotion; None if no attempt gave a legal answer.
        attempts: oldest first, at least one.
    """

    report: Report | None
    attempts: tuple[Attempt, ...]

    @property
    def verdict(self) -> Verdict:
        """Verdict on the last attempt."""
        return self.attempts[-1].verdict


class Agent(Protocol):
    """Decision maker of a seat: a function of its arguments, without memory.

    An agent with a true attribute `opens` shows an emotion before the first move of the match. It
    decides once more, in a view whose `opening` is true; this decision holds an affect and no
    action. Agents without the attribute are not asked. Likewise `told` means that the agent is told
    that others see its emotion, and `perceives` that it sees their displays.
    """

    async def decide(self, view: View, rng: Random) -> Decision:
        """One decision.

        Args:
            view: all information available to the agent.
            rng: the only source of chance it may use.
        """
        ...


@runtime_checkable
class Reporter(Protocol):
    """An agent that can be asked for a self-report after its last decision in a match."""

    @property
    def reports(self) -> bool:
        """Whether the agent is asked for a self-report."""
        ...

    async def report(self, last: Decision, rng: Random) -> SelfReport:
        """Self-report of emotion.

        Args:
            last: its last decision in the match.
            rng: the only source of chance it may use.
        """
        ...
