"""The language model agent, through the real LiteLLM, against a real server on this machine."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

import agents
import games
from agents.core import asking
from agents.core.ledger import Ledger
from agents.core.models.gate import Halted
from agents.core.models.lite import LiteModel
from agents.core.models.model import Model, ModelSpec
from agents.core.types import Attempt, Decision
from arena.core.types import Match
from arena.engine.match import play
from prompts import Affect, Display, OwnMove, Verdict, View, catalogue
from prompts.core.texts.catalogue import fill
from tests.loopback import Loopback, Reply, Script, answering, replies, run

MODES = ("absent", "hidden", "visible", "manipulative")
FORMS = ("json", "text")
DILEMMA = games.load("prisoners_dilemma")
VIEW = View(DILEMMA.observe(DILEMMA.initial_state(), 0))

LEGAL = '{"action": "defect"}'
ILLEGAL = '{"action": "surrender"}'
BROKEN = Reply("broken", status=500)

UNUSABLE: dict[Verdict, Reply] = {
    Verdict.ILLEGAL: Reply(ILLEGAL),
    Verdict.AMBIGUOUS: Reply('{"action": "cooperate or defect"}'),
    Verdict.MISSING: Reply("Let me think about it."),
    Verdict.AFFECT: Reply('{"felt": "glorious", "intensity": 3, "action": "defect"}'),
    Verdict.REFUSED: Reply("", finish_reason="content_filter"),
    Verdict.TRUNCATED: Reply('{"felt": "fear", "intens', finish_reason="length"),
}


class Direct:
    """Reaches every model anew."""

    async def reach(self, spec: ModelSpec) -> Model:
        return LiteModel(spec)


@dataclass
class Shelf:
    """What was filed, each with the number of requests that the server had got by then."""

    server: Loopback
    filed: dict[tuple[int, int], Attempt]
    requests: list[int]

    def file(self, turn: int, number: int, attempt: Attempt) -> None:
        assert (turn, number) not in self.filed
        self.filed[turn, number] = attempt
        self.requests.append(len(self.server.requests))


@dataclass
class Outcome:
    """A decision and what was seen of it from outside."""

    decision: Decision
    bodies: list[Mapping[str, Any]]
    shelf: Shelf

    @property
    def verdicts(self) -> list[Verdict]:
        return [attempt.verdict for attempt in self.decision.attempts]

    def roles(self, request: int) -> list[str]:
        return [message["role"] for message in self.bodies[request]["messages"]]

    def contents(self, request: int) -> list[str]:
        return [message["content"] for message in self.bodies[request]["messages"]]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, in seconds; none is waited for."""
    made: list[float] = []

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(asking, "asyncio", SimpleNamespace(sleep=sleep))
    return made


def decide(
    script: Script | Iterable[Reply | str],
    *,
    view: View = VIEW,
    recorded: Mapping[tuple[int, int], Attempt] | None = None,
    seed: int = 1,
    **params: Any,
) -> Outcome:
    """One decision; a script of replies that is too short fails the test."""
    with Loopback(script if callable(script) else replies(*script)) as server:
        spec = {"model": "openai/test", "api_base": server.url, "form": "json"} | params
        shelf = Shelf(server, {}, [])
        agent = agents.load("llm", spec).seat(Direct(), Ledger(shelf.file, recorded or {}))
        decision = run(agent.decide(view, Random(seed)))
        return Outcome(decision, server.bodies, shelf)


def again(verdict: Verdict) -> str:
    return str(catalogue().get("en", "frame", "again", verdict))


def emotion(mode: str, **more: Any) -> dict[str, Any]:
    return {"mode": mode, **more}


# Asking, and asking again


def test_a_legal_answer_is_taken_the_first_time() -> None:
    outcome = decide([LEGAL])
    assert outcome.decision.action == "defect"
    assert outcome.decision.affect is None
    assert outcome.verdicts == [Verdict.LEGAL]
    (attempt,) = outcome.decision.attempts
    assert attempt.completion is not None
    assert attempt.completion.text == LEGAL
    sent = [{"role": m.role, "content": m.content} for m in attempt.messages]
    assert outcome.bodies[0]["messages"] == sent


def test_an_illegal_answer_is_shown_and_asked_for_again_with_the_reason() -> None:
    outcome = decide([ILLEGAL, LEGAL])
    assert outcome.decision.action == "defect"
    assert outcome.verdicts == [Verdict.ILLEGAL, Verdict.LEGAL]
    assert outcome.roles(0) == ["system", "user"]
    assert outcome.roles(1) == ["system", "user", "assistant", "user"]
    assert outcome.contents(1) == [*outcome.contents(0), ILLEGAL, again(Verdict.ILLEGAL)]


def test_each_attempt_adds_to_the_conversation() -> None:
    outcome = decide([ILLEGAL, "Hm.", LEGAL])
    reasons = [ILLEGAL, again(Verdict.ILLEGAL), "Hm.", again(Verdict.MISSING)]
    assert outcome.contents(2) == [*outcome.contents(0), *reasons]


def test_an_empty_answer_is_not_shown_as_a_turn() -> None:
    outcome = decide(["", LEGAL])
    assert outcome.verdicts == [Verdict.MISSING, Verdict.LEGAL]
    assert outcome.roles(1) == ["system", "user"]
    assert outcome.contents(1)[1] == f"{outcome.contents(0)[1]}\n\n{again(Verdict.MISSING)}"


@pytest.mark.parametrize("verdict", UNUSABLE)
def test_every_unusable_answer_is_recorded_and_asked_for_again(verdict: Verdict) -> None:
    legal = '{"felt": "fear", "intensity": 3, "action": "defect"}'
    outcome = decide([UNUSABLE[verdict], legal], emotion=emotion("hidden"))
    assert outcome.verdicts == [verdict, Verdict.LEGAL]
    assert outcome.contents(1)[-1].endswith(again(verdict))
    assert outcome.decision.action == "defect"


@pytest.mark.parametrize("verdict", UNUSABLE)
def test_without_a_usable_answer_there_is_no_action(verdict: Verdict) -> None:
    outcome = decide([UNUSABLE[verdict]] * 3, emotion=emotion("hidden"))
    assert outcome.decision.action is None
    assert outcome.decision.affect is None
    assert outcome.verdicts == [verdict] * 3
    assert outcome.decision.verdict is verdict


@pytest.mark.parametrize("reasks", [0, 1, 4])
def test_unusable_answers_are_asked_for_again_as_often_as_set(reasks: int) -> None:
    outcome = decide([ILLEGAL] * (reasks + 1), reasks=reasks)
    assert outcome.verdicts == [Verdict.ILLEGAL] * (reasks + 1)
    assert len(outcome.bodies) == reasks + 1


def test_the_last_re_ask_still_counts() -> None:
    assert decide([ILLEGAL, ILLEGAL, LEGAL]).decision.action == "defect"


def test_a_refusal_by_the_model_is_a_refusal() -> None:
    outcome = decide([Reply(None, refusal="I cannot help with that."), LEGAL])
    assert outcome.verdicts == [Verdict.REFUSED, Verdict.LEGAL]


# Calls that fail on the way


def test_a_failed_call_is_made_again_with_the_same_question() -> None:
    outcome = decide([BROKEN, LEGAL])
    assert outcome.decision.action == "defect"
    assert outcome.verdicts == [Verdict.PROVIDER_ERROR, Verdict.LEGAL]
    assert outcome.bodies[0]["messages"] == outcome.bodies[1]["messages"]
    failed = outcome.decision.attempts[0]
    assert failed.completion is None
    assert failed.failure is not None
    assert failed.failure.status == 500


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_failed_calls_are_made_again_as_often_as_set(retries: int) -> None:
    outcome = decide([BROKEN] * (retries + 1), retries=retries, reasks=9)
    assert outcome.decision.action is None
    assert outcome.verdicts == [Verdict.PROVIDER_ERROR] * (retries + 1)
    assert len(outcome.bodies) == retries + 1


def test_retries_and_re_asks_are_counted_apart() -> None:
    outcome = decide([BROKEN, ILLEGAL, BROKEN, ILLEGAL, LEGAL], retries=2, reasks=2)
    assert outcome.decision.action == "defect"
    assert len(outcome.verdicts) == 5
    assert outcome.roles(2) == outcome.roles(3) == ["system", "user", "assistant", "user"]


def test_the_pause_before_the_next_call_is_the_one_asked_for(pauses: list[float]) -> None:
    busy = Reply("busy", status=429, headers={"Retry-After": "7.5"})
    decide([busy, busy, LEGAL])
    assert pauses == [7.5, 7.5]


def test_a_wait_of_more_than_a_minute_is_left_to_the_gate(pauses: list[float]) -> None:
    decide([Reply("busy", status=429, headers={"Retry-After": "86400"}), LEGAL])
    assert pauses == [0]


def test_pauses_grow(pauses: list[float]) -> None:
    decide([*[BROKEN] * 4, LEGAL])
    assert len(pauses) == 4
    for pause, usual in zip(pauses, (0.5, 1, 2, 4), strict=True):
        assert 0.75 * usual <= pause <= 1.25 * usual


def test_a_provider_that_asks_for_no_pause_gets_none(pauses: list[float]) -> None:
    decide([Reply("busy", status=429, headers={"Retry-After": "0"}), LEGAL])
    assert pauses == [0]


def test_nobody_waits_after_the_last_call(pauses: list[float]) -> None:
    broken = Reply("broken", status=503, headers={"Retry-After": "60"})
    decide([broken, broken], retries=1)
    assert pauses == [60]


def test_a_limit_is_met_as_often_as_it_takes(pauses: list[float]) -> None:
    busy = Reply("busy", status=429)
    outcome = decide([*[busy] * 7, BROKEN, busy, LEGAL], retries=1)
    assert outcome.decision.action == "defect"
    assert len(outcome.verdicts) == 10
    assert max(pauses) <= 60
    before, after = outcome, decide([], recorded=outcome.shelf.filed, retries=1)
    assert after.decision == before.decision, "a resumed match counts its limits alike"


def test_unusable_answers_are_asked_for_again_without_a_pause(pauses: list[float]) -> None:
    decide([ILLEGAL, LEGAL])
    assert pauses == []


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_a_model_that_cannot_be_used_leaves_the_question_open(
    status: int, pauses: list[float]
) -> None:
    with pytest.raises(Halted, match="model 'openai/test' cannot be used: no such thing"):
        decide([Reply("no such thing", status=status)])
    assert pauses == []


def test_a_refused_request_is_not_made_again(pauses: list[float]) -> None:
    outcome = decide([Reply("no", status=400)])
    assert outcome.decision.action is None
    assert outcome.verdicts == [Verdict.PROVIDER_ERROR]
    assert pauses == []


# The ledger


def test_attempts_are_filed_as_they_happen() -> None:
    outcome = decide([ILLEGAL, BROKEN, LEGAL])
    assert outcome.shelf.requests == [1, 2, 3]
    assert list(outcome.shelf.filed) == [(0, 0), (0, 1), (0, 2)]
    assert tuple(outcome.shelf.filed.values()) == outcome.decision.attempts


def test_attempts_are_filed_under_the_turn_they_belong_to() -> None:
    own = (OwnMove(1, "defect", None), OwnMove(4, "defect", None))
    assert list(decide([LEGAL], view=replace(VIEW, own=own)).shelf.filed) == [(2, 0)]


def test_what_is_on_record_is_not_asked_again() -> None:
    before = decide([ILLEGAL, BROKEN, LEGAL])
    after = decide([], recorded=before.shelf.filed)
    assert after.decision == before.decision
    assert after.bodies == []
    assert after.shelf.filed == {}


def test_nobody_pauses_for_a_failure_on_record(pauses: list[float]) -> None:
    before = decide([BROKEN, LEGAL])
    pauses.clear()
    decide([], recorded=before.shelf.filed)
    assert pauses == []


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_decision_cut_short_goes_on_where_it_stopped(kept: int) -> None:
    script: list[Reply | str] = [ILLEGAL, BROKEN, "Hm.", LEGAL]
    whole = decide(script)
    recorded = dict(list(whole.shelf.filed.items())[:kept])
    rest = decide(script[kept:], recorded=recorded)
    assert rest.bodies == whole.bodies[kept:]
    assert list(rest.shelf.filed) == [(0, number) for number in range(kept, 4)]
    assert rest.decision.action == "defect"
    assert rest.verdicts == whole.verdicts


def test_the_seeds_of_later_attempts_do_not_depend_on_what_is_on_record() -> None:
    whole = decide([ILLEGAL, ILLEGAL, LEGAL], seeded=True)
    recorded = {(0, 0): whole.shelf.filed[0, 0]}
    rest = decide([ILLEGAL, LEGAL], recorded=recorded, seeded=True)
    assert [body["seed"] for body in rest.bodies] == [body["seed"] for body in whole.bodies[1:]]


def test_re_asks_on_record_count() -> None:
    recorded = decide([ILLEGAL] * 3).shelf.filed
    assert decide([], recorded=recorded).decision.action is None


def test_another_question_on_record_is_refused() -> None:
    recorded = decide([LEGAL]).shelf.filed
    with pytest.raises(ValueError, match="attempt 0 of turn 0 on record asked another question"):
        decide([], recorded=recorded, emotion=emotion("absent", induced="anger"))


# Seeds and forms


def test_each_request_has_a_seed_of_its_own_if_seeded() -> None:
    first, other = (decide([ILLEGAL, LEGAL], seeded=True, seed=seed) for seed in (1, 2))
    seeds = [body["seed"] for body in first.bodies + other.bodies]
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**31 for seed in seeds)
    repeated = decide([ILLEGAL, LEGAL], seeded=True, seed=1)
    assert repeated.bodies == first.bodies


def test_requests_have_no_seed_unless_seeded() -> None:
    assert "seed" not in decide([LEGAL]).bodies[0]


def test_a_schema_is_sent_in_form_json_alone() -> None:
    body = decide([LEGAL], form="json").bodies[0]
    schema = body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["action"]["enum"] == ["cooperate", "defect"]
    assert "response_format" not in decide(["ACTION: defect"], form="text").bodies[0]


def test_a_model_without_schemas_is_asked_for_marked_lines() -> None:
    outcome = decide(["I think...\nACTION: defect"], form=None)
    assert outcome.decision.action == "defect"
    assert "\nACTION: " in outcome.contents(0)[0]
    assert "response_format" not in outcome.bodies[0]


def test_an_object_is_an_answer_also_where_lines_were_asked_for() -> None:
    assert decide([LEGAL], form="text").verdicts == [Verdict.LEGAL]


def test_what_a_reply_probably_meant_is_kept_beside_the_verdict() -> None:
    outcome = decide(['{"action": "surely cooperate"}', '{"action": "neither"}', LEGAL])
    kept = [(attempt.verdict, attempt.lenient) for attempt in outcome.decision.attempts]
    assert kept[:2] == [(Verdict.ILLEGAL, "cooperate"), (Verdict.ILLEGAL, None)]
    assert kept[2] == (Verdict.LEGAL, outcome.decision.action)


def test_asking_again_names_the_finer_problem() -> None:
    outcome = decide(['{"action": "not cooperate"}', LEGAL])
    assert outcome.contents(1)[-1] == str(catalogue().get("en", "frame", "again", "negated"))


# Emotion


def reply(form: str, **fields: str | int) -> str:
    """A reply in a form."""
    if form == "json":
        return json.dumps(fields)
    return "\n".join(f"{key.upper()}: {value}" for key, value in fields.items())


EVERYTHING: dict[str, str | int] = {
    "felt": "fear",
    "intensity": 30,
    "shown": "happiness",
    "action": "defect",
}
RECORDED = {
    "absent": (["action"], None),
    "hidden": (["felt", "intensity", "action"], Affect("fear", 30, None)),
    "visible": (["felt", "intensity", "action"], Affect("fear", 30, "fear")),
    "manipulative": (["felt", "intensity", "shown", "action"], Affect("fear", 30, "happiness")),
}
in_every_mode = pytest.mark.parametrize("mode", MODES)
in_every_form = pytest.mark.parametrize("form", FORMS)


@in_every_mode
@in_every_form
def test_a_mode_decides_what_is_recorded(mode: str, form: str) -> None:
    keys, affect = RECORDED[mode]
    answer = reply(form, **{key: EVERYTHING[key] for key in keys})
    decision = decide([answer], form=form, emotion=emotion(mode)).decision
    assert (decision.action, decision.affect) == ("defect", affect)


@in_every_mode
@in_every_form
def test_no_answer_shows_more_than_the_mode_allows(mode: str, form: str) -> None:
    decision = decide([reply(form, **EVERYTHING)], form=form, emotion=emotion(mode)).decision
    assert decision.affect == RECORDED[mode][1]


@in_every_mode
@in_every_form
def test_a_mode_decides_what_is_asked_for(mode: str, form: str) -> None:
    keys = RECORDED[mode][0]
    answer = reply(form, **{key: EVERYTHING[key] for key in keys})
    outcome = decide([answer], form=form, emotion=emotion(mode))
    lines = "\n".join(outcome.contents(0)).splitlines()
    mark = "{}: " if form == "text" else '- "{}": '
    names = {mark.format(key.upper() if form == "text" else key): key for key in EVERYTHING}
    assert [key for line in lines for start, key in names.items() if line.startswith(start)] == keys


@in_every_mode
def test_a_mode_decides_what_the_schema_requires(mode: str) -> None:
    body = decide(answering, emotion=emotion(mode)).bodies[0]
    schema = body["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == schema["required"] == RECORDED[mode][0]


@in_every_form
def test_mode_absent_adds_no_emotional_word(form: str) -> None:
    body = decide([reply(form, action="defect")], form=form).bodies[0]
    texts = json.dumps(body).casefold()
    words = {word.casefold() for word in catalogue().emotions("en").values()}
    assert not [word for word in words | {"emotion", "feel", "mood"} if word in texts]


@in_every_form
@pytest.mark.parametrize("mode", ["hidden", "visible", "manipulative"])
@pytest.mark.parametrize("missing", ["felt", "intensity"])
def test_an_action_without_its_emotion_report_is_asked_for_again(
    mode: str, form: str, missing: str
) -> None:
    whole = {key: EVERYTHING[key] for key in RECORDED[mode][0]}
    short = {key: value for key, value in whole.items() if key != missing}
    outcome = decide([reply(form, **short), reply(form, **whole)], form=form, emotion=emotion(mode))
    assert outcome.verdicts == [Verdict.AFFECT, Verdict.LEGAL]
    assert outcome.decision.affect == RECORDED[mode][1]


def test_a_move_without_its_display_is_asked_for_again() -> None:
    short = reply("json", felt="fear", intensity=30, action="defect")
    outcome = decide([short, reply("json", **EVERYTHING)], emotion=emotion("manipulative"))
    assert outcome.verdicts == [Verdict.AFFECT, Verdict.LEGAL]


def test_an_induction_stands_in_the_opening_of_every_attempt() -> None:
    event = catalogue().get("en", "emotion", "anger", "cause", "coplayer")[0]
    said = str(event).format(coplayer="The other player")
    induction = f"You are angry right now. {said} This can affect your decisions."
    condition = emotion("absent", induced="anger", cause="coplayer")
    outcome = decide([ILLEGAL, LEGAL], emotion=condition)
    for request in range(2):
        assert induction in outcome.contents(request)[0]


# Displays


def second_round() -> View:
    """Round two of the dilemma: the other showed anger with its first move."""
    game = games.load("prisoners_dilemma", {"rounds": 2})
    state = game.initial_state()
    before = len(game.observe(state, 0).events)
    state = game.apply(state, {0: "cooperate", 1: "defect"})
    own = (OwnMove(before, "cooperate", None),)
    return View(game.observe(state, 0), (Display(1, before, "anger"),), own)


DISPLAY = fill(catalogue().get("en", "frame", "display", "other"), {"emotion": "anger"})
PERCEIVES = {"absent": False, "hidden": True, "visible": True, "manipulative": True}


@pytest.mark.parametrize(("mode", "switch"), list(product(MODES, (None, True, False))))
def test_displays_are_told_where_they_are_perceived(mode: str, switch: bool | None) -> None:  # noqa: FBT001
    condition = emotion(mode) if switch is None else emotion(mode, perceives=switch)
    body = decide(answering, view=second_round(), emotion=condition).bodies[0]
    expected = PERCEIVES[mode] if switch is None else switch
    assert (DISPLAY in body["messages"][1]["content"]) is expected
    promised = str(catalogue().get("en", "mode", "perceives", "other"))
    assert (promised in body["messages"][0]["content"]) is expected


def match(scripts: tuple[Script, Script], **params: Any) -> tuple[list[Mapping[str, Any]], ...]:
    """A dilemma of two rounds between two models: what each was sent."""
    game = games.load("prisoners_dilemma", {"rounds": 2})
    with Loopback(scripts[0]) as first, Loopback(scripts[1]) as second:
        spec = {"model": "openai/test", "form": "json", **params}
        seats = [
            agents.load("llm", spec | {"api_base": server.url}).seat(Direct(), Ledger())
            for server in (first, second)
        ]
        transcript = run(play(Match("m", "pd", ("a", "b"), 0, 1), game, seats))
        assert transcript.ending.kind == "completed"
        return first.bodies, second.bodies


@pytest.mark.parametrize(("mode", "seen"), [("visible", "fear"), ("manipulative", "happiness")])
def test_what_one_model_shows_the_other_is_told_in_the_next_round(mode: str, seen: str) -> None:
    shows = Reply(json.dumps(EVERYTHING))
    _, bodies = match((lambda _asked, _number: shows, answering), emotion=emotion(mode))
    told = [body["messages"][1]["content"] for body in bodies]
    line = fill(catalogue().get("en", "frame", "display", "other"), {"emotion": seen})
    assert [line in text for text in told] == [False, True]


def test_what_a_model_hides_the_other_is_not_told() -> None:
    secret = Reply(json.dumps({"felt": "fear", "intensity": 93, "action": "defect"}))
    own, others = match((lambda _asked, _number: secret, answering), emotion=emotion("hidden"))
    felt = fill(catalogue().get("en", "frame", "emotion"), {"emotion": "fear", "intensity": "93"})
    report = fill(catalogue().get("en", "frame", "reported"), {"felt": felt})
    assert report in own[1]["messages"][1]["content"]
    assert "93" not in json.dumps([body["messages"] for body in others])


# What it is


def test_how_a_model_is_reached_is_no_part_of_who_it_is() -> None:
    def content(**more: Any) -> dict[str, Any]:
        return agents.load("llm", {"model": "openai/test", **more}).content()

    for wiring in ({"api_base": "http://x"}, {"api_key_env": "MY_KEY"}, {"timeout": 3}):
        assert content(**wiring) == content()
    for who in (
        {"temperature": 1},
        {"reasks": 0},
        {"emotion": {"mode": "hidden"}},
        {"extra": {"top_k": 1}},
    ):
        assert content(**who) != content()


def test_it_needs_the_model_it_names() -> None:
    (needs,) = agents.load("llm", {"model": "openai/test"}).model_specs()
    assert needs.model == "openai/test"
