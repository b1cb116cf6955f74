"""Runs that pages start: played by a process of their own, stopped, gone on with."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arena.record.place import FILE
from dashboard.__main__ import OPTIONS
from dashboard.control import processes as control
from dashboard.data import runs as data
from games import BadInput

DESIGN = """
name = "long"
repetitions = 4000
games = [{ name = "kuhn_poker" }]
contestants = [{ agent = "uniform" }, { agent = "maniac" }]
"""
PLANNED = 8000


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def closed(folder: Path) -> int:
    try:
        return data.summary(folder).closed
    except BadInput:
        return 0


def test_a_run_is_started_stopped_and_gone_on_with(tmp_path: Path) -> None:
    folder = control.start(tmp_path, "long", DESIGN)
    assert control.running(folder)
    until(lambda: closed(folder) > 0)
    with pytest.raises(BadInput, match="there is a run long already"):
        control.start(tmp_path, "long", DESIGN)
    control.stop(folder)
    until(lambda: not control.running(folder))
    assert 0 < closed(folder) < PLANNED
    assert "Interrupted" in control.log_tail(folder)
    with pytest.raises(BadInput, match="is not being played by a process that was started here"):
        control.stop(folder)
    control.resume(folder)
    until(lambda: closed(folder) == PLANNED)
    until(lambda: not control.running(folder))
    verified = [sys.executable, "-m", "arena", "verify", str(folder)]
    assert b"0 problems" in subprocess.run(verified, capture_output=True, check=True).stdout


def test_a_name_is_taken_and_a_run_played_by_one_process_alone(tmp_path: Path) -> None:
    other = DESIGN.replace("maniac", "uniform").replace("uniform", "honest", 1)
    folder = control.start(tmp_path, "long", DESIGN)
    with pytest.raises(BadInput, match="there is a run long already"):  # not on record yet
        control.start(tmp_path, "long", other)
    with pytest.raises(BadInput, match="long is being played already"):
        control.resume(folder)
    assert (folder / control.DESIGN).read_text(encoding="utf-8") == DESIGN
    until(lambda: closed(folder) > 0)
    control.stop(folder)
    until(lambda: not control.running(folder))
    assert "in use" not in control.log_tail(folder)


def test_two_pages_that_go_on_with_a_run_at_once_start_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / control.DESIGN).write_text(DESIGN, encoding="utf-8")
    begun: list[subprocess.Popen[bytes]] = []

    def sleeper(folder: Path, _cap: float) -> "subprocess.Popen[bytes]":
        time.sleep(0.2)  # as long as the other page needs to ask whether the run is played
        command = [sys.executable, "-c", "input()", str(folder)]
        begun.append(subprocess.Popen(command, stdin=subprocess.PIPE))
        return begun[-1]

    def page() -> str:
        try:
            control.resume(tmp_path)
        except BadInput as error:
            return str(error)
        return "begun"

    monkeypatch.setattr(control, "_played", sleeper)
    with ThreadPoolExecutor() as pages:
        said = [each.result() for each in [pages.submit(page) for _ in range(3)]]
    for process in begun:
        process.communicate(b"\n")
    assert sorted(said) == ["begun", *[f"{tmp_path.name} is being played already"] * 2]


def test_a_note_of_another_process_stops_nobody(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (tmp_path / control.NOTE).write_text(f'{{"pid": {other.pid}}}', encoding="utf-8")
    assert not control.running(tmp_path)
    with pytest.raises(BadInput):
        control.stop(tmp_path)
    assert other.poll() is None
    other.communicate(b"\n")


@pytest.mark.parametrize("pid", ["0", "-1", "NaN", "1e999", "1e300", '"x"', "null"])
def test_a_note_of_no_process_stops_nobody(tmp_path: Path, pid: str) -> None:
    (tmp_path / control.NOTE).write_text(f'{{"pid": {pid}}}', encoding="utf-8")
    with pytest.raises(BadInput, match="is not being played by a process that was started here"):
        control.stop(tmp_path)


@pytest.mark.parametrize("cap", ["-1", "NaN", "Infinity", '"x"', "null", "[]"])
def test_a_note_of_no_cap_is_a_cap_of_nothing(tmp_path: Path, cap: str) -> None:
    (tmp_path / control.NOTE).write_text(f'{{"cap": {cap}}}', encoding="utf-8")
    assert control.noted_cap(tmp_path) == 0


@pytest.mark.parametrize(
    "name", ["../out", "/out", "a/b", "..", ".", "", "a\\..\\b/c", "a\0b", "n" * 300, "ö" * 150]
)
def test_a_name_does_not_lead_out_of_the_folder_of_runs(tmp_path: Path, name: str) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    with pytest.raises(BadInput, match="is no name for a run"):
        control.start(root, name, DESIGN)
    assert [each.name for each in tmp_path.iterdir()] == ["runs"]
    assert not list(root.iterdir())


def test_a_link_out_of_the_folder_of_runs_is_no_run(tmp_path: Path) -> None:
    root, outside = tmp_path / "runs", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / FILE).touch()
    (root / "link").symlink_to(outside)
    assert data.folders(data.Settings(root)) == {}
    with pytest.raises(BadInput, match="is no name for a run"):
        control.start(root, "link", DESIGN)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (control.LARGEST + 1), "larger than 1,000,000 bytes"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b"name = ", "not valid TOML"),
        (b"a = " + b"[" * 100_000, "not valid TOML|nested too deeply"),
        (b'name = "x"', "games"),
        (DESIGN.encode() + b'api_key = "sk-live-0123456789abcdefghij"\n', "api_key"),
    ],
)
def test_what_is_no_design_is_refused_without_repeating_secrets(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        control.uploaded(content, "mine.toml")
    assert "0123456789" not in str(refused.value)


def test_a_design_is_taken_as_it_is() -> None:
    tournament, text = control.uploaded(DESIGN.encode(), "mine.toml")
    assert (tournament.name, text) == ("long", DESIGN)


def test_this_machine_alone_is_served_and_nothing_is_reported() -> None:
    assert OPTIONS["server.address"] == "127.0.0.1"
    assert OPTIONS["browser.gatherUsageStats"] == "false"
    assert OPTIONS["client.showErrorDetails"] == "none"
    assert int(OPTIONS["server.maxUploadSize"]) * 1_000_000 <= control.LARGEST
