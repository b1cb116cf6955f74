"""Doubts about a run: each planted fault is named with its record, and nothing else."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import arena
from agents.core.responses.endings import CUT
from arena.analysis.doubts import Doubt, Evidence, doubts
from arena.record.run import Run
from prompts import Verdict
from tests.arena.analysis.planted import NAMES, REPETITIONS, of_models, planted, sound
from tests.arena.analysis.stub_models import played
from tests.loopback import Reply


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
        assert shown(fault)["model"] == "openai/silent"
        assert shown(fault)["verdict"] == Verdict.REFUSED


def test_a_sound_run_is_doubted_in_nothing_but_its_registration(tmp_path: Path) -> None:
    def script(asked: Mapping[str, Any], _number: int) -> Reply:
        return Reply(sound(asked))

    run = played(
        tmp_path / "run", script, lambda url: of_models(url, ("one", "two"), repetitions=10)
    )
    assert [*found(run)] == ["The run is not registered."]
