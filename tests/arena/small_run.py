"""Makes the small run of the present schema: python -m tests.arena.small_run.

A model that shows what it feels plays a scripted agent; its options are weighed. One report cannot
be used and is asked for again; a later one cannot be used twice, which voids its match.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from math import log
from pathlib import Path
from string import ascii_letters, digits
from tempfile import TemporaryDirectory
from typing import Any

from arena.design.tournament import Tournament
from arena.engine.runner import run
from arena.record.place import FILE
from arena.record.sql import SCHEMA
from tests.arena.designs import Silent
from tests.loopback import Loopback, Reply, answering

RUNS = Path(__file__).parent / "runs"
_UNUSABLE = {3, 5, 6}
"""Numbers of reports that cannot be used."""
_EVEN = [{"token": each, "logprob": log(1 / 64)} for each in (*ascii_letters, *digits, "}", "-")]
"""Any character may come next."""


class _Model:
    """Reports what comes first, and has no preference among options."""

    def __init__(self) -> None:
        self._reports = 0

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
        if asked["messages"][-1]["role"] == "assistant":
            token = {**_EVEN[0], "top_logprobs": _EVEN}
            return Reply("a", "length", choice={"logprobs": {"content": [token]}})
        self._reports += 1
        usable = self._reports - 1 not in _UNUSABLE
        return answering(asked, number) if usable else Reply("I cannot decide.")


def _design(url: str) -> dict[str, Any]:
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url, "reasks": 1}
    model["decide_by"] = "probabilities"
    return {
        "name": "small",
        "seed": 7,
        "repetitions": 2,
        "concurrency": 1,
        "games": [{"name": "kuhn_poker"}, {"name": "ultimatum", "params": {"endowment": 10}}],
        "contestants": [
            {"name": "model", **model, "emotion": {"mode": "visible"}},
            {"agent": "uniform"},
        ],
        "prices": {"openai/m": {"prompt": 1.0, "completion": 2.0}},
    }


def compact(source: Path, to: Path) -> None:
    """Copy a run's file in small pages."""
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as db:
        db.execute("PRAGMA page_size = 512")
        db.execute("VACUUM INTO ?", (str(to),))


if __name__ == "__main__":
    os.environ["OPENAI_API_KEY"] = "sk-loopback"
    with TemporaryDirectory() as folder, Loopback(_Model()) as server:
        run(Tournament(_design(server.url)), Path(folder), Silent())
        compact(Path(folder) / FILE, RUNS / f"schema_{SCHEMA}.sqlite")
