"""The public names of `import arena`; `arena.__all__` lists them."""

from agents.core.strategies.functions import agent
from arena.api.alignment import Alignment
from arena.api.comparison import compare
from arena.api.designs import Tournament
from arena.api.planning import Plan, plan
from arena.api.playing import arun, match, run
from arena.api.runs import Run, pool_effects
from arena.api.simulating import simulate
from arena.api.transcripts import Transcript
from arena.engine.simulated import Simulated
from arena.record.columns import meanings as columns
from games import BadInput

open = Run  # noqa: A001 - a run is opened by making it
"""The run in a folder."""

__all__ = [
    "Alignment",
    "BadInput",
    "Plan",
    "Run",
    "Simulated",
    "Tournament",
    "Transcript",
    "agent",
    "arun",
    "columns",
    "compare",
    "match",
    "open",
    "plan",
    "pool_effects",
    "run",
    "simulate",
]
