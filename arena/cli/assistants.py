"""The command that serves assistants."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import PLAYING
from arena.cli.options import Allow


@app.command("mcp", rich_help_panel=PLAYING)
def mcp_command(
    runs: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the runs it starts and reads.")
    ] = Path("runs"),
    designs: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of tournament files it can name. [default: none]"),
    ] = None,
    max_cost: Annotated[
        float,
        typer.Option(metavar="USD", help="Budget of all runs it starts; 0: only what is free."),
    ] = 0.0,
    allow: Allow = [],  # noqa: B006 - typer copies it
) -> None:
    """Serve assistants by the Model Context Protocol (MCP).

    The program that starts it speaks to it over standard input and output. Assistants can list,
    plan, run within a budget, stop, and read results.
    """
    from contextlib import redirect_stdout

    from arena.bridges.assistant_runs import AssistantRuns
    from arena.bridges.mcp_server import server
    from arena.cli.playing import load_environment
    from arena.core.terminal import bare

    load_environment()
    made = server(AssistantRuns(runs, designs, max_cost, tuple(allow)))
    with redirect_stdout(bare(sys.stdout)):  # the protocol needs the stream as it is
        made.run("stdio")
