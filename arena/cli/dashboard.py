"""The command that opens the dashboard, which lies above this package and runs as a process."""

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import READING


@app.command("dashboard", rich_help_panel=READING)
def dashboard_command(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RUN]...", help="Folders of runs. [default: all in --runs]"),
    ] = None,
    runs: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of runs; new ones go there.")
    ] = Path("runs"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    token: Annotated[
        bool,
        typer.Option(
            "--token/--no-token",
            help="Only a browser that opened the printed link gets in; without: every local user.",
        ),
    ] = True,
) -> None:
    """Serve the dashboard to a browser: see runs and every decision, start runs, play."""
    import os
    import sys

    from dotenv import find_dotenv, load_dotenv

    load_dotenv(find_dotenv(usecwd=True))  # runs need the keys, and pages hide their values
    command = [sys.executable, "-m", "dashboard", "--root", str(runs), "--port", str(port)]
    command += [] if token else ["--no-token"]
    os.execv(sys.executable, [*command, "--", *map(str, folders or [])])  # noqa: S606 - no shell
