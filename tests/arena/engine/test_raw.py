"""Messages that hold more than a text: on record, in what is told and in what is exported."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.replay import replay
from arena.engine.runner import run
from arena.engine.verify import problems
from arena.record.run import Run
from arena.report.export import export
from arena.report.run_summary import log_document, log_lines
from arena.report.transcript import transcript_lines
from tests.arena.designs import Silent, design
from tests.loopback import Loopback, Reply, answering

Script = Any


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")


def played(folder: Path, script: Script, model: str = "openai/m", **changes: Any) -> Run:
    with Loopback(script) as server:
        base = server.url if model.startswith("openai") else server.url.removesuffix("/v1")
        player = {"name": "m", "agent": "llm", "model": model, "api_base": base, "reasks": 0}
        player |= {"form": "json", "backoff": 0.001}
        game = {"name": "dictator", "contestants": ["m"]}
        data = design(games=[game], contestants=[player], repetitions=1, **changes)
        run(Tournament(data), folder, Silent(), how=RunOptions(preflight=False))
    return Run(folder)


def elsewhere(asked: Mapping[str, Any], number: int) -> Reply:
    return Reply("", reasoning=answering(asked, number).text)


def shown(found: Run) -> str:
    (key,) = found.ids()
    transcript = found.transcript(key, texts=True)
    return "\n".join(transcript_lines(transcript, found.tournament.rules(transcript.match)))


def test_an_answer_outside_the_text_is_played_and_told(tmp_path: Path) -> None:
    found = played(tmp_path, elsewhere)
    assert found.counts == {"completed": 1}
    assert list(problems(found)) == []
    assert list(replay(found)) == []
    (model,) = log_document(found)["models"].values()
    assert (model["elsewhere"], model["unread"]) == ({"reasoning_content": 1}, {})
    assert "replies without text, read from: reasoning_content 1" in "\n".join(log_lines(found))
    assert "read from reasoning_content" in shown(found)


def test_where_an_unread_answer_stands_is_told(tmp_path: Path) -> None:
    found = played(tmp_path, lambda _asked, _number: Reply("", reasoning="I keep it all."))
    assert found.counts == {"void": 1}
    (model,) = log_document(found)["models"].values()
    assert (model["elsewhere"], model["unread"]) == ({}, {"reasoning_content": 1})
    said = "\n".join(log_lines(found))
    assert "replies without text, an answer perhaps in: reasoning_content 1" in said
    assert "an answer may stand in reasoning_content" in shown(found)


def test_an_ending_of_no_known_meaning_is_told(tmp_path: Path) -> None:
    cut = Reply('{"action": 3', finish_reason="mystery")
    found = played(tmp_path, lambda _asked, _number: cut)
    assert found.counts == {"void": 1}
    assert "endings of no known meaning: mystery 1" in "\n".join(log_lines(found))
    assert "no known ending: mystery" in shown(found)


def test_the_message_is_exported(tmp_path: Path) -> None:
    found = played(tmp_path / "run", elsewhere)
    export(found, tmp_path / "out", "csv")
    with (tmp_path / "out" / "attempts.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    message = json.loads(row["raw"])["message"]
    assert json.loads(message["reasoning_content"]) == {"action": 0}
    assert row["reply"] == ""


@pytest.mark.parametrize("record", ["outcomes", "decisions"])
def test_other_records_keep_no_message(tmp_path: Path, record: str) -> None:
    found = played(tmp_path, elsewhere, record=record)
    assert list(found.rows("SELECT raw, reply FROM attempts")) == [(None, None)]
    assert list(found.rows("SELECT text FROM texts")) == []


def test_another_name_on_the_wire_is_noted(tmp_path: Path) -> None:
    def local(_asked: Mapping[str, Any], _number: int) -> Reply:
        said = {"role": "assistant", "content": '{"action": 0}'}
        whole = {"model": "x", "message": said, "done": True, "done_reason": "stop"}
        return Reply(body=json.dumps(whole | {"prompt_eval_count": 1, "eval_count": 1}).encode())

    found = played(tmp_path, local, "ollama/x")
    assert found.counts == {"completed": 1}
    noted = {
        kind: about.partition(":")[0] for kind, about in found.rows("SELECT kind, about FROM notes")
    }
    assert noted == {"route": "ollama/x is reached as ollama_chat/…", "lane": "ollama/x"}
