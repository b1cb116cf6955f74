"""Replays: each player sees what the rules let it see, and displays arrive after their decision."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from agents.core.types import Decision, Opinion
from arena.analysis.feelings import feelings
from arena.core.types import Transcript
from arena.record.run import Run
from dashboard.data.replay import Frame, frames, opinions, told
from prompts import Verdict


def replayed(folder: Path, game: str) -> list[tuple[Transcript, list[Frame]]]:
    run = Run(folder)
    found = [run.match(match) for match in run.ids()]
    rules = run.game(game)
    run.close()
    return [(each, frames(each, rules)) for each in found if each.match.game == game]


CARDS = {"J": "Jack", "Q": "Queen", "K": "King"}


def test_a_card_is_seen_by_its_player_alone(root: Path) -> None:
    for transcript, moments in replayed(root / "scripted", "kuhn_poker"):
        for seat, card in enumerate(transcript.deals):
            assert moments[0].tables[seat] == (f"Your card: {CARDS[str(card)]}.",)


def test_a_game_without_texts_is_told_in_plain_words(root: Path) -> None:
    for transcript, moments in replayed(root / "scripted", "kuhn_poker"):
        seen = replace(moments[0].seen[0], game="another")
        assert told(seen) == (f"dealt: card {transcript.deals[0]}",)


@pytest.mark.parametrize("game", ["kuhn_poker", "prisoners_dilemma"])
def test_moments_hold_every_decision_once_and_only_add_lines(root: Path, game: str) -> None:
    for transcript, moments in replayed(root / "moved", game):
        made = [played for moment in moments for played in moment.made]
        assert made == list(transcript.decisions)
        assert moments[-1].title == "The end"
        for before, after in pairwise(moments):
            for seat in range(2):
                old, new = before.tables[seat], after.tables[seat]
                assert new[: len(old)] == old
                assert len(new) - len(old) == after.fresh[seat]


def test_a_display_reaches_the_other_with_the_next_moment(root: Path) -> None:
    shown = 0
    for transcript, moments in replayed(root / "moved", "prisoners_dilemma"):
        for before, after in pairwise(moments):
            for played in before.made:
                affect, seat = played.decision.affect, played.player
                fresh = after.displays[1 - seat][len(before.displays[1 - seat]) :]
                name = transcript.match.seats[seat]
                expected = [(name, affect.shown)] if affect and affect.shown else []
                assert list(fresh) == expected
                shown += len(expected)
    assert shown


def test_a_drawn_face_moves_after_the_decision_that_shows_it(root: Path) -> None:
    moved = 0
    for transcript, moments in replayed(root / "moved", "prisoners_dilemma"):
        state: dict[int, str] = dict.fromkeys(range(2), "")
        for moment in moments:
            if not moment.faces:  # nobody shows anything in this match
                continue
            assert [face.emotion for face in moment.faces] == [state[0], state[1]]
            assert [face.who for face in moment.faces] == [*transcript.match.seats]
            for played in moment.made:
                affect = played.decision.affect
                if affect and affect.shown:
                    moved += affect.shown != state[played.player]
                    state[played.player] = affect.shown
    assert moved


def test_feelings_are_those_of_the_decisions(root: Path) -> None:
    for transcript, _ in replayed(root / "moved", "kuhn_poker"):
        table = feelings(transcript)
        expected = {
            (step, kind, emotion)
            for step, played in enumerate(transcript.decisions, start=1)
            if (affect := played.decision.affect)
            for kind, emotion in (("felt", affect.felt), ("shown", affect.shown))
            if emotion
        }
        assert set(zip(table["step"], table["kind"], table["emotion"], strict=True)) == expected


def test_answers_of_parts_are_a_table_without_empty_columns() -> None:
    proposals = (
        Opinion("anger", 0, Verdict.LEGAL, "defect", 80, "They cheat.", lot=0.1),
        Opinion("fear", 0, Verdict.MISSING, lot=0.2),
    )
    table = opinions(Decision("defect", opinions=proposals))
    assert list(table.columns) == ["part", "round", "proposes", "strength", "reason"]
    assert table["proposes"].tolist() == ["defect", "abstains (missing)"]
    belief = Opinion("belief", 0, Verdict.LEGAL, belief={"bet": 0.25, "check": 0.75})
    table = opinions(Decision("bet", opinions=(belief,)))
    assert table["proposes"].tolist() == ["bet 25 %, check 75 %"]
