"""The whole story in a real browser: start a run, watch it, follow a number to its match, play."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import rmtree

import pytest
from playwright.sync_api import Browser, expect

from arena.design.matches import planned
from arena.design.tournament import Tournament
from arena.record.run import Run
from arena.report.page import run_page
from dashboard.data import runs as data
from dashboard.server.gate import FOREIGN
from dashboard.server.shell import REGISTRY
from tests import ROOT
from tests.arena.designs import arena
from tests.dashboard import runs
from tests.dashboard.browser import Visitor, browsing, needed
from tests.dashboard.elsewhere import TRIES, elsewhere
from tests.dashboard.serving import serving
from tests.dashboard.walks import TOO_WIDE, faults, misprints, out_of_reach

pytestmark = needed
PAGES = {name: f"/{name}" for name in REGISTRY.available()} | {"runs": "/"}

PICTURES = ROOT / ".screenshots"
"""Where the story leaves its pictures."""


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
    _watches_a_run(visitor, root)
    _starts_a_run(visitor)
    _follows_a_cell_to_its_matches(visitor)
    _replays_a_match(visitor)
    _plays_to_the_end(visitor)
    _finds_the_match_recorded(visitor, root)


def _watches_a_run(visitor: Visitor, root: Path) -> None:
    """A run that is played meanwhile moves without anybody's doing."""
    playing = ("run", "poker", "--out", "watched", "--quiet")
    arena(*playing, "--limit", "100", cwd=root).check_returncode()
    visitor.open("/?run=watched")
    visitor.shown("watched: 100 of 4,000 matches")
    arena(*playing, cwd=root).check_returncode()
    visitor.shown("watched: 4,000 of 4,000 matches")
    rmtree(root / "watched")


def _starts_a_run(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.choose("Tournament that ships", "poker")
    visitor.page.get_by_label("Name of the run").fill("story")
    visitor.page.get_by_role("button", name="Start", exact=True).click()
    visitor.shown("story: 4,000 of 4,000 matches")
    visitor.picture(PICTURES / "1 run.png", 1400)


def _follows_a_cell_to_its_matches(visitor: Visitor) -> None:
    visitor.go("Leaderboard")
    visitor.shown("Who beats whom")
    visitor.picture(PICTURES / "2 leaderboard.png", 1400)
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
    visitor.picture(PICTURES / "3 replay.png", 1400)


def _plays_to_the_end(visitor: Visitor) -> None:
    visitor.go("Play")
    page = visitor.page
    _take_a_seat(visitor)
    done, on = page.get_by_text("Thank you for playing!"), page.get_by_role("button", name="Go on")
    decide = page.get_by_role("button", name="Decide")
    while True:
        expect(done.or_(on).or_(decide).first).to_be_visible()
        visitor.settle()
        if done.is_visible():
            visitor.picture(PICTURES / "4 played.png", 1400)
            return
        if decide.is_visible():
            page.get_by_test_id("stForm").get_by_role("radio").first.click()
            visitor.leads_on(decide)
        else:
            visitor.leads_on(on)


def test_a_person_sees_what_goes_on_record_and_gives_what_was_typed(
    browser: Browser, address: str, root: Path
) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/play")
    visitor.choose("Game", "ultimatum")
    visitor.choose("Against", "uniform")
    _take_a_seat(visitor)
    page = visitor.page
    page.reload()  # a browser keeps what was typed; the form must not
    visitor.settle()
    field = page.get_by_label("Your decision")
    expect(field).to_have_value("")
    page.get_by_role("button", name="Decide").click()
    visitor.shown("One thing is missing: Your decision")
    shown = [each.inner_text() for each in page.get_by_test_id("stText").all()]
    [folder] = [each for each in root.iterdir() if each.name.startswith("play ultimatum")]
    assert _asked(folder) == []
    for no_offer in ("36.9", "101"):
        field.fill(no_offer)
        page.get_by_role("button", name="Decide").click()
        visitor.settle()
        assert _asked(folder) == []
    field.fill("37")
    page.get_by_role("button", name="Decide").click()
    visitor.shown("Points: ")
    [(system, question, reply)] = _asked(folder)
    assert (shown, reply) == ([system, question], '{"action": 37}')


def _asked(folder: Path) -> list[tuple[str, str, str]]:
    """Both messages and the reply of the person's attempts on record."""
    run = Run(folder)
    try:
        found = [[*json.loads(row[0]), row[1]] for row in run.rows(_WORDS)]
        texts = dict(run.rows("SELECT hash, text FROM texts"))
    finally:
        run.close()
    return [(texts[one[1]], texts[two[1]], texts[reply]) for one, two, reply in found]


_WORDS = "SELECT messages, reply FROM attempts"


def _take_a_seat(visitor: Visitor) -> None:
    visitor.page.get_by_text("I agree that my moves").click()
    visitor.settle()
    visitor.page.get_by_role("button", name="Take a seat").click()
    visitor.page.wait_for_url(re.compile("table="))
    visitor.settle()


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
        assert run.manifest.design["contestants"]["person"]["agent"] == "human"
    finally:
        run.close()


def test_a_replay_plays_by_itself_and_obeys_keys(
    browser: Browser, address: str, root: Path
) -> None:
    query = "SELECT match FROM decisions GROUP BY 1 ORDER BY count(*) DESC"
    longest = data.table(root / "moved", query)["match"].iloc[0]
    visitor = Visitor(browser, address)
    visitor.open(f"/matches?run=moved&match={longest}")
    page, slider = visitor.page, visitor.page.get_by_role("slider")
    last = int(slider.get_attribute("max") or 0)
    assert last > 2
    _steps(visitor, "ArrowRight", 2)
    _steps(visitor, "ArrowLeft", 1)
    visitor.choose("Seconds per step", "1")
    page.get_by_role("button", name="Play").click()
    page.wait_for_url(f"**step={last}")  # nobody pressed anything
    expect(slider).to_have_value(str(last))
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    visitor.choose("Seconds per step", "4")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("p")  # from the beginning
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    visitor.settle()
    held = slider.input_value()  # the last only if the machine is slower than the replay
    page.wait_for_timeout(5000)  # more than a step takes
    expect(slider).to_have_value(held)
    page.close()


def _steps(visitor: Visitor, key: str, to: int) -> None:
    """Press a key outside of all fields, which leads to a step."""
    visitor.page.get_by_role("heading", level=1).click()
    visitor.page.keyboard.press(key)
    visitor.page.wait_for_url(f"**step={to}")
    visitor.settle()
    expect(visitor.page.get_by_role("slider")).to_have_value(str(to))


def test_a_talk_is_led_by_keys_and_its_address_keeps_the_chart(
    browser: Browser, address: str
) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/leaderboard?run=moved&game=kuhn_poker")
    page, charts = visitor.page, visitor.page.locator("svg.marks")
    talks = page.get_by_role("button", name="Talk")
    expect(talks).to_have_count(3)
    talks.first.press("Enter")
    page.wait_for_url(re.compile("talk=rating"))
    for key, where in (("ArrowRight", "wins"), ("ArrowRight", "effects"), ("ArrowLeft", "wins")):
        visitor.settle()
        page.keyboard.press(key)
        page.wait_for_url(re.compile(f"talk={where}"))
    page.reload()
    visitor.settle()
    expect(charts).to_have_count(1)
    expect(page.get_by_role("heading", level=1).last).to_contain_text("row against column")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("(?!.*talk=)"))
    expect(talks).to_have_count(3)
    page.close()


def test_tables_and_all_else_are_used_with_the_keyboard_alone(
    browser: Browser, address: str
) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/leaderboard?run=scripted")
    page = visitor.page
    page.get_by_test_id("data-grid-canvas").first.focus()
    chosen = page.locator("td[aria-selected=true]")
    expect(chosen).to_contain_text("/contestants?")
    page.keyboard.press("ArrowDown")
    second = page.get_by_test_id("glide-cell-0-1")
    expect(second).to_be_focused()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    assert opened.value.url == f"{visitor.url}{second.text_content()}"
    opened.value.close()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("glide-cell-1-1")).to_be_focused()
    page.keyboard.press("Enter")  # leads nowhere: the table shows the whole cell
    expect(page.locator(".gdg-clip-region")).to_be_visible()
    page.keyboard.press("Escape")
    assert out_of_reach(visitor) == []
    page.close()


@pytest.mark.parametrize(
    "path", ["/?run=scripted", "/overview?run=moved", "/matches?run=moved&step=2&match={}"]
)
def test_axe_finds_nothing_serious(browser: Browser, address: str, root: Path, path: str) -> None:
    visitor = Visitor(browser, address)
    visitor.open(path.format(data.table(root / "moved", "SELECT match FROM seats")["match"][0]))
    for width, scheme in ((390, "light"), (1280, "dark")):
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
        visitor.page.set_viewport_size({"width": width, "height": 1400})
        visitor.settle()
        assert faults(visitor) == []
    visitor.page.close()


def test_charts_and_the_report_are_files(browser: Browser, address: str, root: Path) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/overview?run=scripted")
    begins = {"Data (CSV)": b"contestant", "SVG": b"<svg", "PNG": b"\x89PNG"}
    begins["Report (HTML)"] = b"<!doctype html>"
    for label, begin in begins.items():
        with visitor.page.expect_download() as taken:
            visitor.page.get_by_role("button", name=label, exact=True).first.click()
        assert taken.value.path().read_bytes().startswith(begin), label
    with closing(Run(root / "scripted")) as run:
        assert taken.value.path().read_text("utf-8") == run_page(run)


def test_a_design_of_the_page_is_a_file(browser: Browser, address: str) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/")
    visitor.page.get_by_text("Put a tournament together here").click()
    visitor.settle()
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("button", name="Tournament file (TOML)").click()
    path = taken.value.path()
    code = visitor.page.get_by_test_id("stCode").first.locator("code")
    assert code.inner_text().strip() == path.read_text("utf-8").strip()
    visitor.shown(f"{planned(Tournament.read(path))} matches between scripts")
    visitor.page.close()


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_readable_wide_and_narrow_in_light_and_dark(
    browser: Browser, address: str, page: str
) -> None:
    visitor = Visitor(browser, address)
    visitor.open(f"{PAGES[page]}?run=moved")
    for width, scheme in ((1280, "light"), (390, "dark")):
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
        visitor.page.set_viewport_size({"width": width, "height": 1400})
        visitor.page.wait_for_timeout(500)
        visitor.settle()
        assert visitor.page.evaluate(TOO_WIDE) == []
        assert [*misprints(visitor)] == []
        text, ground = visitor.page.evaluate(_COLOURS)
        assert (_light(text) < _light(ground)) == (scheme == "light")
        bright, dim = sorted((_light(text), _light(ground)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) > 7  # WCAG 2.2, level AAA
    visitor.page.close()


def test_what_models_say_is_text(browser: Browser, address: str, root: Path) -> None:
    table = data.table(root / "moved", "SELECT match FROM attempts WHERE verdict = 'missing'")
    visitor = Visitor(browser, address)
    for path in ("/leaderboard?run=moved", f"/matches?run=moved&match={table['match'][0]}"):
        visitor.open(path)
        for closed in visitor.page.get_by_test_id("stExpander").locator("summary").all():
            closed.click()
        visitor.settle()
        main = visitor.page.get_by_test_id("stMain")
        assert main.locator("script, img[src=x], a[href^='javascript:']").count() == 0
        assert "owned" not in visitor.page.title()
    plain = runs.HOSTILE.replace("\x1b[31m", "").replace("\x1b[0m", "")
    expect(main).to_contain_text(plain, use_inner_text=True)
    visitor.page.close()


def test_a_page_of_another_port_gets_nothing_with_the_cookie(
    browser: Browser, address: str
) -> None:
    visitor = Visitor(browser, address)
    visitor.open("/health?run=scripted")
    page, here = visitor.page, f"{visitor.url}/"
    with elsewhere() as there:
        page.goto(there)
        assert set(page.evaluate(TRIES, here).values()) == {"refused"}
        page.goto(f"{there}{here}matches?run=scripted")
        page.get_by_text("there").click()
        page.wait_for_url(f"{here}**")
        assert page.inner_text("body").strip() == FOREIGN.strip()
        page.goto(f"{there}{address}")  # a terminal may be a page
        page.get_by_text("there").click()
        page.wait_for_url(here)
    visitor.errors.clear()  # the other page's
    visitor.settle()
    page.close()


_COLOURS = """() => ['h1', '[data-testid=stApp]'].map((part, at) =>
    getComputedStyle(document.querySelector(part))[at ? 'backgroundColor' : 'color'])"""


def _light(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1, of a colour as browsers write it.

    Source: W3C (2023), Web Content Accessibility Guidelines 2.2, relative luminance.
    """
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
