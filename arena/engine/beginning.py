"""`Beginning`: the part of a match that is given, so that nobody is asked for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from agents.core.types import Agent, Decision, Reporter, SelfReport
from arena.core.types import seed_of
from arena.engine.match import draw
from games import BadInput
from games.core.types import Action
from prompts import View


@dataclass(frozen=True, slots=True)
class Beginning:
    """The decisions and deals with which a match begins, and that nobody makes anew.

    Args:
        decisions: by seat, its first decisions.
        deals: the first moves of chance.
        forced: the move of chance after them; None if it is drawn like all later ones.
    """

    decisions: tuple[tuple[Decision, ...], ...]
    deals: tuple[Action, ...]
    forced: Action | None = None

    def seat(self, agents: Iterable[Agent], seed: int) -> list[Agent]:
        """The agents of a match, each behind its given decisions.

        Args:
            agents: decide after them, in seat order.
            seed: of all later draws of the agents; matches with one seed share these draws.
        """
        return [
            GivenSeat(agent, given, seed_of(seed, n))
            for n, (agent, given) in enumerate(zip(agents, self.decisions, strict=True))
        ]


class GivenDeals:
    """Chance of a match with a beginning.

    A forced move uses up the draw that it replaces, so that later moves are those of a match in
    which nothing was forced.

    Args:
        beginning: holds the given moves.
        seed: of the others.
    """

    def __init__(self, beginning: Beginning, seed: int) -> None:
        self._given, self._forced = iter(beginning.deals), beginning.forced
        self._rng = Random(seed)

    def __call__(self, chances: Mapping[Action, Fraction]) -> Action:
        """The next move of chance.

        Raises:
            BadInput: the forced move is none of those that chance can make.
        """
        if (given := next(self._given, None)) is not None:
            return given
        drawn, forced = draw(chances, self._rng), self._forced
        if forced is None:
            return drawn
        self._forced = None
        if forced not in chances:
            raise BadInput(f"chance cannot deal {forced!r}, only {', '.join(map(str, chances))}")
        return forced


class GivenSeat:
    """A seat whose first decisions are given.

    Args:
        agent: decides after them.
        given: decisions for which nobody is asked.
        seed: of the agent's own draws.
    """

    def __init__(self, agent: Agent, given: tuple[Decision, ...], seed: int) -> None:
        self._agent, self._given, self._rng = agent, iter(given), Random(seed)
        for name in ("told", "perceives", "reports"):
            setattr(self, name, getattr(agent, name, False))
        # Another agent may go on here than the one that has, or has not, opened.
        self.opens = given[0].action is None if given else getattr(agent, "opens", False)

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - its own instead
        """The next given decision, or one of the agent."""
        if (made := next(self._given, None)) is not None:
            return made
        return await self._agent.decide(view, self._rng)

    async def report(self, last: Decision, rng: Random) -> SelfReport:  # noqa: ARG002 - likewise
        """The agent's self-report."""
        assert isinstance(self._agent, Reporter)
        return await self._agent.report(last, self._rng)
