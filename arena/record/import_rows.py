"""Rows of a foreign table, each with its line: tidy ones, or oTree's wide ones."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from arena.record.import_map import ImportMap, check_columns, filled
from games import BadInput


class Row(NamedTuple):
    """One decision as the table states it.

    Attributes:
        line: of the file, from 1.
        who: decided.
        other: sat opposite, if it has no rows of its own.
        unit: the independent unit.
        match: its name.
        game: what tables call it.
        seat: as the table has it.
        round: as the table has it; empty for the order of the file.
        action: in the words of the game; empty if it was lost.
        payoff: as the table has it; empty if it states none.
        emotion: that was induced; empty for none.
        cause: of it.
    """

    line: int
    who: str
    other: str
    unit: str
    match: str
    game: str
    seat: str
    round: str
    action: str
    payoff: str
    emotion: str
    cause: str


def read_rows(path: Path, import_map: ImportMap) -> list[Row]:
    """All rows of a table.

    Args:
        path: of a CSV file in UTF-8, its columns separated by commas, semicolons or tabs.
        import_map: what its columns mean.

    Raises:
        BadInput: the file cannot be read, lacks a column, or a row is of no game.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=max(",;\t", key=head.count), restval="")
            numbered = [(reader.line_num, {**row}) for row in reader]
            known = list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    if not numbered:
        raise BadInput(f"{path} holds no rows")
    if import_map.otree:
        numbered = list(_rounds(numbered, known, import_map.otree, path))
        known = [*numbered[0][1]]
    check_columns(import_map, known, str(path))
    return list(_read(numbered, import_map, path))


def _read(
    numbered: Iterable[tuple[int, dict[str, str]]], import_map: ImportMap, path: Path
) -> Iterator[Row]:
    known = {each.is_: each for each in import_map.games}
    for line, row in numbered:
        said = dict.fromkeys(type(import_map.columns).model_fields, "")
        said |= {field: filled(text, row) for field, text in import_map.templates.items()}
        if len(known) > 1 and said["game"] not in known:
            names = ", ".join(known)
            raise BadInput(f"{path}, line {line}: game {said['game']!r} is none of {names}")
        game = known[said["game"]] if len(known) > 1 else import_map.games[0]
        said["game"] = game.id or game.name
        said["action"] = game.actions.get(said["action"], said["action"])
        said["seat"] = game.seats.get(said["seat"], said["seat"])
        said["unit"] = said["unit"] or said["match"]
        yield Row(line, **said)


def _rounds(
    numbered: Iterable[tuple[int, dict[str, str]]], known: list[str], app: str, path: Path
) -> Iterator[tuple[int, dict[str, str]]]:
    """A row for each round of an app, from oTree's table with a row for each participant.

    Columns `APP.ROUND.player.x` become `player.x`; those of participants and sessions stay.
    """
    pattern = re.compile(rf"{re.escape(app)}\.(\d+)\.(.+)")
    matched = [(column, pattern.fullmatch(column)) for column in known]
    own = [(column, int(m[1]), m[2]) for column, m in matched if m]
    if not own:
        raise BadInput(f"{path} has no columns of an app {app!r}: otree names the app")
    common = [c for c in known if c.split(".")[0] in {"participant", "session"}]
    rounds = sorted({number for _, number, _ in own})
    for line, row in numbered:
        shared = {column: row[column] for column in common}
        for number in rounds:
            values = {name: row[column] for column, at, name in own if at == number}
            if any(values.values()):
                yield line, {**shared, "subsession.round_number": str(number), **values}
