"""How models are asked in a run where their servers refuse the usual way: kept as its notes.

It is settled before a model's first answer and holds for the whole run, so that all its answers are
asked for and read in the same form.
"""

from collections.abc import Callable

from agents.core.models.dialect import USUAL, Dialect
from arena.record.rows import Readable
from games import BadInput

_WITHOUT = "asked without "
WITHOUT_SCHEMA, WITHOUT_SYSTEM = f"{_WITHOUT}schema", f"{_WITHOUT}system role"
"""Kinds of notes; each is about one model, by its name. Other kinds of this beginning name a
setting of sampling."""

_NOTES = "SELECT kind, about FROM notes WHERE kind GLOB ?"
_ANSWERED = "SELECT EXISTS (SELECT 1 FROM attempts WHERE model = ? AND stop IS NOT NULL)"


def dialects(run: Readable) -> dict[str, Dialect]:
    """How models are asked, by name, where it is not the usual way."""
    by_model: dict[str, Dialect] = {}
    for kind, model in run.rows(_NOTES, f"{_WITHOUT}*"):
        unset = frozenset({kind.removeprefix(_WITHOUT)} - {"schema", "system role"})
        less = Dialect(kind != WITHOUT_SCHEMA, kind != WITHOUT_SYSTEM, unset)
        by_model[model] = by_model.get(model, USUAL) & less
    return by_model


def settle(run: Readable, note: Callable[[str, str], None], model: str, dialect: Dialect) -> None:
    """Have a model asked in another way for the whole run.

    Args:
        run: what is on record.
        note: keeps a note of the run: its kind, and what it is about.
        model: its name.
        dialect: the other way.

    Raises:
        BadInput: the model has answered in this run as it was asked before.
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
