"""Commands about recorded runs: summary, tables, merging, checking, playing again."""

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import EMOTION, KEEPING, PLAYING, READING, Paged
from arena.cli.options import (
    Allow,
    Batch,
    Csv,
    ForSpreadsheets,
    Json,
    Latex,
    MaxCost,
    OnlyContrasts,
    OnlyEmotions,
    OnlyGames,
    OnlyOutcomes,
    PoolCauses,
    PoolIntensities,
    Preflight,
    Quiet,
    Rounds,
    RunFolder,
    RunFolders,
    pooled_fields,
)
from arena.cli.output import Output

if TYPE_CHECKING:  # loading them takes a while
    from arena.analysis.effects import EffectsRequest
    from arena.record.run import Run
    from arena.report.tables import Report


Partners = Annotated[
    bool, typer.Option("--partners", help="What the kind of partner changes in a lab, instead.")
]
Vectors = Annotated[
    bool, typer.Option("--vectors", help="Ranks of steering vectors alone, also with --csv.")
]


@app.command("log", rich_help_panel=READING, cls=Paged)
def log_command(
    folder: RunFolder,
    json: Json = False,
) -> None:
    """Print what a run holds so far: matches, calls, tokens, cost, errors, by model."""
    from arena.record.run import Run
    from arena.report.run_summary import log_document, log_lines

    run = Run(folder, robots=True)
    if json:
        typer.echo(jsonlib.dumps(log_document(run), indent=2, ensure_ascii=False))
        return
    for line in log_lines(run):
        typer.echo(line)


@app.command("effects", rich_help_panel=EMOTION, cls=Paged)
def effects_command(
    folders: RunFolders,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    outcome: OnlyOutcomes = [],  # noqa: B006 - typer copies it
    emotion: OnlyEmotions = [],  # noqa: B006 - typer copies it
    contrast: OnlyContrasts = [],  # noqa: B006 - typer copies it
    pool_causes: PoolCauses = False,
    pool_intensities: PoolIntensities = False,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
    multiverse: Annotated[
        bool, typer.Option("--multiverse", help="How far other analyses spread, instead.")
    ] = False,
    partners: Partners = False,
    vectors: Vectors = False,
) -> None:
    """Print what induced emotions and steps of the mode change, and how sure that is.

    The rows that are printed are the families over which p values are adjusted; those that the
    design's [analysis] names are one of their own, unless certain rows are asked for. Several runs
    of one design, such as replications, are pooled by a random-effects model.
    """
    from arena.analysis.effects import EffectsRequest
    from arena.record.run import Run

    pooled = pooled_fields(cause=pool_causes, intensity=pool_intensities)
    request = EffectsRequest(game, outcome, emotion, contrast, pooled)
    runs = [Run(folder) for folder in folders]
    report = _effects(runs, request, multiverse=multiverse, partners=partners, vectors=vectors)
    Output(csv, for_spreadsheets, json, latex).show(report)


def _effects(
    runs: "list[Run]",
    request: "EffectsRequest",
    *,
    multiverse: bool,
    partners: bool,
    vectors: bool,
) -> "Report":
    """The report that the options of `arena effects` ask for.

    Raises:
        BadInput: they do not go together.
    """
    from arena.analysis import effects, pooled_effects
    from arena.analysis import multiverse as analyses
    from arena.analysis import partners as kinds
    from arena.report.effects import effects_report
    from arena.report.multiverse import multiverse_report
    from arena.report.partners import partners_report
    from arena.report.pooled_effects import pooled_report
    from arena.report.steering_effects import steered_report
    from games import BadInput

    if vectors and (multiverse or partners or request.contrasts or len(runs) > 1):
        raise BadInput(
            "--vectors is of one run, and goes with none of --multiverse, --partners and --contrast"
        )
    if len(runs) > 1 and multiverse:
        raise BadInput("--multiverse is of one run")
    if partners and (multiverse or request.chooses):
        raise BadInput("--partners compares all that is on record: it goes with no other choice")
    if vectors:
        return steered_report(effects.ranks(runs[0], request))
    if partners:
        return partners_report(kinds.partners(runs))
    if len(runs) > 1:
        return pooled_report(pooled_effects.pooled_effects(runs, request))
    if multiverse:
        return multiverse_report(analyses.multiverse(runs[0], request))
    return effects_report(effects.effects(runs[0], request))


@app.command("compare", rich_help_panel=READING, cls=Paged)
def compare_command(
    folders: RunFolders,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print how runs differ from the first one, in what was decided and earned."""
    from arena.analysis.comparison import compare
    from arena.record.run import Run
    from arena.report.comparison import comparison_report

    output = Output(csv, for_spreadsheets, json, latex)
    output.show(comparison_report(compare([Run(folder) for folder in folders])))


@app.command("report", rich_help_panel=READING)
def report_command(
    folder: RunFolder,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page. [default: RUN/report.html]")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print it as PDF, by Chromium.")] = False,
    rounds: Rounds = 1000,
) -> None:
    """Write one page about a run to send to others: design, results, health, matches to read."""
    from arena.record.run import Run
    from arena.report.page import print_page, run_page, write_page

    path = out or folder / "report.html"
    write_page(run_page(Run(folder), rounds=rounds), path)
    typer.echo(path)
    if pdf:
        print_page(path, path.with_suffix(".pdf"))
        typer.echo(path.with_suffix(".pdf"))


@app.command("mediation", rich_help_panel=EMOTION, cls=Paged)
def mediation_command(
    folder: RunFolder,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    outcome: OnlyOutcomes = [],  # noqa: B006 - typer copies it
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print how much of the effect of an induced emotion goes by its report before the action."""
    from arena.analysis.mediation import mediations
    from arena.record.run import Run
    from arena.report.mediation import mediation_report

    output = Output(csv, for_spreadsheets, json, latex)
    output.show(mediation_report(mediations(Run(folder), game, outcome)))


@app.command("variance", rich_help_panel=EMOTION, cls=Paged)
def variance_command(
    folder: RunFolder,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    outcome: OnlyOutcomes = [],  # noqa: B006 - typer copies it
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print what the spread of decisions is made of: wording, order, event, seat, opponent."""
    from arena.analysis.variance import variance
    from arena.record.run import Run
    from arena.report.variance import variance_report

    output = Output(csv, for_spreadsheets, json, latex)
    output.show(variance_report(variance(Run(folder), game, outcome)))


@app.command("groups", rich_help_panel=READING, cls=Paged)
def groups_command(
    folder: RunFolder,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print how groups play games of many players: by round, by what others did, and types."""
    from arena.analysis.groups import groups
    from arena.record.run import Run
    from arena.report.groups import groups_report

    output = Output(csv, for_spreadsheets, json, latex)
    output.show(groups_report(groups(Run(folder), game)))


@app.command("council", rich_help_panel=EMOTION, cls=Paged)
def council_command(
    folder: RunFolder,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print how agents of several parts decide: councils, repeated and reflective agents."""
    from arena.analysis.composites import composites
    from arena.record.run import Run
    from arena.report.composites import composites_report

    output, run = Output(csv, for_spreadsheets, json, latex), Run(folder)
    output.show(composites_report(run, composites(run, game)))


@app.command("export", rich_help_panel=KEEPING)
def export_command(
    folder: RunFolder,
    to: Annotated[
        str, typer.Option(help="parquet, csv, jsonl, huggingface, mlflow, otree or inspect.")
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the tables. [default: RUN/tables]")
    ] = None,
    for_spreadsheets: Annotated[
        bool,
        typer.Option("--for-spreadsheets", help="CSV in which no text is a formula."),
    ] = False,
    external_ids: Annotated[
        bool,
        typer.Option("--external-ids", help="Also the ids that participants came with."),
    ] = False,
    robots: Annotated[
        bool, typer.Option("--robots", help="Also the matches of scripted participants.")
    ] = False,
) -> None:
    """Write tidy tables of a run: matches, decisions, attempts, battles; or files of a program."""
    from arena.record.run import Run
    from arena.report.export import export

    where = out or folder / "tables"
    run = Run(folder, robots=robots)
    options = {"for_spreadsheets": for_spreadsheets, "external_ids": external_ids}
    for path in export(run, where, to, **options):
        typer.echo(path)


@app.command("merge", rich_help_panel=KEEPING)
def merge_command(
    folders: RunFolders,
    out: Annotated[Path, typer.Option(help="Folder of the whole.")],
) -> None:
    """Write one run from several of the same design, played on different machines."""
    from arena.record.merge import chains, merge

    counts = merge(folders, out)
    typer.echo(
        f"{counts['matches']} matches, {counts['superseded']} superseded, in {out}; "
        f"it keeps the chains of {chains(out)} parts"
    )


@app.command("release", rich_help_panel=KEEPING)
def release_command(
    folder: RunFolder,
    reason: Annotated[str, typer.Option(help="How it is known that they cost nothing; kept.")],
) -> None:
    """Release what is reserved for calls that were in flight when a run was killed."""
    from arena.record.release import release
    from arena.report.run_summary import dollars

    calls, cost = release(folder, reason)
    typer.echo(f"{calls} calls released, reckoned at {dollars(cost)}")


@app.command("migrate", rich_help_panel=KEEPING)
def migrate_command(
    folder: RunFolder,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the new run; RUN stays as it is. [default: RUN]"),
    ] = None,
) -> None:
    """Bring a run of an earlier version up to the present one; its old file is kept beside it.

    Every command that reads a run reads an old one too. Only going on with it needs this.
    """
    from arena.record.upgrade import upgrade

    kept, lacks = upgrade(folder, out)
    typer.echo(f"{out or folder} is a run of the present version; the old file is {kept}")
    typer.echo(f"the old file did not keep: {', '.join(lacks)}")


@app.command("verify", rich_help_panel=KEEPING)
def verify_command(folder: RunFolder) -> None:
    """Check a run: its file for damage, and that all on record follows from what it should."""
    from arena.engine.verify import problems, unchecked
    from arena.forking.verify import fork_problems
    from arena.record.run import Run

    run = Run(folder, robots=True)
    count = 0
    found = fork_problems(run) if run.manifest.forks else problems(run)
    for count, line in enumerate(found, start=1):  # noqa: B007 - counted
        typer.echo(line)
    for line in unchecked(run):
        typer.echo(f"not checked: {line}")
    typer.echo(f"{sum(run.counts.values())} matches, {count} problems")
    if count:
        raise typer.Exit(1)


@app.command("replay", rich_help_panel=KEEPING)
def replay_command(folder: RunFolder) -> None:
    """Play the recorded matches again from their recorded replies, with no network, and compare."""
    from arena.engine.replay import replay
    from arena.forking.verify import replayed_forks
    from arena.record.run import Run

    run = Run(folder, robots=True)
    different, came = 0, replayed_forks(run) if run.manifest.forks else replay(run)
    for different, line in enumerate(came, start=1):  # noqa: B007 - counted
        typer.echo(line)
    typer.echo(f"{sum(run.counts.values())} matches, {different} came out differently")
    if different:
        raise typer.Exit(1)


@app.command("retry", rich_help_panel=PLAYING)
def retry_command(
    folder: RunFolder,
    only: Annotated[
        str, typer.Option(help="Which matches: void, a verdict, or the name of a model.")
    ],
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    batch: Batch = False,
    allow: Allow = [],  # noqa: B006 - typer copies it
    quiet: Quiet = False,
) -> None:
    """Play closed matches of a run again; what they were stays on record as superseded."""
    from arena.cli.playing import carry_out
    from arena.engine.options import RunOptions
    from arena.engine.replay import retry

    how = RunOptions(max_cost=max_cost, preflight=preflight, allow=tuple(allow), batch=batch)
    carry_out(lambda watch: retry(folder, only, watch, how)[1], quiet=quiet)
