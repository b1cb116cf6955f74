"""Strategies of public goods: contributions, unconditional and given the others' average."""

import math
from collections.abc import Sequence
from random import Random
from typing import Any

from pydantic import Field

from agents.core.spec import Scripted
from agents.core.strategies.bargaining import as_written
from games import BadInput, Game
from games.core.contributions import rounded
from games.core.repeated import stage_of
from games.core.types import Amount, Observation
from games.public_goods import PublicGoods

GENEROUS, SELFISH = (0.8, 1.0), (0.0, 0.2)
"""Shares of the endowment that cooperators and free riders contribute.

Source: Mozikov et al. (2024), EAI: Emotional Decision-Making of LLMs, NeurIPS 37, the opponents in
public goods.
"""


class Contributor(Scripted):
    """Plays public goods; a subclass states its contributions."""

    punishes: int = Field(0, ge=0)
    """Deduction points for each player who contributed less, in games with punishment."""

    def share(self, seen: Observation, rng: Random) -> int:
        """Points contributed.

        Args:
            seen: what it sees, with `endowment` among the facts.
            rng: the only source of chance it may use.
        """
        raise NotImplementedError

    def answer(self, seen: Observation, average: int, rng: Random) -> int:  # noqa: ARG002 - most do as ever
        """Points contributed for an average of the others."""
        return self.share(seen, rng)

    def check(self, game: Game[Any]) -> None:
        """Only public goods, once or repeatedly."""
        if not isinstance(stage_of(game), PublicGoods):
            name = type(self).__name__
            raise BadInput(f"{name} contributes to public goods and cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> int:
        """Contribute, answer for an average, or take points from another player."""
        last = seen.events[-1] if seen.events else None
        if last is not None and last.kind == "supposed":
            return self.answer(seen, whole(last.facts["average"]), rng)
        if last is not None and last.kind in {"next", "next_unnamed"}:
            assert isinstance(seen.space, Amount)
            less = whole(last.facts["amount"]) < own_contributions(seen)[-1]
            return min(self.punishes, seen.space.high) if less else 0
        return self.share(seen, rng)


def own_contributions(seen: Observation) -> list[int]:
    """Contributions of the player so far, round by round."""
    return [
        whole(event.facts["amount"])
        for event in seen.events
        if event.kind == "gave" and event.facts.get("player") == seen.player
    ]


def last_average(seen: Observation) -> int | None:
    """Average contribution of the others in the last round, in whole points; None before."""
    totals = [whole(event.facts["others"]) for event in seen.events if event.kind == "pot"]
    return rounded(totals[-1], seen.players - 1) if totals else None


def within(seen: Observation, bounds: Sequence[float], rng: Random) -> int:
    """Any whole number of points within shares of the endowment."""
    low, high = (as_written(share) * whole(seen.facts["endowment"]) for share in bounds)
    return rng.randint(math.ceil(low), math.floor(high))


def whole(fact: object) -> int:
    """A fact that is a whole number."""
    assert isinstance(fact, int)
    return fact
