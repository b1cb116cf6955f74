"""Alpha-rank: share of time that evolution among contestants spends with each.

For results that one-dimensional strengths do not explain. A population plays one contestant, and
others invade at times. The long-run share of time with each contestant is its rank. Needs
OpenSpiel, the extra `alpha-rank`.

Source: Omidshafiei et al. (2019), Alpha-rank: multi-agent evaluation by evolution, Scientific
Reports 9, 9937. The intensity of selection is raised until the order no longer changes, as there.
"""

from importlib.util import find_spec

import numpy as np
import pandas as pd

from games.core.errors import BadInput
from ratings.core.comparisons.counts import compared, tables
from ratings.core.statistics.bootstrap import Floats
from ratings.core.tables import GameRecord, Method, no_rounds

COLUMNS = {
    "contestant": "name",
    "alpha_rank": "share of time in the stationary distribution, at the strongest selection",
    "alpha_settled": "whether selection half as strong gives the same shares to 0.01",
}

_INTENSITIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0)
"""Points are shares of wins, from 0 to 1."""
_POPULATION = 50
_SETTLED = 0.01


def alpha_rank(record: GameRecord, rounds: int, seed: int) -> pd.DataFrame:  # noqa: ARG001
    """Shares of all contestants; see COLUMNS.

    Raises:
        BadInput: OpenSpiel is not installed.
    """
    data = compared(record)
    wins, ties = (table[0] for table in next(tables(data, np.ones((1, data.clusters)))))
    points = wins + ties / 2
    met = points + points.T
    share = np.divide(points, met, out=np.full_like(points, 0.5), where=met > 0)
    shares = stationary(share) if data.size else np.empty((2, 0))
    table = pd.DataFrame(
        {
            "contestant": data.contestants,
            "alpha_rank": shares[-1],
            "alpha_settled": np.abs(shares[-1] - shares[-2]) < _SETTLED,
        }
    )
    return pd.DataFrame({"contestant": record.contestants}).merge(
        table, on="contestant", how="left"
    )


def stationary(share: Floats) -> Floats:
    """Shares of time at each intensity of selection, as far as they can be computed.

    Args:
        share: [n, n] of points that the row wins from the column.

    Returns:
        [intensities, n], weakest selection first; at least two.

    Raises:
        BadInput: OpenSpiel is not installed.
    """
    if find_spec("open_spiel") is None:
        raise BadInput("alpha_rank needs OpenSpiel: install affect-arena[alpha-rank]")
    from open_spiel.python.egt import alpharank  # noqa: PLC0415 - an extra

    by_intensity = []
    for intensity in _INTENSITIES:
        with np.errstate(all="ignore"):
            _, _, shares, _, _ = alpharank.compute([share], m=_POPULATION, alpha=intensity)
        if not np.isfinite(shares).all():
            break
        by_intensity.append(shares)
    return np.array(by_intensity)


METHOD = Method(alpha_rank, "alpha_rank", COLUMNS, rounds=no_rounds)
