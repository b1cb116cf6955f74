"""A lab that is killed and opened again: nothing acknowledged is lost, nobody is asked twice."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests import ROOT
from tests.arena.lab.crowd import PEOPLE, Log
from tests.arena.lab.visitors import checked


def killed(folder: Path, instants: list[int]) -> None:
    command = [sys.executable, "-m", "tests.arena.lab.crowd", str(folder), *map(str, instants)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    log = Log(folder)
    acknowledged = Counter((token, page) for token, page in log.of("ack"))
    assert max(acknowledged.values()) == 1
    assert [line for line in log.of("wrong") if line[2] != {}] == []
    tokens = [token for (token,) in log.of("token")]
    assert {token for token, _ in log.of("end")} == {*tokens}
    assert len(tokens) == PEOPLE
    run = checked(folder / "run")
    try:
        made = {tuple(map(str, row)) for row in run.rows("SELECT match, seat, turn FROM attempts")}
        asked = [page.split("/")[1:] for _, page in acknowledged if page.startswith("decision/")]
        assert {tuple(page) for page in asked} <= made
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


def _pages(log: Log) -> list[list[str]]:
    return [line for line in log.lines() if line[0] in {"ask", "ack"}]


def test_a_lab_that_is_killed_goes_on(tmp_path: Path) -> None:
    killed(tmp_path, [15, 120, 260])


@pytest.mark.soak
def test_a_lab_can_be_killed_at_any_instant(tmp_path: Path) -> None:
    rng = Random(1)
    killed(tmp_path, sorted(rng.sample(range(1, 280), 25)))
