"""Commands about the people of a lab's run: the pay list, and forgetting somebody.

Each is a command of two words, see `arena.cli.commands.Commands`.
"""

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import KEEPING
from arena.cli.options import RunFolder


@app.command("lab pay", rich_help_panel=KEEPING)
def pay_command(
    folder: RunFolder,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the list here. [default: print it]")
    ] = None,
    robots: Annotated[
        bool, typer.Option("--robots", help="Also the scripted participants.")
    ] = False,
) -> None:
    """Print as CSV what each participant of a lab is to be paid, with ids and codes.

    No text in it is a formula to a spreadsheet.
    """
    from arena.core.spreadsheet import as_csv
    from arena.record.people_tables import pay_list
    from arena.record.run import Run
    from arena.report.tables import write_csv

    table = pay_list(Run(folder, robots=robots))
    if out is None:
        typer.echo(as_csv(table, for_spreadsheets=True), nl=False)
        return
    write_csv(table, out, for_spreadsheets=True)
    typer.echo(f"{len(table)} participants in {out}")


@app.command("lab forget", rich_help_panel=KEEPING)
def forget_command(
    folder: RunFolder,
    participant: Annotated[
        str, typer.Argument(metavar="ID", help="Pseudonym, or an id that the person came with.")
    ],
) -> None:
    """Remove the data of one participant of a lab, and say what that leaves."""
    from arena.record.forgetting import forget, leaves

    for line in leaves(forget(folder, participant)):
        typer.echo(line)
