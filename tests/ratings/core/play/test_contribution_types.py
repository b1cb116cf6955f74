"""Types of players of public goods: textbook schedules, and simulated players of known type."""

from collections import Counter
from random import Random

import pytest

from ratings.core.play.contribution_types import (
    CONDITIONAL,
    COOPERATOR,
    FREE_RIDER,
    HUMP,
    OTHER,
    by_profile,
    by_schedule,
    by_shares,
)

UPWARDS = [k / 20 for k in range(21)]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([0.0] * 21, FREE_RIDER),
        (UPWARDS, CONDITIONAL),
        ([k / 40 for k in range(21)], CONDITIONAL),
        ([0.0] * 10 + [0.5] * 11, CONDITIONAL),
        ([1.0] * 21, COOPERATOR),
        (UPWARDS[:11] + UPWARDS[9::-1], HUMP),
        (UPWARDS[::-1], OTHER),
        ([0.2, 0.7] * 10 + [0.2], OTHER),
    ],
)
def test_schedules_of_the_literature(answers: list[float], kind: str) -> None:
    assert by_schedule(answers) == kind


def player(kind: str, rng: Random, others: list[float]) -> list[float]:
    """Contributions that answer the others' averages, with some noise."""
    noise = [rng.gauss(0, 0.08) for _ in others]
    level = {FREE_RIDER: 0.1, COOPERATOR: 0.9}.get(kind)
    made = [(x if level is None else level) + e for x, e in zip(others, noise, strict=True)]
    return [min(max(share, 0.0), 1.0) for share in made]


@pytest.mark.parametrize("rule", [by_profile, by_shares], ids=["profile", "shares"])
def test_known_shares_of_types_are_found_within_five_points(rule: object) -> None:
    rng = Random(5)
    truth = {CONDITIONAL: 600, FREE_RIDER: 250, COOPERATOR: 150}
    found: Counter[str] = Counter()
    for kind, number in truth.items():
        for _ in range(number):
            others = [rng.uniform(0.05, 0.95) for _ in range(12)]
            found[rule(player(kind, rng, others), others)] += 1  # type: ignore[operator]
    for kind, number in truth.items():
        assert abs(found[kind] - number) <= 50, found


def test_of_a_constant_past_nothing_conditional_is_known() -> None:
    assert by_profile([0.5, 0.6, 0.7, 0.5], [0.9] * 4) == COOPERATOR
    assert by_profile([0.2, 0.3, 0.1, 0.2], [0.9] * 4) == FREE_RIDER
    assert by_profile([0.2, 0.3], [0.1, 0.9]) == OTHER
    assert by_shares([], []) == OTHER
