"""The command that turns somebody else's decisions into a run."""

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import KEEPING


@app.command("import", rich_help_panel=KEEPING)
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Table of decisions (CSV).")],
    table_map: Annotated[
        Path, typer.Option("--map", metavar="MAP", help="What its columns mean (TOML).")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run. [default: runs/NAME]")
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Leave out matches with a row that the rules forbid.")
    ] = False,
) -> None:
    """Turn somebody else's decisions into a run that all measures read like one of ours.

    Rows that the rules forbid are listed by line; without --drop nothing is written then.
    """
    from arena.record.import_map import ImportMap
    from arena.record.import_rows import read_rows
    from arena.record.imported import imports, problems_of, write_import

    import_map = ImportMap.read(table_map)
    imported = imports(read_rows(file, import_map), import_map)
    for line in problems_of(imported):
        typer.echo(line)
    if imported.problems and not drop:
        typer.echo("Nothing is written: mend the rows, or leave their matches out with --drop.")
        raise typer.Exit(1)
    folder = out or Path("runs") / import_map.name
    write_import(import_map, imported, folder)
    typer.echo(f"{len(imported.transcripts)} matches in {folder}")
