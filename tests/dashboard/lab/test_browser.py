"""Participants in a real browser: people play each other, wait, leave, and a server is killed."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from starlette.websockets import WebSocketDisconnect

from arena.design.tournament import Tournament
from arena.record.participants import answers, participants, seatings
from dashboard.lab.robots import known_answers
from tests.arena.lab.visitors import checked
from tests.dashboard.browser import browsing, needed
from tests.dashboard.lab.scripted import FACE_PAGES, PAGES, ScriptedDesk, ScriptedSeat
from tests.dashboard.lab.sites import LabProcess, site_beside
from tests.dashboard.serving import PATIENCE

pytestmark = needed

DESIGN = """
name = "browsers"
seed = 3
repetitions = 6
[[games]]
name = "prisoners_dilemma"
params = { rounds = 2 }
contestants = ["people"]
schedule = { kind = "round_robin", self_play = true }
[[contestants]]
name = "people"
agent = "human"
consent = "I agree."
emotion = { mode = "visible" }
[[contestants]]
name = "tft"
agent = "tit_for_tat"
[lab]
consent = { en = "You are asked to decide.", de = "Sie werden um Entscheidungen gebeten." }
languages = ["en", "de"]
wait_seconds = 3
reconnect_seconds = 5
fill = "tft"
late = "replace"
replacement = "tft"
check = { questions = 1, tries = 3 }
[lab.payment]
show_up = 2.5
currency = "EUR"
codes = { completed = "D0NE" }
address = "https://recruiting.example.org/complete"
[[lab.questions]]
key = "felt"
kind = "grid"
label = { en = "How do you feel?", de = "Wie fühlen Sie sich?" }
low = 1
high = 9
"""


class Somebody:
    """A participant with a browser of their own, who notes what goes wrong.

    Args:
        context: of the browser; without the cookies of others.
        link: that is opened.
    """

    def __init__(self, context: BrowserContext, link: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.errors: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(link)

    def _console(self, message: ConsoleMessage) -> None:
        lost = "WebSocket connection" in message.text  # which is what some tests bring about
        if message.type in {"error", "warning"} and not lost:
            self.errors.append(message.text)

    def at(self, kind: str) -> Self:
        """Wait for a kind of page."""
        self.page.wait_for_selector(f'article[data-kind="{kind}"]')
        return self

    def press(self) -> None:
        """Press the only button, with the keyboard."""
        self.page.get_by_role("button").press("Enter")

    def choose(self, label: str) -> Self:
        self.page.get_by_role("radio", name=label, exact=True).check()
        return self

    def begin(self, *, quiz: bool = True) -> "Somebody":
        """From the link to the waiting page."""
        self.press()
        self.at("consent")
        if self.page.get_by_role("radio", name="English").count():
            self.choose("English").press()
            self.page.wait_for_selector('[data-page="consent"]')
        self.choose("I agree").press()
        self.at("rules").press()
        if quiz:
            self.at("quiz")
            self.solve()
        return self

    def solve(self) -> None:
        """Answer the question on the rules."""
        field = self.page.get_by_role("textbox")
        field.fill(str(self.right()))
        field.press("Enter")

    def right(self) -> int:
        """The right answer, from the words of the question."""
        label = self.page.locator("legend, label").first.inner_text()
        return KNOWN[label.rpartition("(")[0].strip()]

    def decide(self, option: int, feeling: str = "happiness") -> None:
        """Report an emotion and choose, by the keyboard where that is all one has."""
        self.at("decision")
        before = self.page.locator("article").get_attribute("data-page")
        self.page.get_by_role("radio", name=feeling).check()
        self.page.get_by_role("textbox").fill("50")
        self.page.locator('[data-key="action"] input').nth(option).check()
        self.press()
        self.page.wait_for_function(
            "before => document.querySelector('article').dataset.page !== before", arg=before
        )

    def finish(self) -> str:
        """From the result to the end; the completion code."""
        self.at("result").press()
        self.at("questions")
        for axis in ("Pleasure", "Arousal"):
            group = self.page.get_by_role("radiogroup", name=axis)
            group.get_by_role("radio", name="5", exact=True).check()
        self.press()
        self.at("ended")
        assert self.errors == []
        return self.page.locator(".code").inner_text()


KNOWN: dict[str, int] = {}
"""Right answers to the questions on the rules, by their words."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def design(tmp_path: Path) -> Path:
    file = tmp_path / "browsers.toml"
    file.write_text(DESIGN, encoding="utf-8")
    KNOWN.update(known_answers(Tournament.read(file)))
    return file


def test_people_play_and_outlive_a_server_wait_and_leave(
    browser: Browser, design: Path, tmp_path: Path
) -> None:
    with LabProcess(design, tmp_path / "run") as lab:
        links = [f"{lab.origin}/?PROLIFIC_PID=p{n}" for n in range(5)]
        links[1:] = [f"{link}&lang=en" for link in links[1:]]

        def come(*numbers: int) -> list[Somebody]:
            return [Somebody(browser.new_context(), links[n]).begin() for n in numbers]

        play_while_the_server_is_killed(lab, *come(0, 1))
        stays, goes = come(2, 3)
        stays.decide(0)
        goes.at("decision").page.context.close()
        notice = stays.page.locator("#notice")
        expect(notice).to_contain_text("connection of another player", timeout=60_000)
        (alone,) = come(4)
        alone.at("waiting").decide(0)  # nobody came: an agent was seated
        alone.page.context.close()
        stays.decide(0)  # an agent goes on
        assert stays.finish() == "D0NE"
        assert lab.end() == 130
    with closing(checked(tmp_path / "run")) as run:
        people = list(participants(run))
        assert [people[n].known("ending") for n in (0, 1, 2)] == ["completed"] * 3
        assert {each.reason for each in seatings(run)} == {"matched", "fill", "gone"}
        [end] = [each for each in answers(run, people[0].id) if each.page == "end"]
        assert end.given == {"felt": [5, 5]}


def play_while_the_server_is_killed(lab: LabProcess, one: Somebody, two: Somebody) -> None:
    for each in (one, two):
        each.decide(0)
    for each in (one, two):
        each.at("decision")
        assert "happiness" in each.page.locator("ul.faces").inner_text()
    one.page.get_by_role("textbox").fill("37")
    lab.end(signal.SIGKILL)
    expect(one.page.locator("#banner")).to_contain_text("connection is lost")
    lab.start()
    expect(one.page.locator("#banner")).to_be_empty()
    one.at("decision")  # the same open question, with what was filled in
    expect(one.page.get_by_role("textbox")).to_have_value("37")
    for each in (one, two):
        each.decide(0)
    assert [each.finish() for each in (one, two)] == ["D0NE", "D0NE"]
    link = one.page.get_by_role("link")
    assert link.get_attribute("href") == "https://recruiting.example.org/complete?cc=D0NE"


EMBEDDED = """
[[contestants]]
name = "smol"
agent = "llm"
model = "embedded/smollm2"
form = "json"
max_tokens = 32
"""


@pytest.mark.soak
def test_whoever_waits_is_seated_with_the_embedded_model(
    browser: Browser, design: Path, tmp_path: Path
) -> None:
    design.write_text(DESIGN.replace('fill = "tft"', 'fill = "smol"') + EMBEDDED, encoding="utf-8")
    with LabProcess(design, tmp_path / "run") as lab:
        alone = Somebody(browser.new_context(), f"{lab.origin}/?lang=en").begin()
        alone.at("waiting").decide(0)
        alone.decide(0)
        assert alone.finish() == "D0NE"
        assert lab.end() == 130
    with closing(checked(tmp_path / "run")) as run:
        assert [each.contestant for each in seatings(run) if each.reason == "fill"] == ["smol"]
        [match] = run.ids()
        served = [
            attempt.completion.served_model
            for decision in run.match(match).decisions
            for attempt in decision.decision.attempts
            if attempt.completion
        ]
    assert len([model for model in served if "smol" in str(model).lower()]) >= 2


def scripted(browser: Browser, origin: str, **options: Any) -> Somebody:
    """Somebody at the first page of a scripted desk."""
    somebody = Somebody(browser.new_context(locale="en", **options), f"{origin}/")
    somebody.press()
    somebody.at("consent")
    return somebody


def test_no_page_has_a_serious_fault_for_those_who_cannot_see_it(browser: Browser) -> None:
    """At 390 pixels: every rule, in three languages, in light colours and in dark ones."""
    spoken = [
        (replace(page, id=f"{page.id} {language}", language=language), language, scheme)
        for at, page in enumerate(PAGES + FACE_PAGES)
        for language, scheme in (("en", "light"), (("de", "ru")[at % 2], "dark"))
    ]
    desk = ScriptedDesk([page for page, *_ in spoken])
    axe, found = Axe(), list[tuple[str, ...]]()
    phone = {"viewport": {"width": 390, "height": 800}, "color_scheme": "light"}

    def look(page: Page, where: str, language: str, scheme: Any) -> None:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = axe.run(page).response
        found.extend(
            (where, language, scheme, each["id"], node["html"])
            for each in result["violations"]
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        )
        ran = {each["id"] for each in result["passes"]}
        assert "color-contrast" in ran, (where, scheme)
        assert page.evaluate("document.documentElement.lang") == language
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == 390, where

    with site_beside(desk, languages=("en", "de", "ru")) as origin:
        somebody = scripted(browser, origin, **phone)
        page = somebody.page
        for at, (shown, language, scheme) in enumerate(spoken):
            desk.only.go(at)
            page.wait_for_selector(f'[data-page="{shown.id}"]')
            assert page.evaluate("document.activeElement.tagName") == "H1"
            assert page.title() == shown.title
            look(page, shown.kind, language, scheme)
        page.context.clear_cookies()
        for language, scheme in (("ru", "light"), ("de", "dark")):
            for where, path in (("room", "/room"), ("door", "/")):
                page.goto(f"{origin}{path}?lang={language}")
                look(page, where, language, scheme)
    assert found == []
    assert somebody.errors == []


def keys(page: Page, *pressed: str) -> None:
    """Press keys, one after the other."""
    for key in pressed:
        page.keyboard.press(key)


def test_everything_is_done_by_keyboard_and_what_is_wrong_is_said(browser: Browser) -> None:
    desk = ScriptedDesk()
    with site_beside(desk) as origin:
        somebody = scripted(browser, origin)
        page = somebody.page
        assert page.locator("input:checked").count() == 0
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        error = page.locator('[data-key="consent"] .error')
        expect(error).to_have_text("Please answer this.")
        expect(page.locator("#said")).to_contain_text("Please answer this.")
        assert page.evaluate("document.activeElement.name") == "f1"
        assert page.evaluate("document.activeElement.ariaInvalid") == "true"
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        somebody.at("welcome")
        assert desk.only.given == {"consent": {"consent": "yes", "read": True}}
        desk.only.go(8)
        somebody.at("questions")
        # Of radio buttons the last one and the first, and the next one by an arrow.
        keys(page, "Tab", "Space", "ArrowLeft", "Tab", "Space", "Tab", "Space", *["ArrowRight"] * 7)
        keys(page, "Tab", *" 30 ", "Tab", "Tab", "Enter")
        somebody.at("ended")
        assert desk.only.given["questions"] == {"trust": 7, "mood": [1, 8], "sure": 30}
        desk.only.go(5)
        somebody.at("decision")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        while page.evaluate("document.activeElement.name") != "f1":  # behind what the camera has
            page.keyboard.press("Tab")
        keys(page, "Space", "ArrowDown", "Tab", *"40", "Tab", "Space", "Tab", "Enter")
        somebody.at("others")
        expected = {"felt": "happiness", "intensity": 40, "action": "X"}
        assert desk.only.given["decision/1"] == expected
    assert somebody.errors == []


def test_reload_back_two_tabs_and_sleep_keep_the_question(browser: Browser) -> None:
    desk = ScriptedDesk()
    with site_beside(desk) as origin:
        somebody = scripted(browser, origin)
        page = somebody.page
        desk.only.go(5)
        somebody.at("decision")
        expect(page.locator("#clock")).to_have_text("1:29")
        page.get_by_role("textbox").fill("12")
        page.evaluate("Date.now = (now => () => now() + 60000)(Date.now)")  # it slept for a minute
        # By the server's word, it has not; a busy server says so late.
        expect(page.locator("#clock")).to_have_text("1:30", timeout=60_000)
        assert page.get_by_role("textbox").input_value() == "12"
        for at, kind in ((6, "others"), (5, "decision")):  # as a server that was started again may
            desk.only.go(at)
            somebody.at(kind)
        assert page.get_by_role("textbox").input_value() == "12"
        page.reload()
        somebody.at("decision")
        page.go_back()
        somebody.at("decision")
        other = page.context.new_page()
        other.goto(f"{origin}/")
        other.wait_for_selector('[data-kind="decision"]')
        expect(page.get_by_role("heading", level=1)).to_contain_text("open in another window")
        page.get_by_role("link").click()
        somebody.at("decision")
        expect(other.get_by_role("heading", level=1)).to_contain_text("open in another window")
        assert list(desk.only.given) == []
        assert len(desk.people) == 1
        desk.people.clear()  # the lab knows nobody any more
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Take part in the experiment")
    assert somebody.errors == []


def test_a_browser_sends_again_what_may_be_lost(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks before an answer is on record, and then before its receipt is sent."""
    take, breaks = ScriptedSeat.answer, ["before", "after"]

    async def answer(
        seat: ScriptedSeat, page: str, values: Mapping[str, object], **face: Any
    ) -> Any:
        when = breaks.pop(0) if breaks else ""
        wrong = {} if when == "before" else await take(seat, page, values, **face)
        if when:
            raise WebSocketDisconnect
        return wrong

    monkeypatch.setattr(ScriptedSeat, "answer", answer)
    desk = ScriptedDesk()
    with site_beside(desk) as origin:
        somebody = scripted(browser, origin)
        somebody.choose("I agree").page.get_by_role("checkbox").check()
        somebody.press()
        somebody.at("welcome")
        assert desk.only.given == {"consent": {"consent": "yes", "read": True}}
        somebody.press()
        somebody.at("rules")
        assert [page for page, _ in desk.only.calls].count("welcome") <= 1
        assert desk.only.seats >= 3
    assert somebody.errors == []


@contextmanager
def another_site() -> Iterator[tuple[str, list[str]]]:
    """Another site of this machine: its origin, and the paths that it is asked for."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


_REACHING = """
async site => {
    const image = new Image();
    image.src = `${site}/image`;
    const reached = await fetch(`${site}/fetch`).then(() => 1, () => 0);
    await new Promise(done => { image.onload = image.onerror = done; setTimeout(done, 500); });
    return reached;
}
"""


def test_a_page_runs_no_script_of_others(browser: Browser) -> None:
    """Were markup not inert, the policy would still run nothing of it, and send nothing away."""
    desk = ScriptedDesk()
    with site_beside(desk) as origin, another_site() as (elsewhere, asked):
        somebody = scripted(browser, origin)
        page = somebody.page
        assert page.evaluate(_REACHING, elsewhere) == 0
        assert asked == []
        free = page.context.new_page()
        free.goto(f"{elsewhere}/page")  # a page without the policy reaches it
        assert free.evaluate(_REACHING, elsewhere) == 1
        assert {"/image", "/fetch"} <= {*asked}
        free.close()
        ran = page.evaluate(
            """async () => {
                const main = document.querySelector("main");
                main.innerHTML += '<img src="x" onerror="window.ran = 1">'
                    + '<a onclick="window.ran = 2">x</a>';
                main.querySelector("a").click();
                const script = document.createElement("script");
                script.textContent = "window.ran = 3";
                main.append(script);
                await new Promise(done => setTimeout(done, 200));
                return window.ran ?? 0;
            }"""
        )
        assert ran == 0
        assert any("Content Security Policy" in error for error in somebody.errors)


def test_the_room_counts(browser: Browser) -> None:
    desk = ScriptedDesk()
    with site_beside(desk) as origin:
        page = browser.new_page()
        page.clock.install()
        page.goto(f"{origin}/room")
        expect(page.locator("#waiting")).to_have_text("0")
        desk.waiting = lambda: 3  # type: ignore[method-assign]
        page.clock.run_for(5100)
        expect(page.locator("#waiting")).to_have_text("3")
        page.close()
