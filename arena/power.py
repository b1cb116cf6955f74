"""`arena power`: how many matches a design needs to tell two contestants apart."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table

from arena.pools import Pool, Scheme, pool
from arena.tournament import Tournament
from games import BadInput
from games.core.errors import unknown
from ratings.core.power import ALPHA, STUDIES, needed, wins

UNITS = ("points", "elo")


@dataclass(frozen=True)
class Need:
    """What one way to compare two contestants takes.

    Args:
        game: id of the game.
        scheme: the way.
        blocks: number of blocks; None if there is no telling with any number tried.
        matches: of each of the two contestants.
        decisions: of each of them, expected.
        cost: of both, in US dollars, if a price is given.
        planned: blocks in the design.
    """

    game: str
    scheme: str
    blocks: int | None
    matches: int | None
    decisions: int | None
    cost: float | None
    planned: int


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        effect: the difference, in points per match or in points of Elo.
        unit: points or elo.
        power: how often the difference is to be found.
        rationality: lambda of the stand-ins.
        price: US dollars per decision of a model; None if unknown.
        seed: of all simulations.
    """

    effect: float
    unit: str = "points"
    power: float = 0.8
    rationality: float = 2.0
    price: float | None = None
    seed: int = 0

    def check(self) -> None:
        """Refuse what cannot be asked.

        Raises:
            BadInput: a number is out of range, or the unit is unknown.
        """
        if self.unit not in UNITS:
            raise unknown("unit", self.unit, UNITS)
        if not self.effect > 0:
            raise BadInput(f"effect must be above 0, not {self.effect:g}")
        if not 0 < self.power < 1:
            raise BadInput(f"power must be between 0 and 1, not {self.power:g}")


def needs(
    tournament: Tournament, question: Question, games: Sequence[str] = ()
) -> tuple[list[Need], dict[str, str]]:
    """What each game of a design takes, by every way to compare, and who stands in for contestants.

    Raises:
        BadInput: what is asked cannot be, or a game is not in the design.
    """
    question.check()
    for key in games:
        if key not in tournament.games:
            raise unknown("game of this design", key, tournament.games)
    found: list[Need] = []
    about: dict[str, str] = {}
    for key, game in tournament.games.items():
        if len(game.deciders) < 2 or (games and key not in games):  # noqa: PLR2004
            continue
        blocks = pool(game, question.rationality, question.seed)
        about[key] = blocks.about
        planned = tournament.entries[key].repetitions or 1
        found += [
            _need(key, scheme, blocks, question, planned)
            for scheme in blocks.schemes
            if question.unit == "points" or scheme.ties is not None
        ]
    return found, about


def power_report(
    found: Sequence[Need], about: dict[str, str], question: Question, stream: TextIO
) -> None:
    """Write the table, and what it rests on."""
    console = Console(file=stream, width=None if stream.isatty() else 100, highlight=False)
    unit = "points of Elo" if question.unit == "elo" else "points per match"
    console.print(
        f"To tell two contestants {question.effect:g} {unit} apart with power {question.power:g} "
        f"({ALPHA:.0%} level, two-sided):"
    )
    for game, words in about.items():
        planned = next(need.planned for need in found if need.game == game)
        console.print(f"\n{game} ({planned} block(s) planned)", markup=False)
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        heads = ("blocks", "matches\nof each", "decisions\nof each", "cost of\nboth")
        table.add_column("compared by")
        for head in heads:
            table.add_column(head, justify="right")
        for need in found:
            if need.game == game:
                counts = (need.blocks, need.matches, need.decisions)
                cost = "unknown" if need.cost is None else f"${need.cost:,.2f}"
                shown = ("too many" if n is None else f"{n:,}" for n in counts)
                table.add_row(need.scheme, *shown, cost)
        console.print(table)
        console.print(f"  Stand-ins: {words}.", markup=False)
    if question.unit == "elo":
        console.print("\nElo counts what is compared: single matches, or mirrored pairs of them.")
    console.print(
        f"\n{STUDIES:,} simulated studies for each number of blocks, each ending in a t test over "
        f"blocks; seed {question.seed}. A decision is at least one call of a model."
    )


def power_json(found: Sequence[Need], about: dict[str, str], question: Question) -> str:
    """The same as one JSON document."""
    document = {
        "question": asdict(question),
        "alpha": ALPHA,
        "studies": STUDIES,
        "standins": about,
        "needs": [asdict(need) for need in found],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _need(game: str, scheme: Scheme, blocks: Pool, question: Question, planned: int) -> Need:
    if question.unit == "elo":
        assert scheme.ties is not None
        scores, chances = wins(scheme.ties, question.effect)
        gap, per = float(chances @ scores), scheme.compared
        count = needed(scores, gap, question.power, question.seed, chances)
    else:
        count, per = needed(scheme.points, question.effect, question.power, question.seed), 0
    if count is None:
        return Need(game, scheme.name, None, None, None, None, planned)
    matches = count * (per or scheme.matches)
    decisions = ceil(matches * blocks.decisions)
    cost = None if question.price is None else 2 * decisions * question.price
    total = ceil(matches / scheme.matches)
    return Need(game, scheme.name, total, matches, decisions, cost, planned)
