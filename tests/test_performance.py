"""The page of speed says what was measured, and what it was before."""

from pathlib import Path

import pytest

from tests.benchmarks import table
from tests.benchmarks.core import Bound, Measured, Row

PLAIN = Measured("a page: memory", "512 MB", "", "", "500", "above target", ("half (ms) 3",))
BESIDE = Measured("hands", "3 hands/s", "another 1 hands/s", "3", "25", "below target")


def test_the_page_is_what_was_measured_last() -> None:
    figures = table.read()
    assert figures
    assert table.TABLE.read_text("utf-8") == table.page(figures)


def test_a_row_remembers_its_ratio_or_its_figure_before() -> None:
    first = table.add({}, "pages", [PLAIN, BESIDE])
    assert [entry.before for entry in first["pages"].values()] == ["", ""]
    again = table.add({**first, "others": {}}, "pages", [PLAIN, BESIDE])
    assert [entry.before for entry in again["pages"].values()] == ["512 MB", "3"]
    assert "others" in again
    text = table.page(again)
    assert (
        "| `pages` | a page: memory; half (ms) 3 | 512 MB |  |  | 500 | **above target** |" in text
    )
    assert "| another 1 hands/s | 3 | 25 | **below target** | 3 |" in text


def test_what_is_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIGURES", "TABLE"):
        monkeypatch.setattr(table, name, tmp_path / name)
    figures = table.add({}, "pages", [PLAIN])
    table.write(figures)
    assert table.read(tmp_path / "FIGURES") == figures


def test_a_figure_is_held_against_its_target() -> None:
    bound = Bound("waiting", "s", 2, lambda: 3.0, {"memory": lambda: 7.0})
    assert bound.measured().line() == "waiting: 3 s, target 2, above target; memory 7"
    assert Bound("waiting", "s", 3, lambda: 3.0).measured().verdict == "ok"


def test_less_is_better_of_seconds_and_more_of_speeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.core.peer_figures", lambda *_: {"figure": 6.0})
    slow = Row("start", "s", 2, "theirs", "script", lambda: 2.0).measured()
    fast = Row("calls", "calls/s", 2, "theirs", "script", lambda: 2.0).measured()
    assert (slow.ratio, slow.verdict) == ("3", "ok")
    assert (fast.ratio, fast.verdict) == ("0.333", "below target")
