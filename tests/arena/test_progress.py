import io

from arena.progress import watcher
from tests.arena.designs import design, transcripts


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(stream: io.StringIO) -> str:
    found = transcripts(design())
    with watcher(stream) as watch:
        watch.begin(len(found) + 4, 4)
        for transcript in found:
            watch.finished(transcript)
    return stream.getvalue()


def test_plain_lines_say_where_a_run_stands_and_then_every_tenth() -> None:
    lines = watched(io.StringIO()).splitlines()
    assert lines[0] == "40 matches, 4 on record"
    assert lines[-1].startswith("40/40 matches, 0 replies, 0 void")
    assert len(lines) == 10


def test_a_terminal_gets_a_bar() -> None:
    drawn = watched(Terminal())
    assert "40/40" in drawn
    assert "0 replies, 0 void" in drawn
