"""`arena effects`: one table in words, as JSON, as CSV and as LaTeX."""

import csv
import json
from pathlib import Path

import pytest

from arena.analysis.effects import COLUMNS
from tests.arena.designs import arena, design, played

PEOPLE = ["moblab2024_offer", "moblab2024_acceptance"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contestant who offers less and accepts less when angry; 12 blocks."""
    sample = {"agent": "human_sample", "baselines": PEOPLE, "shift": 40}
    angry = {"name": "angry", **sample, "emotion": {"induced": "anger", "cause": "coplayer"}}
    data = design(
        games=[
            {"name": "ultimatum"},
            {"name": "ultimatum", "id": "low", "params": {"fixed_offer": 20}},
        ],
        contestants=[{"name": "calm", **sample}, angry, {"name": "half", "agent": "fair"}],
        repetitions=12,
    )
    return played(data, tmp_path_factory.mktemp("effects") / "run")


def test_the_text_has_levels_effects_families_and_how_to_read_them(folder: Path) -> None:
    out = arena("effects", folder).stdout
    assert max(map(len, out.splitlines())) <= 100
    words = " ".join(out.split())
    for said in (
        "small: what emotions change",
        "Choices: what was decided, and what it earned (a family of 5 rows)",
        "calm · ultimatum",
        "anger (coplayer) − none",
        "acceptance below half",
        "if lost",
        "p adjusted for all rows of the family",
        "few stands for fewer than 8 clusters",
    ):
        assert said in words
    assert "Steps of the mode" not in words


def test_filters_narrow_the_family(folder: Path) -> None:
    out = arena("effects", folder, "--game", "low").stdout
    assert "(a family of 1 row)" in out
    assert "calm · ultimatum" not in out


def test_json_and_csv_hold_numbers(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "effects.csv"
    done = arena("effects", folder, "--json", "--csv", table)
    found = json.loads(done.stdout)
    assert found["families"]["choices"]["rows"] == 5
    assert found["columns"] == COLUMNS
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert len(rows) == len(found["effects"])
    for written, row in zip(rows, found["effects"], strict=True):
        assert list(written) == list(row) == list(COLUMNS)
        for name, value in row.items():
            if isinstance(value, float) and not isinstance(value, bool):
                assert float(written[name]) == pytest.approx(value)
            elif value is None:
                assert written[name] == ""
    assert {row["arrow"] for row in found["effects"]} >= {"-"}


def test_latex_has_a_table_for_levels_and_one_for_effects(folder: Path) -> None:
    out = arena("effects", folder, "--latex", "--outcome", "offer").stdout
    assert out.count(r"\begin{tabular}") == 2
    assert "anger (coplayer) $-$ none" in out
    assert "_" not in out.replace(r"\_", "").replace("legal_at", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json", "--latex"], "--json and --latex exclude each other"),
        (["--for-spreadsheets"], "it goes with --csv"),
        (["--emotion", "angst"], "unknown induced emotion of this run 'angst'"),
        (["--csv", "/nowhere/effects.csv"], "/nowhere/effects.csv cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    folder: Path, arguments: list[str], said: str
) -> None:
    done = arena("effects", folder, *arguments)
    assert done.returncode != 0
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
