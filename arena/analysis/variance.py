"""Components of the variance of decisions: wording, order, event, seat, opponent, the rest."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from arena.analysis.arms import Identity, alike
from arena.analysis.conditions import Conditions
from arena.analysis.due_decisions import FAMILIES, DueDecisions
from arena.analysis.result import Result
from arena.analysis.treatments import common_names
from arena.record.run import Run
from games.core.errors import check_known
from ratings.core.statistics.variance import COMPONENTS, Variance, variance_components

MATCH = "match"
"""The component of what decisions of one match share; in outcomes that a match has several of."""
TREATMENT = "treatment × "
"""Begins the component of how far the treatment's effect differs between wordings, or deals."""

COLUMNS = {
    "family": "choices, details or reports",
    "game": "id of the game",
    "outcome": "what was decided",
    "contestant": "who decided, but for the treatment",
    **COMPONENTS,
    "yes_no": "whether decisions are yes or no: shares of a variance of probabilities",
    "decisions": "that were made",
    "clusters": "wordings, or deals, on which the intervals rest",
    "total": "variance of a single decision under one treatment, in squared units of the outcome",
}
"""All columns of the table, each with its meaning."""

_MOST = 300
"""Matches up to which their component is told apart; of more it is in drawing again."""


def variance(
    run: Run,
    games: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    families: Collection[str] = FAMILIES.keys(),
) -> Result:
    """The shares of all that a design varies beside the treatment, in every outcome.

    Treatments are the emotions of contestants that are alike but for them. Contestants that are
    told nothing in words have rows if they have several treatments.

    Args:
        run: the run.
        games: ids; none for all.
        outcomes: names; none for all.
        families: of outcomes.

    Raises:
        BadInput: a name is unknown, or only outcomes were recorded.
    """
    run.require_sample()
    design = run.manifest.design
    check_known("game of this run", games, design["games"])
    due = {key: DueDecisions(run, key, design["contestants"]) for key in games or design["games"]}
    check_known(
        "outcome of this run", outcomes, {name for each in due.values() for name in each.scales}
    )
    rows: list[Mapping[str, Any]] = []
    for key, each in due.items():
        wanted = [name for name in each.scales if each.family(name) in families]
        wanted = [name for name in wanted if not outcomes or name in outcomes]
        rows += _of_game(run, key, each, wanted)
    table = pd.DataFrame(rows, columns=[*COLUMNS])
    order = {family: at for at, family in enumerate(FAMILIES)}
    table = table.sort_values("family", key=lambda names: names.map(order), kind="stable")
    return Result.of(run, table.reset_index(drop=True))


def _of_game(
    run: Run, key: str, due: DueDecisions, outcomes: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """Rows of the table: of one game, for each outcome of each contestant."""
    identities = run.manifest.design["contestants"]
    conditions = Conditions(run, key, identities)
    made = due.table.dropna(subset=["value", "match"])  # a policy is of no match
    decisions = conditions.of(made).rename(columns={"contestant": "treatment"})
    for base, arms in _bases(identities).items():
        if len(arms) == 1 and not conditions.spoken(arms[0]):
            continue
        own = decisions[decisions["treatment"].isin(arms)]
        for outcome in outcomes:
            rows = own[own["outcome"] == outcome]
            if rows.empty:
                continue
            components = _components(rows, conditions.factors, conditions.sampled(arms[0]))
            about = {
                "family": due.family(outcome),
                "game": key,
                "outcome": outcome,
                "contestant": base,
                "yes_no": due.scales[outcome].yes_no,
                "decisions": components.decisions,
                "clusters": components.clusters,
                "total": components.total,
            }
            yield from ({**about, **part} for part in components.table.to_dict(orient="records"))


def _components(rows: pd.DataFrame, factors: Sequence[str], sampled: str) -> Variance:
    """The components of one outcome of one contestant.

    Args:
        rows: decisions, with the columns of `Conditions.of`, and treatment.
        factors: that the game can have.
        sampled: the one whose levels are a sample.
    """
    matches = rows["match"] + " " + rows["seat"].astype(str)
    reaction = f"{TREATMENT}{sampled}"
    names = [*factors, reaction]
    if matches.nunique() < min(len(rows), _MOST):
        names.append(MATCH)
    treatments = rows["treatment"]
    both = treatments + " " + rows[sampled] if len(treatments.unique()) > 1 else None
    return variance_components(
        rows.assign(**{MATCH: matches, reaction: both}),
        names,
        fixed=["treatment", "place"],
        sampled=sampled,
    )


def _bases(identities: Mapping[str, Identity]) -> dict[str, list[str]]:
    """Contestants that are alike but for the emotion, by what their names have in common."""
    groups = [names for _, names in alike(identities, _without_emotion)]
    names = common_names([(group[0], group) for group in groups])
    return dict(zip(names, groups, strict=True))


def _without_emotion(identity: Identity) -> dict[str, Any]:
    return {key: value for key, value in identity.items() if key != "emotion"}
