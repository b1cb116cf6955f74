"""Matrix game: any other table of payoffs for two players who choose at the same time.

The default is matching pennies. Source: von Neumann and Morgenstern (1944), Theory of Games and
Economic Behavior, chapter III. The named tables are those of EAI that are neither a prisoner's
dilemma nor a Battle of the Sexes: Mozikov et al. (2024), NeurIPS 37, the rewards in its code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any

from games.core.errors import BadInput
from games.core.exact import exact
from games.core.matrix import Bimatrix
from games.core.types import Payoff, Player

Cell = tuple[Payoff, Payoff]

_SIZES = range(2, len(ascii_uppercase) + 1)
# Options are listed with commas, and replies are read without the punctuation around them.
_OPTION = re.compile(r"[^\W\d_]([\w '-]*[^\W_])?")


def _square(*cells: Cell) -> Mapping[str, Any]:
    """A 2 by 2 table from its cells in the order 11, 12, 21, 22."""
    return {"table": (cells[:2], cells[2:])}


@dataclass(frozen=True)
class MatrixGame(Bimatrix):
    """Two players choose a row and a column at the same time.

    Args:
        table: rows of cells, each cell the points of the row player, then of the column player;
            2 to 26 rows and columns. Whole numbers, decimals or fractions such as "1/2".
        rows: names of the row player's options; letters if left out.
        columns: names of the column player's options; letters if left out.

    Raises:
        BadInput: the table is no table, a cell no pair of exact numbers, or a name cannot be used.
    """

    table: tuple[tuple[Cell, ...], ...] = (((1, -1), (-1, 1)), ((-1, 1), (1, -1)))
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    name = "matrix_game"
    version = 1
    presets = MappingProxyType(
        {
            "biased": _square((3, 4), (2, 2), (1, 1), (4, 3)),
            "cyclic": _square((3, 3), (1, 4), (2, 2), (4, 1)),
            "second_best": _square((1, 1), (2, 4), (3, 3), (4, 2)),
            "unfair": _square((2, 4), (1, 3), (3, 1), (4, 2)),
            "win_win": _square((1, 1), (4, 4), (1, 1), (2, 2)),
        }
    )

    def __post_init__(self) -> None:
        """Check the table and the names; make the numbers exact."""
        table = _checked(self.table)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "rows", _names("rows", self.rows, len(table)))
        object.__setattr__(self, "columns", _names("columns", self.columns, len(table[0])))
        object.__setattr__(self, "zero_sum", all(a + b == 0 for row in table for a, b in row))

    def options_of(self, player: Player) -> tuple[str, ...]:
        """Rows for the first seat, columns for the second."""
        return self.columns if player else self.rows

    def cell(self, first: str, second: str) -> Cell:
        """The cell in a row and a column."""
        return self.table[self.rows.index(first)][self.columns.index(second)]


def _checked(table: object) -> tuple[tuple[Cell, ...], ...]:
    rows = [_list(row, f"row {at} of table") for at, row in enumerate(_list(table, "table"), 1)]
    if len(rows) not in _SIZES:
        raise BadInput(f"matrix_game: table must have 2 to 26 rows, not {len(rows)}")
    for at, row in enumerate(rows, 1):
        if len(row) not in _SIZES:
            raise BadInput(
                f"matrix_game: row {at} of table must have 2 to 26 cells, not {len(row)}"
            )
        if len(row) != len(rows[0]):
            raise BadInput(
                f"matrix_game: row {at} of table has {len(row)} cells, row 1 has {len(rows[0])}"
            )
    return tuple(
        tuple(
            _cell(cell, f"cell {place} in row {at} of table") for place, cell in enumerate(row, 1)
        )
        for at, row in enumerate(rows, 1)
    )


def _cell(cell: object, what: str) -> Cell:
    points = _list(cell, what)
    if len(points) != 2:  # noqa: PLR2004 - one number per player
        raise BadInput(f"matrix_game: {what} must be [own, other], not {list(points)!r}")
    first, second = (exact(value, f"matrix_game: {what}") for value in points)
    return first, second


def _list(value: object, what: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise BadInput(f"matrix_game: {what} must be a list, not {value!r}")
    return value


def _names(key: str, given: object, count: int) -> tuple[str, ...]:
    names = tuple(_list(given, key)) or tuple(ascii_uppercase[:count])
    if len(names) != count:
        raise BadInput(f"matrix_game: {key} must name {count} options, not {len(names)}")
    checked: list[str] = []
    for name in names:
        if not isinstance(name, str) or not _OPTION.fullmatch(name):
            raise BadInput(
                f"matrix_game: {key} must be words that begin with a letter, without punctuation, "
                f"not {name!r}"
            )
        if name.casefold() in {other.casefold() for other in checked}:
            raise BadInput(f"matrix_game: {key} name {name!r} twice")
        checked.append(name)
    return tuple(checked)


GAME = MatrixGame
