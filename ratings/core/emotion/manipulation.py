"""Manipulation check: self-reports after the last decision, tested against the induced emotion.

A self-report is never taken for an emotion itself. Blocks (one game, one repetition) are clusters:
their matches share the seed and the wording.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ratings.core.statistics.clusters import (
    Interval,
    bounds,
    codes,
    difference,
    mean,
    replicates,
    share,
)
from ratings.core.tables import require

CHECKS = ("game", "repetition", "contestant", "verdict", "valence", "arousal", "emotion")
"""One row per check; valence and arousal from 1 to 9, and emotion, are missing unless legal."""

SCALES = ("valence", "arousal")
RULE = (
    "An induction is held to have taken if the 95 % interval of the difference to each control arm "
    "in the share of reports that name the induced emotion lies above 0; without a control arm, if "
    "the interval of that share lies above chance, one in as many words as were offered."
)

_UNREPORTABLE = frozenset({"none", "neutral", "placebo", "random", "mixture"})
"""Controls, and inductions that no word of a report names."""


def reports(
    checks: pd.DataFrame, induced: Mapping[str, str], arms: Mapping[str, str]
) -> pd.DataFrame:
    """Self-reports of each contestant.

    Args:
        checks: columns CHECKS.
        induced: emotion induced in each contestant; `none`, `placebo` or `neutral` in control arms.
        arms: name of each contestant's induction.

    Returns:
        Per contestant and quantity (match: share of reports that name the induced emotion, not for
        controls; valence; arousal; read: share of checks that could be read): induced, arm, value,
        low, high, n, blocks.
    """
    lines: list[dict[str, Any]] = []
    for name, rows in require(checks, CHECKS).groupby("contestant", sort=True):
        emotion = induced[str(name)]
        read = _read(rows)
        about = {"contestant": name, "induced": emotion, "arm": arms[str(name)]}
        for quantity, value in _quantities(rows, read, emotion):
            of = rows if quantity == "read" else read
            counts = {"n": len(of), "blocks": len(np.unique(_blocks(of)))}
            lines.append(about | {"quantity": quantity} | value._asdict() | counts)
    names = ["contestant", "induced", "arm", "quantity", "value", "low", "high", "n", "blocks"]
    return pd.DataFrame(lines, columns=names)


def comparisons(
    checks: pd.DataFrame, induced: Mapping[str, str], controls: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Each contestant with an induced emotion against its control arms.

    Args:
        checks: columns CHECKS.
        induced: as in `reports`.
        controls: control arms of each contestant with an induced emotion.

    Returns:
        Per contestant, control and quantity (match, valence, arousal): value (contestant minus
        control; for match, of the share that names the contestant's induced emotion), low, high, n
        (legal reports of the contestant).
    """
    read = _read(require(checks, CHECKS))
    lines: list[dict[str, Any]] = []
    for name, arms in controls.items():
        for control in arms:
            mine, other = (read[read["contestant"] == who] for who in (name, control))
            if len(mine) and len(other):
                about = {"contestant": name, "control": control}
                pairs = _differences(mine, other, induced[name])
                lines += [
                    about | {"quantity": q} | d._asdict() | {"n": len(mine)} for q, d in pairs
                ]
    names = ["contestant", "control", "quantity", "value", "low", "high", "n"]
    return pd.DataFrame(lines, columns=names)


def warnings(reported: pd.DataFrame, compared: pd.DataFrame, offered: int) -> list[str]:
    """Messages on inductions without a demonstrated effect, by RULE.

    Args:
        reported: of `reports`.
        compared: of `comparisons`.
        offered: number of words on offer in a report.
    """
    sentences = []
    for row in reported[reported["quantity"] == "match"].to_dict(orient="records"):
        who = f"{row['contestant']}: {row['arm']} cannot be shown to have been induced"
        arms = compared[compared["contestant"] == row["contestant"]]
        arms = arms[arms["quantity"] == "match"]
        if row["n"] == 0:
            sentences.append(f"{who}: no report could be read.")
        elif arms.empty and not row["low"] > 1 / offered:
            sentences.append(
                f"{who}: {_percent(row)} of reports name it, chance is {1 / offered:.0%}, and "
                "there is no control arm."
            )
        for arm in arms.to_dict(orient="records"):
            if not arm["low"] > 0:
                gap = f"{arm['value']:+.0%} ({arm['low']:+.0%} to {arm['high']:+.0%})"
                sentences.append(
                    f"{who}: {_percent(row)} of reports name it, {gap} against {arm['control']}."
                )
    return sentences


def _percent(row: Mapping[Any, Any]) -> str:
    return f"{row['value']:.0%} ({row['low']:.0%} to {row['high']:.0%})"


def _read(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["verdict"] == "legal"]


def _blocks(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - codes
    return codes(rows["game"], rows["repetition"])


def _quantities(
    rows: pd.DataFrame, read: pd.DataFrame, emotion: str
) -> Iterator[tuple[str, Interval]]:
    if emotion not in _UNREPORTABLE:
        yield "match", share(read["emotion"] == emotion, _blocks(read))
    for scale in SCALES:
        yield scale, mean(read[scale], _blocks(read))
    yield "read", share(rows["verdict"] == "legal", _blocks(rows))


def _differences(
    mine: pd.DataFrame, other: pd.DataFrame, emotion: str
) -> Iterator[tuple[str, Interval]]:
    if emotion not in _UNREPORTABLE:
        one, two = ((arm["emotion"] == emotion, _blocks(arm)) for arm in (mine, other))
        yield "match", difference(*one, *two)
    both = pd.concat([mine, other])
    first, block = np.arange(len(both)) < len(mine), _blocks(both)
    for scale in SCALES:
        y = both[scale].to_numpy(dtype=float)

        def gap(w: Any, y: Any = y) -> Any:  # noqa: ANN401 - arrays
            parts = [(w[arm] @ y[arm], w[arm].sum()) for arm in (first, ~first)]
            one, two = (total / n if n else np.nan for total, n in parts)
            return one - two

        yield (
            scale,
            Interval(float(gap(np.ones(len(both)))), *bounds(replicates(block, gap), block)),
        )
