"""Makes the small run of the present schema: python -m tests.arena.small_run.

A model that shows what it feels plays a scripted agent. One reply cannot be used and is asked for
again; a later one cannot be used twice, which voids its match.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from arena.design.tournament import Tournament
from arena.engine.runner import run
from arena.record.sql import SCHEMA
from arena.record.store import FILE
from tests.arena.designs import Silent
from tests.loopback import Loopback, Reply, answering

RUNS = Path(__file__).parent / "runs"
_UNUSABLE = {3, 5, 6}
"""Numbers of replies that cannot be used."""


def _reply(asked: Mapping[str, Any], number: int) -> Reply:
    return Reply("I cannot decide.") if number in _UNUSABLE else answering(asked, number)


def _design(url: str) -> dict[str, Any]:
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url, "reasks": 1}
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
    with TemporaryDirectory() as folder, Loopback(_reply) as server:
        run(Tournament(_design(server.url)), Path(folder), Silent())
        compact(Path(folder) / FILE, RUNS / f"schema_{SCHEMA}.sqlite")
