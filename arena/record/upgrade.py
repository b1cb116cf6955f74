"""A run of an earlier schema, written anew in the present one."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from arena.core.files import database, opened
from arena.record import perplexities, pilot, registration
from arena.record.damage import damage
from arena.record.errors import Damaged, InUse, unusable
from arena.record.lock import locked
from arena.record.place import FILE
from arena.record.run import Run
from arena.record.sql import SCHEMA
from games import BadInput


def upgrade(folder: Path, out: Path | None = None) -> tuple[Path, tuple[str, ...]]:
    """Write a run's file in the present schema.

    The new file is whole before it gets its name: a kill at any instant leaves the old run as it
    was, or the new one.

    Args:
        folder: the run.
        out: folder of the new run, which must hold none; None replaces the file in `folder`.

    Returns:
        Location of the old file; and its missing data, see `Migrated`.

    Raises:
        BadInput: there is no such run, it is damaged, in use or of the present schema, or the new
            file cannot be written.
    """
    where = folder if out is None else out
    if out is not None and (out / FILE).exists():
        raise BadInput(f"{out} holds a run already; choose another folder with --out")
    with closing(Run(folder)) as run, locked(where):
        if run.manifest.migrated is None or run.schema == SCHEMA:
            raise BadInput(f"{folder} is of schema {SCHEMA}, the present one: nothing to migrate")
        for line in damage(folder / FILE, run.source, run.schema):
            raise Damaged(f"{folder} is damaged: {line}; arena verify names all damage")
        return _written(run, where), run.manifest.migrated.lacks


def _written(run: Run, where: Path) -> Path:
    """Write the file of a run into a folder; where the old one is kept."""
    new, kept = where / f"{FILE}.new", run.folder / FILE
    try:
        new.unlink(missing_ok=True)
        with opened(new, "xb") as made:
            run.rows("VACUUM INTO ?", str(new.resolve()))
            os.fsync(made.fileno())
        if where == run.folder:
            kept = _set_aside(run.folder, run.schema)
        else:
            pilot.carry([run.folder], where)
            perplexities.carry([run.folder], where)
            registration.carry([run.folder], where)
        new.replace(where / FILE)
        _keep_names(where)
    except sqlite3.Error as error:
        raise unusable(new, error, "cannot be written") from None
    except OSError as error:
        raise BadInput(f"{where} cannot be written: {error.strerror}") from None
    return kept


def _set_aside(folder: Path, schema: int) -> Path:
    """Give the old file, with the latest changes in it, a second name."""
    path, kept = database(folder / FILE), folder / f"run.schema{schema}.sqlite"
    with closing(sqlite3.connect(path)) as db:
        busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise InUse(f"{folder} is in use: another process reads this run")
    for ending in ("-wal", "-shm"):  # they would be taken for those of the new file
        path.with_name(path.name + ending).unlink(missing_ok=True)
    if not (kept.exists() and kept.samefile(path)):  # as an earlier attempt may have left it
        kept.hardlink_to(path)
    _keep_names(folder)
    return kept


def _keep_names(folder: Path) -> None:
    """Have the disk keep the names of a folder's files."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
