"""Manipulation checks through the command line, LiteLLM and a server on this machine."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.arms import controls
from arena.design.tournament import Tournament
from arena.record.run import Run
from tests.arena.designs import arena, design, played, toml
from tests.arena.engine.test_crash import wait_for_attempts
from tests.arena.forks import Forks
from tests.arena.kills import attempts
from tests.loopback import Loopback, Reply, answering


def asks_how_it_feels(asked: Mapping[str, Any]) -> bool:
    return "valence" in asked["messages"][-1]["content"]


def feeling(asked: Mapping[str, Any], _number: int = 0) -> Reply:
    """Afraid if the induction says so; moves are the first legal ones."""
    if not asks_how_it_feels(asked):
        return answering(asked)
    afraid = "afraid" in asked["messages"][0]["content"]
    said = {"valence": 2 if afraid else 6, "arousal": 8, "emotion": "fear" if afraid else "neutral"}
    return Reply(json.dumps(said))


def models(url: str, repetitions: int = 2, **more: Any) -> dict[str, Any]:
    """Two models, one afraid, each against a script, and against each other."""
    model: dict[str, Any] = {"agent": "llm", "model": "openai/test", "form": "json"}
    model |= {"api_base": url, "self_report": True, **more}
    fear = {"mode": "hidden", "induced": "fear", "cause": "external"}
    contestants = [
        {"name": "calm", **model, "emotion": {"mode": "hidden"}},
        {"name": "afraid", **model, "emotion": fear},
        {"agent": "uniform"},
    ]
    game = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    return design(games=[game], contestants=contestants, repetitions=repetitions)


def run_it(folder: Path, data: dict[str, Any]) -> Path:
    """Played in this process, where LiteLLM is imported once."""
    played(data, folder / "run")
    return folder


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    with Loopback(feeling) as server:
        run_it(folder, models(server.url, repetitions=4))
    return folder


def test_every_model_is_asked_once_after_its_last_decision(tmp_path: Path) -> None:
    with Loopback(feeling) as server:
        run_it(tmp_path, models(server.url))
        bodies = server.bodies
    asked = [body for body in bodies if asks_how_it_feels(body)]
    assert len(asked) == 2 * 2 * (2 * 2)  # blocks, seatings, two models twice each
    moves = [body["messages"] for body in bodies if not asks_how_it_feels(body)]
    for body in asked:
        *conversation, reply, _ = body["messages"]
        assert conversation in moves
        assert "Round 2 begins" in conversation[-1]["content"]
        assert reply["role"] == "assistant"
    assert not any("valence" in json.dumps(messages) for messages in moves)


def test_the_answers_are_kept_in_a_table_of_their_own(checked: Path) -> None:
    run = Run(checked / "run")
    table = run.checks()
    found = run.match(table["match"].iloc[0])
    decisions = run.decisions()
    run.close()
    assert set(table["verdict"]) == {"legal"}
    afraid = table[table["contestant"] == "afraid"]
    assert set(afraid["emotion"]) == {"fear"}
    assert set(afraid["valence"]) == {2}
    assert set(table["contestant"]) == {"afraid", "calm"}
    assert len(decisions) == 2 * 2 * len(decisions["match"].unique())
    assert all(len(check.answer.attempts) == 1 for check in found.checks)
    assert all(len(p.decision.attempts) <= 1 for p in found.decisions)


def test_arena_check_says_which_induction_took(checked: Path) -> None:
    done = arena("check", "run", cwd=checked)
    assert done.returncode == 0, done.stderr
    out = " ".join(done.stdout.split())
    for words in ("What contestants said they felt", "Every induction took.", "match 1.00", "calm"):
        assert words in out
    assert "WARNING" not in out
    document = json.loads(arena("check", "run", "--json", cwd=checked).stdout)
    gaps = {row["quantity"]: row["value"] for row in document["comparisons"]}
    assert gaps == {"match": 1, "valence": -4, "arousal": 0}
    assert document["warnings"] == []
    # Beside it, where people place the word of what was induced.
    (induced,) = {row["induced"] for row in document["reports"]} - {"none", "placebo"}
    placed = {row["quantity"]: row["value"] for row in document["people"]}
    assert {row["emotion"] for row in document["people"]} == {induced}
    assert placed["valence"] < 5 < placed["arousal"]
    assert f"{induced}: valence {placed['valence']:.1f}" in out


def test_arena_show_prints_the_answer(checked: Path) -> None:
    run = Run(checked / "run")
    key = run.checks().query("contestant == 'afraid'")["match"].iloc[0]
    run.close()
    out = arena("show", "run", key, cwd=checked).stdout
    assert "asked how it feels" in out
    assert "feels   fear (valence 2 of 9, arousal 8 of 9)" in out


def test_an_induction_that_does_nothing_is_warned_of(tmp_path: Path) -> None:
    with Loopback(answering) as server:  # every model reports anger
        run_it(tmp_path, models(server.url))
    out = " ".join(arena("check", "run", cwd=tmp_path).stdout.split())
    assert "WARNING: afraid: fear (external) cannot be shown to have been induced: 0%" in out
    assert "against calm." in out


@pytest.mark.parametrize(
    ("reply", "verdict", "attempts"),
    [
        (Reply("I would rather not say."), "refused", 2),
        (Reply("Fine, thanks."), "missing", 2),
        (Reply('{"valence": 11, "arousal": 2, "emotion": "fear"}'), "illegal", 2),
        (Reply("overloaded", status=400), "provider_error", 1),
    ],
)
def test_a_check_that_cannot_be_read_voids_nothing(
    tmp_path: Path, reply: Reply, verdict: str, attempts: int
) -> None:
    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        feels = any("valence" in message["content"] for message in asked["messages"])
        return reply if feels else answering(asked)

    with Loopback(script) as server:
        run_it(tmp_path, models(server.url, repetitions=1, reasks=1))
    run = Run(tmp_path / "run")
    assert run.counts == {"completed": run.planned}
    table = run.checks()
    found = run.match(table["match"].iloc[0])
    run.close()
    assert set(table["verdict"]) == {verdict}
    assert table["emotion"].isna().all()
    assert {len(check.answer.attempts) for check in found.checks} == {attempts}
    assert {check.answer.report for check in found.checks} == {None}
    out = " ".join(arena("check", "run", cwd=tmp_path).stdout.split())
    assert (
        "afraid: fear (external) cannot be shown to have been induced: no report could be read."
        in out
    )


def test_a_killed_run_pays_for_no_check_twice(forks: Forks, tmp_path: Path) -> None:
    def slowly(asked: Mapping[str, Any], number: int) -> Reply:
        return Reply(feeling(asked, number).text, delay=0.03 if asks_how_it_feels(asked) else 0.005)

    with Loopback(slowly) as server:
        data = {**models(server.url), "concurrency": 2}
        (tmp_path / "t.toml").write_text(toml(data))
        command = ("run", "t.toml", "--no-preflight", "--out", "run")
        program = forks.start(tmp_path, *command)
        wait_for_attempts(tmp_path, 14, program)
        program.kill()
        done = forks.run(tmp_path, *command)
        assert done.status == 0, done.said
        asked, kept = len(server.requests), attempts(tmp_path / "run")
    run = Run(tmp_path / "run")
    table = run.checks()
    run.close()
    assert len(table) == 2 * 2 * (2 * 2)
    assert kept == 3 * len(table)  # two rounds and the check, in each seat of a model
    assert kept <= asked <= kept + 2


def test_void_matches_are_not_asked(tmp_path: Path) -> None:
    with Loopback(lambda _asked, _number: Reply('{"action": "maybe"}')) as server:
        run_it(tmp_path, models(server.url, repetitions=1, reasks=0))
        assert not any(asks_how_it_feels(body) for body in server.bodies)
    done = arena("check", "run", cwd=tmp_path)
    assert done.returncode == 2
    assert "was asked how it feels: self_report = true asks it" in done.stderr


def test_control_arms_are_alike_but_for_the_induction() -> None:
    data = models("http://127.0.0.1:9/v1")
    hot = {**data["contestants"][0], "name": "hot", "temperature": 1.5}
    seen = {**data["contestants"][0], "name": "seen", "emotion": {"mode": "visible"}}
    data["contestants"] += [hot, seen]
    content = Tournament(data).content["contestants"]
    found = controls({name: each for name, each in content.items() if name != "uniform"})
    assert found == {"afraid": ["calm"]}


def test_a_placebo_is_the_control_of_inductions_with_its_cause() -> None:
    def arm(induced: str, cause: str) -> dict[str, Any]:
        return {"agent": "llm", "emotion": {"mode": "absent", "induced": induced, "cause": cause}}

    contents = {
        "afraid": arm("fear", "external"),
        "none": arm("none", "simple"),
        "event": arm("placebo", "external"),
        "state": arm("placebo", "simple"),
    }
    assert controls(contents) == {"afraid": ["none", "event"]}
