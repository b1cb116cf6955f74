"""The effects of several runs of one design."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arena.analysis.pooled_effects import COLUMNS, ONE_RUN, PooledEffects, pooled_effects
from arena.api import Run as ApiRun
from arena.api import pool_effects
from arena.record.run import Run
from arena.report.pooled_effects import pooled_report
from games import BadInput
from ratings.core.statistics.random_effects import pooled
from tests.arena.commands import command
from tests.arena.designs import design, played

SAMPLE: dict[str, Any] = {
    "agent": "human_sample",
    "baselines": ["moblab2024_offer", "moblab2024_acceptance"],
    "shift": 40,
}
ANGRY = {"name": "angry", **SAMPLE, "emotion": {"induced": "anger", "cause": "coplayer"}}


def lab(folder: Path, seed: int, **changes: Any) -> Path:
    """A run of which all but the seed is the same."""
    base: dict[str, Any] = {
        "games": [{"name": "ultimatum"}],
        "contestants": [{"name": "calm", **SAMPLE}, ANGRY, {"name": "half", "agent": "fair"}],
        "repetitions": 10,
    }
    return played(design(seed=seed, **base | changes), folder / f"lab{seed}")


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("labs")
    return [lab(root, seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def found(labs: list[Path]) -> PooledEffects:
    return pooled_effects([Run(folder) for folder in labs])


def test_the_effects_of_runs_are_pooled_row_by_row(found: PooledEffects) -> None:
    table, each = found.table, found.each
    assert list(table.columns) == list(COLUMNS)
    offer = table[table["outcome"] == "offer"].iloc[0]
    rows = [one[one["outcome"] == "offer"].iloc[0] for one in each]
    oracle = pooled([row["effect"] for row in rows], [row["effect_error"] for row in rows])
    assert (offer["effect"], offer["low"], offer["tau"]) == pytest.approx(
        (oracle.value, oracle.low, oracle.tau)
    )
    assert offer["runs"] == 3
    assert offer["units"] == sum(row["units"] for row in rows)
    # Nothing was lost: the bounds are the interval.
    assert (offer["bounds_low"], offer["bounds_high"]) == pytest.approx((oracle.low, oracle.high))
    alone = table[table["runs"] < 2]
    assert set(alone["note"]) <= {ONE_RUN}
    assert alone["low"].isna().all()


def test_the_errors_are_those_of_the_table(found: PooledEffects) -> None:
    one = found.each[0]
    offer = one[one["outcome"] == "offer"].iloc[0]
    assert offer["effect_error"] == offer["error"]
    assert offer["error"] > 0


def test_a_run_with_another_seed_and_more_repetitions_is_welcome_and_another_design_is_not(
    labs: list[Path], tmp_path: Path
) -> None:
    longer = lab(tmp_path, 4, repetitions=12)
    both = [ApiRun(labs[0]), ApiRun(longer)]
    assert pool_effects(both, outcomes=["offer"])["runs"].tolist() == [2]
    other = lab(tmp_path, 5, contestants=[{"name": "calm", **SAMPLE}, ANGRY | {"shift": 30}])
    done = command(tmp_path, "effects", str(labs[0]), str(other))
    assert done.status == 2
    assert "lab5 holds a run of another design than" in done.said
    assert "contestants.angry.shift is 30.0 there and 40.0 here" in done.said
    with pytest.raises(BadInput, match="is named twice"):
        pooled_effects([Run(labs[0]), Run(labs[0])])


def test_text_json_csv_and_latex(labs: list[Path], found: PooledEffects, tmp_path: Path) -> None:
    folders = [str(folder) for folder in labs[:2]]
    done = command(tmp_path, "effects", *folders, "--json", "--csv", "p.csv", "--outcome", "offer")
    document = json.loads(done.said)
    assert len(document["each"]) == 2
    assert document["columns"] == COLUMNS
    assert list(pd.read_csv(tmp_path / "p.csv").columns) == list(COLUMNS)
    report, said = pooled_report(found), StringIO()
    report.text(said)
    words = " ".join(said.getvalue().split())
    for part in ("in 3 runs", "between", "I²", "Hartung and Knapp", "a random-effects model"):
        assert part in words
    assert report.latex().count(r"\begin{tabular}") == 2
