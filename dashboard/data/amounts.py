"""Choices that differ in one number alone, such as offers: along that number, not in rows."""

import re
from dataclasses import dataclass
from math import ceil

import pandas as pd

MANY = 8
"""Number of rows that differ in one number from which they are drawn along it."""
BARS = 25
"""Largest number of bars of a distribution."""
_NUMBER = re.compile(r"\b\d+\b")
_THEORY = {"equilibrium": "equilibrium", "noisy": "quantal response"}
"""Columns of theory, each with the name of its series."""


@dataclass(frozen=True)
class Along:
    """Choices along a number.

    Attributes:
        label: their common label; "…" stands for the number.
        table: columns contestant (or what theory says), number, share; low and high of observed
            shares.
        width: width of a bar; 0 where numbers are situations, whose shares do not add up to 1.
    """

    label: str
    table: pd.DataFrame
    width: int


def labels(table: pd.DataFrame) -> "pd.Series[str]":
    """A label for each row of frequencies: information set and action."""
    return table["set"].str.removesuffix(";") + " → " + table["action"].astype(str)


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Along]]:
    """Split a table of frequencies into choices with a row each, and choices along a number.

    Args:
        table: of `behaviour.Policies.frequencies`, of the contestants to draw.
    """
    names = labels(table)
    marked = table.assign(
        label=names.map(lambda name: _NUMBER.sub("…", name)),
        numbers=names.map(lambda name: tuple(map(int, _NUMBER.findall(name)))),
    )
    alone, along = [], []
    for label, rows in marked.groupby("label", sort=False):
        places = [{*each} for each in zip(*rows["numbers"], strict=True)]
        varying = [place for place, numbers in enumerate(places) if len(numbers) > 1]
        if len(varying) != 1 or len(places[varying[0]]) < MANY:
            alone.append(rows)
            continue
        found = rows.assign(number=[numbers[varying[0]] for numbers in rows["numbers"]])
        amounts = len({*found["set"]}) == 1
        along.append(_amounts(str(label), found) if amounts else _situations(str(label), found))
    kept = pd.concat(alone) if alone else marked.iloc[:0]
    return table.loc[kept.index].sort_index(), along


def _situations(label: str, rows: pd.DataFrame) -> Along:
    """One action along the situations that a number tells apart."""
    own = rows[["contestant", "number", "frequency", "low", "high"]]
    series = [own.rename(columns={"frequency": "share"}), *_theory(rows)]
    table = pd.concat(series, ignore_index=True).sort_values("number", kind="stable")
    return Along(label, table, 0)


def _amounts(label: str, rows: pd.DataFrame) -> Along:
    """A distribution over amounts, in bars of equal width.

    Frequencies are stated without the first action of a set: it has the rest.
    """
    own = rows[["contestant", "number", "frequency"]].rename(columns={"frequency": "share"})
    table = pd.concat([own, *_theory(rows)], ignore_index=True)
    first = int(table["number"].min()) - 1
    rest = 1 - table.groupby("contestant", sort=False)["share"].sum()
    lowest = pd.DataFrame({"contestant": rest.index, "number": first, "share": rest.to_numpy()})
    table = pd.concat([lowest, table], ignore_index=True)
    width = ceil((int(table["number"].max()) - first + 1) / BARS)
    table["number"] = first + (table["number"] - first) // width * width
    bars = table.groupby(["contestant", "number"], sort=False)["share"].sum().reset_index()
    return Along(label, bars, width)


def _theory(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Series of theory that are the same for all contestants of the rows."""
    made = []
    for column, name in _THEORY.items():
        told = rows[["number", column]].drop_duplicates()
        if told[column].notna().all() and not told["number"].duplicated().any():
            made.append(told.rename(columns={column: "share"}).assign(contestant=name))
    return made
