"""The form that puts a design together: its fields are the keys of a tournament file."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

import agents
import games
from arena.design.schedules import KINDS
from arena.report.description import about
from dashboard.data import design_keys
from dashboard.data.design_keys import Key, Named
from dashboard.plain import escaped
from games.core import toml

_FIRST = ("name", "question", "seed", "repetitions", "model", "emotion.mode", "emotion.induced")
"""Keys with a field from the beginning, where a table has them; so have required ones."""
_BEGUN = {
    "file name": "my design",
    "game 1": "prisoners_dilemma",
    "contestant 1": "tit_for_tat",
    "contestant 2": "defector",
}
"""First values of fields: a design between scripts, which costs nothing."""
_MOST = 30
"""Largest number of rows of each kind."""
_USUAL = "each game's usual one"


@dataclass(frozen=True)
class _Rows:
    """Rows of a tournament file.

    Args:
        row: what a row is.
        kind: what is described, of which a row is one.
        key: of a row, that says which one.
        count: of rows at first.
        kinds: to choose from.
        keys: of a row, by its kind.
    """

    row: str
    kind: str
    key: str
    count: int
    kinds: Callable[[], Sequence[str]]
    keys: Callable[[str], Named]


_ROWS = (
    _Rows("game", "game", "name", 1, games.available, design_keys.of_game),
    _Rows("contestant", "agent", "agent", 2, agents.available, design_keys.of_agent),
)


def compose() -> str:
    """Draw the form.

    Returns:
        The tournament file, as TOML.
    """
    with st.container(border=True):
        design = {**_table("file", design_keys.of_file()), **_schedule()}
        for rows in _ROWS:
            design[f"{rows.row}s"] = _rows(rows)
    return toml.written(design)


def _schedule() -> dict[str, Any]:
    """Draw the schedule of all games; empty if each has its usual one."""
    kind = st.selectbox("Schedule", [_USUAL, *KINDS], key="compose schedule")
    if kind == _USUAL:
        return {}
    st.caption(escaped((inspect.getdoc(KINDS[kind]) or "").partition("\n\n")[0]))
    keys = design_keys.of_schedule(kind)
    return {"schedule": {"kind": kind, **_table(f"schedule {kind}", keys)}}


def _rows(of: _Rows) -> list[dict[str, Any]]:
    """Draw rows of games or of contestants."""
    number = st.number_input(f"Rows of {of.row}s", 1, _MOST, of.count, key=f"compose {of.row}s")
    kinds, rows = list(of.kinds()), []
    for place in (f"{of.row} {n}" for n in range(1, int(number) + 1)):
        with st.container(border=True):
            begun = kinds.index(_BEGUN.get(place, kinds[0]))
            kind = st.selectbox(place.capitalize(), kinds, begun, key=f"compose {place}")
            st.caption(escaped(about(of.kind, kind).partition("\n")[0]))
            several = f"Several values stand for a {of.row} each, in all combinations."
            rows.append({of.key: kind, **_table(f"{place} {kind}", of.keys(kind), several)})
    return rows


def _table(place: str, keys: Named, several: str = "") -> dict[str, Any]:
    """Draw the fields of a table's keys.

    Args:
        place: of the table in the design.
        keys: of the table.
        several: what several values mean where a list varies.

    Returns:
        Its content: keys with a value.
    """
    first = [name for name in keys if name in _FIRST or keys[name].required]
    above, rest = st.container(), [name for name in keys if name not in first]
    if rest:
        first += st.multiselect("More keys", rest, key=f"compose more {place}", placeholder="none")
    content: dict[str, Any] = {}
    columns = above.columns(3)
    for at, name in enumerate(first):
        with columns[at % len(columns)]:
            entries = _field(f"{place} {name}", name, keys[name], several)
        if entries:
            *tables, last = name.split(".")
            inside = content
            for table in tables:
                inside = inside.setdefault(table, {})
            inside[last] = keys[name].value(entries)
    return content


def _field(place: str, name: str, key: Key, several: str) -> list[str]:
    """Draw the field of a key; returns the values that are entered."""
    field, usual = f"compose {place}", f"if left out: {key.usual}"
    if key.required or key.usual == "–":
        usual = "needed" if key.required else "can be left out"
    told = escaped(f"{key.about} {several if key.varied else ''}")
    options = key.options or design_keys.known().get(name.rpartition(".")[2], ())
    if key.listed or key.varied:
        return st.multiselect(
            name, options, key=field, help=told, placeholder=usual, accept_new_options=True
        )
    if options:
        picked = st.selectbox(name, options, None, key=field, help=told, placeholder=usual)
        return [] if picked is None else [picked]
    begun = _BEGUN.get(place, "")
    typed = st.text_input(name, begun, key=field, help=told, placeholder=usual).strip()
    return [typed] if typed else []
