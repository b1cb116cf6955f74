"""`python -m tests.dashboard.screenshots`: the pictures of the documents, from runs made for them.

The models' replies come from a script on this machine and are drawn at random: what the pictures
show of models is how results look, not what they are.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from arena.design.tournament import Tournament, shipped
from arena.engine.runner import run
from dashboard.data import runs as data
from tests import ROOT
from tests.arena.designs import Silent
from tests.arena.lab.visitors import Visitor as Guest
from tests.arena.lab.visitors import all_of, design, lab
from tests.dashboard.browser import CHROMIUM, MISSING, Visitor, browsing
from tests.dashboard.lab.scripted import PAGES, ScriptedDesk
from tests.dashboard.lab.sites import site_beside
from tests.dashboard.serving import serving
from tests.loopback import Loopback, Reply

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
"""Of the palette of a picture."""

MODES = ["absent", "hidden", "visible", "manipulative"]


def main() -> None:
    """Play, look, keep."""
    if CHROMIUM is None:
        raise SystemExit(MISSING)
    os.environ["OPENAI_API_KEY"] = "none"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        for name in ("controls", "poker"):
            run(Tournament.read(shipped()[name]), root / name, Silent())
        with Loopback(_reply) as provider:
            run(Tournament(_talk(provider.url)), root / "talk", Silent())
        stand_in_lab(root / "study")
        with serving(root, Path(folder) / "log.txt") as url, browsing() as browser:
            _pictures(browser, url, root)
            _lab(browser, url)
    for path in sorted(IMAGES.glob("*.png")):
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
        small.save(path, optimize=True)
        sys.stdout.write(f"{path.name} {path.stat().st_size / 1000:.0f} kB\n")


def _talk(url: str) -> dict[str, Any]:
    """Two models in four modes, and an equilibrium player."""
    models = [
        {
            "name": f"model {letter}",
            "agent": "llm",
            "model": f"openai/{letter}",
            "form": "json",
            "api_base": url,
            "emotion": {"mode": MODES},
        }
        for letter in "ab"
    ]
    dilemma = {"name": "prisoners_dilemma", "params": {"rounds": 4}, "repetitions": 2}
    return {
        "name": "talk",
        "seed": 7,
        "repetitions": 6,
        "games": [
            {"name": "kuhn_poker", "contestants": ["model a", "model b", "equilibrium"]},
            {**dilemma, "contestants": ["model a", "model b", "tit for tat"]},
        ],
        "contestants": [
            *models,
            {"agent": "equilibrium"},
            {"name": "tit for tat", "agent": "tit_for_tat"},
        ],
    }


def _reply(asked: Mapping[str, Any], _number: int) -> Reply:
    """Any legal answer, the same to the same question; sometimes none."""
    if "response_format" not in asked:
        return Reply("yes")
    rng = Random(json.dumps([asked["model"], asked["messages"]]))
    if rng.random() < 0.04:
        return Reply("I would rather not say.")
    parts = asked["response_format"]["json_schema"]["schema"]["properties"]
    answer = {
        key: rng.choice(part["enum"])
        if "enum" in part
        else rng.randint(part["minimum"], part["maximum"])
        for key, part in parts.items()
    }
    return Reply(json.dumps(answer))


def _pictures(browser: Browser, url: str, root: Path) -> None:
    IMAGES.mkdir(exist_ok=True)
    visitor = Visitor(browser, url)
    query = (
        "SELECT s.match FROM seats s JOIN seats o USING (match) JOIN matches m ON m.id = s.match"
        " WHERE s.contestant LIKE '% manipulative' AND o.contestant LIKE '% visible'"
        " AND m.game = 'prisoners_dilemma' AND m.ending = 'completed' ORDER BY s.match"
    )
    liar = "model a manipulative"
    match = data.table(root / "talk", query)["match"][0]
    for name, path, height in (
        ("runs", "/?run=talk", 980),
        ("overview", "/overview?run=talk", 1900),
        ("leaderboard", "/leaderboard?run=talk&game=kuhn_poker", 1750),
        (
            "behaviour",
            f"/behaviour?run=talk&game=kuhn_poker&contestant={liar}&contestants={liar}",
            1500,
        ),
        ("effects", "/effects?run=talk&game=prisoners_dilemma", 1400),
        ("humans", "/humans?run=controls&measure=offer", 1500),
        ("match", f"/matches?run=talk&match={match}&step=3", 1250),
        ("health", "/health?run=talk", 1250),
    ):
        visitor.open(path)
        visitor.picture(IMAGES / f"{name}.png", height)
    visitor.page.emulate_media(color_scheme="dark")
    _play(visitor)
    visitor.picture(IMAGES / "play.png", 1000)
    visitor.page.set_viewport_size({"width": 390, "height": 1000})
    visitor.open("/leaderboard?run=poker&game=kuhn_poker")
    visitor.picture(IMAGES / "phone.png", 1200)


def stand_in_lab(folder: Path) -> None:
    """A lab in which six people play each other, and two are asked."""

    async def whole() -> None:
        data = design(
            repetitions=8, lab={"payment": {"show_up": 2, "point": 0.1, "currency": "EUR"}}
        )
        async with lab(data, folder) as desk:
            await all_of(*(Guest(desk) for _ in range(6)))
            leave = (Guest(desk, lambda p: None if p.kind == "decision" else {}) for _ in range(2))
            await all_of(*leave)

    asyncio.run(whole())


def _lab(browser: Browser, url: str) -> None:
    """The researcher's page, and one of a participant on a phone."""
    visitor = Visitor(browser, url)
    visitor.open("/lab?run=study")
    visitor.picture(IMAGES / "lab.png", 1500)
    desk = ScriptedDesk()
    with site_beside(desk) as origin:
        page = browser.new_page(viewport={"width": 390, "height": 880})
        page.goto(origin)
        page.get_by_role("button").click()
        page.wait_for_selector('article[data-kind="consent"]')
        desk.only.go(next(n for n, each in enumerate(PAGES) if each.kind == "decision"))
        page.wait_for_selector('article[data-kind="decision"]')
        page.wait_for_timeout(500)
        page.screenshot(path=IMAGES / "participant.png")


def _play(visitor: Visitor) -> None:
    visitor.open("/play")
    visitor.choose("Emotion mode", "manipulative")
    visitor.page.get_by_text("I agree that my moves").click()
    visitor.settle()
    visitor.page.get_by_role("button", name="Take a seat").click()
    visitor.shown("Your decision")
    visitor.settle()


if __name__ == "__main__":
    main()
