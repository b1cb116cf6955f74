"""Elo averaged over 100 random orders: 28 contestants, 10^5 matches."""

from ratings.core.tables import GameRecord
from ratings.elo import resampled
from tests.benchmarks.core import Row, best
from tests.benchmarks.ratings_bootstrap import results

MATCHES, ORDERS = 100_000, 100


def ours() -> float:
    """Seconds, from a table with names to mean ratings and their spread."""
    table = results(MATCHES)

    def work() -> None:
        record = GameRecord("g", "rule", table[["first"]], table)
        resampled.__wrapped__(record, 0, 0, orders=ORDERS)

    return best(work)


ROWS = (
    Row(
        "Elo averaged over 100 orders, 28 contestants, 10^5 matches", "s", 1,
        "evalica Elo called 100 times", "evalica_ratings", ours, figure="elo",
    ),
)  # fmt: skip
