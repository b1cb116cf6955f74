"""The effects of several runs in words, as JSON and as LaTeX."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TextIO

from arena.analysis.pooled_effects import COLUMNS, PooledEffects
from arena.report.as_json import as_json
from arena.report.effects import (
    called,
    family_sizes,
    figures,
    grouped,
    headings,
    interval,
    labelled,
    p_value,
    sign,
    steps,
)
from arena.report.grid import by_game, grid, headed, say
from arena.report.tables import Report, Sheet, as_latex

_NOTHING = "No effect is known in any of the runs yet."
_EFFECTS = (
    "Effect: the mean over runs like these, by a random-effects model; of shares in percentage "
    "points. Interval: Hartung and Knapp's, with a degree of freedom less than runs, and no "
    "shorter than that of known errors. Of one run there is none: arena effects RUN has it."
)
_BETWEEN = (
    "Between: the standard deviation of the effect between runs (Paule and Mandel). I²: the part "
    "of the variance of the runs' estimates that is between runs. Q: Cochran's, with p of no "
    "variance between runs; with few runs it seldom finds any."
)
_ARROWS_ARE = (
    "If lost: as the interval, if all that was lost had gone against the effect, or its way. Holm: "
    "p adjusted for all rows of the family. ↑ and ↓ stand where it is below .05 and the interval "
    "under losses lies on one side of 0. Everything else is ·, which is not the same as no effect."
)


def pooled_report(pooled: PooledEffects) -> Report:
    """Outputs of `arena effects` for several runs."""
    return Report.of(pooled, pooled_text, pooled_json, pooled_latex)


def pooled_text(pooled: PooledEffects, stream: TextIO) -> None:
    """Write the pooled effects, family by family, game by game."""
    title = f"{pooled.name}: what emotions change, in {len(pooled.runs)} runs"
    to = headed(stream, title, (*pooled.runs, *pooled.remarks))
    if pooled.table.empty:
        say(to, _NOTHING)
        return
    for family, heading in headings(pooled.table["family"]):
        to.print(f"\n{heading}")
        own = pooled.table[pooled.table["family"] == family]
        for rows in by_game(to, own):
            to.print(grid(grouped(rows, _effect), {"contrast"}, tight=True))
    for note in (_EFFECTS, _BETWEEN, *steps(pooled.table), _ARROWS_ARE):
        say(to, note)


def pooled_json(pooled: PooledEffects) -> str:
    """The table as one JSON document, with the effects of each run; missing numbers are null."""
    document = {
        "name": pooled.name,
        "runs": pooled.runs,
        "families": family_sizes(pooled.table["family"]),
        "columns": COLUMNS,
        "remarks": pooled.remarks,
        "effects": pooled.table,
        "each": pooled.each,
    }
    return as_json(document)


def pooled_latex(pooled: PooledEffects) -> str:
    """A tabular environment for each family."""
    notes = (_EFFECTS, _BETWEEN, *steps(pooled.table), _ARROWS_ARE)
    sheets = (
        Sheet(f"pooled_{family}", heading, labelled(pooled.table, family, _effect), notes, keys=4)
        for family, heading in headings(pooled.table["family"])
    )
    return "\n".join(map(as_latex, sheets))


def _effect(row: Mapping[Any, Any]) -> dict[str, str]:
    figure = figures(yes_no=row["yes_no"], sign="+")
    between = figures(yes_no=row["yes_no"], sign="")
    return {
        "contrast": called(row),
        "runs": str(row["runs"]),
        "effect": figure(row["effect"]),
        "95 % interval": interval(row, "low", "high", figure),
        "Holm": p_value(row["holm"]),
        "between": between(row["tau"]),
        "I²": "–" if isnan(row["i2"]) else f"{row['i2']:.0%}",
        "Q": "–" if isnan(row["q"]) else f"{row['q']:.1f}",
        "p_(Q)": p_value(row["q_p"]),
        "if lost": interval(row, "bounds_low", "bounds_high", figure),
        "": sign(row),
    }
