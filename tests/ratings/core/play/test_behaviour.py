import csv
from pathlib import Path

import numpy as np
import pytest

import games
from arena.testing.league import equal, hands, poker
from games.core.solve import exploitability, quantal_response, worths
from games.core.tree import Tree, build
from ratings.core.play.behaviour import (
    Behaviour,
    elicited,
    frequencies,
    noisy_curve,
    pseudo_values,
)
from ratings.core.statistics.bootstrap import Floats
from ratings.core.statistics.cluster_mean import cluster_mean

REFERENCE = Path(__file__).parent / "kuhn_logit_qre.csv"


def chances(tree: Tree, key: str, action: str) -> int:
    at = tree.keys.index(key)
    return int(tree.first_choice[at]) + tree.actions[at].index(action)


SETS = {
    "p1_bet_{}": ("first: dealt {};", "bet"),
    "p1_call_after_check_bet_{}": ("first: dealt {}; moved 0 check; moved 1 bet;", "call"),
    "p1_call_cb_{}": ("first: dealt {}; moved 0 check; moved 1 bet;", "call"),
    "p2_bet_after_check_{}": ("second: dealt {}; moved 0 check;", "bet"),
    "p2_call_bet_{}": ("second: dealt {}; moved 0 bet;", "call"),
}


def test_the_noisy_curve_is_the_reference_curve() -> None:
    """Logit quantal response of Kuhn poker by another program, to three digits."""
    lambdas, logs = noisy_curve(poker())
    with REFERENCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    compared = 0
    for row in rows:
        at = np.abs(lambdas - float(row["lam"])).argmin()
        for pattern, (key, action) in SETS.items():
            for card in "JQK":
                if (wanted := row.get(pattern.format(card))) is not None:
                    found = np.exp(logs[at, chances(poker(), key.format(card), action)])
                    assert found == pytest.approx(float(wanted), abs=0.006)
                    compared += 1
    assert compared == 12 * len(rows)


def test_exploitability_is_that_of_the_shares_that_were_observed() -> None:
    policy = quantal_response(poker(), 2)
    estimate, low, high = elicited(poker(), np.tile(1e6 * policy, (2, 1)), 100, 0)
    assert estimate == pytest.approx(exploitability(poker(), policy))
    assert low <= estimate <= high
    assert high - low < 0.01


def _asked_about_everything(policy: Floats, clusters: int, rng: np.random.Generator) -> Floats:
    """Two answers in each information set and cluster: [clusters, choices]."""
    ends = [*zip(poker().first_choice, poker().first_choice[1:], strict=False)]
    drawn = [rng.multinomial(2, policy[start:end], clusters) for start, end in ends]
    return np.concatenate(drawn, axis=1).astype(float)


@pytest.mark.parametrize("rationality", [0.5, 2.0])
def test_pseudo_values_are_less_biased_than_the_shares_and_tell_the_error(
    rationality: float,
) -> None:
    policy, rng = quantal_response(poker(), rationality), np.random.default_rng(1)
    truth = exploitability(poker(), policy)
    samples = [_asked_about_everything(policy, 20, rng) for _ in range(100)]
    studies = [
        cluster_mean(pseudo_values(poker(), counts), range(20), (-np.inf, np.inf))
        for counts in samples
    ]
    shares = np.mean([elicited(poker(), counts, 0, 0)[0] for counts in samples])
    means = np.array([study.value for study in studies])
    assert abs(means.mean() - truth) < (shares - truth) / 2
    # docs/measures.md: the intervals are somewhat too narrow, as best responses switch.
    errors = np.mean([study.error for study in studies])
    assert 0.7 < errors / means.std() < 1.1
    assert np.mean([low <= truth <= high for low, high in (s.interval for s in studies)]) > 0.8


def test_no_pseudo_values_where_a_set_was_asked_in_one_cluster_alone() -> None:
    counts = np.ones((3, poker().choices))
    counts[1:, :2] = 0
    assert np.isnan(pseudo_values(poker(), counts)).all()
    assert len(pseudo_values(poker(), counts[:0])) == 0


def test_the_interval_holds_the_estimate_of_who_is_as_exploitable_as_can_be() -> None:
    dilemma = build(games.load("prisoners_dilemma"))
    always = np.tile([1.0, 0.0], 2)  # cooperates in both seats
    estimate, low, high = elicited(dilemma, np.tile(20 * always, (2, 1)), 100, 0)
    assert low <= estimate <= high


def test_no_exploitability_is_built_on_a_set_that_was_never_asked() -> None:
    counts = 20 * poker().uniform()
    counts[:2] = 0
    assert np.isnan(elicited(poker(), counts[None], 50, 0)).all()


def test_few_answers_leave_a_wide_interval() -> None:
    few, many = (
        elicited(poker(), np.tile(n * poker().uniform(), (2, 1)), 200, 0) for n in (4, 400)
    )
    assert few[2] - few[1] > 3 * (many[2] - many[1])


def test_regret_counts_the_mistakes_that_equilibrium_punishes() -> None:
    worth = worths(poker(), equal())

    def loss(key: str, wrong: str, right: str) -> float:
        return float(worth[chances(poker(), key, right)] - worth[chances(poker(), key, wrong)])

    # Folding the King to a bet gives up the pot of 2 and the bet of 1.
    assert loss("second: dealt K; moved 0 bet;", "fold", "call") == pytest.approx(3)
    # Calling with the Jack always loses one more.
    assert loss("second: dealt J; moved 0 bet;", "call", "fold") == pytest.approx(1)
    # Bluffing with the Jack is part of equilibrium.
    assert loss("first: dealt J;", "bet", "check") == pytest.approx(0, abs=0.01)


def test_worth_is_what_remains_and_averages_to_the_value() -> None:
    tree = build(games.load("kuhn_poker"))
    worth = worths(tree, tree.uniform())
    first = [chances(tree, f"first: dealt {c};", a) for c in "JQK" for a in ("check", "bet")]
    from games.core.solve import expected_payoffs  # noqa: PLC0415

    value = expected_payoffs(tree, tree.uniform())[0]
    assert worth[first].mean() == pytest.approx(value)


def test_frequencies_stand_beside_theory() -> None:
    counts = {"ann": np.round(30 * equal()[None]), "bob": np.zeros((1, poker().choices))}
    table = frequencies(Behaviour(poker(), counts), equal(), {"ann": 2.0, "bob": 0.0})
    assert set(table["contestant"]) == {"ann"}  # bob never met a set
    assert len(table) == 12
    assert table["frequency"].to_numpy() == pytest.approx(table["equilibrium"].to_numpy(), abs=0.02)
    assert (table["low"] <= table["frequency"] + 1e-9).all()
    noisy = table.set_index("set").loc["first: dealt J;", "noisy"]
    assert noisy == pytest.approx(0.284, abs=0.006)


def test_decisions_become_counts_by_cluster() -> None:
    from ratings.core.play.behaviour import behaviour  # noqa: PLC0415

    found = behaviour(hands(7, 2))
    assert found.counts["ann"].shape == (7, poker().choices)
    assert (np.add.reduceat(found.counts["ann"], poker().first_choice[:-1], axis=1) == 1).all()
