"""Contrasts between arms: an induced emotion with its references, and the steps of the mode."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Contrast(NamedTuple):
    """An arm and its reference.

    Args:
        name: name of the difference.
        arm: arm of the treatment.
        reference: arm whose level is subtracted.
    """

    name: str
    arm: str
    reference: str


ABSENT, PERCEIVES, HIDDEN = "absent", "absent + perceives", "hidden"
VISIBLE, UNTOLD, UNSEEN = "visible", "visible, not told", "visible, not seen"
MANIPULATIVE = "manipulative"

STEPS = (
    Contrast("perceiving", PERCEIVES, ABSENT),
    Contrast("reporting", HIDDEN, PERCEIVES),
    Contrast("showing", VISIBLE, HIDDEN),
    Contrast("choosing", MANIPULATIVE, VISIBLE),
    Contrast("told", VISIBLE, UNTOLD),
    Contrast("told", UNSEEN, HIDDEN),
)
"""Steps from one arm of the mode to the next. A player that shows an emotion is told so. The effect
of being told is a contrast beside the steps: in matches with others who see the emotion, and in
matches without."""


DISPLAYS = frozenset({"showing", "choosing", "told"})
"""Steps about visibility. If no opponent can act on displays, these steps compare arms with the
same instructions."""

_ARMS = {
    # mode, perceives, told, seen
    ("absent", False, False, False): ABSENT,
    ("absent", True, False, False): PERCEIVES,
    ("hidden", True, False, False): HIDDEN,
    ("visible", True, True, True): VISIBLE,
    ("visible", True, False, True): UNTOLD,
    ("visible", True, True, False): UNSEEN,
    ("manipulative", True, True, True): MANIPULATIVE,
}


def step_arm(mode: str, *, perceives: bool, told: bool, seen: bool) -> str | None:
    """The arm of STEPS of a decision.

    Args:
        mode: absent, hidden, visible or manipulative.
        perceives: whether the player sees the displays of others.
        told: whether the player is told that others see its emotion.
        seen: whether an opponent sees the emotion.

    Returns:
        The arm; None if no step starts or ends in it.
    """
    return _ARMS.get((mode, perceives, told, seen))


def inductions(placebos: Mapping[str, str | None], none: str) -> Iterator[Contrast]:
    """Every induced emotion against no induction, and against the placebo of its cause.

    Args:
        placebos: for each arm with an induced emotion, the arm with the placebo of the same cause;
            None if the design has none.
        none: the arm without an induction.
    """
    for arm, placebo in placebos.items():
        yield Contrast("against none", arm, none)
        if placebo is not None:
            yield Contrast("against placebo", arm, placebo)
