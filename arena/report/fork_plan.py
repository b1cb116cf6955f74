"""The plan of forks in words, and as JSON."""

from typing import TextIO

import pandas as pd

from arena.core.types import canonical
from arena.forking.planned import ForkPlan
from arena.report.grid import grid, headed, say

_TOLD = (
    "Continuations are taken to last as long as the recorded match, to ask again as often, and to "
    "cost as much for each decision. A changed contestant has no cost on record. --max-cost bounds "
    "all forks of a run."
)


def fork_plan_text(name: str, plan: ForkPlan, stream: TextIO) -> None:
    """Print a plan."""
    to = headed(stream, f"{name}: forks", ())
    say(
        to,
        f"{plan.forks} decisions of {plan.matches} matches are forked: {plan.continuations} "
        f"continuations, {plan.open} of them open",
    )
    rows = [
        {
            "contestant": contestant,
            "decisions": count,
            "calls": f"{plan.calls.get(contestant, 0):.0f}",
            "cost": _cost(plan, contestant),
        }
        for contestant, count in sorted(plan.decisions.items())
    ]
    if rows:
        to.print(grid(pd.DataFrame(rows), {"contestant"}))
    if plan.batched:
        say(to, f"Asked in batches, at half the price: {', '.join(plan.batched)}.")
    say(to, _TOLD)


def _cost(plan: ForkPlan, contestant: str) -> str:
    if contestant not in plan.cost:
        return "no model"
    cost = plan.cost[contestant]
    return "unknown" if cost is None else f"${cost:.6f}"


def fork_plan_json(name: str, plan: ForkPlan) -> str:
    """A plan as one JSON document."""
    return canonical({"name": name, **vars(plan)})
