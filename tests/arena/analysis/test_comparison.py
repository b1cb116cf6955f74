"""Runs beside each other: differences that are there are found, others are not, nonsense is not."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import arena
from arena.analysis.comparison import COLUMNS, _difference, compare
from arena.record.run import Run
from games import BadInput
from ratings.core.emotion.due_decisions import YES_NO
from tests.arena.commands import command
from tests.arena.designs import design, played


def coin(p: float, **changes: Any) -> dict[str, Any]:
    """A contestant that cooperates with a probability, against one that always does."""
    return design(
        games=[{"name": "prisoners_dilemma", "params": {"rounds": 2}}],
        contestants=[
            {"name": "coin", "agent": "random_choice", "p": p},
            {"name": "kind", "agent": "cooperator"},
        ],
        **{"repetitions": 60, **changes},
    )


def units(share: float, clusters: int, seed: int, spread: float = 0.2) -> pd.DataFrame:
    """Four decisions in each cluster, whose own shares differ."""
    rng = np.random.default_rng(seed)
    own = np.clip(share + rng.normal(0, spread, clusters), 0, 1).repeat(4)
    return pd.DataFrame(
        {
            "outcome": "cooperation",
            "contestant": "coin",
            "cluster": [f"{seed} {n}" for n in np.arange(clusters).repeat(4)],
            "unit": np.tile(np.arange(4), clusters),
            "value": rng.binomial(1, own).astype(float),
            "lost": 0.0,
        }
    )


def test_intervals_of_independent_runs_hold_what_they_promise() -> None:
    held = []
    for n in range(300):
        found = _difference(units(0.6, 20, 2 * n), units(0.4, 30, 2 * n + 1), YES_NO, paired=False)
        held.append(found["low"] < 0.2 < found["high"])  # type: ignore[operator]
    assert 0.92 <= np.mean(held) <= 0.98


def test_intervals_of_paired_runs_hold_what_they_promise() -> None:
    held = []
    for n in range(300):
        one = units(0.5, 20, n)
        flip = np.random.default_rng(n + 10_000).random(len(one)) < 0.3
        other = one.assign(value=one["value"].where(~flip, 1.0))  # 0.3 of the zeros become one
        found = _difference(other, one, YES_NO, paired=True)
        held.append(found["low"] < 0.15 < found["high"])  # type: ignore[operator]
    assert 0.92 <= np.mean(held) <= 0.98


def test_no_difference_is_seldom_found() -> None:
    p = [
        _difference(units(0.5, 15, 2 * n), units(0.5, 15, 2 * n + 1), YES_NO, paired=False)["p"]
        for n in range(300)
    ]
    assert np.mean(np.array(p) < 0.05) <= 0.08


@pytest.mark.parametrize("seed", [7, 8])
def test_runs_of_one_seed_are_paired_and_others_are_not(tmp_path: Path, seed: int) -> None:
    one = Run(played(coin(0.3), tmp_path / "one"))
    two = Run(played(coin(0.7, seed=seed), tmp_path / "two"))
    table = compare([one, two]).table
    assert list(table.columns) == [*COLUMNS]
    (row,) = table.query("outcome == 'cooperation' and contestant == 'coin'").to_dict("records")
    assert row["paired"] is (seed == 7)
    assert row["low"] < 0.4 < row["high"]
    assert row["difference"] == pytest.approx(row["level"] - row["reference_level"])
    assert row["holm"] < 0.001
    (kind,) = table.query("outcome == 'cooperation' and contestant == 'kind'").to_dict("records")
    assert kind["difference"] == 0
    pd.testing.assert_frame_equal(
        arena.compare(arena.Run(one.folder), arena.Run(two.folder)), table
    )


def test_what_contestants_of_one_name_are_is_told(tmp_path: Path) -> None:
    one, two = (Run(played(coin(p, repetitions=3), tmp_path / str(p))) for p in (0.3, 0.7))
    (line,) = compare([one, two]).remarks
    assert line.endswith("coin: p was 0.3 and is now 0.7")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"games": [{"name": "dictator"}], "contestants": [{"agent": "fair"}]},
            "no game in common",
        ),
        (
            {"games": [{"name": "prisoners_dilemma", "params": {"rounds": 3}}]},
            "game 'prisoners_dilemma' has other rules: rounds was 2 and is now 3",
        ),
        (
            {"contestants": [{"agent": "defector"}, {"agent": "uniform"}]},
            "no contestant of the same name",
        ),
        (
            {"contestants": [{"name": "coin", "agent": "uniform"}, {"agent": "defector"}]},
            "nobody decided in the same seat against the same opponents",
        ),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    one = Run(played(coin(0.5, repetitions=2), tmp_path / "one"))
    two = Run(played({**coin(0.5, repetitions=2), **change}, tmp_path / "two"))
    with pytest.raises(BadInput, match=why):
        compare([one, two])
    with pytest.raises(BadInput, match="needs two runs"):
        compare([one])
    with pytest.raises(BadInput, match="named twice"):
        compare([one, one])


def test_the_command_prints_what_the_function_gives(tmp_path: Path) -> None:
    for p in (0.3, 0.7):
        played(coin(p, repetitions=4), tmp_path / str(p))
    done = command(tmp_path, "compare", "0.3", "0.7", "--csv", "table.csv")
    assert done.status == 0
    assert "Compared with 0.3" in done.said
    found = compare([Run(tmp_path / "0.3"), Run(tmp_path / "0.7")]).table
    written = pd.read_csv(tmp_path / "table.csv")
    assert written["difference"].tolist() == pytest.approx(found["difference"].tolist())
