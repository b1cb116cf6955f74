"""The desk: people meet people and agents, and everybody leaves with a code."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

import games
from agents.core.parse import parse
from arena.design.lab import ENDINGS, LabQuestion
from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import replay, retry
from arena.engine.verify import problems as problems_of
from arena.lab import payment
from arena.lab.desk import LabDesk
from arena.lab.forms import problems, question_fields
from arena.lab.opening import open_lab
from arena.lab.pages import Arrival, NoSuchSeat, NotAdmitted, Page
from arena.lab.quiz import items
from arena.lab.seats import LabSeat
from arena.lab.words import Words
from arena.record.merge import merge
from arena.record.participants import answers, by_match, participants, seatings
from arena.record.place import FILE
from arena.record.run import Run
from games import BadInput
from games.core.items import load
from games.core.vignette import Vignette
from prompts import PromptRenderer
from tests.arena.designs import Silent
from tests.arena.lab.visitors import (
    PEOPLE,
    SELF_PLAY,
    Visitor,
    against,
    all_of,
    checked,
    design,
    filled,
    lab,
    query,
)

SECONDS = {"wait_seconds": 0.15, "reconnect_seconds": 0.15, "decision_seconds": 0.3}


def played(
    data: dict[str, Any], folder: Path, play: Callable[[LabDesk], Awaitable[Any]], **options: Any
) -> Any:
    """What comes of play in a lab whose record fits together."""

    async def whole() -> Any:
        async with lab(data, folder, **options) as desk, asyncio.timeout(20):
            return await play(desk)

    came = asyncio.run(whole())
    checked(folder).close()
    return came


def decisions(page: Page) -> dict[str, Any] | None:
    """Leave at the second decision."""
    return None if page.kind == "decision" and page.id.endswith("/1") else {}


class Slow(Visitor):
    """Stays connected and gives no answer to a decision from the second one on."""

    async def __call__(self) -> Page:
        self.seat = self.desk.sit(self.token)
        async for page in self.seat.pages():
            self.pages.append(page)
            if page.kind == "ended":
                break
            if page.button and not (page.kind == "decision" and page.id.endswith("/1")):
                values = {f.key: f.options[0][0] if f.options else f.low for f in page.fields}
                await self.seat.answer(page.id, values)
        return self.pages[-1]


def endings(folder: Path) -> list[str]:
    with closing(checked(folder)) as run:
        return [person.known("ending") for person in participants(run)]


def test_two_people_play_to_the_end(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        one, two = Visitor(desk), Visitor(desk)
        ends = await all_of(one, two)
        assert [page.kind for page in ends] == ["ended", "ended"]
        assert all(page.code for page in ends)
        expected = ["consent", "rules", "waiting", *["decision", "others"] * 3, "result", "ended"]
        assert [kind for kind in one.kinds() if kind in expected][:3] == expected[:3]
        assert one.kinds().count("decision") == two.kinds().count("decision") == 3

    played(design(), tmp_path, play)
    with closing(checked(tmp_path)) as run:
        assert run.counts == {"completed": 1}
        assert run.decided == 6
        people = list(participants(run))
        assert [person.known("ending") for person in people] == ["completed"] * 2
        assert [[s.stage for s in person.steps] for person in people] == [
            ["arrived", "consented", "quiz", "waiting", "playing", "done"]
        ] * 2
        held = [(each.seat, each.participant, each.reason) for each in seatings(run)]
        assert {seat for seat, *_ in held} == {0, 1}
        assert {key for _, key, _ in held} == {person.id for person in people}
    assert endings(tmp_path) == ["completed"] * 2


def test_a_person_meets_an_agent_and_agents_play_beside(tmp_path: Path) -> None:
    data = against(contestants=[PEOPLE, {"name": "tft", "agent": "tit_for_tat"}, {"agent": "grim"}])
    data["games"][0]["contestants"] = ["people", "tft", "grim"]

    async def play(desk: LabDesk) -> None:
        await all_of(*(Visitor(desk) for _ in range(3)))

    played(data, tmp_path, play)
    rows = query(tmp_path, "SELECT contestant FROM seats ORDER BY 1")
    count = [row[0] for row in rows]
    assert count.count("people") == 3
    assert len(count) == 2 * (3 + 8)  # eight matches of agents alone, all of them


def test_a_page_has_the_texts_that_a_model_gets(tmp_path: Path) -> None:
    seen: list[tuple[Page, Any]] = []

    async def play(desk: LabDesk) -> None:
        def act(page: Page) -> dict[str, Any]:
            if page.kind == "decision":
                (guest,) = desk.guests.values()
                question = guest.question
                assert question is not None
                seen.append((page, question.request.view))
            return {}

        await all_of(Visitor(desk, act))

    played(against(), tmp_path, play)

    tournament = Tournament(against())
    wording = next(iter(_matches(tournament))).wording
    renderer = PromptRenderer(tournament.contestants["people"][1].voice, wording)  # type: ignore[arg-type]
    assert len(seen) == 3
    for page, view in seen:
        assert page.text == tuple(m.content for m in renderer.render(view, "fields"))


def _matches(tournament: Tournament) -> Any:
    return schedule(tournament)


def test_after_the_wait_an_agent_is_seated_and_on_record_as_such(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> Page:
        return (await all_of(Visitor(desk)))[0]

    data = design(lab={**SECONDS, "fill": "tft"})
    assert played(data, tmp_path, play).code
    assert query(tmp_path, "SELECT DISTINCT contestant FROM seats ORDER BY 1") == [
        ("people",),
        ("tft",),
    ]
    reasons = query(tmp_path, "SELECT reason, contestant FROM seatings ORDER BY 1")
    assert reasons == [("fill", "tft"), ("matched", None)]
    assert endings(tmp_path) == ["completed"]


def test_without_fill_whoever_waited_is_paid_and_goes(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> Page:
        return (await all_of(Visitor(desk)))[0]

    data = design(lab={**SECONDS, "payment": {"show_up": 2.5, "codes": {"waited out": "W8"}}})
    last = played(data, tmp_path, play)
    assert last.code == "W8"
    assert last.text[0] == Words("en").say("ended", "waited out")
    assert "Thank you for waiting" in last.text[0]
    with closing(checked(tmp_path)) as run:
        (person,) = participants(run)
        assert (person.known("ending"), person.known("pay")) == ("waited out", "2.50")


@pytest.mark.parametrize("late", ["void", "replace"])
@pytest.mark.parametrize("leaves", [True, False])
def test_who_leaves_or_is_late_is_void_or_replaced(tmp_path: Path, late: str, leaves: bool) -> None:  # noqa: FBT001
    rule = {"late": late, **({"replacement": "tft"} if late == "replace" else {})}

    async def play(desk: LabDesk) -> tuple[Visitor, Visitor]:
        stays = Visitor(desk, lambda _: {"action": "cooperate"})
        goes = Visitor(desk, decisions) if leaves else Slow(desk)
        await asyncio.gather(stays(), goes())
        await asyncio.sleep(0 if goes.guest.ending else SECONDS["reconnect_seconds"])
        return stays, goes

    stays, goes = played(design(lab={**SECONDS, **rule}), tmp_path, play)
    assert goes.guest.ending == ("left" if leaves else "timed out")
    assert stays.guest.ending == ("partner left" if late == "void" else "completed")
    told = [page.notice for page in stays.pages]
    assert any("connection" in notice for notice in told) == leaves
    assert any("was replaced" in notice for notice in told) == (late == "replace")
    kinds = "SELECT json_extract(failure, '$.kind') FROM attempts WHERE failure IS NOT NULL"
    assert query(tmp_path, kinds) == [("gone" if leaves else "late",)]
    held = query(tmp_path, "SELECT turn, contestant, reason FROM seatings WHERE turn >= 0")
    assert held == ([(1, "tft", "gone" if leaves else "late")] if late == "replace" else [])
    shares = query(tmp_path, "SELECT ending FROM matches")
    assert shares == [("void" if late == "void" else "completed",)]
    with closing(Run(tmp_path)) as run:  # nobody is rated by what another has earned
        seats = run.seats()
    assert seats["void"].tolist() == [True, True]
    assert seats["fault"].sum() == 1
    assert seats["payoff"].isna().all()


def test_strangers_never_meet_twice(tmp_path: Path) -> None:
    data = design(lab={"matches": 3, "matching": "strangers", "wait_seconds": 0.5}, repetitions=20)

    async def play(desk: LabDesk) -> None:
        await all_of(*(Visitor(desk) for _ in range(6)))

    played(data, tmp_path, play)
    pairs = query(
        tmp_path,
        "SELECT min(a.participant, b.participant), max(a.participant, b.participant) FROM"
        " seatings a JOIN seatings b ON a.match = b.match AND a.seat < b.seat",
    )
    assert len(pairs) == len(set(pairs)) >= 6


def test_people_may_meet_again_as_they_arrive(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk), Visitor(desk))

    played(design(lab={"matches": 3}), tmp_path, play)
    with closing(checked(tmp_path)) as run:
        assert run.counts == {"completed": 3}


@pytest.mark.parametrize("must_pass", [True, False])
def test_questions_on_the_rules_come_from_the_game(tmp_path: Path, must_pass: bool) -> None:  # noqa: FBT001
    check = {"questions": 3, "tries": 2, "must_pass": must_pass}

    async def play(desk: LabDesk) -> list[Visitor]:
        wrong = Visitor(desk, lambda page: {"q1": 11} if page.kind == "quiz" else {})
        good = Visitor(desk)
        await all_of(wrong, good)
        return [wrong, good]

    data = against(lab={"check": check})
    wrong, good = played(data, tmp_path, play)
    assert wrong.guest.ending == ("screened out" if must_pass else "completed")
    assert good.guest.ending == "completed"
    quizzes = [page for page in wrong.pages if page.kind == "quiz"]
    assert len({page.id for page in quizzes}) == 2
    assert "Tries left: 1" in quizzes[-1].notice
    assert all("Your choice: " in field.label for field in quizzes[0].fields)
    with closing(checked(tmp_path)) as run:
        tries = {
            p.id: [a.wrong for a in answers(run, p.id) if a.page.startswith("quiz/")]
            for p in participants(run)
        }
    assert tries == {wrong.guest.id: [("q1",), ("q1",)], good.guest.id: [()]}


def test_the_right_answers_are_the_points_of_the_rules() -> None:
    tournament = Tournament(against(lab={"check": {"questions": 4}}))
    (match, *_) = _matches(tournament)
    seat = match.seats.index("people")
    payoffs = {("cooperate", "cooperate"): 3, ("cooperate", "defect"): 0}
    payoffs |= {("defect", "cooperate"): 5, ("defect", "defect"): 1}
    asked = items(tournament, match, seat, "en")
    assert {item.right for item in asked} == {0, 1, 3, 5}
    for item in asked:
        own, other = (part.split(".")[0] for part in item.field.label.split("choice: ")[1:])
        assert item.right == payoffs[own, other]


PRESETS = {"matrix_game": {"preset": "win_win"}}
PAYING = [name for name in games.available() if not issubclass(games.rules(name), Vignette)]
"""Games in which there are points to ask about; vignettes pay nothing."""


@pytest.mark.parametrize("game", PAYING)
def test_every_game_asks_about_its_own_rules(game: str) -> None:
    params = PRESETS.get(game, {})
    others = [f"u{n}" for n in range(1, len(games.load(game, params).roles))] or ["u1"]
    row = {"name": game, "params": params, "contestants": ["people", *others]}
    people = [PEOPLE, *({"name": name, "agent": "uniform"} for name in others)]
    tournament = Tournament(design(games=[row], contestants=people, lab={"check": {}}))
    match = next(match for match in _matches(tournament) if "people" in match.seats)
    asked = items(tournament, match, match.seats.index("people"), "de")
    assert len(asked) == 2
    assert all(item.field.low <= item.right <= item.field.high for item in asked)
    assert len({item.right for item in asked}) == 2


@pytest.mark.parametrize(("frame", "unit"), [("named", "points"), ("obfuscated", "crowns")])
def test_what_is_earned_has_the_name_of_the_frame(tmp_path: Path, frame: str, unit: str) -> None:
    people = {"name": "people", "agent": "human", "consent": "I agree.", "frame": frame}
    agent = {"name": "tft", "agent": "tit_for_tat"}
    data = against(contestants=[people, agent], lab={"matches": 2, "check": {"questions": 1}})

    async def whole() -> list[Page]:
        async with lab(data, tmp_path) as desk:
            visitor = Visitor(desk)
            await all_of(visitor)
            return visitor.pages

    told = [
        said
        for page in asyncio.run(whole())
        for said in (*page.text, page.points, *(field.label for field in page.fields))
    ]
    other = {"points": "crowns", "crowns": "points"}[unit]
    assert [said for said in told if other in said] == []
    for said in (f"How many {unit} do you earn?", f"Your {unit} in this match", f"Your {unit} so"):
        assert any(said in each for each in told), said


def test_pay_follows_the_rule(tmp_path: Path) -> None:
    payment = {
        "show_up": 1,
        "point": 0.25,
        "currency": "EUR",
        "address": "https://x.example/done?a=1",
    }
    data = design(lab={"matches": 2, "payment": payment})

    async def play(desk: LabDesk) -> list[Page]:
        act = lambda _: {"action": "cooperate"}  # noqa: E731
        return await all_of(Visitor(desk, act), Visitor(desk, act))

    ends = played(data, tmp_path, play)
    assert all("5.50 EUR" in " ".join(page.text) for page in ends)  # for 2 matches of 9 points
    assert all(page.address == f"https://x.example/done?a=1&cc={page.code}" for page in ends)


def test_codes_that_are_made_differ_by_ending_and_by_design() -> None:
    one, two = Tournament(design()), Tournament(design(seed=4))
    codes = [payment.code(each, ending) for each in (one, two) for ending in ENDINGS]
    assert len({*codes}) == 2 * len(ENDINGS)
    assert codes[: len(ENDINGS)] == [payment.code(one, ending) for ending in ENDINGS]


def test_the_seed_draws_which_match_is_paid() -> None:
    def drawn(seed: int) -> list[int | None]:
        tournament = Tournament(design(seed=seed, lab={"payment": {"point": 1, "paid": "one"}}))
        earned = {"a": 1, "b": 2}
        paid = [payment.pay(tournament, f"p{n}", "completed", earned) for n in range(40)]
        assert all(each.amount == f"{each.drawn}.00" for each in paid)
        assert all(each.paid == ("ab"[(each.drawn or 0) - 1],) for each in paid)
        return [each.drawn for each in paid]

    assert {*drawn(3)} == {1, 2}
    assert drawn(3) == drawn(3) != drawn(4)


def test_the_way_back_has_the_ids_that_a_participant_came_with(tmp_path: Path) -> None:
    address = "https://x.example/done?who={PROLIFIC_PID}&at={STUDY_ID}-1&cc=old#top"
    data = against(lab={"payment": {"address": address, "codes": {"declined": "N0"}}})
    declines = lambda _: {"consent": "no"}  # noqa: E731
    ids = {"PROLIFIC_PID": "a&cc=1 <b>", "SESSION_ID": "s"}

    async def play(desk: LabDesk) -> list[Page]:
        come = (Arrival(external=ids), Arrival())
        return await all_of(*(Visitor(desk, declines, each) for each in come))

    async def again(desk: LabDesk) -> Page:  # after a restart, and by the same link
        return await Visitor(desk, arrival=Arrival(external=ids))()

    back = "https://x.example/done?who=a%26cc%3D1+%3Cb%3E&at=-1&cc=N0#top"
    assert [page.address for page in played(data, tmp_path, play)] == [
        back,
        "https://x.example/done?who=&at=-1&cc=N0#top",
    ]
    assert played(data, tmp_path, again).address == back
    assert len(endings(tmp_path)) == 2


def test_one_match_is_drawn_to_be_paid(tmp_path: Path) -> None:
    data = design(lab={"matches": 2, "payment": {"point": 1, "paid": "one"}})

    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk), Visitor(desk))

    played(data, tmp_path, play)
    with closing(checked(tmp_path)) as run:
        for person in participants(run):
            (paid,) = person.known("paid")
            assert person.known("pay") == f"{person.known('points')[paid]}.00"


def test_two_hundred_join_at_once_and_each_is_in_one_match(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(*(Visitor(desk) for _ in range(200)))

    played(design(repetitions=120, games=[{**design()["games"][0], "params": {}}]), tmp_path, play)
    with closing(checked(tmp_path)) as run:
        assert run.counts == {"completed": 100}
        people = [each.participant for each in seatings(run)]
        assert len(people) == len(set(people)) == 200


BAD: list[Any] = [
    {},
    {"action": None},
    {"action": "fold"},
    {"action": 1},
    {"action": ["cooperate"]},
    {"action": "cooperate", "more": 1},
    {"action": "x" * 5_000_000},
    ["action"],
    None,
]


async def at_a_decision(desk: LabDesk) -> list[LabSeat]:
    """Two participants who are asked for their first decision."""
    seats = [desk.sit(desk.arrive(Arrival())) for _ in range(2)]
    for seat in seats:
        assert await seat.answer("consent", {"consent": "yes"}) == {}
        assert await seat.answer(desk.page(seat._guest).id, {}) == {}
    await asyncio.sleep(0.05)
    assert [desk.page(seat._guest).kind for seat in seats] == ["decision"] * 2
    return seats


def test_what_is_no_answer_changes_nothing_and_is_told(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        seat, _ = await at_a_decision(desk)
        page = desk.page(seat._guest)
        for values in BAD:
            assert await seat.answer(page.id, values)
        assert await seat.answer("decision/other/0/0", {"action": "defect"})
        assert replace(desk.page(seat._guest), seconds=None) == replace(page, seconds=None)
        assert desk.session.store.rows("SELECT * FROM attempts").fetchall() == []

    played(design(), tmp_path, play)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("scale", [0, 8, "3", 3.0, True, None, [3]]),
        ("number", [-1, 101, "5", 5.5]),
        ("choice", ["0", "3", 1, "a", ["1"]]),
        ("text", ["x" * 2001, 5, ["x"]]),
        ("grid", [[1], [1, 2, 3], [0, 1], ["1", "2"], 5, {"a": 1}]),
    ],
)
def test_fields_of_questions_hold_what_they_ask_for(kind: str, bad: list[object]) -> None:
    more: dict[str, dict[str, Any]] = {
        "number": {"low": 0, "high": 100},
        "choice": {"options": ["a", "b"]},
    }
    row = {"key": "q", "kind": kind, "label": "?", **more.get(kind, {})}
    asked = parse(LabQuestion, row, "a question")
    (field,) = question_fields([asked], "en")
    assert all(problems([field], {"q": value}, Words("en")) for value in bad)
    assert problems([field], {}, Words("en"))
    assert not problems([field], {"q": filled(field)}, Words("en"))


def test_an_answer_counts_once_and_out_of_turn_not_at_all(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        seats = await at_a_decision(desk)
        guests = [seat._guest for seat in seats]
        one, pages = guests[0].token, [desk.page(guest) for guest in guests]
        mine, yours = pages
        assert "" in await seats[0].answer(yours.id, {"action": "defect"})  # another's seat
        assert await seats[0].answer(mine.id, {"action": "cooperate"}) == {}
        assert desk.page(guests[0]).kind == "others"
        assert await seats[0].answer(mine.id, {"action": "cooperate"}) == {}  # its receipt was lost
        assert "" in await seats[0].answer(mine.id, {"action": "defect"})
        assert "" in await seats[0].answer(mine.id.replace("/0", "/1"), {"action": "defect"})
        newest = desk.sit(one)
        assert "" in await seats[0].answer(mine.id, {"action": "cooperate"})  # an older tab
        assert await seats[1].answer(yours.id, {"action": "cooperate"}) == {}
        await asyncio.sleep(0.05)
        assert [page async for page in seats[0].pages()] == []
        assert desk.page(guests[0]).kind == "decision"
        assert await newest.answer(desk.page(guests[0]).id, {"action": "cooperate"}) == {}
        rows = desk.matches._session.store.rows("SELECT seat, turn FROM attempts")
        assert len(rows.fetchall()) == 3

    played(design(), tmp_path, play)


def test_links_ids_and_the_size_of_the_lab(tmp_path: Path) -> None:
    ids = {"PROLIFIC_PID": "abc", "STUDY_ID": "s", "NAME": "Jane"}

    async def play(desk: LabDesk) -> None:
        token = desk.arrive(Arrival("one", ids))
        assert len(token) >= 22
        assert desk.arrive(Arrival("one")) == token
        assert desk.arrive(Arrival("two", ids)) == token
        assert desk.arrive(Arrival("two")) != token
        with pytest.raises(NotAdmitted, match="not valid"):
            desk.arrive(Arrival("three"))
        with pytest.raises(NoSuchSeat):
            desk.sit("nobody")
        desk._links = None
        desk.arrive(Arrival())
        with pytest.raises(NotAdmitted, match="All places are taken"):
            desk.arrive(Arrival())

    played(design(lab={"max_participants": 3}), tmp_path, play, links=["one", "two"])
    assert query(tmp_path, "SELECT name, value FROM externals ORDER BY 1") == [
        ("PROLIFIC_PID", "abc"),
        ("STUDY_ID", "s"),
    ]


def test_an_id_that_returns_has_its_seat_and_never_plays_again(tmp_path: Path) -> None:
    somebody = Arrival(external={"PROLIFIC_PID": "abc"})

    async def begin(desk: LabDesk) -> str:
        token = await begun(desk)
        assert desk.arrive(somebody) == token
        return token

    async def begun(desk: LabDesk) -> str:
        visitor = Visitor(desk, lambda p: None if p.kind == "decision" else {}, somebody)
        assert (await visitor()).kind == "decision"
        return visitor.token

    async def go_on(desk: LabDesk) -> None:
        visitor = Visitor(desk, arrival=somebody)  # after a restart
        assert visitor.token == token
        await all_of(visitor)
        assert (await Visitor(desk, arrival=somebody)()).kind == "ended"  # after the end

    async def again(desk: LabDesk) -> None:  # after the end and a restart
        visitor = Visitor(desk, arrival=somebody)
        assert visitor.token == token
        assert (await visitor()).kind == "ended"
        assert visitor.kinds() == ["ended"]

    token = played(against(), tmp_path, begin)
    for act in (go_on, again):
        played(against(), tmp_path, act)
    assert endings(tmp_path) == ["completed"]
    assert query(tmp_path, "SELECT count(*) FROM matches") == [(1,)]


def test_three_people_play_one_match_and_two_go_on_without_the_third(tmp_path: Path) -> None:
    game = {"name": "public_goods", "params": {"players": 3, "rounds": 2}}
    rule = {"late": "replace", "replacement": "free", "disclose": "kind", "decision_seconds": 20}
    agents = [PEOPLE, {"name": "free", "agent": "free_rider"}]
    groups = {"contestants": ["people"], "schedule": SELF_PLAY}
    data = design(games=[game | groups], contestants=agents, lab=SECONDS | rule)

    async def play(desk: LabDesk) -> list[Visitor]:
        stay = [Visitor(desk), Visitor(desk)]
        await asyncio.gather(*(each() for each in stay), Visitor(desk, decisions)())
        return stay

    stay = played(data, tmp_path, play)
    for each in stay:
        told = [page.notice for page in each.pages if page.kind in {"decision", "others"}]
        assert told[0].startswith("People among the other players: 2. Programs among them: 0.")
        assert told[-1].startswith("People among the other players: 1. Programs among them: 1.")
        assert "was replaced" in told[-1]
    assert sorted(endings(tmp_path)) == ["completed", "completed", "left"]
    assert query(tmp_path, "SELECT count(*) FROM matches") == [(1,)]


def test_thirty_in_a_hundred_leave_and_the_others_are_told_and_go_on(tmp_path: Path) -> None:
    people, leave = 20, 6

    async def play(desk: LabDesk) -> tuple[list[Visitor], list[Visitor]]:
        at = Random(3)
        goes = {n: f"/{at.randrange(3)}" for n in at.sample(range(people), leave)}

        def leaving(turn: str) -> Callable[[Page], dict[str, object] | None]:
            return lambda page: None if page.kind == "decision" and page.id.endswith(turn) else {}

        visitors = [Visitor(desk, leaving(goes.get(n, "never"))) for n in range(people)]
        await all_of(*visitors)
        gone = [visitors[n] for n in goes]
        while not all(each.guest.ending for each in gone):  # noqa: ASYNC110 - of the desk
            await asyncio.sleep(0.02)
        return [each for each in visitors if each not in gone], gone

    lab = {"reconnect_seconds": 0.3}
    stay, gone = played(design(repetitions=20, lab=lab), tmp_path, play)
    assert {each.guest.ending for each in gone} == {"left"}
    assert {each.guest.ending for each in stay} <= {"completed", "partner left"}
    assert all(each.pages[-1].code for each in stay)
    left = {each.guest.id for each in gone}
    with closing(checked(tmp_path)) as run:
        pairs = [{each.participant for each in held} for held in by_match(run).values()]
    for each in stay:
        (other,) = next(pair for pair in pairs if each.guest.id in pair) - {each.guest.id}
        told = any("connection" in page.notice for page in each.pages)
        assert told == (other in left)
        assert (each.guest.ending == "partner left") == (other in left)
    assert query(tmp_path, "SELECT count(*) FROM matches") == [(people // 2,)]


def test_who_declines_leaves_nothing_but_that(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> Page:
        act = lambda page: {"consent": "no"} if page.kind == "consent" else {}  # noqa: E731
        return (await all_of(Visitor(desk, act)))[0]

    page = played(design(lab={"payment": {"show_up": 3}}), tmp_path, play)
    assert "3.00" not in " ".join(page.text)
    assert endings(tmp_path) == ["declined"]


@pytest.mark.parametrize("language", ["de", "ru"])
def test_everything_is_said_in_the_participants_language(tmp_path: Path, language: str) -> None:
    texts = {"en": "Agreed?", "de": "Einverstanden?", "ru": "Согласны?"}
    questions = [
        {"key": "trust", "kind": "scale", "when": "match", "label": texts},
        {"key": "felt", "kind": "grid", "low": 1, "high": 9, "label": texts},
    ]
    data = against(lab={"consent": texts, "languages": ["en", "de", "ru"], "questions": questions})

    async def play(desk: LabDesk) -> Visitor:
        act = lambda page: {"language": language} if page.id == "language" else {}  # noqa: E731
        visitor = Visitor(desk, act)
        await all_of(visitor)
        return visitor

    visitor = played(data, tmp_path, play)
    assert {page.language for page in visitor.pages[1:]} == {language}
    decision = next(page for page in visitor.pages if page.kind == "decision")
    assert {"de": "Spieler", "ru": "игр"}[language] in decision.text[0]
    assert visitor.kinds().count("questions") == 2
    with closing(checked(tmp_path)) as run:
        (person,) = participants(run)
        given = {a.page.partition("/")[0]: a.given for a in answers(run, person.id)}
        assert given == {
            "language": {"language": language},
            "rules": {},
            "result": {},
            "match": {"trust": 1},
            "end": {"felt": [1, 1]},
        }
        assert person.known("language") == language


@pytest.mark.parametrize(("agent", "said"), [(True, "is a program"), (False, "is a person")])
def test_what_is_disclosed_is_true_and_on_record(tmp_path: Path, agent: bool, said: str) -> None:  # noqa: FBT001
    data = (against if agent else design)(lab={"disclose": "kind"})

    async def play(desk: LabDesk) -> list[Visitor]:
        visitors = [Visitor(desk) for _ in range(1 if agent else 2)]
        await all_of(*visitors)
        return visitors

    for visitor in played(data, tmp_path, play):
        notices = {page.notice for page in visitor.pages if page.kind == "decision"}
        assert all(said in notice for notice in notices)
    with closing(checked(tmp_path)) as run:
        assert all(said in person.known("told") for person in participants(run))


def test_nothing_private_of_another_is_on_a_page(tmp_path: Path) -> None:
    games = [{"name": "kuhn_poker", "contestants": ["people"], "schedule": SELF_PLAY}]
    emotion = {"mode": "manipulative"}
    people = [{**PEOPLE, "emotion": emotion}, {"name": "tft", "agent": "uniform"}]

    async def play(desk: LabDesk) -> list[Visitor]:
        felt = {"felt": "disgust", "intensity": 73, "shown": "happiness"}
        one = Visitor(desk, lambda page: felt if page.kind == "decision" else {})
        two = Visitor(desk, lambda page: {"felt": "fear"} if page.kind == "decision" else {})
        await all_of(one, two)
        return [one, two]

    one, two = played(design(games=games, contestants=people), tmp_path, play)
    told = [json.dumps([page.text, page.notice, page.faces]) for page in two.pages]
    assert "73" not in " ".join(told)
    assert "reported feeling: disgust" not in " ".join(told)
    assert {face for page in two.pages for face in page.faces} == {("happiness", "😊 happiness")}
    assert one.guest.ending == two.guest.ending == "completed"


@pytest.mark.parametrize("agent", [True, False])
def test_decisions_of_agents_and_people_take_the_same_time_at_the_least(
    tmp_path: Path, *, agent: bool
) -> None:
    async def play(desk: LabDesk) -> float:
        began = asyncio.get_running_loop().time()
        await all_of(*(Visitor(desk) for _ in range(1 if agent else 2)))
        return asyncio.get_running_loop().time() - began

    data = (against if agent else design)(lab={"least_seconds": 0.1})
    assert played(data, tmp_path, play) >= 0.3


def test_other_processes_play_no_match_with_people(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None: ...

    with pytest.raises(BadInput, match=r"people play in the process that serves them.*ray"):
        played(design(), tmp_path, play, how=RunOptions(executor="ray"))


def test_a_design_without_a_lab_has_no_desk(tmp_path: Path) -> None:
    data = design()
    del data["lab"]

    async def play() -> None:
        async with open_lab(Tournament(data), tmp_path, Silent()):
            pass

    with pytest.raises(BadInput, match=r"has no table \[lab\]"):
        asyncio.run(play())


def test_whoever_comes_when_nothing_is_left_to_play_is_told(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(*(Visitor(desk) for _ in range(3)))

    played(against(repetitions=1), tmp_path, play)  # a match in each seat
    assert sorted(endings(tmp_path)) == ["completed", "completed", "room full"]


def test_who_is_away_is_not_matched_and_can_come_back(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        away = Visitor(desk, lambda page: None if page.kind == "waiting" else {})
        await away()
        assert desk.waiting() == 0
        other = Visitor(desk)
        going = asyncio.create_task(other())
        await asyncio.sleep(0.05)
        assert other.guest.place == "waiting"
        assert desk.waiting() == 1
        again = Visitor(desk, token=away.token)
        await asyncio.gather(again(), going)

    played(design(), tmp_path, play)
    assert endings(tmp_path) == ["completed"] * 2


def test_a_lost_connection_comes_back_to_the_same_question(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        seat, other = await at_a_decision(desk)
        guest = seat._guest
        page = desk.page(guest)
        seat.leave()
        assert "connection" in desk.page(other._guest).notice
        again = desk.sit(guest.token)
        assert desk.page(other._guest).notice == ""
        assert replace(desk.page(guest), seconds=None) == replace(page, seconds=None)
        assert await again.answer(page.id, {"action": "cooperate"}) == {}

    played(design(), tmp_path, play)


def test_a_lab_that_is_left_goes_on_where_it_was(tmp_path: Path) -> None:
    async def leave(desk: LabDesk) -> list[str]:
        first, second = await at_a_decision(desk)
        page = desk.page(first._guest)
        assert await first.answer(page.id, {"action": "cooperate"}) == {}
        return [first._guest.token, second._guest.token, desk.page(second._guest).id]

    one, two, asked = played(design(), tmp_path, leave)

    async def go_on(desk: LabDesk) -> None:
        visitors = [Visitor(desk, token=one), Visitor(desk, token=two)]
        await all_of(*visitors)
        assert asked in [page.id for page in visitors[1].pages]
        assert not [page for page in visitors[0].pages if page.id.endswith("/0")]

    played(design(), tmp_path, go_on)
    assert endings(tmp_path) == ["completed"] * 2


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("UPDATE stages SET about = '{}' WHERE stage = 'done'", "table stages: 1 recorded"),
        ("UPDATE seatings SET reason = 'fill'", "table seatings: 1 recorded"),
        ("DELETE FROM answers WHERE page LIKE 'rules%'", "table answers: 1 recorded"),
        ("UPDATE participants SET device = 'x'", "table participants: 1 recorded"),
        ("DELETE FROM participants", "there is no participant"),
        ("UPDATE seatings SET seat = 1 - seat", "no participant is on record"),
    ],
)
def test_changes_of_the_record_of_people_are_found(tmp_path: Path, edit: str, said: str) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk))

    played(against(repetitions=1), tmp_path, play)
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute(edit)
    with closing(Run(tmp_path)) as run:
        assert any(said in line for line in problems_of(run))


def test_runs_with_people_are_neither_merged_nor_played_again(tmp_path: Path) -> None:
    async def play(desk: LabDesk) -> None:
        await all_of(Visitor(desk, decisions))
        await asyncio.sleep(2 * SECONDS["reconnect_seconds"])

    runs = [tmp_path / "one", tmp_path / "two"]
    for folder in runs:
        played(against(repetitions=1, lab=SECONDS), folder, play)
    with pytest.raises(BadInput, match="holds participants"):
        merge(runs, tmp_path / "both")
    assert list(replay_of(runs[0])) == []
    with pytest.raises(BadInput, match="played with people, who are not asked again"):
        retry(runs[0], "void", Silent(), RunOptions())


def replay_of(folder: Path) -> list[str]:
    with closing(Run(folder)) as run:
        return list(replay(run))


@pytest.mark.parametrize(("language", "told"), [("en", "come to harm"), ("de", "zu Schaden")])
def test_items_that_can_hurt_are_announced_before_the_first_question(
    tmp_path: Path, language: str, told: str
) -> None:
    game = {"name": "moral_dilemma", "params": {"items": "trolleys"}, "contestants": ["people"]}
    data = design(games=[game], contestants=[PEOPLE], lab={"matches": 2, "languages": [language]})
    data["lab"]["consent"] = {language: "You are asked to decide."}

    async def play(desk: LabDesk) -> list[Page]:
        visitor = Visitor(desk)
        await visitor()
        return visitor.pages

    pages = played(data, tmp_path / "run", play)
    texts = [i.texts["situation"].of(language) for i in load("trolleys").items]
    first = next(n for n, p in enumerate(pages) if p.kind == "decision")
    before, asked = ("\n".join(t for p in part for t in p.text) for part in (pages[:first], pages))
    assert told in "\n".join(next(p for p in pages if p.kind == "rules").text)
    assert next(p for p in pages if p.kind == "rules").button
    assert not any(text in before for text in texts)
    assert any(text in asked for text in texts)
