"""One page about a run: all parts, nothing loaded from elsewhere, nothing obeyed."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from arena.record.run import Run
from arena.report.doctor import browser
from arena.report.notable import notable
from arena.report.page import run_page
from tests.arena.commands import command
from tests.arena.designs import DILEMMA, design, played

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
    assert {tag for tag, _ in tags.found}.isdisjoint({"script", "link", "iframe", "object", "img"})
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
