"""The command that writes a package, for what is added from outside."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import KNOWING


class Added(StrEnum):
    """Kinds of packages for `arena new`."""

    game = "game"
    agent = "agent"
    rating = "rating"
    emotion = "emotion"
    language = "language"
    baseline = "baseline"


@app.command("new", rich_help_panel=KNOWING)
def new_command(
    kind: Annotated[Added, typer.Argument(help="What the package adds.")],
    name: Annotated[str, typer.Argument(help="Its id; of a language, its code, such as fr.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder in which the package's folder is made.")
    ] = Path(),
) -> None:
    """Write a package that adds a game, an agent, a rating, an emotion, a language or a study.

    It is whole: installed, it is listed and used like our own, and its test passes.
    """
    from arena.templates import new

    written = new(kind.value, name, out)
    for path in written:
        typer.echo(path)
    typer.echo(f"Install it: pip install -e {written[0].parent}", err=True)
