"""A design's question is part of the design, and changes no match."""

from pathlib import Path

from arena.design.analysis import QUESTION
from arena.design.tournament import Tournament
from arena.record.compatibility import differences
from arena.record.run import Run
from tests.arena.designs import design, played


def test_a_question_is_part_of_the_design_and_does_not_bind_play(tmp_path: Path) -> None:
    plain, asking = Tournament(design()), Tournament(design(question="Who wins?"))
    assert QUESTION not in plain.content
    assert asking.content == {**plain.content, QUESTION: "Who wins?"}
    assert plain.hash != asking.hash
    assert differences(plain.content, asking.content) == [
        "question was missing and is now 'Who wins?'"
    ]
    folder = played(design(), tmp_path / "run", limit=1)
    before = set(Run(folder).ids())
    assert set(Run(played(design(question="Who wins?"), folder)).ids()) > before
    assert Run(folder).manifest.design[QUESTION] == "Who wins?"
