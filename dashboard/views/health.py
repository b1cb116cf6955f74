"""Calls to models: errors, waits, tokens, cost, pace against the limits."""

from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.plots import charts
from dashboard.data import health
from dashboard.data import runs as data
from dashboard.draw.beside import sides
from dashboard.draw.columns import Numbers
from dashboard.draw.definitions import cost_figure, definition, heading
from dashboard.draw.figures import share
from dashboard.draw.page import Context, View, address, download, drawn, say, worked
from dashboard.draw.tables import listed
from games import BadInput
from prompts import Verdict


def draw(context: Context) -> None:
    """The page."""
    folder, name = _called(context), str(context.name)
    both, summary = sides(context, _called), data.summary(folder)
    table = worked("Counting calls by model", health.models, folder)
    _figures(summary, int(table["failed"].sum()))
    _models(table)
    heading("What came of the calls", "Call", "Verdict")
    verdicts = worked("Counting what came of the calls", health.verdicts, folder)
    _outcomes(name, verdicts)
    heading("Along the run", "Run", "Verdict")
    _along(folder)
    heading("Waiting for replies", "Call")
    waits = both.joined(partial(worked, "Sorting waits for replies", health.waits))
    titles = ("seconds", "share of replies")
    told = both.told(waits, "model")
    chart = charts.lines(told, "seconds", "share", "model", titles, step=True)
    drawn(chart, told, "waits", "Cumulative distribution of seconds to a reply, by model")


def _called(context: Context) -> Path:
    """Folder of a run in which models were called.

    Raises:
        BadInput: none was.
    """
    if not data.summary(context.folder).calls:
        raise BadInput(
            f"no model was called in {context.name} so far: its contestants are scripts, or only "
            "outcomes were recorded. There is nothing to look after."
        )
    return context.folder


def _figures(summary: data.Summary, failures: int) -> None:
    asked, failed, void, cost = st.columns(4)
    asked.metric("Calls", f"{summary.calls:,}", help=definition("Call"))
    about = definition("Call", "Verdict")
    failed.metric("Calls without a reply", f"{failures:,}", help=about)
    void.metric("Void matches", share(summary.void_share), help=definition("Void"))
    cost_figure(cost, summary)


def _along(folder: Path) -> None:
    """Draw errors and pace over time."""
    moments = worked("Counting calls along the run", health.over_time, folder)
    only = moments[moments["kind"] != "legal"]
    if len(moments["model"].unique()) > 1:
        only = only.assign(kind=only["model"] + " · " + only["kind"])
    if len(only):
        titles = ("time (UTC)", "calls that did not succeed")
        chart = charts.bars(only, "time", "calls", "kind", titles)
        drawn(chart, only, "errors", "Errors by kind along the run")
    else:
        say("Every call gave a legal answer.")
    pace = health.pace(folder)
    titles = ("time (UTC)", "calls per second")
    chart = charts.lines(pace, "time", "per_second", "series", titles)
    drawn(chart, pace, "pace", "Calls per second along the run, beside the limits of the design")


def _models(table: pd.DataFrame) -> None:
    columns = {
        "not_legal": "asked again",
        "median_s": Numbers("median (s)", 2),
        "p95_s": Numbers("95th percentile (s)", 2),
        "peak_per_minute": "most calls in a minute",
        "limit_per_minute": "limit a minute",
        "prompt_tokens": "prompt tokens",
        "completion_tokens": "reply tokens",
    }
    listed(table, "models", columns)
    download(table, "models")


def _outcomes(name: str, verdicts: pd.DataFrame) -> None:
    """List what came of the calls, with counts and links to the matches."""
    failed = verdicts["verdict"].str.startswith("failure")
    links = [
        address("matches", run=name, verdict=verdict)
        for verdict in verdicts["verdict"].mask(failed, str(Verdict.PROVIDER_ERROR))
    ]
    shares = verdicts["calls"] / verdicts.groupby("model")["calls"].transform("sum")
    columns = {
        "verdict": "what came of it",
        "share": "share of the model's",
        "matches": st.column_config.LinkColumn("matches", display_text="open", width="small"),
    }
    listed(verdicts.assign(share=shares, matches=links), "verdicts", columns)
    download(verdicts, "verdicts")


VIEW = View("Health", ":material/monitor_heart:", 7, draw, ("Call", "Verdict"))
