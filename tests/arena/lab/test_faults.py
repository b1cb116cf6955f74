"""A model opposite that fails, is limited, is slow, or may not be called any more."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from arena.engine.options import RunOptions
from arena.lab.pages import Page
from tests.arena.lab.visitors import PEOPLE, Visitor, against, all_of, checked, lab, query
from tests.loopback import Loopback, Reply, answering, run

SECONDS = 0.5
"""`agent_seconds` of the design."""
MARGIN = 5.0
"""Seconds by which a busy machine may be late to show a page."""

FAULTS = {
    "slow": lambda _: Reply("late", delay=SECONDS + MARGIN + 0.5),
    "failing": lambda _: Reply("no", status=500),
    "limited": lambda _: Reply("too many", status=429),
    "waiting": lambda _: Reply("too many", status=429, headers={"Retry-After": "30"}),
    "denied": lambda _: Reply("wrong key", status=401),
    "gone": lambda _: Reply(drop=True),
    "dumb": lambda _: Reply("I cannot decide."),
}


class Faulty:
    """Answers the first question of a match, and goes wrong from the second one on."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __call__(self, asked: Mapping[str, Any], number: int) -> Reply:
        if self._kind == "capped" or "Round 2" not in str(asked["messages"]):
            return answering(asked, number)
        return FAULTS[self._kind](asked)


def data(url: str, late: str) -> dict[str, Any]:
    model = {"agent": "llm", "model": "openai/m", "form": "json", "api_base": url, "reasks": 1}
    model |= {"backoff": 0.04}  # so that failed calls are tried again within the time
    rule = {"late": late, **({"replacement": "tft"} if late == "replace" else {})}
    return against(
        "model",
        contestants=[PEOPLE, {"name": "model", **model}, {"name": "tft", "agent": "tit_for_tat"}],
        lab={"agent_seconds": SECONDS, **rule, "payment": {"show_up": 1}},
        prices={"openai/m": {"prompt": 1000.0, "completion": 1000.0}},
    )


@dataclass
class Watched:
    """Notes when pages come, and cooperates.

    Attributes:
        asked: when the latest question came, as long as nothing was told of the model.
        told: when it was told that the model was replaced, or that the match does not count.
    """

    asked: float = 0.0
    told: float = 0.0
    known: set[str] = field(default_factory=set)

    def __call__(self, page: Page) -> Mapping[str, object]:
        now = time.monotonic()
        said = " ".join((page.notice, *page.text))
        if not self.told and ("was replaced" in said or "does not count" in said):
            self.told = now
        elif not self.told and page.kind == "decision" and page.id not in self.known:
            self.asked = now
        self.known.add(page.id)
        return {"action": "cooperate"}


@pytest.mark.parametrize("late", ["void", "replace"])
@pytest.mark.parametrize("kind", [*FAULTS, "capped"])
def test_the_person_is_told_and_leaves_with_a_code(
    tmp_path: Path, kind: str, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    cap = 0.05 if kind == "capped" else None

    watched = Watched()

    async def play(url: str) -> Visitor:
        how = RunOptions(preflight=False, max_cost=cap)
        async with lab(data(url, late), tmp_path, how=how) as desk:
            visitor = Visitor(desk, watched)
            await all_of(visitor)
            return visitor

    with Loopback(Faulty(kind)) as server:
        visitor = run(play(server.url))
    checked(tmp_path).close()
    assert 0 < watched.told - watched.asked < SECONDS + MARGIN
    assert visitor.pages[-1].code
    assert "1.00" in " ".join(visitor.pages[-1].text)
    void = late == "void"
    assert visitor.guest.ending == ("partner left" if void else "completed")
    (result,) = (page for page in visitor.pages if page.kind == "result")
    assert ("does not count" in result.text[0]) == void
    assert any("was replaced" in page.notice for page in visitor.pages) == (not void)
    held = query(tmp_path, "SELECT contestant, reason FROM seatings WHERE turn >= 0")
    assert held == ([] if void else [("tft", "failed")])
    if cap is not None:
        spent = query(tmp_path, "SELECT total(cost) FROM attempts")[0][0]
        assert spent <= cap


def test_a_call_in_flight_is_recorded_when_the_lab_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    slow = lambda asked, number: replace(answering(asked, number), delay=0.3)  # noqa: E731
    tokens: list[str] = []

    async def play(url: str, *, leave: bool) -> Page | None:
        how, late = RunOptions(preflight=False), {"agent_seconds": 20}
        whole = data(url, "void")
        whole["lab"] |= late
        async with lab(whole, tmp_path, how=how) as desk:
            visitor = Visitor(desk, token=tokens[0] if tokens else "")
            tokens.append(visitor.token)
            if not leave:
                return (await all_of(visitor))[0]
            going = asyncio.create_task(visitor())
            while not server.requests:  # noqa: ASYNC110 - of another thread
                await asyncio.sleep(0.01)
            going.cancel()
        return None

    with Loopback(slow) as server:
        run(play(server.url, leave=True))
        assert len(query(tmp_path, "SELECT * FROM attempts WHERE model = 'openai/m'")) == 1
        assert query(tmp_path, "SELECT * FROM matches") == []
        page = run(play(server.url, leave=False))
        asked = len(server.requests)
    assert page is not None
    assert page.code
    checked(tmp_path).close()
    assert asked == 3
    assert query(tmp_path, "SELECT ending FROM matches") == [("completed",)]
