"""Export of a run for other programs: tables in files, or a program's own format."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from arena.core.files import refuse_link
from arena.record.run import Run
from arena.report import table_files
from games import BadInput
from games.core.errors import unknown

FORMATS = (*table_files.FORMATS, "huggingface", "mlflow", "otree", "inspect")
"""Tables in files, and programs; `arena.report.PROGRAM_files` says what each of these gets."""


def export(
    run: Run,
    folder: Path,
    form: str,
    *,
    for_spreadsheets: bool = False,
    external_ids: bool = False,
) -> list[Path]:
    """Write a run for other programs.

    Args:
        run: what to export.
        folder: where to; made if it is not there.
        form: one of FORMATS.
        for_spreadsheets: whether texts of CSV that may be formulas are made inert.
        external_ids: whether participants' ids at a recruiting service are a table too.

    Returns:
        The files.

    Raises:
        BadInput: unknown format, a package that it needs is missing, other rules than those of the
            run, or the folder or a file in it is a link or cannot be written.
    """
    _check(form, for_spreadsheets=for_spreadsheets, external_ids=external_ids)
    try:
        if folder.parent.resolve() == run.folder.resolve():
            refuse_link(folder)
        if form in table_files.FORMATS:
            return table_files.write_tables(
                run, folder, form, for_spreadsheets=for_spreadsheets, external_ids=external_ids
            )
        write: Callable[[Run, Path], list[Path]] = import_module(f"arena.report.{form}_files").write
        return write(run, folder)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror or error}") from None


def _check(form: str, *, for_spreadsheets: bool, external_ids: bool) -> None:
    """Refuse incompatible options.

    Raises:
        BadInput: it does not, or the format is unknown.
    """
    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    if for_spreadsheets and form != "csv":
        raise BadInput(f"--for-spreadsheets is about CSV: it goes with --to csv, not {form}")
    if external_ids and form not in table_files.FORMATS:
        forms = ", ".join(table_files.FORMATS)
        raise BadInput(f"--external-ids is about tables: it goes with --to {forms}, not {form}")
