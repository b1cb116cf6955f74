"""Expected outcomes of decisions with known probabilities, in place of the drawn outcomes.

The expectation has the mean of the drawn outcome, and less variance.
Source: Casella and Robert (1996), Rao-Blackwellisation of sampling schemes, Biometrika 83,
81 to 94.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from agents.core.models.model import ModelSpec
from agents.core.types import Decision
from arena.record.owed import Owed
from games import Game
from games.core.outcomes import Due
from games.core.types import Action

_USUAL = float(ModelSpec.model_fields["max_unseen"].default)
_WHOLE = 1 - 1e-9


def probabilities(
    decision: Decision | None, contestant: Mapping[str, Any]
) -> Mapping[Action, float] | None:
    """Probabilities of a decision's options; None if the drawn option is used.

    Args:
        decision: None if it was never made.
        contestant: identity of the decider on record; it gives the largest unseen mass.
    """
    if decision is None or decision.action is None or decision.weights is None:
        return None
    known = decision.weights.missing <= most_unseen(contestant)
    return decision.weights.p if known else None


def most_unseen(contestant: Mapping[str, Any]) -> float:
    """Largest unseen probability mass at which probabilities replace a decision.

    Args:
        contestant: identity in the form of records.
    """
    return float(contestant.get("max_unseen", _USUAL))


def expected(
    each: Owed, game: Game[Any], p: Mapping[Action, float]
) -> Iterator[tuple[Due, float | None]]:
    """The outcomes of a decision in expectation over its options.

    Args:
        each: the decision.
        game: the rules.
        p: probabilities of its options. Simultaneous decisions of others are held fixed.

    Yields:
        Due outcomes with their expected value and expected square; None for outcomes that are due
        under no option, which are unchanged.
    """
    moments: dict[tuple[str, int, str], list[float]] = {}
    for action, share in p.items():
        for due in game.due(each.state, {**each.moves, each.player: action}):
            if due.player == each.player and due.value is not None:
                place = due.outcome, due.round, due.at
                sums = moments.setdefault(place, [0.0, 0.0, 0.0])
                for power in range(3):
                    sums[power] += share * due.value**power
    for due in each.due:
        mass, mean, square = moments.get((due.outcome, due.round, due.at), (0.0, 0.0, 0.0))
        if due.value is None or mass < _WHOLE:
            yield due, None
        else:
            yield replace(due, value=mean), square
