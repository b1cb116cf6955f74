"""Two hundred participants over WebSockets, whose server is killed again and again."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from arena.design.tournament import Tournament
from dashboard.lab.client import Shown, Visitor
from dashboard.lab.links import Links
from dashboard.lab.robots import Known, Robot, known_answers
from tests.arena.lab.test_kill import kept_is_what_was_given
from tests.arena.lab.visitors import checked
from tests.dashboard.lab.sites import LabProcess

PEOPLE, KILLS, ROUNDS = 200, 25, 10
ANSWERS = PEOPLE * (ROUNDS + 6)
"""The answers of a session: consent, rules, a question on them, decisions, result, trust, age."""

DESIGN = f"""
name = "killed"
seed = 1
repetitions = {PEOPLE // 2}
[[games]]
name = "prisoners_dilemma"
params = {{ rounds = {ROUNDS} }}
contestants = ["people"]
schedule = {{ kind = "round_robin", self_play = true }}
[[contestants]]
name = "people"
agent = "human"
consent = "I agree."
emotion = {{ mode = "manipulative" }}
[lab]
consent = "You are asked to decide."
wait_seconds = 600
reconnect_seconds = 600
decision_seconds = 600
check = {{ questions = 1 }}
[[lab.questions]]
key = "trust"
kind = "scale"
label = "Trust?"
when = "match"
[[lab.questions]]
key = "age"
kind = "number"
label = "Age?"
low = 18
high = 99
"""


class Keeping(Visitor):
    """Remembers what was given."""

    def __init__(self, link: str) -> None:
        super().__init__(link)
        self.given: dict[str, dict[str, Any]] = {}

    async def join(self) -> None:
        if not self._seat:
            await super().join()

    async def answer(self, page: str, values: Mapping[str, Any]) -> Mapping[str, str]:
        self.given[page] = dict(values)
        return await super().answer(page, values)


class Witness(Robot):
    """Takes part by a connection that remembers."""

    def __init__(self, link: str, number: int, known: Known) -> None:
        super().__init__(link, number, known, pace=0.5, note=self.look)
        self.visitor: Keeping = Keeping(link)
        self.again: list[str] = []

    def look(self, page: Shown, sent: float | None) -> None:
        """Note a page that asks once more for what was acknowledged."""
        if sent is None and page.can_send and page.id in self.visitor.acknowledged:
            self.again.append(page.id)


async def session(lab: LabProcess, robots: list[Witness], instants: list[int]) -> None:
    """All to the end; after so many answers were given the server is killed and started again."""
    await asyncio.gather(*(each.visitor.join() for each in robots))
    tasks = [asyncio.create_task(each.run()) for each in robots]
    for instant in instants:
        while sum(len(each.visitor.given) for each in robots) < instant:
            for task in tasks:
                if task.done():
                    task.result()
            assert not all(task.done() for task in tasks), "all ended before the next kill"
            await asyncio.sleep(0.01)
        await asyncio.to_thread(lab.end, signal.SIGKILL)
        await asyncio.to_thread(lab.start)
    await asyncio.gather(*tasks)


@pytest.mark.soak
def test_a_server_can_be_killed_at_any_instant(tmp_path: Path) -> None:
    file = tmp_path / "killed.toml"
    file.write_text(DESIGN, encoding="utf-8")
    known = known_answers(Tournament.read(file))
    instants = sorted(Random(1).sample(range(1, ANSWERS), KILLS))
    with LabProcess(file, tmp_path / "run") as lab:
        links = Links.read(tmp_path / "run")
        paths = {links.token("robot", n): links.path("robot", n) for n in range(1, PEOPLE + 1)}
        robots = {
            token: Witness(f"{lab.origin}{path}", n, known)
            for n, (token, path) in enumerate(paths.items())
        }
        asyncio.run(session(lab, [*robots.values()], instants))
        assert lab.end() == 130
    assert all(each.ended for each in robots.values())
    assert [page for each in robots.values() for page in each.again] == []
    with closing(checked(tmp_path / "run")) as run:
        people = dict(run.rows("SELECT link, participant FROM tokens"))
        given = {
            (people[token], page): values
            for token, each in robots.items()
            for page, values in each.visitor.given.items()
            if page in each.visitor.acknowledged
        }
        for each in robots.values():
            assert len({*each.visitor.acknowledged}) == len(each.visitor.acknowledged)
        assert len(given) > ANSWERS / 2
        # A robot's connection ends with its last page, before the receipt.
        kinds = {"consent", "rules", "quiz", "decision", "result", "match"}
        assert kinds <= {page.partition("/")[0] for _, page in given}
        kept_is_what_was_given(run, given)
        ended = run.rows("SELECT ending, count(*) FROM matches GROUP BY 1").fetchall()
        assert ended == [("completed", PEOPLE // 2)]
        assert len(people) == PEOPLE
