"""The form for a new run: destinations of calls and resources are shown before the start."""

from collections.abc import Sequence
from functools import cache, lru_cache

import pandas as pd
import streamlit as st

from agents import AgentSpec
from agents.core.models.keys import Destination
from agents.core.models.pool import unpriced
from arena.design.destinations import destinations
from arena.design.matches import planned, table
from arena.design.tournament import Tournament, shipped
from arena.planning.plan import plan
from arena.report.plan import HEADS, notes, rows
from dashboard.composer import compose
from dashboard.control import processes as control
from dashboard.draw.definitions import heading
from dashboard.draw.figures import signed
from dashboard.draw.page import Context, offer, say
from dashboard.draw.tables import listed
from dashboard.plain import escaped, plain
from games import BadInput

_read = lru_cache(maxsize=4)(control.uploaded)
"""A page is drawn at every click, and a design may be large."""


@cache
def _unpaid() -> str:
    """The first shipped tournament without models: no click on *Start* alone asks a model."""
    return next(name for name, path in shipped().items() if not Tournament.read(path).models)


def form(context: Context) -> None:
    """Choose a tournament, see its resources, state a cap, start it."""
    heading("Start a run", "Tournament", "Run")
    try:
        content, source = _chosen()
        tournament, text = _read(content, source)
        _described(tournament)
        name = st.text_input(
            "Name of the run", key="name of run", placeholder="the tournament's name", max_chars=60
        )
        cap = _cap(tournament, text)
        started = st.button("Start", type="primary", key="start", disabled=cap is None)
        if cap is None or not started:
            return
        root = context.settings.root
        folder = control.start(root, name.strip() or tournament.name, text, cap)
    except BadInput as error:
        say(error)
        return
    st.session_state["run"] = folder.name
    st.query_params["run"] = folder.name
    st.rerun()


def _chosen() -> tuple[bytes, str]:
    """A tournament file that is put together here, or sent, or shipped; and its name."""
    if st.toggle("Put a tournament together here", key="compose"):
        text = compose()
        with st.expander("The tournament file: what is run, and downloaded", expanded=True):
            st.code(plain(text), language="toml", wrap_lines=True)
            offer("Tournament file (TOML)", text.encode(), "tournament.toml", "application/toml")
        return text.encode(), "this design"
    names = list(shipped())
    design = st.selectbox(
        "Tournament that ships with the program", names, names.index(_unpaid()), key="shipped"
    )
    sent = st.file_uploader(
        "or a tournament file of your own (TOML, at most 1 MB)",
        type=["toml"],
        max_upload_size=1,
        key="upload",
    )
    if sent:
        return sent.getvalue(), sent.name
    return control.shipped_design(design).encode(), design


def _described(tournament: Tournament) -> None:
    """Show what a tournament asks, and who plays what in it."""
    if tournament.question:
        st.markdown(f"**{escaped(tournament.question)}**")
    games = [
        (
            key,
            entry.name,
            tournament.schedules[key].content()["kind"],
            entry.repetitions,
            tournament.schedules[key].planned(table(tournament, key)),
            ", ".join(entry.contestants or ()),
        )
        for key, entry in tournament.entries.items()
    ]
    heads = ["game", "rules", "schedule", "repetitions", "matches", "contestants"]
    listed(pd.DataFrame(games, columns=heads), "described games")
    who = [_contestant(name, *of) for name, of in tournament.contestants.items()]
    heads = ["contestant", "agent", "model", "induced", "mode"]
    listed(pd.DataFrame(who, columns=heads), "described contestants")


def _contestant(name: str, kind: str, spec: AgentSpec) -> tuple[str | None, ...]:
    """A contestant's name, kind, models, induced emotion and emotion mode."""
    models = ", ".join(dict.fromkeys(need.model for need in spec.model_specs()))
    emotion = None if spec.voice is None else spec.voice.emotion
    felt = (None, None) if emotion is None else (emotion.induced, emotion.mode)
    return (name, kind, models or None, *felt)


def _cap(tournament: Tournament, text: str) -> float | None:
    """Show the resources of a tournament, and ask for its cap.

    Args:
        tournament: the design.
        text: of its file.

    Returns:
        US dollars that the run may cost; None as long as it cannot be started.

    Raises:
        BadInput: a model has no provider.
    """
    if not tournament.models:
        st.caption(
            f"{planned(tournament):,} matches between scripts: no model is called, no key is sent, "
            r"and the run's cap is \$0."
        )
        return 0.0
    if st.button("Show the plan", key="plan", help="Nobody is asked anything."):
        with st.spinner("Playing with stand-ins for the models …"):
            st.session_state["plan shown"] = (text, destinations(tournament), plan(tournament))
    of, calls, takes = st.session_state.get("plan shown", ("", [], None))
    if of != text:
        st.caption("Before the start comes the plan: hosts, keys, matches, calls, tokens and cost.")
        return None
    refused = _destinations(calls)
    listed(pd.DataFrame(rows(takes), columns=HEADS), "plan table")
    for line in (*notes(takes), *_stated(tournament)):
        st.caption(escaped(signed(line)))
    if reasons := refused + [unpriced(model) for model in takes.unpriced]:
        for reason in reasons:
            say(reason)
        return None
    if takes.total.cost.high == 0 and not tournament.prices:
        st.caption(r"No model of this tournament charges anything: the run's cap is \$0.")
        return 0.0
    return cap_field(f"cap {tournament.hash}")


def cap_field(key: str, known: float | None = None) -> float | None:
    """A field for the cap on a run's cost, in US dollars; empty unless a cap is known."""
    return st.number_input(
        "Cap: stop before the whole run costs more (US $)",
        min_value=0.0,
        value=known,
        step=0.01,
        key=key,
        placeholder="a run needs one",
    )


def _destinations(targets: Sequence[Destination]) -> list[str]:
    """Show where calls and keys go; why some keys may not go there."""
    if not targets:
        st.caption("The models of this tournament run on this machine; no key is sent.")
        return []
    heads = ["model", "host that is called", "host named by", "variable of the key", "allowed"]
    table = [
        (each.model, each.host, each.named_by, each.variable or "none", each.allowed)
        for each in targets
    ]
    listed(pd.DataFrame(table, columns=heads), "destinations")
    return [each.refusal for each in targets if not each.allowed]


def _stated(tournament: Tournament) -> list[str]:
    """Prices that the file states: the cap is reckoned with them, true or not."""
    return [
        f"The file itself states what {model} charges: ${price.prompt:g} per million tokens of "
        f"prompts, ${price.completion:g} of completions. The cap is reckoned with that."
        for model, price in tournament.prices.items()
        if model in tournament.models
    ]
