"""The form that forks a match: a decision, a change, how often, a cap on cost."""

from pathlib import Path

import streamlit as st

from arena.core.types import Transcript
from arena.forking.change import KEYS
from dashboard.control import forking
from dashboard.data import forks as data
from dashboard.draw.page import link, say, worked
from dashboard.plain import plain
from games import BadInput


def what_if(folder: Path, name: str, transcript: Transcript) -> None:
    """Draw the form, closed at first.

    Args:
        folder: of the run.
        name: of the run.
        transcript: the match.
    """
    match = transcript.match
    with st.expander("What if one thing had been other?"), st.form(f"what if {match.id}"):
        labels = [
            f"{n}: {match.seats[made.player]}, {made.decision.action or 'display'}"
            for n, made in enumerate(transcript.decisions)
        ]
        at = st.selectbox("Decision", range(len(labels)), format_func=lambda n: plain(labels[n]))
        key, value = st.columns(2)
        field = key.selectbox("What changes", KEYS)
        new = value.text_input("Its new value", placeholder="anger", max_chars=500)
        times = st.number_input("Continuations of each arm", 1, 1_000, 20)
        cap = st.number_input("At most US $, all forks of this run together", 0.0, value=0.0)
        if st.form_submit_button("Fork"):
            fork = match.id, at, f"{field}={new.strip()}", times
            try:
                worked("Replaying the match to that decision", data.check, folder, *fork)
                forking.start(folder, *fork, cap)
            except BadInput as error:
                say(error)
            else:
                st.success("It is being played; the page What if shows its effects.")
    link("Forks of this run →", "forks", run=name)
