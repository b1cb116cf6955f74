"""Components of variance of real runs, of models of which the truth is known."""

from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from arena.analysis.variance import COLUMNS, variance
from arena.record.run import Run
from games import BadInput
from ratings.core.statistics.variance import AGAIN, ALIKE, NOT_VARIED
from tests.arena.analysis.stub_models import contestant, dilemma, model, played
from tests.arena.designs import design
from tests.arena.designs import played as scripted

ARMS: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger", "cause": "coplayer"}]
pytestmark = pytest.mark.usefixtures("key")


def leans(_instructions: str, said: str, chance: Random) -> str:
    """It likes what it is offered first."""
    offered = said.rsplit("You can answer", 1)[-1]
    first = offered.index("cooperate") < offered.index("defect")
    return "cooperate" if chance.random() < (0.85 if first else 0.15) else "defect"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    def design_of(url: str) -> dict[str, Any]:
        return dilemma(
            url, ARMS, repetitions=24, schedule={"kind": "panel", "panel": ["cooperator", "defector"]},
            contestants=[contestant(url, ARMS), {"agent": "cooperator"}, {"agent": "defector"}],
        )  # fmt: skip

    return played(tmp_path_factory.mktemp("leans") / "run", model(leans), design_of)


def shares(run: Run, outcome: str = "cooperation", contestant: str = "m") -> pd.DataFrame:
    table = variance(run, outcomes=[outcome]).table
    return table[table["contestant"] == contestant].set_index("component")


def test_x(run):
    print(shares(run).drop(columns=["family", "game", "outcome"]).to_string())
    print(variance(run).table.groupby(["outcome", "contestant"]).size())
    assert 0
