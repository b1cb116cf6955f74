"""A lab: participants by stage, matches under way, alerts, links, pause and close, the pay list."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from arena.core.spreadsheet import inert
from arena.record.lab_control import ADMISSIONS, LINKS, Admission, admission, admit
from arena.record.lock import being_played
from arena.record.participants import STAGES
from dashboard.data import lab as data
from dashboard.draw.definitions import definition, heading
from dashboard.draw.page import Context, View, download, say
from dashboard.draw.tables import listed
from dashboard.plain import escaped
from games import BadInput

EVERY = 2.0
"""Refresh interval of the lab's state, in seconds."""

_LABELS: dict[Admission, str] = {
    "open": "Admit participants",
    "paused": "Pause: nobody new for now",
    "closed": "Close: nobody new any more",
}


def draw(context: Context) -> None:
    """The page."""
    folder, name = context.folder, str(context.name)
    if data.room(folder) is None:
        say(
            f"{name} is no lab: its design has no table [lab]. People take part through arena lab, "
            "or on the page Play."
        )
        return
    st.fragment(_room, run_every=EVERY)(folder, name)
    _admission(folder)
    _links(folder)
    heading("Pay list", "Participant")
    pay = data.to_pay(folder)
    if pay.empty:
        st.caption("Nobody has left yet.")
        return
    st.caption("It names the ids that participants came with. Scripted participants are left out.")
    listed(pay, "pay")
    download(pay.map(inert), f"pay list of {name}")


def _room(folder: Path, name: str) -> None:
    """Draw the state of the lab, refreshed at intervals."""
    room = data.room(folder)
    assert room is not None
    if not being_played(folder):
        st.caption(escaped(f"{name} is not open: arena lab opens it, and goes on with it."))
    for line in data.alerts(room, datetime.now(UTC)):
        st.warning(escaped(line))
    people = room.people
    counts = people["stage"].value_counts()
    for stage, column in zip(STAGES, st.columns(len(STAGES)), strict=True):
        number = int(counts.get(stage, 0))
        column.metric(stage.capitalize(), number, help=definition("Participant"))
    robots = int(people["robot"].sum())
    if robots:
        st.caption(f"{robots} of {len(people)} are scripted participants.")
    heading("Matches under way", "Match")
    st.caption(f"{len(room.matches)} under way, {room.over} over.")
    if len(room.matches):
        listed(room.matches, "under way")
    heading("Participants", "Participant")
    if people.empty:
        st.caption("Nobody has come yet.")
    else:
        listed(people, "participants")


def _admission(folder: Path) -> None:
    """Draw the control of admission of new participants."""
    heading("Admission", "Participant")
    now = admission(folder)
    chosen = st.radio(
        "Who is there goes on in each case",
        ADMISSIONS,
        ADMISSIONS.index(now),
        format_func=lambda state: _LABELS[state],
        key="admission",
    )
    if chosen != now:
        try:
            admit(folder, chosen)
        except BadInput as error:
            say(error)


def _links(folder: Path) -> None:
    """Draw links to copy."""
    heading("Links", "Participant")
    links = data.links(folder)
    if links.empty:
        st.caption("arena lab writes them when it opens.")
        return
    for row in links.head(_MOST).to_dict("records"):
        st.code(str(row["link"]), language=None)
    if len(links) > _MOST:
        st.caption(f"{len(links) - _MOST} more are in {LINKS} in the folder of the run.")


_MOST = 20
"""Largest number of links shown."""

VIEW = View("Lab", ":material/meeting_room:", 8, draw, ("Lab", "Participant"))
