"""How the command line presents itself: commands in groups, long output in a pager."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any

from typer.core import TyperCommand

from arena.core.terminal import Shield, ShieldedGroup, bare

PLAYING = "Design and play"
READING = "Results"
EMOTION = "Emotion, display and people"
KEEPING = "Recorded runs"
KNOWING = "What there is"
GROUPS = (PLAYING, READING, EMOTION, KEEPING, KNOWING)
"""Groups of commands, in the order of the help text."""


class Commands(ShieldedGroup):
    """The command line, whose help lists commands by group.

    A command can have two words, such as `lab pay`, beside one whose name is the first of them.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - its own types
        """Find the command that the first words name, two of them if they can."""
        if (both := " ".join(args[:2])) in self.commands:
            return super().resolve_command(ctx, [both, *args[2:]])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - its own types
        """Write each group with its commands, one line each."""
        every = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [(name, command) for name, command in every if command and not command.hidden]
        room = formatter.width - 6 - max(len(name) for name, _ in shown)
        for group in GROUPS:
            rows = [
                (name, command.get_short_help_str(room))
                for name, command in shown
                if getattr(command, "rich_help_panel", None) == group
            ]
            with formatter.section(group):
                formatter.write_dl(rows)


class _Kept(StringIO):
    """Text kept for a pager; tables are drawn as on the terminal behind it."""

    def isatty(self) -> bool:
        """As the terminal."""
        return True


class Paged(TyperCommand):
    """A command whose output goes through a pager if it is longer than the terminal."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run the command."""
        with paged():
            return super().invoke(ctx)


@contextmanager
def paged() -> Iterator[None]:
    """Keep what is printed and show it at the end: in a pager if it is longer than the screen.

    Where standard output is no terminal, all is printed as it comes.
    """
    out = bare(sys.stdout)
    if not out.isatty():
        yield
        return
    kept = _Kept()
    try:
        with redirect_stdout(Shield(kept)):
            yield
    finally:
        _show(kept.getvalue(), out)


def _show(text: str, out: Any) -> None:  # noqa: ANN401 - a stream
    if text.count("\n") < shutil.get_terminal_size().lines:
        out.write(text)
        out.flush()
        return
    from pydoc import pager

    with redirect_stdout(out):
        pager(text)
