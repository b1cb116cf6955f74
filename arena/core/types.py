"""Matches, and transcripts of matches."""

import hashlib
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from agents.core.types import Decision, SelfReport
from games.core.types import Action, Payoff, Player, Said
from prompts import PLAIN, Verdict, Wording

PASSIVE: Final = "(passive)"
"""Name in a seat without decisions, in place of a contestant's name."""


@dataclass(frozen=True, slots=True)
class Match:
    """One play of one game between seated contestants.

    Args:
        id: hash of all properties of the match.
        game: id of the game within the tournament.
        seats: names of the contestants in seat order; PASSIVE in seats that decide nothing.
        repetition: index of the block of conditions, from 0; all pairings have the same blocks.
        seed: seed of chance; shared by all matches of the same game and repetition.
        wording: wording of the prompts; shared likewise.
        at: name of the information set of an elicitation; empty if a whole game is played.
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
    """One decision of a match.

    Args:
        player: the decider.
        turn: number of the player's earlier moves; `OPENING` for an opening display.
        decision: the decision.
        told: whether the player was told that others see its emotion; None if unknown.
        seen: whether an opponent sees the display of this decision and can still decide; None if
            unknown.
    """

    player: Player
    turn: int
    decision: Decision
    # Both follow from the design and the rules, so they are ignored in comparisons.
    told: bool | None = field(default=None, compare=False)
    seen: bool | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """The manipulation check of one player after its last decision.

    Args:
        player: the player.
        answer: its self-report.
    """

    player: Player
    answer: SelfReport


@dataclass(frozen=True, slots=True)
class Ending:
    """Ending of a match.

    Args:
        kind: completed, or void if a seat gave no legal action.
        player: seat without a legal action, in a void match.
        verdict: verdict on the last attempt of that seat, in a void match.
    """

    kind: Literal["completed", "void"]
    player: Player | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The full record of a match.

    Args:
        match: the match.
        deals: actions of chance, in order.
        decisions: decisions in the order of play, simultaneous ones in seat order.
        ending: ending of the match.
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
    """JSON text that is equal for equal content."""
    return _CANONICAL.encode(content)


def digest(*content: Any) -> str:  # noqa: ANN401 - any JSON
    """Hash of content, 16 hexadecimal digits."""
    return digest_of_texts(*map(canonical, content))


def digest_of_texts(*texts: str) -> str:
    """The `digest` of content, from the `canonical` text of each part."""
    return hashlib.sha256(f"[{','.join(texts)}]".encode()).hexdigest()[:16]


def seed_of(*content: Any) -> int:  # noqa: ANN401 - any JSON
    """A seed below 2**63 that depends on all of the content."""
    return seed_of_texts(*map(canonical, content))


def seed_of_texts(*texts: str) -> int:
    """The `seed_of` content, from the `canonical` text of each part."""
    return int(digest_of_texts(*texts), 16) >> 1


def action_of(plain: Any) -> Action:  # noqa: ANN401 - JSON
    """The action behind its JSON: a message is a list of its text and its statement."""
    return Said(*plain) if isinstance(plain, list) else plain


def payoff_text(payoff: Payoff) -> str:
    """A payoff as exact text: "3" or "1/2"."""
    return str(payoff if type(payoff) is int else Fraction(payoff))


def payoff_of(text: str) -> Payoff:
    """The payoff from its `payoff_text`."""
    exact = Fraction(text)
    return exact.numerator if exact.denominator == 1 else exact
