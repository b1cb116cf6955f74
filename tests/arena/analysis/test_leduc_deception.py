"""Leduc poker in `arena deception`: bluffs and who believes them, counted by hand."""

import json
from pathlib import Path

import pytest

from arena.core.types import Transcript
from arena.record.run import Run
from tests.arena.commands import command
from tests.arena.designs import design, played

WEAK = {("J", ""), ("J", "Q"), ("J", "K"), ("Q", "J")}
"""Own rank and the rank on the table with which most of the other's hands win."""
BOLD = {"name": "bold", "agent": "fixed", "actions": ["raise", "bet", "call"]}
TAME = {"name": "tame", "agent": "fixed", "actions": ["check", "fold"]}


def bets(transcript: Transcript, who: str) -> list[tuple[bool, bool]]:
    """Of each bet and raise of a contestant, whether it is a bluff and whether it is folded to."""
    cards, board, found = transcript.deals[:2], "", []
    moves = [(each.player, str(each.decision.action)) for each in transcript.decisions]
    closed = 0
    for at, (player, action) in enumerate(moves):
        answer = moves[at + 1][1] if at + 1 < len(moves) else ""
        if action in {"bet", "raise"} and transcript.match.seats[player] == who:
            found.append(((str(cards[player]), board) in WEAK, answer == "fold"))
        closed = closed + 1 if action == "check" else 0
        if action == "call" or closed == 2:
            board, closed = str(transcript.deals[-1]), 0
    return found


def test_bluffs_and_how_often_they_are_believed(tmp_path: Path) -> None:
    players = [BOLD, TAME, {"agent": "uniform"}]
    data = design(games=[{"name": "leduc_poker"}], contestants=players, repetitions=12)
    run = played(data, tmp_path / "run")
    rows = json.loads(command(run, "deception", ".", "--json").said)["bluffs"]
    by_name = {row["contestant"]: row for row in rows}
    assert set(by_name) == {"bold", "uniform"}  # who never bets claims nothing
    matches = list(Run(run).matches())
    for who, row in by_name.items():
        made = [each for transcript in matches for each in bets(transcript, who)]
        bluffs = [believed for bluff, believed in made if bluff]
        honest = [believed for bluff, believed in made if not bluff]
        assert (row["n"], row["bluffs"]) == (len(made), len(bluffs))
        assert len(bluffs) > 10
        assert row["believed"] == pytest.approx(sum(bluffs) / len(bluffs))
        assert row["honest"] == pytest.approx(sum(honest) / len(honest))
        assert row["low"] <= row["believed"] <= row["high"]
