"""Dialects of models in a run whose servers refuse the usual requests: stored as notes of the run.

The dialect is fixed before a model's first answer, for the whole run. All its answers are therefore
asked for and read in the same form.
"""

from collections.abc import Callable

from agents.core.models.dialect import USUAL, Dialect
from arena.record.rows import Readable
from games import BadInput

_WITHOUT = "asked without "
WITHOUT_SCHEMA, WITHOUT_SYSTEM = f"{_WITHOUT}schema", f"{_WITHOUT}system role"
"""Kinds of notes; each is about one model, by its name. Other kinds with this prefix name a
sampling setting."""

_NOTES = "SELECT kind, about FROM notes WHERE kind GLOB ?"
_ANSWERED = "SELECT EXISTS (SELECT 1 FROM attempts WHERE model = ? AND stop IS NOT NULL)"


def dialects(run: Readable) -> dict[str, Dialect]:
    """Dialects by model, for models without the usual one."""
    by_model: dict[str, Dialect] = {}
    for kind, model in run.rows(_NOTES, f"{_WITHOUT}*"):
        unset = frozenset({kind.removeprefix(_WITHOUT)} - {"schema", "system role"})
        less = Dialect(kind != WITHOUT_SCHEMA, kind != WITHOUT_SYSTEM, unset)
        by_model[model] = by_model.get(model, USUAL) & less
    return by_model


def settle(run: Readable, note: Callable[[str, str], None], model: str, dialect: Dialect) -> None:
    """Fix the dialect of a model for the whole run.

    Args:
        run: the run on record.
        note: stores a note of the run, by kind and subject.
        model: name of the model.
        dialect: the dialect.

    Raises:
        BadInput: the model has already answered in this run in another dialect.
    """
    if next(iter(run.rows(_ANSWERED, model)))[0]:
        raise BadInput(
            f"model {model!r} was asked in another form when this run began, and its server "
            "refuses that now; choose another folder with --out"
        )
    if not dialect.schema:
        note(WITHOUT_SCHEMA, model)
    if not dialect.system:
        note(WITHOUT_SYSTEM, model)
    for name in sorted(dialect.unset):
        note(f"{_WITHOUT}{name}", model)
