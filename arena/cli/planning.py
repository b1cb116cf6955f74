"""Commands before play: what a design takes, what it can tell, and a pilot of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import PLAYING, Paged
from arena.cli.options import (
    Allow,
    Batch,
    Csv,
    DesignFile,
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
    pooled_fields,
)
from arena.cli.output import Output

if TYPE_CHECKING:  # commands import what they need when they run
    from arena.design.tournament import Tournament
    from arena.planning.power import Question

Effect = Annotated[
    float | None,
    typer.Option(
        help="Size of the effect: a share of the outcome's range, or in --unit. "
        "[default: 0.1; 0.05 in points]",
        show_default=False,
    ),
]
Margin = Annotated[float, typer.Option(help="Of equivalence, as a share of the outcome's range.")]
Aim = Annotated[float, typer.Option(help="How often it is to be found.")]
Unit = Annotated[
    str | None,
    typer.Option(
        help="points or elo: what it takes to tell two contestants apart. [default: range, "
        "for effects of emotions; points for a design without arms]"
    ),
]
PilotRun = Annotated[
    Path | None,
    typer.Option(metavar="RUN", help="Take levels, losses and variances from this run."),
]
BetweenWordings = Annotated[
    float | None,
    typer.Option(
        metavar="SD", help="Deviation of effects between wordings, as a share of the range."
    ),
]
BetweenOrders = Annotated[
    float | None, typer.Option(metavar="SD", help="Likewise between orders of what is offered.")
]
BetweenEvents = Annotated[
    float | None, typer.Option(metavar="SD", help="Likewise between events of an induction.")
]
Within = Annotated[
    float | None,
    typer.Option(
        metavar="SD", help="Deviation of decisions under one wording, as a share of the range."
    ),
]
Rationality = Annotated[
    float,
    typer.Option(min=0, help="With --unit: lambda of those who stand in for models, per point."),
]
DecisionPrice = Annotated[
    float | None,
    typer.Option(min=0, help="With --unit: dollars per decision. [default: as arena plan reckons]"),
]
Seed = Annotated[int, typer.Option(min=0, help="With --unit: of all simulations.")]
OutFolder = Annotated[Path | None, typer.Option(help="Folder of the run. [default: runs/NAME]")]


@app.command("power", rich_help_panel=PLAYING, cls=Paged)
def power_command(
    file: DesignFile,
    effect: Effect = None,
    unit: Unit = None,
    power: Aim = 0.8,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    outcome: OnlyOutcomes = [],  # noqa: B006 - typer copies it
    emotion: OnlyEmotions = [],  # noqa: B006 - typer copies it
    contrast: OnlyContrasts = [],  # noqa: B006 - typer copies it
    pool_causes: PoolCauses = False,
    pool_intensities: PoolIntensities = False,
    margin: Margin = 0.1,
    pilot: PilotRun = None,
    between_wordings: BetweenWordings = None,
    between_orders: BetweenOrders = None,
    between_events: BetweenEvents = None,
    within: Within = None,
    rationality: Rationality = 2.0,
    price: DecisionPrice = None,
    seed: Seed = 0,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Say what a design can tell of effects, row by row, before it is played.

    With --unit, say how many matches it takes to tell two contestants apart.
    """
    from arena.analysis.effects import EffectsRequest
    from arena.design.tournament import Tournament
    from arena.planning.effect_answer import EffectQuestion
    from arena.planning.effect_power import effect_power
    from arena.planning.power import Question, alone
    from arena.record.run import Run
    from arena.report.effect_power import effect_power_report

    output, tournament = Output(csv, for_spreadsheets, json, latex), Tournament.read(file)
    if unit is not None or alone(tournament):
        size = 0.05 if effect is None else effect
        asked = Question(size, unit or "points", power, rationality, price, seed)
        _tell_contestants_apart(tournament, asked, game, output)
        return
    between = (between_wordings, between_orders, between_events)
    question = EffectQuestion(0.1 if effect is None else effect, margin, power, *between, within)
    pooled = pooled_fields(cause=pool_causes, intensity=pool_intensities)
    request = EffectsRequest(game, outcome, emotion, contrast, pooled)
    known = None if pilot is None else Run(pilot)
    output.show(effect_power_report(effect_power(tournament, question, request, known)))


def _tell_contestants_apart(
    tournament: "Tournament", question: "Question", games: list[str], output: Output
) -> None:
    """Print how many matches it takes to tell two contestants apart."""
    from arena.planning.power import needs
    from arena.report.power import power_json, power_report
    from games import BadInput

    if output.latex or output.csv is not None:
        what = "--latex" if output.latex else "--csv"
        raise BadInput(f"{what} is about effects of emotions, which this does not ask about")
    answer = needs(tournament, question, games)
    if output.json:
        typer.echo(power_json(answer, question))
    else:
        power_report(answer, question, sys.stdout)


@app.command("pilot", rich_help_panel=PLAYING)
def pilot_command(
    file: DesignFile,
    out: OutFolder = None,
    share: Annotated[
        float | None,
        typer.Option(help="Of the blocks of each game; at least two blocks. [default: 0.1]"),
    ] = None,
    blocks: Annotated[
        int | None, typer.Option(help="Blocks of each game, instead of a share.")
    ] = None,
    effect: Effect = None,
    margin: Margin = 0.1,
    power: Aim = 0.8,
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    batch: Batch = False,
    allow: Allow = [],  # noqa: B006 - typer copies it
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play the first blocks of a design, and say what the whole will lose, cost and tell.

    The power of every row is written to power.csv in the run's folder. The pilot's blocks are part
    of the run, which arena run goes on with, and are left out of tests.
    """
    from arena.cli.leave import leave
    from arena.cli.playing import carry_out, load_environment
    from arena.design.tournament import Tournament
    from arena.engine.options import RunOptions
    from arena.planning.effect_answer import EffectQuestion
    from arena.planning.pilot import pilot_blocks, pilot_result, play_pilot
    from arena.report.pilot import pilot_json, pilot_text
    from arena.report.tables import write_csv

    question = EffectQuestion(0.1 if effect is None else effect, margin, power)
    question.check()
    tournament = Tournament.read(file)
    wanted = pilot_blocks(tournament, share, blocks)
    load_environment()
    allowed = leave(tournament, allow, quiet=quiet)
    how = RunOptions(
        max_cost=max_cost, preflight=preflight, allow=allowed, blocks=wanted, batch=batch
    )
    folder = out or Path("runs") / tournament.name
    carry_out(lambda watch: play_pilot(tournament, folder, wanted, watch, how), quiet=quiet)
    pilot = pilot_result(tournament, folder, wanted, question)
    write_csv(pilot.power.table, folder / "power.csv")
    if json:
        typer.echo(pilot_json(pilot))
    else:
        pilot_text(pilot, sys.stdout)


@app.command("preregister", rich_help_panel=PLAYING)
def preregister_command(
    file: DesignFile,
    out: OutFolder = None,
    effect: Effect = None,
    power: Aim = 0.8,
) -> None:
    """Write down, with a date, what a design is to be tested for, before it is played.

    The design states it under [analysis]. Results of the run say whether they are as registered.
    """
    from arena.design.tournament import Tournament
    from arena.planning.effect_answer import EffectQuestion
    from arena.report.registration import preregister

    tournament = Tournament.read(file)
    question = EffectQuestion(0.1 if effect is None else effect, power=power)
    typer.echo(preregister(tournament, out or Path("runs") / tournament.name, question))


@app.command("plan", rich_help_panel=PLAYING, cls=Paged)
def plan_command(
    file: DesignFile,
    seconds: Annotated[
        float | None, typer.Option(min=0, help="Seconds of one call. [default: 3 (1 to 10)]")
    ] = None,
    reasked: Annotated[
        float, typer.Option(min=0, max=1, help="Share of decisions asked for again.")
    ] = 0.1,
    batch: Batch = False,
    json: Json = False,
) -> None:
    """Print what a tournament takes: matches, calls, tokens, cost, time. Nobody is asked.

    The FILE may also be a design of forks.
    """
    from arena.design.tournament import Tournament
    from arena.forking.design import is_fork_design
    from arena.planning.plan import plan
    from arena.report.plan import plan_json, plan_text

    if is_fork_design(file):
        _plan_forks(file, batch=batch, json=json)
        return
    planned = plan(Tournament.read(file), seconds, reasked, batch=batch)
    if json:
        typer.echo(plan_json(planned))
    else:
        plan_text(planned, sys.stdout)


def _plan_forks(file: Path, *, batch: bool, json: bool) -> None:
    """Print what a design of forks takes."""
    from arena.forking.design import read_fork_design
    from arena.forking.planned import planned_forks
    from arena.record.run import Run
    from arena.report.fork_plan import fork_plan_json, fork_plan_text

    design = read_fork_design(file)
    run = Run(Path(design.run), robots=True)
    plan = planned_forks(run, design.forks(run), batch=batch)
    if json:
        typer.echo(fork_plan_json(design.name, plan))
    else:
        fork_plan_text(design.name, plan, sys.stdout)
