"""Overall verdict on the human-likeness of a contestant, with its reasons.

Levels are taken in the arm without an induced emotion. For each game and measure, mean, spread and
shape must agree with one sample of people. If emotions were induced, they must also move the
contestant in the directions of people. A single failed part makes the verdict negative.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ratings.core.human.agreement import Agreement
from ratings.core.human.arrows import Arm
from ratings.core.human.distances import MARGINS, Comparison
from ratings.core.human.measures import PERCENT, declared
from ratings.core.human.sameness import NO, OPEN, YES, Answer, all_of, any_of

WORDS = {YES: "human-like", NO: "not human-like", OPEN: OPEN}
"""The verdict in words."""
_LOST = 0.005
"""Share of lost decisions above which it is mentioned."""


@dataclass(frozen=True)
class Verdict:
    """Verdict on the human-likeness of a contestant.

    Attributes:
        base: the contestant without its emotion.
        levels: by game and measure, whether the decisions without an induced emotion agree with
            people's.
        directions: whether emotions move the contestant as they move people; None if none was
            induced.
        reasons: failed parts, or reasons for an open verdict, one line each.
        power: probability to find all means equal, if they are.
    """

    base: str
    levels: Mapping[tuple[str, str], Answer]
    directions: Answer | None
    reasons: tuple[str, ...]
    power: float

    @property
    def answer(self) -> Answer:
        """Yes if every part is human-like, no if one is not."""
        level = all_of(self.levels.values())
        return level if self.directions is None else all_of([level, self.directions])

    @property
    def words(self) -> str:
        """Human-like, not human-like, or open."""
        return WORDS[self.answer]


def verdicts(
    comparisons: Iterable[Comparison], agreements: Iterable[Agreement], arms: Mapping[str, Arm]
) -> list[Verdict]:
    """The verdict on each contestant, across its emotions.

    Args:
        comparisons: comparisons of contestants with studies. Studies of another game, or without a
            count of people, are ignored.
        agreements: agreements of contestants with induced emotions.
        arms: arm by contestant; a missing contestant has no emotions.
    """
    moved = {each.base: each for each in agreements}
    induced = {arm.base for arm in arms.values() if arm.emotion != "none"}
    beside: dict[str, dict[tuple[str, str], list[Comparison]]] = {base: {} for base in induced}
    for each in comparisons:
        arm = arms.get(each.contestant, Arm(each.contestant, "none"))
        own = beside.setdefault(arm.base, {})
        if arm.emotion == "none" and not each.mismatch and not np.isnan(each.floor_95):
            own.setdefault((each.game, each.measure), []).append(each)
    return [
        _verdict(base, levels, moved.get(base), induced=base in induced)
        for base, levels in sorted(beside.items())
    ]


def _verdict(
    base: str,
    beside: Mapping[tuple[str, str], Sequence[Comparison]],
    moved: Agreement | None,
    *,
    induced: bool,
) -> Verdict:
    directions = None if not induced else OPEN if moved is None else moved.answer
    levels = {place: any_of(each.same for each in studies) for place, studies in beside.items()}
    nearest = {place: _nearest(studies) for place, studies in beside.items()}
    reasons = [
        line for place, each in nearest.items() for line in _level_reasons(each, levels[place])
    ]
    if not levels:
        reasons.append("levels: no people of the same game to compare with, without an emotion")
    if directions is not None:
        reasons += _direction_reasons(moved)
    power = float(np.prod([each.power for each in nearest.values()])) if nearest else float("nan")
    return Verdict(base, levels, directions, tuple(reasons), power)


def _nearest(studies: Sequence[Comparison]) -> Comparison:
    """The sample of people with the most agreeing parts, then the nearest."""

    def order(each: Comparison) -> tuple[bool, int, float]:
        parts = [each.same_mean, each.same_spread, each.same_shape]
        return each.same != YES, -parts.count(YES), each.distance

    return min(studies, key=order)


def _level_reasons(each: Comparison, answer: Answer) -> Iterator[str]:
    """Failed or open parts, against the nearest sample of people."""
    if answer == YES:
        return
    scale = 1 if _percent(each.measure) else 100
    told = {
        "mean": (each.same_mean, f"{scale * each.mean:.0f}, people's {scale * each.human:.0f}"),
        "spread": (each.same_spread, f"{each.dispersion:.2f} of people's"),
        "shape": (
            each.same_shape,
            f"{scale * each.distance:.1f} away, floor {scale * each.floor_95:.1f}",
        ),
    }
    place = f"{each.measure} in {each.game} beside {each.baseline}"
    for part, (same, figures) in told.items():
        if same == NO:
            yield f"{place}: another {part} ({figures})"
        elif same == OPEN:
            yield f"{place}: {part} cannot be told ({figures}; {_power(each)})"


def _power(each: Comparison) -> str:
    """Power for the mean at this number of wordings, and the share of lost decisions."""
    margin = MARGINS[PERCENT] if _percent(each.measure) else 100 * MARGINS["probability"]
    chance = "no" if np.isnan(each.power) else f"{each.power:.0%}"
    lost = f"; {each.lost:.0%} of decisions lost" if each.lost > _LOST else ""
    return (
        f"{each.clusters} wordings rule out a difference of {margin:.0f} points, where there is "
        f"none, with {chance} probability{lost}"
    )


def _percent(measure: str) -> bool:
    return measure in declared() and declared()[measure][1].units == PERCENT


def _direction_reasons(moved: Agreement | None) -> Iterator[str]:
    """Reasons that emotions do not move the contestant as people, or that this is open."""
    if moved is None or not moved.cells:
        yield "directions: no effect of the same kind is known of people"
    elif not moved.decidable:
        rules = [name for name, hits in moved.nulls.items() if hits == moved.bar]
        yield (
            f"directions cannot be told: of {moved.cells} known arrows, {moved.bar:g} are also had "
            f"by {rules[0]}"
        )
    elif moved.answer != YES:
        told = "another way" if moved.answer == NO else "cannot be told"
        yield (
            f"directions {told}: {moved.hits} of {moved.cells} arrows, {moved.missed} missed, "
            f"permutation p {moved.permutation_p:.3f}; effects below {moved.smallest:.0f} points "
            "are not seen"
        )
