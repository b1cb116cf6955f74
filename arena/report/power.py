"""Resources needed to detect a difference between two contestants, as a table or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import pandas as pd

from arena.core.console import console as page
from arena.planning.power import Answer, Need, Question
from arena.planning.share import Range
from arena.report.as_json import as_json
from arena.report.grid import grid
from arena.report.plan import plain, shown
from ratings.core.statistics.power import ALPHA, STUDIES

_HEADS = (
    "blocks",
    "matches_of each",
    "decisions_of each",
    "calls_of both",
    "tokens_of both",
    "cost_of both",
)


def power_report(answer: Answer, question: Question, stream: TextIO) -> None:
    """Write the table, and its assumptions."""
    console = page(stream, 100)
    unit = "points of Elo" if question.unit == "elo" else "points per match"
    console.print(
        f"To tell two contestants {question.effect:g} {unit} apart with power {question.power:g} "
        f"({ALPHA:.0%} level, two-sided):"
    )
    for game, words in answer.standins.items():
        rows = [need for need in answer.needs if need.game == game]
        console.print(f"\n{game} ({rows[0].planned} block(s) planned)", markup=False)
        cells = [(need.scheme, *_cells(need)) for need in rows]
        table = pd.DataFrame(cells, columns=["compared by", *_HEADS])
        console.print(grid(table, {"compared by"}, tight=True))
        console.print(f"  Stand-ins: {words}.", markup=False)
    if question.unit == "elo":
        console.print("\nElo counts what is compared: single matches, or mirrored pairs of them.")
    console.print(
        f"\n{STUDIES:,} simulated studies for each number of blocks, each ending in a t test over "
        f"blocks; seed {question.seed}."
    )
    for line in _about_costs(answer, question):
        console.print(line, markup=False)


def power_json(answer: Answer, question: Question) -> str:
    """The results as one JSON document; resources are objects of low, expected and high."""
    document = {
        "question": asdict(question),
        "alpha": ALPHA,
        "studies": STUDIES,
        "standins": answer.standins,
        "unpriced": answer.unpriced,
        "needs": [
            {**asdict(need), "both": need.both and plain(need.both)} for need in answer.needs
        ],
    }
    return as_json(document)


def _cells(need: Need) -> Iterator[str]:
    for count in (need.blocks, need.matches, need.decisions):
        yield "too many" if count is None else f"{count:,}"
    if need.both is None:
        yield from ("–", "–", "–")
        return
    for figure in (need.both.calls, need.both.prompt.plus(need.both.completion)):
        yield shown(Range(*(figure.expected,) * 3))  # the bounds stand beside the cost
    yield "unknown" if need.both.cost is None else shown(need.both.cost, money=True)


def _about_costs(answer: Answer, question: Question) -> Iterator[str]:
    yield (
        "Calls, tokens, cost: of the two contestants' own decisions as arena plan reckons them, "
        "re-asks included, from the cheapest model of the design to the dearest; models among "
        "their opponents come on top."
    )
    if question.price is not None:
        yield f"Cost: ${question.price:g} per decision, as stated."
    elif answer.unpriced:
        yield (
            f"Price unknown, and left out: {', '.join(answer.unpriced)}. State it under "
            '[prices."provider/model"], or give --price.'
        )
