"""The command that continues a recorded match with one thing changed."""

from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import EMOTION, Paged
from arena.cli.options import (
    Allow,
    Csv,
    ForSpreadsheets,
    Json,
    Latex,
    MaxCost,
    Preflight,
    Quiet,
    RunFolder,
)
from arena.cli.output import Output


@app.command("fork", rich_help_panel=EMOTION, cls=Paged)
def fork_command(
    folder: RunFolder,
    match: Annotated[str, typer.Argument(help="Beginning of a match's id.")],
    at: Annotated[int, typer.Option(min=0, help="Number of the decision, from 0.")],
    change: Annotated[
        list[str],
        typer.Option(metavar="KEY=VALUE", help="An arm, such as shown=anger; repeatable."),
    ],
    times: Annotated[int, typer.Option(min=1, help="Continuations of each arm.")] = 20,
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    allow: Allow = [],  # noqa: B006 - typer copies it
    quiet: Quiet = False,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Continue a recorded match from a decision on, with one thing changed, and print its effect.

    Every change is an arm beside one in which nothing is changed. Keys: shown, shown_intensity,
    felt, intensity, action. The same command goes on where it was interrupted.
    """
    from arena.cli.playing import carry_out
    from arena.engine.options import RunOptions
    from arena.forking.effects import fork_effects
    from arena.forking.fork import Fork
    from arena.forking.playing import FOLDER, play_fork
    from arena.record.run import Run
    from arena.report.fork_effects import fork_effects_report

    run = Run(folder, robots=True)
    fork = Fork(run.match(match).match.id, at, tuple(change), times)
    how = RunOptions(max_cost=max_cost, preflight=preflight, allow=tuple(allow))
    carry_out(lambda watch: play_fork(run, fork, watch, how), quiet=quiet)
    report = fork_effects_report(fork_effects(Run(folder / FOLDER, robots=True)))
    Output(csv, for_spreadsheets, json, latex).show(report)
