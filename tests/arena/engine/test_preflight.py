"""Errors before and during play: what is told, what is asked in another form, what stays open."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agents.core.models.gate import Ask
from agents.core.models.limiter import Limiter
from agents.core.models.model import Failure
from agents.core.models.preflight import _SCHEMA
from arena.design.tournament import Tournament
from arena.engine.driver import Driver
from arena.engine.interruption import Interruption
from arena.engine.manifest import manifest
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.merge import merge
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.store import Store
from arena.report.run_summary import log_lines
from games import BadInput
from tests.arena.designs import Silent, design
from tests.loopback import Loopback, Reply, answering

NO_SCHEMA = "This response_format type is unavailable now"
NO_SYSTEM = "Developer instruction is not enabled"
Asked = Mapping[str, Any]


class Told(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str]] = []

    def noted(self, kind: str, about: str) -> None:
        self.notes.append((kind, about))

    def of(self, kind: str) -> list[str]:
        return [about for noted, about in self.notes if noted == kind]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-loopback")


def models(url: str, *names: str, **changes: Any) -> dict[str, Any]:
    """Models in the one-shot prisoner's dilemma, against each other and a script."""
    common = {"agent": "llm", "api_base": url, "backoff": 0.001, **changes.pop("model", {})}
    players: list[dict[str, Any]] = [{"name": n, "model": f"openai/{n}", **common} for n in names]
    game = {"name": "prisoners_dilemma", "params": {"rounds": 1}}
    others = [{"agent": "tit_for_tat", "name": "script"}]
    return design(games=[game], contestants=[*players, *others], **{"repetitions": 1, **changes})


def text(asked: Asked) -> Reply:
    """A legal answer in either form."""
    if "response_format" in asked:
        return answering(asked)
    last = asked["messages"][-1]["content"]
    return Reply("ACTION: cooperate" if "ACTION" in last or "ooperate" in last else "yes")


def refusing(*what: str) -> Callable[[Asked, int], Reply]:
    """A server that refuses schemas, the role of the system, or both."""

    def script(asked: Asked, _number: int) -> Reply:
        if "schema" in what and "response_format" in asked:
            return Reply(NO_SCHEMA, status=400)
        if "system" in what and asked["messages"][0]["role"] == "system":
            return Reply(NO_SYSTEM, status=400)
        return text(asked)

    return script


def play(data: dict[str, Any], folder: Path, **how: Any) -> tuple[str | None, Told]:
    told = Told()
    return run(Tournament(data), folder, told, how=RunOptions(**how)), told


def counted(folder: Path, query: str) -> Any:
    with sqlite3.connect(folder / FILE) as db:
        return db.execute(query).fetchone()[0]


# The question


def test_the_preflight_asks_as_a_match_will(tmp_path: Path) -> None:
    settings = {"temperature": 0.3, "top_p": 0.9, "max_tokens": 77, "seeded": True, "form": "json"}
    with Loopback() as server:
        play(models(server.url, "m", model=settings), tmp_path)
        first, second, *_ = server.bodies
    assert [m["role"] for m in first["messages"]] == ["system", "user"]
    assert first.keys() == second.keys()
    for key in ("temperature", "top_p", "max_tokens"):
        assert first[key] == second[key]
    assert first["response_format"]["json_schema"]["schema"] == _SCHEMA


def test_each_model_is_asked_once_if_it_answers(tmp_path: Path) -> None:
    with Loopback() as server:
        play(models(server.url, "a", "b", model={"form": "json"}), tmp_path, limit=1)
        probes = [b for b in server.bodies if "reached" in b["messages"][0]["content"]]
    assert sorted(body["model"] for body in probes) == ["a", "b"]


# Servers that refuse the usual way


@pytest.mark.parametrize(
    ("refused", "asked"),
    [(("schema",), 2), (("system",), 3), (("schema", "system"), 4)],
)
def test_a_model_is_asked_as_its_server_takes_it(
    tmp_path: Path, refused: tuple[str, ...], asked: int
) -> None:
    with Loopback(refusing(*refused)) as server:
        data = models(server.url, "m", repetitions=2)
        # LiteLLM's table says that this route takes schemas.
        data["contestants"][0]["model"] = "deepseek/deepseek-chat"
        assert play(data, tmp_path, limit=1)[0] is None
        before = len(server.requests)
        assert counted(tmp_path, "SELECT count(*) FROM probes") == asked
        why, told = play(data, tmp_path)
        assert why is None
        probes = counted(tmp_path, "SELECT count(*) FROM probes") - asked
        assert probes == 1, "what is on record is not found out again"
        assert told.notes == []
        sent = server.bodies[before:]
    assert all(("response_format" in body) == ("schema" not in refused) for body in sent)
    roles = ["user"] if "system" in refused else ["system", "user"]
    assert all([m["role"] for m in body["messages"]] == roles for body in sent)
    if "system" in refused:
        assert "You take part in a study" in sent[-1]["messages"][0]["content"]
    found = Run(tmp_path)
    assert found.counts == {"completed": 4}
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    log = "\n".join(log_lines(found))
    for part in refused:
        assert f"asked without {part}" in log
    found.close()


def test_what_a_server_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    with Loopback(refusing("schema")) as server:
        data = models(server.url, "m")
        data["contestants"][0]["model"] = "deepseek/deepseek-chat"
        _, told = play(data, tmp_path)
    assert [NO_SCHEMA in about for about in told.of("preflight")] == [True]
    assert told.of("asked without schema") == ["deepseek/deepseek-chat"]


def test_a_form_that_the_design_asks_for_is_not_given_up(tmp_path: Path) -> None:
    with Loopback(refusing("schema")) as server:
        data = models(server.url, "m", model={"form": "json"})
        with pytest.raises(BadInput, match=rf"openai/m.*response_format.*{NO_SCHEMA}"):
            play(data, tmp_path)
    assert counted(tmp_path, "SELECT count(*) FROM attempts") == 0


def test_a_form_does_not_change_within_a_run(tmp_path: Path) -> None:
    with Loopback() as server:
        data = models(server.url, "m", repetitions=2)
        data["contestants"][0]["model"] = "deepseek/deepseek-chat"
        play(data, tmp_path, limit=1)
        server.script = refusing("schema")
        with pytest.raises(BadInput, match=r"another form .*--out"):
            play(data, tmp_path)


def test_runs_in_different_forms_are_not_merged(tmp_path: Path) -> None:
    data = models("", "m", repetitions=2)
    data["contestants"][0]["model"] = "deepseek/deepseek-chat"
    for name, script in (("a", refusing("schema")), ("b", refusing())):
        with Loopback(script) as server:
            data["contestants"][0]["api_base"] = server.url
            play(data, tmp_path / name, limit=1)
    with pytest.raises(BadInput, match="another form"):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")


def test_a_setting_that_is_refused_is_named_before_play(tmp_path: Path) -> None:
    def script(asked: Asked, _number: int) -> Reply:
        if "temperature" in asked:
            return Reply("Only the default (1) value of temperature is supported", status=400)
        return text(asked)

    with Loopback(script) as server:
        with pytest.raises(BadInput, match=r"openai/m.*temperature"):
            play(models(server.url, "m", model={"temperature": 0.2}), tmp_path)
        assert len(server.requests) == 1, "without a schema it would be refused as well"


def test_a_neutral_setting_that_is_refused_is_left_out_of_the_whole_run(tmp_path: Path) -> None:
    def script(asked: Asked, _number: int) -> Reply:
        if "top_k" in asked or {"temperature", "top_p"} <= asked.keys():
            refused = "top_k" if "top_k" in asked else "temperature and top_p together"
            return Reply(f"not supported: {refused}", status=400)
        return text(asked)

    with Loopback(script) as server:
        why, told = play(models(server.url, "m", repetitions=2), tmp_path, limit=1)
        assert why is None
        assert len(told.of("preflight")) == 1
        assert told.of("asked without top_k") == told.of("asked without top_p") == ["openai/m"]
        before = len(server.requests)
        _, told = play(models(server.url, "m", repetitions=2), tmp_path)
        assert told.notes == []
        sent = server.bodies[before:]
    assert not any({"top_k", "top_p"} & body.keys() for body in sent)
    assert all(body["temperature"] == 1 for body in sent)
    found = Run(tmp_path)
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    asked = found.decisions().query("contestant == 'm'")
    assert set(asked["temperature"]) == {1.0}
    assert not any("top_p" in json.loads(kept)["sent"] for kept in asked["sampling"])
    found.close()


def test_contestants_that_answer_in_different_forms_are_named_once(tmp_path: Path) -> None:
    with Loopback(lambda asked, _n: text(asked)) as server:
        data = models(server.url, "a", "b", repetitions=2)
        data["contestants"][0]["form"] = "json"
        _, told = play(data, tmp_path, limit=1)
        _, again = play(data, tmp_path)
    (line,) = told.of("forms")
    assert "(JSON: a; lines: b)" in line
    assert again.of("forms") == []
    found = Run(tmp_path)
    assert "\n".join(log_lines(found)).count(line) == 1
    found.close()


def test_a_request_that_is_refused_in_any_form_is_named(tmp_path: Path) -> None:
    with (
        Loopback(lambda _asked, _n: Reply("bad request", status=400)) as server,
        pytest.raises(BadInput, match=r"openai/m.*bad request"),
    ):
        play(models(server.url, "m", model={"form": "json"}), tmp_path)


@pytest.mark.parametrize(("status", "message"), [(503, "down"), (429, "busy")])
def test_a_preflight_that_fails_is_told_and_play_begins(
    tmp_path: Path, status: int, message: str
) -> None:
    def script(asked: Asked, number: int) -> Reply:
        return Reply(message, status=status) if number == 0 else text(asked)

    with Loopback(script) as server:
        why, told = play(models(server.url, "m"), tmp_path)
    assert why is None
    assert told.of("preflight") == [f"openai/m did not answer: {message}"]


# During play


def test_a_key_that_expires_pauses_one_model(tmp_path: Path) -> None:
    def expiring(asked: Asked, number: int) -> Reply:
        gone = asked["model"] == "a" and number > 6
        return Reply("no such key", status=401) if gone else text(asked)

    with Loopback(expiring) as server:
        data = models(server.url, "a", "b", repetitions=4)
        why, told = play(data, tmp_path)
        assert "openai/a: it cannot be used: no such key" in str(why)
        assert len(told.of("paused")) == 1
        assert counted(tmp_path, "SELECT count(*) FROM matches WHERE ending = 'void'") == 0
        closed = counted(tmp_path, "SELECT count(*) FROM matches")
        assert closed >= 8, "b met the script in both seats"
        server.script = lambda asked, _n: text(asked)
        assert play(data, tmp_path)[0] is None


def test_a_rejection_that_every_call_meets_closes_no_match(tmp_path: Path) -> None:
    def changed(asked: Asked, number: int) -> Reply:
        return text(asked) if number < 4 else Reply("this is no longer taken", status=400)

    with Loopback(changed) as server:
        data = models(server.url, "m", repetitions=10)
        why, _ = play(data, tmp_path)
        assert "openai/m: it rejects every call: this is no longer taken" in str(why)
        assert len(server.requests) <= 4 + 3 + 4, "three, and those in flight"
        assert counted(tmp_path, "SELECT count(*) FROM matches WHERE ending = 'void'") == 0
        server.script = lambda asked, _n: text(asked)
        assert play(data, tmp_path)[0] is None
    assert Run(tmp_path).counts == {"completed": 20}


def test_a_rejection_of_one_input_ends_its_match_alone(tmp_path: Path) -> None:
    rejected: list[int] = []

    def picky(asked: Asked, number: int) -> Reply:
        if number == 1 or asked["seed"] in rejected:
            rejected.append(asked["seed"])
            return Reply("the prompt is too long", status=400)
        return text(asked)

    with Loopback(picky) as server:
        data = models(server.url, "m", model={"seeded": True}, repetitions=8)
        assert play(data, tmp_path)[0] is None
    assert len(rejected) == 2, "asked again once others were answered"
    found = Run(tmp_path)
    assert found.counts == {"completed": 15, "void": 1}
    assert list(replay(found)) == []
    assert "rejected 400 from 127.0.0.1 1" in "\n".join(log_lines(found))


def test_an_input_that_is_moderated_is_a_refusal_and_asked_again(tmp_path: Path) -> None:
    flagged = {"reasons": ["violence"], "flagged_input": "You play"}
    error = {"error": {"code": 403, "message": "requires moderation", "metadata": flagged}}

    def moderated(asked: Asked, number: int) -> Reply:
        return Reply(body=json.dumps(error).encode(), status=403) if number == 2 else text(asked)

    with Loopback(moderated) as server:
        assert play(models(server.url, "m"), tmp_path)[0] is None
    assert counted(tmp_path, "SELECT count(*) FROM attempts WHERE verdict = 'refused'") == 1
    assert Run(tmp_path).counts == {"completed": 2}


def test_a_long_limit_pauses_the_model_at_once_with_the_time_it_ends(tmp_path: Path) -> None:
    said = "Rate limit reached on tokens per day (TPD). Please try again in 7h12m."

    def limited(asked: Asked, number: int) -> Reply:
        return text(asked) if number < 3 else Reply(said, status=429)

    with Loopback(limited) as server:
        why, told = play(models(server.url, "m", repetitions=4), tmp_path)
    assert "openai/m: its limit is reached, to be waited for 7 h 12 min, until " in str(why)
    assert len(told.of("paused")) == 1
    assert counted(tmp_path, "SELECT count(*) FROM matches WHERE ending = 'void'") == 0


def test_a_wait_of_more_than_a_minute_is_told_and_kept(tmp_path: Path) -> None:
    told, tournament = Told(), Tournament(models("http://127.0.0.1:9", "m"))

    async def wait(gate: Limiter) -> None:
        ask = Ask("openai/m")
        await gate.enter(ask)
        gate.leave(ask, Failure("busy", 429, 90))

    with Store(tmp_path, manifest(tournament, 2)) as store:
        asyncio.run(wait(Driver(tournament, store, told, None, Interruption()).limiter))
    (about,) = told.of("waiting")
    assert about.startswith("openai/m: its provider asks for a wait of 1 min 30 s, until ")
    assert counted(tmp_path, "SELECT about FROM notes WHERE kind = 'waiting'") == about


def test_the_bound_on_waits_is_the_design_s(tmp_path: Path) -> None:
    def limited(asked: Asked, number: int) -> Reply:
        wait = {"Retry-After": "0.2"}
        return Reply("busy", status=429, headers=wait) if number == 1 else text(asked)

    with Loopback(limited) as server:
        data = models(server.url, "m", limits={"openai/m": {"longest_wait": 0.1}})
        why, _ = play(data, tmp_path)
    assert "its limit is reached, to be waited for 0 s" in str(why)


def test_a_limit_voids_no_match_however_often_it_is_met(tmp_path: Path) -> None:
    def busy(asked: Asked, number: int) -> Reply:
        return Reply("busy", status=429) if number % 5 else text(asked)

    with Loopback(busy) as server:
        limits = {"openai/m": {"failing": 1}}
        data = models(server.url, "m", model={"retries": 0}, limits=limits)
        why, _ = play(data, tmp_path)
    assert why is None
    assert Run(tmp_path).counts == {"completed": 2}


def test_a_run_of_void_matches_alone_says_so(tmp_path: Path) -> None:
    with Loopback(lambda _asked, _n: Reply("Hm.")) as server:
        data = models(server.url, "m", model={"reasks": 0})
        why, _ = play(data, tmp_path)
        assert why == "all 2 matches are void (missing 2); arena log says what came of the calls"
        assert play(data, tmp_path)[0] == why, "and says it again"


def test_the_log_says_which_failures_came_from_where(tmp_path: Path) -> None:
    def script(asked: Asked, number: int) -> Reply:
        bad = {1: Reply("busy", status=429), 2: Reply("down", status=503), 3: Reply(drop=True)}
        return bad.get(number) or text(asked)

    with Loopback(script) as server:
        play(models(server.url, "m"), tmp_path)
    lines = "\n".join(log_lines(Run(tmp_path)))
    assert "failures: busy 429 from 127.0.0.1 1, server 503 from 127.0.0.1 1, transport 1" in lines
