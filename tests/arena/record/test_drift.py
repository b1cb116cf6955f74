"""A model that changes half-way, served over HTTP, is said so with every result."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from arena.analysis.effects import effects
from arena.analysis.pooled_effects import pooled_effects
from arena.record.drift import drift
from arena.record.run import Run
from dashboard.data import runs as data
from tests.arena.analysis.stub_models import dilemma, played
from tests.arena.commands import command
from tests.loopback import Reply, Script

ARMS: list[dict[str, Any]] = [
    {"mode": "hidden", "induced": "none"},
    {"mode": "hidden", "induced": "anger"},
]
CALLS = 16


@pytest.fixture(scope="module", autouse=True)
def _key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-loopback")
        yield


def serving(*names: str) -> Script:
    """A provider that answers as one model after the other, each for CALLS / len(names) calls."""

    def script(asked: Mapping[str, Any], number: int) -> Reply:
        name = names[min(number * len(names) // CALLS, len(names) - 1)]
        said = {"felt": "neutral", "intensity": number, "action": "cooperate"}
        keys = asked["response_format"]["json_schema"]["schema"]["properties"]
        return Reply(json.dumps({key: said[key] for key in keys}), model=name)

    return script


def run_of(folder: Path, *names: str) -> Run:
    return played(
        folder, serving(*names), lambda url: dilemma(url, ARMS, repetitions=4, concurrency=1)
    )


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory.mktemp("changed") / "run", "test-june", "test-july")


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory.mktemp("same") / "run", "test-june")


def test_the_sentence_names_contestants_models_and_the_match(changed: Run) -> None:
    (sentence,) = drift([changed])
    query = "SELECT served_model, match FROM attempts ORDER BY filed"
    replies = changed.rows(query).fetchall()
    assert len(replies) == CALLS
    first = next(match for name, match in replies if name == "test-july")
    assert sentence == (
        "The served model changed: openai/test of m hidden anger, m hidden none was test-june "
        f"(8 replies), then test-july from match {first} on (8 replies)."
    )
    assert changed.match(first).match.id == first


def test_a_model_that_stays_is_not_spoken_of(same: Run) -> None:
    assert drift([same]) == ()
    assert "served model" not in command(same.folder, "effects", ".").said


def test_a_change_between_runs_is_said_with_the_run(same: Run, tmp_path: Path) -> None:
    later = run_of(tmp_path / "later", "test-july")
    assert drift([later]) == ()
    (sentence,) = pooled_effects([same, later]).remarks
    assert "test-june (16 replies), then test-july from match" in sentence
    assert f"of {later.folder} on (16 replies)" in sentence
    assert effects(later).remarks == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate", "--rounds", "5"),
        ("rate", "--method", "mean_payoff", "--rounds", "5"),
        ("effects",),
        ("align",),
        ("variance",),
        ("mediation",),
        ("deception",),
    ],
    ids=" ".join,
)
def test_every_result_says_so(changed: Run, arguments: tuple[str, ...]) -> None:
    name, *more = arguments
    said = " ".join(command(changed.folder, name, ".", *more).said.split())
    assert f"{drift([changed])[0]} " in f"{said} "
    if name != "align":
        document = json.loads(command(changed.folder, name, ".", *more, "--json").said)
        assert document["remarks"] == [*drift([changed])]


def test_the_dashboard_says_so(changed: Run) -> None:
    assert data.remarked(changed.folder) == drift([changed])
