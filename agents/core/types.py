"""Agents, decisions, and the attempts behind a decision."""

from collections.abc import Mapping
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
        messages: exactly what was sent.
        completion: what came back; None if nothing did.
        verdict: what came of it.
        failure: why nothing came back; None if something did.
        lenient: the action that the reply probably meant: a diagnostic, never played.
        part: of a composite agent, the part that was asked; empty of all other agents.
    """

    messages: tuple[Message, ...]
    completion: Completion | None
    verdict: Verdict
    failure: Failure | None = None
    lenient: Action | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The answer of one part of a composite agent to one question about a decision.

    Args:
        part: its name, such as the emotion of a member.
        round: of the deliberation, from 0.
        verdict: LEGAL, or the reason for which the part abstains.
        action: that it proposes; None if it abstains, or was not asked for one.
        strength: with which it wants this action, from 0 to 100; None if not asked for.
        reason: in its own words; empty if it gave none.
        shown: emotion that it proposes to show; None if not asked for.
        shown_intensity: of this emotion, from 0 to 100; None if not asked for.
        lot: a number drawn from [0, 1); of the parts that speak, the rule `random` follows the one
            with the highest.
        belief: probability of each action that the other player may choose next; None if not asked
            for.
    """

    part: str
    round: int
    verdict: Verdict
    action: Action | None = None
    strength: int | None = None
    reason: str = ""
    shown: str | None = None
    shown_intensity: int | None = None
    lot: float | None = None
    belief: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One action, with every attempt behind it.

    Args:
        action: what is done; None if no attempt gave a legal answer, and of an opening display.
        affect: the emotion reported with it, if one was asked for.
        attempts: of a model, oldest first; empty for agents that are no models.
        neutral: the neutral report made with it, if one was asked for.
        weights: the probabilities of all options, where they are known.
        opinions: of the parts of a composite agent, in the order of round and part.
    """

    action: Action | None
    affect: Affect | None = None
    attempts: tuple[Attempt, ...] = ()
    neutral: NeutralReport | None = None
    weights: Weights | None = None
    opinions: tuple[Opinion, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """LEGAL of a decision that was made; otherwise the last verdict that is not, or ILLEGAL.

        Of several parts some may have given legal answers: their attempts say nothing of the fault.
        """
        if self.action is not None or self.affect is not None:
            return Verdict.LEGAL
        faults = (each.verdict for each in reversed(self.attempts))
        return next((each for each in faults if each is not Verdict.LEGAL), Verdict.ILLEGAL)


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
