"""Commands about what there is: listed, described, looked for on this machine."""

import shutil
import sys
import textwrap
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import KNOWING, Paged


class Listed(StrEnum):
    """Kinds of things for `arena list`."""

    games = "games"
    agents = "agents"
    baselines = "baselines"
    emotions = "emotions"
    languages = "languages"
    methods = "methods"
    schedules = "schedules"
    tournaments = "tournaments"


class Described(StrEnum):
    """Kinds of things for `arena describe`."""

    agent = "agent"
    game = "game"


_HALF = 2
"""A name may take up to a half of a line."""


@app.command("list", rich_help_panel=KNOWING, cls=Paged)
def list_command(
    what: Annotated[
        Listed | None, typer.Argument(help="What to list with a line on each. [default: all names]")
    ] = None,
) -> None:
    """List what there is: games, agents, baselines, emotions or tournaments."""
    from arena.report.inventory import families, inventory

    if what is None:
        _print_rows({each.value: ", ".join(n for n, _ in inventory(each.value)) for each in Listed})
    elif what is Listed.games:
        about = dict(inventory(what.value))
        for family, names in families().items():
            typer.echo(f"{family}:")
            _print_rows({name: about[name] for name in names}, max(map(len, about)))
    else:
        _print_rows(dict(inventory(what.value)))
    _tell_faults()


def _print_rows(rows: Mapping[str, str], longest: int = 0) -> None:
    """Print names and what they are, in two columns; `longest` widens the first one."""
    width = shutil.get_terminal_size().columns
    wide = min(max(longest, *map(len, rows)), width // _HALF)
    for name, about in rows.items():
        head = f"{name:<{wide}}  "
        typer.echo(textwrap.fill(head + about, width, subsequent_indent=" " * (wide + 2)).rstrip())


@app.command("describe", rich_help_panel=KNOWING, cls=Paged)
def describe_command(
    kind: Annotated[Described, typer.Argument(help="agent or game.")],
    name: Annotated[str, typer.Argument(help="Its id, see arena list.")],
) -> None:
    """Describe a game or a kind of agent: source, parameters, defaults, presets."""
    from arena.core.console import console
    from arena.report.description import COLUMNS, about, parameters, presets
    from arena.report.grid import WIDTH, grid

    page = console(sys.stdout, WIDTH)
    page.print(about(kind, name), markup=False)
    table = parameters(kind, name)
    if len(table):
        page.print(grid(table, {*COLUMNS}))
    else:
        page.print("\nIt has no parameters.")
    for line in presets(name) if kind is Described.game else ():
        page.print(f"preset {line}", markup=False)


@app.command("doctor", rich_help_panel=KNOWING)
def doctor_command(
    runs: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder in which runs are to be recorded.")
    ] = Path("runs"),
) -> None:
    """Say what is there on this machine: packages, keys, models, Ray, a browser, room to write.

    Keys are named and never shown. Exit status 1 if nothing can be played as it is.
    """
    import os

    from arena.cli.playing import load_environment
    from arena.report.doctor import findings

    load_environment()
    width = shutil.get_terminal_size().columns
    fine = True
    for finding in findings(runs, os.environ):
        sign = "ok" if finding.there else "MISSING" if finding.needed else "–"
        line = f"{sign:<8} {finding.what:<18} {finding.about}"
        typer.echo(textwrap.fill(line, width, subsequent_indent=" " * 28))
        fine &= finding.there or not finding.needed
    if not fine:
        raise typer.Exit(1)


@app.command("baseline", rich_help_panel=KNOWING, cls=Paged)
def baseline_command(
    name: Annotated[
        str, typer.Argument(help="Of a study, or of one of its samples (`arena list baselines`).")
    ],
) -> None:
    """Print a human study, or one sample of it, with its source."""
    import games
    from arena.report.studies import lines
    from ratings.core.human.studies import samples

    if name in games.available() and (why := games.rules(name).unstudied):
        typer.echo(why)
        return
    typer.echo("\n\n".join("\n".join(lines(sample)) for sample in samples(name)))


@app.command("schema", rich_help_panel=KNOWING, cls=Paged)
def schema_command() -> None:
    """Print the JSON Schema of tournament files."""
    from json import dumps

    from arena.design.schema import schema

    typer.echo(dumps(schema(), indent=2, ensure_ascii=False))
    _tell_faults()


def _tell_faults() -> None:
    """Say on standard error what is wrong with installed packages."""
    from arena.core.terminal import visible
    from arena.report.inventory import faults

    for fault in faults():
        typer.echo(visible(fault), err=True)
