"""Commands about item sets: what is judged in vignettes."""

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import KEEPING, KNOWING, Paged


@app.command("items", rich_help_panel=KNOWING, cls=Paged)
def items_command() -> None:
    """List the item sets for vignettes: shipped and imported ones."""
    from arena.core.user_items import folder
    from games.core import items

    for name in items.available():
        shown = items.load(name)
        typer.echo(f"{name:<24}{shown.kind:<12}{len(shown.items):>5}  {shown.about}")
        if shown.licence:
            typer.echo(f"{'':<43}{shown.licence}; {shown.source}")
    typer.echo(f"imported sets are kept in {folder()}")


@app.command("items import", rich_help_panel=KEEPING)
def items_import_command(
    what: Annotated[str, typer.Argument(help="ethics, moralchoice or stereoset.")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Its file, CSV or JSON.")],
    subset: Annotated[
        bool,
        typer.Option("--subset", help="Keep another selection than the published one too."),
    ] = False,
    licence: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Text of its licence. [default: LICENSE beside PATH]"),
    ] = None,
) -> None:
    """Check your copy of a published item set, and keep it with its licence in your data folder."""
    from arena.core.user_items import folder
    from arena.record.item_imports import import_items

    for kept in import_items(what, path, folder(), subset=subset, licence=licence):
        state = "the published set" if kept.whole else "another selection"
        typer.echo(
            f"{kept.items.name}: {len(kept.items.items)} items, {state}, hash {kept.items.digest}, "
            f"{kept.items.licence}, in {kept.path}"
        )
