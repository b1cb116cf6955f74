"""The command to a run that is being played."""

from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import PLAYING, Paged
from arena.cli.options import Json, RunFolder


@app.command("ctl", rich_help_panel=PLAYING, cls=Paged)
def ctl_command(
    folder: RunFolder,
    action: Annotated[
        str, typer.Argument(help="pause, resume, concurrency N, limit, cap USD, or status.")
    ],
    value: Annotated[
        str | None, typer.Argument(help="N calls in flight of concurrency, US dollars of cap.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Model that concurrency or limit is for. [default: all]")
    ] = None,
    requests: Annotated[
        int | None, typer.Option(min=0, help="limit: calls begun in any minute; 0 for no bound.")
    ] = None,
    tokens: Annotated[
        int | None, typer.Option(min=0, help="limit: tokens in any minute; 0 for no bound.")
    ] = None,
    json: Json = False,
) -> None:
    """Control a run that another process is playing. What is changed is noted on record.

    Changes last until that process ends. Calls in flight are always finished.
    """
    from arena.record.control import command, send
    from arena.report.run_control import state_json, state_lines

    options = {"model": model, "requests_per_minute": requests, "tokens_per_minute": tokens}
    state = send(folder, command(action, value, options))
    if json:
        typer.echo(state_json(state))
        return
    for line in state_lines(state):
        typer.echo(line)
