"""Decisions beside people's: clusters are named by the wording, and what was lost is counted."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from arena.analysis.alignment import align
from arena.analysis.due_decisions import compared_decisions
from arena.analysis.human_measures import measured
from arena.analysis.lost_decisions import lost_shares
from arena.record.run import Run
from tests.arena.analysis.stub_models import attrit, contestant, dilemma, model, played

pytestmark = pytest.mark.usefixtures("key")
ARMS: list[dict[str, Any]] = [{"induced": "none"}, {"induced": "anger"}]
BLOCKS = 24


def design(repetitions: int) -> Callable[[str], dict[str, Any]]:
    return lambda url: dilemma(url, ARMS, repetitions=repetitions)


def forgetful(instructions: str, said: str, _chance: Random) -> str | None:
    """It refuses some of what it is asked without an emotion: the same in the same words."""
    draw = Random(instructions + said).randrange(3)
    if "angry" in instructions:
        return "defect"
    return None if draw == 0 else ("cooperate", "defect")[draw - 1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return played(tmp_path_factory.mktemp("void") / "run", model(forgetful), design(BLOCKS))


def partners(table: pd.DataFrame) -> tuple[int, int]:
    """Angry decisions, and those whose cluster holds a neutral one."""
    angry = table[table["contestant"] == "m anger"]
    neutral = table[table["contestant"] == "m none"]
    return len(angry), int(angry["cluster"].isin(neutral["cluster"]).sum())


def test_a_void_first_repetition_changes_no_pair(tmp_path: Path) -> None:
    """Calm, the first match in every wording is void; angry decisions keep their partners."""
    heard: set[str] = set()

    def refuses_first(instructions: str, said: str, _chance: Random) -> str | None:
        if "angry" in instructions:
            return "defect"
        if instructions not in heard or "cannot take part" in said:
            heard.add(instructions)
            return None
        return "cooperate"

    def few_wordings(url: str) -> dict[str, Any]:
        arms = contestant(url, ARMS, paraphrase=1)
        return dilemma(url, ARMS, repetitions=33, concurrency=1) | {
            "contestants": [arms, {"agent": "cooperator"}]
        }

    run = played(tmp_path / "run", model(refuses_first), few_wordings)
    assert run.counts["void"] > 1
    assert partners(measured(run)) == (66, 66)


def test_pairs_of_a_run_that_is_cut_or_grown_are_those_of_the_whole(
    whole: Run, tmp_path: Path
) -> None:
    def named(run: Run) -> set[tuple[Any, ...]]:
        return set(measured(run)[["match", "seat", "cluster"]].itertuples(index=False, name=None))

    cut = played(tmp_path / "cut", model(forgetful), design(BLOCKS), 20)
    grown = played(tmp_path / "grown", model(forgetful), design(BLOCKS + 8))
    assert 0 < len(named(cut)) < len(named(whole)) < len(named(grown))
    assert named(cut) <= named(whole) <= named(grown)


def test_what_was_refused_is_lost_to_the_comparison(whole: Run) -> None:
    """A refusal counts though a re-ask brought an action."""
    shares = lost_shares(whole, compared_decisions(whole))
    ((refused,),) = whole.rows(
        "SELECT count(*) FROM attempts JOIN seats USING (match, seat) "
        "WHERE contestant = 'm none' AND number = 0 AND attempts.verdict = 'refused'"
    )
    assert 0 < refused < 2 * BLOCKS
    expected = pytest.approx(refused / (2 * BLOCKS))
    assert shares["m none", "prisoners_dilemma", "cooperation"] == expected
    assert shares["m anger", "prisoners_dilemma", "cooperation"] == 0
    found = align(whole, ["zhu2024_dilemma"])
    (calm,) = [each for each in found.comparisons if each.contestant == "m none"]
    assert calm.lost == expected
    (told,) = [each for each in found.verdicts if each.base.startswith("m")]
    assert told.words == "cannot be told"
    assert any("of decisions lost" in reason for reason in told.reasons)


def test_what_was_refused_in_a_repeated_game_is_lost_too(tmp_path: Path) -> None:
    rounds = [{"name": "prisoners_dilemma", "params": {"rounds": 2}}]
    run = played(
        tmp_path / "run",
        model(attrit),
        lambda url: dilemma(url, ARMS, games=rounds, repetitions=8),
    )
    shares = lost_shares(run, compared_decisions(run))
    assert shares["m anger", "prisoners_dilemma", "cooperation"] > 0.2
    assert shares["m none", "prisoners_dilemma", "cooperation"] == 0
