"""HTML for notebooks: a heading, sentences and tables, readable in light and in dark themes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

STYLE = (
    "font-family:system-ui,sans-serif;font-size:13px;line-height:1.5;max-width:60em;"
    "color:inherit;text-align:left"
)
_LINE = "border-bottom:1px solid rgba(128,128,128,.35);padding:.25em .75em .25em 0"
_FAINT = "opacity:.7"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Args:
        heads: names of its columns.
        rows: cells; cells other than `Html` are escaped.
    """

    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]

    def html(self) -> str:
        """The table; numbers stand to the right."""
        heads = "".join(f'<th style="{_LINE};text-align:left">{text(h)}</th>' for h in self.heads)
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows)
        return (
            '<table style="border-collapse:collapse;margin:.5em 0"><thead>'
            f"<tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def page(title: str, about: str, *parts: Table | Html) -> str:
    """A heading, a sentence, and the content below."""
    body = "".join(part.html() if isinstance(part, Table) else part for part in parts)
    below = f'<div style="{_FAINT}">{text(about)}</div>' if about else ""
    return f'<div style="{STYLE}"><strong>{text(title)}</strong>{below}{body}</div>'


def paragraphs(lines: Iterable[str]) -> Html:
    """Sentences, one below the other."""
    return Html("".join(f'<div style="{_FAINT}">{text(line)}</div>' for line in lines))


def preformatted(printed: str) -> str:
    """The unchanged output of a command."""
    return f'<pre style="overflow-x:auto;line-height:1.35">{text(printed)}</pre>'


def text(value: object) -> str:
    """A value as HTML."""
    return value if isinstance(value, Html) else escape(str(value))


def _cell(value: object) -> str:
    aligned = "right" if isinstance(value, int | float) else "left"
    shown = f"{value:.3g}" if isinstance(value, float) else text(value)
    return f'<td style="{_LINE};text-align:{aligned}">{shown}</td>'
