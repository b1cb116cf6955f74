"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer


def _there(folder: Path) -> Path:
    """A folder that holds a run.

    Whatever measures runs takes seconds to load; a misspelt folder is found out before.

    Raises:
        NoRun: it holds none; the message names the nearest folder that does.
    """
    from arena.record.place import require_run

    require_run(folder)
    return folder


def _all_there(folders: list[Path]) -> list[Path]:
    """Folders that hold runs."""
    return [_there(folder) for folder in folders]


RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", callback=_there)]
RunFolders = Annotated[
    list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.", callback=_all_there)
]
DesignFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="Tournament file (TOML), or the name of a shipped one, such as demo."
    ),
]
GameId = Annotated[str, typer.Argument(help="Id of a game.")]
Params = Annotated[
    list[str],
    typer.Option("-G", metavar="KEY=VALUE", help="Parameter of the game; repeatable."),
]
OnlyGames = Annotated[list[str], typer.Option(help="Only this game; repeatable. [default: all]")]
OnlyOutcomes = Annotated[
    list[str], typer.Option(help="Only this outcome; repeatable. [default: all]")
]
OnlyEmotions = Annotated[
    list[str], typer.Option(help="Only this induced emotion; repeatable. [default: all]")
]
OnlyContrasts = Annotated[
    list[str],
    typer.Option(help='Only this contrast, such as "showing"; repeatable. [default: all]'),
]
PoolIntensities = Annotated[
    bool, typer.Option("--pool-intensities", help="One arm for all intensities of an emotion.")
]
PoolCauses = Annotated[
    bool, typer.Option("--pool-causes", help="One effect for all causes of an emotion.")
]
Allow = Annotated[
    list[str],
    typer.Option(
        metavar="HOST[=VARIABLE]",
        help="Host that may be sent the key that a model's api_key_env names; repeatable.",
    ),
]
MaxCost = Annotated[
    float | None, typer.Option(metavar="USD", help="Stop before the run costs more than this.")
]
Batch = Annotated[
    bool,
    typer.Option("--batch", help="Ask in the batches of providers: half the price, up to a day."),
]
Preflight = Annotated[bool, typer.Option(help="Ask each model one cheap question before play.")]
Executor = Annotated[
    str, typer.Option(help="local: one process; ray: several, on one or more machines.")
]
Address = Annotated[
    str | None, typer.Option(help="Of a Ray cluster, such as auto. [default: start one here]")
]
Workers = Annotated[int, typer.Option(min=1, help="Number of Ray's worker processes.")]
Csv = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write all columns as CSV.")]
ForSpreadsheets = Annotated[
    bool, typer.Option("--for-spreadsheets", help="With --csv: no text in it is a formula.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead.")]
Latex = Annotated[bool, typer.Option("--latex", help="LaTeX tables instead.")]
Rounds = Annotated[int, typer.Option(min=0, help="Rounds of the bootstrap.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def pooled_fields(**asked: bool) -> set[str]:
    """The fields of an induction in which arms are not told apart."""
    return {name for name, wanted in asked.items() if wanted}
