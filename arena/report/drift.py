"""Where the served model changed: said with every result."""

from collections.abc import Iterable

from rich.console import Console

from arena.report.grid import say


def say_drift(to: Console, sentences: Iterable[str]) -> None:
    """Write what `arena.record.drift.drift` found."""
    for sentence in sentences:
        say(to, sentence)
