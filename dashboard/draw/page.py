"""Common parts of pages: choice of the run, its errors, links, tables, charts, downloads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from arena.lab.pages import Face
from arena.plots.files import image
from arena.plots.parts import Chart, room_of
from dashboard.data import runs as data
from dashboard.draw import talk
from dashboard.draw.avatar import STYLE, figures
from dashboard.plain import escaped, plain
from games import BadInput

T = TypeVar("T")
P = ParamSpec("P")

GAME = "game"
"""Key of the game in the address; a page names one that it does not have."""
MOST = 8
"""Largest number of options chosen together, since more are indistinguishable in a chart."""


@dataclass(frozen=True)
class Context:
    """Context of a page: settings, runs, and the chosen run.

    Args:
        settings: arguments of the command.
        folders: folders of runs, by name.
        name: name of the chosen run; None if there is none.
        asked: name in the address that no run bears; None if the address is right.
    """

    settings: data.Settings
    folders: Mapping[str, Path]
    name: str | None
    asked: str | None = None

    @property
    def wrong(self) -> BadInput | None:
        """Error of a wrong run in the address; None if the address is right."""
        if self.asked is None:
            return None
        return BadInput(
            f"the address names a run {self.asked}, which is not among the runs of this "
            "dashboard: choose one at the side, or correct the address"
        )

    @property
    def folder(self) -> Path:
        """Folder of the chosen run.

        Raises:
            BadInput: there is no run, or not the one in the address.
        """
        if self.wrong is not None:
            raise self.wrong
        if self.name is None:
            raise BadInput(
                f"there are no runs in {self.settings.root} yet: start one on the page Runs, or "
                "with arena run"
            )
        return self.folders[self.name]

    def closed(self, *, remarked: bool = True) -> Path:
        """Folder of the chosen run, which has closed matches.

        Args:
            remarked: whether the page shows the remarks on the run.

        Raises:
            BadInput: the run has no closed match, or cannot be read.
        """
        summary = data.summary(self.folder)
        if not summary.closed:
            raise BadInput(
                f"{self.name} has no closed match yet ({summary.planned} planned): come back when "
                "it has been played, or start it on the page Runs"
            )
        for line in data.remarked(self.folder) if remarked else ():
            st.warning(escaped(line))
        return self.folder

    def completed(self) -> Path:
        """Folder of the chosen run, which has matches with payoffs.

        Raises:
            BadInput: the run has none, or cannot be read.
        """
        summary, folder = data.summary(self.folder), self.closed()
        if not summary.completed:
            raise BadInput(
                f"all {summary.void} closed matches of {self.name} are void: there are no payoffs "
                "to compare; the pages Health and Matches show why"
            )
        return folder

    def decided(self) -> Path:
        """Folder of the chosen run, which has decisions on record.

        Raises:
            BadInput: the run has none, or cannot be read.
        """
        folder = self.completed()
        if not data.summary(folder).decisions:
            raise BadInput(
                f'{self.name} keeps outcomes only (record = "outcomes"), no decisions: play its '
                'design with record = "full" to see this page'
            )
        return folder


@dataclass(frozen=True)
class View:
    """A page.

    Args:
        title: title in the navigation.
        icon: icon beside the title, a Material symbol.
        order: position in the navigation.
        draw: draws it.
        terms: of the glossary, defined at the title on hover.
    """

    title: str
    icon: str
    order: int
    draw: Callable[[Context], None]
    terms: tuple[str, ...] = ()


def say(sentence: object) -> None:
    """Show a message about missing data and the remedy."""
    text = escaped(sentence)
    st.info(text[:1].upper() + text[1:])


def worked(
    what: str,
    question: Callable[Concatenate[Path, P], T],
    folder: Path,
    *args: P.args,
    **named: P.kwargs,
) -> T:
    """The answer to a question; a line says what is computed, and how long it took last time.

    Args:
        what: is computed.
        question: one whose answers are `kept`.
        folder: of the run.
        args: of the question.
        named: likewise.
    """
    last = data.took(question, folder)
    before = "" if last is None else f"; last time it took {last:.1f} s"
    with st.spinner(f"{what}{before}", show_time=True):
        return question(folder, *args, **named)


def address(page: str, **query: str | int | None) -> str:
    """Address of a page with its filter set, within the dashboard."""
    stated = {key: value for key, value in query.items() if value not in (None, "")}
    return f"/{page}?{urlencode(stated)}"


def link(label: str, page: str, **query: str) -> None:
    """A link to a page with its filter set, in the same window."""
    target = st.session_state["pages"].get(page)
    stated = {key: value for key, value in query.items() if value}
    if target is not None:
        st.page_link(target, label=escaped(label), query_params=stated)


def chosen(label: str, key: str, options: list[str], *, none: str | None = "any") -> str:
    """One of several options, kept in the address so that it can be shared.

    Args:
        label: of the field.
        key: its name in the address.
        options: to choose from.
        none: label of no choice; None if a choice is required.
    """
    choices = options if none is None else ["", *options]
    stated = st.query_params.get(key, "")
    if key == GAME and stated and stated not in options:
        say(f"the address names a game {stated}, which is not among those here: choose one")
    # The address is authoritative; the field follows it.
    field = f"field {key}"
    st.session_state[field] = stated if stated in choices else choices[0]

    def remember() -> None:
        """Write the choice into the address."""
        _stated(key, st.session_state[field])

    value: str = st.selectbox(
        label,
        choices,
        key=field,
        on_change=remember,
        format_func=lambda option: plain(option) if option else str(none),
    )
    return value


def several(
    label: str,
    key: str,
    options: list[str],
    usual: Sequence[str] = (),
    **more: Any,  # noqa: ANN401
) -> list[str]:
    """Several of some options, kept in the address so that they can be shared.

    Args:
        label: of the field.
        key: its name in the address.
        options: to choose from.
        usual: default choice.
        more: of the field.
    """
    stated = st.query_params.get_all(key)
    known = [each for each in dict.fromkeys(stated) if each in options]
    field = f"field {key}"
    # An empty value in the address is a choice too: no options.
    st.session_state[field] = known[:MOST] if known or stated == [""] else list(usual)

    def remember() -> None:
        """Write the choice into the address."""
        st.query_params[key] = st.session_state[field] or ""

    picked: list[str] = st.multiselect(
        label,
        options,
        key=field,
        on_change=remember,
        format_func=plain,
        max_selections=MOST,
        **more,
    )
    return picked


def written(label: str, key: str) -> str:
    """A line that a person writes, kept in the address so that it can be shared.

    Args:
        label: of the field.
        key: its name in the address.
    """
    field = f"field {key}"
    st.session_state[field] = st.query_params.get(key, "")

    def remember() -> None:
        """Write the line into the address."""
        _stated(key, st.session_state[field])

    return str(st.text_input(label, key=field, on_change=remember)).strip()


def _stated(key: str, value: str) -> None:
    """Write a condition into the address, and go back to the first page."""
    if value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)
    st.query_params.pop("page", None)


def number(key: str, most: int) -> int:
    """A number in the address, from 0 to `most`."""
    stated = st.query_params.get(key, "0")
    return min(int(stated), most) if stated.isdecimal() and len(stated) < 10 else 0  # noqa: PLR2004


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """The table, its texts plain."""
    return table.map(lambda cell: plain(cell) if isinstance(cell, str) else cell)


def avatars(faces: Sequence[Face]) -> None:
    """Drawn faces beside each other; nothing where there are none."""
    if faces:
        st.html(f"<style>{STYLE.read_text()}</style>{figures(faces)}")


def drawn(chart: Chart, table: pd.DataFrame, name: str, about: str) -> None:
    """A chart with a description in words; its data and its image as downloads.

    In a talk, the chart in the address is drawn alone, and no other.

    Args:
        chart: the chart.
        table: its data.
        name: name of the files.
        about: description of the chart for people who cannot see it.
    """
    if only := talk.listed(name):
        if only == name:
            with st.container(key=talk.KEY):
                talk.title(about)
                fixed = chart.properties(width=talk.WIDTH)
                st.altair_chart(fixed, width="content", alt=plain(about))
        return
    room = room_of(chart)
    with st.container(key=f"wide-{room}-{name}"):  # a narrower window scrolls within it
        st.html(f"<style>[class*='st-key-wide-{room}-'] > * {{min-width: {room}px}}</style>")
        st.altair_chart(chart, width="stretch", alt=plain(about))
    with st.container(horizontal=True):
        download(table, name)
        for form, kind in _IMAGES.items():
            offer(form.upper(), partial(image, chart, form), f"{name}.{form}", kind)
        st.button(
            "Talk",
            key=f"talk {name}",
            on_click=talk.go,
            args=(name,),
            type="tertiary",
            icon=":material/slideshow:",
            help="The chart alone, in large type; arrow keys lead to the others.",
        )


_IMAGES = {"svg": "image/svg+xml", "png": "image/png"}
"""Media type of each form in which charts are offered."""


def download(table: pd.DataFrame, name: str) -> None:
    """A table as CSV."""
    content = harmless(table).to_csv(index=False).encode()
    offer("Data (CSV)", content, f"{name}.csv", "text/csv")


def offer(label: str, content: bytes | Callable[[], bytes], name: str, kind: str) -> None:
    """A file to download.

    Args:
        label: of the button.
        content: of the file, or a function that returns it on a click.
        name: of the file.
        kind: its media type.
    """
    st.download_button(
        label,
        content,
        name,
        kind,
        key=f"download {name}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
