import io
import json
from typing import Any

from agents.core.models.model import Completion, Failure
from agents.core.types import Attempt
from arena.engine.progress import watcher
from prompts import Verdict
from tests.arena.designs import design, transcripts

DONE = Completion("{}", "stop", {}, 0.25, "m", 0.1)
ATTEMPTS = [
    Attempt((), DONE, Verdict.LEGAL),
    Attempt((), DONE, Verdict.ILLEGAL),
    Attempt((), None, Verdict.PROVIDER_ERROR, Failure("busy", 429)),
    Attempt((), None, Verdict.PROVIDER_ERROR, Failure("gone", None, None, 0.5)),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(stream: io.StringIO, *, paid: tuple[float, ...] = (), **how: Any) -> str:
    found = transcripts(design())
    with watcher(stream, **how) as watch:
        watch.begin(len(found) + 4, 4)
        for cost in paid:
            watch.paid(cost)
        for attempt in ATTEMPTS:
            watch.attempted(attempt, "m")
        watch.noted("paused", "m: down")
        for transcript in found:
            watch.finished(transcript)
    return stream.getvalue()


def test_plain_lines_say_where_a_run_stands_and_then_every_tenth() -> None:
    lines = watched(io.StringIO()).splitlines()
    assert lines[0] == "40 matches, 4 on record"
    assert lines[1] == "paused: m: down"
    assert lines[-2].startswith("40/40 matches, 2 replies, 0 void")
    assert "$1.0000 of $1.0000 projected" in lines[-2]
    assert lines[-1] == "  m: 2 replies, $1.0000, illegal 1, busy 429 1, transport 1"
    assert len(lines) == 2 + 2 * 9


def test_cost_begins_with_what_was_spent_before() -> None:
    lines = watched(io.StringIO(), paid=(2.0, 0.5)).splitlines()
    assert "$3.5000 of $3.5000 projected" in lines[-2]
    assert "$3.5000 of $4.7500 projected" in next(line for line in lines if "20/40" in line)


def test_a_terminal_gets_a_bar() -> None:
    drawn = watched(Terminal())
    assert "40/40" in drawn
    assert "2 replies, 0 void" in drawn
    assert "429 1" in drawn
    assert "paused: m: down" in drawn


def test_quiet_says_only_what_has_to_be_known() -> None:
    assert watched(io.StringIO(), quiet=True) == "paused: m: down\n"


def test_machines_get_one_json_object_a_line() -> None:
    events = io.StringIO()
    assert watched(io.StringIO(), events=events) == ""
    told = [json.loads(line) for line in events.getvalue().splitlines()]
    assert told[0] == {"event": "begin", "planned": 40, "closed": 4}
    assert [(t["verdict"], t["status"], t["cost"]) for t in told[1:5]] == [
        ("legal", None, 0.25), ("illegal", None, 0.25), ("provider_error", 429, None),
        ("provider_error", None, 0.5),
    ]  # fmt: skip
    assert told[5] == {"event": "note", "kind": "paused", "about": "m: down"}
    assert [t["closed"] for t in told[6:]] == list(range(5, 41))
    (half,) = (t for t in told[6:] if t["closed"] == 4 + 18)
    assert (half["cost"], half["cost_projected"]) == (1.0, 2.0)
