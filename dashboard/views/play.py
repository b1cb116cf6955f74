"""A person takes a seat, decides, and sees and shows emotions as the mode allows."""

import time
from functools import cache
from pathlib import Path

import streamlit as st

import agents
import games
from agents.core.models.person import PERSON
from arena.core.types import Transcript
from arena.lab.pages import Field, Page
from arena.plots.faces import face
from arena.record.errors import InUse
from dashboard.control import seat
from dashboard.data import replay
from dashboard.data import runs as data
from dashboard.draw.figures import signed
from dashboard.draw.page import Context, View, avatars, link, say
from dashboard.launch import cap_field
from dashboard.plain import escaped, plain
from games import BadInput
from prompts import catalogue
from prompts.core.audit.gaps import gaps

_COUNTED = 2**53 - 1
"""Largest whole number that browsers represent exactly; number fields go no further."""
_MODES = {
    "absent": "absent: no emotions",
    "hidden": "hidden: report what you feel, in private",
    "visible": "visible: the others see what you report",
    "manipulative": "manipulative: you choose what the others see",
}
_SEEN = (
    "Others see your emotion if they perceive emotions, as a model with an emotion mode does. "
    "Facing others who do not, you are asked as if it were hidden."
)
_SETTINGS = {"llm": 'model = "embedded/smollm2"\nmax_tokens = 96\nemotion.mode = "visible"\n'}


def draw(context: Context) -> None:
    """Draw the match in the address, or a form for a new one."""
    table = st.query_params.get("table", "")
    if table in context.folders:
        _table(context.folders[table])
    else:
        _form(context)


def _form(context: Context) -> None:
    left, right = st.columns(2)
    with left:
        game = st.selectbox("Game", games.available(), key="play game", index=_place("kuhn_poker"))
        params = st.text_area("Its parameters (TOML)", key="play params", placeholder="rounds = 3")
        matches = st.number_input("Matches in each seat", 1, 100, 1, key="play matches")
    with right:
        kinds = [kind for kind in agents.available() if kind != PERSON]
        opponent = st.selectbox(
            "Against", kinds, key="play opponent", index=kinds.index("equilibrium")
        )
        settings = st.text_area(
            "Its parameters (TOML)",
            _SETTINGS.get(opponent, ""),
            key=f"play settings {opponent}",
        )
        # Only models have default settings and can charge.
        cap = cap_field("play cap", 0.0) if opponent in _SETTINGS else 0.0
        modes = list(_MODES)
        mode = st.selectbox(
            "Emotion mode", modes, key="mode", format_func=_MODES.__getitem__, help=_SEEN
        )
        language = st.selectbox("Language", _spoken(), key="play language")
    agreed = st.checkbox(escaped(seat.CONSENT), key="consent")
    if not st.button("Take a seat", type="primary", key="sit", disabled=not agreed):
        return
    voice = {"language": language, "emotion": {"mode": mode}}
    try:
        design = seat.wanted(game, params, opponent, settings, voice, int(matches))
        folder = seat.sit(context.settings.root, design, cap or 0.0)
    except BadInput as error:
        say(error)
        return
    st.session_state["run"] = folder.name
    st.query_params.from_dict({"run": folder.name, "table": folder.name})
    st.rerun()


@cache
def _spoken() -> list[str]:
    """Languages without gaps, English first."""
    languages = sorted(catalogue().languages, key=lambda code: (code != "en", code))
    return [code for code in languages if code == "en" or not gaps(code)]


def _place(game: str) -> int:
    return games.available().index(game)


def _table(folder: Path) -> None:
    """Draw a match under way."""
    try:
        with st.spinner("The others decide …"):
            turn = seat.advance(folder, st.session_state.get("answer"))
            st.session_state.pop("answer", None)  # kept for another look
    except InUse as error:
        say(error)
        st.button("Look again", key="look")
        return
    st.progress(turn.closed / turn.planned, f"{turn.closed} of {turn.planned} matches played")
    if turn.ended is not None:
        _ended(folder, turn.ended)
    elif turn.page.kind == "decision":
        if _warned(folder):
            _question(turn.page)
    else:
        st.success("That was the last match. Thank you for playing!")
        link("All your matches", "matches", run=folder.name, contestant=seat.NAME)
    st.caption("You can leave at any time and come back to this address; nothing is lost.")


def _ended(folder: Path, transcript: Transcript) -> None:
    """Draw the result of a match."""
    who = transcript.match.seats
    own = who.index(seat.NAME)
    if transcript.payoffs is None:
        st.warning(
            escaped(
                f"The match is void: {who[transcript.ending.player or 0]} gave no legal answer."
            )
        )
    else:
        points = ", ".join(
            f"{'you' if n == own else name}: {signed(str(points))}"
            for n, (name, points) in enumerate(zip(who, transcript.payoffs, strict=True))
        )
        st.success(escaped(f"The match is over. Points: {points}"))
        last = replay.frames(transcript, data.rules(folder, transcript.match.game))[-1]
        st.code(plain("\n".join(last.tables[own])), language=None, wrap_lines=True)
        for name, emotion in last.displays[own]:
            st.text(plain(f"{name} showed {face(emotion)}"))
    link("See this match", "matches", run=folder.name, match=transcript.match.id)
    st.button("Go on", type="primary", key=f"next {transcript.match.id}")


def _warned(folder: Path) -> bool:
    """Whether the questions may be shown: if not, a line says what they are, and waits."""
    told, before = f"warned {folder.name}", seat.warning(folder)
    if not before or st.session_state.get(told):
        return True

    def show() -> None:
        """Show the questions of this table from now on."""
        st.session_state[told] = True

    st.button(escaped(f"Show the questions: {before}"), key=f"show {folder.name}", on_click=show)
    return False


def _question(page: Page) -> None:
    """Draw the complete question as recorded, and a form with empty fields."""
    for text in page.text:
        st.text(plain(text))
    avatars(page.drawn)
    began = st.session_state.setdefault(f"began {page.id}", time.monotonic())
    with st.form(f"form {page.id}"):
        values = {field.key: _field(field, f"{field.key} {page.id}") for field in page.fields}
        sent = st.form_submit_button("Decide", type="primary")
    if not sent:
        return
    needed = [field for field in page.fields if field.required]
    if missing := [field.label for field in needed if values[field.key] is None]:
        many = "One thing is" if len(missing) == 1 else f"{len(missing)} things are"
        say(f"{many} missing: {' · '.join(missing)}")
        return
    seconds = round(time.monotonic() - began, 3)
    given = {key: value for key, value in values.items() if value is not None}
    st.session_state["answer"] = seat.Answer(page.id, given, seconds)
    st.rerun()


def _field(field: Field, key: str) -> str | int | None:
    """An empty field for one key of the answer; None until it is filled in."""
    label = escaped(field.label)
    if field.options:
        words = [word for word, _ in field.options]
        word: str | None = st.pills(label, words, key=key, format_func=escaped)
        return word
    if field.kind == "text":
        text = st.text_area(label, None, key=key, max_chars=field.high or 2000)
        return (text or "").strip() or None
    low, high = field.low, field.high
    if high <= _COUNTED:
        # A decimal field, since Streamlit's integer field reads 37.9 as 37, and 1e1 as 1.
        number = st.number_input(label, float(low), float(high), None, 1.0, "%g", key=key)
        return int(number) if number is not None and number.is_integer() else None
    digits = st.text_input(
        f"{label} ({low}–{high})", None, key=key, max_chars=1000, autocomplete="off"
    )
    digits = (digits or "").strip()
    return int(digits) if digits.isdecimal() and low <= int(digits) <= high else None


VIEW = View("Play", ":material/casino:", 10, draw, ("Person",))
