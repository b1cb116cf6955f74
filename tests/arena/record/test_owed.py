"""Which decisions a recorded match owed, and what was first answered to its questions."""

from pathlib import Path
from typing import Any

from arena.core.types import Transcript
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.record.first_answers import first_answers
from arena.record.owed import owed
from arena.record.store import Store
from games import load
from prompts import OPENING, Verdict
from tests.arena.designs import design, transcripts
from tests.arena.record.test_store import ANSWERED, FAILED

ROUNDS = {"name": "prisoners_dilemma", "params": {"rounds": 3}}


def void(game: dict[str, Any], *contestants: dict[str, Any]) -> list[Transcript]:
    """Matches that end with the first move of an agent that has no legal action."""
    names = [str(row.get("name", row["agent"])) for row in contestants]
    rows = [{**game, "contestants": names}]
    return transcripts(design(games=rows, contestants=list(contestants), repetitions=1))


LOST = {"name": "lost", "agent": "fixed", "actions": ["bet"]}


def test_all_rounds_of_a_void_match_are_owed() -> None:
    game = load("prisoners_dilemma", {"rounds": 3})
    for transcript in void(ROUNDS, LOST, {"agent": "cooperator"}):
        lost = transcript.match.seats.index("lost")
        assert (transcript.ending.kind, transcript.ending.player) == ("void", lost)
        every = list(owed(transcript, game))
        assert [(each.player, each.turn) for each in every[:2]] == [(0, 0), (1, 0)]
        assert [each.action is not None for each in every[:2]] == [lost == 1, lost == 0]
        rest = [(each.player, each.due[0].round, each.decision, each.state) for each in every[2:]]
        assert rest == [(player, number, None, None) for number in (2, 3) for player in (0, 1)]
        values = {due.value for each in every[2:] for due in each.due}
        assert values == {None}


def test_an_answer_is_owed_where_nobody_made_an_offer() -> None:
    game = load("ultimatum", {})
    silent = {"name": "lost", "agent": "fixed", "actions": ["accept"]}
    (transcript,) = (
        each
        for each in void({"name": "ultimatum"}, silent, {"agent": "fair"})
        if each.match.seats[0] == "lost"
    )
    asked, never = owed(transcript, game)
    assert (asked.player, asked.turn, asked.action) == (0, 0, None)
    assert (never.player, never.turn, never.action) == (1, None, None)


def test_a_whole_match_owed_what_was_made() -> None:
    data = design()
    tournament = Tournament(data)
    for transcript in transcripts(data):
        made = [(each.player, each.turn) for each in transcript.decisions]
        every = list(owed(transcript, tournament.rules(transcript.match)))
        assert [(each.player, each.turn) for each in every] == made
        assert all(each.action is not None and each.due for each in every)


def test_the_first_answer_counts_and_a_failed_call_is_none(tmp_path: Path) -> None:
    refused = ANSWERED.__class__(ANSWERED.messages, ANSWERED.completion, Verdict.REFUSED)
    with Store(tmp_path, manifest(Tournament(design()), 36)) as there:
        there.file("m", 0, OPENING, 0, ANSWERED)
        there.file("m", 0, 0, 0, FAILED)
        there.file("m", 0, 0, 1, refused)
        there.file("m", 0, 0, 2, ANSWERED)
        there.file("m", 0, -2, 0, ANSWERED)
        there.file("m", 1, 3, 0, FAILED)
        there.file("other", 1, 0, 0, ANSWERED)
        assert first_answers(there, "m") == {
            (0, OPENING): Verdict.LEGAL,
            (0, 0): Verdict.REFUSED,
        }
