"""Faces in a real browser: a camera whose film is an empty room, and then somebody who smiles."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
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
params = {{ rounds = {rounds} }}
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
"""
PRICES = """
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
    """Feels nothing, and shows fear, or anger at somebody who showed happiness."""
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
            self.go_on()  # the page lets nobody go on before it has tried
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
        return self.page.locator(".avatar", has_text=who).locator("strong").inner_text()


@contextmanager
def lab(
    folder: Path,
    other: str,
    display: str = "face",
    rounds: int = 2,
    options: tuple[str, ...] = (),
) -> Iterator[LabProcess]:
    """`arena lab` over the design."""
    design, prices = folder / "design.toml", PRICES if '"llm"' in other else ""
    design.write_text(DESIGN.format(other=other, display=display, rounds=rounds) + prices)
    with LabProcess(design, folder / "run", *options) as process:
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


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """The provider of the other player."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with Loopback(model) as loopback:
        yield loopback


def test_a_smile_is_what_the_model_is_told(tmp_path: Path, server: Loopback) -> None:
    film = Film(tmp_path / "film.y4m")
    with (
        lab(tmp_path, MODEL.format(url=server.url), rounds=3) as process,
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
        assert person.at("decision").face_of("You") == "happiness"
        person.page.get_by_role("button", name="Switch the camera off").click()
        person.says("Your face is not read")
        person.answer("sadness")
        person.at("result").go_on()
        person.at("ended")
        assert person.errors == []
        sent_nothing_but_numbers(person)
        asked = [each.body["messages"][-1]["content"] for each in server.requests[-3:]]
    empty, smiled, off = read(tmp_path)
    assert ["showed: happiness" in each for each in asked] == [False, False, True]
    assert "showed: sadness" in asked[1]
    assert (off.display, off.measured.unread) == ("buttons", "refused")
    assert (empty.display, empty.measured.unread, empty.face) == ("buttons", "no face", None)
    assert (smiled.display, smiled.face) == ("face", "happiness")
    assert smiled.measured.frames >= 3
    assert smiled.measured.mean is not None
    assert len(smiled.measured.mean) == len(CLASSES)
    assert label(smiled.measured.mean) == (smiled.face, smiled.intensity)


@pytest.mark.soak
def test_a_refused_camera_leaves_the_buttons(tmp_path: Path, server: Loopback) -> None:
    with (
        lab(tmp_path, MODEL.format(url=server.url)) as process,
        browsing("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser,
    ):
        person = Watched(browser, process.origin, camera=False)
        person.begin_with_camera()
        person.at("decision").says("Others see what you report")
        person.answer("anger")
        person.answer("neutral")
        person.at("result").go_on()
        person.at("ended")
        sent_nothing_but_numbers(person)
    assert [(each.display, each.measured.unread) for each in read(tmp_path)] == [
        ("buttons", "refused"),
        ("buttons", "refused"),
    ]


@pytest.mark.soak
def test_a_face_at_rest_is_what_counts_as_neutral(tmp_path: Path, server: Loopback) -> None:
    film = Film(tmp_path / "film.y4m", "face")
    other = MODEL.format(url=server.url)
    with lab(tmp_path, other) as process, browsing(*film.flags) as browser:
        person = Watched(browser, process.origin)
        person.begin_with_camera()
        person.page.locator('[data-part="word"]').get_by_text("neutral").wait_for()
        person.answer("sadness")
        film.show("night")
        person.says("It is too dark")
        person.answer("anger")
        person.at("result")
    rested, dark = read(tmp_path)
    assert (rested.display, rested.face) == ("face", "neutral")
    assert rested.measured.mean is not None
    assert rested.measured.mean[1] > 0.9  # it smiled all the time
    assert (dark.display, dark.measured.unread) == ("buttons", "too dark")


@pytest.mark.soak
def test_somebody_with_buttons_sees_a_smile_and_is_seen(tmp_path: Path) -> None:
    film = Film(tmp_path / "film.y4m", "room")
    people = """agent = "human"
consent = "I agree."
emotion = { mode = "visible" }"""
    with (
        lab(tmp_path, people, "both") as process,
        browsing(*film.flags) as browser,
    ):
        person, buttons = (
            Watched(browser, process.origin),
            Watched(browser, process.origin, camera=False),
        )
        buttons.begin_with_camera("No")
        person.begin_with_camera()
        person.at("decision")
        film.show("face")
        person.page.locator('[data-part="word"]').get_by_text("happiness").wait_for()
        assert not person.page.get_by_role("checkbox").is_checked()
        person.page.get_by_role("checkbox").check()
        buttons.answer("disgust")
        assert person.face_of("The other player") == "nothing shown"  # it has not decided yet
        person.answer("sadness")
        buttons.at("decision")
        assert buttons.face_of("The other player") == "happiness"
        assert person.face_of("The other player") == "disgust"
        person.page.locator('[data-part="word"]').get_by_text("happiness").wait_for()
        person.answer("anger")  # and leaves the box alone
        buttons.answer("neutral")
        buttons.at("result")
    by_turn = {(each.turn, each.display): each for each in read(tmp_path)}
    assert by_turn[0, "face"].face == "happiness"
    shown = [(each.turn, each.display, each.face) for each in read(tmp_path)]
    assert sorted(shown, key=str).count((1, "buttons", "happiness")) == 1


def tiny(path: Path) -> Path:
    """A model that takes every face for a fearful one."""
    scores = numpy_helper.from_array(np.array([0, 0, 5, 1, 0, 0, 0], np.float32), "scores")
    weights = numpy_helper.from_array(np.zeros((3, 7), np.float32), "weights")
    nodes = [
        helper.make_node("GlobalAveragePool", ["crop"], ["colours"]),
        helper.make_node("Flatten", ["colours"], ["three"]),
        helper.make_node("Gemm", ["three", "weights", "scores"], ["said"]),
    ]
    crop = helper.make_tensor_value_info("crop", TensorProto.FLOAT, [1, 3, 32, 32])
    said = helper.make_tensor_value_info("said", TensorProto.FLOAT, [1, 7])
    graph = helper.make_graph(nodes, "tiny", [crop], [said], [weights, scores])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.write_bytes(made.SerializeToString())
    path.with_suffix(".json").write_text('{"size": 32}')
    return path


@pytest.mark.soak
def test_a_model_of_ones_own_reads_faces(tmp_path: Path, server: Loopback) -> None:
    film, own = Film(tmp_path / "film.y4m", "face"), tiny(tmp_path / "own.onnx")
    other = MODEL.format(url=server.url)
    with lab(tmp_path, other, options=("--face-model", str(own))) as process:
        with browsing(*film.flags) as browser:
            person = Watched(browser, process.origin)
            person.begin_with_camera()
            person.page.locator('[data-part="word"]').get_by_text("neutral").wait_for()
            person.answer("sadness")
            person.page.locator('[data-part="word"]').get_by_text("neutral").wait_for()
            person.answer("sadness")
            person.at("result")
            assert person.errors == []
        first, second = read(tmp_path)
        for each in (first, second):
            assert each.measured.mean is not None
            assert each.measured.mean[4] == pytest.approx(0.949, abs=0.01)  # softmax of 5, 1 and 0
    with closing(Run(tmp_path / "run")) as run:
        (note,) = run.rows("SELECT about FROM notes WHERE kind = 'faces'")
    assert note[0].startswith("read by own.onnx ")


@pytest.mark.soak
def test_the_page_goes_on_while_faces_are_read(tmp_path: Path, server: Loopback) -> None:
    film = Film(tmp_path / "film.y4m", "face")
    with (
        lab(tmp_path, MODEL.format(url=server.url)) as process,
        browsing(*film.flags) as browser,
    ):
        person = Watched(browser, process.origin)
        person.begin_with_camera()
        person.at("decision").page.evaluate(LONG_TASKS)
        person.page.wait_for_function("() => performance.getEntriesByName('face').length > 15")
        assert max(person.page.evaluate("() => long"), default=0) < 200
        means = [[0.2, 0.8, 0, 0, 0, 0, 0], [0.3, 0, 0.7, 0, 0, 0, 0]]
        for mean, baseline in product(means, (None, [0.6, 0, 0.4, 0, 0, 0, 0])):
            told = person.page.evaluate(LABEL, [mean, baseline])  # as the server has it
            assert (told["emotion"], told["intensity"]) == label(mean, baseline)


LABEL = """async ([mean, baseline]) =>
  (await import("/static/faces/label.js")).label(mean, baseline)"""
LONG_TASKS = """() => {
  globalThis.long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
}"""
