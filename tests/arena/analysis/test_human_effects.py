"""Arrows that are compared with people's, of real runs of models of which the truth is known."""

from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from arena.analysis.alignment import align
from arena.analysis.human_effects import COLUMNS
from arena.record.run import Run
from tests.arena.analysis.stub_models import Choose, attrit, dilemma, model, played

ANGRY: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]
PLACEBO = [*ANGRY, {"induced": "placebo"}]
CAUSES = [
    {"induced": "none"},
    *({"induced": "anger", "cause": c} for c in ("external", "coplayer")),
]
pytestmark = pytest.mark.usefixtures("key")


def run_of(folder: Path, choose: Choose, emotions: list[dict[str, Any]], **more: Any) -> Run:
    return played(folder, model(choose), lambda url: dilemma(url, emotions, **more))


def effects_of(run: Run, *, pool_causes: bool = False) -> pd.DataFrame:
    found = align(run, ["moblab2024_pd_first"], pool_causes=pool_causes).effects
    assert found is not None
    assert list(found.columns) == list(COLUMNS)
    return found


def told_of_anger(instructions: str, _said: str, _chance: Random) -> str:
    return "defect" if "angry" in instructions or "anger" in instructions else "cooperate"


def told_anything(instructions: str, _said: str, _chance: Random) -> str:
    return "defect" if "can affect" in instructions else "cooperate"


def test_refusals_make_no_arrow(tmp_path: Path) -> None:
    """Cooperation rises only because who would defect refuses."""
    (row,) = effects_of(run_of(tmp_path / "run", attrit, ANGRY, repetitions=40)).to_dict("records")
    assert row["effect"] > 0
    assert row["holm"] < 0.05
    assert row["call"] == "·"
    assert row["bounds_low"] < 0 < row["bounds_high"]


def test_the_placebo_of_the_same_cause_is_the_reference(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", told_anything, PLACEBO, repetitions=12)
    found = effects_of(run).set_index("emotion")
    assert found["against"].to_dict() == {"anger": "placebo", "placebo": "none"}
    assert found["effect"].to_dict() == {"anger": 0, "placebo": -1}
    assert found["call"]["placebo"] == "↓"
    assert found["call"]["anger"] != "↓"


def test_causes_are_kept_apart_unless_pooled(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", told_of_anger, CAUSES, repetitions=12)
    apart = effects_of(run)
    kinds = dict(zip(apart["cause"], apart["induction"], strict=True))
    assert kinds == {"coplayer": "integral", "external": "incidental"}
    (one,) = effects_of(run, pool_causes=True).to_dict("records")
    assert (one["cause"], one["induction"], one["call"]) == ("all", "mixed", "↓")


def test_variants_of_a_game_share_a_row_and_are_paired_with_their_like(tmp_path: Path) -> None:
    variants = [{"name": "prisoners_dilemma", "id": name, "params": {"temptation": points}}
                for name, points in (("mild", 6), ("harsh", 9))]  # fmt: skip
    run = run_of(tmp_path / "run", told_of_anger, ANGRY, games=variants, repetitions=6)
    (row,) = effects_of(run).to_dict("records")
    assert (row["game"], row["outcome"], row["effect"]) == ("prisoners_dilemma", "cooperation", -1)
    assert row["units"] == 24
    assert row["clusters"] > 6
