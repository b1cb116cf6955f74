"""Ratings to be processed: one JSON document, or one CSV table."""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from arena.analysis.rating import Rated, method_tables
from arena.core.spreadsheet import as_csv
from ratings import bradley_terry, elo
from ratings.core.comparisons.davidson import RIDGE
from ratings.core.comparisons.scoring import UNRATED
from ratings.core.statistics.bootstrap import LEVEL


def rating_json(rated: Rated) -> str:
    """Everything of the report, or of one method's table; what is not a number is null."""
    asked, counts = rated.request, dict[str, int]()
    for run in rated.runs:
        for ending, number in run.counts.items():
            counts[ending] = counts.get(ending, 0) + number
    document: dict[str, Any] = {
        "name": " + ".join(dict.fromkeys(run.manifest.name for run in rated.runs)),
        "design_hash": [run.manifest.design_hash for run in rated.runs],
        "matches": {"planned": sum(run.planned for run in rated.runs), **counts},
        "settings": {
            "voids": asked.voids,
            "by": asked.by,
            "rounds": asked.rounds,
            "seed": asked.seed,
            "interval": LEVEL,
        },
    }
    if method := asked.loaded:
        document |= {"method": asked.method, "columns": dict(method.columns)}
        everything = method_tables(rated)
        tables = {game: everything[everything["game"] == game] for game in rated.records}
    else:
        document["bradley_terry"] = {"anchor": bradley_terry.ANCHOR, "ridge": RIDGE}
        about = {"initial": elo.INITIAL, "k": elo.K, "scale": elo.SCALE, "orders": elo.ORDERS}
        document["elo"] = {**about, "seed": asked.seed}
        document["effects"] = list(rows(rated.effects))
        document["overall"] = list(rows(rated.overall))
        tables = rated.tables
    document["games"] = {game: _game(rated, game, table) for game, table in tables.items()}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def rating_csv(rated: Rated, *, for_spreadsheets: bool = False) -> str:
    """The leaderboards of all games, or one method's tables, one under the other.

    Args:
        rated: the runs.
        for_spreadsheets: whether texts that may be formulas are made inert.
    """
    if rated.request.loaded:
        return as_csv(method_tables(rated), for_spreadsheets=for_spreadsheets)
    tables = [table.assign(game=game) for game, table in rated.tables.items()]
    everything = pd.concat(tables)
    whole = everything.loc[:, ["game", *tables[0].columns.drop("game")]]
    return as_csv(whole, for_spreadsheets=for_spreadsheets)


def rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as plain JSON; what is not a number is null."""
    for row in table.to_dict(orient="records"):
        yield {str(key): _plain(value) for key, value in row.items()}


def _game(rated: Rated, game: str, table: pd.DataFrame) -> dict[str, Any]:
    record = rated.records[game]
    found: dict[str, Any] = {
        "rule": record.rule,
        "matches": record.matches,
        "comparisons": len(record.comparisons),
        "unfinished": record.unfinished,
        "clusters": record.clusters,
        "contestants": list(rows(table.drop(columns="game", errors="ignore"))),
    }
    found["remarks"] = list(rated.remarks(game))
    if rated.request.loaded is None and record.rule not in UNRATED:
        line = rated.transitivity(game)
        found["transitivity"] = {
            "p": _plain(line.p),
            "statistic": _plain(line.statistic),
            "contestants": list(line.contestants),
            "wins": [[_plain(value) for value in row] for row in line.wins],
        }
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - any cell
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
