"""The tables of `arena align`, for a terminal, as CSV, HTML and LaTeX."""

import json
from collections.abc import Collection, Iterator
from math import isnan
from pathlib import Path
from typing import TextIO

import pandas as pd

from arena.analysis.alignment import MIXTURE, Alignment
from arena.core.files import make_folder
from arena.core.files import write_text as write_text_file
from arena.core.spreadsheet import as_csv
from arena.report import alignment_notes as notes
from arena.report import verdicts
from arena.report.grid import headed
from arena.report.human_effects import effect_numbers, effects_sheet, felt_sheet
from arena.report.studies import counted, played_with
from arena.report.tables import ALIGNED, OTHER, Sheet, as_html, as_latex, draw
from games import BadInput
from ratings.core.human import distances
from ratings.core.human.agreement import contrasts
from ratings.core.human.arrows import DOWN, SAME, UP, outcomes
from ratings.core.human.directions import Cell
from ratings.core.human.measures import PERCENT, units
from ratings.core.human.preferences import HUMAN
from ratings.core.human.sameness import NO, OPEN, YES, Answer
from ratings.core.human.studies import Baseline

_WIDTH = 200
"""Width of a page that is no terminal, in characters."""
_SHORT: dict[Answer, str] = {YES: "yes", NO: "no", OPEN: "?"}
_HUMAN_ARROWS = {"+": UP, "-": DOWN, "0": SAME}
HEADS = {
    "share_given": "D",
    "offer": "UP",
    "acceptance": "UR",
    "cooperation": "PD",
    "concession": "BoS",
}
"""Outcomes in the order of EAI's table, with their headings; others have their own names."""
_SLIDE, _REPEATED = ("share_given", "offer", "acceptance"), ("cooperation", "concession")


def heads(alignment: Alignment) -> dict[str, str]:
    """Column headings of the outcomes of EAI's table and of the run, in order."""
    present = outcomes(alignment.choices)["outcome"].unique()
    return {**HEADS, **{name: name for name in sorted({*map(str, present)} - HEADS.keys())}}


def sheets(alignment: Alignment) -> list[Sheet]:
    """All tables with rows."""
    made = [
        verdicts.sheet(alignment),
        _slide(alignment),
        _repeated(alignment),
        _others(alignment),
        _distances(alignment),
        effects_sheet(alignment),
        felt_sheet(alignment),
        _agreement(alignment),
        _preferences(alignment),
        _after(alignment),
        _strategies(alignment),
        _references(alignment),
    ]
    return [sheet for sheet in made if len(sheet.table)]


def write_text(alignment: Alignment, stream: TextIO) -> None:
    """Print all tables."""
    console = headed(stream, f"{alignment.name}: how human is it?", alignment.remarks, _WIDTH)
    for sheet in sheets(alignment):
        draw(sheet, console)
    for game, why in alignment.silent.items():
        console.print(f"\n{game}: {why}.", markup=False)


def write_files(alignment: Alignment, folder: Path, *, for_spreadsheets: bool = False) -> None:
    """Every table as CSV, HTML and LaTeX, and the decisions behind them as CSV.

    Args:
        alignment: the comparison.
        folder: folder of the files; created if missing.
        for_spreadsheets: whether texts of CSV that may be formulas are made inert.

    Raises:
        BadInput: the folder cannot be written, or a file in it is a link.
    """
    drawn = sheets(alignment)
    tables = {sheet.name: sheet.table for sheet in drawn}
    tables |= {"verdicts": verdicts.table(alignment, why=True)}
    spreads = alignment.choices["spread"].map(json.dumps, na_action="ignore")
    tables |= {"decisions": alignment.choices.assign(spread=spreads)}
    tables |= {"comparisons": distances.table(alignment.comparisons)}
    tables |= {} if alignment.effects is None else {"effects": effect_numbers(alignment)}
    try:
        make_folder(folder, exist_ok=True)
        for sheet in drawn:
            write_text_file(folder / f"{sheet.name}.html", as_html(sheet))
            write_text_file(folder / f"{sheet.name}.tex", as_latex(sheet))
        for name, table in tables.items():
            text = as_csv(table, for_spreadsheets=for_spreadsheets)
            write_text_file(folder / f"{name}.csv", text)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}") from None


def _slide(alignment: Alignment) -> Sheet:
    """Table in the layout of EAI's: means, then three arrows per emotion."""
    title = "Offers, acceptance and the directions of emotions"
    below = (*notes.SLIDE, f"{ALIGNED} as in people: {alignment.directions.about}")
    return Sheet("alignment", title, _arrows(alignment, _SLIDE), below, groups=alignment.emotions)


def _repeated(alignment: Alignment) -> Sheet:
    title = "Cooperation and concession"
    below = notes.REPEATED
    return Sheet("repeated", title, _arrows(alignment, _REPEATED), below, groups=alignment.emotions)


def _others(alignment: Alignment) -> Sheet:
    """Outcomes of games that EAI did not play."""
    table = _arrows(
        alignment, tuple(outcome for outcome in heads(alignment) if outcome not in HEADS)
    )
    return Sheet("others", "Other outcomes", table, notes.OTHERS, groups=alignment.emotions)


def _arrows(alignment: Alignment, columns: tuple[str, ...]) -> pd.DataFrame:
    """Means and arrows of outcomes: people first, then contestants across their emotions."""
    present = set(alignment.choices["measure"])
    if not present & ({*columns} | ({"minimum"} if "acceptance" in columns else set())):
        return pd.DataFrame()
    source = "; ".join(_human_source(alignment, columns))
    means = [_human_mean(alignment, o) for o in columns]
    rows = [["Human", source, *means, *_human_arrows(alignment, columns)]]
    bases = dict.fromkeys(arm.base for arm in alignment.arms.values())
    for base in bases:
        means = [_mean(alignment, base, outcome) for outcome in columns]
        if any(mean != "–" for mean in means):
            rows.append([base, "", *means, *_base_arrows(alignment, base, columns)])
    called = [HEADS.get(outcome, outcome) for outcome in columns]
    arrows = [f"{emotion} {head}" for emotion in alignment.emotions for head in called]
    named = ["model", "source", *called, *(arrows if alignment.effects is not None else ())]
    return pd.DataFrame(rows, columns=named)


def _human_study(alignment: Alignment, outcome: str) -> Baseline | None:
    """The first study of a distribution; acceptance depends on the offers, so it has none."""
    if outcome not in {"share_given", "offer"}:
        return None
    studies = (each for each in alignment.studies.values() if each.cells is not None)
    return next((each for each in studies if each.measure == outcome), None)


def _human_source(alignment: Alignment, outcomes: tuple[str, ...]) -> Iterator[str]:
    """Sources of people's means and arrows."""
    for outcome in outcomes:
        if (study := _human_study(alignment, outcome)) is not None:
            yield f"{HEADS.get(outcome, outcome)} {study.name}"
    if alignment.effects is not None:
        yield f"arrows {alignment.directions.name}"


def _human_mean(alignment: Alignment, outcome: str) -> str:
    study = _human_study(alignment, outcome)
    return "–" if study is None else f"{study.histogram.mean:.0f}%"


def _percent(outcome: str) -> bool:
    """Whether values are per cent of the pie, not probabilities."""
    return units(outcome) == PERCENT


def _human_arrows(alignment: Alignment, outcomes: tuple[str, ...]) -> list[str]:
    """People's arrows for the contrasts of the design; kinds of one contrast side by side."""
    if alignment.effects is None:
        return []
    known: dict[tuple[str, str], dict[str, None]] = {}
    for contrast in contrasts(alignment.effects):
        arrow = _arrow(alignment.directions.cell(contrast))
        known.setdefault((contrast.emotion, contrast.outcome), {})[arrow] = None
    return [" ".join(known.get((e, o), {"?": None})) for e in alignment.emotions for o in outcomes]


def _arrow(cell: Cell | None) -> str:
    """People's arrow; ? if it is unknown or contested."""
    return "?" if cell is None else _HUMAN_ARROWS.get(cell.sign, "?")


def _mean(alignment: Alignment, base: str, outcome: str) -> str:
    """Mean of the neutral arm, or of all arms if there is none, as a percentage."""
    arms = {name: arm for name, arm in alignment.arms.items() if arm.base == base}
    neutral = [name for name, arm in arms.items() if arm.emotion == "none"]
    rows = alignment.choices[alignment.choices["contestant"].isin(neutral or list(arms))]
    values = rows.loc[rows["measure"] == outcome, "value"]
    if outcome == "acceptance" and values.empty:
        stated = rows.loc[rows["measure"] == "minimum", "value"]
        values = ((50 - stated) / 50).clip(0, 1)
    percent = values if _percent(outcome) else 100 * values
    return f"{percent.mean():.0f}%" if len(values) else "–"


def _base_arrows(alignment: Alignment, base: str, columns: tuple[str, ...]) -> list[str]:
    """Arrows of one row; several games, causes or intensities of one outcome side by side."""
    if alignment.effects is None:
        return []
    own = alignment.effects[alignment.effects["base"] == base]
    shown = []
    for emotion in alignment.emotions:
        for outcome in columns:
            rows = own[(own["outcome"] == outcome) & (own["emotion"] == emotion)]
            cells = map(alignment.directions.cell, contrasts(rows))
            marks = [
                f"{call}{ALIGNED}" if cell and cell.scored and call == _arrow(cell) else str(call)
                for call, cell in zip(rows["call"], cells, strict=True)
            ]
            shown.append(" ".join(marks) or "–")
    return shown


def _distances(alignment: Alignment) -> Sheet:
    """All contestants against all studies."""
    rows = [dict(_distance(each, alignment)) for each in alignment.comparisons]
    compared = {each.baseline for each in alignment.comparisons}
    exact = (alignment.choices["expected"] != alignment.choices["value"]) | alignment.choices[
        "spread"
    ].notna()
    who = sorted(set(alignment.choices.loc[exact, "contestant"]))
    told = [notes.EXPECTED.format(who=", ".join(who))] if who else []
    below = (*notes.DISTANCES, *told, *_sources(alignment, compared))
    title = "Distance to people, study by study"
    return Sheet("distances", title, pd.DataFrame(rows), below, keys=3)


def _sources(alignment: Alignment, names: Collection[str]) -> Iterator[str]:
    """A line per study: people, game, and differences from the games of the run."""
    for study in (alignment.studies[name] for name in alignment.studies if name in names):
        told = [study.population, counted(study), study.stakes, study.elicitation]
        told.append(played_with(study))
        line = f"{study.name}: {'; '.join(filter(None, told))}."
        games = {key: game for key, game in alignment.games.items() if game["name"] == study.game}
        for key, game in games.items():
            if other := distances.mismatch(study, game):
                line += f" {OTHER} {key}: other {other.replace(', ', ' and ')}."
        if study.formula is not None:
            line += (
                " The value of a regression is no sample of people: nothing is tested against it."
            )
        elif study.shares is None and not study.sampled:
            line += " How many people decided is not known: nothing is tested against it."
        yield line + (f" Contested: {study.contested}" if study.contested else "")


def _distance(each: distances.Comparison, alignment: Alignment) -> Iterator[tuple[str, str]]:
    scale = 1 if alignment.studies[each.baseline].units.startswith("percent") else 100
    yield "contestant", each.contestant
    yield "game", each.game
    yield "study", each.baseline + f" {OTHER}" * bool(each.mismatch)
    yield "n (effective)", f"{each.n} ({each.effective})"
    mean, low, high, human = (scale * v for v in (each.mean, each.low, each.high, each.human))
    yield "mean", f"{mean:.0f}" + ("" if isnan(low) else f" [{low:.0f}, {high:.0f}]")
    ends = [scale * each.human_low, scale * each.human_high]
    yield "human", f"{human:.0f}" + ("" if isnan(ends[0]) else f" [{ends[0]:.0f}, {ends[1]:.0f}]")
    ends = [scale * each.distance_low, scale * each.distance_high]
    beside = "" if isnan(ends[0]) else f" [{ends[0]:.1f}, {ends[1]:.1f}]"
    yield "distance", f"{scale * each.distance:.1f}{beside}"
    yield "floor", "–" if isnan(each.floor_95) else f"{scale * each.floor_95:.1f}"
    yield "like", f"{each.like} {scale * each.like_distance:.0f}" if each.like else "–"
    yield "KS p", "–" if isnan(each.ks_p) else f"{each.ks_p:.3f}"
    yield "spread", "–" if isnan(each.dispersion) else f"{each.dispersion:.2f}"
    strict = each.sensitive_p < 0.05  # noqa: PLR2004
    answer = f"{_SHORT[each.same_mean]} ({'yes' if strict else '–'})"
    yield "same mean", "–" if isnan(each.equivalent_p) else answer
    yield "same spread", "–" if each.same_spread is None else _SHORT[each.same_spread]
    yield "same shape", _SHORT[each.same_shape]
    yield "same", _SHORT[each.same]
    yield "Turing", "–" if each.turing is None else "/".join(f"{p:.2f}" for p in each.turing)


def _agreement(alignment: Alignment) -> Sheet:
    rows = []
    for each in alignment.agreements:
        if not each.cells:
            continue
        nulls = {name: f"{hits:g} (p {each.beats[name]:.2f})" for name, hits in each.nulls.items()}
        hits = f"{each.hits} of {each.cells}"
        more = {"permutation p": f"{each.permutation_p:.3f}"}
        verdict = {"aligned": each.answer}
        rows.append({"model": each.base, "hits": hits, **nulls, **more, **verdict})
    below = notes.AGREEMENT
    return Sheet("agreement", "Agreement with the human directions", pd.DataFrame(rows), below)


def _preferences(alignment: Alignment) -> Sheet:
    table = alignment.preferences.copy()
    table["estimate"] = ["–" if pd.isna(v) else f"{v:.2f}" for v in table["estimate"]]
    people = f"People: alpha {HUMAN['alpha']}, beta {HUMAN['beta']} (Nunnari and Pozzi 2026)."
    below = (*notes.PREFERENCES, people)
    return Sheet("preferences", "Preferences behind divisions", table, below)


def _after(alignment: Alignment) -> Sheet:
    """Cooperation after CC, CD, DC and DD, with people's."""
    rounds = alignment.choices[alignment.choices["measure"] == "cooperation"].dropna(subset=["x"])
    rates = {
        f"{who} in {game}": rows.groupby("x")["value"].mean().to_dict()
        for (who, game), rows in rounds.groupby(["contestant", "game"], sort=True)
    }
    people = [s for s in alignment.studies.values() if s.measure == "cooperation_after"]
    if rates:
        rates |= {study.name: dict(study.points or ()) for study in people}
    table = pd.DataFrame(
        [
            [who, *(f"{rate[at]:.0%}" if at in rate else "–" for at in ("CC", "CD", "DC", "DD"))]
            for who, rate in rates.items()
        ],
        columns=["who", "CC", "CD", "DC", "DD"],
    )
    below = (*notes.AFTER, *_sources(alignment, {study.name for study in people}))
    return Sheet("cooperation_after", "Cooperation after each outcome", table, below)


def _strategies(alignment: Alignment) -> Sheet:
    table, below = alignment.strategies, notes.STRATEGIES
    people = {n: each for n, each in alignment.studies.items() if each.measure == "strategies"}
    if len(table):
        told = [
            notes.ALIKE.format(contestant=row.contestant, game=row.game, alike=row.alike)
            for row in table[table["alike"] != ""].itertuples()
        ]
        human = [
            {"contestant": study.name, "game": "people", "method": MIXTURE, **(study.shares or {})}
            | {"tremble": study.tremble, "subjects": study.sample.counted}
            for study in people.values()
        ]
        below = (*below, *told)
        table = pd.concat([table.drop(columns="alike"), pd.DataFrame(human)], ignore_index=True)
        for column in table.columns[3:]:
            whole = column in {"subjects", "choices"}
            style = "{:.0f}" if whole else "{:.2f}"
            table[column] = ["–" if pd.isna(v) else style.format(v) for v in table[column]]
    below = (*below, *_sources(alignment, {*people}))
    return Sheet("strategies", "Strategies in repeated dilemmas", table, below, keys=3)


def _references(alignment: Alignment) -> Sheet:
    table = alignment.references.copy()
    for column in ("distance", "floor_95"):
        table[column] = [f"{v:.3f}" for v in table[column]]
    below = notes.REFERENCES
    return Sheet("equilibrium", "Distance to equilibrium, where nobody knows people", table, below)
