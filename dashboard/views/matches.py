"""Matches by filter; one of them frame by frame, with every attempt behind every decision."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from agents.core.composite.rules import prevailing
from agents.core.types import Attempt, Decision
from arena.analysis.feelings import feelings
from arena.core.types import Transcript, TurnRecord
from arena.plots import charts
from arena.plots.faces import face
from dashboard.data import matches, replay
from dashboard.data import runs as data
from dashboard.draw.boards import board
from dashboard.draw.definitions import heading
from dashboard.draw.figures import signed
from dashboard.draw.page import (
    Context,
    View,
    avatars,
    chosen,
    download,
    drawn,
    link,
    number,
    say,
    written,
)
from dashboard.draw.playback import step_of
from dashboard.draw.tables import listed
from dashboard.plain import escaped, plain
from dashboard.what_if import what_if
from games import BadInput

_BREAK, _INDENTED = "\n", "\n  "


def draw(context: Context) -> None:
    """Draw a list of matches, or the match in the address."""
    folder = context.closed()
    if match := st.query_params.get("match", ""):
        _match(context, folder, match)
    else:
        _list(context, folder)


def _list(context: Context, folder: Path) -> None:
    options = matches.choices(folder)
    fields = iter(st.columns(4) + st.columns(4))
    labels = {"felt": "emotion felt", "shown": "emotion shown"}
    stated = {}
    for key in matches.CHOSEN:
        with next(fields):
            stated[key] = chosen(labels.get(key, key), key, options[key])
    with next(fields):
        stated["words"] = written("words in a reply", "words")
    wanted = matches.Filter(**stated)
    count = matches.count(folder, wanted)
    if not count:
        say("No match fits all of these: set one of them to any.")
        return
    last = (count - 1) // matches.PAGE
    page = number("page", last)
    table = matches.page(folder, wanted, page)
    first = page * matches.PAGE + 1
    st.caption(f"Matches {first:,} to {first + len(table) - 1:,} of {count:,}, latest first.")
    labels = {str(row.match): _label(row) for row in table.itertuples()}
    picked = st.selectbox(
        "Open a match",
        list(labels),
        index=None,
        key=f"pick {page}",
        placeholder="its id, or a row of the table",
        format_func=labels.__getitem__,
    )
    chosen_rows = _rows(table)
    if picked is None and chosen_rows:
        picked = table["match"].iloc[chosen_rows[0]]
    if picked is not None:
        _open(context, str(picked), wanted)
        st.rerun()
    _turn(page, last)
    download(table, "matches")


def _rows(table: pd.DataFrame) -> list[int]:
    """Draw the table; returns the chosen rows."""
    columns = {
        "payoffs": st.column_config.TextColumn("payoffs (points)"),
        "closed": st.column_config.TextColumn("closed (UTC)"),
    }
    shown = table.assign(payoffs=table["payoffs"].map(signed))
    event = listed(shown, "matches", columns, on_select="rerun", selection_mode="single-row")
    rows: list[int] = event["selection"]["rows"]
    return [row for row in rows if row < len(table)]


def _label(row: Any) -> str:  # noqa: ANN401 - pandas makes its type as it goes
    return plain(f"{row.match} · {row.game} · {row.contestants} · {row.payoffs}")


def _turn(page: int, last: int) -> None:
    def go(to: int) -> None:
        """Go to another page."""
        st.query_params["page"] = str(to)

    before, after, _ = st.columns([1, 1, 4])
    before.button("Earlier page", disabled=page == 0, on_click=go, args=(page - 1,))
    after.button("Next page", disabled=page >= last, on_click=go, args=(page + 1,))


def _match(context: Context, folder: Path, match: str) -> None:
    stated = {key: st.query_params.get(key, "") for key in matches.FIELDS}
    link("← All matches", "matches", run=str(context.name), **stated)
    transcript = data.transcript(folder, match)
    _beside(context, folder, transcript.match.id, matches.Filter(**stated))
    seats = " v ".join(transcript.match.seats)
    heading(escaped(f"{transcript.match.game} · {seats}"), "Match", "Transcript")
    st.text(plain(_result(transcript)))
    st.caption(
        escaped(
            f"Match {transcript.match.id}, repetition {transcript.match.repetition}, seed "
            f"{transcript.match.seed}"
        )
    )
    if not transcript.decisions:
        say("Only the outcome of this match was recorded, no decisions.")
        return
    before = data.warning(folder, transcript.match.game)
    if before and not st.toggle(escaped(f"Show this match: {before}"), key=f"show {match}"):
        return
    felt = feelings(transcript)
    if len(felt):
        about = f"Emotions felt and shown in {len(transcript.decisions)} decisions of {seats}"
        drawn(charts.timeline(felt), felt, "emotions", about)
    try:
        moments = replay.frames(transcript, data.rules(folder, transcript.match.game))
    except BadInput as error:
        say(error)
        moments = []
    if moments:
        what_if(folder, str(context.name), transcript)
        _replay(transcript, moments)
    for played in () if moments else transcript.decisions:
        _decision(transcript, played)


def _beside(context: Context, folder: Path, match: str, wanted: matches.Filter) -> None:
    """Draw the ways to the matches next to this one in the list."""
    neighbours = zip(("Previous", "Next"), matches.beside(folder, wanted, match), strict=True)
    with st.container(horizontal=True):
        for which, other in neighbours:
            st.button(
                f"{which} match",
                disabled=other is None,
                on_click=_open,
                args=(context, str(other), wanted),
            )


def _open(context: Context, match: str, wanted: matches.Filter) -> None:
    """Go to a match; the address keeps the filter of the list."""
    st.query_params.from_dict({"run": str(context.name), "match": match, **wanted.stated})


def _result(transcript: Transcript) -> str:
    if transcript.payoffs is None:
        who = transcript.match.seats[transcript.ending.player or 0]
        return f"Void: {who} gave no legal action (last verdict: {transcript.ending.verdict})."
    points = ", ".join(
        f"{name} {signed(str(points))}"
        for name, points in zip(transcript.match.seats, transcript.payoffs, strict=True)
    )
    return f"Completed. Points: {points}."


def _replay(transcript: Transcript, moments: list[replay.Frame]) -> None:
    step = 1
    if len(moments) > 1:
        step = step_of(transcript.match.id, len(moments), _asked_for(moments))
    moment = moments[step - 1]
    st.markdown(f"**{escaped(moment.title)}**")
    avatars(moment.faces)
    for seat, column in enumerate(st.columns(len(transcript.match.seats))):
        with column, st.container(border=True):
            st.caption(escaped(f"What {transcript.match.seats[seat]} (seat {seat}) had seen"))
            if (picture := board(moment.seen[seat])) is not None:
                st.html(picture.html())
            fresh = len(moment.tables[seat]) - moment.fresh[seat]
            lines = [
                f"{'›' if at >= fresh else ' '} {line.replace(_BREAK, _INDENTED)}"
                for at, line in enumerate(moment.tables[seat])
            ]
            st.code(plain("\n".join(lines) or "nothing yet"), language=None, wrap_lines=True)
            for who, emotion in moment.displays[seat]:
                st.text(plain(f"{who} showed {face(emotion)}"))
            for played in moment.made:
                if played.player == seat:
                    _decision(transcript, played)


def _asked_for(moments: list[replay.Frame]) -> int:
    """Step of the decision whose attempt is in the address; the first if there is none."""
    wanted = st.query_params.get("attempt", "")
    for step, moment in enumerate(moments, start=1):
        if any(wanted.startswith(f"{made.player}-{made.turn}-") for made in moment.made):
            return step
    return 1


def _decision(transcript: Transcript, played: TurnRecord) -> None:
    """Draw a decision with its emotions and all its attempts."""
    made = played.decision
    who = transcript.match.seats[played.player]
    st.markdown(
        f"**{escaped(who)}: {escaped('no legal action' if made.action is None else made.action)}**"
    )
    if made.affect is not None:
        felt = f"felt {face(made.affect.felt)} ({made.affect.intensity} of 100)"
        st.text(plain(f"{felt} · showed {face(made.affect.shown)}"))
    if made.opinions:
        _opinions(made, f"opinions {played.player}-{played.turn}")
    for place, attempt in enumerate(made.attempts):
        key = f"{played.player}-{played.turn}-{place}"
        _attempt(transcript.match.id, place, attempt, key)


def _opinions(made: Decision, key: str) -> None:
    """Draw the answers of the parts of an agent, and who prevailed among them."""
    listed(replay.opinions(made), key)
    if (first := prevailing(made.opinions, made.action)) is not None:
        st.text(plain(f"{first.part} prevailed"))


def _attempt(match: str, place: int, attempt: Attempt, key: str) -> None:
    """Draw an attempt; open if the address asks for it by seat, turn and number."""
    done, failure = attempt.completion, attempt.failure
    of = f" of {attempt.part}" if attempt.part else ""
    title = escaped(f"Attempt {place + 1}{of}: {attempt.verdict}")
    asked = st.query_params.get("attempt") == key
    with st.expander(title, expanded=asked, key=f"attempt {key}"):
        if failure is not None:
            st.caption("Why no reply came")
            _verbatim(f"{failure.message} (status {failure.status or 'none'})")
        if done is not None:
            cost = "cost unknown" if done.cost is None else f"US $ {done.cost:.6f}"
            asked, told = (
                done.usage.get(f"{part}_tokens", "?") for part in ("prompt", "completion")
            )
            figures = f"{asked} + {told} tokens, {cost}, {done.seconds:.2f} s, stop: {done.stop}"
            st.text(plain(f"{done.served_model}: {figures}"))
            if done.reasoning:
                st.caption("Reasoning")
                _verbatim(done.reasoning)
            st.caption("Reply")
            _verbatim(done.text or "(empty)")
        for message in attempt.messages:
            st.caption(escaped(f"Sent as {message.role}"))
            _verbatim(message.content)
        if not attempt.messages:
            st.caption("The texts of this attempt were not kept.")
        run = st.query_params.get("run", "")
        link("Link to this attempt", "matches", run=run, match=match, attempt=key)


def _verbatim(text: str) -> None:
    st.code(plain(text), language=None, wrap_lines=True)


VIEW = View("Matches", ":material/search:", 2, draw, ("Match", "Transcript"))
