"""The command that continues recorded matches with one thing changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import EMOTION, Paged
from arena.cli.options import (
    Address,
    Allow,
    Batch,
    Csv,
    Executor,
    ForSpreadsheets,
    Json,
    Latex,
    MaxCost,
    Preflight,
    Quiet,
    Workers,
)
from arena.cli.output import Output
from games import BadInput

if TYPE_CHECKING:
    from arena.forking.fork import Fork
    from arena.record.run import Run

RunOrDesign = Annotated[
    Path, typer.Argument(metavar="RUN|FILE", help="Folder of a run, or a design of forks.")
]
Match = Annotated[str | None, typer.Argument(help="Beginning of a match's id.")]
At = Annotated[int | None, typer.Option(min=0, help="Number of the decision, from 0.")]
Changes = Annotated[
    list[str],
    typer.Option(
        metavar="KEY=VALUE",
        help="An arm, such as shown=anger; repeatable. Keys: shown, shown_intensity, felt, "
        "intensity, action; chance; mode, induced, cause, model, temperature, language, persona, "
        "coplayer, contestant.",
    ),
]
Times = Annotated[int, typer.Option(min=1, help="Continuations of each arm.")]
By = Annotated[str, typer.Option(help="How players are told apart: contestant or model.")]
Precision = Annotated[
    float, typer.Option(min=0.001, help="Half the interval for which needed is stated.")
]
Limit = Annotated[
    int | None, typer.Option(min=1, help="Play at most so many continuations this time.")
]


@app.command("fork", rich_help_panel=EMOTION, cls=Paged)
def fork_command(
    what: RunOrDesign,
    match: Match = None,
    at: At = None,
    change: Changes = [],  # noqa: B006 - typer copies it
    times: Times = 20,
    by: By = "contestant",
    precision: Precision = 0.1,
    limit: Limit = None,
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    executor: Executor = "local",
    address: Address = None,
    workers: Workers = 2,
    batch: Batch = False,
    allow: Allow = [],  # noqa: B006 - typer copies it
    quiet: Quiet = False,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Continue recorded matches from a decision on, with one thing changed, and print its effect.

    Every change is an arm beside one in which nothing is changed. With a MATCH, one decision is
    forked; with a FILE, all decisions that it chooses; with a RUN alone, the effects on record are
    printed. The same command goes on where it was interrupted.
    """
    from arena.cli.playing import carry_out
    from arena.engine.options import RunOptions
    from arena.forking.displays import display_effects
    from arena.forking.effects import ForkRequest, fork_effects
    from arena.forking.playing import forks_of, play_forks
    from arena.report.fork_effects import fork_effects_report

    request = ForkRequest.checked(by, precision)
    run, forks = _stated(what, match, at, change, times)
    allowed = tuple(allow)
    how = RunOptions(limit, max_cost, preflight, executor, address, workers, allowed, batch=batch)
    if forks:
        carry_out(lambda watch: play_forks(run, forks, watch, how), quiet=quiet)
    if (recorded := forks_of(run)) is None:
        raise BadInput(f"nothing of {run.folder} was forked yet: name a match, --at and --change")
    displays = display_effects(recorded, forks)
    report = fork_effects_report(fork_effects(recorded, request.of(forks)), displays)
    Output(csv, for_spreadsheets, json, latex).show(report)


def _stated(
    what: Path, match: str | None, at: int | None, change: list[str], times: int
) -> "tuple[Run, list[Fork]]":
    """The run, and the forks that the command states.

    Raises:
        BadInput: it states too much, or too little.
    """
    from arena.forking.design import is_fork_design, read_fork_design
    from arena.forking.fork import Fork
    from arena.record.run import Run

    if is_fork_design(what):
        if match is not None or at is not None or change:
            raise BadInput(f"{what} is a design of forks: leave out MATCH, --at and --change")
        design = read_fork_design(what)
        run = Run(Path(design.run), robots=True)
        return run, design.forks(run)
    run = Run(what, robots=True)
    if match is None and at is None and not change:
        return run, []
    if match is None or at is None or not change:
        raise BadInput("a fork has a MATCH, --at and at least one --change")
    return run, [Fork(run.match(match).match.id, at, tuple(change), times)]
