"""Columns beside an effect: the change by the tree, and the clusters that a precision takes."""

from math import ceil

import pandas as pd
import pytest

import arena
from arena.engine.options import RunOptions
from arena.forking.effects import PRECISION
from arena.forking.fork import Fork
from arena.forking.playing import play_forks
from arena.record.run import Run
from tests.arena.designs import Silent, design, played

TIMES = 20
SELF_PLAY = {"kind": "round_robin", "self_play": True}
GAMES = [
    {"name": "kuhn_poker", "contestants": ["bold", "rash"]},
    {"name": "leduc_poker", "contestants": ["uniform"], "schedule": SELF_PLAY},
    {"name": "prisoners_dilemma", "params": {"rounds": 2}, "contestants": ["bold", "uniform"]},
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two who bet and call, and one who does anything."""
    brave = {"agent": "fixed", "actions": ["bet", "call", "defect"]}
    players = [{"name": "bold", **brave}, {"name": "rash", **brave}, {"agent": "uniform"}]
    data = design(repetitions=1, games=GAMES, contestants=players)
    return Run(played(data, tmp_path_factory.mktemp("columns") / "run"))


def _fork(run: Run, game: str) -> Fork:
    """A fork in which the first player does something else at the beginning of its match."""
    base = next(base for base in map(run.match, run.ids()) if base.match.game == game)
    made = base.decisions[0].decision.action
    other = {"bet": "check", "check": "bet", "defect": "cooperate", "cooperate": "defect"}
    fork = Fork(base.match.id, 0, (f"action={other[str(made)]}",), TIMES)
    play_forks(run, [fork], Silent(), RunOptions())
    return fork


def test_the_change_by_the_tree_stands_beside_that_of_the_payoff(run: Run) -> None:
    """Whoever bets first is called, so that nobody was ever met with a check."""
    fork = _fork(run, "kuhn_poker")
    assert fork.changes == ("action=check",)
    table = arena.open(run.folder).forks(only=[fork])
    assert table.loc[table["outcome"] != "payoff", "tree"].isna().all()
    payoffs = table[table["outcome"] == "payoff"].set_index("player")
    own, other = run.match(fork.match).deals
    # A showdown is for 2. After the check, both do all alike: half of the time there is no bet and
    # a showdown for 1, else half of the bets win a chip by a fold, and half are called.
    known = {True: 1 / 2 * 1 + 1 / 2 * (-1 + 2) / 2 - 2, False: -1 / 2 + 1 / 2 * (-1 - 2) / 2 + 2}
    change = known["JQK".index(str(own)) > "JQK".index(str(other))]
    assert payoffs.loc["own", "tree"] == pytest.approx(change)
    assert payoffs.loc["other", "tree"] == pytest.approx(-change)
    # In fact the other one bets after a check, and is called.
    assert set(payoffs["effect"]) == {0.0}


def test_a_repeated_game_has_no_value_by_its_tree(run: Run) -> None:
    table = arena.open(run.folder).forks(only=[_fork(run, "prisoners_dilemma")])
    assert len(table[table["outcome"] == "payoff"]) == 2
    assert table["tree"].isna().all()


def test_half_the_width_takes_four_times_the_clusters(run: Run) -> None:
    fork = _fork(run, "leduc_poker")
    opened = arena.open(run.folder)

    def payoff(precision: float) -> pd.Series:
        table = opened.forks(only=[fork], precision=precision)
        return table[(table["player"] == "own") & (table["outcome"] == "payoff")].iloc[0]

    row = payoff(PRECISION)
    half = (row["high"] - row["low"]) / 2
    assert half > 0
    assert payoff(half)["needed"] == TIMES
    assert payoff(half / 2)["needed"] == 4 * TIMES
    assert row["needed"] == ceil(TIMES * (half / PRECISION) ** 2)
