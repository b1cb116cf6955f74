"""Designs that ask for outcomes only: scripted matches as arrays, everything else as ever."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from arena.core.types import Transcript
from arena.record.run import Run
from arena.report.transcript import transcript_lines
from games import BadInput
from tests.arena.designs import design, played, transcripts
from tests.arena.engine.test_batch_agrees import agree

MACHINES = ["tit for tat", "grim", "alternator", "defector"]
STEADY: dict[str, Any] = {
    "games": [
        {"name": "prisoners_dilemma", "params": {"continuation": 0.8}, "contestants": MACHINES},
        {"name": "battle_of_the_sexes", "params": {"rounds": 7}, "contestants": MACHINES},
        {"name": "prisoners_dilemma", "id": "once", "contestants": MACHINES},
    ],
    "contestants": [
        {"name": "tit for tat", "agent": "tit_for_tat"},
        {"agent": "grim"},
        {"agent": "alternator"},
        {"agent": "defector"},
    ],
}


def payoffs(folder: Path) -> dict[str, Any]:
    run = Run(folder)
    found = {t.match.id: t.payoffs for t in run.matches()}
    run.close()
    return found


def test_deterministic_matches_come_out_as_in_the_loop(tmp_path: Path) -> None:
    expected = {t.match.id: t.payoffs for t in transcripts(design(**STEADY, repetitions=5))}
    assert len({sum(p) for p in expected.values() if p}) > 10, "lengths differ"
    assert payoffs(played(design(**STEADY, repetitions=5, record="outcomes"), tmp_path)) == expected


def test_chance_that_comes_later_is_that_of_the_loop_too(tmp_path: Path) -> None:
    """Leduc poker deals a card between the rounds; an auction draws lots between equal bids."""
    games = ["leduc_poker", {"name": "first_price_auction", "params": {"highest": 4}}]
    bold = {"name": "bold", "agent": "fixed", "actions": ["raise", "bet", "call", 2]}
    tame = {"name": "tame", "agent": "fixed", "actions": ["check", "call", 2]}
    rows = [each if isinstance(each, dict) else {"name": each} for each in games]
    data = design(games=rows, contestants=[bold, tame], repetitions=40)
    expected = {t.match.id: t.payoffs for t in transcripts(data)}
    assert len(set(expected.values())) > 4
    assert payoffs(played({**data, "record": "outcomes"}, tmp_path)) == expected


def hands(found: dict[str, Any], loop: list[Transcript]) -> Counter[Any]:
    """How often each payoff followed each deal; deals by the loop, from the same seeds."""
    return Counter((t.match.seats, t.deals, found[t.match.id]) for t in loop)


def test_random_matches_have_the_loops_deals_and_its_distribution(tmp_path: Path) -> None:
    poker = {"name": "kuhn_poker", "contestants": ["equilibrium", "uniform"]}
    data = design(games=[poker], repetitions=3_000)
    loop = transcripts(data)
    found = payoffs(played({**data, "record": "outcomes"}, tmp_path))
    ordinary = {t.match.id: t.payoffs for t in loop}
    assert found.keys() == ordinary.keys()
    assert agree(hands(found, loop), hands(ordinary, loop))
    assert found != ordinary, "it is not the loop that has played"


def test_a_match_comes_out_the_same_whatever_is_played_beside_it(tmp_path: Path) -> None:
    data = design(repetitions=20, record="outcomes")
    folder = played(data, tmp_path / "parts", limit=17)
    folder = played(data, folder, limit=50)
    assert payoffs(played(data, folder)) == payoffs(played(data, tmp_path / "whole"))


def test_what_arrays_cannot_play_is_played_by_the_loop(tmp_path: Path) -> None:
    full = payoffs(played(design(), tmp_path / "full"))
    run = Run(played(design(record="outcomes"), tmp_path / "outcomes"))
    covered = {"kuhn_poker": ["bold", "equilibrium", "uniform"]}
    covered |= {"prisoners_dilemma": ["tit for tat", "uniform"]}
    assert (run.manifest.record, run.manifest.simulated) == ("outcomes", covered)
    by_loop = [
        t for t in run.matches() if "bold" in t.match.seats and t.match.game == "prisoners_dilemma"
    ]
    assert len(by_loop) == 12
    assert all(t.payoffs == full[t.match.id] for t in by_loop)
    assert not any(t.deals or t.decisions for t in run.matches()), "payoffs alone are kept"
    for game in ("kuhn_poker", "prisoners_dilemma"):
        kept = next(t for t in run.matches() if t.match.game == game)
        lines = "\n".join(transcript_lines(run.match(kept.match.id), run.game(game)))
        assert 'Only the outcome was kept (record = "outcomes")' in lines
        assert lines.endswith(f"{kept.match.seats[1]} {(kept.payoffs or ())[1]}.")
    run.close()


def test_a_run_is_not_continued_with_another_record(tmp_path: Path) -> None:
    played(design(), tmp_path, limit=1)
    with pytest.raises(BadInput, match="a run with record = 'full', not 'outcomes'"):
        played(design(record="outcomes"), tmp_path)


def test_large_games_and_fractions_are_left_to_the_loop(tmp_path: Path) -> None:
    small = {"agent": "uniform"}
    data = design(
        games=[
            {"name": "liars_dice", "params": {"dice": 5}},
            {"name": "matrix_game", "params": {"table": [[[1, 0], [0.5, 0]], [[0, 2], [3, 4]]]}},
            {"name": "kuhn_poker", "params": {"rounds": 2}},
        ],
        contestants=[small, {**small, "name": "another"}],
        record="outcomes",
        repetitions=1,
    )
    run = Run(played(data, tmp_path))
    assert run.manifest.simulated == {}
    assert sum(run.counts.values()) == 6
    run.close()
