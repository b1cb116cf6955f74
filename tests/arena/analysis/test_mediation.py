"""Mediation in a real run, of a model whose action depends on its report alone."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from arena.analysis.mediation import COLUMNS, mediations
from arena.record.run import Run
from arena.report.mediation import ASSUMED
from games import BadInput
from tests.arena.analysis.stub_models import dilemma, played
from tests.arena.commands import command
from tests.arena.designs import design
from tests.arena.designs import played as scripted
from tests.loopback import Reply

pytestmark = pytest.mark.usefixtures("key")
ARMS: list[dict[str, Any]] = [
    {"mode": "hidden", "induced": "none"},
    {"mode": "hidden", "induced": "anger"},
    {"mode": "hidden", "induced": "placebo"},
]


def as_it_reports(asked: Mapping[str, Any], number: int) -> Reply:
    """Angry, it reports so in half of all cases; it defects just if it reports anger."""
    chance = Random(number)
    angry = "angry" in asked["messages"][0]["content"] and chance.random() < 0.5
    said = {"felt": "anger" if angry else "neutral", "intensity": 80 if angry else 10}
    return Reply(json.dumps({**said, "action": "defect" if angry else "cooperate"}))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("reports") / "run"
    return played(folder, as_it_reports, lambda url: dilemma(url, ARMS, repetitions=14))


def test_what_goes_by_the_report_is_indirect(run: Run) -> None:
    table = mediations(run, outcomes=["cooperation"]).table
    assert list(table.columns) == list(COLUMNS)
    assert table[["arm", "reference", "emotion"]].to_numpy().tolist() == [
        ["anger", "none", "anger"],
        ["anger", "placebo", "anger"],
    ]
    for row in table.to_dict(orient="records"):
        assert row["reported"] == pytest.approx(40, abs=25)
        assert row["indirect"] == pytest.approx(row["total"])
        assert row["direct"] == pytest.approx(0)
        assert row["slope"] == pytest.approx(-1 / 80)
        assert row["indirect_high"] < 0


def test_the_assumptions_stand_under_the_table(run: Run) -> None:
    text = command(run.folder, "mediation", ".", "--outcome", "cooperation").said
    words = " ".join(text.split())
    assert "anger − none" in words
    for assumed in ASSUMED:
        assert assumed in words
    document = json.loads(command(run.folder, "mediation", ".", "--json").said)
    assert document["assumptions"] == [*ASSUMED]
    assert {row["outcome"] for row in document["paths"]} == {"cooperation"}
    assert r"\begin{tabular}" in command(run.folder, "mediation", ".", "--latex").said


def test_a_wrong_request_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unknown choice of this run 'payoff'"):
        mediations(run, outcomes=["payoff"])
    with pytest.raises(BadInput, match="no report can lie between"):
        mediations(Run(scripted(design(repetitions=1), tmp_path / "run")))
