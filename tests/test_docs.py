"""Documents that run: help texts in the documents are generated, commands in the README are run."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.arena.designs import arena

ROOT = Path(__file__).parent.parent
COMMANDS = ("run", "rate", "show", "list", "prompt", "solve")


def test_the_page_of_commands_is_what_help_prints(golden: Callable[[Path, str], None]) -> None:
    parts = ["# Commands\n\nGenerated from the program's own help by `make snapshots`.\n"]
    for command in ((), *((name,) for name in COMMANDS)):
        title = " ".join(("arena", *command))
        printed = arena(*command, "--help", COLUMNS="100", TERM="dumb").stdout.strip()
        parts.append(f"\n## {title}\n\n```text\n{printed}\n```\n")
    golden(ROOT / "docs" / "commands.md", "".join(parts))


def examples() -> list[tuple[str, str]]:
    """Every `$ arena …` of the README with what it says is printed; runs are tested elsewhere."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    found = [
        part
        for block in blocks
        for part in re.findall(r"^\$ (arena .*)\n((?:[^$].*\n|\n)*)", block, re.MULTILINE)
    ]
    return [(command, printed) for command, printed in found if "runs/" not in command]


@pytest.mark.parametrize(("command", "printed"), examples(), ids=[c for c, _ in examples()])
def test_the_readmes_commands_print_what_it_says(command: str, printed: str) -> None:
    done = arena(*shlex.split(command)[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == printed.strip()


def test_the_readme_has_examples_and_its_links_lead_somewhere() -> None:
    assert len(examples()) >= 2
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target
