"""One run from several of the same design, played on different machines."""

from collections.abc import Sequence
from pathlib import Path

from agents.core.models.dialect import USUAL
from arena.design.limits import all_prices
from arena.record import perplexities, pilot, registration
from arena.record.compatibility import differing_texts
from arena.record.dialects import dialects
from arena.record.participants import participants
from arena.record.place import FILE
from arena.record.run import Run, distinct
from arena.record.store import Store
from games import BadInput


def merge(folders: Sequence[Path], out: Path) -> dict[str, int]:
    """Write one run that holds all matches of several.

    A match that more than one of them closed counts as the first of them played it; what the
    others have of it stays on record as superseded. The chains of all of them are kept.

    Args:
        folders: the runs.
        out: where the whole is written; there must be no run yet.

    Returns:
        Number of matches, and of superseded ones.

    Raises:
        BadInput: a run is missing, named twice, of another design, pairs adaptively, holds
            participants, or asked a model in another form; or `out` holds a run already.
    """
    if (out / FILE).exists():
        raise BadInput(f"{out} holds a run already; choose another folder with --out")
    runs = [Run(folder) for folder in folders]
    try:
        _check(runs)
        prices = all_prices(*(run.manifest.prices for run in runs))
        with Store(out, runs[0].manifest.model_copy(update={"prices": prices})) as store:
            for closed in (True, False):
                for run in runs:
                    store.take(run.address, closed=closed)
    finally:
        for run in runs:
            run.close()
    pilot.carry(folders, out)
    perplexities.carry(folders, out)
    registration.carry(folders, out)
    whole = Run(out, robots=True)
    counts = {"matches": sum(whole.counts.values()), "superseded": whole.superseded}
    whole.close()
    return counts


def _check(runs: Sequence[Run]) -> None:
    """Refuse runs that cannot be one.

    Raises:
        BadInput: a run is named twice, of another design, pairs adaptively, or holds participants.
    """
    distinct(runs)
    for run in runs:
        _without_people(run)
    for run in runs[1:]:
        _same(runs[0], run)
        _settled(run)


def chains(out: Path) -> int:
    """Number of chains that a merged run keeps: of its parts, and of the parts of these."""
    whole = Run(out, robots=True)
    try:
        return int(next(whole.rows("SELECT count(DISTINCT run) - 1 FROM chain"))[0])
    finally:
        whole.close()


def _same(first: Run, other: Run) -> None:
    for name in differing_texts(first.manifest.texts, other.manifest.texts):
        raise BadInput(
            f"{other.folder} was played with other prompt texts than {first.folder}: {name}"
        )
    for key in ("design_hash", "record"):
        here, there = getattr(first.manifest, key), getattr(other.manifest, key)
        if here != there:
            raise BadInput(
                f"{other.folder} holds a run of another design than {first.folder}: "
                f"{key} is {there} there and {here} here"
            )
    here, there = dialects(first), dialects(other)
    for model in here.keys() | there.keys():
        if here.get(model, USUAL) != there.get(model, USUAL):
            raise BadInput(
                f"model {model!r} was asked in another form in {other.folder} than in "
                f"{first.folder}: its server refused schemas, the role of the system or a "
                "setting in one alone"
            )


def _without_people(run: Run) -> None:
    if next(participants(run), None) is not None:
        raise BadInput(
            f"{run.folder} holds participants, who met nobody of another run: analyse such runs "
            "together without merging them"
        )


def _settled(run: Run) -> None:
    for game in run.manifest.design["games"]:
        if not run.non_adaptive(game):
            raise BadInput(
                f"game {game!r} of {run.folder} is paired adaptively: each run chose its matches "
                "by its own results, so several cannot be merged"
            )
