"""A real browser at a real dashboard: Debian's Chromium, driven through Playwright."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from dashboard.data import SETTINGS

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
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""


@contextmanager
def serving(root: Path, log: Path, **environment: str) -> Iterator[str]:
    """The dashboard as a process.

    Args:
        root: folder of runs.
        log: file for what the process says.
        environment: variables besides ours.

    Yields:
        Its address.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "--root", str(root), "--port", str(port)]
    inherited = {key: value for key, value in os.environ.items() if key != SETTINGS}
    with (
        log.open("wb") as file,
        subprocess.Popen(
            command, stdout=file, stderr=file, env={**inherited, **environment}
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _await(f"{url}/_stcore/health", process)
            yield url
        finally:
            process.terminate()


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url):  # noqa: S310 - our own address
                return
        except (URLError, ConnectionError):
            assert process.poll() is None, "the dashboard has ended"
            assert time.monotonic() < end, "the dashboard does not answer"
            time.sleep(0.1)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Somebody at the dashboard, who notes what goes wrong.

    Args:
        browser: to look through.
        url: of the dashboard.
    """

    def __init__(
        self, browser: Browser, url: str, width: int = 1280, *, dark: bool = False
    ) -> None:
        self.url = url
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
        """Open an address, and wait until the page stands."""
        self.page.goto(self.url + path)
        self.settle()

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
