"""Equilibria of 2x2 games against nashpy, an independent library."""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import nashpy
import numpy as np
import pytest

from games.core.closed_form import Equilibrium, equilibria, selected
from games.core.matrix import Bimatrix
from games.core.solution import solve
from games.core.types import Payoff

Rows = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Cells(Bimatrix):
    """Any payoffs."""

    first: Rows
    second: Rows

    name = "cells"
    version = 1
    options = ("up", "down")

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        i, j = self.options.index(first), self.options.index(second)
        return self.first[i][j], self.second[i][j]


def generic(seed: int) -> Cells:
    """Eight different payoffs, so that nobody is indifferent and there are finitely many."""
    a, b, c, d, e, f, g, h = Random(seed).sample(range(-20, 21), 8)
    return Cells(((a, b), (c, d)), ((e, f), (g, h)))


@pytest.mark.parametrize("seed", range(40))
def test_nashpy_finds_the_same_equilibria(seed: int) -> None:
    game = generic(seed)
    theirs = nashpy.Game(np.array(game.first), np.array(game.second))
    expected = sorted((round(r[0], 9), round(c[0], 9)) for r, c in theirs.support_enumeration())
    ours = equilibria(game)
    assert sorted((round(float(e.first), 9), round(float(e.second), 9)) for e in ours) == expected
    for one in ours:
        mixed = [[float(p), float(1 - p)] for p in (one.first, one.second)]
        points = theirs[np.array(mixed[0]), np.array(mixed[1])]
        assert [float(p) for p in one.points] == pytest.approx(points.tolist())


@pytest.mark.parametrize("seed", range(40))
def test_what_is_played_cannot_be_exploited(seed: int) -> None:
    assert solve(generic(seed)).exploitability == pytest.approx(0, abs=1e-12)


def test_battle_of_the_sexes_has_two_pure_equilibria_and_a_mixed_one() -> None:
    found = equilibria(Cells(((10, 0), (0, 7)), ((7, 0), (0, 10))))
    assert [(e.first, e.second) for e in found] == [
        (1, 1),
        (0, 0),
        (Fraction(10, 17), Fraction(7, 17)),
    ]
    assert found[2].points == (Fraction(70, 17), Fraction(70, 17))
    assert selected(found) == found[2]


def test_matching_pennies_has_only_the_mixed_one() -> None:
    (only,) = equilibria(Cells(((1, -1), (-1, 1)), ((-1, 1), (1, -1))))
    assert only == Equilibrium(Fraction(1, 2), Fraction(1, 2), (Fraction(0), Fraction(0)))


def test_of_two_pure_equilibria_without_a_mixed_one_the_first_is_played() -> None:
    found = equilibria(Cells(((1, 1), (1, 0)), ((1, 1), (1, 0))))
    assert all(e.pure for e in found)
    assert selected(found) == found[0]
