"""Outcomes of games as measures of human studies."""

from ratings.core.human.measures import declared

_PART = " below half"
"""Ends the name of an outcome that is a part of a measure, such as answers to low offers."""


def measure_of(outcome: str) -> str | None:
    """The measure that an outcome, or the measure's part, belongs to; None without one."""
    measure = outcome.removesuffix(_PART).replace(" ", "_")
    return measure if measure in declared() else None


def is_part(outcome: str) -> bool:
    """Whether an outcome is a part of a measure."""
    return outcome.endswith(_PART)
