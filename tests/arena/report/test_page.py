"""One page about a run: all parts, nothing loaded from elsewhere, nothing obeyed."""

import html
import re
import sys
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.alignment import align
from arena.analysis.effects import effects
from arena.analysis.rating import Request, rate
from arena.record.run import Run
from arena.report.beside_people import ruler
from arena.report.doctor import browser
from arena.report.notable import notable
from arena.report.page import run_page
from tests.arena.commands import command
from tests.arena.designs import DILEMMA, design, played
from tests.arena.record.test_imported import emotional_run

NASTY = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    players = [{"agent": "uniform"}, {"name": NASTY, "agent": "tit_for_tat"}]
    game = {**DILEMMA, "contestants": ["uniform", NASTY]}
    data = design(games=[game], contestants=players)
    return played(data, tmp_path_factory.mktemp("page") / "run")


class _Tags(HTMLParser):
    """Opening tags with their attributes, and that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_holds_every_part_and_loads_nothing(run: Path) -> None:
    text = run_page(Run(run), rounds=10)
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    loading = {"script", "link", "iframe", "object", "img", "image", "use", "foreignobject"}
    assert {tag for tag, _ in tags.found}.isdisjoint(loading)
    assert not [attrs for _, attrs in tags.found if {"src", "onclick", "onload"} & attrs.keys()]
    addresses = re.findall(r"https?://[^\s\"'<)]+", text)
    assert {*addresses} <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    links = [attrs["href"] for tag, attrs in tags.found if tag == "a"]
    sections = [f"#{attrs['id']}" for tag, attrs in tags.found if tag == "section"]
    assert links == sections
    assert "default-src 'none'" in text
    shown = html.unescape(re.sub("<[^>]+>", " ", text))
    for words in (
        Run(run).manifest.design_hash,
        "This run is not registered.",
        "uniform",
        "Cooperation and concession",
        "6 of 6 matches closed",
        "Points furthest apart in",
    ):
        assert words in shown


def drawn(text: str) -> list[dict[str, str]]:
    """What each mark of the charts of a page says of itself."""
    labels = re.findall(r'aria-roledescription="point"[^>]* aria-label="([^"]*)"', text)
    labels += re.findall(r'aria-label="([^"]*)"[^>]* aria-roledescription="point"', text)
    said = html.unescape("\n".join(labels)).replace("−", "-").splitlines()
    return [dict(part.partition(": ")[::2] for part in each.split("; ")) for each in said]


def test_charts_draw_the_numbers_of_the_tables(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Read from the page itself: what is drawn beside what the analysis says."""
    own = emotional_run(tmp_path_factory.mktemp("drawn"))
    marks = drawn(run_page(own, rounds=20))
    rated = rate([own], Request.checked(None, None, None, "drop", 20, 0))
    (board,) = rated.tables.values()
    numbers = ("rating", "low", "high")
    assert by_name(marks, "contestant", *numbers) == by_name(
        board.dropna(subset=["rating"]).to_dict(orient="records"), "contestant", *numbers
    )
    table = effects(own).table
    table = table[table["family"] == "choices"].dropna(subset=["effect"])
    assert len(table) > 1
    table = table.assign(contestant=table["arm"] + " − " + table["reference"])
    numbers = ("effect", "low", "high")
    assert by_name(marks, "contestant", *numbers) == by_name(
        table.to_dict(orient="records"), "contestant", *numbers
    )
    beside = ruler(align(own)).to_dict(orient="records")
    assert len(beside) > 1
    for kind in ("distance", "noise floor"):
        assert by_name([m for m in marks if m.get("kind") == kind], "study", "value") == by_name(
            [row for row in beside if row["kind"] == kind], "study", "value"
        )


def by_name(
    rows: Sequence[Mapping[Any, Any]], name: str, *numbers: str
) -> list[tuple[str, tuple[float, ...]]]:
    """The names and numbers of rows that have them, as charts round them, in order."""
    return sorted(
        (str(row[name]).replace("−", "-"), tuple(round(number(row[key]), 3) for key in numbers))
        for row in rows
        if {name, *numbers} <= row.keys()
    )


def number(told: object) -> float:
    """A number, or its text in a chart: thousands are separated, and shares in per cent."""
    digits, percent, _ = str(told).replace("−", "-").replace(",", "").partition(" %")
    return float(digits) / (100 if percent else 1)


def test_a_game_that_people_were_not_seen_in_has_a_page(tmp_path: Path) -> None:
    data = design(
        games=[{"name": "kuhn_poker"}], contestants=[{"agent": "uniform"}, {"agent": "maniac"}]
    )
    text = run_page(Run(played(data, tmp_path / "run")), rounds=10)
    assert "Kuhn_poker: no human data" in text or "kuhn_poker: no human data" in text


def test_without_the_extra_a_page_says_that_charts_are_missing(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    text = run_page(Run(run), rounds=10)
    assert "<svg" not in text
    assert "not drawn; charts need vl-convert-python." in text


def test_names_from_outside_stay_text(run: Path) -> None:
    text = run_page(Run(run), rounds=10)
    assert NASTY not in text
    assert html.escape(NASTY) in text


def test_a_match_is_notable_once(run: Path) -> None:
    found = [key for _, key in notable(Run(run))]
    assert found
    assert len(found) == len(set(found))


def test_the_command_writes_the_page_and_names_what_is_missing(run: Path, tmp_path: Path) -> None:
    done = command(tmp_path, "report", str(run), "--out", "page.html", "--rounds", "5")
    assert (done.status, done.said) == (0, "page.html\n")
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    done = command(tmp_path, "report", str(run), "--out", "no/page.html", "--rounds", "5")
    assert done.status == 2
    assert "no/page.html cannot be written" in done.said


def test_without_a_browser_a_pdf_is_refused(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = command(tmp_path, "report", str(run), "--out", "page.html", "--rounds", "5", "--pdf")
    assert done.status == 2
    assert "a PDF needs Chromium" in done.said
    assert (tmp_path / "page.html").is_file()


@pytest.mark.skipif(browser() is None, reason="no Chromium")
def test_a_page_is_printed_as_pdf(run: Path, tmp_path: Path) -> None:
    done = command(tmp_path, "report", str(run), "--out", "page.html", "--rounds", "5", "--pdf")
    assert done.status == 0, done.said
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
