"""Measures of agents of several parts, against figures worked out by hand."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agents.core.composite.rules import VOTING, decide
from arena.analysis.composites import COLUMNS, composites
from arena.analysis.positions import positions
from arena.engine.verify import problems
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.composites import composites_report
from games import BadInput
from tests.agents.composite_runs import play
from tests.loopback import Reply

FEELS = {"angry": ("defect", 80), "afraid": ("defect", 10), "happy": ("cooperate", 100)}
COUNCIL = {"agent": "council", "members": ["anger", "fear", "happiness"], "rule": "vote"}
ENTERED: list[dict[str, Any]] = [
    COUNCIL,
    {"agent": "reflective"},
    {"agent": "repeated", "times": 3},
    {"name": "angry", "agent": "llm", "emotion": {"induced": "anger"}},
    {"name": "surprised", "agent": "llm", "emotion": {"induced": "surprise"}},
    {"name": "plain", "agent": "llm"},
]


def answers(asked: Mapping[str, Any], _number: int) -> Reply:
    """Members propose by emotion; beliefs are 80 to 20; all others cooperate."""
    schema = asked["response_format"]["json_schema"]["schema"]["properties"]
    system = asked["messages"][0]["content"]
    if "p1" in schema:
        return Reply('{"p1": 80, "p2": 20}')
    word = next((word for word in FEELS if f"You are {word} right now" in system), None)
    action, strength = ("cooperate", 1) if word is None else FEELS[word]
    more = {"reasoning": "So be it.", "strength": strength} if "strength" in schema else {}
    return Reply(json.dumps({**more, "action": action}))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("composites") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        play(answers, folder, *ENTERED)
    with closing(Run(folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def tables(run: Run) -> dict[str, pd.DataFrame]:
    return composites(run)


def row(table: pd.DataFrame, **keys: object) -> Mapping[str, Any]:
    for key, value in keys.items():
        table = table[table[key] == value]
    (only,) = table.to_dict(orient="records")
    return {str(key): value for key, value in only.items()}


def test_disagreement_is_that_of_the_proposals(tables: dict[str, pd.DataFrame]) -> None:
    council = row(tables["disagreement"], contestant="council")
    assert council["n"] == 2 * 5
    assert (council["abstained"], council["unanimous"]) == (0, 0)
    assert council["entropy"] == pytest.approx(0.9183, abs=1e-4)  # two against one
    assert row(tables["disagreement"], contestant="repeated")["entropy"] == 0
    assert set(tables["disagreement"]["contestant"]) == {"council", "repeated"}


def test_members_prevail_and_are_pivotal_by_the_rule(tables: dict[str, pd.DataFrame]) -> None:
    members = tables["members"]
    anger, fear, happiness = (row(members, member=name) for name in ("anger", "fear", "happiness"))
    assert (anger["followed"], anger["prevailed"], anger["strength"]) == (1, 1, 80)
    assert (fear["followed"], fear["prevailed"]) == (1, 0)
    assert (happiness["followed"], happiness["prevailed"]) == (0, 0)
    # Without anger it is one against one, and the stronger one wins; likewise without fear.
    assert (anger["pivotal"], fear["pivotal"], happiness["pivotal"]) == (1, 1, 0)


def test_every_rule_is_worked_out_from_one_run(tables: dict[str, pd.DataFrame]) -> None:
    rules = tables["rules"].set_index("rule")
    assert list(rules.index) == [*VOTING, "anger", "fear", "happiness"]
    assert rules["same"][["vote", "weighted", "anger", "happiness"]].tolist() == [1, 0, 1, 0]
    assert rules["first"][["vote", "weighted"]].tolist() == [0, 1]  # share of cooperation
    assert rules["amount"].isna().all()
    assert rules["own"].tolist() == [True, *[False] * 5]


OFFERS = {"angry": (20, 80), "afraid": (30, 10), "happy": (50, 100)}


def bargaining(asked: Mapping[str, Any], _number: int) -> Reply:
    """Members offer and accept by emotion; the angry one refuses to answer an offer."""
    schema = asked["response_format"]["json_schema"]["schema"]["properties"]
    system = asked["messages"][0]["content"]
    word = next((word for word in OFFERS if f"You are {word} right now" in system), "happy")
    offer, strength = OFFERS[word]
    if "enum" in schema["action"] and word != "happy":
        return Reply("I cannot take part.")
    action = "accept" if "enum" in schema["action"] else offer
    return Reply(json.dumps({"reasoning": "Yes.", "strength": strength, "action": action}))


def test_amounts_and_options_of_one_game_are_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    council = {**COUNCIL, "quorum": 0.3}
    panel = {"kind": "panel", "panel": ["fair"]}
    fair = {"agent": "fair"}
    play(bargaining, tmp_path / "r", council, fair, games=[{"name": "ultimatum"}], schedule=panel)
    with closing(Run(tmp_path / "r")) as run:
        found = composites(run)
    told = row(found["disagreement"], contestant="council")
    assert told["spread"] == pytest.approx(12.472, abs=1e-3)  # of 20, 30 and 50
    assert told["entropy"] == 0  # one of three speaks
    assert told["abstained"] == pytest.approx((0 + 2 / 3) / 2)
    rules = found["rules"].set_index("rule")
    assert rules["amount"][["vote", "weighted", "anger"]].tolist() == [50, 50, 20]
    assert rules["first"]["vote"] == 1  # accept is the first option


def test_decisions_that_were_not_made_are_no_cases_of_a_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    panel = {"kind": "panel", "panel": ["fair"]}
    council, fair = {**COUNCIL, "quorum": 0.9}, {"agent": "fair"}
    play(bargaining, tmp_path / "r", council, fair, games=[{"name": "ultimatum"}], schedule=panel)
    with closing(Run(tmp_path / "r")) as run:
        vote = row(composites(run)["rules"], rule="vote")
    assert (vote["n"], vote["same"]) == (1, 1)  # of the offer alone


def test_single_agents_are_paired_in_the_same_position(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["agreement"]
    council = table[table["contestant"] == "council"]
    assert council["single"].tolist() == ["angry", "plain"]  # nobody is surprised in the council
    angry, plain = row(council, single="angry"), row(council, single="plain")
    # 5 opponents of either in each of 2 seats.
    assert (angry["pairs"], angry["positions"], angry["agreement"]) == (5 * 5 * 2, 2, 1)
    assert (plain["agreement"], plain["chance"]) == (0, 0)
    others = table[table["contestant"] == "repeated"]["single"]
    assert others.tolist() == ["plain"]


def test_calls_and_cost_stand_beside_those_of_single_agents(
    tables: dict[str, pd.DataFrame],
) -> None:
    costs = tables["costs"].set_index("contestant")
    assert costs["calls"][["council", "repeated", "reflective", "plain"]].tolist() == [3, 3, 2, 1]
    assert costs["times_calls"]["council"] == 3
    assert costs["cost"]["plain"] == pytest.approx((11 * 1 + 7 * 2) / 1e6)
    assert costs["times_cost"]["reflective"] == pytest.approx(2)


def test_beliefs_are_scored_against_what_the_other_did(tables: dict[str, pd.DataFrame]) -> None:
    beliefs = row(tables["beliefs"], contestant="reflective")
    assert (beliefs["stated"], beliefs["n"]) == (10, 10)
    # 3 of 5 opponents cooperate: the council and the angry one do not.
    assert beliefs["brier"] == pytest.approx(0.6 * 0.08 + 0.4 * 1.28)
    assert beliefs["even"] == pytest.approx(0.5)
    assert beliefs["base"] == pytest.approx(2 * 0.6 * 0.4)


def test_tables_have_the_documented_columns_and_are_printed(
    run: Run, tables: dict[str, pd.DataFrame], capsys: pytest.CaptureFixture[str]
) -> None:
    assert {name: list(table.columns) for name, table in tables.items()} == {
        name: list(columns) for name, columns in COLUMNS.items()
    }
    report = composites_report(run, tables)
    report.text(sys.stdout)
    said = capsys.readouterr().out
    assert "Whose proposal prevails" in said
    assert "Brier score" in said
    document = json.loads(report.json())
    assert len(document["rules"]) == len(tables["rules"])
    assert report.latex().count(r"\begin{tabular}") == len(COLUMNS)
    assert report.table["table"].value_counts().to_dict() == {n: len(t) for n, t in tables.items()}


def test_rules_recomputed_from_the_record_are_what_was_played(run: Run) -> None:
    own = [each for each in positions(run) if each.contestant == "council"]
    assert len(own) == 10
    for each in own:
        assert decide("vote", each.decision.opinions, each.space) == each.decision.action
    with pytest.raises(BadInput, match="game of the run"):
        composites(run, ["poker"])


def test_a_rule_that_was_not_followed_is_found(run: Run, tmp_path: Path) -> None:
    shutil.copytree(run.folder, folder := tmp_path / "run")
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        db.execute("UPDATE opinions SET action = '\"cooperate\"' WHERE part = 'fear'")
    with closing(Run(folder)) as changed:
        found = [line for line in problems(changed) if "its proposals make 'cooperate'" in line]
    assert len(found) == 10
