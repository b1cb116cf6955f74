"""The command line. Commands import what they need when they run, so that --help is quick."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from arena.cli.commands import EMOTION, PLAYING, READING, Commands, Paged
from arena.cli.options import (
    Address,
    Allow,
    Batch,
    DesignFile,
    Executor,
    ForSpreadsheets,
    Json,
    MaxCost,
    OnlyGames,
    PoolCauses,
    Preflight,
    Quiet,
    Rounds,
    RunFolder,
    RunFolders,
    Workers,
)

app = typer.Typer(
    name="arena",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    cls=Commands,
)


def _version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        from importlib.metadata import version

        typer.echo(f"Affect Arena {version('affect-arena')}")
        raise typer.Exit


@app.callback()
def options(
    _wanted: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Language models, strategies and people play behavioural games, with and without emotion."""


@app.command("run", rich_help_panel=PLAYING)
def run_command(
    file: DesignFile,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run. [default: runs/NAME]")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Play at most so many matches this time.")
    ] = None,
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    executor: Executor = "local",
    address: Address = None,
    workers: Workers = 2,
    batch: Batch = False,
    allow: Allow = [],  # noqa: B006 - typer copies it
    json: Annotated[
        bool, typer.Option("--json", help="Progress as events, one JSON object a line.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Play a tournament; run the same command again to go on with one that was cut short."""
    from arena.cli.leave import leave
    from arena.cli.playing import carry_out, load_environment, tell
    from arena.design.tournament import Tournament
    from arena.engine.options import RunOptions
    from arena.engine.runner import run

    tournament = Tournament.read(file)
    load_environment()
    allowed = leave(tournament, allow, quiet=quiet)
    how = RunOptions(limit, max_cost, preflight, executor, address, workers, allowed, batch=batch)
    folder = out or Path("runs") / tournament.name
    carry_out(lambda watch: run(tournament, folder, watch, how=how), json=json, quiet=quiet)
    if not quiet:
        tell(f"Recorded in {folder}")


@app.command("rate", rich_help_panel=READING, cls=Paged)
def rate_command(
    folders: RunFolders,
    method: Annotated[
        str | None,
        typer.Option(help="One rating method's table, such as bradley-terry. [default: all]"),
    ] = None,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    by: Annotated[
        str | None,
        typer.Option(help="Rate by model, mode, language, emotion, cause or agent instead."),
    ] = None,
    void: Annotated[
        str, typer.Option(help="What becomes of void matches: drop, forfeit or impute.")
    ] = "drop",
    rounds: Rounds = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap and of Elo's orders.")] = 0,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="One CSV table instead.")] = False,
    for_spreadsheets: ForSpreadsheets = False,
) -> None:
    """Rate runs: effect of the emotion mode, ratings with intervals, payoffs; several together."""
    from arena.analysis.rating import Request, rate
    from arena.record.run import Run
    from arena.report.leaderboard import leaderboard, method_report
    from arena.report.leaderboard_data import rating_csv, rating_json
    from games import BadInput

    if json and csv:
        raise BadInput("--json and --csv exclude each other")
    if for_spreadsheets and not csv:
        raise BadInput("--for-spreadsheets is about CSV: it goes with --csv")
    request = Request.checked(method, game, by, void, rounds, seed)
    rated = rate([Run(folder) for folder in folders], request)
    if json:
        typer.echo(rating_json(rated).rstrip())
    elif csv:
        typer.echo(rating_csv(rated, for_spreadsheets=for_spreadsheets).rstrip())
    elif method:
        method_report(rated, sys.stdout)
    else:
        leaderboard(rated, sys.stdout)


@app.command("deception", rich_help_panel=EMOTION, cls=Paged)
def deception_command(
    folder: RunFolder,
    game: Annotated[
        str | None, typer.Option(help="Id of the only game to measure. [default: all]")
    ] = None,
    json: Json = False,
) -> None:
    """Print what contestants show, what it gives away, and what it does to others."""
    from arena.record.run import Run
    from arena.report.deception import deception_json, deception_text

    run = Run(folder)
    if json:
        typer.echo(deception_json(run, game))
    else:
        deception_text(run, sys.stdout, game)


@app.command("check", rich_help_panel=EMOTION, cls=Paged)
def check_command(
    folder: RunFolder,
    json: Json = False,
) -> None:
    """Print the manipulation checks: what contestants said they felt, and which induction took."""
    from arena.record.run import Run
    from arena.report.manipulation import check_json, check_text

    run = Run(folder)
    if json:
        typer.echo(check_json(run))
    else:
        check_text(run, sys.stdout)


@app.command("show", rich_help_panel=READING, cls=Paged)
def show_command(
    folder: RunFolder,
    match: Annotated[
        str | None, typer.Argument(help="Id of a match, or its beginning. [default: list all]")
    ] = None,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Also print every message exactly as it was sent.")
    ] = False,
    game: Annotated[str | None, typer.Option(help="List matches of this game alone.")] = None,
    contestant: Annotated[
        str | None, typer.Option(help="List matches of this contestant alone.")
    ] = None,
    last: Annotated[
        int | None, typer.Option(min=1, help="List so many matches that were closed last.")
    ] = None,
) -> None:
    """List the matches of a run, or print the readable transcript of one."""
    from arena.record.run import Run
    from arena.report.transcript import list_lines, transcript_lines
    from games import BadInput

    run = Run(folder)
    if match is None:
        lines = list_lines(run, game, contestant, last)
    elif (game, contestant, last) != (None, None, None):
        raise BadInput("--game, --contestant and --last choose among matches: name no match")
    else:
        transcript = run.match(match)
        lines = transcript_lines(transcript, run.game(transcript.match.game), prompts=prompts)
    for line in lines:
        typer.echo(line)


@app.command("align", rich_help_panel=EMOTION, cls=Paged)
def align_command(
    folder: RunFolder,
    baseline: Annotated[
        list[str],
        typer.Option(
            metavar="NAME", help="Human study or sample; repeatable. [default: the primary ones]"
        ),
    ] = [],  # noqa: B006 - typer copies it
    human: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="People's own decisions: CSV, a study (TOML), or a run that was imported.",
        ),
    ] = None,
    directions: Annotated[
        str, typer.Option(help="Table of the directions of emotions: literature, eai_slide.")
    ] = "literature",
    pool_causes: PoolCauses = False,
    by_intensity: Annotated[
        bool, typer.Option("--by-intensity", help="An effect for each intensity of an emotion.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Also write all tables as CSV, HTML and LaTeX."),
    ] = None,
    for_spreadsheets: Annotated[
        bool,
        typer.Option("--for-spreadsheets", help="With --out: no text in the CSV is a formula."),
    ] = False,
) -> None:
    """Print how far a run's decisions are from people's, and which way emotions move them."""
    from arena.analysis.alignment import align
    from arena.record.run import Run
    from arena.report.alignment import write_files, write_text
    from games import BadInput

    if for_spreadsheets and out is None:
        raise BadInput("--for-spreadsheets is about CSV: it goes with --out")
    shades = {"pool_causes": pool_causes, "by_intensity": by_intensity}
    alignment = align(Run(folder), baseline, human, directions, **shades)
    write_text(alignment, sys.stdout)
    if out is not None:
        write_files(alignment, out, for_spreadsheets=for_spreadsheets)
        typer.echo(f"Written to {out}", err=True)
