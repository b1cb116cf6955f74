"""The command that opens a lab, whose pages lie above this package and run as a process."""

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.app import app
from arena.cli.commands import PLAYING
from arena.cli.options import Allow, DesignFile, MaxCost, Preflight, Quiet

Out = Annotated[Path | None, typer.Option(help="Folder of the run. [default: runs/NAME]")]
Host = Annotated[
    str, typer.Option(help="Address on which participants' pages, and nothing else, are served.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any that is free.")]
PublicUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Address in participants' links, such as that of a TLS proxy."
    ),
]
Links = Annotated[
    int, typer.Option(min=0, help="Make so many personal links. [default: one link for all]")
]
Robots = Annotated[
    int, typer.Option(min=0, help="Seat so many scripted participants, marked as such.")
]
FaceModel = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="A model of your own that reads faces, as ONNX. [default: face-api]"
    ),
]
Batch = Annotated[bool, typer.Option("--batch", hidden=True)]


@app.command("lab", rich_help_panel=PLAYING)
def lab_command(
    file: DesignFile,
    out: Out = None,
    host: Host = "127.0.0.1",
    port: Port = 8600,
    public_url: PublicUrl = None,
    links: Links = 0,
    robots: Robots = 0,
    face_model: FaceModel = None,
    max_cost: MaxCost = None,
    preflight: Preflight = True,
    batch: Batch = False,
    allow: Allow = [],  # noqa: B006 - typer copies it
    quiet: Quiet = False,
) -> None:
    """Open a lab: people take part through a link, meet each other and models, and are paid."""
    import os
    import sys

    from arena.engine.options import PATIENT
    from games import BadInput

    if batch:
        raise BadInput(f"{PATIENT}: arena lab goes with no --batch")
    command = [sys.executable, "-m", "dashboard.lab"]
    command += ["--host", host, "--port", str(port), "--links", str(links), "--robots", str(robots)]
    command += [] if out is None else ["--out", str(out)]
    command += [] if public_url is None else ["--public-url", public_url]
    command += [] if face_model is None else ["--face-model", str(face_model)]
    command += [] if max_cost is None else ["--max-cost", str(max_cost)]
    command += [] if preflight else ["--no-preflight"]
    command += ["--quiet"] if quiet else []
    command += [f"--allow={each}" for each in allow]
    os.execv(sys.executable, [*command, "--", str(file)])  # noqa: S606 - no shell
