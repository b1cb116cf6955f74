"""Where the tables of a TOML file begin, so that an error can name the line."""

import re

_HEADER = re.compile(r"^\s*\[\[\s*([A-Za-z_]+)\s*\]\]", re.MULTILINE)


class Lines:
    """The lines at which the arrays of tables of a file have their headers.

    Args:
        text: of the file; empty for a design that comes from no file.
        counts: how many tables the parser found under each name. Where a search for headers finds
            another number, as it would in a text that quotes one, nothing is said.
    """

    def __init__(self, text: str, counts: dict[str, int]) -> None:
        lines: dict[str, list[int]] = {}
        for header in _HEADER.finditer(text):
            line = text.count("\n", 0, header.start(1)) + 1
            lines.setdefault(header[1], []).append(line)
        self._lines = {name: at for name, at in lines.items() if len(at) == counts.get(name)}

    def where(self, table: str, index: int) -> str:
        """In words, at which line the table with an index begins; nothing if that is not known."""
        lines = self._lines.get(table)
        return f" (line {lines[index]})" if lines else ""
