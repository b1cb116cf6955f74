"""Outcomes: what is measured of decisions where arms of an experiment are compared.

A game declares its outcomes, and says of each position which decisions are due there and what they
come to. A decision that is due and never made has no value: it is lost, not left out, since what
makes a player refuse may be the treatment.
"""

from dataclasses import dataclass, replace

from games.core.types import Player


@dataclass(frozen=True, slots=True)
class Outcome:
    """A kind of decision.

    Args:
        name: as tables have it.
        low: its lowest value.
        high: its highest value.
        yes_no: whether every value is one of the two, so that the mean is a share.
        by_round: whether first and later rounds of a repeated game are also outcomes of their own.
        hidden: whether a value depends on what its player cannot know, such as the others' cards.
        detail: whether it is a part of another outcome, such as the answers to some offers.
    """

    name: str
    low: float = 0
    high: float = 1
    yes_no: bool = True
    by_round: bool = False
    hidden: bool = False
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One decision that is due, in one outcome.

    Args:
        player: who has to decide.
        outcome: its name.
        value: what was decided; None if the player, or another on whom it depends, did not decide.
        at: the situation. Decisions are compared with decisions in the same situation; where a
            situation is not reached, it is not known.
        round: from 1 where the game is repeated; 0 otherwise.
    """

    player: Player
    outcome: str
    value: float | None
    at: str = ""
    round: int = 0


def share(name: str, *, by_round: bool = False) -> Outcome:
    """A share of the pie, in per cent."""
    return Outcome(name, 0, 100, yes_no=False, by_round=by_round)


def detail(name: str, *, hidden: bool = False) -> Outcome:
    """Whether something is done in some of the situations that another outcome is about."""
    return Outcome(name, hidden=hidden, detail=True)


def first(outcome: Outcome) -> Outcome:
    """The same in the first round alone."""
    return _part(outcome, f"{outcome.name}, first round")


def later(outcome: Outcome) -> Outcome:
    """The same in later rounds."""
    return _part(outcome, f"{outcome.name}, later rounds")


def after(outcome: Outcome, before: str) -> Outcome:
    """The same after a round that came out so."""
    return _part(outcome, f"{outcome.name} after {before}")


def _part(outcome: Outcome, name: str) -> Outcome:
    return replace(outcome, name=name, by_round=False, detail=True)
