"""The front page of a run with planted faults: from each sentence to the reply in two clicks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agents.core.responses.endings import CUT
from tests.arena.analysis.planted import NAMES, REPETITIONS, of_models, planted
from tests.arena.analysis.stub_models import played
from tests.dashboard.browser import Visitor, browsing, needed
from tests.dashboard.serving import serving

pytestmark = [needed, pytest.mark.soak, pytest.mark.filterwarnings("ignore:.*unclosed.*")]

FAULTS = {
    "The served model changed": ("Overview", "changed: "),
    "refuser refused in": ("Effects of emotions", "(empty)"),
    "of cut were cut at the limit": ("Effects of emotions", f"stop: {CUT}"),
    f"rest on {REPETITIONS} clusters": ("Ranking", "stop: "),
    "silent has no rating": ("Ranking", "(empty)"),
}
"""By fault: the heading below which its sentence stands, and words of the reply it leads to."""


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    root: Path = tmp_path_factory.mktemp("story") / "runs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        names = {"name": "faults", "repetitions": REPETITIONS}
        played(root / "faults", planted(), lambda url: of_models(url, NAMES, **names)).close()
    with serving(root, root.parent / "log.txt") as url, browsing() as browser:
        yield Visitor(browser, url)


def _above(page: Page, words: str) -> str:
    """The heading that stands above an element with these words."""
    found: str = page.get_by_text(words).first.evaluate(
        """(part) => [...document.querySelectorAll('h1, h2, h3')].filter((head) =>
            head.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING).pop().innerText
        """
    )
    return found


def test_each_planted_fault_leads_to_its_reply_in_two_clicks(visitor: Visitor) -> None:
    page = visitor.page
    for sentence, (heading, words) in FAULTS.items():
        visitor.open("/overview?run=faults")
        visitor.shown(sentence)
        assert _above(page, sentence) == heading
        line = page.get_by_test_id("stMain").locator("p").filter(has_text=sentence)
        line.get_by_role("link", name="See the record").evaluate("(a) => a.target = '_self'")
        line.get_by_role("link", name="See the record").click()  # the first
        page.wait_for_url("**/matches?*")
        visitor.settle()
        reply = page.get_by_test_id("stExpander").filter(has=page.get_by_text("Attempt"))
        opened = reply.locator("details[open]")
        if not opened.count():
            reply.locator("summary").first.click()  # the second
        expect(opened.first).to_contain_text(words)
