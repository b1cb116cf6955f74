"""Measures of deception of a run."""

import pandas as pd

from agents.core.models.person import PERSON as PEOPLE
from arena.analysis.partners import PERSON, PROGRAM
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
    run.require_sample()
    if game is not None and game not in run.manifest.design["games"]:
        raise unknown("game of the run", game, run.manifest.design["games"])
    decisions = with_kinds(run)
    if game is not None:
        decisions = decisions[decisions["game"] == game]
    if decisions.empty:
        raise BadInput(f"no match in {run.folder} is closed yet: there is nothing to measure")
    return {name: measure(decisions) for name, measure in deception.MEASURES.items()}


def with_kinds(run: Run) -> pd.DataFrame:
    """The run's decisions, each with the kind of who made it: person or program.

    Decisions of an agent that replaced a person are those of a program.
    """
    decisions, design = run.decisions(), run.manifest.design["contestants"]
    people = {name for name, who in design.items() if who["agent"] == PEOPLE}
    person = decisions["contestant"].isin(people) & decisions["successor"].isna()
    return decisions.assign(kind=person.map({True: PERSON, False: PROGRAM}))
