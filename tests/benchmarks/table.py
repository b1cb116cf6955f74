"""The table of all targets in `docs/performance.md`, and the figures that it is made of."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.benchmarks.core import Measured

FIGURES = Path(__file__).parent / "figures.json"
"""What was measured last of each row, and its ratio or figure before."""

TABLE = ROOT / "docs" / "performance.md"

_PACKAGES = ("litellm", "numpy", "pandas", "pydantic", "ray", "streamlit")

_HEAD = """# Performance

`make bench` measures each target, beside a peer where there is one, in the same run and on one
core, and writes this page. `make bench ONLY="kuhn_hands help"` measures some rows and leaves the
others as they were. Of a row with a peer the target is the ratio; of others, the figure. *Before*
is what the row came to at the measurement before.
"""


@dataclass(frozen=True)
class Entry:
    """One row of the table.

    Args:
        measured: what was measured.
        before: the ratio, or our figure without a peer, of the measurement before; empty if none.
        date: of the measurement.
        machine: where, and with what versions.
    """

    measured: Measured
    before: str
    date: str
    machine: str


Figures = dict[str, dict[str, Entry]]
"""Entries by module and work."""


def read(path: Path = FIGURES) -> Figures:
    """What was measured last; nothing if there is no file."""
    if not path.is_file():
        return {}
    return {
        name: {work: _entry(known) for work, known in rows.items()}
        for name, rows in json.loads(path.read_text("utf-8")).items()
    }


def _entry(known: Mapping[str, Any]) -> Entry:
    told = {**known["measured"], "asides": tuple(known["measured"]["asides"])}
    return Entry(**{**known, "measured": Measured(**told)})


def add(figures: Figures, name: str, rows: list[Measured]) -> Figures:
    """The figures with those of one module in place of its earlier ones."""
    known = figures.get(name, {})
    date, machine = datetime.now(UTC).date().isoformat(), _machine()
    entries = {}
    for row in rows:
        last = known.get(row.work)
        before = "" if last is None else last.measured.ratio or last.measured.ours
        entries[row.work] = Entry(row, before, date, machine)
    return {**figures, name: entries}


def write(figures: Figures) -> None:
    """Write the figures and the page."""
    plain = {n: {w: asdict(e) for w, e in rows.items()} for n, rows in sorted(figures.items())}
    FIGURES.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", "utf-8")
    TABLE.write_text(page(figures), "utf-8")


def page(figures: Figures) -> str:
    """The page as Markdown."""
    entries = [(name, e) for name, rows in sorted(figures.items()) for e in rows.values()]
    machines = list(dict.fromkeys(e.machine for _, e in entries))
    lines = [
        _HEAD,
        "| row | work | ours | peer | ratio | target | | before | on |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_line(name, e, machines.index(e.machine) + 1) for name, e in entries),
        "",
        *(f"{at}. {machine}" for at, machine in enumerate(machines, 1)),
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, entry: Entry, machine: int) -> str:
    row = entry.measured
    work = "; ".join((row.work, *row.asides))
    verdict = row.verdict if row.verdict == "ok" else f"**{row.verdict}**"
    cells = (f"`{name}`", work, row.ours, row.peer, row.ratio, row.target, verdict, entry.before)
    return f"| {' | '.join(cells)} | {entry.date} ({machine}) |"


def _machine() -> str:
    """Processor, cores, memory and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}; "
        f"Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    """The name of the processor where Linux tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
