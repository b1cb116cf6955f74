"""What there is: names and one line about each."""

from collections.abc import Iterator
from importlib import import_module

import agents
import games
from arena.design.tournament import shipped
from prompts import catalogue


def inventory(what: str) -> Iterator[tuple[str, str]]:
    """Names and descriptions of the games, agents, baselines, emotions or tournaments there are."""
    if what == "tournaments":
        for name, path in shipped().items():
            yield name, path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
    elif what == "baselines":
        from arena.report.studies import listed  # noqa: PLC0415 - it loads numpy

        yield from listed()
    elif what == "emotions":
        inductions = catalogue().inductions("en")
        reported = catalogue().emotions("en")
        for name in sorted({*reported, *inductions}):
            causes = inductions.get(name)
            said = (
                "can be reported and shown" if name in reported else "cannot be reported or shown"
            )
            about = f"can be induced ({', '.join(causes)})" if causes else "cannot be induced"
            yield name, f"{said}; {about}"
    else:
        package = {"games": games, "agents": agents}[what]
        for name in package.available():
            about = import_module(f"{what}.{name}").__doc__ or ""
            yield name, about.partition("\n")[0]
