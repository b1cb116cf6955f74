"""The power of a design for effects, in words, as JSON and as LaTeX."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from math import isnan
from typing import Any, TextIO

import pandas as pd

from arena.planning.effect_answer import COLUMNS
from arena.planning.effect_power import EffectPower
from arena.planning.planned_row import BETWEEN, upper_deviation
from arena.report.as_json import as_json
from arena.report.effects import NOTES, called, headings, labelled
from arena.report.grid import grid, headed, say
from arena.report.tables import Report, Sheet, as_latex
from ratings.core.emotion.effects import ALPHA, ENOUGH

_COLUMNS = (
    "Clusters: wordings of the rules, or deals, in which both arms are expected to decide. Error: "
    "standard error of the effect. Shares are in percentage points, other outcomes in their units."
)
_NOT = (
    "Not planned for: other opponents than the design's, a served model that changes, and effects "
    "chosen after they were seen."
)


def effect_power_report(power: EffectPower) -> Report:
    """Outputs of `arena power` for effects."""
    return Report.of(power, effect_power_text, effect_power_json, _latex)


def effect_power_text(power: EffectPower, stream: TextIO) -> None:
    """Write the table by family and game, and its assumptions."""
    to = headed(stream, f"{power.name}: design {power.design_hash}: what it can tell of effects")
    for family, heading in headings(power.table["family"]):
        to.print(f"\n{heading}")
        own = power.table[power.table["family"] == family]
        for (contestant, game), rows in own.groupby(["contestant", "game"], sort=False):
            to.print(f"\n  {contestant} · {game} ({rows['blocks'].iloc[0]} blocks)")
            lines: list[dict[str, str]] = []
            for outcome, part in rows.groupby("outcome", sort=False):
                cells = [_cells(row) for row in part.to_dict(orient="records")]
                lines += [dict.fromkeys(cells[0], "") | {"contrast": _title(outcome, part)}]
                lines += [line | {"contrast": f"  {line['contrast']}"} for line in cells]
            to.print(grid(pd.DataFrame(lines), {"contrast"}, tight=True))
    for note in _notes(power):
        say(to, note)


def effect_power_json(power: EffectPower) -> str:
    """The results as one JSON document; missing numbers are null."""
    return as_json(effect_power_document(power))


def effect_power_document(power: EffectPower) -> dict[str, Any]:
    """The results as plain data."""
    return {
        "name": power.name,
        "design_hash": power.design_hash,
        "question": asdict(power.question),
        "alpha": ALPHA,
        "assumed_between": BETWEEN,
        "adaptive": power.adaptive,
        "left_out": power.left_out,
        "pilot_clusters": power.pilot_clusters,
        "columns": COLUMNS,
        "rows": power.table,
    }


def _latex(power: EffectPower) -> str:
    """A tabular environment for each family."""
    sheets = (
        Sheet(f"power_{family}", heading, labelled(power.table, family, _cells), notes, keys=4)
        for notes in [tuple(_notes(power))]
        for family, heading in headings(power.table["family"])
    )
    return "\n".join(map(as_latex, sheets))


def _title(outcome: object, rows: pd.DataFrame) -> str:
    """An outcome, with the effect and the margin of the question."""
    known = rows.dropna(subset=["effect"])
    if known.empty:
        return str(outcome)
    row = known.iloc[0]
    figure = _figures(yes_no=row["yes_no"])
    return f"{outcome}: effect {figure(row['effect'])}, margin {figure(row['margin'])}"


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    figure = _figures(yes_no=row["yes_no"])
    return {
        "contrast": called(row),
        "clusters": f"{row['clusters']:,.0f}",
        "error": figure(row["error"]),
        "smallest_by p": figure(row["detectable"]),
        "smallest_arrow": figure(row["arrow_detectable"]),
        "power_by p": _chance(row["power"]),
        "power_arrow": _chance(row["arrow_power"]),
        "power_same": _chance(row["equivalence"]),
        "blocks_arrow": _count(row["arrow_blocks"]),
        "blocks_same": _count(row["equivalence_blocks"]),
        "": NOTES.get(row["note"], row["note"]),
    }


def _figures(*, yes_no: bool) -> Callable[[float], str]:
    def figure(value: float) -> str:
        if isnan(value):
            return "–"
        return f"{100 * value:.1f}" if yes_no else f"{value:.2f}"

    return figure


def _chance(value: float) -> str:
    return "–" if isnan(value) else f"{value:.0%}"


def _count(value: float) -> str:
    return "–" if isnan(value) else f"{value:,.0f}"


def _notes(power: EffectPower) -> Iterator[str]:
    """Definitions and assumptions of the figures, one paragraph each."""
    asked = power.question
    yield _COLUMNS
    yield (
        f"Smallest: the smallest effect that is found with a power of {asked.power:.0%}. Power: "
        f"how often an effect of {asked.effect:.0%} of the outcome's range is found. By p: p is "
        "below .05. Arrow: p is below .05 after Holm for all rows of the family, if this row alone "
        f"has an effect (more often if others have one too), with at least {ENOUGH} clusters, and "
        "the interval under losses lies on one side of 0. Same: two one-sided tests at .05 find an "
        f"effect of 0 within the margin, {asked.margin:.0%} of the range or as the design states. "
        f"Blocks: how many of the game give a power of {asked.power:.0%}. – stands where nothing "
        "does."
    )
    yield from _sources(power)
    if power.left_out:
        counts = ", ".join(f"{game} {blocks}" for game, blocks in power.left_out.items())
        yield f"Tests leave out the pilot's blocks ({counts}), and so do clusters and power."
    for game in power.adaptive:
        yield f"{game} is paired adaptively: which matches are played is not known beforehand."
    yield _NOT


def _sources(power: EffectPower) -> Iterator[str]:
    """Sources of levels and variances."""
    sources = power.table["source"].value_counts()
    if rows := int(sources.get("assumed", 0)):
        yield (
            f"Assumed, in {rows} row(s): decisions vary as if drawn evenly from what is allowed "
            f"(--within states another deviation). Effects differ by {BETWEEN:.0%} of the range "
            "between wordings, between the orders in which things are offered, and between the "
            "events of an induction (--between-wordings, --between-orders, --between-events). The "
            "nearest measurement: turning the order moved the effects of two inductions on the "
            "cooperation of a model of 1.5 billion parameters by .5 and 5 points. Nothing is lost, "
            "and stand-ins that decide at random say which positions are reached. A pilot measures "
            "all of this (arena pilot)."
        )
    if rows := int(sources.get("stated", 0)):
        yield (
            f"Stated, in {rows} row(s): deviations as the options have them, and as assumed or as "
            "in the pilot where no option does."
        )
    if power.pilot_clusters:
        fewest = min(power.pilot_clusters)
        beyond = upper_deviation(fewest)
        yield (
            f"From the pilot, in {len(power.pilot_clusters)} row(s): levels, losses, positions "
            "reached, and variances; that between wordings includes orders and events, since each "
            f"wording comes with one. With {fewest} cluster(s), the fewest of a row, the standard "
            f"deviation may well be {beyond:.1f} times what was found (upper 80 % limit), and "
            f"blocks {beyond**2:.1f} times as many."
        )
