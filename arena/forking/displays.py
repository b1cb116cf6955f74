"""Effects of shown emotions by game and receiving model."""

from collections.abc import Collection

import pandas as pd

from arena.forking.effects import ForkRequest, fork_effects
from arena.forking.fork import Fork, stated
from arena.record.run import Run

COLUMNS = (
    "shown", "game", "receiver", "outcome", "control", "effect", "low", "high", "p", "adjusted_p",
    "pairs", "matches",
)  # fmt: skip
_KEY = "shown="


def display_effects(run: Run, forks: Collection[Fork] = ()) -> pd.DataFrame:
    """Effects of changed displays on those who see them, over all forks of a run.

    Args:
        run: the run of forks.
        forks: those that count; all if left out.

    Returns:
        COLUMNS; receivers are models, or scripts by their names. Without rows if no display was
        changed.
    """
    arms = (change for fork in forks or stated(run) for change in fork.changes)
    if not any(change.startswith(_KEY) for change in arms):
        return pd.DataFrame(columns=[*COLUMNS])
    table = fork_effects(run, ForkRequest(by="model", pooled=True).of(forks)).table
    seen = table[table["change"].str.startswith(_KEY) & (table["player"] == "other")]
    shown = seen["change"].str.removeprefix(_KEY)
    named = seen.assign(shown=shown, receiver=seen["contestant"])
    return named[[*COLUMNS]].reset_index(drop=True)
