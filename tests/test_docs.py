"""Documents that run: help texts in the documents are generated, commands in the README are run."""

import re
import shlex
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest

import ratings
from arena.cli.app import app
from tests import ROOT
from tests.arena.designs import arena

for more in (
    "assistants",
    "control",
    "dashboard",
    "forks",
    "games",
    "imports",
    "inventory",
    "items",
    "lab",
    "lab_records",
    "moral",
    "new",
    "planning",
    "runs",
    "simulating",
    "vectors",
):  # they add their commands
    import_module(f"arena.cli.{more}")
COMMANDS = tuple(str(command.name) for command in app.registered_commands)
EXAMPLE = re.compile(r"(?<=^\$ )(arena .*\n)((?:[^$`\n].*\n|\n)*)", re.MULTILINE)
"""A command of a console block, and what it says is printed."""


def test_the_page_of_commands_is_what_help_prints(
    golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in this process: a page takes an instant, and an interpreter a second."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")
    parts = ["# Commands\n\nGenerated from the program's own help by `make snapshots`.\n"]
    for command in ((), *((name,) for name in COMMANDS)):
        title = " ".join(("arena", *command))
        with redirect_stdout(StringIO()) as said:
            app([*command, "--help"], prog_name="arena", standalone_mode=False)
        printed = said.getvalue().strip()
        parts.append(f"\n## {title}\n\n```text\n{printed}\n```\n")
    golden(ROOT / "docs" / "commands.md", "".join(parts))


def test_prompts_and_solutions_are_printed_as_the_page_says(
    golden: Callable[[Path, str], None],
) -> None:
    page = ROOT / "docs" / "prompts.md"
    text = page.read_text(encoding="utf-8")
    ran = 0

    def run(example: re.Match[str]) -> str:
        nonlocal ran
        command, printed = example.groups()
        if "runs/" in command:
            return command + printed
        done = arena(*shlex.split(command)[1:])
        assert done.returncode == 0, done.stderr
        ran += 1
        return f"{command}{done.stdout.strip()}\n" + "\n" * printed.endswith("\n\n")

    text = re.sub(
        r"```console\n.*?```", lambda block: EXAMPLE.sub(run, block[0]), text, flags=re.DOTALL
    )
    assert ran == 2
    golden(page, text)


def test_the_page_of_ratings_documents_every_column(golden: Callable[[Path, str], None]) -> None:
    """What comes before the methods is written by hand."""
    page = ROOT / "docs" / "ratings.md"
    written, title, _ = page.read_text(encoding="utf-8").partition("\n## Methods\n")
    parts = [written, title, "\nGenerated from the modules by `make snapshots`.\n"]
    for name in ratings.available():
        about = import_module(f"ratings.{name}").__doc__
        columns = ratings.load(name).columns.items()
        rows = "".join(f"| `{column}` | {meaning} |\n" for column, meaning in columns)
        parts.append(f"\n### {name}\n\n{about}\n| column | what it holds |\n|---|---|\n{rows}")
    golden(page, "".join(parts))


def test_the_readmes_links_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target


def test_the_page_of_python_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one module: its functions have to be found again."""
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) > 5
    (tmp_path / "page_of_python.py").write_text("\n".join(blocks))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    page = import_module("page_of_python")
    assert page.run.counts == {"completed": page.run.planned}
    for name in ("ratings.svg", "choices.png", "tables/matches.parquet", "dataset/README.md"):
        assert (tmp_path / name).stat().st_size > 0
