"""Decisions per second of the ordinary match loop: scripted agents, three hands of Kuhn poker."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import agents
import games
from agents.core.ledger import Ledger
from agents.core.models.model import Model, Models, ModelSpec
from arena.core.types import Match, Transcript
from arena.design.tournament import Tournament
from arena.engine.manifest import manifest
from arena.engine.match import play
from arena.record.store import Store
from tests.benchmarks.core import Row, best

MATCHES, HANDS = 1_000, 3


class _Nobody(Models):
    """No models."""

    async def reach(self, spec: ModelSpec) -> Model:
        """Never asked."""
        raise NotImplementedError


def decisions_per_second(record: Callable[[Transcript], None] | None) -> float:
    """Play, and hand every transcript on."""
    game = games.load("kuhn_poker", {"rounds": HANDS})
    ledger = Ledger(lambda *_: None, {})
    seats = [agents.load("uniform").seat(_Nobody(), ledger) for _ in game.roles]
    names, made, begun = ("a", "b"), 0, 0

    async def some() -> None:
        nonlocal made, begun
        for _ in range(MATCHES):
            begun += 1
            match = Match(f"{begun:016x}", "kuhn_poker", names, 0, begun)
            transcript = await play(match, game, seats)
            made += len(transcript.decisions)
            if record is not None:
                record(transcript)

    seconds = best(lambda: asyncio.run(some()))
    return made * MATCHES / begun / seconds


def recorded() -> float:
    """With every transcript committed to a run's file."""
    design = {
        "name": "recorded",
        "games": [{"name": "kuhn_poker"}],
        "contestants": [{"agent": "equilibrium"}, {"agent": "uniform"}],
    }
    about = manifest(Tournament(design), 0)
    with TemporaryDirectory() as folder, Store(Path(folder), about) as store:
        return decisions_per_second(store.finish)


ROWS = (
    Row(
        "ordinary match loop, scripted agents, nothing recorded", "decisions/s", 1,
        "TextArena KuhnPoker-v0", "textarena_kuhn", lambda: decisions_per_second(None),
        needs=("textarena==0.7.4",), asides={"with recording": recorded},
    ),
)  # fmt: skip
