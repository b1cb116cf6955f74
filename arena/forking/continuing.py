"""Play of continuations: what is before the fork is recalled, what is after it is asked."""

from collections.abc import Callable, Iterable
from functools import partial
from random import Random

from agents.core.ledger import Ledger
from agents.core.models.model import Models
from agents.core.types import Agent, Attempt, Decision, Reporter, SelfReport
from arena.core.types import Match, Transcript, seed_of
from arena.design.tournament import Tournament
from arena.engine.match import play
from arena.engine.seating import Recorded
from arena.forking.fork import Continuation, Forked
from prompts import View

File = Callable[[Match, int, int, int, Attempt, str], None]
"""Keeps an attempt of a match: seat, turn, number, attempt, model."""


class ForkedChance(Random):
    """Chance of a continuation: the seed of the recorded match first, then a new one.

    Args:
        old: seed of the recorded match.
        deals: number of chance moves that come from it; each is one draw.
        new: seed of the others.
    """

    def __init__(self, old: int, deals: int, new: int) -> None:
        super().__init__(new)
        self._old, self._left = Random(old), deals

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """One draw."""
        if self._left:
            self._left -= 1
            return self._old.randrange(start, stop, step)
        return super().randrange(start, stop, step)


class ForkedSeat:
    """A seat whose first decisions are given.

    Args:
        agent: decides after them.
        given: decisions for which nobody is asked.
        seed: of the agent's own chance.
    """

    def __init__(self, agent: Agent, given: Iterable[Decision], seed: int) -> None:
        self._agent, self._given, self._rng = agent, iter(given), Random(seed)
        for name in ("opens", "told", "perceives", "reports"):
            setattr(self, name, getattr(agent, name, False))

    async def decide(self, view: View, rng: Random) -> Decision:  # noqa: ARG002 - its own instead
        """The next given decision, or one of the agent."""
        if (made := next(self._given, None)) is not None:
            return made
        return await self._agent.decide(view, self._rng)

    async def report(self, last: Decision, rng: Random) -> SelfReport:  # noqa: ARG002 - likewise
        """The agent's self-report."""
        assert isinstance(self._agent, Reporter)
        return await self._agent.report(last, self._rng)


async def continued(
    tournament: Tournament,
    forked: Forked,
    one: Continuation,
    models: Models,
    recorded: Recorded,
    file: File,
) -> Transcript:
    """One continuation, played to its end.

    Args:
        tournament: the design of the recorded run.
        forked: the recorded match.
        one: which continuation.
        models: reaches models.
        recorded: attempts on record of this continuation.
        file: keeps its attempts.
    """
    match, left = one.match, [tournament.deadline]
    seats: list[Agent] = []
    for seat, spec in enumerate(tournament.seated(match)):

        def keep(seat: int, turn: int, number: int, attempt: Attempt) -> None:
            model = tournament.seated(match)[seat].model_of(attempt.part)
            file(match, seat, turn, number, attempt, model)

        ledger = Ledger(partial(keep, seat), recorded.get(seat, {}), left)
        agent = spec.seat(models, ledger, match.wording)
        given = forked.decisions(one.arm, seat)
        seats.append(ForkedSeat(agent, given, seed_of(match.seed, seat)))
    chance = ForkedChance(forked.base.match.seed, forked.deals, match.seed)
    return await play(match, tournament.rules(match), seats, chance)
