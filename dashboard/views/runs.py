"""Home: what this is, all runs with progress and cost, controls to start, stop and go on."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from arena.record.batch_files import BATCHES
from arena.record.control import command, send
from arena.record.lock import being_played
from arena.report.run_control import batch_lines, state_lines
from dashboard import launch
from dashboard.control import processes as control
from dashboard.data import runs as data
from dashboard.draw.columns import Numbers
from dashboard.draw.definitions import definition
from dashboard.draw.page import Context, View, address, download, link, say
from dashboard.draw.tables import listed
from dashboard.plain import escaped, without_secrets
from games import BadInput

EVERY = 2.0
"""Refresh interval of the list of runs, in seconds."""
_PATIENCE = 10.0
"""Seconds that a page waits for the answer of a run."""
_SAID = "answers of the run in play"
"""Key of the session's state: lines that stay when the page is drawn again."""

_ABOUT = """
Language models, scripts and people play games of conflict and cooperation against each other.\\
Emotions are induced, reported and shown; their effects are compared with human data.\\
Every number leads to the match, the prompt and the reply behind it.
"""

_COLUMNS = (
    "run", "overview", "what", "begun", "minutes", "status", "void", "cost", "models", "games",
    "progress", "closed", "planned", "matches", "calls", "decisions", "unpriced", "problem",
)  # fmt: skip
"""Columns of the table; the last one is left out where every run can be read."""


def draw(context: Context) -> None:
    """The page."""
    st.markdown(_ABOUT)
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
    table = _sorted(pd.DataFrame(rows))
    percent = table.assign(progress=100 * table["progress"]) if "progress" in table else table
    listed(percent, "runs", _columns())
    st.caption(
        "Runs that are being played come first, then the latest. A click on a head sorts by it. "
        "Minutes are those from the first to the last record, with all breaks."
    )
    download(table, "runs")
    if context.name is not None:
        try:
            _controls(context.name, context.folder)
        except BadInput as error:
            say(error)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Runs that are being played first, then the latest; unreadable ones last."""
    table = table.reindex(columns=[each for each in _COLUMNS if each in table])
    if "begun" not in table:
        return table
    order = table.assign(playing=table["status"] == "playing")
    order = order.sort_values(["playing", "begun"], ascending=False, kind="stable")
    return table.loc[order.index].reset_index(drop=True)


def _columns() -> dict[str, object]:
    text, link = st.column_config.TextColumn, st.column_config.LinkColumn
    progress = st.column_config.ProgressColumn
    return {
        "run": text("run", pinned=True),
        "overview": link("results", display_text="open", width="small"),
        "what": text("tournament"),
        "begun": st.column_config.DatetimeColumn("begun (UTC)", format="YYYY-MM-DD HH:mm"),
        "minutes": Numbers("minutes", 1),
        "models": text("models", width="medium"),
        "games": text("games", width="medium"),
        "progress": progress("progress", format="%.0f %%", min_value=0.0, max_value=100.0),
        "closed": "matches closed",
        "planned": "of planned",
        "void": "void share",
        "cost": Numbers("cost (US $)", 4),
        "unpriced": "replies of unknown price",
        "problem": text("what is wrong with it", width="large"),
        "matches": link("matches", display_text="open", width="small"),
    }


def _row(name: str, summary: data.Summary, *, running: bool) -> dict[str, object]:
    first, last = (time and datetime.fromisoformat(time) for time in (summary.first, summary.last))
    return {
        "run": name,
        "overview": address("overview", run=name),
        "what": summary.name,
        "begun": first.replace(tzinfo=None) if first else pd.NaT,
        "minutes": (last - first).total_seconds() / 60 if first and last else None,
        "models": ", ".join(summary.models) or "none",
        "games": ", ".join(summary.games),
        "status": _status(summary, running=running),
        "closed": summary.played,
        "planned": summary.planned,
        "progress": summary.played / summary.planned if summary.planned else 0.0,
        "cost": None if summary.unpriced and not summary.cost else summary.cost,
        "void": summary.void_share,
        "matches": address("matches", run=name),
        "calls": summary.calls,
        "decisions": summary.decisions,
        "unpriced": summary.unpriced,
    }


def _status(summary: data.Summary, *, running: bool) -> str:
    if running:
        return "playing"
    if summary.played >= summary.planned:
        return "finished"
    return "stopped" if summary.played or summary.calls else "not begun"


def _controls(name: str, folder: Path) -> None:
    """Draw the controls of the chosen run."""
    active = being_played(folder) or control.running(folder)
    try:
        summary = data.summary(folder)
        st.progress(
            min(1.0, summary.played / summary.planned) if summary.planned else 0.0,
            f"{escaped(name)}: {summary.played:,} of {summary.planned:,} matches",
        )
    except BadInput:
        summary = None
        if active:
            st.progress(0.0, f"{escaped(name)}: starting")
    done = summary is not None and summary.played >= summary.planned
    held = _held(folder, active=active, done=done)
    cap = None if held else launch.cap_field(f"cap of {name}", control.noted_cap(folder))
    _stop_or_go_on(folder, cap)
    if held or cap is None:
        st.caption(f"*Go on* is not possible: {held or 'a run needs a cap on its cost'}.")
    if active:
        _pause(folder)
        _limits(folder)
        _waiting(folder)
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


def _limits(folder: Path) -> None:
    """Draw the form that changes limits of a run in play as `arena ctl` does, and its state."""
    with st.expander("State and limits"), st.form("limits", border=False):
        models = data.summary(folder).models
        model = st.selectbox("Model", models, index=None, placeholder="all models")
        calls = st.number_input("Calls in flight", min_value=1, value=None, step=1)
        requests = st.number_input("Calls per minute", min_value=0, value=None, step=1)
        tokens = st.number_input("Tokens per minute", min_value=0, value=None, step=1)
        cap = st.number_input("Cap (US $)", min_value=0.0, value=None, help=definition("Cost"))
        st.caption("Empty fields change nothing; 0 per minute takes a bound away.")
        if st.form_submit_button("Set, and show the state"):
            st.session_state[_SAID] = _changed(folder, model, calls, requests, tokens, cap)
        for line in st.session_state.get(_SAID, ()):
            st.caption(escaped(line))


def _changed(
    folder: Path,
    model: str | None,
    calls: int | None,
    requests: int | None,
    tokens: int | None,
    cap: float | None,
) -> list[str]:
    """Send a command for each limit that is given, and ask for the state; what the run answers."""
    per_minute = {"requests_per_minute": requests, "tokens_per_minute": tokens}
    given = {
        "concurrency": None if calls is None else (str(calls), {"model": model}),
        "limit": None
        if (requests, tokens) == (None, None)
        else (None, {"model": model, **per_minute}),
        "cap": None if cap is None else (str(cap), {}),
    }
    asked = [(action, *each) for action, each in given.items() if each is not None]
    try:
        states = [send(folder, command(*each), _PATIENCE) for each in asked]
        state = send(folder, command("status"), _PATIENCE)
    except BadInput as error:
        return [str(error)]
    return [*(str(each["done"]) for each in states), *state_lines(state)]


def _waiting(folder: Path) -> None:
    """Say which batches a run in play waits for."""
    if not (folder / BATCHES).is_dir():
        return
    try:
        state = send(folder, command("status"), _PATIENCE)
    except BadInput:
        return  # it ended meanwhile, or belongs to another
    for line in batch_lines(state):
        st.caption(escaped(line))


def _held(folder: Path, *, active: bool, done: bool) -> str:
    """The reason why a run cannot go on from here; empty if it can."""
    if active:
        return "the run is being played"
    if done:
        return "all its matches are closed"
    if not (folder / control.DESIGN).is_file():
        return f"no page started this run (no file {control.DESIGN}); arena run continues it"
    return ""


def _about(context: Context) -> None:
    try:
        manifest = data.design(context.folder)
    except BadInput:
        return
    with st.expander(f"Design of {escaped(context.name)}"):
        st.json(without_secrets(manifest), expanded=False)
    link("Matches of this run", "matches", run=str(context.name))


VIEW = View("Runs", ":material/list:", 0, draw, ("Run", "Tournament"))
