"""Commands about steering vectors: made and checked, and exported for other programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import EMOTION
from arena.cli.options import Json, Quiet, RunFolder

Model = Annotated[str, typer.Argument(help="An embedded model, such as embedded/smollm2.")]


@app.command("vector make", rich_help_panel=EMOTION)
def vector_make_command(
    model: Model,
    emotions: Annotated[
        list[str], typer.Option(help="Only this emotion; repeatable. [default: all]")
    ] = [],  # noqa: B006 - typer copies it
    layers: Annotated[
        str | None,
        typer.Option(help="First and last block, such as 12-25. [default: 40 to 85 % of them]"),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the texts they are made from.")] = "en",
    random: Annotated[
        int, typer.Option(min=0, max=1000, help="Random directions beside them, for the null.")
    ] = 20,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make, check and keep steering vectors; takes minutes, and goes on if interrupted."""
    from arena.report.vectors import vectors_json, vectors_text
    from arena.steering.making import MakeRequest, make
    from games import BadInput

    chosen = None
    if layers is not None:
        first, dash, last = layers.partition("-")
        if not (dash and first.isdecimal() and last.isdecimal()):
            raise BadInput(f"--layers {layers!r} must be two numbers of blocks, such as 12-25")
        chosen = int(first), int(last)
    request = MakeRequest(model, tuple(emotions), chosen, language, random)
    with _bar(quiet=quiet or json) as progress:
        made = make(request, progress)
    typer.echo(vectors_json(made) if json else vectors_text(made))


@app.command("vector export", rich_help_panel=EMOTION)
def vector_export_command(
    model: Model,
    out: Annotated[Path, typer.Option(help="Folder of the files.")],
    emotions: Annotated[
        list[str], typer.Option(help="Only this vector; repeatable. [default: all]")
    ] = [],  # noqa: B006 - typer copies it
) -> None:
    """Write the vectors of a model as control-vector files (GGUF) for other programs."""
    from agents.core.models.steering import VectorSet
    from arena.steering.making import export

    for file in export(VectorSet.current(model), emotions, out):
        typer.echo(file)


@app.command("vector texts", rich_help_panel=EMOTION)
def vector_texts_command(
    folder: RunFolder,
    bound: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="Perplexity above which a text is broken. [default: the 99 % quantile of replies "
            "without vectors]",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print which share of each arm's replies is broken: unlikely under the unsteered model.

    Perplexities and the bound are kept beside the run, for arena effects, the report and the
    dashboard. A later call reads new replies alone.
    """
    from arena.analysis.broken_texts import broken_texts
    from arena.record.run import Run
    from arena.report.broken_texts import broken_json, broken_text
    from arena.steering.reply_perplexity import measure

    run = Run(folder)
    with _bar(quiet=quiet or json, about="Replies") as progress:
        measure(run, bound, progress)
    result = broken_texts(run)
    if json:
        typer.echo(broken_json(result))
    else:
        broken_text(result, sys.stdout)


@contextmanager
def _bar(*, quiet: bool, about: str = "States of texts") -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while texts are read; nothing if quiet."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task(about, total=None)
        yield lambda done, every: progress.update(task, completed=done, total=every)
