"""What `import arena` offers: read a design, plan it, play it, open a run, measure it."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from arena.analysis import comparison
from arena.analysis.alignment import align
from arena.analysis.effects import EffectsRequest, effects
from arena.analysis.mediation import mediations
from arena.analysis.pooled_effects import pooled_effects
from arena.analysis.rating import Request, method_tables, rate
from arena.analysis.variance import variance
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.progress import watcher
from arena.engine.runner import run as play
from arena.planning.plan import plan
from arena.record import run as record

__all__ = [
    "Run",
    "RunOptions",
    "Tournament",
    "align",
    "compare",
    "plan",
    "pool_effects",
    "run",
]


class Run(record.Run):
    """A recorded run with its measures.

    Args:
        folder: the run's folder.

    Raises:
        BadInput: there is no run, or its file cannot be read.
    """

    def ratings(
        self,
        method: str = "bradley-terry",
        *,
        games: Sequence[str] | None = None,
        by: str | None = None,
        voids: str = "drop",
        rounds: int = 1000,
        seed: int = 0,
    ) -> "pd.DataFrame":
        """A rating method's table, game after game, best first.

        Args:
            method: id of a rating method.
            games: ids of games of this run; all if not given.
            by: what stands for contestants instead: model, mode, language, emotion, cause, agent.
            voids: what becomes of void matches: drop, forfeit or impute.
            rounds: of the bootstrap.
            seed: of the bootstrap, and of Elo's orders.

        Returns:
            A column game, then those that the method's module documents as COLUMNS.

        Raises:
            BadInput: a name is unknown, or no match is closed yet.
        """
        request = Request.checked(method, games, by, voids, rounds, seed)
        return method_tables(rate([self], request))

    def effects(
        self,
        *,
        games: Sequence[str] = (),
        outcomes: Sequence[str] = (),
        emotions: Sequence[str] = (),
        contrasts: Sequence[str] = (),
        pooled: Collection[str] = (),
    ) -> "pd.DataFrame":
        """Effects of induced emotions and of steps of the emotion mode, with intervals and tests.

        The rows asked for are the families over which p values are adjusted.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of what is decided, such as cooperation; none for all.
            emotions: that were induced; none for all, and for the steps.
            contrasts: such as "against placebo" or "showing"; none for all.
            pooled: cause, intensity, or both: arms that differ in these alone are one.

        Returns:
            The columns of `arena.analysis.effects.COLUMNS`, one row per game, outcome, contestant
            and contrast.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or no two arms differ in one
                thing.
        """
        return effects(self, EffectsRequest(games, outcomes, emotions, contrasts, pooled)).table

    def variance(
        self, *, games: Sequence[str] = (), outcomes: Sequence[str] = ()
    ) -> "pd.DataFrame":
        """Shares of wording, order, event, seat and opponent in the variance of decisions.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of what is decided, such as cooperation; none for all.

        Returns:
            The columns of `arena.analysis.variance.COLUMNS`, one row per game, outcome, contestant
            and component.

        Raises:
            BadInput: a name is unknown, or only outcomes were recorded.
        """
        return variance(self, games, outcomes).table

    def mediation(
        self, *, games: Sequence[str] = (), outcomes: Sequence[str] = ()
    ) -> "pd.DataFrame":
        """Paths of induced emotions to actions: by what is reported before, and without it.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of what is decided, such as cooperation; none for all.

        Returns:
            The columns of `arena.analysis.mediation.COLUMNS`, one row per game, outcome, contestant
            and contrast. `arena mediation` says what is assumed.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or nobody who reports before
                it acts has another arm.
        """
        return mediations(self, games, outcomes).table


def pool_effects(
    runs: Sequence[Run],
    *,
    games: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    emotions: Sequence[str] = (),
    contrasts: Sequence[str] = (),
    pooled: Collection[str] = (),
) -> "pd.DataFrame":
    """Effects over several runs of one design, such as replications, by a random-effects model.

    Args:
        runs: of designs that differ in seed, repetitions and budget at most.
        games: as in `Run.effects`, like the rest.
        outcomes: names.
        emotions: that were induced.
        contrasts: names.
        pooled: cause, intensity, or both.

    Returns:
        The columns of `arena.analysis.pooled_effects.COLUMNS`.

    Raises:
        BadInput: the designs differ, a folder is named twice, or as `Run.effects` does.
    """
    request = EffectsRequest(games, outcomes, emotions, contrasts, pooled)
    return pooled_effects(runs, request).table


def compare(*runs: Run) -> "pd.DataFrame":
    """Differences of runs to the first one, in what was decided and earned.

    Args:
        runs: two at least, with games of the same rules and contestants of the same names.

    Returns:
        The columns of `arena.analysis.comparison.COLUMNS`.

    Raises:
        BadInput: the runs cannot be compared; the message says why.
    """
    return comparison.compare(runs).table


def run(tournament: Tournament, out: Path, *, how: RunOptions | None = None) -> Run:
    """Play what is not yet on record, with progress on standard error.

    Args:
        tournament: the design.
        out: the run's folder.
        how: how the design is carried out.

    Returns:
        The run; matches may be open if a model was paused or a cap was reached.

    Raises:
        BadInput: the folder or a model cannot be used; what was recorded before stays.
        KeyboardInterrupt: interrupted; the calls in flight were finished and recorded.
    """
    with watcher(sys.stderr) as watch:
        play(tournament, out, watch, how=how)
    return Run(out)
