"""Every command of the program with arguments, run in this process."""

import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from pkgutil import iter_modules

import pytest

from arena import cli
from arena.__main__ import main
from arena.cli.app import app
from tests.arena.forks import Done

CODES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt\u2066\x7f\x08\r"
"""Renames a terminal's window, clears it, and reverses the order of what is read."""

TURNED = "\u202etxt\u2066"
"""Reverses the order of what is read; a design may hold it, and no other code."""

OF_A_RUN: Mapping[str, tuple[str, ...]] = {
    "run": ("t.toml", "--out", "run", "--no-preflight"),
    "rate": ("run", "--rounds", "5"),
    "deception": ("run",),
    "check": ("run",),
    "compare": ("run", "run"),
    "report": ("run", "--rounds", "5"),
    "effects": ("run", "--csv", "effects.csv"),
    "mediation": ("run", "--csv", "mediation.csv"),
    "variance": ("run", "--csv", "variance.csv"),
    "fork": ("run", "0", "--at", "0", "--change", "shown=anger", "--no-preflight"),
    "show": ("run",),
    "align": ("run", "--out", "tables"),
    "log": ("run",),
    "ctl": ("run", "status"),
    "export": ("run",),
    "merge": ("run", "--out", "whole"),
    "verify": ("run",),
    "replay": ("run",),
    "retry": ("run", "--only", "void", "--no-preflight"),
    "release": ("run", "--reason", CODES),
    "migrate": ("run",),
    "groups": ("run",),
    "council": ("run",),
    "moral": ("run",),
    "vector texts": ("run",),
    "lab pay": ("run",),
    "lab forget": ("run", "somebody"),
}
"""Arguments of the commands that open a run's folder; `t.toml` is its design."""

OTHERS: Mapping[str, tuple[str, ...]] = {
    "list": (f"games{CODES}",),
    "import": (CODES, "--map", CODES),
    "describe": ("game", CODES),
    "new": ("game", CODES),
    "doctor": ("--runs", CODES),
    "baseline": (CODES,),
    "pilot": (f"{CODES}.toml",),
    "power": (f"{CODES}.toml",),
    "preregister": (f"{CODES}.toml",),
    "plan": (f"{CODES}.toml",),
    "simulate": (f"{CODES}.toml",),
    "schema": (),
    "items": (),
    "items import": (CODES, CODES),
    "prompt": ("kuhn_poker", "--persona", CODES),
    "texts": ("--language", CODES),
    "solve": (CODES,),
    "dashboard": ("--port", CODES),
    "lab": (CODES, "--port", CODES),
    "mcp": ("--max-cost", CODES),
    "vector make": (CODES,),
    "vector export": (CODES, "--out", CODES),
}
"""Arguments of the others; with right ones the dashboard and a lab would become this process."""

PLAYING = frozenset({"run", "retry", "replay"})
"""Commands that import clients of models, which belong into a process of their own."""


def known() -> set[str]:
    """The names of all commands there are."""
    for module in iter_modules(cli.__path__):
        import_module(f"arena.cli.{module.name}")  # they add their commands
    return {str(command.name) for command in app.registered_commands}


def command(folder: Path, *arguments: str) -> Done:
    """What a command comes to in a folder."""
    said, status = StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, chdir(folder):
        patch.setattr(sys, "argv", ["arena", *arguments])
        with redirect_stdout(said), redirect_stderr(said):
            try:
                main()
            except SystemExit as end:
                status = int(end.code or 0)
    return Done(status, said.getvalue())
