"""Outcomes of continuations: what each player does, feels, shows and earns after the fork."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from arena.core.types import Transcript, TurnRecord
from games.core.types import Action, Said

PAYOFF = "payoff"
NEXT, LATER = "next", "later"
NONE = "next action none"
"""The player is not asked any more after the fork."""
AMOUNTS = ("next amount", "later amount")
"""Means of amounts, in the units of the game; all other outcomes but the payoff are shares."""

Outcomes = Mapping[str, float]
"""By name of the outcome."""


def in_points(outcome: str) -> bool:
    """Whether an outcome is an amount or a payoff, which have no common limits."""
    return outcome == PAYOFF or outcome in AMOUNTS


def outcomes(transcript: Transcript, made: Iterable[TurnRecord]) -> list[Outcomes]:
    """What came of a continuation, by seat.

    Args:
        transcript: a continuation that is not void.
        made: its decisions that follow from the change.
    """
    assert transcript.payoffs is not None
    after: dict[int, list[TurnRecord]] = defaultdict(list)
    for each in made:
        after[each.player].append(each)
    return [
        {PAYOFF: float(points), **dict(_of_seat(after[seat]))}
        for seat, points in enumerate(transcript.payoffs)
    ]


def _of_seat(made: Sequence[TurnRecord]) -> Iterator[tuple[str, float]]:
    if not made:
        yield NONE, 1.0
        return
    yield from _shares(NEXT, made[:1])
    yield from _shares(LATER, made)


def _shares(when: str, made: Sequence[TurnRecord]) -> Iterator[tuple[str, float]]:
    """Shares of actions, of emotions felt and of emotions shown; of amounts, the mean."""
    taken = [each.decision.action for each in made]
    amounts = [each for each in taken if isinstance(each, int)]
    words = [each for each in taken if isinstance(each, str) and not isinstance(each, Said)]
    if amounts:
        yield f"{when} amount", sum(amounts) / len(amounts)
    plural = "s" if when == LATER else ""
    yield from _counted(f"{when} action{plural}", words, len(made))
    affects = [each.decision.affect for each in made if each.decision.affect is not None]
    yield from _counted(f"{when} felt", [each.felt for each in affects], len(made))
    shown = [str(each.shown or "nothing") for each in affects]
    yield from _counted(f"{when} shown", shown, len(made))


def _counted(name: str, said: Sequence[Action], of: int) -> Iterator[tuple[str, float]]:
    for one in dict.fromkeys(said):
        yield f"{name} {one}", said.count(one) / of


def value(found: Outcomes, outcome: str) -> float:
    """An outcome of one continuation: 0 for what did not happen, NaN for what cannot be said."""
    acted = NONE not in found
    unsaid = in_points(outcome) or (outcome.startswith(LATER) and not acted)
    return found.get(outcome, float("nan") if unsaid else 0.0)
