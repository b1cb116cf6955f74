"""Ratings for a terminal: the effect of the mode, the leaderboard, and the tables of methods."""

import math
from collections.abc import Callable
from typing import Any, TextIO

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from arena.analysis.policies import shown_frequencies
from arena.analysis.rating import Rated, method_tables
from arena.analysis.remarks import remarks
from arena.core.console import console as page
from arena.report.effects import PAYOFFS, effects_grid
from arena.report.grid import WIDTH, by_game, grid, say
from ratings import bradley_terry, elo
from ratings.core.comparisons.davidson import RIDGE
from ratings.core.comparisons.scoring import UNRATED
from ratings.core.comparisons.transitivity import Outcome
from ratings.core.tables import VOID_RULES, GameRecord, Voids

_NAMES = {"contestant", "information set", "action"}
"""Columns of names."""


def leaderboard(rated: Rated, stream: TextIO) -> None:
    """Write the report of runs: effects of the mode, the overall rating, game by game."""
    console = page(stream, WIDTH)
    _head(rated, console)
    _effects(rated, console)
    if len(rated.rated) > 1:
        console.print("\nOverall: Bradley-Terry over all games, each of which weighs the same")
        if len(rated.overall):
            console.print(drawn_board(rated.overall))
        for remark in rated.overall_remarks:
            say(console, remark)
    for game, record in rated.records.items():
        console.print(f"\n{game}", markup=False)
        console.print(drawn_board(rated.tables[game]))
        _notes(record, console)
        for remark in rated.remarks(game):
            say(console, remark)
        if record.seats["void"].any():
            _worst(rated, game, console)
        if len(outcome := rated.transitivity(game).contestants) and record.rule not in UNRATED:
            _wins(rated.transitivity(game), console, len(outcome))
    console.print(f"\n{_methods(rated)}")


def method_report(rated: Rated, stream: TextIO) -> None:
    """Write the table of one method by game, with the meanings of its columns."""
    console, method = page(stream, WIDTH), rated.request.loaded
    assert method is not None
    _head(rated, console)
    everything = method_tables(rated)
    for game, record in rated.records.items():
        console.print(f"\n{game}", markup=False)
        table = everything[everything["game"] == game].drop(columns="game")
        console.print(_drawn(table.map(_figure, na_action=None)))
        _notes(record, console)
        for remark in rated.remarks(game):
            say(console, remark)
        if rated.request.method == "rationality":
            _frequencies(rated, record, console)
        if rounds := method.rounds(record, rated.request.rounds):
            say(console, f"Bootstrap: {rounds:,} rounds, seed {rated.request.seed}.")
    for column, meaning in method.columns.items():
        say(console, f"{_words(column)}: {meaning}.")


def drawn_board(table: pd.DataFrame) -> Table:
    """A leaderboard of a game, or of all games, for printing."""
    return _drawn(board(table))


def _head(rated: Rated, console: Console) -> None:
    for run in rated.runs:
        counts = run.counts
        closed, void = sum(counts.values()), counts.get("void", 0)
        line = f"{run.manifest.name}: {closed} of {run.planned} matches, {void} void"
        console.print(line, markup=False)
    for line in remarks(rated.runs):
        say(console, line)
    if rated.request.by:
        console.print(f"Rated by {rated.request.by}.")


def _effects(rated: Rated, console: Console) -> None:
    table = rated.effects
    if table.empty:
        return
    console.print(f"\nSteps of the emotion mode: {PAYOFFS}")
    for rows in by_game(console, table):
        console.print(effects_grid(rows))
    say(console, f"A family of {len(table)} row(s). arena effects has levels, losses and choices.")


def board(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of a leaderboard that fit side by side."""
    shown = {
        "rank": [
            "–" if math.isnan(b) else f"{b:.0f}" if b == w else f"{b:.0f}–{w:.0f}"
            for b, w in zip(table["rank_best"], table["rank_worst"], strict=True)
        ],
        "contestant": table["contestant"],
        "rating": [_whole(v) for v in table["rating"]],
        "95 %\ninterval": _intervals(table, "low", "high", _whole, "–"),
        "first": [_share(v) for v in table["first"]],
        "Elo\n(order SD)": [
            "–" if math.isnan(e) else f"{e:.0f} ({s:.0f})"
            for e, s in zip(table["elo"], table["order_sd"], strict=True)
        ],
    }
    if "mean_rating" in table:
        shown["games"] = table["games"]
        shown["mean of\nratings"] = [_whole(v) for v in table["mean_rating"]]
    if "mean_payoff" in table:
        shown["payoff"] = [_signed(v) for v in table["mean_payoff"]]
        shown["±95 %"] = [_half(v) for v in (table["payoff_high"] - table["payoff_low"]) / 2]
    shown["matches"] = table["matches"]
    shown["void"] = [_share(v) for v in table["void_share"]]
    return pd.DataFrame(shown)


def _notes(record: GameRecord, console: Console) -> None:
    rule = record.rule if record.rule in UNRATED else f"compared {record.rule}"
    counts = f"{record.matches} matches, {len(record.comparisons)} comparisons"
    say(console, f"{rule[0].upper()}{rule[1:]}.")
    say(console, f"{counts}, {record.clusters} cluster(s). Void matches: {record.voids}.")
    if record.unfinished:
        say(
            console,
            f"{record.unfinished} comparison(s) left out: not all of their mirrored matches are "
            "played yet.",
        )


def _worst(rated: Rated, game: str, console: Console) -> None:
    """Bounds of the ratings over possible results of void matches."""
    table, record = rated.tables[game], rated.records[game]
    say(console, f"{VOID_RULES[record.voids][0].upper()}{VOID_RULES[record.voids][1:]}.")
    source = record.range.source if record.range else ""
    say(console, f"Bounds, if void matches had ended as badly or as well as possible ({source}):")
    drawn = pd.DataFrame(
        {
            "contestant": table["contestant"],
            "void": [_share(v) for v in table["void_share"]],
            "by its own fault": [_share(v) for v in table["fault_share"]],
            "rating": _intervals(table, "worst_case", "best_case", _whole),
            "payoff": _intervals(table, "payoff_worst", "payoff_best", _signed),
        }
    )
    console.print(_drawn(drawn))


def _wins(outcome: Outcome, console: Console, count: int) -> None:
    """The win matrix, if a single scale of strengths is rejected and the matrix fits."""
    if not outcome.rejected or count > 12:  # noqa: PLR2004
        return
    say(console, "Shares of points won, row against column, a tie being half:")
    numbers = [str(n) for n in range(1, count + 1)]
    shares = [[_share(v) for v in row] for row in outcome.wins]
    for n in range(count):
        shares[n][n] = ""
    table = pd.DataFrame(shares, columns=numbers)
    names = [f"{n} {name}" for n, name in zip(numbers, outcome.contestants, strict=True)]
    table.insert(0, "contestant", names)
    console.print(_drawn(table))


def _frequencies(rated: Rated, record: GameRecord, console: Console) -> None:
    say(
        console,
        "Choices beside the nearest equilibrium's and the quantal response's at each one's lambda:",
    )
    for name, table in shown_frequencies(rated, record).groupby("contestant", sort=False):
        console.print(f"\n  {name}", markup=False)
        drawn = pd.DataFrame(
            {
                "information set": [text.removesuffix(";") for text in table["set"]],
                "action": table["action"],
                "met": table["times"],
                "chosen": [_share(v) for v in table["frequency"]],
                "95 %\ninterval": _intervals(table, "low", "high", _share, "–"),
                "equili-\nbrium": [_share(v) for v in table["equilibrium"]],
                "at its\nlambda": [_share(v) for v in table["noisy"]],
            }
        )
        console.print(_drawn(drawn))


def _methods(rated: Rated) -> str:
    """Methods behind the figures of a leaderboard."""
    asked = rated.request
    return (
        f"Rating: Bradley-Terry with ties (Davidson), ridge {RIDGE:g}, mean "
        f"{bradley_terry.ANCHOR:.0f}, scale of Elo. Intervals, ranks and the share of rounds in "
        f"which a contestant is first: cluster bootstrap, {asked.rounds:,} rounds (seed "
        f"{asked.seed}).\nElo: initial {elo.INITIAL:.0f}, K = {elo.K:.0f}, scale {elo.SCALE:.0f}, "
        f"mean over {elo.ORDERS} random orders (seed {asked.seed}). Order SD is the spread over "
        "these orders, not a confidence interval.\nPayoff: points per match, seat effects removed, "
        f"cluster-robust interval. Other void rules: "
        f"{', '.join(rule for rule in Voids if rule != asked.voids)}."
    )


def _drawn(table: pd.DataFrame) -> Table:
    return grid(table, _NAMES, tight=True)


def _words(column: str) -> str:
    return column.replace("_", " ")


def _figure(value: Any) -> str:  # noqa: ANN401 - text or number
    """A figure of any method."""
    if isinstance(value, float | np.floating):
        number = float(value)
        whole = abs(number) >= 100 or number.is_integer()  # noqa: PLR2004
        return "–" if math.isnan(number) else f"{number:.0f}" if whole else f"{number:.3f}"
    return ("yes" if value else "no") if isinstance(value, bool | np.bool_) else str(value)


def _intervals(
    table: pd.DataFrame,
    low: str,
    high: str,
    figure: Callable[[float], str],
    between: str = " to ",
) -> list[str]:
    return [
        "–" if math.isnan(a) or math.isnan(b) else f"{figure(a)}{between}{figure(b)}"
        for a, b in zip(table[low], table[high], strict=True)
    ]


def _whole(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f}"


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.2f}"


def _half(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0%}"
