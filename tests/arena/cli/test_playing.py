"""What surrounds a run on the command line: the file .env, streams that nobody reads any more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from arena.cli.playing import carry_out
from arena.record.run import Run
from tests.arena.designs import design, toml
from tests.arena.forks import Forks


@pytest.mark.parametrize(
    "content",
    [
        b"MY_KEY=sk-mine\nOTHER=1\n",
        b"\xef\xbb\xbfMY_KEY=sk-mine\nOTHER=1\n",
        b"\xef\xbb\xbfMY_KEY=sk-mine\r\nOTHER=1\r\n",
        b"\xef\xbb\xbfexport MY_KEY='sk-mine'\r\nOTHER=1",
    ],
)
def test_keys_are_read_from_what_any_editor_writes(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    found: list[str | None] = []
    carry_out(lambda _: found.append(os.environ.get("MY_KEY")), quiet=True)
    assert found == ["sk-mine"]
    assert os.environ["OTHER"] == "1"


@pytest.mark.parametrize(
    "content", ["MY_KEY=sk-mine\n".encode("utf-16"), b"MY_KEY='\xe9'\n", b"MY_KEY=a\0b\n"]
)
def test_a_file_of_keys_that_is_no_text_is_one_line(
    content: bytes, forks: Forks, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(content)
    (tmp_path / "t.toml").write_text(toml(design(repetitions=1)))
    done = forks.run(tmp_path, "run", "t.toml")
    assert done.status == 2
    assert done.said == f"arena: {tmp_path}/.env cannot be read: it is no text in UTF-8\n"


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["lines", "events"])
def test_a_reader_that_leaves_ends_no_run(options: tuple[str, ...], tmp_path: Path) -> None:
    """As `arena run … | head` does."""
    (tmp_path / "t.toml").write_text(toml(design(repetitions=20)))
    reads, writes = os.pipe()
    command = [sys.executable, "-m", "arena", "run", "t.toml", "--out", "run", *options]
    program = subprocess.Popen(command, cwd=tmp_path, stdout=writes, stderr=writes)
    os.close(writes)
    with os.fdopen(reads) as stream:
        first = stream.readline()
    assert program.wait() == 0
    assert "240" in (json.dumps(json.loads(first)) if options else first)
    assert Run(tmp_path / "run").counts == {"completed": 240}
