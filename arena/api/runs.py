"""`Run`: a recorded run, its tables and its measures."""

from collections.abc import Collection, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from arena.analysis import broken_texts as texts_of_run
from arena.analysis import deception
from arena.analysis import effects as effects_of_run
from arena.analysis.composites import composites
from arena.analysis.eai_scoring import as_eai
from arena.analysis.effects import EffectsRequest
from arena.analysis.groups import groups
from arena.analysis.matrix_results import matrix_results
from arena.analysis.mediation import mediations
from arena.analysis.moral import Moral, MoralRequest
from arena.analysis.moral import moral as moral_of_run
from arena.analysis.policies import policies
from arena.analysis.pooled_effects import pooled_effects
from arena.analysis.rating import Request, method_tables, rate
from arena.analysis.variance import variance
from arena.api.alignment import Alignment
from arena.api.forking import Forking
from arena.api.frames import Estimates
from arena.api.leaderboards import leaderboard
from arena.report.export import export
from ratings.core.play.matrix_results import MatrixResults


class Run(Forking):
    """A recorded run: tables, measures and transcripts.

    A run in progress can be read as well.

    Args:
        folder: the run's folder.
        robots: whether matches of scripted participants are included.

    Raises:
        BadInput: there is no run, or its file cannot be read.
    """

    def leaderboard(
        self,
        *,
        games: Sequence[str] | None = None,
        by: str | None = None,
        voids: str = "drop",
        rounds: int = 1000,
        seed: int = 0,
    ) -> Estimates:
        """Ratings and payoffs with intervals: over all games, then game by game.

        Args:
            games: ids of games of this run; all if not given.
            by: grouping instead of contestants: model, mode, language, emotion, cause, agent.
            voids: treatment of void matches: drop, forfeit or impute.
            rounds: bootstrap rounds.
            seed: seed of the bootstrap, and of Elo's orders.

        Returns:
            One row per game and contestant, and per contestant over all games if there are several;
            `attrs["columns"]` describes the columns.

        Raises:
            BadInput: a name is unknown, or no match is closed yet.
        """
        return leaderboard(
            rate([self.record], Request.checked(None, games, by, voids, rounds, seed))
        )

    def ratings(
        self,
        method: str = "bradley-terry",
        *,
        games: Sequence[str] | None = None,
        by: str | None = None,
        voids: str = "drop",
        rounds: int = 1000,
        seed: int = 0,
    ) -> pd.DataFrame:
        """A rating method's table, game after game, best first.

        Args:
            method: id of a rating method.
            games: ids of games of this run; all if not given.
            by: grouping instead of contestants: model, mode, language, emotion, cause, agent.
            voids: treatment of void matches: drop, forfeit or impute.
            rounds: bootstrap rounds.
            seed: seed of the bootstrap, and of Elo's orders.

        Returns:
            Column game, then the columns documented as COLUMNS in the method's module.

        Raises:
            BadInput: a name is unknown, or no match is closed yet.
        """
        request = Request.checked(method, games, by, voids, rounds, seed)
        return method_tables(rate([self.record], request))

    def effects(
        self,
        *,
        games: Sequence[str] = (),
        outcomes: Sequence[str] = (),
        emotions: Sequence[str] = (),
        contrasts: Sequence[str] = (),
        pooled: Collection[str] = (),
    ) -> Estimates:
        """Effects of induced emotions and of steps of the emotion mode, with intervals and tests.

        p-values are adjusted over the families of the requested rows.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of outcomes, such as cooperation; none for all.
            emotions: induced emotions; none for all, and for the steps.
            contrasts: names of contrasts, such as "against placebo" or "showing"; none for all.
            pooled: cause, intensity, or both: arms that differ only in these are pooled.

        Returns:
            The columns of `arena.analysis.effects.COLUMNS`, one row per game, outcome, contestant
            and contrast.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or no two arms differ in a
                single feature.
        """
        request = EffectsRequest(games, outcomes, emotions, contrasts, pooled)
        effects = effects_of_run.effects(self.record, request)
        return Estimates.of(
            effects.table,
            f"{self.name}: what emotions change",
            effects_of_run.COLUMNS,
            drawn=("effect", "low", "high"),
            group="game",
            shown=("contestant", "outcome", "contrast", "emotion", "n", "p_holm"),
            remarks=effects.remarks,
            reference=0.0,
        )

    def steered(
        self,
        *,
        games: Sequence[str] = (),
        outcomes: Sequence[str] = (),
        emotions: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Ranks of steering vectors among the random directions of their dose.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of outcomes; none for all.
            emotions: induced emotions; none for all.

        Returns:
            The columns of `arena.analysis.steering_effects.STEERED`; without rows if no vector was
            added to a model's states.

        Raises:
            BadInput: as `effects`.
        """
        request = EffectsRequest(games, outcomes, emotions)
        return effects_of_run.ranks(self.record, request).table

    def broken_texts(self) -> pd.DataFrame:
        """Shares of broken texts: replies that are unlikely under the model without vectors.

        Returns:
            The columns of `arena.analysis.broken_texts.BROKEN`, one row per game, contestant and
            arm; without rows if no vector was added, or nothing was written. Shares are missing
            until `arena vector texts` has kept perplexities beside the run.
        """
        return texts_of_run.broken_texts(self.record).table

    def moral(
        self,
        *,
        games: Sequence[str] = (),
        pooled: Collection[str] = (),
        margin: float | None = None,
        margin_d: float | None = None,
    ) -> Moral:
        """Moral judgements of vignettes, and what emotions change in them, item by item.

        Args:
            games: ids of games of this run; none for all that show vignettes.
            pooled: cause, intensity, or both: arms that differ in these alone are one.
            margin: how large an effect on a share counts as none.
            margin_d: the same of d' and the criterion.

        Returns:
            With `table` (effects), `levels`, `replies` and `confusion`; the columns are those of
            `arena.analysis.moral`.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or there are no vignettes.
        """
        request = MoralRequest(games, frozenset(pooled), margin, margin_d)
        return moral_of_run(self.record, request)

    def moral_as_eai(self, *, games: Sequence[str] = ()) -> pd.DataFrame:
        """The same scored as EAI and TrustLLM do, for comparison of papers.

        Args:
            games: ids of games of this run; none for all that show vignettes.

        Returns:
            The columns of `arena.analysis.eai_scoring.COLUMNS`.

        Raises:
            BadInput: a name is unknown, or there are no vignettes.
        """
        return as_eai(self.record, games)

    def groups(self, *, games: Sequence[str] = ()) -> pd.DataFrame:
        """Play of groups: by round and by the others' previous actions, and types of players.

        Args:
            games: ids of games of this run; none for all.

        Returns:
            The columns of `arena.analysis.groups.COLUMNS`, one row per game, contestant, measure
            and level.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or no such game was played.
        """
        return groups(self.record, games).table

    def variance(self, *, games: Sequence[str] = (), outcomes: Sequence[str] = ()) -> pd.DataFrame:
        """Shares of wording, order, event, seat and opponent in the variance of decisions.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of outcomes, such as cooperation; none for all.

        Returns:
            The columns of `arena.analysis.variance.COLUMNS`, one row per game, outcome, contestant
            and component.

        Raises:
            BadInput: a name is unknown, or only outcomes were recorded.
        """
        return variance(self.record, games, outcomes).table

    def mediation(self, *, games: Sequence[str] = (), outcomes: Sequence[str] = ()) -> pd.DataFrame:
        """Paths from induced emotions to actions: through the preceding report, and direct.

        Args:
            games: ids of games of this run; none for all.
            outcomes: names of outcomes, such as cooperation; none for all.

        Returns:
            The columns of `arena.analysis.mediation.COLUMNS`, one row per game, outcome, contestant
            and contrast. `arena mediation` states the assumptions.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or no contestant that reports
                before the action has another arm.
        """
        return mediations(self.record, games, outcomes).table

    def align(self, *studies: str, **options: Any) -> Alignment:  # noqa: ANN401 - of `align`
        """Comparison with people: distances, directions of effects, and verdicts.

        Args:
            studies: names of studies or samples of them; none for the primary ones.
            options: human (a file of people's own decisions), directions, pool_causes,
                by_intensity; see `arena.analysis.alignment.align`.

        Raises:
            BadInput: a name is unknown, or there are no comparable decisions.
        """
        return Alignment.of(self.record, studies, options)

    def deception(self, game: str | None = None) -> dict[str, pd.DataFrame]:
        """Measures of deception by name, each with its formula in docs/deception.md.

        Args:
            game: id of the only game to measure; all if not given.

        Raises:
            BadInput: no match is closed yet, or there is no such game.
        """
        return deception.tables(self.record, game)

    def composites(self, *, games: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
        """Agents of several parts: councils, repeated and reflective agents, and how they decide.

        Args:
            games: ids of games of this run; none for all.

        Returns:
            The tables of `arena.analysis.composites.COLUMNS` by name: disagreement, members, rules,
            agreement, costs, beliefs.

        Raises:
            BadInput: a name is unknown, only outcomes were recorded, or no such agent has decided.
        """
        return composites(self.record, games)

    def policy(self, contestant: str, game: str | None = None) -> pd.DataFrame:
        """Frequencies of a contestant's actions by information set, with equilibrium.

        Args:
            contestant: its name.
            game: id of a game; by default the only game of the contestant.

        Returns:
            Columns set, action, times (the set was met), frequency, low, high (Jeffreys' 95 %
            interval), equilibrium, noisy (logit quantal response at the contestant's own
            precision), as drawn by `arena.plots.policy`.

        Raises:
            BadInput: a name is unknown, the game is ambiguous, only outcomes were recorded, or the
                game's tree is too large.
        """
        self._chosen(game, contestant)
        return policies(self.record, contestant, game)

    def matrix(self, game: str | None = None) -> MatrixResults:
        """Results of a matrix game, with the names of the Axelrod library.

        Args:
            game: id of a game; the only matrix game if not given.

        Raises:
            BadInput: there is no such game, or it is not a matrix game of two actions.
        """
        return matrix_results(self.record, game)

    def export(
        self, folder: str | PathLike[str], to: str = "parquet", *, external_ids: bool = False
    ) -> list[Path]:
        """Write the run for other programs.

        Args:
            folder: folder of the files; created if missing.
            to: parquet, csv, jsonl, huggingface, mlflow, otree or inspect.
            external_ids: whether participants' ids at a recruiting service are written too, as a
                separate table (parquet, csv, jsonl).

        Returns:
            The files.

        Raises:
            BadInput: the format is unknown, or the folder cannot be written.
        """
        return export(self.record, Path(folder), to, external_ids=external_ids)


def pool_effects(
    runs: Sequence[Run],
    *,
    games: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    emotions: Sequence[str] = (),
    contrasts: Sequence[str] = (),
    pooled: Collection[str] = (),
) -> pd.DataFrame:
    """Effects over several runs of one design, such as replications, by a random-effects model.

    Args:
        runs: runs of designs that differ at most in seed, repetitions and budget.
        games: arguments as in `Run.effects`.
        outcomes: names.
        emotions: induced emotions.
        contrasts: names.
        pooled: cause, intensity, or both.

    Returns:
        The columns of `arena.analysis.pooled_effects.COLUMNS`.

    Raises:
        BadInput: the designs differ, a folder is named twice, or `Run.effects` fails.
    """
    request = EffectsRequest(games, outcomes, emotions, contrasts, pooled)
    return pooled_effects([run.record for run in runs], request).table
