"""`python -m tests.benchmarks [ROW …]`: one line per target, on one core."""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from games.core.errors import unknown
from tests.benchmarks.core import one_core

_MACHINERY = {"__main__", "core"}


def main(asked: list[str]) -> None:
    """Measure what is asked for, or everything."""
    found = {m.name for m in iter_modules([str(Path(__file__).parent)]) if not m.ispkg}
    names = sorted(found - _MACHINERY)
    for name in asked:
        if name not in names:
            raise SystemExit(str(unknown("row", name, names)))
    one_core()
    for name in asked or names:
        for row in import_module(f"tests.benchmarks.{name}").ROWS:
            sys.stdout.write(f"{name}: {row.line()}\n")
            sys.stdout.flush()


main(sys.argv[1:])
