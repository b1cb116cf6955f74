"""Types of players of public goods by what they contribute: three rules of the literature."""

from collections.abc import Sequence

import numpy as np

CONDITIONAL, FREE_RIDER, COOPERATOR = "conditional cooperator", "free rider", "cooperator"
HUMP, OTHER = "hump-shaped", "other"
SCHEDULE_TYPES = (CONDITIONAL, FREE_RIDER, COOPERATOR, HUMP, OTHER)
REPEATED_TYPES = (CONDITIONAL, FREE_RIDER, COOPERATOR, OTHER)

_SIGNIFICANT = 0.01
_SLOPE = 0.05
_FEWEST = 3
_HIGH, _LOW, _NEAR = 0.8, 0.2, 0.1


def by_schedule(answers: Sequence[float]) -> str:
    """The type of a schedule, one of SCHEDULE_TYPES.

    Free riders never contribute. Conditional cooperators contribute more the more the others do:
    weakly and not always the same, or with a Spearman correlation at the 1 % level. Hump-shaped is
    one that does so up to its highest contribution, and the other way after it. Who always
    contributes the same, and something, is a cooperator: the literature files that under others.

    Args:
        answers: shares contributed for each average of the others, from nothing to everything.

    Source: Fischbacher, Gächter and Fehr (2001), Economics Letters 71, 397 to 404; the level is
    theirs.
    """
    made = np.asarray(answers, dtype=float)
    if not made.any():
        return FREE_RIDER
    if (made == made[0]).all():
        return COOPERATOR
    if _rises(made):
        return CONDITIONAL
    top = int(made.argmax())
    if 0 < top < len(made) - 1 and _rises(made[: top + 1]) and _rises(-made[top:]):
        return HUMP
    return COOPERATOR if made.min() >= _HIGH else FREE_RIDER if made.max() <= _LOW else OTHER


def by_profile(own: Sequence[float], others: Sequence[float]) -> str:
    """The type of contributions in rounds, one of REPEATED_TYPES.

    The linear profile of own contributions over the others' average of the round before: above one
    half of the endowment everywhere is a cooperator, below it everywhere a free rider, and one that
    rises from below to above a conditional cooperator. A slope that is not above 0 at the 5 % level
    is none, so that noise makes nobody conditional.

    Args:
        own: shares contributed, from the second round on.
        others: averages of the others in the round before each.

    Source: Kurzban and Houser (2005), Experiments investigating cooperative types in humans,
    Proceedings of the National Academy of Sciences 102, 1803 to 1807. The test of the
    slope is ours.
    """
    y, x = np.asarray(own, dtype=float), np.asarray(others, dtype=float)
    if len(y) < _FEWEST:
        return OTHER
    ends = np.full(2, y.mean())
    if np.ptp(x) > 0 and np.ptp(y) > 0:
        from scipy import stats  # noqa: PLC0415 - loading it takes long

        line = stats.linregress(x, y)
        if line.slope > 0 and line.pvalue / 2 < _SLOPE:
            ends = line.intercept + line.slope * np.array([0.0, 1.0])
    if ends.min() >= 1 / 2:
        return COOPERATOR
    if ends.max() < 1 / 2:
        return FREE_RIDER
    return CONDITIONAL if ends[0] < ends[1] else OTHER


def by_shares(own: Sequence[float], others: Sequence[float]) -> str:
    """The class of contributions in rounds by the shares of EAI's opponents, one of REPEATED_TYPES.

    A mean of at least 80 per cent is a cooperator, of at most 20 a free rider; one whose
    contributions are on average within 10 per cent of the others' last average is conditional.
    Conditional comes first where the others' averages range by more than 20 per cent.

    Args:
        own: shares contributed, from the second round on.
        others: averages of the others in the round before each.

    Source: the shares are those of the opponents in Mozikov et al. (2024), EAI, NeurIPS 37; the
    paper's rule is not in its text, so this one is ours.
    """
    y, x = np.asarray(own, dtype=float), np.asarray(others, dtype=float)
    if not len(y):
        return OTHER
    near = float(np.abs(y - x).mean()) <= _NEAR
    if near and np.ptp(x) > _LOW:
        return CONDITIONAL
    if y.mean() >= _HIGH:
        return COOPERATOR
    if y.mean() <= _LOW:
        return FREE_RIDER
    return CONDITIONAL if near else OTHER


def _rises(made: np.ndarray) -> bool:
    """Whether contributions rise: never fall and end higher, or by Spearman's correlation."""
    if made[-1] > made[0] and (np.diff(made) >= 0).all():
        return True
    if len(made) < _FEWEST or np.ptp(made) == 0:
        return False
    from scipy import stats  # noqa: PLC0415 - likewise

    found = stats.spearmanr(np.arange(len(made)), made)
    return bool(found.statistic > 0 and found.pvalue < _SIGNIFICANT)
