"""Games with messages on the command line."""

from pathlib import Path

from tests.arena.commands import command

TALK = 'talk={"length": 80}'


def test_a_game_with_talk_is_told_and_solved_without_it(tmp_path: Path) -> None:
    told = command(tmp_path, "prompt", "prisoners_dilemma", "-G", TALK).said
    assert "What do you write to the other player?" in told
    bare = command(tmp_path, "solve", "prisoners_dilemma").said
    spoken = command(tmp_path, "solve", "prisoners_dilemma", "-G", TALK).said
    assert spoken == (
        f"Messages are ignored: that is an equilibrium of any talk that binds nobody.\n\n{bare}"
    )


def test_a_table_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    for param in ("talk=often", 'talk={"turns": 1}', "talk={", 'advice={"adviser": "nobody"}'):
        done = command(tmp_path, "prompt", "prisoners_dilemma", "-G", param)
        assert done.status == 2
        assert done.said.count("\n") == 1
