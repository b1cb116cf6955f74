"""A run of a design's first blocks without calls to models: stand-ins decide at random.

Its record says which decisions a design is about to compare, and in which clusters, by the same
readers as a run's. Scripted players play themselves, as they will in the run.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from agents import AgentSpec
from agents.core.spec import Scripted
from agents.core.types import Agent, Decision
from arena.core.types import Match, Transcript
from arena.design.matches import batches, of_blocks, planned
from arena.design.tournament import Tournament
from arena.engine.interruption import in_own_loop
from arena.engine.manifest import manifest
from arena.engine.match import play
from arena.record.run import Run
from arena.record.store import Store
from games import BadInput
from games.core.types import any_action
from prompts import VOCABULARY, Affect, Emotion, View

MATCHES = 3_000
"""Matches that are played at the most, unless two blocks have more."""
_MOST = 50_000
"""Matches of two blocks that are too many."""


@contextmanager
def stand_in_run(tournament: Tournament) -> Iterator[tuple[Run, Mapping[str, int]]]:
    """The run, for as long as it is needed, and its number of blocks by game.

    Raises:
        BadInput: two blocks of the design are too many matches to be played.
    """
    blocks = _blocks(tournament)
    with TemporaryDirectory() as folder:
        with Store(Path(folder), manifest(tournament, planned(tournament))) as store:
            for transcripts in _played(tournament, blocks):
                store.finish(*transcripts)
        run = Run(Path(folder))
        try:
            yield run, blocks
        finally:
            run.close()


def _blocks(tournament: Tournament) -> dict[str, int]:
    """Blocks of each game that are played: all, if there are not too many matches."""
    whole = {key: entry.repetitions or 1 for key, entry in tournament.entries.items()}
    block = planned(tournament, dict.fromkeys(whole, 1))
    if 2 * block > _MOST:
        raise BadInput(
            f"two blocks of {tournament.name!r} have {2 * block:,} matches: more than {_MOST:,} "
            "are not played with stand-ins, so that nothing is said of its power"
        )
    most = max(2, MATCHES // block)
    return {key: min(count, most) for key, count in whole.items()}


def _played(tournament: Tournament, blocks: Mapping[str, int]) -> Iterator[list[Transcript]]:
    """The matches of these blocks, block after block; of adaptive games those that are settled."""
    nothing_known = batches(tournament, lambda matches: {})  # noqa: ARG005
    settled = of_blocks(next(nothing_known, iter(())), blocks)
    for _, block in groupby(settled, key=lambda match: match.repetition):
        yield in_own_loop(partial(asyncio.run, _block(tournament, list(block))))


async def _block(tournament: Tournament, matches: list[Match]) -> list[Transcript]:
    return [
        await play(match, tournament.rules(match), [_seated(s) for s in tournament.seated(match)])
        for match in matches
    ]


def _seated(spec: AgentSpec) -> Agent:
    return spec if isinstance(spec, Scripted) else _StandIn(spec)


class _StandIn:
    """Decides and reports uniformly among the legal values.

    Args:
        spec: whom it stands in for.
    """

    def __init__(self, spec: AgentSpec) -> None:
        voice = spec.voice
        self._emotion = Emotion() if voice is None else voice.emotion
        self._words = VOCABULARY if voice is None else voice.vocabulary
        self.opens = self._emotion.opening
        self.told = self._emotion.told_of_viewers
        self.perceives = spec.perceives

    async def decide(self, view: View, rng: Random) -> Decision:
        """Anything legal."""
        affect = self._report(rng) if self._emotion.reports else None
        space = view.observation.space
        if view.opening or space is None:
            return Decision(None, affect)
        return Decision(any_action(space, rng), affect)

    def _report(self, rng: Random) -> Affect:
        felt, emotion = rng.choice(self._words), self._emotion
        shown = rng.choice(self._words) if emotion.chooses else felt
        return Affect(felt, rng.randint(0, 100), shown if emotion.shows else None)
