"""What `arena lab` becomes: the engine and participants' pages in one process."""

import argparse
import asyncio
import sys
from pathlib import Path

from agents.core.access.secrets import redacted
from arena.cli.leave import leave
from arena.cli.playing import load_environment, tell
from arena.core.signals import exit_status, quiet_end
from arena.core.terminal import visible
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.progress import watcher
from dashboard.lab.opened import Opening, run
from dashboard.lab.settings import PORT
from games import BadInput


def main() -> int:
    """Serve until the lab is closed or the process is interrupted; the exit status."""
    parser = argparse.ArgumentParser(prog="arena lab")
    parser.add_argument("design", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--public-url")
    parser.add_argument("--links", type=int, default=0)
    parser.add_argument("--robots", type=int, default=0)
    parser.add_argument("--face-model", type=Path)
    parser.add_argument("--max-cost", type=float)
    parser.add_argument("--no-preflight", dest="preflight", action="store_false")
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("--quiet", action="store_true")
    with quiet_end():
        try:
            return _serve(parser.parse_args())
        except BadInput as error:
            said = visible(redacted(" ".join(str(error).split())))
            sys.stderr.write(f"arena: {said}\n")
            return 2


def _serve(asked: argparse.Namespace) -> int:
    load_environment()
    tournament = Tournament.read(asked.design)
    opening = Opening(
        tournament,
        asked.out or Path("runs") / tournament.name,
        asked.host,
        asked.port,
        asked.public_url,
        asked.links,
        asked.robots,
        asked.face_model,
        RunOptions(
            max_cost=asked.max_cost,
            preflight=asked.preflight,
            allow=leave(tournament, asked.allow, quiet=asked.quiet),
        ),
    )
    with watcher(sys.stderr, quiet=asked.quiet) as watch:
        signal = asyncio.run(run(opening, watch))
    if signal is None:
        return 0
    tell("\nInterrupted. Run the same command again to go on.")
    return exit_status(signal)


if __name__ == "__main__":
    sys.exit(main())
