"""A lab that is killed and opened again: nothing acknowledged is lost, nobody is asked twice."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from arena.lab.record import text_hash
from arena.record.participants import Participant, answers, participants
from arena.record.run import Run
from tests import ROOT
from tests.arena.lab.crowd import PEOPLE, Log
from tests.arena.lab.visitors import checked

_DECIDED = """
SELECT d.match, d.seat, d.turn, s.participant, d.action, d.felt, d.intensity, d.shown,
    d.shown_intensity FROM decisions d
JOIN seatings s ON s.match = d.match AND s.seat = d.seat AND s.turn = -1
"""

_REPORTED = ("felt", "intensity", "shown", "shown_intensity")
EVERY_PAGE = {"consent", "rules", "quiz", "decision", "result", "match", "end"}
"""The kinds of pages that are answered."""


def killed(folder: Path, instants: list[int]) -> None:
    command = [sys.executable, "-m", "tests.arena.lab.crowd", str(folder), *map(str, instants)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    log = Log(folder)
    values = {(token, page): given for token, page, given in log.of("ack")}
    kinds = {page.partition("/")[0] for _, page in values}
    assert kinds == EVERY_PAGE
    shown = [
        {"felt", "shown"} <= given.keys() for _, page, given in log.of("ack") if "decision/" in page
    ]
    assert any(shown)
    acknowledged = Counter((token, page) for token, page, _ in log.of("ack"))
    assert max(acknowledged.values()) == 1
    assert [line for line in log.of("wrong") if line[2] != {}] == []
    tokens = [token for (token,) in log.of("token")]
    assert {token for token, _ in log.of("end")} == {*tokens}
    assert len(tokens) == PEOPLE
    run = checked(folder / "run")
    try:
        people = dict(run.rows("SELECT token, participant FROM tokens"))
        kept_is_what_was_given(run, {(people[each], page): v for (each, page), v in values.items()})
        open_ = "SELECT count(*) FROM seatings WHERE match NOT IN (SELECT id FROM matches)"
        assert next(run.rows(open_))[0] == 0
        assert run.counts["completed"] >= PEOPLE
        held = "SELECT max(n) FROM (SELECT count(*) AS n FROM seatings GROUP BY match, seat)"
        assert next(run.rows(held))[0] == 1
    finally:
        run.close()
    order = [(kind, token, page) for kind, token, page, *_ in _pages(log)]
    for at, (kind, token, page) in enumerate(order):
        assert kind == "ask" or ("ask", token, page) not in order[at:], (token, page)


def kept_is_what_was_given(run: Run, given: Mapping[tuple[str, str], dict[str, Any]]) -> None:
    """Every acknowledged value is on record.

    Args:
        run: the record.
        given: values by participant and page.
    """
    made = {
        f"decision/{match}/{seat}/{turn}": (person, _decided(action, report))
        for match, seat, turn, person, action, *report in run.rows(_DECIDED)
    }
    answered = {
        (person, each.page, each.number): each.given
        for person in {person for person, _ in given}
        for each in answers(run, person)
    }
    agreed = {each.id: _consented(each) for each in participants(run)}
    (game,) = run.tournament.games
    lab = run.tournament.lab
    assert lab is not None
    for (person, page), values in given.items():
        kind, *about = page.split("/")
        if kind == "decision":
            assert made[page] == (person, dict(values))
        elif kind == "consent":
            language = lab.languages[0]
            agreement = {"language": language, "consent": text_hash(lab.text("consent", language))}
            assert values == {"consent": "yes"}
            assert agreed[person] == [agreement]
        elif kind == "quiz":
            assert answered[person, f"quiz/{game}", int(about[-1])] == values
        elif kind == "rules":
            assert answered[person, f"rules/{game}", 0] == values
        else:
            filled = {key: value for key, value in values.items() if value not in ("", None)}
            assert answered[person, page, 0] == filled


def _decided(action: str | None, report: Sequence[Any]) -> dict[str, Any]:
    """A decision on record as it was given on its page: what was not asked is missing."""
    given = dict(zip(_REPORTED, report, strict=True))
    given["action"] = None if action is None else json.loads(action)
    return {key: value for key, value in given.items() if value is not None}


def _consented(person: Participant) -> list[dict[str, str]]:
    """Language and text of each consent of a participant; it is given once."""
    steps = [step.about for step in person.steps if step.stage == "consented"]
    return [{key: about[key] for key in ("language", "consent")} for about in steps]


def _pages(log: Log) -> list[list[str]]:
    return [line for line in log.lines() if line[0] in {"ask", "ack"}]


def test_a_lab_that_is_killed_goes_on(tmp_path: Path) -> None:
    killed(tmp_path, [15, 120, 260])


@pytest.mark.soak
def test_a_lab_can_be_killed_at_any_instant(tmp_path: Path) -> None:
    rng = Random(1)
    killed(tmp_path, sorted(rng.sample(range(1, 280), 25)))
