"""`Places`: where an engine with vectors answers a question, so that it reads few prompts anew.

Each place of the engine remembers the prompt and the vectors of its last question. The engine
itself chooses by the prompt alone, and forgets it if the vectors differ.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import takewhile

Ids = tuple[int, ...]

_WORTH = 0.5
"""Share of a prompt that a place must know, so that its other tokens are given up."""
_SAME = 0.9
"""Share from which a question waits for a place that is answering another one."""


class Places:
    """The places of one engine.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._held: dict[int, tuple[str, Ids]] = dict.fromkeys(range(count), ("", ()))
        """By place, the vectors and the prompt of its last question, the longest ago first."""
        self._locks = [asyncio.Lock() for _ in range(count)]

    @asynccontextmanager
    async def taken(self, vectors: str, prompt: Ids) -> AsyncIterator[int]:
        """The number of the place that answers a question, which is its own until the end.

        Args:
            vectors: those of the question, with their doses.
            prompt: its tokens.
        """
        place = self._best(vectors, prompt)
        del self._held[place]
        self._held[place] = vectors, prompt
        async with self._locks[place]:
            yield place

    def _best(self, vectors: str, prompt: Ids) -> int:
        """The place that knows most of a prompt; or else the one that was unused for longest."""
        known = {
            at: _shared(prompt, held) / len(prompt)
            for at, (own, held) in self._held.items()
            if own == vectors
        }
        idle = [at for at in self._held if not self._locks[at].locked()]
        for places, least in (([*known], _SAME), ([at for at in idle if at in known], _WORTH)):
            best = max(places, key=lambda at: known[at], default=None)
            if best is not None and known[best] >= least:
                return best
        return next(iter(idle or self._held))


def _shared(one: Ids, other: Ids) -> int:
    """Number of tokens with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
