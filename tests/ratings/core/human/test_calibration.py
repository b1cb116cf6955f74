"""The verdict is had by people, and not by caricatures of them."""

import pytest
from scipy import stats

from ratings.core.human.sameness import NO, YES
from tests.ratings.core.human.simulated import (
    CARICATURES,
    HUMAN,
    KINDS,
    REFUSING,
    Study,
    passing,
)

SOME, FEW, ALL = 10, 4, 200
"""Simulated studies: of people and of each caricature in the suite, of each kind in `make soak`."""
PASS, FAIL = 0.90, 0.05
"""At least this share of human samplers has to pass, at most this share of a caricature."""


def test_people_pass() -> None:
    assert passing(HUMAN["people"], SOME) >= stats.binom.ppf(0.01, SOME, PASS)


@pytest.mark.parametrize("name", CARICATURES)
def test_a_caricature_does_not(name: str) -> None:
    assert passing(CARICATURES[name], FEW) <= stats.binom.ppf(0.99, FEW, FAIL)


@pytest.mark.parametrize("name", ["always 40", "people", "people who refuse 20 % at random"])
def test_a_pass_is_the_whole_verdict(name: str) -> None:
    study = Study(KINDS[name], 1)
    assert study.passes() == (study.verdict().answer == YES)


@pytest.mark.soak
@pytest.mark.parametrize("name", HUMAN)
def test_people_pass_in_nine_of_ten_studies(name: str) -> None:
    assert passing(HUMAN[name], ALL) >= PASS * ALL


@pytest.mark.soak
@pytest.mark.parametrize("name", CARICATURES)
def test_a_caricature_passes_in_at_most_one_of_twenty(name: str) -> None:
    assert passing(CARICATURES[name], ALL) <= FAIL * ALL


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in REFUSING if not name.startswith("people")])
def test_refusing_at_random_helps_no_caricature(name: str) -> None:
    assert passing(REFUSING[name], ALL) <= FAIL * ALL


def test_refusing_at_random_makes_nobody_inhuman() -> None:
    """It can make people whom nothing can be told of, never people of whom the opposite is."""
    kind = REFUSING["people who refuse 20 % at random"]
    assert all(Study(kind, seed).verdict().answer != NO for seed in range(3))
