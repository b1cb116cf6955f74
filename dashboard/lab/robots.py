"""Scripted participants, who pass every page as people do, with what the page offers."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from arena.design.matches import schedule
from arena.design.tournament import Tournament
from arena.lab import quiz
from dashboard.lab.client import Offered, Shown, Visitor

Known = Mapping[str, int]
"""Right answers to questions on the rules, by the label of their field."""

_YES = "yes"
"""The option of a consent that agrees."""

_WORDS = "A script has filled this in."


class Robot:
    """Takes part to the end.

    Args:
        link: as participants get it.
        seed: of its answers.
        known: right answers to questions on the rules.
        pace: seconds that it takes for a page, on average.
        note: is told of each answer: the page, and when it was sent; for measurements.

    Attributes:
        ended: the last page; None before.
    """

    def __init__(
        self,
        link: str,
        seed: int,
        known: Known | None = None,
        pace: float = 1.0,
        note: Callable[[Shown, float | None], None] | None = None,
    ) -> None:
        self.visitor = Visitor(link)
        self.ended: Shown | None = None
        self._rng = Random(seed)
        self._known = known or {}
        self._pace = pace
        self._note = note
        self._shown = ""
        self._answering: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Join, answer each page once, and stop at the last one.

        Raises:
            Refused: it is not admitted, or loses its seat.
        """
        await self.visitor.join()
        async for page in self.visitor.pages():
            if page.id == self._shown:
                continue
            self._shown = page.id
            if self._note:
                self._note(page, None)
            if page.kind == "ended":
                self.ended = page
                return
            if page.can_send and not self.visitor.is_pending(page.id):
                self._answering = asyncio.create_task(self._answer(page))

    async def _answer(self, page: Shown) -> None:
        """Fill in a page until it is taken, or another page has come."""
        while self._shown == page.id:
            await asyncio.sleep(self._pace * self._rng.uniform(0.5, 1.5))
            values = {each.key: self._value(page, each) for each in page.fields}
            if self._note:
                self._note(page, asyncio.get_running_loop().time())
            if not await self.visitor.answer(page.id, values):
                return

    def _value(self, page: Shown, asked: Offered) -> Any:  # noqa: ANN401 - JSON
        """What it fills in."""
        if asked.kind == "agree":
            return True
        if asked.kind == "text":
            return _WORDS[: asked.high or None]
        if asked.kind in {"choice", "faces"}:
            agrees = page.kind == "consent" and _YES in asked.options
            return _YES if agrees else self._rng.choice(asked.options)
        if asked.kind == "grid":
            return [self._number(asked), self._number(asked)]
        if page.kind == "quiz" and asked.label in self._known:
            return self._known[asked.label]
        return self._number(asked)

    def _number(self, asked: Offered) -> int:
        if asked.options:
            return int(self._rng.choice(asked.options))
        return self._rng.randint(asked.low, asked.high)


def known_answers(tournament: Tournament) -> dict[str, int]:
    """Right answers to all questions on the rules that a lab can ask, by the label of the field.

    People find them by reading the rules; scripts cannot read.
    """
    lab = tournament.lab
    if lab is None or lab.check is None:
        return {}
    known, seen = dict[str, int](), set[tuple[object, ...]]()
    for match in schedule(tournament):
        for seat, name in enumerate(match.seats):
            about = (match.game, seat, name, match.wording)
            if name not in tournament.people or about in seen:
                continue
            seen.add(about)
            for language in lab.languages:
                items = quiz.items(tournament, match, seat, language)
                known |= {item.field.label.strip(): item.right for item in items}
    return known
