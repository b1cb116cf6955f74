"""Strategies are recovered from what they did."""

from itertools import combinations

import numpy as np
import pytest

from games.core.errors import BadInput
from games.core.machines import constant
from ratings.core.human.estimates import histories
from ratings.core.human.estimates import strategies as estimated
from ratings.core.human.sfem import Histories, frequencies, prescribed
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


def test_what_is_prescribed_is_what_the_machine_would_have_done() -> None:
    played = population(MACHINES, np.full(6, 1 / 6), 0.1, 0.75, 0, subjects=20, games=3)
    games = zip(played.own, played.other, played.length, strict=True)
    for game, (own, other, length) in enumerate(games):
        for machine in MACHINES.values():
            acts = [
                1 - machine.first[machine.state_after(zip(own[:at], other[:at], strict=True))]
                for at in range(length)
            ]
            assert list(prescribed(machine, played)[game, :length]) == acts


def test_who_defects_first_is_matched_best_by_the_defector_alone() -> None:
    truth = np.array([0.4, 0.6, 0.0, 0.0, 0.0, 0.0])
    played = population(MACHINES, truth, 0.0, 0.75, 1)
    found = frequencies(played, MACHINES)
    assert found.best["defector"] == pytest.approx((played.own[:, 0] == 1).mean())
    assert found.shares["defector"] == pytest.approx(found.best["defector"])
    assert 0 < found.best["grim"] <= found.best["cooperator"], "ties are divided"


def test_one_game_tells_less_than_a_subject() -> None:
    """Short games with trembles: what fits one of them best is often none that was played."""
    truth = np.array([0.5, 0.0, 0.0, 0.5, 0.0, 0.0])
    found = frequencies(population(MACHINES, truth, 0.15, 0.5, 2), MACHINES)
    apart = {name: found.best[name] - found.shares[name] for name in NAMES}
    assert max(apart, key=lambda name: apart[name]) not in {"defector", "tit_for_tat"}
    assert sum(found.best.values()) == pytest.approx(1)


def test_strategies_that_act_alike_on_what_was_played_are_named() -> None:
    """Among themselves those who never defect first leave nothing to tell them apart by."""
    truth = np.array([0.0, 0.5, 0.0, 0.5, 0.0, 0.0])
    found = frequencies(population(MACHINES, truth, 0.0, 0.75, 3), MACHINES)
    nice = [name for name in NAMES if name != "defector"]
    assert set(found.alike) == set(combinations(nice, 2))


def test_strategies_that_draw_are_refused() -> None:
    one = np.zeros((1, 1), dtype=np.int64)
    played = Histories(one, one, np.array([1]), np.array([0]))
    with pytest.raises(BadInput, match="draw their actions"):
        prescribed(constant(0.5), played)


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
