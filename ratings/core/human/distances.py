"""Distances between decisions of contestants and of people, by study.

Every distance comes with its noise floor (the expected distance of as many people drawn from the
study itself) and with the distance between the two most similar human samples. The human sample
size is counted in people, or in groups of people, never in decisions (`ratings.core.human.people`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from ratings.core.human import histogram as h
from ratings.core.human.human_scale import human_scale, most_like, probability_scale
from ratings.core.human.resampling import (
    BOOTSTRAPS,
    SEED,
    by_place,
    distance_interval,
    floor_of_places,
    gap_interval,
    worth_of_the_floor,
)
from ratings.core.human.sameness import (
    OPEN,
    Answer,
    all_of,
    power_of_sameness,
    same_mean,
    same_shape,
    same_spread,
)
from ratings.core.human.studies import Baseline
from ratings.core.human.weighed import weighed
from ratings.core.statistics.clusters import Clustered, clustered
from ratings.core.statistics.equivalence import tost, unspread, welch
from ratings.core.tables import require

CHOICES = ("contestant", "game", "measure", "value", "x", "round", "cluster", "repeated")
"""One row per decision. Measures and values: share_given, offer, minimum (per cent of the pie);
acceptance, cooperation, coordination, concession (1 or 0). `x`: the offer answered (per cent), or
the outcome of the round before ("CD": own cooperation, other's defection). `round`: 0 in games that
are not repeated, else from 1. `cluster`: unit of dependence, the wording or the block. `repeated`:
whether a model at temperature 0 got the same prompt before; such rows add no information."""

SPREAD = "spread"
"""A further column for amounts: {value: probability} if the distribution is known, and `value` is
then its mean; else None."""

MARGINS = {"percent of the pie": 10.0, "probability": 0.10}
"""Differences within these margins count as none, preset at one standard deviation between
laboratories."""

LEVEL = 0.95

Lost = Mapping[tuple[str, str, str], float]
"""Share of due decisions that was lost, by contestant, game and measure."""


@dataclass(frozen=True)
class Comparison:
    """A contestant's decisions beside one human sample.

    Attributes:
        human: mean of the people, in the study's units, as are all values below.
        human_low: lower end of its 95 per cent interval. NaN if the number of people is unknown;
            the interval of the distance, the floor and the tests are then NaN too.
        distance: Wasserstein-1 in points of the pie; for probabilities the mean absolute
            difference, which is the same for a single probability.
        distance_low: lower end of its 95 per cent interval; both sides are resampled.
        floor: mean distance of `FLOOR_PEOPLE` people with as many decisions each as the agent, with
            the study's own people drawn anew.
        floor_95: 95 per cent quantile of such distances.
        like: the two human samples with the most similar distance, in words.
        equivalent_p: p-value of two one-sided tests at the preset margin.
        sensitive_p: the same at half the margin.
        mismatch: differences of the people's game: payoffs, horizon, offers (made by people or set
            by the design); empty if there are none.
        lost: share of due decisions without a legal first answer.
        same_mean: within the preset margin, for all values of the lost decisions.
        same_spread: within the preset ratios; None for yes-no measures, whose mean determines the
            spread.
        power: probability to find the same mean, if it is the same.
    """

    contestant: str
    game: str
    measure: str
    baseline: str
    n: int
    clusters: int
    effective: int
    mean: float
    low: float
    high: float
    human: float
    human_low: float
    human_high: float
    distance: float
    distance_low: float
    distance_high: float
    floor: float
    floor_95: float
    like: str = ""
    like_distance: float = float("nan")
    ks: float = float("nan")
    ks_p: float = float("nan")
    energy: float = float("nan")
    dispersion: float = float("nan")
    equivalent_p: float = float("nan")
    sensitive_p: float = float("nan")
    turing: tuple[float, float, float] | None = field(default=None)
    mismatch: str = ""
    lost: float = 0.0
    same_mean: Answer = OPEN
    same_spread: Answer | None = None
    power: float = float("nan")

    @property
    def within_floor(self) -> bool:
        """Whether the distance is below 95 per cent of those of people drawn from the study."""
        return self.distance <= self.floor_95

    @property
    def same_shape(self) -> Answer:
        """Whether the distance is within that of people."""
        return same_shape(self.distance, self.distance_low, self.floor_95, self.clusters)

    @property
    def same(self) -> Answer:
        """Whether mean, spread and shape all agree with people's."""
        spread = [] if self.same_spread is None else [self.same_spread]
        return all_of([self.same_mean, *spread, self.same_shape])

    @property
    def equivalent(self) -> bool:
        """Whether the means are equivalent within the margin, at the 5 per cent level."""
        return self.equivalent_p < 1 - LEVEL


def compare(
    decisions: pd.DataFrame,
    studies: Mapping[str, Baseline],
    games: Mapping[str, Mapping[str, Any]],
    lost: Lost = MappingProxyType({}),
) -> list[Comparison]:
    """All possible comparisons of decisions with studies, by contestant, game and study.

    Args:
        decisions: columns CHOICES, and SPREAD if distributions are known.
        studies: samples to compare with, by name.
        games: identity of each game (name and parameters), by its id.
        lost: shares of lost decisions; 0 if missing.
    """
    table = require(decisions, (*CHOICES, SPREAD) if SPREAD in decisions else CHOICES)
    comparisons = []
    for (contestant, key), rows in table.groupby(["contestant", "game"], sort=True):
        game = games[str(key)]
        for study in studies.values():
            if study.game != game["name"] or study.unplayable or study.shares is not None:
                continue  # shares of strategies are a matter of `sfem`
            chosen = view(rows, study, game)
            if study.cells is None:  # a study may say nothing of an offer, a round or an outcome
                chosen = chosen[~np.isnan(study.expected(chosen["x"].to_numpy(), dict(game)))]
            if len(chosen):
                measured = _distribution if study.cells is not None else _probability
                of = (str(contestant), str(key))
                share = lost.get((*of, study.declared.base), 0.0)
                each = measured(*of, chosen, study, game, share)
                comparisons.append(replace(each, mismatch=mismatch(study, game)))
    return comparisons


def mismatch(study: Baseline, game: Mapping[str, Any]) -> str:
    """Differences between a study's game and the game played: payoffs, horizon, offers.

    Payoffs in other units are the same payoffs. A study without payoffs has no difference in
    payoffs. Answers to offers set by the design differ from answers to people's offers.

    Returns:
        The differences, joined by commas; empty if there is none.
    """
    theirs, differences = study.payoffs, []
    payoffs = sorted(theirs.keys() - {*_HORIZON})
    if payoffs and not np.allclose(_shape(theirs, payoffs), _shape(game, payoffs)):
        differences.append("payoffs")
    if theirs and any(theirs.get(key) != game.get(key) for key in _HORIZON):
        differences.append("horizon")
    if study.declared.base == "acceptance":
        played = "people" if game.get("fixed_offer") is None else "design"
        differences += ["offers"] * (study.offers != played)
    return ", ".join(differences)


_HORIZON = ("rounds", "continuation")
"""Parameters of a study's game other than payoffs."""


def _shape(game: Mapping[str, Any], payoffs: list[str]) -> h.Floats:
    """Position of each payoff between the least and the largest; independent of the unit."""
    points = np.array([float(game[key]) for key in payoffs])
    least, most = points.min(), points.max()
    return np.asarray((points - least) / (most - least if most > least else 1.0))


def view(rows: pd.DataFrame, study: Baseline, game: Mapping[str, Any]) -> pd.DataFrame:
    """The decisions on a study's measure, with `x` in the coding of the study.

    A one-round study is not compared with repeated games, nor the reverse. A study by round is
    compared only with games of as many rounds.
    """
    measure, rounds = study.declared, rows["round"]
    asked = rounds.between(*measure.rounds)
    if measure.x == "round":
        rows = rows.assign(x=rounds)
        asked &= game.get("rounds") == study.payoffs.get("rounds")
    return rows[asked & (rows["measure"] == measure.base)]


def _distribution(
    contestant: str,
    key: str,
    rows: pd.DataFrame,
    study: Baseline,
    _: Mapping[str, Any],
    lost: float,
) -> Comparison:
    people, values = study.histogram, rows["value"].to_numpy(dtype=float)
    cluster, repeats = rows["cluster"].to_numpy(), int(rows["repeated"].sum())
    ours = clustered(values, cluster, repeats)
    chosen = weighed(values, rows.get(SPREAD))
    both = h.pair(people, chosen.values, chosen.share)
    distance = float(h.wasserstein(both))
    low, high = distance_interval(people, chosen, cluster, distance)
    floor = h.noise_floor(people, worth_of_the_floor(ours, study, people.sd**2))
    like, like_distance = most_like(human_scale(study.game, study.measure), distance)
    error = study.error(rows["x"].to_numpy())
    gap = replace(ours, mean=ours.mean - people.mean)
    return Comparison(
        *(contestant, key, study.measure, study.name, ours.n, ours.clusters, ours.effective),
        *(ours.mean, *ours.interval(), people.mean, *_human(study, people.mean, error)),
        *(distance, low, high, float(floor.mean()), float(np.quantile(floor, LEVEL))),
        like=like,
        like_distance=like_distance,
        ks=float(h.kolmogorov_smirnov(both)),
        ks_p=h.permutation_p(both, people.people, ours.effective),
        energy=h.energy(both),
        dispersion=h.dispersion_ratio(both),
        turing=h.turing(people, chosen.values, chosen.share),
        same_spread=same_spread(people, chosen, cluster),
        **_tests(gap, error, study, ours.mean, lost),
    )


def _probability(
    contestant: str,
    key: str,
    rows: pd.DataFrame,
    study: Baseline,
    game: Mapping[str, Any],
    lost: float,
) -> Comparison:
    """Means if a study has no distribution; probabilities by offer, round or outcome."""
    share = study.units == "percent of the pie"
    x = rows["x"].to_numpy()
    expected, error = study.expected(x, dict(game)), study.error(x)
    scale = probability_scale(study, x, game)
    values, cluster = rows["value"].to_numpy(dtype=float), rows["cluster"].to_numpy()
    x, places = pd.factorize(x)
    repeats = int(rows["repeated"].sum())
    ours, gap = (clustered(each, cluster, repeats) for each in (values, values - expected))
    if study.points is None:
        x, places = np.zeros(len(x), dtype=int), np.zeros(1)
    distance = by_place(values - expected, x)
    people = study.redrawn(np.asarray(places), BOOTSTRAPS, (SEED, 1))  # not our side's draws
    low, high = gap_interval(values, x, cluster, people, distance)
    # A study with a mean only has no information on the spread of people, so there is no floor.
    floor = np.array([np.nan])
    if not share and study.sampled:
        floor = floor_of_places(expected, x, gap, study, np.asarray(places))
    human = float(expected.mean())
    return Comparison(
        *(contestant, key, study.measure, study.name, ours.n, ours.clusters, ours.effective),
        *(ours.mean, *ours.interval(), human, *_human(study, human, error), distance, low, high),
        *(float(floor.mean()), float(np.quantile(floor, LEVEL)), *most_like(scale, distance)),
        **_tests(gap, error, study, ours.mean, lost),
    )


def _human(study: Baseline, mean: float, error: float) -> tuple[float, float]:
    """Interval of the people's mean."""
    return study.sample.interval(mean, error, study.highest)


def _tests(
    gap: Clustered, human_se: float, study: Baseline, mean: float, lost: float
) -> dict[str, Any]:
    """Equivalence of means: p at the margin and at half of it, answer, power, lost share.

    The p values are NaN without a human standard error.
    """
    margin, people = MARGINS[study.units], study.sample.degrees + 1
    if np.isnan(human_se) or not people > 1:
        return {"lost": lost}
    se, df = welch(gap, human_se, round(people))
    p_values = tost(gap.mean, se, df, np.array([margin, margin / 2]))
    at_margin, at_half = unspread(p_values, gap.se, gap.clusters)
    moved = (lost * mean, lost * (study.highest - mean))
    return {
        "equivalent_p": float(at_margin),
        "sensitive_p": float(at_half),
        "same_mean": same_mean(gap, human_se, people, margin, moved),
        "power": power_of_sameness(gap, human_se, people, margin),
        "lost": lost,
    }


def table(comparisons: list[Comparison]) -> pd.DataFrame:
    """Comparisons as a table, the Turing test in three columns."""
    return pd.DataFrame(_rows(comparisons))


def _rows(comparisons: list[Comparison]) -> Iterator[dict[str, Any]]:
    for each in comparisons:
        row = {key: getattr(each, key) for key in each.__dataclass_fields__ if key != "turing"}
        win, tie, loss = each.turing or (float("nan"),) * 3
        verdicts = {name: getattr(each, name) for name in ("within_floor", "equivalent", "same")}
        yield {**row, **verdicts, "turing_win": win, "turing_tie": tie, "turing_loss": loss}
