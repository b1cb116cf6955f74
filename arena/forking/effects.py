"""Effects of the changes of forks: paired differences to the control arm."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, isnan
from typing import Literal, NamedTuple, Self, get_args

import numpy as np
import pandas as pd

from arena.analysis.result import Result
from arena.forking.fork import Fork, Forked, forked, stated
from arena.forking.outcomes import PAYOFF, Outcomes, in_points, outcomes, value
from arena.forking.tree_values import TreeValues
from arena.record.run import Run
from games import BadInput
from games.core.errors import unknown
from ratings.core.statistics.cluster_mean import ClusterMean, cluster_mean
from ratings.core.statistics.least_squares import holm

COLUMNS = (
    "design", "position", "game", "change", "player", "contestant", "outcome", "control", "effect",
    "low", "high", "p", "adjusted_p", "pairs", "matches", "needed", "tree",
)  # fmt: skip
PRECISION = 0.1
"""Half the width of an interval for which the number of clusters is stated."""
By = Literal["contestant", "model"]
ONE_POSITION = "intervals of one forked match are over its pairs, and hold for this position alone"


@dataclass(frozen=True)
class ForkRequest:
    """What is asked of the effects of forks.

    Args:
        by: whether players are told apart by contestant, or by the model that they ask.
        precision: half the width of an interval for which the number of clusters is stated: a
            share, and points for payoffs and amounts.
        only: forks that count; None for all.
        pooled: whether the forks of all designs are pooled.
    """

    by: By = "contestant"
    precision: float = PRECISION
    only: Collection[Fork] | None = None
    pooled: bool = False

    @classmethod
    def checked(cls, by: str = "contestant", precision: float = PRECISION) -> Self:
        """The request from a user's options.

        Raises:
            BadInput: a name is unknown, or the precision is none.
        """
        if by not in get_args(By):
            raise unknown("property of players", by, get_args(By))
        if not precision > 0:
            raise BadInput(f"precision must be above 0, not {precision:g}")
        return cls("model" if by == "model" else "contestant", precision)

    def of(self, forks: Collection[Fork]) -> Self:
        """The same request for some forks; for all if these are none."""
        return replace(self, only=tuple(forks) or None)


class _Cell(NamedTuple):
    """Whose outcomes are compared: all with equal fields are pooled."""

    game: str
    change: str
    player: str
    contestant: str


class _Pair(NamedTuple):
    """Two continuations with one seed, as one seat fared in them.

    Attributes:
        match: that was forked.
        control: outcomes without the change.
        changed: outcomes with it.
        tree: change of the seat's expected payoff, see `arena.forking.tree_values`.
    """

    match: str
    control: Outcomes
    changed: Outcomes
    tree: float = float("nan")


_Pairs = dict[_Cell, list[_Pair]]


def fork_effects(run: Run, request: ForkRequest | None = None) -> Result:
    """Differences between the arms of forks and their control arms.

    A row pools the forks of one design of forks, or is of one fork that stands alone. Where a
    design forks a single match, each of its positions has rows of its own. Pairs with an open or a
    void continuation are left out. p values are adjusted over the rows of a family.

    Args:
        run: the run of forks.
        request: what is asked; the usual if left out.
    """
    request = request or ForkRequest()
    base, rows, left_out = Run(run.folder.parent, robots=True), list[dict[str, object]](), 0
    families, trees = _families(run, request), TreeValues(base)
    for (design, position), forks in families.items():
        pairs: _Pairs = defaultdict(list)
        for fork in forks:
            left_out += _collect(run, forked(base, fork), request.by, pairs, trees)
        about = {"design": design, "position": position}
        found = [about | row for cell in sorted(pairs) for row in _rows(cell, pairs[cell], request)]
        adjusted = holm(np.array([row["p"] for row in found], dtype=float))
        rows += [row | {"adjusted_p": p} for row, p in zip(found, adjusted, strict=True)]
    remarks = [ONE_POSITION] if any(position for _, position in families) else []
    if left_out:
        remarks.append(f"{left_out} pairs with an open or a void continuation are left out")
    table = pd.DataFrame(rows, columns=[*COLUMNS])
    return Result(run.manifest.name, run.manifest.design_hash, table, tuple(remarks))


def _families(run: Run, request: ForkRequest) -> dict[tuple[str, str], list[Fork]]:
    """Forks by design and position; a position is empty where several matches are pooled."""
    kept: dict[tuple[object, ...], Fork] = {}
    for fork in stated(run):
        if request.only is None or fork in request.only:
            one = replace(fork, design="all") if request.pooled else fork
            key = one.match, one.at, one.control, one.design, () if request.pooled else one.changes
            # Stated again with more pairs, or, where designs are pooled, with more arms.
            known = kept.get(key, one)
            arms = tuple(dict.fromkeys((*known.changes, *one.changes)))
            kept[key] = replace(one, changes=arms, times=max(one.times, known.times))
    families: dict[tuple[str, str], list[Fork]] = defaultdict(list)
    for fork in kept.values():
        matches = {each.match for each in kept.values() if each.design == fork.design}
        pooled = fork.design and len(matches) > 1
        families[fork.design, "" if pooled else f"{fork.match}@{fork.at}"].append(fork)
    return families


def _collect(run: Run, state: Forked, by: By, pairs: _Pairs, trees: TreeValues) -> int:
    """Add the pairs of a fork; returns the number of those that are open or void."""
    fork, closed = state.fork, set(run.ids())
    arms: dict[str, dict[int, list[Outcomes]]] = {arm: {} for arm in state.seats}
    for one in state.continuations():
        if one.match.id in closed:
            transcript = run.transcript(one.match.id, texts=False)
            if transcript.payoffs is not None:
                arms[one.arm][one.number] = outcomes(transcript, state.after(transcript))
    control, lost = arms.pop(fork.control), 0
    for change, made in arms.items():
        both = sorted(made.keys() & control.keys())
        lost += fork.times - len(both)
        worth = trees.effects(state, change)
        for seat, name in enumerate(state.base.match.seats):
            player = "own" if seat == state.seat else "other"
            cell = _Cell(state.base.match.game, change, player, _called(run, name, by))
            pairs[cell] += [
                _Pair(fork.match, control[n][seat], made[n][seat], worth[seat]) for n in both
            ]
    return lost


def _called(run: Run, name: str, by: By) -> str:
    """The contestant, or its model; of a script, its own name."""
    models = run.tournament.player(name).model_specs() if by == "model" else ()
    return models[0].model if models else name


def _rows(cell: _Cell, pairs: Sequence[_Pair], request: ForkRequest) -> Iterator[dict[str, object]]:
    """One row for each outcome."""
    every = {outcome for pair in pairs for outcome in (*pair.control, *pair.changed)}
    for outcome in sorted(every):
        both = np.array(
            [(value(pair.control, outcome), value(pair.changed, outcome)) for pair in pairs]
        )
        known = ~np.isnan(both).any(axis=1)
        if not known.any():
            continue
        control, changed = both[known].T
        matches = [pair.match for pair, kept in zip(pairs, known, strict=True) if kept]
        mean = paired_effect(changed - control, matches, points=in_points(outcome))
        low, high = mean.interval
        yield cell._asdict() | {
            "outcome": outcome,
            "control": control.mean(),
            "effect": mean.value,
            "low": low,
            "high": high,
            "p": mean.p,
            "pairs": len(matches),
            "matches": len(set(matches)),
            "needed": _needed(mean, request.precision),
            "tree": _tree(pairs) if outcome == PAYOFF else np.nan,
        }


def paired_effect(change: np.ndarray, matches: list[str], *, points: bool = False) -> ClusterMean:
    """Mean difference of pairs, by forked match; of one match, by pair.

    Args:
        change: [n] differences of pairs.
        matches: [n] the forked match of each.
        points: whether differences are of payoffs or amounts, which have no common limits.
    """
    limits = (-inf, inf) if points else (-1.0, 1.0)
    alone = len(set(matches)) == 1
    return cluster_mean(change, np.arange(len(change)) if alone else np.array(matches), limits)


def _needed(mean: ClusterMean, precision: float) -> float:
    """Number of clusters for an interval of this precision on either side."""
    low, high = mean.interval
    if isnan(low) or mean.agreed:
        return np.nan
    return ceil(mean.clusters * ((high - low) / 2 / precision) ** 2)


def _tree(pairs: Sequence[_Pair]) -> float:
    """Mean change of the expected payoff; NaN unless all pairs have one."""
    return float(np.mean([pair.tree for pair in pairs]))
