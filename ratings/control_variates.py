"""Mean payoff corrected for luck, for opponents with known action probabilities.

In games of private deals and open play, a match against opponents with known probabilities counts
its expected value plus the values of own choices. Other matches count their payoffs. Both means
estimate the same quantity. The corrected one is reported beside the plain one, and has a shorter
interval. The method and its source are in `ratings.core.play.control_variates`.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd

from games.core.errors import BadInput
from ratings.core.play.control_variates import cross_fitted
from ratings.core.tables import GameRecord, Method, Plays, no_rounds
from ratings.mean_payoff import means

COLUMNS = {
    "contestant": "name",
    "corrected_payoff": "points per match, averaged over seats, luck taken out where it can be",
    "corrected_low": "lower end of its 95 % interval, cluster-robust",
    "corrected_high": "upper end",
    "plain_payoff": "points per match of the same matches as they were paid",
    "plain_low": "lower end of its 95 % interval",
    "plain_high": "upper end",
    "paid": "matches with a payoff",
    "corrected": "those of them that are corrected",
}


def control_variates(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:  # noqa: ARG001
    """Corrected and plain mean payoffs of all contestants; see COLUMNS.

    Raises:
        BadInput: decisions are not on record.
    """
    names, seats = record.contestants, _seats(record)
    counts = seats.groupby("contestant")[["paid", "corrected"]].sum().reindex(names)
    some = (counts["corrected"] > 0).to_numpy()
    table = pd.DataFrame({"contestant": names})
    for name, column in (("corrected", "calm"), ("plain", "payoff")):
        fitted = means(seats.assign(payoff=seats[column]), names)
        ends = (fitted.estimate, *fitted.interval)
        for what, values in zip(("payoff", "low", "high"), ends, strict=True):
            table[f"{name}_{what}"] = np.where(some | (name == "plain"), values, np.nan)
    return table.assign(paid=counts["paid"].to_numpy(), corrected=counts["corrected"].to_numpy())


RULE = (
    "Rule: a match against opponents whose every probability is known counts its expected value "
    "and what own choices were worth, with values learned from other clusters; any other match "
    "counts what it paid."
)


def remarks(record: GameRecord) -> Iterator[str]:
    """The rule, and to whom it could not be applied, and why."""
    yield RULE
    plays = _plays(record)
    if plays.tree is None:
        yield f"Nothing is corrected: {plays.why_not}."
        return
    seats = _seats(record)
    if not plays.policies:
        yield "Nothing is corrected: no contestant plays with probabilities that are known."
        return
    known = ", ".join(sorted(plays.policies))
    for name, own in seats.groupby("contestant"):
        paid, done = int(own["paid"].sum()), int(own["corrected"].sum())
        if done == paid:
            continue
        met = {
            other
            for match, seat in own.loc[
                own["paid"] & ~own["corrected"], ["match", "seat"]
            ].to_numpy()
            for at, other in enumerate(plays.matches[match][1] if match in plays.matches else ())
            if at != seat and other not in plays.policies
        }
        why = f"it met {', '.join(sorted(met))}" if met else "these matches were void"
        share = "in none of its" if not done else f"in {done} of its"
        yield (
            f"{name} is corrected {share} {paid} matches: otherwise {why}, and the opponents whose "
            f"probabilities are known are: {known}."
        )


@lru_cache(maxsize=8)
def _seats(record: GameRecord) -> pd.DataFrame:
    """The seats with columns paid, corrected, and calm: the payoff, corrected where it can be."""
    plays, seats = _plays(record), record.seats
    paid = seats["payoff"].notna()
    table = seats.assign(paid=paid, corrected=False, calm=seats["payoff"])
    if plays.tree is None:
        return table
    cluster = pd.factorize(seats["cluster"], sort=True)[0]
    against: dict[tuple[str, int, tuple[str, ...]], list[int]] = {}
    for row, (match, seat, name) in enumerate(
        zip(seats["match"], seats["seat"], seats["contestant"], strict=True)
    ):
        if match in plays.matches and paid.iloc[row]:
            others = tuple(
                "" if at == seat else other for at, other in enumerate(plays.matches[match][1])
            )
            if all(not other or other in plays.policies for other in others):
                against.setdefault((name, seat, others), []).append(row)
    calm, done = table["calm"].to_numpy(copy=True), np.zeros(len(table), bool)
    owner = plays.tree.spread(plays.tree.owner)
    for (_, seat, others), rows in against.items():
        opponents = plays.tree.uniform()
        for at, other in enumerate(others):
            if other:
                opponents = np.where(owner == at, plays.policies[other], opponents)
        ends = np.array([plays.matches[match][0] for match in seats["match"].iloc[rows]])
        calm[rows] = cross_fitted(plays.tree, seat, opponents, ends, cluster[rows])
        done[rows] = True
    return table.assign(calm=calm, corrected=done)


def _plays(record: GameRecord) -> Plays:
    if record.plays is None or record.decisions is None:
        raise BadInput(f"{record.game}: no decisions are on record, only payoffs")
    return record.plays()


METHOD = Method(
    control_variates,
    "corrected_payoff",
    COLUMNS,
    ("corrected_low", "corrected_high"),
    rounds=no_rounds,
    decisions=True,
    remarks=remarks,
)
