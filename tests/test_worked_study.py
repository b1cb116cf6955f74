"""The worked example of docs/planning.md: from question to registered table, as a user does it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import shipped
from tests.arena.designs import arena

pytest.importorskip("xllamacpp")


def done(folder: Path, *arguments: object) -> str:
    """What a command prints; it has to succeed."""
    found = arena(*arguments, cwd=folder)
    assert found.returncode == 0, found.stderr
    return found.stdout


def effects(folder: Path) -> dict[str, Any]:
    return dict(json.loads(done(folder, "effects", "run", "--json")))


def study(folder: Path) -> None:
    """Pilot, power, registration, and the rest of the run."""
    (folder / "study.toml").write_text(shipped()["study"].read_text("utf-8"), "utf-8")
    pilot = done(folder, "pilot", "study.toml", "--blocks", "4", "--out", "run", "--quiet")
    assert "cooperation" in pilot
    assert (folder / "run" / "power.csv").is_file()
    power = json.loads(done(folder, "power", "study.toml", "--pilot", "run", "--json"))
    rows = [row for row in power["rows"] if row["family"] == "registered"]
    assert [(row["outcome"], row["source"], row["tested_blocks"]) for row in rows] == [
        ("cooperation", "pilot", 8)
    ]
    done(folder, "preregister", "study.toml", "--out", "run")
    done(folder, "run", "study.toml", "--out", "run", "--quiet")


@pytest.mark.soak
def test_a_question_becomes_a_registered_table(tmp_path: Path) -> None:
    study(tmp_path)
    _is_registered_and_rests_on_probabilities(tmp_path)
    _names_a_margin_that_is_changed_afterwards(tmp_path)


def _is_registered_and_rests_on_probabilities(study: Path) -> None:
    found = effects(study)
    assert re.match(r"registered \(20", found["remarks"][0])
    (row,) = [row for row in found["effects"] if row["family"] == "registered"]
    assert (row["arm"], row["reference"], row["outcome"]) == ("anger", "placebo", "cooperation")
    # The pilot's 4 blocks are left out; in the others it plays in both seats.
    assert (row["n"], row["exact"], row["clusters"]) == (16, 16, 8)
    assert found["pilot"] == {"prisoners_dilemma": 4}
    assert 0 < row["level"] < 1
    assert row["low"] < row["effect"] < row["high"]


def _names_a_margin_that_is_changed_afterwards(folder: Path) -> None:
    before = effects(folder)["effects"]
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(text.replace("= 0.1 }", "= 0.2 }"), "utf-8")
    done(folder, "run", "study.toml", "--out", "run", "--quiet")
    found = effects(folder)
    assert re.match(r"not as registered \(20", found["remarks"][0])
    assert "analysis.margins.cooperation was 0.1 and is now 0.2" in found["remarks"][0]
    assert [row["effect"] for row in found["effects"]] == [row["effect"] for row in before]
