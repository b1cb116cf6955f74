"""`Forking`: a recorded run whose matches can be continued with one thing changed."""

import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd

from arena.api.run_tables import RunTables
from arena.engine.options import RunOptions
from arena.engine.progress import in_notebook, watcher
from arena.forking.effects import COLUMNS, ForkRequest, fork_effects
from arena.forking.fork import Fork
from arena.forking.playing import forks_of, play_forks


class Forking(RunTables):
    """Forks of a recorded run, and their effects."""

    def fork(
        self,
        match: str,
        at: int,
        changes: Sequence[str],
        times: int = 20,
        *,
        max_cost: float | None = None,
        quiet: bool = False,
        **options: Any,  # noqa: ANN401 - those of `RunOptions`
    ) -> pd.DataFrame:
        """Continue a match from a decision on, with one thing changed, beside a control arm.

        Called again, it goes on where it was interrupted.

        Args:
            match: beginning of its id.
            at: number of the decision, from 0.
            changes: arms, each KEY=VALUE, such as shown=anger; see `docs/forks.md`.
            times: continuations of each arm.
            max_cost: cap on the cost of all forks of the run in US dollars.
            quiet: whether to show notes only.
            options: limit, preflight, executor, address, workers, allow and batch, see
                `RunOptions`.

        Returns:
            The effects of this fork, with the columns of `arena.forking.effects.COLUMNS`.

        Raises:
            BadInput: the match cannot be forked so, or a model cannot be used.
        """
        fork = Fork(self.record.match(match).match.id, at, tuple(changes), times)
        how = RunOptions(max_cost=max_cost, **options)
        with watcher(sys.stderr, quiet=quiet, notebook=in_notebook()) as watch:
            play_forks(self.record, [fork], watch, how)
        return self.forks(only=[fork])

    def forks(
        self, *, by: str = "contestant", precision: float = 0.1, only: Sequence[Fork] = ()
    ) -> pd.DataFrame:
        """Effects of all changes that were tried on matches of this run.

        Args:
            by: whether players are told apart by contestant or by model.
            precision: half the width of an interval for which the number of clusters is stated.
            only: forks that count; all if left out.

        Returns:
            The columns of `arena.forking.effects.COLUMNS`; without rows if nothing was forked.

        Raises:
            BadInput: `by` is unknown, or the precision is none.
        """
        request = ForkRequest.checked(by, precision).of(only)
        if (recorded := forks_of(self.record)) is None:
            return pd.DataFrame(columns=[*COLUMNS])
        try:
            return fork_effects(recorded, request).table
        finally:
            recorded.close()
