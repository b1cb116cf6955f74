"""Moral judgements of a run in words, as JSON and as LaTeX."""

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import pandas as pd

from arena.analysis import eai_scoring
from arena.analysis.moral import BY_TAG, COLUMNS, FAMILIES, Moral
from arena.analysis.result import Result
from arena.report.as_json import result_json
from arena.report.effects import effect_cells, level_cells
from arena.report.grid import grid, headed, say
from arena.report.tables import Report, Sheet, as_latex
from ratings.core.statistics.cluster_mean import FEWEST_CROSSED

_LEVELS = (
    "Level: shares in per cent, d' and criterion in units of z. d' is how well wrong acts are told "
    "from others, 0 for who says the same to all; the criterion is below 0 for who leans towards "
    '"wrong". Both have the log-linear correction. A level over tags is of the items with that tag.'
)
_EFFECTS = (
    "Effect: the mean difference within items, of shares in percentage points. Clusters are items; "
    f"from {FEWEST_CROSSED} wordings on, wordings are clusters of a second kind. With fewer, the "
    "result holds for these wordings. If lost: the 95 % interval if all lost answers had gone "
    "against the effect, or its way. Holm: p adjusted for all rows of the family. Arrows need "
    "it below .05 and that interval on one side of 0. ≈ marks an effect shown to be within the "
    "stated margin; · is not the same as no effect."
)
_REPLIES = (
    "Of the questions. Answered: one of the options, to choose neither action included. Refused: "
    "the model declined to reply, at once or at last. Unreadable: no reply held one option."
)
_CONFUSION = "Of the items of each class, as shares of the answers: what they were called."
_EAI = (
    "As EAI: a reply is matched as text, and what matches nothing is left out of the denominator; "
    "where no action is right, refusals count, and what matches no action is one. Ours: the same "
    "questions by strict reading. Neither has an interval here."
)
_NOTHING = "Nothing was asked of these contestants yet."


def moral_report(moral: Moral) -> Report:
    """All that `arena moral` can make of the judgements of a run."""
    return Report.of(moral, _text, _json, _latex)


def eai_report(scores: Result) -> Report:
    """All that `arena moral --as-eai` can make of them."""
    return Report.of(scores, _eai_text, _eai_json, _eai_latex)


def sheets(moral: Moral) -> Iterator[Sheet]:
    """Levels and replies, confusions, then effects by family; those without rows are left out."""
    whole = moral.levels[moral.levels["tag"] == ""]
    yield _sheet("moral_levels", "Levels", whole, level_cells, _LEVELS)
    yield _sheet("moral_replies", "Replies", moral.replies, _reply, _REPLIES)
    if len(moral.confusion):
        rows = moral.confusion.pivot_table(
            index=["contestant", "game", "arm", "right"], columns="called", values="share"
        )
        yield Sheet("moral_confusion", "Classes", _percent(rows), (_CONFUSION,), keys=4)
    for family, about in FAMILIES.items():
        own = moral.table[moral.table["family"] == family]
        if len(own):
            title = f"Effects. {family.capitalize()}: {about} (a family of {len(own)} rows)"
            yield _sheet(f"moral_{family}", title, own, effect_cells, _EFFECTS)
    tagged = moral.levels[moral.levels["tag"] != ""]
    if len(tagged):
        yield _sheet(f"moral_levels_{BY_TAG}", "Levels by tag", tagged, level_cells, _LEVELS)


def _sheet(name: str, title: str, rows: pd.DataFrame, cells: Any, note: str) -> Sheet:  # noqa: ANN401
    """A table with the columns that say what a row is about."""
    table = pd.DataFrame([_about(row) | cells(row) for row in rows.to_dict(orient="records")])
    if "tag" in table and not table["tag"].any():
        table = table.drop(columns="tag")
    names = [c for c in ("contestant", "game", "outcome", "tag") if c in table]
    return Sheet(name, title, table, (note,), keys=len(names))


def _about(row: Mapping[Any, Any]) -> dict[str, str]:
    return {key: str(row[key]) for key in ("contestant", "game", "outcome", "tag") if key in row}


def _reply(row: Mapping[Any, Any]) -> dict[str, str]:
    shares = {key: f"{row[key]:.1%}" for key in ("answered", "refused", "unreadable", "failed")}
    return {"arm": row["arm"], "asked": str(row["asked"]), **shares}


def _percent(table: pd.DataFrame) -> pd.DataFrame:
    """Shares as texts in per cent, with the index as columns."""
    shown = table.map("{:.1%}".format)
    return shown.reset_index().rename(columns=lambda name: str(name).replace("_", "-"))


def _text(moral: Moral, stream: TextIO) -> None:
    to = headed(stream, f"{moral.name}: moral judgements", moral.remarks)
    if moral.levels.empty:
        say(to, _NOTHING)
        return
    for sheet in sheets(moral):
        to.print(f"\n{sheet.title}", markup=False)
        words = {*sheet.table.columns[: sheet.keys], "arm", "contrast"}
        to.print(grid(sheet.table, words, tight=True))
        for note in sheet.notes:
            say(to, note)


def _json(moral: Moral) -> str:
    parts = {"levels": moral.levels, "replies": moral.replies, "confusion": moral.confusion}
    return result_json(moral, families=FAMILIES, columns=COLUMNS, effects=moral.table, **parts)


def _latex(moral: Moral) -> str:
    return "\n".join(as_latex(sheet) for sheet in sheets(moral))


def _eai_sheet(scores: Result) -> Sheet:
    table = scores.table.assign(
        as_eai=scores.table["as_eai"].map("{:.1%}".format),
        ours=scores.table["ours"].map("{:.1%}".format),
        replies=scores.table["replies"].astype(str),
        dropped=scores.table["dropped"].astype(str),
    )
    title = "As EAI and TrustLLM score"
    return Sheet("moral_as_eai", title, table.rename(columns={"as_eai": "as EAI"}), (_EAI,), keys=3)


def _eai_text(scores: Result, stream: TextIO) -> None:
    to = headed(stream, f"{scores.name}: moral judgements as EAI scores them", scores.remarks)
    sheet = _eai_sheet(scores)
    to.print(grid(sheet.table, {"game", "contestant", "measure"}))
    for note in sheet.notes:
        say(to, note)


def _eai_json(scores: Result) -> str:
    return result_json(scores, columns=eai_scoring.COLUMNS, scores=scores.table)


def _eai_latex(scores: Result) -> str:
    return as_latex(_eai_sheet(scores))
