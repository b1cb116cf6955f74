"""Which blocks of a run were played as a pilot: a file beside the record.

What a pilot showed may have shaped the design, so that its blocks are left out of tests, unless the
design says beforehand that they are included.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from agents.core.parse import parse
from arena.core.files import make_folder, read_object, write_text
from games import BadInput

FILE = "pilot.json"


class Pilot(BaseModel):
    """A pilot.

    Args:
        design_hash: of the design when it was played.
        blocks: number of first blocks of each game that belong to the pilot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    design_hash: str
    blocks: dict[str, int] = Field(min_length=1)


def read_pilot(folder: Path) -> Pilot | None:
    """The pilot of a run; None if it has none.

    Raises:
        BadInput: its file cannot be read, or holds something else.
    """
    path = folder / FILE
    data = read_object(path, "design_hash and blocks: which blocks are the pilot's")
    return None if data is None else parse(Pilot, data, str(path))


def write_pilot(folder: Path, pilot: Pilot) -> None:
    """Mark the blocks of a pilot in the folder of a run, which is made if it is not there.

    Raises:
        BadInput: the file cannot be written.
    """
    path = folder / FILE
    try:
        make_folder(folder, exist_ok=True)
        write_text(path, json.dumps(pilot.model_dump(), indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}") from None


def carry(folders: Iterable[Path], out: Path) -> None:
    """Copy the marks of runs to the run merged from them."""
    pilots = [pilot for folder in folders if (pilot := read_pilot(folder)) is not None]
    if pilots:
        games = {game for pilot in pilots for game in pilot.blocks}
        most = {game: max(each.blocks.get(game, 0) for each in pilots) for game in sorted(games)}
        write_pilot(out, pilots[0].model_copy(update={"blocks": most}))


def first_tested(folder: Path, games: Iterable[str], *, pilot: bool = False) -> Mapping[str, int]:
    """The first block of each game that tests rest on: the first one after the pilot's.

    Args:
        folder: of the run.
        games: ids.
        pilot: whether the pilot's blocks are included.

    Raises:
        BadInput: the file of the pilot cannot be read.
    """
    marked = None if pilot else read_pilot(folder)
    return {game: 0 if marked is None else marked.blocks.get(game, 0) for game in games}
