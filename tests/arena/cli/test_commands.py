"""How the command line presents itself: groups, version, names, width, pager, misspelt folders."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from arena.cli.commands import GROUPS
from arena.core.console import console
from arena.report.grid import grid
from tests.arena.commands import command, known
from tests.arena.designs import arena, design, played


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(design(), tmp_path_factory.mktemp("commands") / "runs" / "small")


def test_help_has_every_command_in_a_group() -> None:
    out = arena("--help", COLUMNS="80").stdout
    assert [line[:-1] for line in out.splitlines() if line[:-1] in GROUPS] == [*GROUPS]
    lines = [line.strip() for line in out.split(f"{GROUPS[0]}:")[1].splitlines()]
    missing = {name for name in known() if not any(f"{x} ".startswith(f"{name} ") for x in lines)}
    assert not missing
    assert "--install-completion" in out


def test_the_version_is_that_of_the_distribution() -> None:
    done = arena("--version")
    assert (done.returncode, done.stdout) == (0, "Affect Arena 0.1.0\n")


def test_a_shipped_design_has_a_name(tmp_path: Path) -> None:
    assert command(tmp_path, "plan", "demo").said.startswith("demo: design ")
    wrong = command(tmp_path, "plan", "dmo")
    assert wrong.status == 2
    assert wrong.said.rstrip().endswith("did you mean demo?")


def test_a_file_goes_before_a_shipped_name(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("name = ")
    assert "demo is not valid TOML" in command(tmp_path, "plan", "demo").said


def test_a_misspelt_run_loads_no_tables(run: Path) -> None:
    code = (
        "import sys, atexit\n"
        "heavy = ('numpy', 'pandas', 'scipy', 'statsmodels')\n"
        "atexit.register(lambda: print([m for m in heavy if m in sys.modules]))\n"
        "sys.argv = ['arena', 'effects', 'runs/smal']\n"
        "from arena.__main__ import main\nmain()\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=run.parent.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n"
    assert done.returncode == 2
    assert "did you mean runs/small?" in done.stderr


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_column_of_a_table_is_lost(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["name", *(f"figure{n}" for n in range(12))]
    row = ["a contestant with a long name", *(f"{n}.0 to {n}.5" for n in range(12))]
    page = console(sys.stdout, width)
    page.print(grid(pd.DataFrame([row], columns=columns), {"name"}))
    out = capsys.readouterr().out
    assert all(cell in out for cell in [*columns, *row[1:]])
    assert max(map(len, out.splitlines())) <= width
    assert "…" not in out


def test_each_part_of_a_table_says_whose_rows_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"contestant": "model", "game": "dictator", "outcome": "gave half"}
    row = {**known, **{f"figure {n}": f"{n}.0 to {n}.5" for n in range(12)}}
    console(sys.stdout, 80).print(grid(pd.DataFrame([row]), {*known}))
    out = capsys.readouterr().out
    parts = out.count("contestant")
    assert parts > 1
    assert [out.count(word) for word in (*known, *known.values())] == [parts] * 6


def test_a_plan_shows_its_bounds_on_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command(Path(), "plan", "demo").said.splitlines()
    assert max(map(len, lines)) <= 80
    monkeypatch.setenv("COLUMNS", "200")
    whole = command(Path(), "plan", "demo").said
    bounds = {word for word in whole.split() if word.startswith("(") and "–" in word}
    assert len(bounds) > 5
    assert bounds <= set(" ".join(lines).split())


def test_show_chooses_matches(run: Path) -> None:
    folder = run.parent.parent
    head, *rows = arena(
        "show", "runs/small", "--game", "kuhn_poker", cwd=folder
    ).stdout.splitlines()
    assert head.split() == ["match", "game", "result", "contestants"]
    assert len(rows) == 18
    chosen = ("--game", "kuhn_poker", "--contestant", "bold", "--last", "3")
    _, *rows = command(folder, "show", "runs/small", *chosen).said.splitlines()
    assert len(rows) == 3
    assert all("kuhn_poker" in row and "bold" in row for row in rows)
    wrong = command(folder, "show", "runs/small", "--contestant", "blod")
    assert wrong.status == 2
    assert "did you mean 'bold'" in wrong.said


def _on_a_terminal(started: list[str], folder: Path, env: dict[str, str]) -> str:
    """What a terminal of 24 lines shows of a command."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(started[0], started, {**os.environ, **env})  # noqa: S606 - no shell
    said = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
    os.waitpid(pid, 0)
    os.close(terminal)
    return said.decode()


def test_long_output_goes_through_a_pager_on_a_terminal_alone(run: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged; cat\n")
    pager.chmod(0o700)
    folder, env = run.parent.parent, {"PAGER": str(pager), "TERM": "xterm", "LINES": "24"}
    show = [sys.executable, "-m", "arena", "show", "runs/small"]
    long = _on_a_terminal(show, folder, env)
    assert long.startswith("paged")
    assert "kuhn_poker" in long
    short = _on_a_terminal([*show, "--last", "2"], folder, env)
    assert short.startswith("match ")
    assert "paged" not in command(folder, "show", "runs/small").said
