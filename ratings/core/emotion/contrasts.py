"""Which arms are compared: an induced emotion with its references, and the steps of the mode."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Contrast(NamedTuple):
    """What an arm is compared with.

    Args:
        name: what the difference between them is called.
        arm: whose level counts as the effect's.
        reference: whose level is subtracted.
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
"""From one arm of the mode to the next. Who shows an emotion is told so. What being told does alone
is a contrast beside the steps: with others who see the emotion, and with nobody who does."""


DISPLAYS = frozenset({"showing", "choosing", "told"})
"""Steps that are about others who see: where nobody opposite can act on what is shown, they compare
arms that are told the same."""

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
    """The arm of STEPS that a decision was made in.

    Args:
        mode: absent, hidden, visible or manipulative.
        perceives: whether the player is shown what others show.
        told: whether it is told that others see its emotion.
        seen: whether somebody opposite sees it.

    Returns:
        The arm; None if no step starts or ends there.
    """
    return _ARMS.get((mode, perceives, told, seen))


def inductions(placebos: Mapping[str, str | None], none: str) -> Iterator[Contrast]:
    """Every induced emotion against no induction, and against the placebo of its cause.

    Args:
        placebos: of each arm with an induced emotion, the arm with the placebo of the same cause;
            None if the design has none.
        none: the arm without an induction.
    """
    for arm, placebo in placebos.items():
        yield Contrast("against none", arm, none)
        if placebo is not None:
            yield Contrast("against placebo", arm, placebo)
