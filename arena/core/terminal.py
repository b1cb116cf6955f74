r"""Output to terminals: control codes in foreign text are escaped, never executed.

A terminal executes codes in its text: they move the cursor, rename the window, or fill the
clipboard. The whole command line therefore writes through `shielded`, which escapes such codes in
JSON's notation, for example \u001b for ESC. JSON stays valid and keeps its meaning.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

from typer.core import TyperGroup

_CODES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # all control codes but tabs and line ends
    "\u202a-\u202e\u2066-\u2069"  # which reverse the order of what is read
    "\ud800-\udfff]"  # halves of characters, which no stream can write
)


def visible(text: str) -> str:
    """The text, with control codes escaped in JSON's notation."""
    return _CODES.sub(lambda code: f"\\u{ord(code[0]):04x}", text)


class Shield:
    """A stream that escapes control codes. It has no `buffer`, which would bypass it.

    Args:
        bare: the underlying stream, for this program's own tables and bars.
    """

    def __init__(self, bare: TextIO) -> None:
        self.bare = bare

    def write(self, text: str) -> int:
        """Write the text, with control codes escaped."""
        self.bare.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a stream
        """All other attributes are those of the stream."""
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.bare, name)


def bare(stream: TextIO) -> TextIO:
    """The stream behind a shield, for a writer that escapes its texts itself."""
    return stream.bare if isinstance(stream, Shield) else stream


@contextmanager
def shielded() -> Iterator[None]:
    """Both standard streams, shielded."""
    out, err = (cast("TextIO", Shield(bare(each))) for each in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield


class ShieldedGroup(TyperGroup):
    """The command line: output of commands and usage errors are shielded."""

    def main(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - as the group takes them
        """Run a command."""
        with shielded():
            return super().main(*args, **named)
