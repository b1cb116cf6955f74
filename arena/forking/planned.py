"""What forks take: continuations, calls and cost, reckoned from the recorded run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from arena.forking.fork import Fork, forked
from arena.forking.playing import forks_of
from arena.record.run import Run

_COST = """
SELECT contestant, total(a.cost), count(DISTINCT a.match || '.' || a.seat || '.' || a.turn),
    sum(a.cost IS NULL), count(*)
FROM attempts a JOIN seats s ON s.match = a.match AND s.seat = a.seat GROUP BY contestant
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
    """

    forks: int = 0
    matches: int = 0
    continuations: int = 0
    open: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    calls: dict[str, float] = field(default_factory=dict)
    cost: dict[str, float | None] = field(default_factory=dict)


def planned_forks(run: Run, forks: Iterable[Fork]) -> ForkPlan:
    """The plan of forks of a run; nobody is asked.

    Raises:
        BadInput: a match cannot be forked so.
    """
    plan, there, matches = ForkPlan(), forks_of(run), set()
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
    known = {name: rest for name, *rest in run.rows(_COST)}
    for name, count in plan.decisions.items():
        if name not in run.tournament.contestants:
            plan.cost[name] = None
        elif run.tournament.player(name).model_specs():
            cost, decisions, unknown, calls = known.get(name, (0.0, 0, 1, 0))
            plan.cost[name] = count * cost / decisions if decisions and not unknown else None
            plan.calls[name] = count * calls / decisions if decisions else count
    return plan
