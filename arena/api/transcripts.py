"""`Transcript`: the record of one match, readable in a notebook and as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from arena.analysis.feelings import feelings
from arena.api.pages import Html, Table, page, text
from arena.core import types
from arena.core.types import TurnRecord
from arena.plots.faces import face
from arena.record.steps import steps, words
from arena.report.transcript import transcript_lines
from games import Game
from games.core.types import Event
from prompts import OPENING

_HEADS = ("", "contestant", "saw since", "felt", "showed", "action")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Transcript(types.Transcript):
    """The full record of a match, with the rules that it was played by.

    `str` of it is what `arena show` prints; notebooks show a table with faces.

    Args:
        game: the rules.
    """

    game: Game[Any] | None = None

    @classmethod
    def of(cls, record: types.Transcript, game: Game[Any]) -> "Transcript":
        """A record with its rules."""
        return cls(
            record.match,
            record.deals,
            record.decisions,
            record.ending,
            record.payoffs,
            record.checks,
            game,
        )

    @property
    def actions(self) -> list[tuple[str, Any]]:
        """Contestant and action of each decision, in the order of play."""
        names, moves = self.match.seats, (p for p in self.decisions if p.turn != OPENING)
        return [(names[played.player], played.decision.action) for played in moves]

    def feelings(self) -> pd.DataFrame:
        """Emotions felt and shown along the match, as `arena.plots.timeline` draws them."""
        return feelings(self)

    def __repr__(self) -> str:
        """In one line."""
        return f"<Transcript {self.match.id[:8]}: {self._about()}>"

    def __str__(self) -> str:
        """Text of `arena show`."""
        assert self.game is not None
        return "\n".join(transcript_lines(self, self.game))

    def _repr_html_(self) -> str:
        result = [
            (seat, name, "–" if self.payoffs is None else str(self.payoffs[seat]))
            for seat, name in enumerate(self.match.seats)
        ]
        return page(
            f"{self.match.game}: {' v '.join(self.match.seats)}",
            f"match {self.match.id}, repetition {self.match.repetition}; {self._ending()}",
            Table(_HEADS, self._rows() if self.decisions else ()),
            Table(("seat", "contestant", "points"), result),
        )

    def _about(self) -> str:
        return f"{self.match.game}, {' v '.join(self.match.seats)}, {self._ending()}"

    def _ending(self) -> str:
        if self.payoffs is None:
            who = self.match.seats[self.ending.player or 0]
            return f"void: {who} gave no legal action"
        return f"payoffs {' : '.join(map(str, self.payoffs))}"

    def _rows(self) -> Iterator[Sequence[Any]]:
        """A row for each deal and each decision."""
        assert self.game is not None
        seen = [0] * len(self.match.seats)
        number = 0
        for step in steps(self, self.game):
            if step.deal is not None:
                yield "", Html("<em>chance</em>"), "", "", "", str(step.deal)
            for played in step.made:
                events = self.game.observe(step.state, played.player).events
                number += 1
                yield self._row(number, played, events[seen[played.player] :])
                seen[played.player] = len(events)

    def _row(self, number: int, played: TurnRecord, news: Sequence[Event]) -> Sequence[Any]:
        made = played.decision
        felt = shown = ""
        if made.affect is not None:
            felt = f"{face(made.affect.felt)} {made.affect.intensity}"
            shown = face(made.affect.shown)
        action = "" if played.turn == OPENING else "none" if made.action is None else made.action
        saw = Html("<br>".join(text(words(event)) for event in news))
        strong = Html(f"<strong>{text(action)}</strong>")
        return number, self.match.seats[played.player], saw, felt, shown, strong
