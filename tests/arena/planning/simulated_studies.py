"""Studies of a design whose truth is known, told by the very estimator of the table of effects."""

import gc
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
import pandas as pd

from arena.analysis.effects import EffectsRequest, estimated
from arena.design.tournament import Tournament
from arena.planning.effect_answer import EffectQuestion
from arena.planning.effect_power import effect_power
from arena.planning.stand_in_run import stand_in_run
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import Scale
from ratings.core.statistics.bootstrap import Floats, Ints
from ratings.core.statistics.equivalence import tost

LEVEL = 0.04
"""Standard deviation between wordings of what all arms share, as a share of the range."""


@dataclass(frozen=True)
class World:
    """How decisions come about; shares of the outcome's range.

    Args:
        asked: effect, and the standard deviations between wordings, orders and events.
        moved: the arms that the effect moves.
        truth: the effect; None for that of `asked`.
    """

    asked: EffectQuestion
    moved: Collection[str]
    truth: float | None = None

    def values(
        self, rng: np.random.Generator, rows: pd.DataFrame, scale: Scale, studies: int
    ) -> Floats:
        """Decisions of one outcome: [rows, studies].

        Orders and events are levels that wordings meet in turn. They, and the wordings, change what
        a moved arm adds; wordings change every arm.
        """
        cluster, arm = (pd.factorize(rows[name], sort=True)[0] for name in ("cluster", "arm"))
        moved = rows["arm"].isin(list(self.moved)).to_numpy(dtype=float)
        width = scale.high - scale.low
        asked = self.asked
        effect = asked.effect if self.truth is None else self.truth
        wordings, orders, events = (
            float(each or 0)
            for each in (asked.between_wordings, asked.between_orders, asked.between_events)
        )
        turn = _turn(rng, int(cluster.max()) + 1, studies)
        levels = orders * np.array([-1.0, 1])[turn % 2]
        levels = levels + events * np.sqrt(1.5) * np.array([-1.0, 0, 1])[turn % 3]
        shared = _even(rng, LEVEL, turn.shape)
        # Two arms that differ by their own parts differ with the deviation that was asked about.
        own = _even(rng, wordings / np.sqrt(2), (int(arm.max()) + 1, *turn.shape))
        mean = (0.5 if scale.yes_no else 0.45) + shared[cluster] + own[arm, cluster]
        mean = mean + moved[:, None] * (effect + levels[cluster])
        if scale.yes_no:
            assert mean.min() >= 0
            assert mean.max() <= 1
            return np.asarray(rng.random(mean.shape) < mean, dtype=float)
        found = mean + _even(rng, float(asked.within or 0), mean.shape)
        assert found.min() >= 0
        assert found.max() <= 1
        return np.asarray(scale.low + width * found, dtype=float)


def _turn(rng: np.random.Generator, clusters: int, studies: int) -> Ints:
    """A place in a cycle of six for every cluster, in random order: [clusters, studies]."""
    cycle = np.tile(np.arange(clusters)[:, None], studies)
    return np.asarray(rng.permuted(cycle, axis=0) % 6, dtype=np.int64)


def _even(rng: np.random.Generator, deviation: float, shape: tuple[int, ...]) -> Floats:
    """Evenly drawn: bounded, so that no value is ever cut."""
    end = deviation * np.sqrt(3)
    return rng.uniform(-end, end, shape)


def simulated(
    tournament: Tournament, world: World, request: EffectsRequest, studies: int
) -> pd.DataFrame:
    """The tables of effects of many studies.

    Returns:
        Columns of the table, and study; p values and arrows are of a study's own families.
    """
    rng = np.random.default_rng(studies)

    def estimate(
        rows: pd.DataFrame, scales: Mapping[str, Scale], contrasts: Sequence[Contrast]
    ) -> pd.DataFrame:
        if rows.empty or not contrasts:
            return estimates.effects(rows.head(0), scales, contrasts)
        numbers = range(0, studies, _AT_ONCE)
        tables = [
            estimates.effects(_decisions(world, rng, rows, scales, first), scales, contrasts)
            for first in numbers
        ]
        return pd.concat(tables, ignore_index=True)

    with stand_in_run(tournament) as (run, _):
        table = estimated(run, request, estimate)
    parts = table["contestant"].str.split("|", n=1, expand=True)
    table = table.assign(study=parts[0].astype(int), contestant=parts[1])
    with patch.object(gc, "collect"):  # statsmodels' correction takes most of its time for it
        families = [estimates.family(own) for _, own in table.groupby(["study", "family"])]
    return pd.concat(families, ignore_index=True)


_AT_ONCE = 100
"""Studies that are told together."""


def _decisions(
    world: World,
    rng: np.random.Generator,
    rows: pd.DataFrame,
    scales: Mapping[str, Scale],
    first: int,
) -> pd.DataFrame:
    """The decisions of some studies, each in the name of contestants of its own."""
    parts = []
    for (outcome, _), own in rows.groupby(["outcome", "contestant"], sort=False):
        values = world.values(rng, own, scales[str(outcome)], _AT_ONCE)
        many = own.iloc[np.tile(np.arange(len(own)), _AT_ONCE)]
        number = np.repeat(np.arange(first, first + _AT_ONCE), len(own)).astype(str)
        contestant = number.astype(object) + "|" + many["contestant"].to_numpy()
        parts.append(many.assign(value=values.T.ravel(), contestant=contestant))
    return pd.concat(parts)


ROW = ["outcome", "contestant", "contrast", "arm", "reference"]


def compared(
    tournament: Tournament, world: World, request: EffectsRequest, studies: int
) -> pd.DataFrame:
    """What was predicted of each row, and what came of so many studies.

    Returns:
        Columns ROW, predicted, found, kind: power, first (p below Holm's first step), arrow,
        equivalence.
    """
    told = effect_power(tournament, world.asked, request).table
    came = simulated(tournament, world, request, studies)
    sizes = told[told["df"].notna()]["family"].value_counts()
    came = came.drop(columns="margin").merge(told[[*ROW, "margin"]], on=ROW)
    same = tost(came["effect"], came["error"], came["df"], came["margin"]) < estimates.ALPHA
    hits = came.assign(
        power=came["p"] < estimates.ALPHA,
        first=came["p"] * came["family"].map(sizes) < estimates.ALPHA,
        arrow=came["arrow"] != "",
        equivalence=same,
    )
    kinds = ["power", "first", "arrow", "equivalence"]
    shares = hits.groupby(ROW)[kinds].mean()
    known = told.assign(first=told["arrow_power"], arrow=told["arrow_power"]).set_index(ROW)
    both = shares.join(known[kinds].add_suffix(" predicted")).reset_index()
    return pd.concat(
        both[ROW].assign(kind=kind, found=both[kind], predicted=both[f"{kind} predicted"])
        for kind in kinds
    )
