"""Strategies are recovered from what they did."""

import numpy as np
import pytest

from games.core.errors import BadInput
from games.core.machines import constant
from ratings.core.human.estimates import histories
from ratings.core.human.estimates import strategies as estimated
from ratings.core.human.sfem import Histories, frequencies, hits
from ratings.core.human.studies import baseline
from tests.ratings.machines import NAMES, as_rows, population, strategies

MACHINES = strategies()


@pytest.mark.parametrize(
    "treatment", ["d50_r32", "d50_r40", "d50_r48", "d75_r32", "d75_r40", "d75_r48"]
)
def test_the_shares_of_a_study_are_recovered(treatment: str) -> None:
    study = baseline(f"dal_bo_frechette2011_{treatment}_strategies")
    assert study.shares is not None
    assert study.tremble is not None
    truth = np.array([study.shares[name] for name in NAMES])
    truth /= truth.sum()  # published to four digits
    found = [
        frequencies(
            population(MACHINES, truth, study.tremble, study.payoffs["continuation"], seed),
            MACHINES,
        )
        for seed in range(50)
    ]
    shares = np.array([list(each.shares.values()) for each in found])
    assert np.abs(shares.mean(axis=0) - truth).max() <= 0.03
    assert np.mean([each.tremble for each in found]) == pytest.approx(study.tremble, abs=0.01)
    assert {each.subjects for each in found} == {200}


def test_hits_are_what_the_machine_would_have_done() -> None:
    played = population(MACHINES, np.full(6, 1 / 6), 0.1, 0.75, 0, subjects=20, games=3)
    for machine in MACHINES.values():
        counted = [
            sum(
                machine.first[machine.state_after(zip(own[:at], other[:at], strict=True))]
                == 1 - own[at]
                for at in range(length)
            )
            for own, other, length in zip(played.own, played.other, played.length, strict=True)
        ]
        assert list(hits(machine, played)) == counted


def test_strategies_that_draw_are_refused() -> None:
    one = np.zeros((1, 1), dtype=np.int64)
    played = Histories(one, one, np.array([1]), np.array([0]))
    with pytest.raises(BadInput, match="draw their actions"):
        hits(constant(0.5), played)


def test_decisions_become_supergames() -> None:
    played = population(MACHINES, np.full(6, 1 / 6), 0.1, 0.75, 0, subjects=20, games=3)
    rows = as_rows(played)
    again = histories(rows.sample(frac=1, random_state=1))
    order = np.argsort([f"m{game}" for game in range(len(played.length))])
    assert list(again.length) == list(played.length[order])
    for game, at in enumerate(order):
        seen = again.length[game]
        assert list(again.own[game, :seen]) == list(played.own[at, :seen])
        assert list(again.other[game, : seen - 1]) == list(played.other[at, : seen - 1])
        assert again.subject[game] == str(played.subject[at])
    (found,) = estimated(rows, MACHINES).values()
    assert found.shares == pytest.approx(frequencies(played, MACHINES).shares, abs=1e-6)
