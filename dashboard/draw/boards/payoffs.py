"""The payoff table of a game of two players with simultaneous moves, and the cell last played."""

from collections.abc import Mapping
from typing import Any

from dashboard.draw.boards.shapes import MARK, PALE, PAPER, Board, box, document, words
from games.core.types import Observation

_CELL, _ROW, _HEAD, _SIDE = 112, 40, 52, 112


def draw(seen: Observation) -> Board | None:
    """Points of the player and of the other by their options; None for another game."""
    rows: Any = seen.facts.get("payoffs")
    if not isinstance(rows, tuple) or not all(_is_cell(row) for row in rows):
        return None
    cells = {
        (str(r["own"]), str(r["other"])): f"{r['own_points']} : {r['other_points']}" for r in rows
    }
    own, other = ([*dict.fromkeys(key[side] for key in cells)] for side in (0, 1))
    last = next((e.facts for e in reversed(tuple(seen.events)) if e.kind == "played"), None)
    played = None if last is None else (str(last.get("own")), str(last.get("other")))
    parts = [
        words(_SIDE + _CELL * len(other) / 2, 20, "the other", colour=PALE),
        words(16, 20, "player", colour=PALE, anchor="start"),
    ]
    parts += [words(_SIDE + _CELL * (at + 0.5), 42, name) for at, name in enumerate(other)]
    for down, name in enumerate(own):
        y = _HEAD + _ROW * down
        parts.append(words(16, y + 25, name, anchor="start"))
        for right, against in enumerate(other):
            cell = (name, against)
            x, fill = _SIDE + _CELL * right, MARK if cell == played else PAPER
            parts.append(box(x, y, _CELL - 4, _ROW - 4, fill=fill))
            points = cells.get(cell, "")
            parts.append(words(x + _CELL / 2 - 2, y + 23, points, bold=cell == played))
    width, height = _SIDE + _CELL * len(other) + 12, _HEAD + _ROW * len(own) + 10
    return document(width, height, parts, _said(cells, played))


def _is_cell(row: object) -> bool:
    wanted = {"own", "other", "own_points", "other_points"}
    return isinstance(row, Mapping) and wanted <= {*row}


def _said(cells: Mapping[tuple[str, str], str], played: tuple[str, str] | None) -> str:
    table = "; ".join(f"{own} against {other} {points}" for (own, other), points in cells.items())
    end = "" if played not in cells else f"; last played: {' against '.join(played or ())}"
    return f"points of the player and of the other: {table}{end}"
