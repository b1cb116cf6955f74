"""The table of effects in words, as JSON, as CSV and as LaTeX."""

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from typing import Any, TextIO, TypeAlias

import pandas as pd
from rich.table import Table

from arena.analysis.due_decisions import FAMILIES, REGISTERED
from arena.analysis.effects import COLUMNS, NOBODY, Effects
from arena.analysis.pooled_effects import ONE_RUN
from arena.analysis.registered import SAME
from arena.report.as_json import result_json
from arena.report.broken_texts import broken_section, broken_sheets
from arena.report.grid import by_game, grid, headed, say
from arena.report.steering_effects import steered_sheet, steered_text
from arena.report.tables import Report, Sheet, as_latex
from ratings.core.emotion.contrasts import STEPS
from ratings.core.emotion.effects import ENOUGH, TOO_FEW, UNTESTED

_Cells: TypeAlias = Callable[[Mapping[Any, Any]], dict[str, str]]
"""Function from a row of numbers to the cells on display."""

_ARROWS = {"+": "↑", "-": "↓", SAME: "≈", "": "·"}
NOTES = {TOO_FEW: "few", NOBODY: "unseen", UNTESTED: "untested", ONE_RUN: "one"}
"""Words instead of an arrow, by note."""
_LEVELS = (
    "Level: shares of decisions in per cent, other outcomes in their units (per cent of the pie, "
    "points). Each unit (opponents, seat, round and situation, under one wording or deal) counts "
    "once. The interval rests on clusters: wordings of the rules, or deals. In per cent of the "
    "decisions that were due: void, lost because another seat ended the match; at fault, no legal "
    "action of this seat; refused, made only after a first answer that refused to play; legal at "
    "once, the first answer was legal."
)
_EFFECTS = (
    "Effect: the mean difference between units that both arms decided, of shares in percentage "
    "points; levels are of all units of an arm. Size: log odds ratio of shares, Cohen's d of other "
    "outcomes. If lost: the 95 % interval of the effect if all that was lost had gone against it, "
    "or its way. A decision that was refused at first counts as lost; one that was asked again for "
    "its form does not."
)
_ARROWS_ARE = (
    "Holm: p adjusted for all rows of the family. ↑ and ↓ stand where it is below .05 and the "
    f"interval under losses lies on one side of 0; {NOTES[TOO_FEW]} stands for fewer than "
    f"{ENOUGH} clusters, {NOTES[NOBODY]} where nobody opposite perceives what is shown in time to "
    f"act on it, {NOTES[UNTESTED]} for exploitability, whose interval is no test. "
    f"{_ARROWS[SAME]} stands where a registered effect is shown to be within its margin. "
    "Everything else is ·, which is not the same as no effect."
)


_EXACT = (
    "p: the known probabilities of choices stand in place of what was drawn. They take out the "
    "chance of the draw and nothing else: there are as many units and clusters as without them."
)


def effects_report(effects: Effects) -> Report:
    """Outputs of `arena effects`."""
    return Report.of(effects, effects_text, effects_json, effects_latex)


def effects_text(effects: Effects, stream: TextIO) -> None:
    """Write levels and effects, family by family, game by game."""
    remarks = (*effects.remarks, *_left_out(effects))
    to = headed(stream, f"{effects.name}: what emotions change", remarks)
    if effects.silent:
        say(to, effects.silent)
    steered_text(effects.steered, to)
    if effects.texts is not None:
        broken_section(effects.texts, to)
    if effects.table.empty:
        return
    levels = effects.levels
    for family, heading in headings(effects.table["family"]):
        to.print(f"\n{heading}")
        own = effects.table[effects.table["family"] == family]
        for rows in by_game(to, own):
            key = rows[["contestant", "game"]].iloc[0]
            place = (levels[["contestant", "game"]] == key).all(axis=1)
            arms = levels[place & (levels["family"] == family)]
            to.print(grid(grouped(arms, level_cells), {"arm"}, tight=True))
            to.print(grid(grouped(rows, effect_cells), {"contrast"}, tight=True))
    for note in (_LEVELS, _EFFECTS, *_exact(effects), *steps(effects.table), _ARROWS_ARE):
        say(to, note)


PAYOFFS = "points per match, against the same opponents in the same seats, cluster by cluster"


def effects_grid(rows: pd.DataFrame) -> Table:
    """Effects in one outcome, to be printed."""
    shown = pd.DataFrame([effect_cells(row) for row in rows.to_dict(orient="records")])
    return grid(shown, {"contrast"}, tight=True)


def effects_json(effects: Effects) -> str:
    """The table as one JSON document; missing numbers are null."""
    return result_json(
        effects,
        families=family_sizes(effects.table["family"]),
        pilot=effects.left_out,
        silent=effects.silent,
        columns=COLUMNS,
        effects=effects.table,
        **({"steered": effects.steered} if len(effects.steered) else {}),
        **({"broken": effects.texts.table} if effects.texts and len(effects.texts.table) else {}),
        levels=effects.levels,
    )


def family_sizes(members: "pd.Series[str]") -> dict[str, dict[str, Any]]:
    """Description and number of rows of each family; of registered rows, if there are any."""
    sizes = members.value_counts()
    return {
        family: {"about": about, "rows": int(sizes.get(family, 0))}
        for family, about in FAMILIES.items()
        if family in sizes or family != REGISTERED
    }


def effects_latex(effects: Effects) -> str:
    """Two tabular environments for each family: levels and effects."""
    return "\n".join(as_latex(sheet) for sheet in sheets(effects))


def sheets(run_effects: Effects) -> Iterator[Sheet]:
    """Levels and effects of each family, with all columns that identify a row."""
    if len(run_effects.steered):
        yield steered_sheet(run_effects.steered)
    yield from broken_sheets(run_effects.texts)
    for family, heading in headings(run_effects.table["family"]):
        levels = labelled(run_effects.levels, family, level_cells)
        told = (_LEVELS, *_exact(run_effects))
        yield Sheet(f"levels_{family}", f"Levels. {heading}", levels, told, keys=4)
        effects, notes = (
            labelled(run_effects.table, family, effect_cells),
            (_EFFECTS, *_exact(run_effects), *steps(run_effects.table), _ARROWS_ARE),
        )
        yield Sheet(f"effects_{family}", f"Effects. {heading}", effects, notes, keys=4)


def headings(families: "pd.Series[str]") -> Iterator[tuple[str, str]]:
    """Families with rows, each with its description and number of rows.

    Args:
        families: family of each row.
    """
    sizes = families.value_counts()
    for family, about in FAMILIES.items():
        if rows := int(sizes.get(family, 0)):
            yield (
                family,
                f"{family.capitalize()}: {about} (a family of {rows} row{'s' * (rows > 1)})",
            )


def _exact(effects: Effects) -> Iterator[str]:
    """Explanation of the mark of known probabilities; nothing if no row has them."""
    if effects.table["exact"].any() or effects.table["reference_exact"].any():
        yield _EXACT


def _left_out(effects: Effects) -> Iterator[str]:
    """A line on the blocks of a pilot; none without one."""
    if effects.left_out:
        counts = ", ".join(f"{game} {blocks}" for game, blocks in effects.left_out.items())
        yield f"The pilot's blocks are left out of these tests: the first of each game ({counts})."


def steps(table: pd.DataFrame) -> Iterator[str]:
    """A line with the arms of each step; none without steps."""
    present = set(table["contrast"])
    lines = [
        f"{_step(s.name, s.arm)}: {s.arm} less {s.reference}" for s in STEPS if s.name in present
    ]
    if lines:
        yield f"Steps of the mode. {'; '.join(lines)}."


def called(row: Mapping[Any, Any]) -> str:
    """Name of a step, or the arms of another contrast."""
    if row["contrast"] in {each.name for each in STEPS}:
        return _step(row["contrast"], row["arm"])
    return f"{row['arm']} − {row['reference']}"


def _step(contrast: str, arm: str) -> str:
    """Name of a step; with the arm if several steps share the name."""
    several = sum(step.name == contrast for step in STEPS) > 1
    return f"{contrast} ({arm})" if several else contrast


def labelled(table: pd.DataFrame, family: str, cells: _Cells) -> pd.DataFrame:
    """All rows of a family with contestant, game and outcome."""
    own = table[table["family"] == family]
    rows = pd.DataFrame(
        {"model": row["contestant"], "game": row["game"], "outcome": row["outcome"], **cells(row)}
        for row in own.to_dict(orient="records")
    )
    return rows.rename(columns=lambda name: name.replace("_", " "))


def grouped(table: pd.DataFrame, cells: _Cells) -> pd.DataFrame:
    """Rows under a line for each outcome."""
    lines: list[dict[str, str]] = []
    for outcome, rows in table.groupby("outcome", sort=False):
        made = [cells(row) for row in rows.to_dict(orient="records")]
        first = next(iter(made[0]))
        lines += [dict.fromkeys(made[0], "") | {first: str(outcome)}]
        lines += [line | {first: f"  {line[first]}"} for line in made]
    return pd.DataFrame(lines)


def level_cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Cells of one row of levels, by heading."""
    figure = figures(yes_no=row["yes_no"], sign="")
    return {
        "arm": row["arm"],
        "level": f"{figure(row['level'])}{' %' * row['yes_no']}",
        "95 % interval": interval(row, "level_low", "level_high", figure),
        "made": f"{row['n']}{_mark(row['exact'])}",
        "due": str(row["due"]),
        "clusters": str(row["n_clusters"]),
        **{name: f"{row[key]:.0%}" for name, key in _SHARES.items()},
    }


_SHARES = {"void": "void", "at_fault": "fault", "refused": "refused", "legal_at once": "legal"}
"""Shares of due decisions: heading and column."""


def effect_cells(row: Mapping[Any, Any]) -> dict[str, str]:
    """Cells of one row of effects, by heading."""
    figure = figures(yes_no=row["yes_no"], sign="+")
    return {
        "contrast": called(row),
        "effect": f"{figure(row['effect'])}{_mark(row['exact'], row['reference_exact'])}",
        "95 % interval": interval(row, "low", "high", figure),
        "size": "–" if isnan(row["size"]) else f"{row['size']:+.2f}",
        "p": p_value(row["p"]),
        "Holm": p_value(row["holm"]),
        "if lost": interval(row, "bounds_low", "bounds_high", figure),
        "": sign(row),
    }


def sign(row: Mapping[Any, Any]) -> str:
    """Arrow of a row, or the word instead of it."""
    return NOTES[row["note"]] if row["note"] else _ARROWS[row["arrow"]]


def _mark(*exact: float) -> str:
    """Mark of a row with known probabilities for at least some decisions."""
    return " p" if any(number > 0 for number in exact) else ""


def figures(*, yes_no: bool, sign: str) -> Callable[[float], str]:
    """The format of levels or effects: shares in per cent."""

    def figure(value: float) -> str:
        if isnan(value):
            return "–"
        return f"{100 * value:{sign}.1f}" if yes_no else f"{value:{sign}.2f}"

    return figure


def interval(row: Mapping[Any, Any], low: str, high: str, figure: Callable[[float], str]) -> str:
    """The interval between two columns of a row."""
    return "–" if isnan(row[low]) else f"{figure(row[low])} to {figure(row[high])}"


def p_value(value: float) -> str:
    """A p-value without its leading 0."""
    return "–" if isnan(value) else "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")  # noqa: PLR2004
