"""All runs with progress and cost; controls to start, stop and continue runs."""

from pathlib import Path

import pandas as pd
import streamlit as st

from arena.record.control import command, send
from arena.record.lock import being_played
from dashboard import launch
from dashboard.control import processes as control
from dashboard.data import runs as data
from dashboard.draw.page import Context, View, address, download, link, listed, say
from dashboard.plain import escaped, without_secrets
from games import BadInput

EVERY = 2.0
"""Refresh interval of the list of runs, in seconds."""
_PATIENCE = 10.0
"""Seconds that a page waits for the answer of a run."""


def draw(context: Context) -> None:
    """The page."""
    if context.wrong is not None:
        say(context.wrong)
    if not context.folders:
        say(
            f"There are no runs in {context.settings.root} yet: start one below, or with arena run."
        )
    else:
        st.fragment(_overview, run_every=EVERY)(context)
        if context.name is not None:
            _about(context)
    launch.form(context)


def _overview(context: Context) -> None:
    """Draw all runs, refreshed at intervals; reading never blocks a writer."""
    rows = []
    for name, folder in context.folders.items():
        try:
            rows.append(_row(name, data.summary(folder), running=being_played(folder)))
        except BadInput as error:
            rows.append({"run": name, "status": "unreadable", "problem": str(error)})
            if name == context.name:
                say(error)
    table = pd.DataFrame(rows)
    shares = {"format": "percent", "min_value": 0.0, "max_value": 1.0}
    columns = {
        "run": st.column_config.TextColumn("run", pinned=True),
        "progress": st.column_config.ProgressColumn("progress", **shares),  # type: ignore[arg-type]
        "void": st.column_config.NumberColumn("void share", format="percent"),
        "cost": st.column_config.NumberColumn("cost (US $)", format="%.4f"),
        "unpriced": st.column_config.NumberColumn("replies of unknown price"),
        "last": st.column_config.TextColumn("last record (UTC)"),
        "problem": st.column_config.TextColumn("what is wrong with it", width="large"),
        "open": st.column_config.LinkColumn("matches", display_text="open", width="small"),
    }
    listed(table, "runs", columns)
    download(table, "runs")
    if context.name is not None:
        try:
            _controls(context.name, context.folder)
        except BadInput as error:
            say(error)


def _row(name: str, summary: data.Summary, *, running: bool) -> dict[str, object]:
    return {
        "run": name,
        "status": _status(summary, running=running),
        "open": address("matches", run=name),
        "closed": summary.closed,
        "planned": summary.planned,
        "progress": summary.closed / summary.planned if summary.planned else 0.0,
        "void": summary.void_share,
        "decisions": summary.decisions,
        "calls": summary.calls,
        "cost": summary.cost,
        "unpriced": summary.unpriced,
        "last": (summary.last or "")[:19],
    }


def _status(summary: data.Summary, *, running: bool) -> str:
    if running:
        return "playing"
    if summary.closed >= summary.planned:
        return "finished"
    return "stopped" if summary.closed or summary.calls else "not begun"


def _controls(name: str, folder: Path) -> None:
    """Draw the controls of the chosen run."""
    active = being_played(folder) or control.running(folder)
    try:
        summary = data.summary(folder)
        st.progress(
            min(1.0, summary.closed / summary.planned) if summary.planned else 0.0,
            f"{escaped(name)}: {summary.closed} of {summary.planned} matches",
        )
    except BadInput:
        summary = None
        if active:
            st.progress(0.0, f"{escaped(name)}: starting")
    done = summary is not None and summary.closed >= summary.planned
    idle = not active and not done and (folder / control.DESIGN).is_file()
    cap = launch.cap_field(f"cap of {name}", control.noted_cap(folder)) if idle else None
    _stop_or_go_on(folder, cap)
    if active:
        _pause(folder)
    if tail := control.log_tail(folder):
        with st.expander("What the process said"):
            st.code(tail, language=None, wrap_lines=True)


def _stop_or_go_on(folder: Path, cap: float | None) -> None:
    """Draw the buttons that end a process and start another; without a cap none is started."""
    stopping, resuming, _ = st.columns([1, 1, 3])
    try:
        if stopping.button(
            "Stop",
            key="stop",
            disabled=not control.running(folder),
            help="Calls in flight are finished and recorded.",
        ):
            control.stop(folder)
            st.toast("Stopping: calls in flight are finished first.")
        if resuming.button(
            "Go on",
            key="resume",
            disabled=cap is None,
            help="Plays what is not yet on record.",
        ):
            control.resume(folder, cap)
            st.toast("Going on.")
    except (BadInput, OSError) as error:
        say(error)


def _pause(folder: Path) -> None:
    """Draw the buttons that hold a run in play, and let it go."""
    pausing, going, _ = st.columns([1, 1, 3])
    for column, action, label, about in (
        (pausing, "pause", "Pause", "Calls in flight are finished, and none is begun."),
        (going, "resume", "Continue", "Calls are begun again."),
    ):
        if column.button(label, key=f"ctl {action}", help=about):
            try:
                send(folder, command(action), _PATIENCE)
                st.toast(about)
            except BadInput as error:
                say(error)


def _about(context: Context) -> None:
    try:
        manifest = data.design(context.folder)
    except BadInput:
        return
    with st.expander(f"Design of {escaped(context.name)}"):
        st.json(without_secrets(manifest), expanded=False)
    link("Matches of this run", "matches", run=str(context.name))


VIEW = View("Runs", ":material/list:", 0, draw)
