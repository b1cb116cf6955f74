"""Tables with estimates: DataFrames that notebooks show with their intervals drawn."""

from collections.abc import Callable, Hashable, Sequence
from math import isnan
from typing import Any

import pandas as pd

from arena.api.pages import Html, Table, page, paragraphs
from arena.plots.faces import PALETTE

_WIDTH, _HEIGHT = 180, 18
"""Width of a drawn interval, in pixels."""
_MOST = 60
"""Rows that are shown."""


class Estimates(pd.DataFrame):
    """A DataFrame of estimates with intervals; what is made of it is an ordinary DataFrame.

    Notebooks draw the intervals on one scale per group. `attrs` holds the title, the remarks, the
    meaning of each column, and what is drawn.
    """

    @property
    def _constructor(self) -> Callable[..., pd.DataFrame]:
        return pd.DataFrame

    @classmethod
    def of(
        cls,
        table: pd.DataFrame,
        title: str,
        columns: dict[str, str],
        *,
        drawn: tuple[str, str, str] = ("rating", "low", "high"),
        group: str = "game",
        shown: Sequence[str] = (),
        remarks: Sequence[str] = (),
        reference: float | None = None,
    ) -> "Estimates":
        """A table with remarks for readers.

        Args:
            table: its values.
            title: above it.
            columns: meaning of each column.
            drawn: columns of estimate, lower and upper end.
            group: column whose values share a scale.
            shown: columns beside the interval; all others stay out of the page.
            remarks: sentences below it.
            reference: a value that is marked, such as 0.
        """
        made = cls(table)
        made.attrs = {
            "title": title,
            "columns": columns,
            "drawn": drawn,
            "group": group,
            "shown": [name for name in shown if name in table],
            "remarks": list(remarks),
            "reference": reference,
        }
        return made

    def _repr_html_(self) -> str:
        about = self.attrs
        parts: list[Table | Html] = []
        for name, rows in self.groupby(about["group"], sort=False, dropna=False):
            heads = [str(name), *about["shown"], about["drawn"][0], "95 % interval"]
            parts.append(Table(heads, self._rows(rows.head(_MOST))))
        more = f"{len(self)} row(s); the DataFrame has {len(self.columns)} columns"
        return page(about["title"], more, *parts, paragraphs(about["remarks"]))

    def _rows(self, rows: pd.DataFrame) -> list[list[Any]]:
        about = self.attrs
        value, low, high = about["drawn"]
        ends = pd.concat([rows[value], rows[low], rows[high]]).dropna().astype(float)
        marked = [] if about["reference"] is None else [about["reference"]]
        known = [*ends, *marked] or [0.0]
        scale = min(known), max(known)
        return [
            [
                Html("&nbsp;"),
                *(_plain(row[key]) for key in about["shown"]),
                _plain(row[value]),
                interval((row[value], row[low], row[high]), scale, about["reference"]),
            ]
            for row in rows.to_dict("records")
        ]


def interval(
    drawn: tuple[float, float, float],
    scale: tuple[float, float],
    reference: float | None = None,
) -> Html:
    """An estimate with its interval as a small picture; text for readers that draw none.

    Args:
        drawn: estimate, lower end, upper end; NaN where there is none.
        scale: least and largest value of the picture.
        reference: where a line stands, if anywhere.
    """
    value, low, high = map(float, drawn)
    if isnan(value):
        return Html("–")
    width = scale[1] - scale[0] or 1.0

    def at(number: float) -> str:
        return f"{6 + (number - scale[0]) / width * (_WIDTH - 12):.1f}"

    middle = _HEIGHT // 2
    parts = []
    if reference is not None:
        x = at(reference)
        line = f'<line x1="{x}" x2="{x}" y1="0" y2="{_HEIGHT}" stroke="{PALETTE[7]}"'
        parts.append(f'{line} stroke-dasharray="3"/>')
    told = f"{value:.3g}"
    if not (isnan(low) or isnan(high)):
        told = f"{value:.3g} ({low:.3g} to {high:.3g})"
        line = f'<line x1="{at(low)}" x2="{at(high)}" y1="{middle}" y2="{middle}"'
        parts.append(f'{line} stroke="{PALETTE[0]}" stroke-width="2"/>')
    parts.append(f'<circle cx="{at(value)}" cy="{middle}" r="4" fill="{PALETTE[0]}"/>')
    size = f'width="{_WIDTH}" height="{_HEIGHT}" role="img"'
    return Html(f'<svg {size} aria-label="{told}"><title>{told}</title>{"".join(parts)}</svg>')


def typed(rows: Sequence[Sequence[Any]], kinds: dict[str, type]) -> pd.DataFrame:
    """Rows as a DataFrame whose columns have their types, missing values among them.

    Args:
        rows: tuples of values.
        kinds: str, int, float, bool or object, by column.
    """
    names: dict[type, str] = {str: "string", int: "Int64", float: "float64", bool: "boolean"}
    table = pd.DataFrame(list(rows), columns=list(kinds), dtype=object)
    wanted: dict[Hashable, Any] = {key: names[k] for key, k in kinds.items() if k in names}
    return table.astype(wanted)


def _plain(value: Any) -> Any:  # noqa: ANN401 - text or number
    if isinstance(value, float):
        return "–" if isnan(value) else round(value) if abs(value) >= 100 else value  # noqa: PLR2004
    return value
