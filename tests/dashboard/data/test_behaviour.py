"""Moves by round: the rounds of the rules, and shares of those who had the choice."""

from pathlib import Path

import pandas as pd
import pytest

from arena.analysis.due_decisions import DueDecisions
from arena.record.run import Run
from dashboard.data import behaviour
from ratings.core.human.studies import baselines
from tests.arena.designs import design, played

ROUNDS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    games = [
        {"name": name, "params": {"rounds": ROUNDS}}
        for name in ("kuhn_poker", "ultimatum", "prisoners_dilemma")
    ]
    contestants = [
        {"name": "shows", "agent": "display_probe", "opening": True},
        {"agent": "uniform"},
    ]
    data = design(games=games, contestants=contestants, repetitions=2)
    return played(data, tmp_path_factory.mktemp("behaviour") / "run")


def decisions(folder: Path, game: str) -> pd.DataFrame:
    table = behaviour.decisions(folder)
    return table[table["game"] == game]


def test_rounds_are_those_of_the_rules(folder: Path) -> None:
    table = decisions(folder, "kuhn_poker")
    assert (table["turn"] == -1).any()  # displays before the first move, which are no moves
    assert table["turn"].max() >= ROUNDS  # somebody moves twice in a round
    for action in ("bet", "call"):
        assert set(behaviour.by_round(table, action)["round"]) <= {1, 2, 3}
    assert set(behaviour.by_round(table, "bet")["round"]) == {1, 2, 3}


def test_shares_are_of_those_who_had_the_choice(folder: Path) -> None:
    table = decisions(folder, "ultimatum")
    answers = behaviour.by_round(table, "accept")
    matches = table["match"].nunique()
    assert answers["decisions"].sum() == matches * ROUNDS  # one answer a round, whoever offers
    kept = [
        behaviour.by_round(table, word).set_index(["contestant", "round"])["share"]
        for word in ("accept", "reject")
    ]
    assert (kept[0] + kept[1] == 1.0).all()


def test_outcomes_of_the_round_before_are_those_of_games_in_which_all_move_at_once(
    folder: Path,
) -> None:
    assert behaviour.repeated(folder) == {
        "kuhn_poker": False,
        "ultimatum": False,
        "prisoners_dilemma": True,
    }


def test_strategies_are_estimated_where_a_study_has_them(tmp_path: Path) -> None:
    games = [
        {"name": name, "params": {"rounds": 8}}
        for name in ("prisoners_dilemma", "battle_of_the_sexes")
    ]
    contestants = [
        {"name": "tit for tat", "agent": "tit_for_tat"},
        {"agent": "grim"},
        {"agent": "uniform"},
    ]
    data = design(games=games, contestants=contestants, repetitions=20)
    folder = played(data, tmp_path / "run")
    shares, notes = behaviour.strategies(folder, "prisoners_dilemma")
    own = shares[shares["method"] == "mixture"].set_index("contestant")
    assert own.loc["tit for tat", "tit_for_tat"] == "1.00"
    assert own.loc["grim", "grim"] == "1.00"
    people = own.index[own["game"] == "people"]
    assert list(people) == [
        name for name, study in baselines().items() if study.primary and study.shares
    ]
    assert any("Dal Bó and Fréchette" in note for note in notes)
    assert behaviour.strategies(folder, "battle_of_the_sexes")[0].empty


def test_the_costliest_decisions_are_the_largest_regrets(folder: Path) -> None:
    due = DueDecisions(Run(folder), "kuhn_poker", ["uniform"]).table
    losses = due["value"][due["outcome"] == "regret"].dropna().astype(float)
    worst = behaviour.costliest(folder, "kuhn_poker", "uniform")
    largest = [loss for loss in sorted(losses, reverse=True) if loss > 0][: behaviour.WORST]
    assert worst["value"].tolist() == largest
    assert len(worst) > 0
    assert set(worst["match"]) <= set(due["match"])
