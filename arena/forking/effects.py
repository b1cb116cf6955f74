"""Effects of the changes of forks: paired differences to the control arm."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import ceil, inf, isnan

import numpy as np
import pandas as pd

from arena.analysis.result import Result
from arena.core.types import Transcript, TurnRecord
from arena.forking.fork import CONTROL, Forked, forked, stated
from arena.record.run import Run
from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean
from ratings.core.statistics.least_squares import holm

COLUMNS = (
    "change", "seat", "outcome", "control", "effect", "low", "high", "p", "adjusted_p", "pairs",
    "matches", "needed",
)  # fmt: skip
PRECISION = 0.1
"""Half the width of the interval of a share, for which the number of clusters is stated."""
ONE_POSITION = (
    "one match was forked: intervals are over its pairs, and hold for this position alone"
)

_Outcome = tuple[int, str]
"""A seat, and what is measured of it."""
_Pair = tuple[str, int, int]
"""Forked match, decision, number of the pair."""


def fork_effects(run: Run) -> Result:
    """Differences between the arms of forks and their control arms.

    Pairs with an open or a void continuation are left out.

    Args:
        run: the run of forks.
    """
    base, found = Run(run.folder.parent, robots=True), dict[str, dict[_Pair, _Measured]]()
    closed = set(run.ids())
    for fork in stated(run):
        state = forked(base, fork)
        for one in fork.continuations(state.base.match):
            if one.match.id in closed:
                transcript = run.transcript(one.match.id, texts=False)
                if transcript.payoffs is not None:
                    pair = fork.match, fork.at, one.number
                    found.setdefault(one.arm, {})[pair] = dict(_measures(state, transcript))
    control = found.pop(CONTROL, {})
    rows = [row for arm, pairs in found.items() for row in _rows(arm, pairs, control)]
    table = pd.DataFrame(rows, columns=[*COLUMNS])
    table["adjusted_p"] = holm(table["p"].to_numpy(dtype=float))
    alone = len({pair[:1] for pair in control}) == 1
    return Result(
        run.manifest.name, run.manifest.design_hash, table, (ONE_POSITION,) if alone else ()
    )


_Measured = Mapping[_Outcome, float]


def _measures(state: Forked, transcript: Transcript) -> Iterator[tuple[_Outcome, float]]:
    """What came after the fork: shares of actions and emotions, and payoffs."""
    given = sum(map(len, state.before))
    for seat, points in enumerate(transcript.payoffs or ()):
        yield (seat, "payoff"), float(points)
    later: dict[int, list[TurnRecord]] = defaultdict(list)
    for each in transcript.decisions[given:]:
        later[each.player].append(each)
    for seat, made in later.items():
        if seat != state.seat:
            yield (seat, f"next action {made[0].decision.action}"), 1.0
            if (affect := made[0].decision.affect) is not None:
                yield (seat, f"next felt {affect.felt}"), 1.0
                yield (seat, f"next shown {affect.shown}"), 1.0
        for each in made:
            yield (seat, f"later actions {each.decision.action}"), _share(each, made)


def _share(one: TurnRecord, made: list[TurnRecord]) -> float:
    """Share of the decisions that have the action of one."""
    return sum(each.decision.action == one.decision.action for each in made) / len(made)


def _rows(
    arm: str, pairs: Mapping[_Pair, _Measured], control: Mapping[_Pair, _Measured]
) -> Iterator[dict[str, object]]:
    """The rows of an arm, one for each outcome."""
    both = sorted(pairs.keys() & control.keys())
    outcomes = {outcome for pair in both for outcome in (*pairs[pair], *control[pair])}
    for outcome in sorted(outcomes):
        # An action that was not taken has a share of 0.
        without = np.array([control[pair].get(outcome, 0.0) for pair in both])
        change = np.array([pairs[pair].get(outcome, 0.0) for pair in both]) - without
        mean = paired_effect(change, [pair[0] for pair in both], points=outcome[1] == "payoff")
        low, high = mean.interval
        yield {
            "change": arm,
            "seat": outcome[0],
            "outcome": outcome[1],
            "control": without.mean(),
            "effect": mean.value,
            "low": low,
            "high": high,
            "p": mean.p,
            "pairs": len(both),
            "matches": len({pair[0] for pair in both}),
            "needed": np.nan if outcome[1] == "payoff" else _needed(mean),
        }


def paired_effect(change: np.ndarray, matches: list[str], *, points: bool = False) -> ClusterMean:
    """Mean difference of pairs, by forked match; of one match, by pair.

    Args:
        change: [n] differences of pairs.
        matches: [n] the forked match of each.
        points: whether differences are of payoffs, which have no common limits.
    """
    limits = (-inf, inf) if points else (-1.0, 1.0)
    alone = len(set(matches)) == 1
    return cluster_mean(change, np.arange(len(change)) if alone else np.array(matches), limits)


def _needed(mean: ClusterMean) -> float:
    """Number of clusters for an interval of PRECISION on either side."""
    low, high = mean.interval
    if isnan(low) or mean.agreed:
        return np.nan
    return ceil(mean.clusters * ((high - low) / 2 / PRECISION) ** 2)
