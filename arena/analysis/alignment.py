"""Comparison of a run with people: the tables of `arena align`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import agents
import games
from arena.analysis.arms import inductions
from arena.analysis.due_decisions import DueDecisions, compared_decisions
from arena.analysis.equilibrium_distance import reference_table
from arena.analysis.human_effects import human_effects
from arena.analysis.human_measures import in_expectation, measured
from arena.analysis.imported_people import people_of
from arena.analysis.lost_decisions import lost_shares
from arena.analysis.remarks import remarks
from arena.record.pilot import first_tested
from arena.record.run import Run
from games import BadInput
from games.core.machines import Machine
from prompts import PLACEBO
from ratings.core.human import distances
from ratings.core.human.agreement import Agreement, agreement
from ratings.core.human.arrows import Arm
from ratings.core.human.directions import DEFAULT, Reference, reference
from ratings.core.human.estimates import preferences, strategies
from ratings.core.human.own_decisions import own_studies, read_decisions
from ratings.core.human.studies import Baseline, baselines, read_study, samples
from ratings.core.human.verdict import Verdict, verdicts

SFEM = ("defector", "cooperator", "grim", "tit_for_tat", "win_stay_lose_shift", "t2")
"""Agents whose strategies are distinguished: those of Dal Bó and Fréchette (2011)."""

MIXTURE, BEST = "mixture", "best match of one game"
"""Methods of estimating shares of strategies, see `ratings.core.human.sfem`."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """Comparison of a run's contestants with people.

    Attributes:
        name: name of the run.
        games: identity of each game (name and parameters), by its id.
        choices: result of `arena.analysis.human_measures.measured`.
        studies: studies in the comparison, by name.
        comparisons: comparisons of contestants with studies.
        arms: contestants as cells of the design.
        effects: effects of induced emotions; None if nothing was induced.
        agreements: agreements with the table of directions.
        directions: the table of directions.
        verdicts: verdicts on contestants, across their emotions.
        preferences: estimates of preferences from divisions.
        strategies: shares of strategies in repeated dilemmas, by both methods; `alike` names
            strategies with the same prescriptions.
        references: distances to equilibrium, for games without human data.
        silent: reason for missing human data, by game.
        remarks: remarks on the run, such as its agreement with its registration.
    """

    name: str
    games: Mapping[str, Mapping[str, Any]]
    choices: pd.DataFrame
    studies: dict[str, Baseline]
    comparisons: list[distances.Comparison]
    arms: dict[str, Arm]
    effects: pd.DataFrame | None
    agreements: list[Agreement]
    directions: Reference
    verdicts: list[Verdict]
    preferences: pd.DataFrame
    strategies: pd.DataFrame
    references: pd.DataFrame
    silent: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def emotions(self) -> tuple[str, ...]:
        """Emotions of the table of directions or induced in the run, in alphabetical order."""
        moved = () if self.effects is None else self.effects["emotion"]
        return tuple(sorted({*self.directions.emotions, *moved} - {PLACEBO}))


def align(
    run: Run,
    names: Sequence[str] = (),
    human: Path | None = None,
    directions: str = DEFAULT,
    *,
    pool_causes: bool = False,
    by_intensity: bool = False,
) -> Alignment:
    """Compare a run with people.

    Args:
        run: the run.
        names: names of studies or samples of them; none for the primary ones.
        human: further human data: people's own decisions (CSV), a study (TOML), or the folder of a
            run with people, imported or of a lab.
        directions: name of the table of directions of emotions.
        pool_causes: one effect for all causes of an emotion; causes of different kinds (incidental,
            integral) together have no human direction.
        by_intensity: one effect for each intensity of an emotion.

    Raises:
        BadInput: a name is unknown, the file cannot be read, or there are no decisions yet.
    """
    signs, studies = reference(directions), _studies(names, human)
    design = run.manifest.design
    silent = unstudied(design["games"])
    table = _decided(run, needed=not silent)
    arms = inductions(design["contestants"])
    due = compared_decisions(run)
    moved = _moved(run, due, arms, pool_causes=pool_causes, by_intensity=by_intensity)
    expected, lost = in_expectation(table), lost_shares(run, due)
    compared = distances.compare(expected, studies, design["games"], lost)
    agreed = [] if moved is None else agreement(moved.rename(columns={"base": "contestant"}), signs)
    return Alignment(
        name=run.manifest.name,
        games=design["games"],
        choices=table,
        studies=studies,
        comparisons=compared,
        arms=arms,
        effects=moved,
        agreements=agreed,
        directions=signs,
        verdicts=verdicts(compared, agreed, arms),
        preferences=preferences(table[~table["repeated"].astype(bool)]),
        strategies=_strategies(table),
        references=reference_table(run, list(silent)),
        silent=silent,
        remarks=remarks([run]),
    )


def _moved(
    run: Run,
    due: Mapping[str, DueDecisions],
    arms: Mapping[str, Arm],
    *,
    pool_causes: bool,
    by_intensity: bool,
) -> pd.DataFrame | None:
    """Effects of induced emotions, without a pilot's blocks; None if nothing was induced."""
    if all(arm.emotion == "none" for arm in arms.values()):
        return None
    by = ["cause"] * (not pool_causes) + ["intensity"] * by_intensity
    first = first_tested(run.folder, run.manifest.design["games"])
    tested = compared_decisions(run, first) if any(first.values()) else due
    return human_effects(run, tested, arms, by)


def unstudied(played: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Games without human data, each with the reason.

    Args:
        played: games of a design, by id.
    """
    why = {key: games.rules(game["name"]).unstudied for key, game in played.items()}
    return {key: reason for key, reason in why.items() if reason}


def _decided(run: Run, *, needed: bool) -> pd.DataFrame:
    """Decisions of a run, in the measures of human studies."""
    run.require_sample()
    table = measured(run)
    if table.empty and needed:
        raise BadInput(f"{run.folder} holds no decisions that human studies are about")
    return table


def _studies(names: Sequence[str], human: Path | None) -> dict[str, Baseline]:
    if names:
        studies = {each.name: each for name in names for each in samples(name)}
    else:
        studies = {name: each for name, each in baselines().items() if each.primary}
    if human is not None:
        studies |= _own(human)
    return studies


def _own(human: Path) -> dict[str, Baseline]:
    """People's own decisions, or a study, or the people of an imported or lab run."""
    if human.is_dir():
        return own_studies(human, people_of(Run(human)))
    return (read_study if human.suffix == ".toml" else read_decisions)(human)


def _strategies(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of strategies, one row for each contestant, game and method."""
    machines = {name: _machine(name) for name in SFEM}
    rows: list[dict[str, Any]] = []
    for (name, game), estimate in strategies(table, machines).items():
        who = {"contestant": name, "game": game}
        size = {"subjects": estimate.subjects, "choices": estimate.choices}
        alike = ", ".join(" = ".join(pair) for pair in estimate.alike)
        mixture = {**estimate.shares, "tremble": estimate.tremble, **size, "alike": alike}
        rows.append({**who, "method": MIXTURE, **mixture})
        rows.append({**who, "method": BEST, **estimate.best, "tremble": None, **size, "alike": ""})
    return pd.DataFrame(rows)


def _machine(name: str) -> Machine:
    spec = agents.load(name)
    machine = spec.machine_in((3, 0, 5, 1))  # type: ignore[attr-defined] # R, S, T, P: of no account
    assert isinstance(machine, Machine)
    return machine
