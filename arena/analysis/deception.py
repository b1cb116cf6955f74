"""Measures of deception of a run."""

import pandas as pd

from arena.record.run import Run
from games import BadInput
from games.core.errors import unknown
from ratings.core.emotion import deception


def tables(run: Run, game: str | None = None) -> dict[str, pd.DataFrame]:
    """All measures by name.

    Args:
        run: with at least one closed match.
        game: id of the only game to measure; None for all.

    Raises:
        BadInput: no match is closed yet, or there is no such game.
    """
    if game is not None and game not in run.manifest.design["games"]:
        raise unknown("game of the run", game, run.manifest.design["games"])
    decisions = run.decisions()
    if game is not None:
        decisions = decisions[decisions["game"] == game]
    if decisions.empty:
        raise BadInput(f"no match in {run.folder} is closed yet: there is nothing to measure")
    return {name: measure(decisions) for name, measure in deception.MEASURES.items()}
