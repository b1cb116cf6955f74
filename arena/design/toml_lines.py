"""Lines of the tables in a TOML file, for error messages."""

import re

_HEADER = re.compile(r"^\s*\[\[\s*([A-Za-z_]+)\s*\]\]", re.MULTILINE)


class Lines:
    """Lines of the headers of arrays of tables in a file.

    Args:
        text: text of the file; empty for a design without a file.
        counts: number of tables that the parser found under each name. If the search for headers
            finds another number, as in a text that quotes a header, no line is given.
    """

    def __init__(self, text: str, counts: dict[str, int]) -> None:
        lines: dict[str, list[int]] = {}
        for header in _HEADER.finditer(text):
            line = text.count("\n", 0, header.start(1)) + 1
            lines.setdefault(header[1], []).append(line)
        self._lines = {name: at for name, at in lines.items() if len(at) == counts.get(name)}

    def where(self, table: str, index: int) -> str:
        """Text with the line of the table with an index; empty if the line is unknown."""
        lines = self._lines.get(table)
        return f" (line {lines[index]})" if lines else ""
