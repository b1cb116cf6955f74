"""The leaderboard of a run, for a terminal or as JSON."""

import json
import math
from collections.abc import Iterator
from typing import Any, TextIO

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

import ratings
from arena.run import Run
from games import BadInput, Game
from ratings import elo
from ratings.core.leaderboard import by_game, overall
from ratings.core.scoring import NOT_RATED, record
from ratings.core.tables import GameRecord

_METHODS = ("elo", "mean_payoff")
_HEADS = {
    "contestant": "contestant",
    "elo": "Elo",
    "order_sd": "order SD",
    "comparisons": "compared",
    "mean_payoff": "mean payoff",
    "matches": "matches",
    "void_share": "void",
}
_FORMATS = {"elo": "{:.0f}", "order_sd": "{:.0f}", "mean_payoff": "{:+.2f}", "void_share": "{:.0%}"}
_METHOD = (
    f"Elo: initial {elo.INITIAL:.0f}, K = {elo.K:.0f}, scale {elo.SCALE:.0f}, mean over "
    f"{elo.ORDERS} random orders (seed {elo.SEED}). Order SD is the spread over these orders, "
    "not a confidence interval."
)


def leaderboard(run: Run, stream: TextIO) -> None:
    """Write the tables: first overall, then game by game.

    Raises:
        BadInput: no match is closed yet.
    """
    rules, tables = _tables(run)
    closed, void = sum(run.counts.values()), run.counts.get("void", 0)
    console = Console(file=stream, width=None if stream.isatty() else 100, highlight=False)
    console.print(f"{run.manifest['name']}: {closed} of {run.planned} matches, {void} void")
    if len(rated := _rated(rules, tables)) > 1:
        everything = overall(rated)
        console.print(
            "\nOverall (unweighted mean of Elo over games, for those who played them all)"
        )
        console.print(_drawn(everything) if len(everything) else "\n  Nobody played them all.\n")
    for game, table in tables.items():
        console.print(f"\n{game}", markup=False)
        console.print(_drawn(table))
        rule = rules[game] if rules[game] == NOT_RATED else f"compared {rules[game]}"
        console.print(f"  {rule[0].upper()}{rule[1:]}.")
    console.print(f"\n{_METHOD}")


def leaderboard_json(run: Run) -> str:
    """The same as one JSON document; what is not a number is null.

    Raises:
        BadInput: no match is closed yet.
    """
    rules, tables = _tables(run)
    games = {g: {"rule": rules[g], "contestants": list(_rows(t))} for g, t in tables.items()}
    rated = _rated(rules, tables)
    about = {"initial": elo.INITIAL, "k": elo.K, "scale": elo.SCALE, "orders": elo.ORDERS}
    document = {
        "name": run.manifest["name"],
        "design_hash": run.manifest["design_hash"],
        "matches": {"planned": run.planned, **run.counts},
        "elo": {**about, "seed": elo.SEED},
        "overall": list(_rows(overall(rated))) if rated else [],
        "games": games,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def _tables(run: Run) -> tuple[dict[str, str], dict[str, pd.DataFrame]]:
    found = records(run)
    if not found:
        raise BadInput(f"no match in {run.folder} is closed yet: there is nothing to rate")
    return {r.game: r.rule for r in found}, by_game(found, [ratings.load(n) for n in _METHODS])


def records(run: Run) -> list[GameRecord]:
    """What is known of each game of which a match is closed."""
    games = run.seats().groupby("game")
    return [_record(run.game(str(game)), str(game), rows) for game, rows in games]


def _record(rules: Game[Any], key: str, seats: pd.DataFrame) -> GameRecord:
    return record(key, seats, zero_sum=rules.zero_sum, contest=len(rules.deciders) > 1)


def _rated(rules: dict[str, str], tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of the games that can be rated: the others have no part in the overall rating."""
    return {game: table for game, table in tables.items() if rules[game] != NOT_RATED}


def _rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in table.to_dict(orient="records"):
        yield {
            str(key): None if isinstance(value, float) and math.isnan(value) else value
            for key, value in row.items()
        }


def _drawn(table: pd.DataFrame) -> Table:
    drawn = Table(box=box.SIMPLE)
    for column in table.columns:
        drawn.add_column(_HEADS[column], justify="left" if column == "contestant" else "right")
    for row in _rows(table):
        drawn.add_row(*(_shown(column, value) for column, value in row.items()))
    return drawn


def _shown(column: str, value: Any) -> str:  # noqa: ANN401 - text or number
    return "–" if value is None else _FORMATS.get(column, "{}").format(value)
