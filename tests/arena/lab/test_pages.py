"""What stands on participants' pages: texts, what is told of others, clock and progress."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.engine.seating import spoken_in
from arena.lab.desk import LabDesk
from arena.lab.pages import Arrival, Page
from arena.lab.record import text_hash
from arena.record.participants import participants
from dashboard.lab.html import page_html
from prompts import PromptRenderer
from tests.arena.lab.test_desk import SECONDS, decisions, played
from tests.arena.lab.visitors import (
    DILEMMA,
    PEOPLE,
    SELF_PLAY,
    Visitor,
    against,
    all_of,
    checked,
    design,
)

OPPOSITE = {**DILEMMA, "contestants": ["people", "model"]}
LANGUAGES = ("en", "de", "ru")
MODEL = {"name": "model", "agent": "llm", "model": "openai/m", "form": "json"}


def by_language(text: str) -> dict[str, str]:
    return {language: f"{text} ({language})" for language in LANGUAGES}


def texts_of(visitor: Visitor, kind: str) -> tuple[str, ...]:
    return next(page.text for page in visitor.pages if page.kind == kind and page.id != "language")


@pytest.mark.parametrize("language", ["de", "ru"])
def test_a_link_that_names_the_language_leads_to_the_designs_texts_in_it(
    tmp_path: Path, language: str
) -> None:
    said = {key: by_language(key) for key in ("consent", "welcome", "end")}
    data = against(lab={"languages": LANGUAGES, **said, "matches": 1})

    async def play(desk: LabDesk) -> Visitor:
        visitor = Visitor(desk, arrival=Arrival(language=language))
        await all_of(visitor)
        return visitor

    visitor = played(data, tmp_path, play)
    first = visitor.pages[0]
    assert (first.id, first.language) == ("consent", language)
    assert {page.language for page in visitor.pages} == {language}
    assert texts_of(visitor, "consent") == (f"consent ({language})",)
    assert texts_of(visitor, "welcome") == (f"welcome ({language})",)
    assert f"end ({language})" in texts_of(visitor, "ended")
    with closing(checked(tmp_path)) as run:
        (person,) = participants(run)
    assert person.known("consent") == text_hash(f"consent ({language})")
    assert person.known("consent") != text_hash("consent (en)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_and_models_are_told_the_same_but_for_how_to_answer(
    tmp_path: Path, language: str
) -> None:
    """Two people who show what they feel, and a model that does so opposite one of them."""
    alike = {"emotion": {"mode": "visible"}, "goal": "points"}
    rows = [PEOPLE | alike, {"name": "tft", "agent": "tit_for_tat"}]
    lab = {"languages": [language], "consent": {language: "?"}}
    beside = Tournament(design(contestants=[*rows, MODEL | alike], games=[OPPOSITE], lab=lab))
    model = spoken_in(beside.seated(next(iter(schedule(beside))))[1], language).voice
    assert model is not None
    unlike = []

    async def play(desk: LabDesk) -> None:
        def look(visitor: Visitor, page: Page) -> Mapping[str, object]:
            if page.kind == "decision":
                guest = visitor.guest
                renderer = PromptRenderer(model, guest.table.match.wording)
                prompt = renderer.render(guest.question.request.view, "json")
                unlike.append(differing(page.text, [message.content for message in prompt]))
            return {}

        visitors = [Visitor(desk), Visitor(desk)]
        for each in visitors:
            each.act = partial(look, each)
        await all_of(*visitors)

    played(design(contestants=rows, lab=lab), tmp_path, play)
    assert len(unlike) == 6
    for page, prompt in unlike:
        assert (len(page), len(prompt)) == (1, 1)
        assert '"action"' not in page[0]
        assert '"action"' in prompt[0]


def differing(page: Sequence[str], prompt: Sequence[str]) -> tuple[list[str], list[str]]:
    """Paragraphs that only one of the two has; the others are in the same order."""
    one, two = ([part for text in texts for part in text.split("\n\n")] for texts in (page, prompt))
    common = [part for part in one if part in two]
    assert common == [part for part in two if part in one]
    return [part for part in one if part not in common], [p for p in two if p not in common]


@pytest.mark.parametrize("disclose", ["kind", "nothing"])
def test_an_agent_who_fills_a_seat_or_goes_on_in_it_is_a_program(
    tmp_path: Path, disclose: str
) -> None:
    """The first pair loses somebody; then one person waits, and nobody comes."""
    rule: dict[str, Any] = {
        "disclose": disclose,
        "fill": "tft",
        "late": "replace",
        "replacement": "tft",
    }
    rule |= {"decision_seconds": 20}

    async def play(desk: LabDesk) -> list[list[str]]:
        stays, goes = Visitor(desk), Visitor(desk, decisions)
        await asyncio.gather(stays(), goes())
        alone = Visitor(desk)
        await alone()
        return [
            [page.notice for page in visitor.pages if page.kind == "decision"]
            for visitor in (stays, alone)
        ]

    replaced, filled = played(design(lab=SECONDS | rule), tmp_path, play)
    assert any("was replaced" in notice for notice in replaced)
    if disclose == "nothing":
        assert "person" not in " ".join(replaced)
        assert "program" not in " ".join(replaced)
        assert {*filled} == {""}
        return
    assert "is a person" in replaced[0]
    assert "is a program" in replaced[-1]
    assert all("is a program" in notice for notice in filled)
    with closing(checked(tmp_path)) as run:
        told = [person.known("told") for person in participants(run)]
    assert ["program" in each for each in told] == [False, False, True]


def test_nothing_is_said_of_the_others_without_disclosure(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> list[Page]:
        visitors = [Visitor(desk), Visitor(desk)]
        await all_of(*visitors)
        return [page for visitor in visitors for page in visitor.pages]

    pages = played(design(lab={"disclose": "nothing"}), tmp_path, play)
    assert {page.notice for page in pages} == {""}
    with closing(checked(tmp_path)) as run:
        assert {person.known("told") for person in participants(run)} == {""}


def test_the_page_says_how_far_one_has_come_and_how_long_one_may_take(tmp_path: Path) -> None:
    game = {"name": "prisoners_dilemma", "params": {"rounds": 10}, "contestants": ["people", "tft"]}
    data = design(games=[game], lab={"matches": 4, "decision_seconds": 30})
    wanted = "Match 2 of 4, Round 3 of 10"

    async def play(desk: LabDesk) -> Visitor:
        def act(page: Page) -> Mapping[str, object] | None:
            return None if page.kind == "decision" and wanted in page_html(page) else {}

        visitor = Visitor(desk, act)
        await visitor()
        return visitor

    pages = played(data, tmp_path, play).pages
    asked = [page for page in pages if page.kind == "decision"]
    assert len({page.id for page in asked}) == 13
    assert all(page.seconds is not None and 0 < page.seconds <= 30 for page in asked)
    assert 'role="timer"' in page_html(asked[-1])
    assert "Your points so far: " in page_html(asked[-1])
    assert not any(wanted in page_html(page) for page in pages[:-1])


def test_each_is_told_the_own_card_and_never_the_others(tmp_path: Path) -> None:
    game = {"name": "kuhn_poker", "contestants": ["people"], "schedule": SELF_PLAY}

    async def play(desk: LabDesk) -> list[Visitor]:
        visitors = [Visitor(desk), Visitor(desk)]
        await all_of(*visitors)
        return visitors

    visitors = played(design(games=[game], lab={"matches": 3}), tmp_path, play)
    told: dict[str, dict[str, list[str]]] = {}
    for visitor in visitors:
        for page in visitor.pages:
            if page.kind == "decision":
                _, match, seat, _ = page.id.split("/")
                _, history = page.text  # the rules name all cards
                told.setdefault(match, {}).setdefault(seat, []).append(history)
    assert len(told) == 3
    for seats in told.values():
        cards = {seat: re.findall(r"Your card: (\w+)\.", pages[0]) for seat, pages in seats.items()}
        (own,), (other,) = cards["0"], cards["1"]
        assert own != other
        for seat, mine, yours in (("0", own, other), ("1", other, own)):
            assert all(mine in page and yours not in page for page in seats[seat])
