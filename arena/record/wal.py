"""The file beside a run's file in which SQLite keeps the latest changes (its write-ahead log).

SQLite checks every frame of this file and ignores all from the first bad one on, without an error.
The format is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
"""

import struct
from pathlib import Path

from arena.record.lock import being_played

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682
"""The last bit says which byte of a word comes first."""
_WORD = 0xFFFFFFFF


def lost_changes(path: Path) -> str | None:
    """Say where the latest changes of a run's file are damaged; None if all can be read.

    Nothing is reported during play, since the file changes while it is read.

    Args:
        path: the run's file.
    """
    changes = path.with_name(f"{path.name}-wal")
    if being_played(path.parent):
        return None
    try:
        content = changes.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) < _HEADER or (at := _first_bad(content)) is None:
        return None
    return f"{changes.name} is damaged at byte {at}: the changes from there on are lost"


def _first_bad(content: bytes) -> int | None:
    """Offset of the first header or frame that does not fit its checksum."""
    magic, _, size, _, *salts, first, second = struct.unpack_from(">8I", content)
    order = ">" if magic & 1 else "<"
    sums = _summed(content[: _HEADER - 8], order, (0, 0))
    if magic & ~1 != _MAGIC or sums != (first, second):
        return 0
    for at in range(_HEADER, len(content) - _FRAME - size + 1, _FRAME + size):
        *_, one, other, first, second = struct.unpack_from(">6I", content, at)
        if one != salts[0] and other != salts[1]:
            return None  # a frame of older changes, which are in the run's file by now
        sums = _summed(content[at : at + 8], order, sums)
        sums = _summed(content[at + _FRAME : at + _FRAME + size], order, sums)
        if [one, other] != salts or sums != (first, second):
            return at
    return None


def _summed(content: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """The checksums after these bytes."""
    one, other = sums
    for x, y in struct.iter_unpack(f"{order}2I", content):
        one = (one + x + other) & _WORD
        other = (other + y + one) & _WORD
    return one, other
