"""What is printed: no code of a model, a provider or a name reaches a terminal."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table
from rich.text import Text

from arena.core.console import console
from arena.core.terminal import shielded, visible
from arena.engine.progress import watcher
from arena.record.run import Run
from tests.arena.commands import CODES, OF_A_RUN, OTHERS, PLAYING, TURNED, command, known
from tests.arena.designs import toml
from tests.arena.forks import Done, Forks
from tests.loopback import Loopback, Reply, first_legal

OWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
"""What Rich draws with: colours, and moves of the cursor."""


def hostile(asked: Mapping[str, Any], number: int) -> Reply:
    """Codes in every field that a model or its provider fills in."""
    if number % 5 == 3:
        return Reply(f"no {CODES}", status=400)
    schema = asked["response_format"]["json_schema"]["schema"]
    text = CODES if number % 5 == 1 else json.dumps(first_legal(schema))
    stop = "stop" if number % 2 else f"stop{CODES}"
    return Reply(text, stop, model=f"model{CODES}", reasoning=f"because {CODES}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Path]:
    """A folder with a run of a hostile model."""
    folder = tmp_path_factory.mktemp("hostile")
    with Loopback(hostile) as provider, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        model = {
            "agent": "llm",
            "model": "openai/test",
            "form": "json",
            "reasks": 1,
            "self_report": True,
        }
        model |= {"api_base": provider.url, "emotion": {"mode": "manipulative"}}
        mean = {"name": f"mean {TURNED}", **model, "persona": TURNED}
        games = [{"name": "kuhn_poker"}, {"name": "ultimatum"}]
        # One call at a time, so that the same matches get the replies that make them void.
        design = {"name": "hostile", "repetitions": 2, "games": games, "concurrency": 1}
        design["contestants"] = [mean, {"agent": "uniform"}]
        (folder / "t.toml").write_text(toml(design))
        done = forks.run(folder, "run", *OF_A_RUN["run"])
        harmless(done)
        assert (folder / "run").is_dir(), done.said
        yield folder


def harmless(done: Done) -> str:
    """What was said, which must not hold a code or a traceback."""
    assert "Traceback" not in done.said
    assert unruly(done.said) == set()
    return done.said


def unruly(text: str) -> set[str]:
    """The characters of a text that a terminal would obey."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs"}} - {"\n", "\t"}


def test_every_command_is_tried() -> None:
    assert {*OF_A_RUN, *OTHERS} == known()


@pytest.mark.parametrize("name", [*OF_A_RUN, *OTHERS])
def test_no_command_prints_codes(folder: Path, forks: Forks, name: str) -> None:
    arguments = (name, *{**OF_A_RUN, **OTHERS}[name])
    harmless(forks.run(folder, *arguments) if name in PLAYING else command(folder, *arguments))


def test_a_transcript_shows_codes_and_obeys_none(folder: Path) -> None:
    run = Run(folder / "run")
    keys = run.ids()
    run.close()
    said = "".join(harmless(command(folder, "show", "run", key, "--prompts")) for key in keys)
    assert f"because {visible(CODES)[:20]}" in said
    for code in ("\\u001b]0;owned\\u0007", "\\u009b31m", "\\u202e", "\\u2066"):
        assert code in said


@pytest.mark.parametrize("name", ["rate", "check", "deception"])
def test_json_stays_json_with_the_same_meaning(folder: Path, name: str) -> None:
    document = json.loads(harmless(command(folder, name, "run", "--json")))
    assert json.dumps(f"mean {TURNED}") in json.dumps(document)


def test_what_stands_for_a_code_is_what_json_writes() -> None:
    text = CODES + "\ud800 ü\t\n"
    assert json.loads(f'"{visible(text).strip()}"'.replace("\t", "\\t")) == text.strip("\n\t")
    assert visible("ü\t\n–行动🎲") == "ü\t\n–行动🎲"


class Terminal(StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


def test_on_a_terminal_only_our_own_codes_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    table = Table("head")
    table.add_row(CODES)
    table.add_row(f"[link=https://example.org]{CODES}[/link]")
    with shielded():
        console(sys.stdout).print(table, Text(CODES, style="bold red"))
        with watcher(sys.stdout) as watch:
            watch.begin(3, 0)
            watch.noted("waiting", CODES)
    said = screen.getvalue()
    assert "\x1b[1;31m" in said
    assert unruly(OWN.sub("", said)) == set()
    assert "\x1b[2J" not in said


def test_a_line_of_error_holds_no_codes(tmp_path: Path) -> None:
    for arguments in (("log", CODES), ("show", CODES, "x"), (f"no{CODES}",), ("log",)):
        done = command(tmp_path, *arguments)
        assert done.status == 2
        harmless(done)
