"""Messages before a game: statements and their keeping, recommendations and compliance.

A statement is kept if the speaker's first decision after it is the action that it states, and
broken otherwise. A recommendation is followed if the other player's first decision is the action
recommended. The wording of messages is ignored.

Source: promises that bind nobody, Charness and Dufwenberg (2006), Promises and partnership,
Econometrica 74, 1579 to 1601; Vanberg (2008), Why do people keep their promises?, Econometrica 76,
1467 to 1480.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ratings.core.statistics.clusters import NOTHING, Interval, difference, share
from ratings.core.tables import require

MESSAGES = (
    "game", "repetition", "contestant", "opponents", "shown", "text", "states", "advises", "kept",
)  # fmt: skip
"""Columns on messages in the run's table of decisions. text is missing if a decision is no message,
states if a message states no action, and kept if no decision followed the statement."""
ADVISERS = (*MESSAGES, "kind")
"""Columns on advice: MESSAGES, and kind, whether its sender is a person or a program."""
ANY = "any"
"""Value of the display column in figures over all displays."""


def promises(decisions: pd.DataFrame) -> pd.DataFrame:
    """Shares of messages that state an action, and of statements that are kept.

    Args:
        decisions: columns MESSAGES.

    Returns:
        Per contestant and game with talk, all displays together and each by itself: display, n
        (messages), blocks, stated (share of messages that state an action), statements (number that
        came to a decision), kept (share of these), low, high, broken (the other share), gap (kept
        with this display less kept with others), gap_low, gap_high. NaN where nothing is stated.
    """
    return _table(decisions, ["contestant", "game"], advises=False, done="kept", not_done="broken")


def compliance(decisions: pd.DataFrame) -> pd.DataFrame:
    """Shares of recommendations that are followed.

    Args:
        decisions: columns ADVISERS.

    Returns:
        Per adviser (contestant and its kind), game and advised player, all displays of the adviser
        together and each by itself: the columns of `promises`, with followed and ignored in place
        of kept and broken.
    """
    keys = ["contestant", "kind", "game", "advised"]
    named = require(decisions, ADVISERS).rename(columns={"opponents": "advised"})
    return _table(named, keys, advises=True, done="followed", not_done="ignored")


def _table(
    decisions: pd.DataFrame, keys: list[str], *, advises: bool, done: str, not_done: str
) -> pd.DataFrame:
    sent = decisions[decisions["text"].notna()]
    sent = sent[sent["advises"].astype(bool) == advises]
    lines = [
        dict(zip(keys, who, strict=True)) | line
        for who, rows in sent.groupby(keys, sort=True)
        for line in _by_display(rows, done, not_done)
    ]
    names = [*keys, "display", "n", "blocks", "stated", "statements", done, "low", "high", not_done]
    return pd.DataFrame(lines, columns=[*names, "gap", "gap_low", "gap_high"])


def _by_display(rows: pd.DataFrame, done: str, not_done: str) -> Iterator[dict[str, Any]]:
    yield {"display": ANY, **_measured(rows, done, not_done, NOTHING)}
    shown = sorted(set(rows["shown"].dropna()))
    for display in shown:
        mine = rows["shown"] == display
        one, others = _kept(rows[mine]), _kept(rows[~mine])
        gap = difference(one["kept"], one["repetition"], others["kept"], others["repetition"])
        yield {"display": str(display), **_measured(rows[mine], done, not_done, gap)}


def _measured(rows: pd.DataFrame, done: str, not_done: str, gap: Interval) -> dict[str, Any]:
    kept = _kept(rows)
    found = share(kept["kept"].astype(bool), kept["repetition"]) if len(kept) else NOTHING
    return {
        "n": len(rows),
        "blocks": rows["repetition"].nunique(),
        "stated": float(rows["states"].notna().mean()),
        "statements": len(kept),
        done: found.value,
        "low": found.low,
        "high": found.high,
        not_done: 1 - found.value,
        "gap": gap.value,
        "gap_low": gap.low,
        "gap_high": gap.high,
    }


def _kept(rows: pd.DataFrame) -> pd.DataFrame:
    """Statements followed by a decision."""
    return rows[rows["states"].notna() & rows["kept"].notna()]
