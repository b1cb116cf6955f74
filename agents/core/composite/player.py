"""`CompositePlayer`: a player in a seat that asks several questions before it decides."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from agents.core.asking import ModelClient, ModelOptions, Question, Read
from agents.core.composite.parts import PartLedgers
from agents.core.ledger import Ledger
from agents.core.models.model import Model, Models
from agents.core.spoken import Spoken
from agents.core.types import Attempt
from prompts import ReplyReader, Wording

R = TypeVar("R", bound=Read)
T = TypeVar("T")


@dataclass
class CompositePlayer(Spoken):
    """A player whose parts are asked, each with attempts under its own name.

    Args:
        models: reaches language models.
        ledger: of the seat.
        reader: its voice is that of the player as others know it.
        wording: drawn for the match.
    """

    models: Models
    ledger: Ledger
    reader: ReplyReader
    wording: Wording
    parts: PartLedgers = field(init=False)

    def __post_init__(self) -> None:
        """Divide the ledger."""
        self.parts = PartLedgers(self.ledger)
        self._asked: dict[tuple[int, str], tuple[Attempt, ...]] = {}

    async def ask(
        self, part: str, spec: ModelOptions, model: Model, question: Question[R], rng: Random
    ) -> tuple[R | None, tuple[Attempt, ...]]:
        """Ask one part until there is a legal answer, None if none comes; and its attempts.

        A part that is asked several questions in a turn has the attempts of all of them.

        Args:
            part: its name.
            spec: its model, and how often a question is repeated.
            model: that is asked.
            question: that is put.
            rng: of this part alone, so that the order of replies changes nothing.
        """
        before = self._asked.get((question.turn, part), ())
        client = ModelClient(spec, model, self.parts.of(part))
        reading, attempts = await client.settle(question, rng, before)
        self._asked[question.turn, part] = attempts
        return reading, attempts


async def all_of(asked: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of questions that are put at the same time.

    An answer under way is paid for: it is waited for and recorded, whatever befalls others.
    """
    made = await asyncio.gather(*asked, return_exceptions=True)
    results: list[T] = []
    for each in made:
        if isinstance(each, BaseException):
            raise each
        results.append(each)
    return results
