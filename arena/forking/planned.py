"""What forks take: continuations, calls and cost, reckoned from the recorded run."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from agents.core.models.price import BATCHED
from arena.engine.batching import require_batches
from arena.forking.fork import Fork, design_of, forked
from arena.forking.playing import forks_of
from arena.record.run import Run

_DECISIONS = """
SELECT contestant, count(DISTINCT a.match || '.' || a.seat || '.' || a.turn),
    sum(a.cost IS NULL), count(*)
FROM attempts a JOIN seats s ON s.match = a.match AND s.seat = a.seat GROUP BY contestant
"""
_COST = """
SELECT contestant, model, json_extract(sampling, '$.batch') IS NOT NULL, total(a.cost)
FROM attempts a JOIN seats s ON s.match = a.match AND s.seat = a.seat GROUP BY 1, 2, 3
"""


@dataclass
class ForkPlan:
    """What forks take.

    Args:
        forks: number of forked decisions.
        matches: number of forked matches.
        continuations: of all arms.
        open: of these, not played yet.
        decisions: by contestant, decisions that open continuations ask for, if they last as long
            as the recorded match.
        calls: by contestant, calls for them, if as many are asked again as on record.
        cost: by contestant, US dollars at the mean cost on record; None if it is not on record.
        batched: models that are asked in batches, at half the price.
    """

    forks: int = 0
    matches: int = 0
    continuations: int = 0
    open: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    calls: dict[str, float] = field(default_factory=dict)
    cost: dict[str, float | None] = field(default_factory=dict)
    batched: tuple[str, ...] = ()


def planned_forks(run: Run, forks: Collection[Fork], *, batch: bool = False) -> ForkPlan:
    """The plan of forks of a run; nobody is asked.

    Args:
        run: the recorded run.
        forks: what is changed, where.
        batch: whether models are asked in batches, whether or not they were on record.

    Raises:
        BadInput: a match cannot be forked so, or no model is asked in batches.
    """
    batched = require_batches(design_of(run, forks)) if batch else frozenset()
    plan, there, matches = ForkPlan(batched=tuple(sorted(batched))), forks_of(run), set()
    closed = set() if there is None else set(there.ids())
    for fork in forks:
        state = forked(run, fork)
        plan.forks += 1
        matches.add(fork.match)
        for one in state.continuations():
            plan.continuations += 1
            if one.match.id not in closed:
                plan.open += 1
                seats = state.seats[one.arm]
                made = Counter(seats[each.player] for each in state.after(state.base))
                plan.decisions.update(made)
    plan.matches = len(matches)
    known = {name: rest for name, *rest in run.rows(_DECISIONS)}
    costs = Counter[str]()
    for name, model, then, cost in run.rows(_COST):
        costs[name] += cost * _share(model in batched) / _share(then)
    for name, count in plan.decisions.items():
        if name not in run.tournament.contestants:
            plan.cost[name] = None
        elif run.tournament.player(name).model_specs():
            decisions, unknown, calls = known.get(name, (0, 1, 0))
            exact = decisions and not unknown
            plan.cost[name] = count * costs[name] / decisions if exact else None
            plan.calls[name] = count * calls / decisions if decisions else count
    return plan


def _share(batched: object) -> float:
    """Price of a call as a share of that of a call by itself."""
    return BATCHED if batched else 1.0
