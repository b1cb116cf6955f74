"""Reading faces in Chromium: the first reading, each picture, pictures per decision, long tasks.

The server is `arena lab`, the camera a film, the expression model that which `make faces` lays out,
in the page's worker. There is no GPU here: software draws what a graphics card would compute.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from arena.record.readings import FEWEST
from tests.benchmarks.core import Bound
from tests.dashboard.browser import browsing
from tests.dashboard.lab.film import READY, Film
from tests.dashboard.lab.test_faces import LONG_TASKS, Watched, lab, read

_PICTURES = 20
_TAKES = 8000.0
"""Milliseconds that a participant takes for the decision."""
_DURATIONS = "() => performance.getEntriesByName('face').map((e) => e.duration)"
_OTHER = """agent = "human"
consent = "I agree."
emotion = { mode = "visible" }"""


@dataclass(frozen=True)
class Figures:
    """What a decision with a camera came to.

    Args:
        first: milliseconds of the first reading, which the face at rest awaits.
        each: of the later ones.
        longest: milliseconds of the longest task of the page's own thread; 0 below 50.
        frames: pictures with a face in a decision of `_TAKES`.
    """

    first: float
    each: tuple[float, ...]
    longest: float
    frames: int


@cache
def figures() -> Figures:
    """Two participants, one with a camera."""
    if not READY:
        raise SystemExit("faces: make faces lays out what is measured, and Chromium must be there")
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # browsers have processes of their own
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = Film(folder / "film.y4m", "face")
        with lab(folder, _OTHER) as process, browsing(*film.flags) as browser:
            person = Watched(browser, process.origin)
            other = Watched(browser, process.origin, camera=False)
            other.begin_with_camera("No")
            person.begin_with_camera()
            page = person.at("decision").page
            page.evaluate(LONG_TASKS)
            page.wait_for_timeout(_TAKES)
            person.answer("happiness")
            other.answer("anger")
            other.at("decision")
            person.at("decision")
            wanted = f"() => performance.getEntriesByName('face').length > {_PICTURES}"
            page.wait_for_function(wanted)
            durations = page.evaluate(_DURATIONS)
            longest = max(page.evaluate("() => long"), default=0.0)
        frames = max(each.measured.frames for each in read(folder))
    return Figures(durations[0], tuple(durations[1:]), longest, frames)


def _each(share: float) -> Callable[[], float]:
    return lambda: float(np.quantile(figures().each, share))


ROWS = [
    Bound("a picture read in a browser", "ms", 500, _each(0.5), {"95 % (ms)": _each(0.95)}),
    Bound("the first reading, once a session", "ms", 8000, lambda: figures().first),
    Bound(
        "the longest task of the page meanwhile",
        "ms",
        200,
        lambda: figures().longest,
        {
            f"pictures with a face in {_TAKES / 1000:g} s (at least {FEWEST} are needed)": lambda: (
                figures().frames
            )
        },
    ),
]
