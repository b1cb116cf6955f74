"""The console for tables and bars: the only module that creates a console of Rich."""

import os
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from arena.core.terminal import bare, visible


class _Page(Console):
    """A console that escapes texts before it adds its own codes for colours and bars."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Segments of text, with control codes escaped."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else piece._replace(text=visible(piece.text))


def console(stream: TextIO, width: int = 120) -> Console:
    """A console that interprets no text as markup.

    Args:
        stream: stream to print to.
        width: characters per line, if the stream is no terminal and COLUMNS is not set.
    """
    stated = os.environ.get("COLUMNS", "")
    wide = None if stream.isatty() else int(stated) if stated.isdecimal() and int(stated) else width
    return _Page(file=bare(stream), width=wide, highlight=False, markup=False)
