"""A row of the table of targets, and how it is measured."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import ROOT

PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / ".bench"
"""Where peers live that do not go into the test environment; git ignores it."""

REPEATS = 5


@dataclass(frozen=True)
class Measured:
    """What was measured of one target.

    Args:
        work: what was measured.
        ours: our figure, with its unit.
        peer: the peer's figure, with its name and unit; empty without a peer.
        ratio: how many times better ours is; empty without a peer.
        target: of the ratio, or of our figure where there is no peer.
        verdict: ok, below target or above target.
        asides: further figures, with their names.
    """

    work: str
    ours: str
    peer: str
    ratio: str
    target: str
    verdict: str
    asides: tuple[str, ...] = ()

    def line(self) -> str:
        """All of it in one line."""
        ratio = self.ratio and f"ratio {self.ratio}"
        parts = filter(None, (self.ours, self.peer, ratio, f"target {self.target}", self.verdict))
        return "; ".join((f"{self.work}: {', '.join(parts)}", *self.asides))


@dataclass(frozen=True)
class Row:
    """One target.

    Args:
        work: what is measured.
        unit: of the figures; of "s" and "hands" less is better.
        target: how many times better than the peer's our figure is to be.
        peer: who is compared with.
        script: file in `peers` that prints the peer's figures as a JSON object, and its arguments.
        ours: measures our figure.
        figure: the key of the peer's figure in what the script prints.
        needs: what the peer's own environment holds; empty for the test environment.
        asides: further figures of ours, by name, that have no target.
    """

    work: str
    unit: str
    target: float
    peer: str
    script: str
    ours: Callable[[], float]
    figure: str = "figure"
    needs: tuple[str, ...] = ()
    asides: Mapping[str, Callable[[], float]] | None = None

    def measured(self) -> Measured:
        """Both measured, and how they compare."""
        theirs, ours = peer_figures(self.script, self.needs)[self.figure], self.ours()
        ratio = theirs / ours if self.unit in {"s", "hands"} else ours / theirs
        verdict = "ok" if ratio >= self.target else "below target"
        return Measured(
            self.work,
            f"{said(ours)} {self.unit}",
            f"{self.peer} {said(theirs)} {self.unit}",
            f"{ratio:.3g}",
            f"{self.target:g}",
            verdict,
            _said(self.asides),
        )


@dataclass(frozen=True)
class Bound:
    """A target that is a figure, not a comparison.

    Args:
        work: what is measured.
        unit: of the figure.
        most: what it may be at the most; at the least, if `least`.
        ours: measures it.
        asides: further figures by name, that have no target.
        least: whether more is better.
    """

    work: str
    unit: str
    most: float
    ours: Callable[[], float]
    asides: Mapping[str, Callable[[], float]] | None = None
    least: bool = False

    def measured(self) -> Measured:
        """Our figure, and how it compares."""
        figure = self.ours()
        missed = "below target" if self.least else "above target"
        verdict = "ok" if (figure >= self.most if self.least else figure <= self.most) else missed
        ours, target = f"{said(figure)} {self.unit}", f"{self.most:g}"
        return Measured(self.work, ours, "", "", target, verdict, _said(self.asides))


def _said(asides: Mapping[str, Callable[[], float]] | None) -> tuple[str, ...]:
    return tuple(f"{name} {said(run())}" for name, run in (asides or {}).items())


def said(figure: float) -> str:
    """A figure with three digits, or as a whole number with separators from 1,000 on."""
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"


def best(work: Callable[[], object]) -> float:
    """Seconds of one core that the work takes: the least of several times, since noise only adds.

    Everything here runs in one process and one thread; what other programs do meanwhile would count
    in wall time, and does not count in the time of the processor.
    """
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


@cache
def peer_figures(script: str, needs: tuple[str, ...] = ()) -> dict[str, float]:
    """What a peer's script prints; it runs once, on the same core as everything else.

    Args:
        script: file in `peers`, and its arguments.
        needs: what its own environment holds; empty for the test environment.
    """
    script, *arguments = script.split()
    python = interpreter(script, needs) if needs else Path(sys.executable)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *_inherited(needs)])}
    command = [str(python), "-W", "ignore", "-m", f"tests.benchmarks.peers.{script}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"peer {script} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def interpreter(name: str, needs: tuple[str, ...]) -> Path:
    """The interpreter of an environment that holds these packages; made when first asked for."""
    folder = ENVIRONMENTS / name
    python, stamp = folder / "bin" / "python", folder / "needs.json"
    if not stamp.is_file() or json.loads(stamp.read_text()) != list(needs):
        uv = Path(sys.executable).parent / "uv"
        install = [uv, "pip", "install", "-q", "--python", python, *needs]
        make = [uv, "venv", "-q", "--clear", "-p", sys.executable, folder]
        for command in (make, install):
            subprocess.run([str(part) for part in command], check=True)
        stamp.write_text(json.dumps(needs))
    return python


def one_core() -> None:
    """Keep this process and those it starts to one core, and libraries to one thread."""
    for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[key] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _inherited(needs: tuple[str, ...]) -> list[str]:
    """Folders of modules that the test environment was given; another one shall not see them."""
    given = os.environ.get("PYTHONPATH", "")
    return [] if needs else [part for part in given.split(os.pathsep) if part]
