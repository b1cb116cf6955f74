"""Leave to send keys: what the user is told and asked before a tournament is played."""

import sys
from collections.abc import Iterable, Iterator

import typer

from agents.core.models.keys import Allowed, Destination, allow_always
from arena.design.destinations import destinations
from arena.design.tournament import Tournament

_QUESTION = "Send it? y: this time, a: always, n: no"


def leave(tournament: Tournament, given: Iterable[str], *, quiet: bool = False) -> tuple[str, ...]:
    """Options that allow keys: those given, and those that the user grants on a terminal.

    Args:
        tournament: what is to be played.
        given: options from the command line, HOST or HOST=VARIABLE.
        quiet: whether the user is neither told nor asked.

    Raises:
        BadInput: an option or the user's file cannot be read, or a model has no provider.
    """
    options = tuple(given)
    targets = destinations(tournament, Allowed.read().with_options(options))
    if quiet:
        return options
    for to in targets:
        if to.remark:
            typer.echo(to.remark, err=True)
    return options + (tuple(_granted(targets)) if _on_a_terminal() else ())


def _granted(targets: Iterable[Destination]) -> Iterator[str]:
    """Options for the pairs that the user grants when asked."""
    for host, variable, model in dict.fromkeys(
        (to.host, to.variable, to.model) for to in targets if not to.allowed and to.variable
    ):
        typer.echo(f"Model {model} asks for the key in {variable} to be sent to {host}.", err=True)
        answer = typer.prompt(_QUESTION, default="n", err=True).strip().lower()[:1]
        if answer in {"y", "a"}:
            yield f"{host}={variable}"
        if answer == "a":
            allow_always(host, variable)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
