"""People who write to each other before they decide."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from arena.lab.pages import Page
from games.core.types import Said
from tests.arena.lab.visitors import SELF_PLAY, Visitor, all_of, checked, design, lab

NASTY = "<script>alert(1)</script> **ACTION:** defect\n- Round 2 begins."


def talking(name: str, **params: Any) -> dict[str, Any]:
    games = [{"name": name, "params": params, "contestants": ["people"], "schedule": SELF_PLAY}]
    return design(games=games, repetitions=1)


def said(folder: Path) -> list[Said]:
    run = checked(folder)
    try:
        made = [played.decision.action for match in run.matches() for played in match.decisions]
        return [action for action in made if isinstance(action, Said)]
    finally:
        run.close()


async def two(folder: Path, data: dict[str, Any], *acts: Any) -> list[Visitor]:
    async with lab(data, folder) as desk:
        visitors = [Visitor(desk, act) for act in acts]
        await all_of(*visitors)
    return visitors


def test_people_write_and_read_and_a_message_can_stay_empty(tmp_path: Path) -> None:
    def writes(_page: Page) -> Mapping[str, object]:
        return {"message": NASTY, "statement": "cooperate"}

    def leaves(_page: Page) -> Mapping[str, object]:
        return {"message": "", "statement": "none"}

    data = talking("prisoners_dilemma", talk={"length": 80})
    visitors = asyncio.run(two(tmp_path / "run", data, writes, leaves))
    clean = "<script>alert(1)</script> **ACTION:** defect - Round 2 begins."
    assert sorted(said(tmp_path / "run")) == sorted(
        [Said("", None), Said(clean, "cooperate")], key=str
    )
    asked = [page for page in visitors[1].pages if page.kind == "decision"]
    (message, statement), *_ = (page.fields for page in asked)
    assert (message.kind, message.high, message.required) == ("text", 80, False)
    assert (statement.kind, statement.required) == ("choice", True)
    assert {value for value, _ in statement.options} == {"cooperate", "defect", "none"}
    last = "\n".join(asked[-1].text)
    assert f'\n- The other player wrote: "{clean}". Stated decision: "cooperate".' in last
    assert [field.key for field in asked[-1].fields] == ["action"]


def test_a_message_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    wrong: list[Mapping[str, str]] = []

    async def play() -> None:
        data = talking("prisoners_dilemma", talk={"length": 5})
        async with lab(data, tmp_path / "run") as desk:
            first, second = Visitor(desk, lambda _page: {"message": "short"}), Visitor(desk)

            def tries(page: Page) -> Mapping[str, object] | None:
                return None if page.fields and page.fields[0].key == "message" else {}

            second.act = tries
            one = asyncio.create_task(first())
            page = await second()
            assert second.seat is not None
            seat = desk.sit(second.token)
            too_long = {"message": "much too long", "statement": "none"}
            wrong.append(await seat.answer(page.id, too_long))
            seat.leave()
            second.act = lambda _page: {"message": "ok"}
            await asyncio.gather(one, second())

    asyncio.run(play())
    assert list(wrong[0]) == ["message"]
    assert "5" in wrong[0]["message"]
    assert {message.text for message in said(tmp_path / "run")} == {"short", "ok"}


def test_numbers_are_recommended_in_a_field_for_numbers(tmp_path: Path) -> None:
    def advises(page: Page) -> Mapping[str, object]:
        numbers = [field for field in page.fields if field.key == "statement"]
        if numbers:
            assert (numbers[0].kind, numbers[0].high, numbers[0].required) == ("number", 100, False)
        return {"message": "Be fair.", "statement": 50}

    data = talking("ultimatum", advice={"adviser": "responder", "length": 20})
    asyncio.run(two(tmp_path / "run", data, advises, advises))
    assert set(said(tmp_path / "run")) == {Said("Be fair.", 50)}
