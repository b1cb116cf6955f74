"""Components of variance of real runs, of models of which the truth is known."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.result import Result
from arena.analysis.variance import COLUMNS, variance
from arena.plots.variance import shares as chart
from arena.record.run import Run
from arena.report.variance import variance_json, variance_text
from games import BadInput
from ratings.core.statistics.variance import AGAIN, ALIKE, NOT_VARIED
from tests.arena.analysis.stub_models import contestant, dilemma, model, played
from tests.arena.commands import command
from tests.arena.designs import design
from tests.arena.designs import played as scripted

ARMS: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger", "cause": "coplayer"}]
SCRIPTS: list[dict[str, Any]] = [{"agent": "cooperator"}, {"agent": "defector"}]
pytestmark = pytest.mark.usefixtures("key")


def leans(_instructions: str, said: str, chance: Random) -> str:
    """It likes what it is offered first."""
    offered = said.rsplit("You can answer", 1)[-1]
    first = offered.index("cooperate") < offered.index("defect")
    return "cooperate" if chance.random() < (0.95 if first else 0.05) else "defect"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def design_of(url: str) -> dict[str, Any]:
        return dilemma(
            url, ARMS, repetitions=16,
            schedule={"kind": "panel", "panel": ["cooperator", "defector"]},
            contestants=[contestant(url, ARMS), *SCRIPTS],
        )  # fmt: skip

    return played(tmp_path_factory.mktemp("leans") / "run", model(leans), design_of)


@pytest.fixture(scope="module")
def found(run: Run) -> Result:
    return variance(run)


def test_a_model_that_likes_what_comes_first_is_told_by_order(found: Result) -> None:
    table = found.table[found.table["outcome"] == "cooperation"].set_index("component")
    # The order moves the probability by .45 either way: .45² of .25.
    assert table.loc["order", "share"] == pytest.approx(0.81, abs=0.2)
    others = table["share"].drop(["order", AGAIN])
    assert others.max() < 0.1
    assert table["share"].sum() == pytest.approx(1)
    assert table["low"].gt(0.3)["order"]
    assert table["high"].gt(0.6)["order"]
    levels = table["levels"].dropna()
    assert levels.drop(["wording", "treatment × wording"]).to_dict() == {
        "order": 2, "event": 3, "seat": 2, "opponent": 2
    }  # fmt: skip
    assert levels["treatment × wording"] == 2 * levels["wording"]


def test_only_those_who_are_told_something_have_rows(found: Result) -> None:
    assert set(found.table["contestant"]) == {"m"}
    assert set(found.table["outcome"]) == {"cooperation", "payoff"}
    assert [*found.table.columns] == [*COLUMNS]


def test_the_record_of_the_text_and_of_json(found: Result, tmp_path: Path) -> None:
    with (tmp_path / "text").open("w") as stream:
        variance_text(found, stream)
    words = " ".join((tmp_path / "text").read_text().split())
    assert "what the spread of decisions is made of" in words
    assert "m · prisoners_dilemma" in words
    document = json.loads(variance_json(found))
    assert document["columns"] == COLUMNS
    assert len(document["components"]) == len(found.table)


def test_the_chart_has_a_bar_per_outcome_and_no_part_without_a_share(found: Result) -> None:
    unknown = found.table["component"] == "event"
    table = found.table.assign(share=found.table["share"].mask(unknown))
    data = chart(table).to_dict()
    (rows,) = data["datasets"].values()
    assert {row["bar"] for row in rows} == {
        "m · prisoners_dilemma: cooperation", "m · prisoners_dilemma: payoff"
    }  # fmt: skip
    assert "event" not in {row["component"] for row in rows}
    assert data["encoding"]["color"]["scale"]["domain"][-1] == AGAIN


PEOPLE = ["moblab2024_offer", "moblab2024_acceptance"]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = {"agent": "human_sample", "baselines": PEOPLE}
    angry = {"name": "angry", **sample, "emotion": {"induced": "anger", "cause": "coplayer"}}
    data = design(
        games=[{"name": "ultimatum"}],
        contestants=[{"name": "calm", **sample}, angry, {"name": "half", "agent": "fair"}],
        repetitions=10,
    )
    return scripted(data, tmp_path_factory.mktemp("samples") / "run")


def test_what_the_design_does_not_vary_is_said_and_is_not_0(samples: Path) -> None:
    table = variance(Run(samples), outcomes=["offer"]).table.set_index("component")
    assert table.loc[["wording", "order", "event"], "note"].tolist() == [NOT_VARIED] * 3
    assert table.loc[["wording", "order", "event"], "share"].isna().all()
    done = command(samples, "variance", ".", "--outcome", "offer", "--csv", "v.csv", "--json")
    rows = json.loads(done.said)["components"]
    assert {row["share"] for row in rows if row["note"] == NOT_VARIED} == {None}
    assert pd.read_csv(samples / "v.csv")["component"].tolist() == [*table.index]
    text = command(samples, "variance", ".", "--outcome", "offer").said
    assert max(map(len, text.splitlines())) <= 100
    assert "Not varied: wording, order, event" in " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--game", "chess"], "unknown game of this run 'chess'"),
        (["--outcome", "offers"], "did you mean 'offer'"),
        (["--for-spreadsheets"], "it goes with --csv"),
    ],
)
def test_a_wrong_request_is_refused(samples: Path, arguments: list[str], said: str) -> None:
    done = command(samples, "variance", ".", *arguments)
    assert done.status == 2
    assert said in done.said
    assert "Traceback" not in done.said


def test_outcomes_alone_have_no_variance(tmp_path: Path) -> None:
    data = design(repetitions=1, record="outcomes")
    with pytest.raises(BadInput, match="keeps outcomes only"):
        variance(Run(scripted(data, tmp_path / "run")))


def test_decisions_that_are_all_alike_are_a_sentence(samples: Path, tmp_path: Path) -> None:
    found = variance(Run(samples), outcomes=["offer"])
    alike = found.table.assign(total=float("nan"), note=ALIKE)
    with (tmp_path / "text").open("w") as stream:
        variance_text(Result(found.name, "", alike), stream)
    assert "All decisions alike under each treatment: offer." in (tmp_path / "text").read_text()


def test_a_policy_is_of_no_match_and_has_no_components(tmp_path: Path) -> None:
    data = design(
        games=[{"name": "kuhn_poker"}],
        contestants=[{"agent": "uniform"}, {"name": "other", "agent": "uniform"}],
        repetitions=50,
    )
    run = Run(scripted(data, tmp_path / "run"))
    due = DueDecisions(run, "kuhn_poker", {"uniform"}).table
    policy = due[due["outcome"] == "exploitability"]
    assert len(policy)
    assert policy["match"].isna().all()
    assert "exploitability" not in set(variance(run).table["outcome"])
