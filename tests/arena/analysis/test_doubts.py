"""Doubts about a run: each planted fault is named with its record, and nothing else."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import arena
from agents.core.responses.endings import CUT
from arena.analysis.doubts import Doubt, Evidence, doubts
from arena.record.run import Run
from prompts import Verdict
from tests.arena.analysis.stub_models import played
from tests.arena.designs import design
from tests.loopback import Reply, Script, first_legal

NAMES = ("sound", "refuser", "cut", "changed", "silent")
REPETITIONS = 2


def sound(asked: Mapping[str, Any]) -> str:
    return json.dumps(first_legal(asked["response_format"]["json_schema"]["schema"]))


def planted() -> Script:
    """Models with one fault each; an answer that is refused or cut is right the second time."""
    asked_of: dict[str, int] = {}

    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        name = asked["model"]
        count = asked_of[name] = asked_of.get(name, -1) + 1
        if name == "silent" or (name == "refuser" and count % 2 == 0):
            return Reply(None, refusal="I cannot take part.")
        if name == "cut" and count % 2 == 0:
            return Reply('{"action": "coop', finish_reason=CUT)
        served = "june" if name == "changed" and count < REPETITIONS else name
        return Reply(sound(asked), model=served)

    return script


def of_models(url: str, names: tuple[str, ...], **changes: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"name": name, "agent": "llm", "model": f"openai/{name}", "form": "json", "api_base": url}
        for name in names
    ]
    rows.append({"agent": "cooperator"})
    return design(games=[{"name": "prisoners_dilemma"}], contestants=rows, concurrency=1, **changes)


@pytest.fixture(scope="module", autouse=True)
def _key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        yield


def found(run: Run) -> dict[str, Doubt]:
    return {each.sentence: each for each in doubts(run)}


def test_each_planted_fault_is_named_with_its_record(tmp_path: Path) -> None:
    data = {"repetitions": REPETITIONS}
    run = played(tmp_path / "run", planted(), lambda url: of_models(url, NAMES, **data))
    every = found(run)
    faults = {
        "refused": "refuser refused in ",
        "cut": "of cut were cut at the limit of tokens",
        "changed": "The served model changed: openai/changed of changed was june",
        "few": f"rest on {REPETITIONS} clusters",
        "missing": "silent has no rating: all its ",
        "void": "of silent are void through it",
        "registration": "The run is not registered.",
    }
    one = {fault: [s for s in every if words in s] for fault, words in faults.items()}
    assert {fault: len(sentences) for fault, sentences in one.items()} == dict.fromkeys(faults, 1)
    assert not any("sound" in sentence for sentence in every)
    evidence = {fault: every[sentences[0]].evidence for fault, sentences in one.items()}
    attempts = arena.Run(run.folder).attempts()
    keys = zip(*(attempts[key] for key in ("match", "seat", "turn", "number")), strict=True)
    rows = dict(zip(keys, attempts.to_dict("records"), strict=True))

    def shown(fault: str) -> Any:
        behind = evidence[fault]
        assert behind is not None
        assert behind.attempt is not None
        return rows[behind.match, *behind.attempt]

    assert shown("refused")["verdict"] == Verdict.REFUSED
    assert shown("cut")["stop"] == CUT
    assert shown("changed")["model"] == "openai/changed"
    assert shown("changed")["served_model"] == "changed"
    assert evidence["few"] in {Evidence(each.match.id) for each in run.matches()}
    for fault in ("missing", "void"):
        (ended,) = (m for m in run.matches() if Evidence(m.match.id) == evidence[fault])
        assert ended.payoffs is None


def test_a_sound_run_is_doubted_in_nothing_but_its_registration(tmp_path: Path) -> None:
    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        return Reply(sound(asked))

    run = played(
        tmp_path / "run", script, lambda url: of_models(url, ("one", "two"), repetitions=10)
    )
    assert [*found(run)] == ["The run is not registered."]
