"""Calls of a run: errors, waits, tokens, cost, pace; computed in SQL."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from arena.record.run import Run
from dashboard.data import runs as data

MOMENTS = 60
"""Largest number of points along the time axis."""

_SPAN = """
SELECT min(strftime('%s', filed)), max(strftime('%s', filed)) FROM attempts
"""


@data.kept
def models(run: Run) -> pd.DataFrame:
    """One row per model.

    Returns:
        Columns model, calls, replies, failed (calls without a reply), not_legal (replies that were
        asked for again), reask_share, prompt_tokens, completion_tokens, cost (US dollars), unpriced
        (replies of unknown price), median_s and p95_s (seconds to a reply), peak_per_minute
        (largest number of calls filed within a minute), limit_per_minute (NaN if the design states
        none).
    """
    folder = run.folder
    table = data.table(
        folder,
        """
        SELECT model, count(*) AS calls, total(failure IS NULL) AS replies,
            total(failure IS NOT NULL) AS failed,
            total(failure IS NULL AND verdict <> 'legal') AS not_legal,
            total(json_extract(usage, '$.prompt_tokens')) AS prompt_tokens,
            total(json_extract(usage, '$.completion_tokens')) AS completion_tokens,
            total(cost) + total(json_extract(failure, '$.cost')) AS cost,
            total(failure IS NULL AND cost IS NULL) AS unpriced
        FROM attempts GROUP BY 1 ORDER BY 1
        """,
    )
    peak = data.table(
        folder,
        """
        SELECT model, max(calls) AS peak_per_minute FROM (
            SELECT model, count(*) AS calls FROM attempts
            GROUP BY 1, substr(filed, 1, 16)) GROUP BY 1
        """,
    )
    whole = {key: table[key].astype(int) for key in ("replies", "failed", "not_legal", "unpriced")}
    shares = table["not_legal"] / table["replies"].where(table["replies"] > 0)
    return (
        table.assign(**whole, reask_share=shares)
        .merge(_waits(folder), on="model", how="left")
        .merge(peak, on="model", how="left")
        .assign(limit_per_minute=[_limit(folder, name) for name in table["model"]])
    )


@data.kept
def verdicts(run: Run) -> pd.DataFrame:
    """Outcomes of calls: columns model, verdict (or failure with its status), calls."""
    query = f"""
        SELECT model, {_KIND} AS verdict, count(*) AS calls
        FROM attempts GROUP BY 1, 2 ORDER BY 1, 3 DESC
    """  # noqa: S608 - our own expressions
    return data.table(run.folder, query)


@data.kept
def over_time(run: Run) -> pd.DataFrame:
    """Errors along the run.

    Returns:
        Columns time (UTC, beginning of an interval), seconds (of the interval), model, kind (a
        verdict, or a failure with its status), calls, per_second.
    """
    first, last = data.table(run.folder, _SPAN).iloc[0].astype(float)
    width = max(1, int(np.ceil((last - first + 1) / MOMENTS)))
    query = f"""
        SELECT (strftime('%s', filed) / ?) * ? AS time, model, {_KIND} AS kind, count(*) AS calls
        FROM attempts GROUP BY 1, 2, 3 ORDER BY 1
    """  # noqa: S608 - our own expression
    table = data.table(run.folder, query, width, width)
    return table.assign(
        time=pd.to_datetime(table["time"], unit="s", utc=True),
        seconds=width,
        per_second=table["calls"] / width,
    )


@data.kept
def pace(run: Run) -> pd.DataFrame:
    """Calls per second along the run, with the limits of the design.

    Returns:
        Columns time (UTC), series (a model, or its limit), per_second.
    """
    moments = over_time(run.folder)
    rates = moments.groupby(["time", "model"])["per_second"].sum()
    parts = [rates.rename_axis(["time", "series"]).reset_index()]
    for model in moments["model"].unique():
        if not np.isnan(limit := _limit(run.folder, model)):
            ends = [moments["time"].min(), moments["time"].max()]
            line = {"time": ends, "series": f"limit of {model}", "per_second": limit / 60}
            parts.append(pd.DataFrame(line))
    return pd.concat(parts, ignore_index=True)


@data.kept
def waits(run: Run) -> pd.DataFrame:
    """Latency of replies: columns model, seconds (rounded), replies, share (cumulative)."""
    query = """
        SELECT model, round(seconds, 2) AS seconds, count(*) AS replies
        FROM attempts WHERE seconds IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    """
    table = data.table(run.folder, query)
    by = table.groupby("model")["replies"]
    return table.assign(share=by.cumsum() / by.transform("sum"))


_KIND = """
CASE WHEN failure IS NULL THEN verdict
ELSE 'failure ' || coalesce(json_extract(failure, '$.status'), 'without status') END
"""


def _waits(folder: Path) -> pd.DataFrame:
    rows = [
        {
            "model": model,
            "median_s": _quantile(table, 0.5),
            "p95_s": _quantile(table, 0.95),
        }
        for model, table in waits(folder).groupby("model")
    ]
    return pd.DataFrame(rows, columns=["model", "median_s", "p95_s"])


def _quantile(table: pd.DataFrame, share: float) -> float:
    return float(table["seconds"].iloc[int(np.searchsorted(table["share"], share))])


def _limit(folder: Path, model: str) -> float:
    """Calls per minute that the design allows."""
    stated: dict[str, Any] = data.design(folder).get("file", {}).get("limits", {}).get(model, {})
    return float(stated.get("requests_per_minute") or "nan")
