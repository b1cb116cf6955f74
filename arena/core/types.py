"""What is asked for and what came of it: matches and transcripts."""

import hashlib
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from agents.core.types import Decision, SelfReport
from games.core.types import Action, Payoff, Player, Said
from prompts import PLAIN, Verdict, Wording

PASSIVE: Final = "(passive)"
"""Stands in a seat that decides nothing, in place of a contestant's name."""


@dataclass(frozen=True, slots=True)
class Match:
    """One play of one game between seated contestants.

    Args:
        id: hash of everything that makes this match what it is.
        game: id of the game within the tournament.
        seats: names of the contestants in seat order; PASSIVE in seats that decide nothing.
        repetition: which block of conditions, from 0; all pairings meet the same blocks.
        seed: of chance; shared by all matches of the same game and repetition.
        wording: how things are said; shared likewise.
        at: name of the information set asked about; empty where a whole game is played.
    """

    id: str
    game: str
    seats: tuple[str, ...]
    repetition: int
    seed: int
    wording: Wording = PLAIN
    at: str = ""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One decision in its place.

    Args:
        player: who decided.
        turn: how many moves this player had made before; `OPENING` for an opening display.
        decision: what was decided.
        told: whether the player was told that others see its emotion; None if it is not on record.
        seen: whether somebody opposite perceives what the player showed with it, and by the rules
            could still decide; None if it is not on record.
    """

    player: Player
    turn: int
    decision: Decision
    # Both follow from the design and the rules, so that they make no other record of it.
    told: bool | None = field(default=None, compare=False)
    seen: bool | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """The manipulation check of one player after its last decision.

    Args:
        player: who was asked.
        answer: what came of it.
    """

    player: Player
    answer: SelfReport


@dataclass(frozen=True, slots=True)
class Ending:
    """How a match ended.

    Args:
        kind: completed, or void: a seat gave no legal action.
        player: in a void match, the seat.
        verdict: in a void match, what came of that seat's last attempt.
    """

    kind: Literal["completed", "void"]
    player: Player | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The full record of a match.

    Args:
        match: what was played.
        deals: nature's actions, in order.
        decisions: in the order of play, simultaneous ones in seat order.
        ending: how it ended.
        payoffs: points in seat order; None if void.
        checks: manipulation checks, in seat order; none in a void match.
    """

    match: Match
    deals: tuple[Action, ...]
    decisions: tuple[TurnRecord, ...]
    ending: Ending
    payoffs: tuple[Payoff, ...] | None
    checks: tuple[Checked, ...] = ()


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(content: Any) -> str:  # noqa: ANN401 - any JSON
    """JSON text that is the same for the same content."""
    return _CANONICAL.encode(content)


def digest(*content: Any) -> str:  # noqa: ANN401 - any JSON
    """Hash of content, 16 hexadecimal digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:16]


def seed_of(*content: Any) -> int:  # noqa: ANN401 - any JSON
    """A seed below 2**63 that depends on all of the content."""
    return int(digest(*content), 16) >> 1


def action_of(plain: Any) -> Action:  # noqa: ANN401 - JSON
    """The action behind its JSON: a message is a list of its text and its statement."""
    return Said(*plain) if isinstance(plain, list) else plain


def payoff_text(payoff: Payoff) -> str:
    """A payoff as text that loses nothing: "3" or "1/2"."""
    return str(Fraction(payoff))


def payoff_of(text: str) -> Payoff:
    """The payoff behind `payoff_text`."""
    exact = Fraction(text)
    return exact.numerator if exact.denominator == 1 else exact
