"""Frequencies of choices by contestant and information set."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from games.core.errors import BadInput
from games.core.solve import best_response, expected_payoffs, exploitability, quantal_responses
from games.core.tree import Tree, build
from ratings.core.statistics.bootstrap import LEVEL, Floats
from ratings.core.tables import WEIGHT, GameRecord

PRIOR = 0.5
"""Added to the count of every action: Jeffreys' prior."""

_tree = lru_cache(maxsize=4)(build)

_GRID, _FINE, _SPAN = 60, 1_200, 100.0


@dataclass(frozen=True, eq=False)
class Behaviour:
    """Choices of all contestants of a game.

    Args:
        tree: tree of one round.
        counts: [clusters, choices] counts of each contestant; sums of probabilities if these are
            known.
    """

    tree: Tree
    counts: dict[str, Floats]


@lru_cache(maxsize=8)
def behaviour(record: GameRecord) -> Behaviour:
    """The choices on record.

    Raises:
        BadInput: decisions are not on record, or the game's tree is too large.
    """
    if record.stage is None or record.decisions is None:
        raise BadInput(f"{record.game}: no decisions are on record, only payoffs")
    tree = _tree(record.stage)
    return Behaviour(tree, choices(tree, record.decisions, record.contestants)[0])


def choices(
    tree: Tree, decisions: pd.DataFrame, contestants: Iterable[str]
) -> tuple[dict[str, Floats], list[str]]:
    """Counts of each contestant's choices by cluster.

    Args:
        tree: tree of the game.
        decisions: columns contestant, cluster, set and action.
        contestants: contestants to count.

    Returns:
        Counts [clusters, choices] of each contestant, and the names of the clusters.
    """
    number = {
        (name, action): int(start) + at
        for name, options, start in zip(tree.keys, tree.actions, tree.first_choice, strict=False)
        for at, action in enumerate(options)
    }
    clusters, known = pd.factorize(decisions["cluster"])
    made = np.array(
        [number[pair] for pair in zip(decisions["set"], decisions["action"], strict=True)], np.int64
    )
    one = np.ones(len(decisions))
    weights = np.asarray(decisions.get(WEIGHT, one), dtype=np.float64)
    counts = {}
    for name in contestants:
        own = (decisions["contestant"] == name).to_numpy()
        cells = clusters[own] * tree.choices + made[own]
        flat = np.bincount(cells, weights[own], minlength=len(known) * tree.choices)
        counts[name] = flat.astype(np.float64).reshape(len(known), tree.choices)
    return counts, [*map(str, known)]


def weighted(record: GameRecord) -> list[str]:
    """Contestants with known probabilities for some or all decisions."""
    table = record.decisions
    if table is None or WEIGHT not in table:
        return []
    return sorted(set(table.loc[table[WEIGHT] != 1, "contestant"]))


def asked(tree: Tree, counts: Floats) -> Floats:
    """Number of decisions in each information set: [choices] to [sets]."""
    times: Floats = np.add.reduceat(counts, tree.first_choice[:-1])
    return times


def elicited(tree: Tree, counts: Floats, draws: int, seed: int) -> tuple[float, float, float]:
    """Exploitability of a policy elicited in every information set, with its interval.

    The estimate takes the observed shares as the policy. A best response also exploits noise. The
    estimate is therefore biased upwards, and above 0 even for an equilibrium player. The bias falls
    with the number of answers per set. The ends come from policies drawn from Dirichlet posteriors,
    with independent answers. The upper end has the same bias, which is conservative. The lower end
    has none: the best response to one half of the answers is played against policies drawn from the
    other half.

    Args:
        tree: tree of the game.
        counts: [clusters, choices] number of times each was chosen.
        draws: number of posterior draws.
        seed: seed of the draws.

    Returns:
        Points per player: estimate, lower and upper end of the 95 % interval; NaN if an information
        set was never asked.
    """
    chosen = counts.sum(axis=0)
    times = asked(tree, chosen)
    if (times == 0).any():
        return np.nan, np.nan, np.nan
    estimate = exploitability(tree, chosen / tree.spread(times))
    if not draws:
        return estimate, np.nan, np.nan
    low, high = _ends(tree, counts, draws, np.random.default_rng(seed))
    # The prior pulls the upper end towards uniform play, which may be less exploitable.
    return estimate, min(estimate, max(0.0, low)), max(estimate, high)


def _ends(tree: Tree, counts: Floats, draws: int, rng: np.random.Generator) -> tuple[float, float]:
    """The ends of the interval of `elicited`, before the estimate and 0 bound them."""
    chosen = counts.sum(axis=0)
    upper = [exploitability(tree, one) for one in _posterior(tree, chosen + PRIOR, draws, rng)]
    halves = counts[::2].sum(axis=0), counts[1::2].sum(axis=0)
    # Draws of a posterior, which is wide where there is little data: its plain quantiles, without
    # the expansion that the cluster bootstrap needs for few clusters.
    low = 0.0
    if all((asked(tree, half) > 0).all() for half in halves):
        for learned, judged in (halves, halves[::-1]):
            replies = _replies(tree, learned + PRIOR)
            gained = [_gained(tree, replies, p) for p in _posterior(tree, judged, draws, rng)]
            # Both splits have nearly the same noise, so the ends are averaged instead of the gains.
            low += float(np.quantile(gained, 0.5 - LEVEL / 2)) / 2
    return low, float(np.quantile(upper, 0.5 + LEVEL / 2))


def pseudo_values(tree: Tree, counts: Floats) -> Floats:
    """Jackknife pseudo-values of the exploitability of the observed shares, by cluster.

    With C clusters, a pseudo-value is C times the exploitability of all clusters minus C - 1 times
    that of all but this one. The mean of the pseudo-values is the jackknife estimate, which
    corrects most of the bias from noise. Their spread gives the standard error.

    Source: Tukey (1958), Bias and confidence in not-quite large samples, Annals of Mathematical
    Statistics 29, 614.

    Args:
        tree: tree of the game.
        counts: [clusters, choices] number of times each was chosen.

    Returns:
        [clusters] points per player; NaN if an information set was never asked, or only in one
        cluster.
    """
    whole, many = counts.sum(axis=0), len(counts)
    left = whole - counts
    if any((asked(tree, each) == 0).any() for each in (whole, *left)):
        return np.full(many, np.nan)
    every, *without = (
        exploitability(tree, each / tree.spread(asked(tree, each))) for each in (whole, *left)
    )
    return many * every - (many - 1) * np.array(without)


def _posterior(tree: Tree, counts: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Policies from independent Dirichlet distributions: [draws, choices]."""
    drawn = rng.standard_gamma(counts, (draws, tree.choices))
    total = np.add.reduceat(drawn, tree.first_choice[:-1], axis=1)
    policies: Floats = drawn / np.repeat(total, np.diff(tree.first_choice), axis=1)
    return policies


def _replies(tree: Tree, counts: Floats) -> list[Floats]:
    """Each player's best response to the shares."""
    policy = counts / tree.spread(asked(tree, counts))
    return [best_response(tree, policy, player)[1] for player in range(tree.players)]


def _gained(tree: Tree, replies: list[Floats], policy: Floats) -> float:
    """Mean gain of players from a unilateral switch to their replies."""
    own, before = tree.spread(tree.owner), expected_payoffs(tree, policy)
    gains = [
        expected_payoffs(tree, np.where(own == player, reply, policy))[player] - before[player]
        for player, reply in enumerate(replies)
    ]
    return float(np.mean(gains))


@lru_cache(maxsize=8)
def noisy_curve(tree: Tree) -> tuple[Floats, Floats]:
    """Logit quantal response along lambda.

    Returns:
        Lambdas, per point, from 0 to 100 over the range of payoffs; and log probabilities of all
        choices at each, [lambdas, choices], interpolated between 60 solutions.

    Raises:
        BadInput: the game is too large.
    """
    most = _SPAN / float(np.ptp(tree.payoffs) or 1)
    coarse = most * np.linspace(0, 1, _GRID) ** 2
    fine = most * np.linspace(0, 1, _FINE) ** 2
    logs = np.log(np.maximum(quantal_responses(tree, coarse.tolist()), np.exp(-50)))
    columns = [np.interp(fine, coarse, column) for column in logs.T]
    return fine, np.array(columns).T


def frequencies(
    observed: Behaviour, equilibrium: Floats | None, precision: dict[str, float]
) -> pd.DataFrame:
    """Frequencies of choices beside theory, for every action except the first of each set.

    Args:
        observed: observed choices.
        equilibrium: [choices] of an equilibrium, if there is one.
        precision: lambda of each contestant, for the logit quantal response.

    Returns:
        Columns contestant, set, action, times (the set was met), frequency, low, high (Jeffreys'
        interval), equilibrium, noisy (the quantal response at the contestant's lambda). Sets that
        were never met are left out.
    """
    tree, rows = observed.tree, []
    lambdas, logs = noisy_curve(tree)
    from scipy import stats  # noqa: PLC0415 - loading it takes long

    labels = [
        (name, action) for name, row in zip(tree.keys, tree.actions, strict=True) for action in row
    ]
    later = np.flatnonzero(~np.isin(np.arange(tree.choices), tree.first_choice))
    for name, counts in observed.counts.items():
        chosen = counts.sum(axis=0)
        times = tree.spread(asked(tree, chosen))
        ends = stats.beta.ppf(
            [[0.5 - LEVEL / 2], [0.5 + LEVEL / 2]], chosen + PRIOR, times - chosen + PRIOR
        )
        ends[0], ends[1] = np.where(chosen == 0, 0, ends[0]), np.where(chosen == times, 1, ends[1])
        like = np.exp(logs[np.searchsorted(lambdas, precision.get(name, np.nan)) % len(logs)])
        for c in later[times[later] > 0]:
            theory = np.nan if equilibrium is None else equilibrium[c]
            seen = (round(times[c]), chosen[c] / times[c], *ends[:, c])
            rows.append((name, *labels[c], *seen, theory, like[c]))
    columns = ["contestant", "set", "action", "times", "frequency", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "equilibrium", "noisy"])
