"""The command that plays matches between scripts without a record."""

from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import PLAYING, Paged
from arena.cli.options import Csv, DesignFile, ForSpreadsheets, Json, Latex
from arena.cli.output import Output


@app.command("simulate", rich_help_panel=PLAYING, cls=Paged)
def simulate_command(
    file: DesignFile,
    matches: Annotated[
        int | None,
        typer.Option(min=1, help="Matches of each seating. [default: the game's repetitions]"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of chance. [default: the design's]")
    ] = None,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Play a design of scripts as arrays, and print mean payoffs. Nothing is recorded."""
    from arena.design.tournament import Tournament
    from arena.engine.simulated import simulated
    from arena.report.simulated import simulated_report

    output = Output(csv, for_spreadsheets, json, latex)
    design = Tournament.read(file)
    output.show(simulated_report(design.name, simulated(design, matches=matches, seed=seed)))
