"""`Share`: matches, calls, tokens and cost of a contestant, each as a range."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from statistics import fmean
from typing import NamedTuple


class Range(NamedTuple):
    """A figure that is not known yet."""

    low: float
    expected: float
    high: float

    def plus(self, other: "Range") -> "Range":
        """The sum; bounds add up."""
        return Range(*map(add, self, other))

    def times(self, factor: float) -> "Range":
        """So many times as much."""
        return Range(*(factor * figure for figure in self))


NOTHING = Range(0, 0, 0)


@dataclass(frozen=True)
class Share:
    """Matches, calls, tokens and cost of a contestant, or of all.

    Args:
        matches: to be played; a range only where results decide.
        decisions: to be made.
        calls: of a model, re-asks included.
        prompt: tokens of prompts.
        completion: tokens of completions.
        cost: US dollars; None where the price is unknown.
        cached: tokens of prompts that a provider's cache may hold, see `stand_ins.LEAST_CACHED`.
        saved: US dollars by which such tokens are cheaper, as far as it is known.
    """

    matches: Range = NOTHING
    decisions: Range = NOTHING
    calls: Range = NOTHING
    prompt: Range = NOTHING
    completion: Range = NOTHING
    cost: Range | None = NOTHING
    cached: Range = NOTHING
    saved: Range = NOTHING

    def plus(self, other: "Share") -> "Share":
        """Both together; an unknown cost adds nothing and is to be reported beside the sum."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Share(
            self.matches.plus(other.matches),
            self.decisions.plus(other.decisions),
            self.calls.plus(other.calls),
            self.prompt.plus(other.prompt),
            self.completion.plus(other.completion),
            reduce(Range.plus, costs, NOTHING),
            self.cached.plus(other.cached),
            self.saved.plus(other.saved),
        )

    def times(self, factor: float) -> "Share":
        """So many times as much."""
        return Share(*(figure and figure.times(factor) for figure in vars(self).values()))


def anybody(shares: Sequence[Share]) -> Share:
    """Resources of an unspecified one of these contestants; unknown costs are left out."""

    def either(figures: list[Range]) -> Range:
        low, expected, high = zip(*figures, strict=True)
        return Range(min(low), fmean(expected), max(high))

    return Share(
        either([share.matches for share in shares]),
        either([share.decisions for share in shares]),
        either([share.calls for share in shares]),
        either([share.prompt for share in shares]),
        either([share.completion for share in shares]),
        either([share.cost for share in shares if share.cost is not None] or [NOTHING]),
        either([share.cached for share in shares]),
        either([share.saved for share in shares]),
    )
