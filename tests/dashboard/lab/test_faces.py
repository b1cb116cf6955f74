"""Faces in a real browser: a camera whose film is an empty room, and then somebody who smiles."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket

from arena.engine.verify import problems
from arena.record.readings import CLASSES, FaceReading, label, readings
from arena.record.run import Run
from tests.dashboard.browser import browsing
from tests.dashboard.lab.film import Film, needed
from tests.dashboard.lab.sites import LabProcess
from tests.dashboard.lab.test_browser import Somebody
from tests.loopback import Loopback, Reply

pytestmark = needed

_BODY = 1000
"""Bytes of the largest message that a page may send."""

DESIGN = """
name = "faces"
seed = 3
[[games]]
name = "prisoners_dilemma"
params = {{ rounds = 2 }}
[[contestants]]
name = "person"
agent = "human"
consent = "I agree."
emotion = {{ mode = "visible" }}
[[contestants]]
name = "other"
{other}
[lab]
consent = "You are asked to decide."
display = "{display}"
[prices."openai/m"]
prompt = 0.0
completion = 0.0
"""
MODEL = """agent = "llm"
model = "openai/m"
form = "json"
api_base = "{url}"
emotion = {{ mode = "manipulative" }}
"""


def model(asked: Mapping[str, Any], _number: int) -> Reply:
    """Feels nothing, and shows anger at somebody who showed happiness."""
    seen = "showed: happiness" in asked["messages"][-1]["content"]
    said = {"felt": "neutral", "intensity": 10, "shown": "anger" if seen else "fear"}
    return Reply(json.dumps({**said, "action": "cooperate"}))


class Watched(Somebody):
    """A participant with a camera; what the page sends is kept."""

    def __init__(self, browser: Browser, link: str, *, camera: bool = True) -> None:
        context = browser.new_context(permissions=["camera"] if camera else [])
        self.sent: list[str] = []
        self.requests: list[str] = []
        context.on("page", self._watch)
        super().__init__(context, link)

    def _watch(self, page: Page) -> None:
        def note(socket: WebSocket) -> None:
            socket.on("framesent", lambda data: self.sent.append(str(data)))

        page.on("websocket", note)
        page.on(
            "request", lambda r: self.requests.append(f"{r.method} {r.url} {r.post_data or ''}")
        )

    def go_on(self) -> None:
        """Press the page's own button once it can be pressed."""
        self.page.wait_for_selector("form button:not([aria-disabled='true'])")
        self.page.locator("form button").press("Enter")

    def begin_with_camera(self, agreed: str = "Yes") -> None:
        """From the link to the first decision, with the face at rest where there is one."""
        self.press()
        self.at("consent").choose("I agree").go_on()
        self.at("camera").choose(agreed).go_on()
        if agreed == "Yes":
            self.page.wait_for_selector('[data-page="calibration"]')
            self.go_on()
        self.at("rules").go_on()

    def says(self, words: str) -> None:
        """Wait until the camera's line holds some words."""
        self.page.locator('[data-part="said"]').get_by_text(words).wait_for()

    def answer(self, feeling: str) -> None:
        """Decide as a participant."""
        self.at("decision")
        before = self.page.locator("article").get_attribute("data-page")
        self.page.get_by_role("radio", name=feeling).check()
        self.page.locator('[data-key="intensity"] input').fill("50")
        self.page.locator('[data-key="action"] input').first.check()
        self.page.locator("form button").press("Enter")
        self.page.wait_for_function(
            "before => document.querySelector('article').dataset.page !== before", arg=before
        )

    def face_of(self, who: str) -> str:
        """The words below a drawn face."""
        return self.page.locator(".avatar", has_text=who).locator("b").inner_text()


@contextmanager
def lab(folder: Path, other: str, display: str = "face") -> Iterator[LabProcess]:
    """`arena lab` over the design."""
    design = folder / "design.toml"
    design.write_text(DESIGN.format(other=other, display=display))
    with LabProcess(design, folder / "run") as process:
        yield process


def read(folder: Path) -> list[FaceReading]:
    """What is on record, which must be sound."""
    with closing(Run(folder / "run")) as run:
        assert list(problems(run)) == []
        return list(readings(run))


def sent_nothing_but_numbers(who: Watched) -> None:
    """No message is long enough for a picture, and none is anything but an answer."""
    for message in who.sent:
        assert len(message) <= _BODY
        assert json.loads(message).keys() <= {"page", "values", "face", "beat"}
    assert all(len(each) <= _BODY for each in who.requests)
    assert not [each for each in who.requests if each.startswith("POST") and "/join" not in each]


def test_a_smile_is_what_the_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    film = Film(tmp_path / "film.y4m")
    with (
        Loopback(model) as server,
        lab(tmp_path, MODEL.format(url=server.url)) as process,
        browsing(*film.flags) as browser,
    ):
        person = Watched(browser, process.origin)
        person.begin_with_camera()
        person.at("decision")
        assert person.face_of("The other player") == "nothing shown"
        person.says("No face is found")
        assert person.page.locator('[data-part="read"]').is_hidden()
        film.show("face")  # it came too late for this decision: most of its pictures are empty
        person.answer("sadness")
        person.page.locator('[data-part="word"]').get_by_text("happiness").wait_for()
        assert person.face_of("The other player") == "fear"
        person.answer("sadness")
        person.at("result").go_on()
        person.at("ended")
        assert person.errors == []
        sent_nothing_but_numbers(person)
        asked = [each["messages"][-1]["content"] for each in server.requests]
    empty, smiled = read(tmp_path)
    assert "showed: sadness" in asked[-1]
    assert (empty.display, empty.measured.unread, empty.face) == ("buttons", "no face", None)
    assert (smiled.display, smiled.face) == ("face", "happiness")
    assert smiled.measured.frames >= 3
    assert smiled.measured.mean is not None
    assert len(smiled.measured.mean) == len(CLASSES)
    assert label(smiled.measured.mean) == (smiled.face, smiled.intensity)
