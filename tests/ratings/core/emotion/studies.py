"""Simulated studies of which everything is known: the arms, the clusters, and the truth.

`python -m tests.ratings.core.emotion.studies` prints how good intervals are by number of clusters.
"""

from dataclasses import dataclass
from statistics import NormalDist
from zlib import crc32

import numpy as np
import pandas as pd

from ratings.core.emotion.contrasts import Contrast
from ratings.core.emotion.due_decisions import DECISIONS, FAULT, YES_NO, Scale
from ratings.core.emotion.effects import effects
from ratings.core.statistics.bootstrap import Floats, Ints

ARM, REFERENCE = "anger", "none"
POINTS = Scale(-100, 200)


@dataclass(frozen=True)
class World:
    """How decisions come about: a mean, and random parts that decisions have in common.

    Args:
        name: in words.
        means: of the reference and of the arm; probabilities if `yes_no`.
        wording: standard deviation between clusters.
        order: what one order of options adds and the other takes away; drawn per cluster.
        reaction: standard deviation between clusters of what each arm adds of its own.
        unit: standard deviation between the units of a cluster.
        noise: standard deviation of single decisions.
        sizes: fewest and most units of a cluster.
        lost: share of decisions lost in the reference and in the arm.
        yes_no: whether decisions are 0 or 1.
    """

    name: str
    means: tuple[float, float]
    wording: float = 0
    order: float = 0
    reaction: float = 0
    unit: float = 0
    noise: float = 0
    sizes: tuple[int, int] = (8, 8)
    lost: tuple[float, float] = (0, 0)
    yes_no: bool = False

    @property
    def effect(self) -> float:
        return self.means[1] - self.means[0]

    @property
    def scale(self) -> Scale:
        return YES_NO if self.yes_no else POINTS

    @property
    def log_odds_ratio(self) -> float:
        one, other = (np.log(p / (1 - p)) for p in self.means)
        return float(other - one)


@dataclass(frozen=True)
class Quality:
    """What studies of one world came to.

    Args:
        coverage: share whose interval holds the effect.
        width: mean width of the interval, in those of who knows the variances.
        found: share with p below .05.
        size_coverage: share whose interval of the log odds ratio, if it has one, holds the truth.
    """

    coverage: float
    width: float
    found: float
    size_coverage: float


WORLDS = (
    World("numbers, balanced", (45, 51), wording=6, unit=3, noise=8),
    World("numbers, order of options", (45, 48), wording=4, order=8, reaction=2, noise=6),
    World("numbers, unbalanced", (45, 48), wording=6, reaction=2, noise=7, sizes=(2, 14)),
    World("shares, balanced", (0.5, 0.65), wording=0.1, order=0.15, yes_no=True),
    World("shares, unbalanced", (0.4, 0.5), wording=0.1, reaction=0.05, sizes=(2, 14), yes_no=True),
    World("shares near 0", (0.04, 0.1), wording=0.015, reaction=0.005, yes_no=True),
    World("shares near 1", (0.96, 0.96), wording=0.015, reaction=0.005, yes_no=True),
    World("losses by arm", (45, 51), wording=6, unit=2, noise=8, lost=(0.05, 0.3), sizes=(4, 12)),
    World("shares, losses by arm", (0.5, 0.35), wording=0.1, lost=(0.05, 0.3), yes_no=True),
)


def played(world: World, clusters: int, studies: int) -> pd.DataFrame:
    """Decisions of many studies, each in the name of a contestant of its own.

    No seed is chosen: it follows from the name of the world.
    """
    rng = np.random.default_rng([crc32(world.name.encode()), clusters])
    low, high = world.sizes
    sizes = rng.integers(low, high + 1, (studies * clusters))
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    common = _random(rng, world.wording, len(sizes), world)
    common += world.order * rng.choice([-1, 1], len(sizes))
    unit = np.arange(len(cluster))
    shared = common[cluster] + _random(rng, world.unit, len(unit), world)
    arms = [
        _arm(rng, world, at, shared + _random(rng, world.reaction, len(sizes), world)[cluster])
        for at in (0, 1)
    ]
    both = pd.concat(
        [
            each.assign(arm=arm, cluster=cluster, unit=unit)
            for each, arm in zip(arms, (REFERENCE, ARM), strict=True)
        ]
    )
    study = both["cluster"] // clusters
    return both.assign(game="g", outcome="o", contestant=study).loc[:, list(DECISIONS)]


def _arm(rng: np.random.Generator, world: World, at: int, shared: Floats) -> pd.DataFrame:
    mean = world.means[at] + shared
    if world.yes_no:
        assert mean.min() >= 0
        assert mean.max() <= 1
        value = (rng.random(len(mean)) < mean).astype(float)
    else:
        value = mean + _random(rng, world.noise, len(mean), world)
        assert value.min() >= POINTS.low
        assert value.max() <= POINTS.high
    lost = rng.random(len(mean)) < world.lost[at]
    return pd.DataFrame(
        {"value": np.where(lost, np.nan, value), "lost": np.where(lost, FAULT, ""), "legal": ~lost}
    )


def _random(rng: np.random.Generator, deviation: float, number: int, world: World) -> Floats:
    """Bounded draws for probabilities, so that these are never cut and their mean is exact."""
    if world.yes_no:
        end = deviation * np.sqrt(3)
        return rng.uniform(-end, end, number)
    return rng.normal(0, deviation, number)


def nothing(clusters: int, studies: int) -> pd.DataFrame:
    """Studies of two outcomes, four emotions and a placebo, all of which do nothing."""
    world = World("nothing", (0.5, 0.5), wording=0.1, reaction=0.05, yes_no=True)
    rng = np.random.default_rng([crc32(b"nothing"), clusters])
    cluster = np.repeat(np.arange(studies * clusters), 4)
    tables = []
    for outcome in "xy":
        shared = _random(rng, world.wording, studies * clusters, world)
        for arm in (*"abcd", "placebo", REFERENCE):
            own = shared + _random(rng, world.reaction, len(shared), world)
            values = _arm(rng, world, 0, own[cluster])
            tables.append(values.assign(outcome=outcome, arm=arm, cluster=cluster))
    every = pd.concat(tables)
    study = every["cluster"] // clusters
    return every.assign(game="g", unit=every.index, contestant=study).loc[:, list(DECISIONS)]


LOSING = World("losses by choice", (0.7, 0.5), wording=0.1, reaction=0.05, yes_no=True)
"""Its arm keeps half of what it would have answered with 0 to itself."""


def by_choice(clusters: int, studies: int) -> pd.DataFrame:
    """Studies in which what is lost is not what is kept."""
    rows = played(LOSING, clusters, studies)
    rng = np.random.default_rng([crc32(b"losses by choice"), studies])
    gone = (rows["arm"] == ARM) & (rows["value"] == 0) & (rng.random(len(rows)) < 0.5)
    return rows.assign(value=rows["value"].mask(gone), lost=np.where(gone, FAULT, ""), legal=~gone)


def quality(world: World, clusters: int, studies: int) -> Quality:
    """How good the intervals of studies are."""
    decisions = played(world, clusters, studies)
    table = effects(decisions, {"o": world.scale}, [Contrast("", ARM, REFERENCE)])
    some = decisions[decisions["contestant"] < _FOR_THE_ORACLE]
    normal = 2 * NormalDist().inv_cdf(0.975)
    widths = [normal * oracle_error(world, rows) for _, rows in some.groupby("contestant")]
    sizes = table.dropna(subset=["size_low"])
    size = world.log_odds_ratio if world.yes_no else np.nan
    return Quality(
        float(_holds(table, "", world.effect).mean()),
        float((table["high"] - table["low"]).mean() / np.mean(widths)),
        float((table["p"] < 0.05).mean()),
        float(_holds(sizes, "size_", size).mean()),
    )


_FOR_THE_ORACLE = 200
"""Studies in which the oracle is asked: its error hardly varies."""


def _holds(table: pd.DataFrame, of: str, truth: float) -> "pd.Series[bool]":
    return (table[f"{of}low"] <= truth) & (truth <= table[f"{of}high"])


def oracle_error(world: World, decisions: pd.DataFrame) -> float:
    """The standard error of the best linear unbiased estimate, by who knows all variances.

    Args:
        world: where the decisions come from.
        decisions: of one study; all that were made count, in pairs or not.
    """
    made = decisions[decisions["lost"] == ""]
    information = np.zeros((2, 2))
    for _, rows in made.groupby("cluster"):
        x = np.column_stack([np.ones(len(rows)), rows["arm"] == ARM]).astype(float)
        arm, unit = x[:, 1].astype(np.int64), rows["unit"].to_numpy()
        information += x.T @ np.linalg.solve(_covariance(world, arm, unit), x)
    return float(np.sqrt(np.linalg.inv(information)[1, 1]))


def _covariance(world: World, arm: Ints, unit: Ints) -> Floats:
    same_arm, same_unit = arm[:, None] == arm, unit[:, None] == unit
    shared = world.wording**2 + world.order**2 + world.reaction**2 * same_arm
    shared = shared + world.unit**2 * same_unit
    p = np.array(world.means)[arm]
    own = p * (1 - p) - shared.diagonal() if world.yes_no else np.full(len(arm), world.noise**2)
    return np.asarray(shared + np.diag(own), dtype=float)


def figures(studies: int) -> str:
    """A table in Markdown: coverage in per cent, and width in the oracle's, by clusters."""
    counts = (5, 10, 20)
    lines = [
        "| decisions | " + " | ".join(f"{n} clusters" for n in counts) + " |",
        "|---|" + "---|" * len(counts),
    ]
    for world in WORLDS:
        found = [quality(world, n, studies) for n in counts]
        cells = [f"{100 * each.coverage:.1f}, {each.width:.2f}" for each in found]
        lines.append(f"| {world.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(figures(2000))  # noqa: T201 - what it is for
