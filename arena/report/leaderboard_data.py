"""Ratings for further processing: one JSON document, or one CSV table."""

from typing import Any

import pandas as pd

from arena.analysis.rating import Rated, method_tables
from arena.analysis.remarks import remarks
from arena.core.spreadsheet import as_csv
from arena.report.as_json import as_json
from ratings import bradley_terry, elo
from ratings.core.comparisons.davidson import RIDGE
from ratings.core.comparisons.scoring import UNRATED
from ratings.core.statistics.bootstrap import LEVEL


def rating_json(rated: Rated) -> str:
    """Content of the report, or of one method's table; missing numbers are null."""
    asked, counts = rated.request, dict[str, int]()
    for run in rated.runs:
        for ending, number in run.counts.items():
            counts[ending] = counts.get(ending, 0) + number
    document: dict[str, Any] = {
        "name": " + ".join(dict.fromkeys(run.manifest.name for run in rated.runs)),
        "design_hash": [run.manifest.design_hash for run in rated.runs],
        "remarks": remarks(rated.runs),
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
        document["effects"] = rated.effects
        document |= {"overall": rated.overall, "overall_remarks": rated.overall_remarks}
        tables = rated.tables
    document["games"] = {game: _game(rated, game, table) for game, table in tables.items()}
    return as_json(document)


def rating_csv(rated: Rated, *, for_spreadsheets: bool = False) -> str:
    """The leaderboards of all games, or one method's tables, one under the other.

    Args:
        rated: the runs.
        for_spreadsheets: whether CSV texts that may be formulas are made inert.
    """
    if rated.request.loaded:
        return as_csv(method_tables(rated), for_spreadsheets=for_spreadsheets)
    tables = [table.assign(game=game) for game, table in rated.tables.items()]
    everything = pd.concat(tables)
    whole = everything.loc[:, ["game", *tables[0].columns.drop("game")]]
    return as_csv(whole, for_spreadsheets=for_spreadsheets)


def _game(rated: Rated, game: str, table: pd.DataFrame) -> dict[str, Any]:
    record = rated.records[game]
    document: dict[str, Any] = {
        "rule": record.rule,
        "matches": record.matches,
        "comparisons": len(record.comparisons),
        "unfinished": record.unfinished,
        "clusters": record.clusters,
        "contestants": table.drop(columns="game", errors="ignore"),
    }
    document["remarks"] = list(rated.remarks(game))
    if rated.request.loaded is None and record.rule not in UNRATED:
        line = rated.transitivity(game)
        document["transitivity"] = {
            "p": line.p,
            "statistic": line.statistic,
            "contestants": line.contestants,
            "wins": line.wins,
        }
    return document
