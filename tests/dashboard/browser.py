"""A real browser at a real dashboard: Debian's Chromium, driven through Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.dashboard.serving import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = (
    "Chromium is missing: apt-get install --no-install-recommends chromium fonts-noto-color-emoji"
)
needed = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    """Chromium, with flags beside the usual ones."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody at the dashboard, who notes what goes wrong.

    Args:
        browser: to look through.
        link: to the dashboard, as it is printed.
    """

    def __init__(
        self, browser: Browser, link: str, width: int = 1280, *, dark: bool = False
    ) -> None:
        self.url, _, self._token = link.partition("/?")
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 1400}, color_scheme="dark" if dark else "light"
        )
        self.page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        self.errors: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location}")

    def open(self, path: str) -> None:
        """Open an address, the first with the token of the link; wait until the page stands."""
        joined = "&" if "?" in path else "?"
        self.page.goto(self.url + path + (joined + self._token if self._token else ""))
        self._token = ""
        self.settle()
        assert "token" not in self.page.url

    def go(self, title: str) -> None:
        """Go to another page through the navigation."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way; nothing may have gone wrong by then."""
        page = self.page
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState"
            " === 'notRunning' && !document.querySelector('[data-testid=stSkeleton]')"
        )
        assert page.get_by_test_id("stException").count() == 0, page.inner_text("body")
        assert not self.errors

    def choose(self, label: str, words: str) -> None:
        """Choose from a list, with the keyboard."""
        field = self.page.get_by_test_id("stSelectbox").filter(has_text=label).locator("input")
        field.click()
        field.fill(words)
        field.press("Enter")
        self.settle()

    def leads_on(self, button: Locator) -> None:
        """Press a button and wait until the main part says something else."""
        main = self.page.get_by_test_id("stMain")
        before = main.inner_text()
        button.click()
        expect(main).not_to_have_text(before, use_inner_text=True)
        self.settle()

    def shown(self, words: str) -> Locator:
        """The main part's element with these words, which must be there."""
        found = self.page.get_by_test_id("stMain").get_by_text(words)
        expect(found.first).to_be_visible()
        return found.first

    def picture(self, path: Path, height: int) -> None:
        """Keep what the window shows, made this high (pixels)."""
        width = (self.page.viewport_size or {"width": 1280})["width"]
        self.page.set_viewport_size({"width": width, "height": height})
        self.settle()
        self.page.wait_for_timeout(500)  # charts are drawn after the page stands
        self.page.screenshot(path=path)
