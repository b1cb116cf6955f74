"""Charts as files, without a browser."""

from importlib.util import find_spec
from io import BytesIO, StringIO
from os import PathLike
from pathlib import Path
from typing import Any

from arena.plots.parts import Chart
from games import BadInput
from games.core.errors import unknown

_DRAWER = "vl_convert"
_DRAWN = ("png", "svg", "pdf")
"""Formats that it draws."""
FORMATS = (*_DRAWN, "html", "json")
WIDTH = 600
"""Pixels of a chart as a file, where it does not state its own width."""


def save(chart: Chart, path: str | PathLike[str], *, width: int = WIDTH, dots: int = 200) -> Path:
    """Write a chart to a file, its kind being that of the name.

    Args:
        chart: any chart of this module.
        path: ending in .png, .svg, .pdf, .html or .json.
        width: of the chart, in pixels, without its legends.
        dots: per inch, of PNG.

    Returns:
        The path.

    Raises:
        BadInput: another ending, vl-convert-python is missing, or the file cannot be written.
    """
    there = Path(path)
    form = there.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise unknown("format of a chart", form, FORMATS)
    try:
        if form in _DRAWN:
            there.write_bytes(image(chart, form, width=width, dots=dots))
        else:
            chart.properties(width=width).save(there)  # its kind is that of the name
    except OSError as error:
        raise BadInput(f"{there} cannot be written: {error.strerror or error}") from None
    return there


def svg(chart: Chart, *, width: int = WIDTH) -> str:
    """A chart as an element of a page: it loads nothing and runs nothing.

    Args:
        chart: any chart of this module.
        width: of the chart, in pixels.

    Raises:
        BadInput: vl-convert-python is missing.
    """
    return image(chart, "svg", width=width).decode()


def image(chart: Chart, form: str, *, width: int = WIDTH, dots: int = 200) -> bytes:
    """A chart as the content of a file.

    Args:
        chart: any chart of this module.
        form: png, svg or pdf.
        width: of the chart, in pixels, without its legends.
        dots: per inch, of PNG.

    Raises:
        BadInput: vl-convert-python is missing.
    """
    if find_spec(_DRAWER) is None:
        raise BadInput("charts need vl-convert-python")
    told: dict[str, Any] = {"format": form} | ({"ppi": dots} if form == "png" else {})
    written = StringIO() if form == "svg" else BytesIO()
    chart.properties(width=width).save(written, **told)
    content = written.getvalue()
    return content.encode() if isinstance(content, str) else content
