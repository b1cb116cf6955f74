"""Shapes of boards: SVG on a ground of its own, legible on light and on dark pages."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from dashboard.draw.avatar import data_address
from games.core.types import Event, Observation

INK, PALE, LINE = "#1f2933", "#5b6770", "#9aa5b1"
PAPER, GROUND, MARK = "#ffffff", "#eef2f6", "#ffe08a"


class Board(NamedTuple):
    """A picture and a sentence that says the same.

    Args:
        svg: the document.
        text: for people who cannot see it.
    """

    svg: str
    text: str

    def html(self) -> str:
        """The picture as an element that loads nothing."""
        return (
            f'<img src="{data_address(self.svg)}" alt="{escape(self.text)}" '
            'style="max-width: 100%; height: auto">'
        )


def document(width: int, height: int, parts: Iterable[str], text: str) -> Board:
    """A board on its ground.

    Args:
        width: in pixels.
        height: in pixels.
        parts: what is drawn, from back to front.
        text: says the same.
    """
    ground = box(0.5, 0.5, width - 1, height - 1, fill=GROUND, radius=8)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="system-ui, sans-serif">'
        f"{ground}{''.join(parts)}</svg>"
    )
    return Board(svg, text)


def box(
    x: float, y: float, width: float, height: float, *, fill: str = PAPER, radius: float = 5
) -> str:
    """A rectangle with round corners."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
        f'fill="{fill}" stroke="{LINE}"/>'
    )


def words(
    x: float,
    y: float,
    text: object,
    *,
    size: int = 13,
    bold: bool = False,
    colour: str = INK,
    anchor: str = "middle",
) -> str:
    """A line of text whose middle, beginning or end is at a point of its base line."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{escape(str(text))}</text>'
    )


def now(seen: Observation) -> tuple[Event, ...]:
    """The events of the round under way, or of the whole match where there are no rounds."""
    events = tuple(seen.events)
    begins = [at for at, event in enumerate(events) if event.kind == "round"]
    return events[begins[-1] + 1 :] if begins else events
