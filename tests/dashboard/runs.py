"""Runs of every kind that a page can meet."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from arena.record.import_map import Columns, ImportedGame, ImportMap
from arena.record.import_rows import read_rows
from arena.record.imported import imports, write_import
from arena.record.place import FILE
from tests.arena.designs import design, played
from tests.loopback import Chance, Loopback, Reply, Script, first_legal, run

P = ParamSpec("P")
T = TypeVar("T")

HOSTILE = (
    '<script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'> '
    "[a link](javascript:alert(1)) **bold** :red[red] $x^2$ \x1b[31mred\x1b[0m # heading"
)
SECRET = "sk-live-0123456789abcdefghij"  # noqa: S105 - no key of anybody
"""Looks like a key; also the value of a variable in the tests' environment."""

NAMED = "<b>bold</b> [a](javascript:alert(1)) *name*"
"""Of a contestant."""

LIMIT = 60_000
"""Calls a minute that the design allows."""

MODES = ("hidden", "visible", "manipulative")
EMOTIONS = ("anger", "happiness", "fear")


def replying() -> Script:
    """Some hostile replies, some failures, otherwise a legal answer with varying emotions."""
    chance = Chance(1)

    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        if "response_format" not in asked:  # whether it answers at all
            return Reply("yes")
        rng = chance(asked)
        if rng.random() < 1 / 7:
            return Reply(HOSTILE, reasoning=f"thinking {HOSTILE}")
        if rng.random() < 1 / 11:
            said = f"quota of key {SECRET} is used up"
            return Reply(said, status=429, headers={"retry-after": "0"})
        legal = first_legal(asked["response_format"]["json_schema"]["schema"])
        if "felt" in legal:
            legal["felt"] = rng.choice(EMOTIONS)
        if "shown" in legal:
            legal["shown"] = rng.choice(EMOTIONS[:2])
        return Reply(json.dumps(legal), reasoning=HOSTILE)

    return script


def refusing(_asked: Mapping[str, Any], _number: int) -> Reply:
    return Reply("I cannot take part.")


def models(url: str, **changes: Any) -> dict[str, Any]:
    """A model in three modes against a script."""
    model = {"agent": "llm", "model": "openai/test", "form": "json", "api_base": url}
    model["persona"] = HOSTILE
    moved = [{"name": mode, **model, "emotion": {"mode": mode}} for mode in MODES]
    kuhn = {"name": "kuhn_poker"}
    dilemma = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    script = {"name": NAMED, "agent": "uniform"}
    base: dict[str, Any] = {"games": [kuhn, dilemma], "contestants": [*moved, script]}
    base["limits"] = {"openai/test": {"requests_per_minute": LIMIT}}
    return design(**{"name": "moved", "repetitions": 2, **base, **changes})


def with_models(folder: Path) -> Path:
    """Full records of models that feel, show, fail and are hostile."""
    with Loopback(replying()) as provider:
        run(_played(models(provider.url), folder))
    return folder


def void_only(folder: Path) -> Path:
    """Every match is void."""
    game = {"name": "kuhn_poker", "contestants": ["hidden", "visible"]}
    with Loopback(refusing) as provider:
        run(_played(models(provider.url, games=[game], repetitions=1), folder))
    return folder


async def _played(data: dict[str, Any], folder: Path) -> None:
    import asyncio  # noqa: PLC0415 - the loop is LiteLLM's to tidy up

    await asyncio.to_thread(played, data, folder)


def single(folder: Path) -> Path:
    """One contestant, in a game that one player decides."""
    pie = {"name": "dictator", "params": {"endowment": 10}}
    game = {**pie, "contestants": ["fair"], "schedule": {"kind": "single"}}
    return played(design(games=[game], contestants=[{"agent": "fair"}], name="single"), folder)


def scripted(folder: Path) -> Path:
    """Scripts alone, complete."""
    return played(design(), folder)


def imported(folder: Path) -> Path:
    """People's decisions from a table."""
    columns = Columns(who="people", other="a model", match="{m}", action="{a}", payoff="{p}")
    game = ImportedGame(name="prisoners_dilemma", params={"rounds": 2})
    found = ImportMap(name="imported", source="A study", columns=columns, games=(game,))
    table = folder.with_suffix(".csv")
    moves = (("cooperate", 3), ("defect", 1), ("defect", 5), ("cooperate", 0))
    lines = [f"{n // 2},{action},{points}" for n, (action, points) in enumerate(moves * 3)]
    table.write_text("\n".join(["m,a,p", *lines]))
    write_import(found, imports(read_rows(table, found), found), folder)
    table.unlink()
    return folder


def crowd(folder: Path) -> Path:
    """Groups of twenty, some of whom show emotions."""
    goods = {"name": "public_goods", "params": {"players": 20, "rounds": 2, "shown": "names"}}
    schedule = {"kind": "groups", "mixes": "one"}
    mixed = [{"agent": "display_probe"}, {"agent": "human_mix"}]
    return played(design(games=[goods], contestants=mixed, schedule=schedule), folder)


def talking(folder: Path) -> Path:
    """Scripts that write hostile messages to each other."""
    talk = {"name": "prisoners_dilemma", "params": {"talk": {"length": 200}}}
    mean = {"name": "mean", "agent": "cooperator", "says": HOSTILE, "states": "cooperate"}
    other = {"name": "other", "agent": "defector", "says": "Hello."}
    return played(design(games=[talk], contestants=[mean, other], repetitions=1), folder)


def outcomes(folder: Path) -> Path:
    """Payoffs alone."""
    return played(design(record="outcomes"), folder)


def empty(folder: Path) -> Path:
    """A design, and nothing played."""
    played(design(), folder, limit=1)
    with sqlite3.connect(folder / FILE) as db:
        for table in ("matches", "seats", "decisions"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    db.close()
    return folder


def half_written(folder: Path) -> Path:
    """Cut off before the first table was made."""
    folder.mkdir()
    sqlite3.connect(folder / FILE).close()
    (folder / FILE).touch()
    return folder


def corrupt(folder: Path) -> Path:
    """No database at all."""
    folder.mkdir()
    (folder / FILE).write_bytes(b"not a database " * 500)
    return folder


def damaged(folder: Path, whole: Path) -> Path:
    """A database whose middle is overwritten."""
    shutil.copytree(whole, folder)
    path = folder / FILE
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    return folder


def as_nobody(call: Callable[P, T]) -> Callable[P, T]:
    """The same, by a user who may read nothing that is closed, where the tests run as root."""

    def called(*args: P.args, **named: P.kwargs) -> T:
        if os.geteuid():
            return call(*args, **named)
        os.seteuid(65534)
        try:
            return call(*args, **named)
        finally:
            os.seteuid(0)

    return called
