"""Matches as arrays, from Python and by the command line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arena
import games
from arena.engine.simulated import COLUMNS
from arena.record.run import Run
from games.core.batch_trees import expect
from games.core.tree import build
from tests.arena.commands import command

STEADY = ["tit_for_tat", "grim", "alternator", "defector"]
DESIGN = """
name = "scripts"
repetitions = 4
[[games]]
name = "prisoners_dilemma"
params = { rounds = 6 }
[[contestants]]
agent = "grim"
[[contestants]]
agent = "alternator"
"""


def test_matches_without_chance_end_as_recorded_ones(tmp_path: Path) -> None:
    rows = [{"name": "battle_of_the_sexes", "params": {"rounds": 7}}]
    design = arena.Tournament(name="steady", games=rows, contestants=STEADY)
    arena.run(design, tmp_path / "run", quiet=True).close()
    recorded = Run(tmp_path / "run")
    known = {played.match.seats: played.payoffs for played in recorded.matches()}
    recorded.close()
    found = arena.simulate("battle_of_the_sexes", STEADY, matches=2, rounds=7)
    assert set(found.seatings) == known.keys()
    for names, points in zip(found.seatings, found.payoffs, strict=True):
        assert points.tolist() == [list(known[names] or ())] * 2


def test_hands_pay_what_is_expected_and_depend_on_the_seed_alone() -> None:
    def hands(seed: int) -> arena.Simulated:
        who = ["equilibrium", "uniform"]
        return arena.simulate("kuhn_poker", who, matches=40_000, seed=seed)

    tree = build(games.load("kuhn_poker"))
    uniform = tree.table(tree.uniform())
    found = hands(1)
    assert found.payoffs.shape == (2, 40_000, 2)
    assert not found.payoffs.sum(axis=2).any(), "zero-sum"
    pairs = arena.simulate("kuhn_poker", ["uniform"], matches=40_000, schedule=SELF)
    error = 5 * pairs.payoffs[0, :, 0].std() / 200
    assert abs(pairs.payoffs[0, :, 0].mean() - expect(tree, (uniform, uniform)).mean[0]) < error
    assert np.array_equal(found.payoffs, hands(1).payoffs)
    assert not np.array_equal(found.payoffs, hands(2).payoffs)


SELF = {"kind": "round_robin", "self_play": True}


def test_results_come_as_tables_too() -> None:
    found = arena.simulate("prisoners_dilemma", ["grim", "defector"], matches=3, rounds=5)
    rows = found.frame()
    assert rows["payoff_1"].tolist() == [9.0] * 3 + [4.0] * 3
    assert rows["contestant_0"].tolist() == ["grim"] * 3 + ["defector"] * 3
    means = found.means()
    assert [*means] == [*COLUMNS]
    assert means["mean_payoff"].tolist() == [4.0, 9.0, 9.0, 4.0]
    assert means["standard_error"].tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"matches": 0}, "matches must be a whole number from 1, not 0"),
        ({"matches": 2.5}, "matches must be a whole number from 1, not 2.5"),
        ({"contestants": ["grim", "human"]}, "human"),
        ({"schedule": {"kind": "elicit"}}, "schedule"),
        ({"turns": 3}, "turns"),
    ],
)
def test_what_cannot_be_simulated_is_refused_by_name(more: dict[str, Any], said: str) -> None:
    given = {"contestants": STEADY, "matches": 1, **more}
    with pytest.raises(arena.BadInput, match=said):
        arena.simulate("prisoners_dilemma", **given)


def test_the_command_plays_a_design_and_leaves_no_run(tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(DESIGN)
    done = command(tmp_path, "simulate", "t.toml", "--json", "--csv", "means.csv")
    assert done.status == 0, done.said
    means = json.loads(done.said)["means"]
    names = [row["contestant"] for row in means]
    assert names == ["grim", "alternator", "alternator", "grim"]
    assert {row["matches"] for row in means} == {4}
    more = command(tmp_path, "simulate", "t.toml", "--matches", "9")
    assert "alternator" in more.said
    assert " 9 " in more.said
    assert command(tmp_path, "simulate", "t.toml", "--latex").said.startswith("%")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["means.csv", "t.toml"]
