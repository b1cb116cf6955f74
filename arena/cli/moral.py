"""The command that prints moral judgements."""

from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import EMOTION, Paged
from arena.cli.options import (
    Csv,
    ForSpreadsheets,
    Json,
    Latex,
    OnlyGames,
    PoolCauses,
    PoolIntensities,
    RunFolder,
    pooled_fields,
)
from arena.cli.output import Output


@app.command("moral", rich_help_panel=EMOTION, cls=Paged)
def moral_command(
    folder: RunFolder,
    game: OnlyGames = [],  # noqa: B006 - typer copies it
    pool_causes: PoolCauses = False,
    pool_intensities: PoolIntensities = False,
    margin: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="How large an effect on a share counts as none."),
    ] = None,
    margin_d: Annotated[
        float | None,
        typer.Option(min=0, help="How large an effect on d' and the criterion counts as none."),
    ] = None,
    as_eai: Annotated[
        bool, typer.Option("--as-eai", help="The scores of EAI and TrustLLM beside ours, instead.")
    ] = False,
    csv: Csv = None,
    for_spreadsheets: ForSpreadsheets = False,
    json: Json = False,
    latex: Latex = False,
) -> None:
    """Print moral judgements, and what induced emotions change in them, item by item."""
    from arena.analysis.eai_scoring import as_eai as eai_scores
    from arena.analysis.moral import MoralRequest, moral
    from arena.analysis.result import Result
    from arena.record.run import Run
    from arena.report.moral import eai_report, moral_report

    run, output = Run(folder), Output(csv, for_spreadsheets, json, latex)
    if as_eai:
        output.show(eai_report(Result.of(run, eai_scores(run, game))))
        return
    pooled = frozenset(pooled_fields(cause=pool_causes, intensity=pool_intensities))
    output.show(moral_report(moral(run, MoralRequest(game, pooled, margin, margin_d))))
