"""Plays, or resumes, so many scripted matches; prints peak memory and the time it took."""

import json
import resource
import sys
import time
from pathlib import Path

from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run
from tests.arena.designs import Silent


def main(folder: str, matches: int) -> None:
    """Three strategies, six seatings, two rounds."""
    game = {"name": "prisoners_dilemma", "params": {"rounds": 2}}
    players = [{"agent": name} for name in ("tit_for_tat", "grim", "random_choice")]
    began = time.process_time()
    data = {
        "name": "scale", "record": "decisions", "repetitions": matches // 6 + 1, "games": [game],
        "contestants": players,
    }  # fmt: skip
    run(Tournament(data), Path(folder), Silent(), how=RunOptions(preflight=False))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"MB": peak, "s": time.process_time() - began}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
