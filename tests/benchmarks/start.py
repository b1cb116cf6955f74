"""Seconds from the command `arena run` to its first call, or to the end of one scripted match."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import ROOT
from tests.arena.designs import design, toml
from tests.benchmarks.core import REPEATS, Bound
from tests.loopback import Loopback, Reply, answering

_GAMES = [{"name": "prisoners_dilemma"}]
_SCRIPTS = [{"agent": "tit_for_tat"}, {"agent": "uniform"}]


def _seconds(*arguments: object) -> float:
    """Of a command of Python, by the clock."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "OPENAI_API_KEY": "sk-loopback"},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def _run(folder: Path, contestants: list[dict[str, str]]) -> float:
    """Seconds of `arena run` of one match."""
    written, out = folder / "start.toml", folder / str(time.monotonic_ns())
    written.write_text(toml(design(games=_GAMES, contestants=contestants)), "utf-8")
    return _seconds("-m", "arena", "run", written, "--out", out, "--limit", 1)


def _least(measure: Callable[[Path], float]) -> float:
    with TemporaryDirectory() as folder:
        return min(measure(Path(folder)) for _ in range(REPEATS))


def _first_call(folder: Path) -> float:
    """Seconds until a server on this machine has the first request of a model of LiteLLM."""
    came: list[float] = []

    def answer(asked: Mapping[str, Any], number: int) -> Reply:
        came.append(time.perf_counter())
        return answering(asked, number)

    with Loopback(answer) as server:
        model = {"agent": "llm", "model": "openai/m", "api_base": server.url}
        began = time.perf_counter()
        _run(folder, [model, _SCRIPTS[0]])
    return came[0] - began


@cache
def _import() -> float:
    return _least(lambda _: _seconds("-c", "import litellm"))


ROWS = (
    Bound(
        "arena run to the first call, beyond python -c 'import litellm'", "s", 1.0,
        lambda: _least(_first_call) - _import(),
        {"import litellm (s)": _import},
    ),
    Bound(
        "arena run of one match between scripts, to its end", "s", 1.5,
        lambda: _least(lambda folder: _run(folder, _SCRIPTS)),
    ),
)  # fmt: skip
