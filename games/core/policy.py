"""Policies as tables: information set to action to probability; in memory, as JSON, as CSV."""

import csv
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from games.core.errors import BadInput, unknown
from games.core.types import Action

Policy = dict[str, dict[Action, float]]
"""By name of the information set, as `games.core.tree.key` gives it, and by action."""


class Stated(NamedTuple):
    """An equilibrium that a game knows of itself.

    Args:
        method: how it is found, in words.
        policy: what is played in each information set.
        points: that each seat expects; None if the tree has to say, and how exact it is.
        gain: with points, what a player gains by the best other play; 0 if it is exact.
    """

    method: str
    policy: Policy
    points: tuple[Fraction | float, ...] | None = None
    gain: float = 0.0


_COLUMNS = ("information_set", "action", "probability")
_TOLERANCE = 1e-6


def check(
    policy: Mapping[str, Mapping[Action, float]],
    keys: Sequence[str],
    actions: Sequence[tuple[Action, ...]],
) -> list[float]:
    """The probabilities of a policy, set by set and action by action; an action left out has none.

    Args:
        policy: the table.
        keys: names of all information sets of the game.
        actions: what may be done in each.

    Raises:
        BadInput: an information set is missing or unknown, an action is unknown, or probabilities
            are negative or do not sum to one.
    """
    values: list[float] = []
    for name, options in zip(keys, actions, strict=True):
        row = policy.get(name)
        if row is None:
            raise BadInput(f"policy: information set {name!r} is missing")
        probabilities = [row.get(option, -1.0) for option in options]
        if -1.0 in probabilities or len(row) != len(options):
            probabilities = _completed(name, row, options)
        if not (abs(sum(probabilities) - 1) <= _TOLERANCE and min(probabilities) >= 0):
            raise BadInput(
                f"policy: probabilities of {name!r} must sum to one, each at least 0: {dict(row)}"
            )
        values += probabilities
    if len(policy) > len(keys):
        stranger = next(iter(set(policy) - set(keys)))
        raise BadInput(f"policy: the game has no information set {stranger!r}")
    return values


def _completed(name: str, row: Mapping[Action, float], options: tuple[Action, ...]) -> list[float]:
    """Probabilities of all options, where some may be left out but none may be added."""
    for action in row:
        if action not in options:
            raise unknown(f"action of {name!r} in the policy", action, map(str, options))
    return [row.get(option, 0.0) for option in options]


def write(policy: Policy, path: Path) -> None:
    """Write a table: CSV if the file is named so, otherwise JSON."""
    path.write_text(as_csv(policy) if path.suffix == ".csv" else as_json(policy), encoding="utf-8")


def as_json(policy: Policy) -> str:
    """One object: information set to action to probability."""
    return json.dumps(policy, indent=1, ensure_ascii=False) + "\n"


def as_csv(policy: Policy) -> str:
    """One line per action, under a heading."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((name, a, repr(p)) for name, row in policy.items() for a, p in row.items())
    return out.getvalue()


def read(path: Path, keys: Sequence[str], actions: Sequence[tuple[Action, ...]]) -> Policy:
    """Read a table that `write` wrote, or that somebody made.

    Args:
        path: the file; CSV if it is named so, otherwise JSON.
        keys: names of all information sets of the game.
        actions: what may be done in each; files cannot tell the amount 5 from the word "5".

    Raises:
        BadInput: the file cannot be read, or is no policy of this game.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = _from_csv(text) if path.suffix == ".csv" else json.loads(text)
        written = {str(n): {str(a): float(p) for a, p in row.items()} for n, row in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"policy {path} cannot be read: {' '.join(str(error).split())}") from None
    known = dict(zip(keys, ({str(a): a for a in options} for options in actions), strict=True))
    policy: Policy = {
        name: {known.get(name, {}).get(action, action): p for action, p in row.items()}
        for name, row in written.items()
    }
    check(policy, keys, actions)
    return policy


def _from_csv(text: str) -> dict[str, dict[str, Any]]:
    rows = csv.DictReader(StringIO(text))
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise ValueError(f"its columns must be {', '.join(_COLUMNS)}")
    table: dict[str, dict[str, Any]] = {}
    for row in rows:
        name, action, probability = (row[column] for column in _COLUMNS)
        if action in table.setdefault(name, {}):
            raise ValueError(f"action {action!r} of {name!r} is given twice")
        table[name][action] = probability
    return table
