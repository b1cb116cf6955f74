"""A harness that ends runs: what the provider sent, what is on record, what an undisturbed run has.

Every completion that a provider sends is paid for. So the requests at the loopback provider are
compared with the record, question by question, and the exported rows with those of an undisturbed
run of the same design.
"""

import json
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from arena.core.signals import exit_status
from arena.core.types import canonical, seed_of
from arena.engine.replay import replay
from arena.engine.verify import problems
from arena.record.filing import text_hash
from arena.record.place import FILE
from arena.record.run import Run
from arena.report.export import export
from tests.arena.designs import design, toml
from tests.arena.forks import PATIENCE, Forks, Program
from tests.loopback import Loopback, Reply

COMMAND = ("run", "t.toml", "--out", "run", "--no-preflight", "--quiet")

CONCURRENCY = 4
"""Calls in flight at the same time, for each of two models."""
FLIGHT = 2 * CONCURRENCY
"""Calls in flight at the most."""

_TIMES = {"closed", "filed", "seconds"}
"""Columns that no two runs share."""

Question = tuple[str, str]
"""Which model, and the messages, texts as hashes."""
Rows = Mapping[str, list[dict[str, Any]]]
"""Tables as they are exported, but for the times."""


def models(url: str, repetitions: int = 10, **changes: Any) -> dict[str, Any]:
    """A design of two models that is 40 calls a repetition, each of another question."""
    common = {"agent": "llm", "form": "json", "api_base": url, "backoff": 0.001}
    players = [{"name": f"m{n}", "model": f"openai/m{n}", **common} for n in range(2)]
    game = {"name": "prisoners_dilemma", "params": {"rounds": 10}}
    return design(games=[game], contestants=players, repetitions=repetitions, **changes)


def varied(asked: Mapping[str, Any], _number: int) -> Reply:
    """Soon, an option that depends on the question, so that no two matches are alike."""
    fields = asked["response_format"]["json_schema"]["schema"]["properties"]
    drawn = seed_of(asked["model"], asked["messages"])
    chosen = {key: part["enum"][drawn % len(part["enum"])] for key, part in fields.items()}
    return Reply(json.dumps(chosen), delay=0.01)


def questions(folder: Path) -> Counter[Question]:
    """How often each question is on record."""
    try:
        with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as db:
            return Counter(db.execute("SELECT model, messages FROM attempts").fetchall())
    except sqlite3.OperationalError:  # there is no record yet
        return Counter()


def question(body: Mapping[str, Any], provider: object = "openai") -> Question:
    """What a request to a provider asks, as `questions` has it."""
    said = [[m["role"], text_hash(m["content"])] for m in body["messages"]]
    return f"{provider}/{body['model']}", canonical(said)


def attempts(folder: Path) -> int:
    """Number of attempts on record."""
    return questions(folder).total()


def asked_again(server: Loopback, folder: Path) -> int:
    """Requests beyond those on record; each question is put once in this design."""
    return len(server.requests) - attempts(folder)


def asked(server: Loopback, wanted: int, patience: float = PATIENCE) -> None:
    """Wait until the server has been asked so often."""
    until = time.monotonic() + patience
    while len(server.requests) < wanted:
        assert time.monotonic() < until, "the run does not get on"
        time.sleep(0.01)


def some_attempts(folder: Path, rng: Random, end: int, program: Program) -> None:
    """Wait for so many: a wait for so long would be over before the first one on a slow machine."""
    wanted, until = min(attempts(folder) + rng.randrange(16), end), time.monotonic() + PATIENCE
    while attempts(folder) < wanted:
        assert time.monotonic() < until, f"the run does not get on: {program.said}"
        time.sleep(rng.uniform(0.005, 0.02))


def quiet(server: Loopback) -> int:
    """Requests so far, once no more arrive."""
    seen = -1
    while seen != (seen := len(server.requests)):
        time.sleep(0.1)
    return seen


def rows(folder: Path) -> Rows:
    """The tables of a run."""
    found = {}
    with closing(Run(folder)) as run:
        for path in export(run, folder / "tables", "jsonl"):
            lines = map(json.loads, path.read_text().splitlines())
            kept = [{k: v for k, v in row.items() if k not in _TIMES} for row in lines]
            found[path.stem] = sorted(kept, key=canonical)
    return found


def undisturbed(forks: Forks, folder: Path, repetitions: int) -> Rows:
    """The rows of a run that nobody ended."""
    folder.mkdir()
    with Loopback(varied) as server:
        (folder / "t.toml").write_text(toml(models(server.url, repetitions)))
        done = forks.run(folder, *COMMAND)
        assert done.status == 0, done.said
    return rows(folder / "run")


@dataclass
class Toll:
    """What it cost to end a run so many times.

    Args:
        server: whom the run asked.
        folder: of the run.
        flight: calls that were in flight when it was killed, and so are not on record, by then.
    """

    server: Loopback
    folder: Path
    flight: list[int] = field(default_factory=list)

    def ended(self, end: signal.Signals) -> None:
        """Count what is sent and not on record; a signal that can be heard leaves nothing."""
        missing = quiet(self.server) - attempts(self.folder)
        before = self.flight[-1] if self.flight else 0
        assert before <= missing <= before + (FLIGHT if end == signal.SIGKILL else 0)
        self.flight.append(missing)

    def settle(self, whole: Rows) -> str:
        """See that nothing was lost, doubled or paid twice but for what was in flight.

        Args:
            whole: the rows of an undisturbed run.

        Returns:
            The figures, in one line.
        """
        quiet(self.server)
        sent, kept = Counter(map(question, self.server.bodies)), questions(self.folder)
        twice, flight = (sent - kept).total(), self.flight[-1]
        assert not kept - sent, "what nobody was asked is on record"
        assert twice == flight, "paid twice: more than what was in flight when the run was killed"
        assert rows(self.folder) == whole
        check(self.folder, len({row["match"] for row in whole["matches"]}))
        return (
            f"{len(self.flight)} times, {sent.total()} completions sent, {kept.total()} on record, "
            f"0 lost, 0 doubled, {twice} paid twice of {flight} in flight when killed"
        )


def check(folder: Path, matches: int) -> None:
    """All matches are over, and the record is sound."""
    found = Run(folder)
    assert found.counts == {"completed": matches}
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    found.close()


def end_often(
    forks: Forks,
    folder: Path,
    end: signal.Signals,
    times: int,
    *options: str,
    repetitions: int = 10,
    settled: Callable[[], object] = lambda: None,
) -> Toll:
    """End a run so many times with a signal, then let it end by itself.

    Args:
        forks: starts the program.
        folder: where the run is to be.
        end: the signal.
        times: how often.
        options: of the command.
        repetitions: of the design.
        settled: waits, after each end, until nothing of the program is left.
    """
    rng, calls = Random(f"{end.name} {times}"), 40 * repetitions
    statuses = {0, -end, exit_status(end)}
    with Loopback(varied) as server:
        data = models(server.url, repetitions, concurrency=CONCURRENCY)
        (folder / "t.toml").write_text(toml(data))
        toll = Toll(server, folder / "run")
        for _ in range(times):
            program = forks.start(folder, *COMMAND, *options)
            some_attempts(folder / "run", rng, calls, program)
            program.send(end)
            done = program.wait()
            assert done.status in statuses, done.said
            assert "Traceback" not in done.said
            settled()
            toll.ended(end)
        done = forks.run(folder, *COMMAND, *options)
        assert done.status == 0, done.said
    return toll
