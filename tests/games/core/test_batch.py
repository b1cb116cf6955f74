"""Batches of machines: against enumeration, closed forms, and themselves."""

import tracemalloc
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import games
from games import BadInput, Game
from games.core import batch
from games.core.batch import expect, play, play_pairings
from games.core.machines import Machine, constant, majority, memory_one, trigger_until
from games.core.matrix import Bimatrix
from games.core.repeated import Repeated
from games.core.types import Payoff

COOPERATOR, DEFECTOR = constant(1), constant(0)
TIT_FOR_TAT = Machine((1, 0), ((0, 1, 0, 1), (0, 1, 0, 1)))
GRIM = trigger_until(10**3)
EXTORTION = memory_one(1, (11 / 13, 1 / 2, 7 / 26, 0))
NOISY = memory_one(0.9, (0.95, 0.2, 0.7, 0.35))


@dataclass(frozen=True)
class Lopsided(Bimatrix):
    """Every seat and outcome has its own payoff, one of them no whole number."""

    name = "lopsided"
    version = 1
    options = ("a", "b")

    def cell(self, first: str, second: str) -> tuple[Payoff, Payoff]:
        table: dict[str, tuple[Payoff, Payoff]] = {
            "aa": (1, 20), "ab": (2, 30), "ba": (4, 50), "bb": (Fraction(1, 3), 70),
        }  # fmt: skip
        return table[first + second]


def dilemma(**params: Any) -> Game[Any]:
    return games.load("prisoners_dilemma", params)


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    size = draw(st.integers(1, 4))
    state = st.integers(0, size - 1)
    some = st.sampled_from([0.0, 1.0, 0.5, 0.25, 0.875])
    first = draw(st.lists(some, min_size=size, max_size=size))
    rows = draw(st.lists(st.tuples(state, state, state, state), min_size=size, max_size=size))
    return Machine(tuple(first), tuple(rows))


def enumerated(game: Repeated[Any], pair: tuple[Machine, Machine]) -> tuple[Any, list[float]]:
    """Expected visits and points of a game of fixed length, from every history one by one."""
    visits = [np.zeros((len(machine.first), 4)) for machine in pair]
    points = [0.0, 0.0]
    assert game.rounds is not None
    for history in product(range(4), repeat=game.rounds):
        states, steps, chances = [0, 0], [], []
        for outcome in history:
            both = (outcome // 2, outcome % 2)
            for seat, machine in enumerate(pair):
                first = machine.first[states[seat]]
                chances.append(1 - first if both[seat] else first)
                steps.append((seat, states[seat], 2 * both[seat] + both[1 - seat]))
                states[seat] = machine.after[states[seat]][steps[-1][2]]
        chance = float(prod(chances))
        for seat, state, outcome in steps:
            visits[seat][state, outcome] += chance
        for outcome in history:
            moves = (game.stage.options[outcome // 2], game.stage.options[outcome % 2])  # type: ignore[attr-defined]
            for seat in (0, 1):
                points[seat] += chance * float(game.stage.cell(*moves)[seat])  # type: ignore[attr-defined]
    return visits, points


@given(machines(), machines())
def test_expectations_are_those_of_all_histories(one: Machine, two: Machine) -> None:
    game = Repeated(Lopsided(), rounds=3)
    visits, points = enumerated(game, (one, two))
    found = expect(game, (one, two))
    for seat in (0, 1):
        assert found.visits[seat] == pytest.approx(visits[seat], abs=1e-12)
        assert found.mean(seat) == pytest.approx(points[seat], abs=1e-9)


@given(machines(), machines())
def test_a_continuation_probability_is_a_mixture_of_lengths(one: Machine, two: Machine) -> None:
    found = expect(Repeated(Lopsided(), continuation=Fraction(1, 4)), (one, two))
    by_length = [expect(Repeated(Lopsided(), rounds=n), (one, two)) for n in range(1, 26)]
    mixed = sum(0.75 * 0.25**n * part.visits[1] for n, part in enumerate(by_length))
    assert found.visits[1] == pytest.approx(mixed, abs=1e-12)


def test_closed_forms() -> None:
    endless = dilemma(continuation="0.9")
    assert expect(endless, (DEFECTOR, COOPERATOR)).mean(0) == pytest.approx(5 / 0.1)
    # One sucker's payoff, and then mutual defection.
    assert expect(endless, (TIT_FOR_TAT, DEFECTOR)).mean(0) == pytest.approx(0 + 9 * 1)
    assert expect(dilemma(rounds=7), (GRIM, DEFECTOR)).mean(1) == pytest.approx(5 + 6 * 1)
    assert expect(dilemma(), (GRIM, DEFECTOR)).mean(1) == 5


@pytest.mark.parametrize("other", [NOISY, COOPERATOR, constant(0.5), TIT_FOR_TAT, majority(50)])
def test_extortion_takes_three_times_the_surplus(other: Machine) -> None:
    """Press and Dyson (2012): own payoff - P = 3 (other's payoff - P), in the long run."""
    found = expect(dilemma(continuation=Fraction(10**7 - 1, 10**7)), (EXTORTION, other))
    own, others = (found.mean(seat) / 10**7 for seat in (0, 1))
    assert own - 1 == pytest.approx(3 * (others - 1), abs=1e-4)


@pytest.mark.parametrize("params", [{}, {"rounds": 7}, {"continuation": "0.8"}], ids=str)
def test_samples_are_near_the_expectations(params: dict[str, Any]) -> None:
    game = dilemma(**params)
    sample = play(game, (NOISY, EXTORTION), 40_000, 5, payoffs=True)
    exact = expect(game, (NOISY, EXTORTION))
    assert sample.payoffs is not None
    for seat in (0, 1):
        error = sample.payoffs[:, seat].std() / 200
        assert abs(sample.mean(seat) - exact.mean(seat)) < 5 * error
        assert sample.mean(seat) == pytest.approx(sample.payoffs[:, seat].mean(), rel=1e-12)
        # A match visits a state at most a few times, so visits vary little more than if each
        # were drawn apart.
        expected = exact.visits[seat] * 40_000
        assert (np.abs(sample.visits[seat] - expected) < 12 * np.sqrt(expected) + 1e-9).all()


@given(machines(), machines(), st.integers(0, 2**63), st.sampled_from([None, "0.5"]))
def test_the_parts_of_a_batch_tell_the_same_story(
    one: Machine, two: Machine, seed: int, continuation: str | None
) -> None:
    length: dict[str, Any] = {"rounds": 4} if continuation is None else {}
    odds = None if continuation is None else Fraction(continuation)
    game = Repeated(Lopsided(), continuation=odds, **length)
    found = play(game, (one, two), 30, seed, payoffs=True, histories=True)
    assert found.histories is not None
    assert found.payoffs is not None
    visits = [np.zeros_like(found.visits[seat]) for seat in (0, 1)]
    for history, points in zip(found.histories, found.payoffs, strict=True):
        told = [int(outcome) for outcome in history if outcome >= 0]
        assert list(history[len(told) :]) == [-1] * (len(history) - len(told))
        assert len(told) == 4 or continuation
        rounds = [(outcome // 2, outcome % 2) for outcome in told]
        for number in range(len(rounds)):
            for seat, machine in enumerate((one, two)):
                own = [(pair[seat], pair[1 - seat]) for pair in rounds[: number + 1]]
                state = machine.state_after(own[:-1])
                assert machine.first[state] != own[-1][0], "an action of no probability"
                visits[seat][state, 2 * own[-1][0] + own[-1][1]] += 1
        earned = [float(sum(found.points[0][k] for k in told))]
        earned.append(float(sum(found.points[1][2 * (k % 2) + k // 2] for k in told)))
        assert points == pytest.approx(earned)
    for seat in (0, 1):
        assert (found.visits[seat] == visits[seat]).all()
        assert (found.actions(seat).sum(axis=1) == visits[seat].sum(axis=1)).all()
        assert found.actions(seat)[:, 0].sum() == visits[seat][:, :2].sum()
    assert (found.outcomes == visits[0].sum(axis=0)).all()


def test_points_of_each_seat_are_its_own() -> None:
    found = play(Lopsided(), (COOPERATOR, DEFECTOR), 3, 1, payoffs=True)
    assert found.payoffs is not None
    assert found.payoffs.tolist() == [[2, 30]] * 3
    mirrored = play(Lopsided(), (DEFECTOR, COOPERATOR), 3, 1, payoffs=True)
    assert mirrored.payoffs is not None
    assert mirrored.payoffs.tolist() == [[4, 50]] * 3
    assert play(Lopsided(), (DEFECTOR, DEFECTOR), 3, 1).mean(0) == 1 / 3


def test_the_same_seed_gives_the_same_matches_and_another_seed_others() -> None:
    def histories(matches: int, seed: int) -> Any:
        return play(dilemma(rounds=5), (NOISY, NOISY), matches, seed, histories=True).histories

    size = batch.CHUNK + 5
    assert (histories(size, 3) == histories(size, 3)).all()
    assert (histories(size, 3) != histories(size, 4)).any()
    assert (histories(size, 3)[-5:] != histories(size, 3)[:5]).any(), "chunks repeat each other"
    assert histories(size, 3).shape == (size, 5)


def test_memory_does_not_grow_with_the_number_of_matches() -> None:
    def peak(matches: int) -> int:
        tracemalloc.start()
        play(dilemma(rounds=3), (NOISY, EXTORTION), matches, 1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(30 * batch.CHUNK) < 1.2 * peak(3 * batch.CHUNK)


def test_pairings_are_what_each_would_be_alone() -> None:
    strategies = [COOPERATOR, DEFECTOR, TIT_FOR_TAT, majority(10), NOISY]
    pairings = [(a, b) for a in range(5) for b in range(5)]
    for game in (Repeated(Lopsided(), rounds=6), Repeated(Lopsided(), continuation=Fraction(1, 2))):
        points = play_pairings(game, strategies, pairings, 2_000, 1)
        assert points.shape == (25, 2_000, 2)
        for (a, b), found in zip(pairings, points, strict=True):
            exact = expect(game, (strategies[a], strategies[b]))
            for seat in (0, 1):
                error = found[:, seat].std() / 2_000**0.5
                assert abs(found[:, seat].mean() - exact.mean(seat)) <= 5 * error + 1e-9


def test_pairings_of_deterministic_strategies_are_exact() -> None:
    strategies = [COOPERATOR, DEFECTOR, TIT_FOR_TAT, GRIM, majority(10)]
    pairings = [(a, b) for a in range(5) for b in range(5)]
    points = play_pairings(dilemma(rounds=9), strategies, pairings, 3, 1)
    for (a, b), found in zip(pairings, points, strict=True):
        exact = expect(dilemma(rounds=9), (strategies[a], strategies[b]))
        assert found == pytest.approx(np.tile([exact.mean(0), exact.mean(1)], (3, 1)))


def test_what_cannot_be_played_is_refused() -> None:
    both = (COOPERATOR, COOPERATOR)
    for call in (play, expect):
        with pytest.raises(BadInput, match=r"^kuhn_poker is no matrix game with two actions"):
            call(games.load("kuhn_poker"), both, *([1, 1] if call is play else []))
    with pytest.raises(BadInput, match="matches must be a whole number from 1, not 0"):
        play(dilemma(), both, 0, 1)
    large = (majority(100), memory_one(0.5, (0.5, 0.5, 0.5, 0.5)))
    assert expect(dilemma(continuation="0.5"), large).mean(0) > 0
    wide = Machine((0.5,) * 5000, tuple((min(k + 1, 4999),) * 4 for k in range(5000)))
    with pytest.raises(BadInput, match=r"5000 pairs of states, the limit .* is 4000"):
        expect(dilemma(continuation="0.5"), (wide, COOPERATOR))
