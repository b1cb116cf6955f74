"""`python -m tests.benchmarks [ROW …]`: one line per target, on one core, and the page of all."""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from games.core.errors import unknown
from tests.benchmarks.core import one_core
from tests.benchmarks.table import add, read, write

_MACHINERY = {"__main__", "core", "table"}


def main(asked: list[str]) -> None:
    """Measure what is asked for, or everything."""
    found = {m.name for m in iter_modules([str(Path(__file__).parent)]) if not m.ispkg}
    names = sorted(found - _MACHINERY)
    for name in asked:
        if name not in names:
            raise SystemExit(str(unknown("row", name, names)))
    one_core()
    for name in asked or names:
        rows = []
        for row in import_module(f"tests.benchmarks.{name}").ROWS:
            rows.append(row.measured())
            sys.stdout.write(f"{name}: {rows[-1].line()}\n")
            sys.stdout.flush()
        write(add(read(), name, rows))


main(sys.argv[1:])
