"""Walks through all pages: with axe-core, with the keyboard alone, and on a phone."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from arena.design.tournament import Tournament, shipped
from arena.engine.runner import run
from arena.forking.playing import FOLDER
from arena.record.lock import being_played
from arena.record.place import FILE
from arena.record.run import Run
from dashboard.control import forking
from tests.arena.designs import Silent, design, played
from tests.dashboard import runs
from tests.dashboard.browser import Visitor, browsing, needed
from tests.dashboard.screenshots import stand_in_lab
from tests.dashboard.serving import PATIENCE, serving
from tests.dashboard.walks import TOO_WIDE, faults, misprints, out_of_reach

pytestmark = [needed, pytest.mark.soak, pytest.mark.filterwarnings("ignore:.*unclosed.*")]

LOOKS = tuple((width, scheme) for width in (1400, 1280, 390) for scheme in ("light", "dark"))


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    """The folder of runs, with some for the pages that need more than the others."""
    for name in ("controls", "poker"):
        run(Tournament.read(shipped()[name]), root / name, Silent())
    vignettes = {"name": "moral_judgement", "params": {"orders": "one"}}
    played(design(games=[vignettes], contestants=[{"agent": "uniform"}]), root / "judged")
    runs.crowd(root / "crowd")
    stand_in_lab(root / "study")
    _fork(root / "forked")
    return root


def _fork(folder: Path) -> None:
    """A run with one match, forked at a display."""
    probe = {"agent": "display_probe", "emotions": ["anger", "happiness"]}
    rounds = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    pair = [probe, {"agent": "tit_for_tat"}]
    played(design(games=[rounds], contestants=pair, repetitions=1), folder)
    match = longest(folder)
    with closing(Run(folder)) as opened:
        made = opened.match(match)
    at = made.match.seats.index("display_probe")
    affect = made.decisions[at].decision.affect
    assert affect is not None
    other = "anger" if affect.shown == "happiness" else "happiness"
    forking.start(folder, match, at, f"shown={other}", 3, 0.0)
    forks, until = folder / FOLDER, time.monotonic() + PATIENCE
    while not (forks / FILE).exists() or being_played(forks):
        assert time.monotonic() < until, (forks / "log.txt").read_text()
        time.sleep(0.1)


def longest(folder: Path) -> str:
    """Id of the match with the most decisions."""
    with closing(Run(folder)) as opened:
        query = "SELECT match FROM decisions GROUP BY 1 ORDER BY count(*) DESC"
        return str(opened.rows(query).fetchone()[0])


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(folder, tmp_path_factory.mktemp("walks") / "log.txt") as url:
        yield url


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:  # loops of runs end before its own begins
    assert address
    with browsing() as opened:
        yield opened


def _composes(visitor: Visitor) -> None:
    visitor.page.get_by_text("Put a tournament together here").click()


def _plans(visitor: Visitor) -> None:
    visitor.choose("Tournament that ships", "council")
    visitor.page.get_by_role("button", name="Show the plan").click()


def _sits(visitor: Visitor) -> None:
    visitor.page.get_by_text("I agree that my moves").click()
    visitor.settle()
    visitor.page.get_by_role("button", name="Take a seat").click()
    visitor.shown("Your decision")


def _opens(visitor: Visitor) -> None:
    """Open all that is folded."""
    for closed in visitor.page.get_by_test_id("stExpander").locator("summary").all():
        closed.click()


PLACES: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "runs": ("/?run=moved", _opens),
    "composer": ("/?run=moved", _composes),
    "start form": ("/?run=moved", _plans),
    "overview": ("/overview?run=moved", _opens),
    "leaderboard": ("/leaderboard?run=moved", _opens),
    "two runs": ("/leaderboard?run=scripted&beside=outcomes", _opens),
    "contestants": ("/contestants?run=moved", _opens),
    "matches": ("/matches?run=moved", _opens),
    "a match of models": ("/matches?run=moved&match={moved}", _opens),
    "a match of poker": ("/matches?run=poker&match={poker}&step=2", _opens),
    "a match of twenty": ("/matches?run=crowd&match={crowd}", lambda _: None),
    "behaviour": ("/behaviour?run=moved&game=prisoners_dilemma", _opens),
    "policies": ("/behaviour?run=poker&game=kuhn_poker", _opens),
    "effects": ("/effects?run=moved", _opens),
    "what if": ("/forks?run=forked", _opens),
    "humans": ("/humans?run=controls&measure=offer", _opens),
    "health": ("/health?run=moved", _opens),
    "lab": ("/lab?run=study", _opens),
    "moral judgements": ("/moral?run=judged", _opens),
    "play": ("/play", lambda _: None),
    "a question": ("/play", _sits),
    "talk": ("/leaderboard?run=poker&game=kuhn_poker&talk=wins+kuhn_poker", lambda _: None),
}
"""Address of each place, with ids of matches by run, and what is done there first."""


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    someone = Visitor(browser, address)
    yield someone
    someone.page.close()


def _at(visitor: Visitor, folder: Path, place: str) -> None:
    path, deed = PLACES[place]
    known = {name: longest(folder / name) for name in ("moved", "poker", "crowd")}
    visitor.open(path.format(**known))
    deed(visitor)
    visitor.settle()


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_seriously_wrong_in_any_size_or_colours(
    visitor: Visitor, folder: Path, place: str
) -> None:
    _at(visitor, folder, place)
    for width, scheme in LOOKS:
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
        visitor.page.set_viewport_size({"width": width, "height": 1400})
        assert [*misprints(visitor)] == [], (width, scheme)
        assert visitor.page.evaluate(TOO_WIDE) == [], (width, scheme)
        assert faults(visitor) == [], (width, scheme)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_walked_with_the_keyboard_alone(
    visitor: Visitor, folder: Path, place: str
) -> None:
    _at(visitor, folder, place)
    assert out_of_reach(visitor) == []
