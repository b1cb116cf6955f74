"""Texts that break: replies that are unlikely under the unsteered model, as a share of each arm."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Any, NamedTuple

import pandas as pd

from agents.core.models import embedded
from agents.core.models.weights import WEIGHED
from arena.analysis.result import Result
from arena.analysis.steering_effects import steered_arms
from arena.core.types import digest
from arena.record.filing import text_hash
from arena.record.perplexities import FILE, Perplexities, read_perplexities
from arena.record.run import Run
from prompts import Message

LIKELY = 0.99
"""Share of the replies of arms without vectors that are not above the bound."""

BROKEN = {
    "game": "id of the game",
    "contestant": "who replied, but for the treatment",
    "arm": "whose replies",
    "emotion": "what was induced in the arm; mixture, where several vectors were added",
    "dose": "of the vector; missing without one",
    "replies": "number of replies, those that could not be read included",
    "known": "number of replies whose perplexity is known",
    "median": "median perplexity of these under the unsteered model",
    "bound": "perplexity above which a text counts as broken",
    "broken": "number of known replies above it",
    "share": "share of known replies above it",
}
"""Columns of `broken_texts`."""

_REPLIES = f"""
SELECT c.game, s.contestant, a.model, a.messages, a.reply FROM counted c
JOIN decisions d ON d.match = c.id
JOIN attempts a ON a.match = d.match AND a.seat = d.seat AND a.turn = d.turn
JOIN seats s ON s.match = d.match AND s.seat = d.seat
WHERE a.reply IS NOT NULL AND a.reply != '{text_hash("")}' AND a.model LIKE '{embedded.PREFIX}%'
    AND coalesce(json_extract(a.weights, '$.how'), '') != '{WEIGHED}'
ORDER BY c.game, c.repetition, c.id, d.number, a.number
"""  # noqa: S608 - ours
"""Replies that a model wrote; where its options were weighed, one was drawn."""
_TEXT = "SELECT text FROM texts WHERE hash = ?"


class Reply(NamedTuple):
    """A reply in words.

    Attributes:
        game: id of the game.
        contestant: name in the design.
        model: who wrote it.
        messages: roles and hashes of texts of the question, as JSON.
        text: hash of the reply.
    """

    game: str
    contestant: str
    model: str
    messages: str
    text: str

    @property
    def key(self) -> str:
        """A hash that is equal for equal replies of a model to equal questions."""
        return digest(self.model, self.messages, self.text)

    def words(self, run: Run) -> tuple[tuple[Message, ...], str]:
        """The question and the reply."""
        asked = [Message(role, _text(run, key)) for role, key in json.loads(self.messages)]
        return tuple(asked), _text(run, self.text)


@dataclass(frozen=True, eq=False)
class BrokenTexts(Result):
    """Shares of broken texts: columns BROKEN, no rows without vectors or without replies in words.

    Attributes:
        notes: what is not known, and how it becomes known.
    """

    notes: tuple[str, ...] = ()


def replies(run: Run) -> list[Reply]:
    """All replies in words of contestants that are steered in some arm."""
    if not (arms := steered_arms(run)):
        return []
    found = (Reply(*row) for row in run.rows(_REPLIES))
    return [reply for reply in found if reply.contestant in arms]


def broken_texts(run: Run) -> BrokenTexts:
    """Share of broken replies in each arm, as far as perplexities are kept beside the run.

    The bound is the one that is kept with them, or else the quantile `LIKELY` of the same
    contestant's replies without vectors in the same game.

    Raises:
        BadInput: the file of perplexities cannot be read.
    """
    kept = read_perplexities(run.folder)
    table = _replies(run, kept)
    rows = [
        line
        for _, own in table.groupby(["game", "contestant"], sort=False)
        for line in _lines(own, kept.bound)
    ]
    whole = pd.DataFrame(rows, columns=[*BROKEN])
    return BrokenTexts.of(run, whole, notes=tuple(_notes(run, whole)))


def _replies(run: Run, kept: Perplexities) -> pd.DataFrame:
    """Replies with their arms and perplexities, in the order of the design."""
    found, arms = replies(run), steered_arms(run)
    places = {name: at for at, name in enumerate(arms)}
    named = [arms[reply.contestant] for reply in found]
    table = pd.DataFrame(
        {
            "game": [reply.game for reply in found],
            "place": [places[reply.contestant] for reply in found],
            "contestant": [base for base, _ in named],
            "arm": [str(arm) for _, arm in named],
            "emotion": [arm.emotion for _, arm in named],
            "dose": pd.Series([arm.dose for _, arm in named], dtype=float),
            "perplexity": kept.of(reply.key for reply in found),
        }
    )
    return table.sort_values("place", kind="stable")


def _lines(rows: pd.DataFrame, stated: float | None) -> Iterator[dict[str, Any]]:
    """A line for each arm of one contestant in one game."""
    plain = rows.loc[rows["dose"].isna(), "perplexity"].dropna()
    usual = float(plain.quantile(LIKELY, interpolation="higher")) if len(plain) else nan
    bound = usual if stated is None else stated
    about = ["game", "contestant", "arm", "emotion", "dose"]
    for key, own in rows.groupby(about, sort=False, dropna=False):
        known = own["perplexity"].dropna()
        told = len(known) and bound == bound  # noqa: PLR0124 - not NaN
        above = int((known > bound).sum())
        yield {
            **dict(zip(about, key, strict=True)),
            "replies": len(own),
            "known": len(known),
            "median": known.median(),
            "bound": bound,
            "broken": above if told else nan,
            "share": above / len(known) if told else nan,
        }


def _notes(run: Run, table: pd.DataFrame) -> Iterator[str]:
    """A sentence for each kind of missing data; none in a run without vectors."""
    if table.empty:
        if steered_arms(run):
            yield (
                "No texts: probabilities of options were read, or texts were not recorded, so "
                "nobody can tell which texts would break."
            )
        return
    command = f"arena vector texts {run.folder}"
    if missing := int((table["replies"] - table["known"]).sum()):
        yield (
            f"The perplexity of {missing} of {int(table['replies'].sum())} replies is not known: "
            f"{command} has the engine read them, and keeps {FILE} beside the run."
        )
    without = table[(table["known"] > 0) & table["bound"].isna()]
    for (game, who), _ in without.groupby(["game", "contestant"], sort=False):
        yield (
            f"{who} has no known replies without vectors in {game}, from which a bound could be "
            f"taken: state it, such as {command} --bound 50"
        )


def _text(run: Run, key: str) -> str:
    return str(next(run.rows(_TEXT, key))[0])
