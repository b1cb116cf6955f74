"""The whole story in a real browser: start a run, watch it, follow a number to its match, play."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from arena.run import Run
from dashboard import views
from games.core import plugins
from tests.dashboard import runs
from tests.dashboard.browser import Visitor, browsing, needed, serving

pytestmark = needed
PAGES = {name: f"/{name}" for name in plugins.available(views.__path__)} | {"runs": "/"}


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serving(root, log, SOME_PROVIDERS_KEY=runs.SECRET) as url:
        yield url
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert runs.SECRET not in said


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


def test_the_whole_story(browser: Browser, address: str, root: Path) -> None:
    visitor = Visitor(browser, address)
    _starts_a_run_and_watches_it(visitor)
    _follows_a_cell_to_its_matches(visitor)
    _replays_a_match(visitor)
    _plays_to_the_end(visitor)
    _finds_the_match_recorded(visitor, root)


def _starts_a_run_and_watches_it(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.choose("Tournament that ships", "poker")
    visitor.page.get_by_label("Name of the run").fill("story")
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    assert "4000 of 4000" not in visitor.shown("story: ").inner_text()
    visitor.shown("story: 4000 of 4000 matches")  # it moved without anybody's doing
    visitor.settle()


def _follows_a_cell_to_its_matches(visitor: Visitor) -> None:
    visitor.go("Leaderboard")
    visitor.shown("Who beats whom")
    cell = "against: maniac; contestant: honest;"
    visitor.page.locator(f"[aria-label*='{cell}']").last.click(force=True)
    visitor.page.wait_for_url(re.compile("/matches.*opponent=maniac"))
    visitor.settle()
    visitor.shown("Matches 1 to 50 of 400")


def _replays_a_match(visitor: Visitor) -> None:
    visitor.page.get_by_label("Open a match").press("ArrowDown")
    visitor.page.get_by_label("Open a match").press("Enter")
    visitor.page.wait_for_url(re.compile("match="))
    visitor.settle()
    visitor.shown("Completed. Points: ")
    slider = visitor.page.get_by_role("slider")
    while slider.input_value() != slider.get_attribute("max"):
        slider.press("ArrowRight")
        visitor.page.wait_for_timeout(200)
        visitor.settle()
    visitor.shown("The end")


def _plays_to_the_end(visitor: Visitor) -> None:
    visitor.go("Play")
    page = visitor.page
    page.get_by_text("I agree that my moves").click()
    visitor.settle()
    page.get_by_role("button", name="Take a seat").click()
    page.wait_for_url(re.compile("table="))
    done, on = page.get_by_text("Thank you for playing!"), page.get_by_role("button", name="Go on")
    decide = page.get_by_role("button", name="Decide")
    while True:
        expect(done.or_(on).or_(decide).first).to_be_visible()
        visitor.settle()
        if done.is_visible():
            return
        if decide.is_visible():
            page.get_by_test_id("stForm").get_by_role("radio").first.click()
            decide.click()
        else:
            on.click()
        page.wait_for_timeout(300)


def _finds_the_match_recorded(visitor: Visitor, root: Path) -> None:
    visitor.page.get_by_role("link", name="All your matches").click()
    visitor.shown("Matches 1 to 2 of 2")
    visitor.page.get_by_label("Open a match").press("ArrowDown")
    visitor.page.get_by_label("Open a match").press("Enter")
    visitor.shown("Completed. Points: ")
    [folder] = [each for each in root.iterdir() if each.name.startswith("play kuhn_poker")]
    run = Run(folder)
    try:
        assert run.counts == {"completed": 2}
        assert run.manifest["design"]["contestants"]["person"]["agent"] == "human"
    finally:
        run.close()
