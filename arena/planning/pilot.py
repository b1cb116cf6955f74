"""A pilot: the first blocks of a design, played and marked; its estimates of losses and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import pandas as pd

from arena.analysis.effects import EffectsRequest, effects
from arena.design.matches import table
from arena.design.tournament import Tournament
from arena.engine.options import RunOptions
from arena.engine.runner import run as play
from arena.engine.watcher import Watcher
from arena.planning.effect_answer import EffectQuestion
from arena.planning.effect_power import EffectPower, check_design, effect_power
from arena.record.errors import NoRun
from arena.record.pilot import FILE, Pilot, read_pilot, write_pilot
from arena.record.run import Run
from games import BadInput

SHARE = 0.1
"""Share of the blocks of each game, by default."""
FEWEST = 2
"""Least number of blocks of a pilot: a single one gives no variance."""

COSTS = {
    "game": "id of the game",
    "model": "that was asked",
    "matches": "closed matches of the pilot",
    "calls": "made for these matches, re-asks and calls without a reply included",
    "prompt_tokens": "of all prompts, as the provider counts",
    "completion_tokens": "of all replies, reasoning included",
    "cost": "US dollars; missing if a reply's cost is not known",
    "whole_calls": "of the whole design, in proportion to its matches",
    "whole_prompt_tokens": "likewise",
    "whole_completion_tokens": "likewise",
    "whole_cost": "likewise",
}
"""Columns of `costs`."""

LOSSES = {
    "game": "id of the game",
    "contestant": "who decided, but for the treatment",
    "arm": "the treatment",
    "due": "decisions that were due in the first outcome of the game",
    "void": "share lost because another seat ended the match",
    "fault": "share lost because this seat gave no legal action",
    "refused": "share made only after a first answer that refused to play",
}
"""Columns of `losses`."""

_CALLS = """
SELECT game, model, count(*), total(json_extract(usage, '$.prompt_tokens')),
    total(json_extract(usage, '$.completion_tokens')),
    total(cost) + total(json_extract(failure, '$.cost')), sum(stop IS NOT NULL AND cost IS NULL)
FROM attempts JOIN counted ON match = id WHERE repetition < ? AND game = ?
GROUP BY game, model ORDER BY model
"""
_CLOSED = "SELECT count(*) FROM counted WHERE game = ? AND repetition < ?"


@dataclass(frozen=True, eq=False)
class PilotResult:
    """The result of a pilot.

    Attributes:
        folder: folder of the run.
        blocks: number of pilot blocks of each game.
        losses: columns LOSSES.
        costs: columns COSTS.
        power: power of the whole design.
    """

    folder: Path
    blocks: Mapping[str, int]
    losses: pd.DataFrame
    costs: pd.DataFrame
    power: EffectPower


def pilot_blocks(
    tournament: Tournament, share: float | None = None, blocks: int | None = None
) -> dict[str, int]:
    """Number of pilot blocks of each game.

    Args:
        tournament: the design.
        share: share of the blocks of each game; at least two blocks.
        blocks: number of blocks of each game, or all if it has fewer; excludes share.

    Raises:
        BadInput: both are stated, a number is out of range, a game is paired adaptively, or the
            pilot would be the whole design.
    """
    if share is not None and blocks is not None:
        raise BadInput("--share and --blocks exclude each other")
    if share is not None and not 0 < share < 1:
        raise BadInput(f"share must be between 0 and 1, not {share:g}")
    if blocks is not None and blocks < FEWEST:
        raise BadInput(f"a pilot needs at least {FEWEST} blocks: one says nothing of variance")
    for key, kind in tournament.schedules.items():
        if not kind.non_adaptive:
            raise BadInput(f"game {key!r} is paired adaptively: it has no blocks to begin with")
    whole = {key: entry.repetitions or 1 for key, entry in tournament.entries.items()}
    wanted = {
        key: min(count, blocks or max(FEWEST, ceil((share or SHARE) * count)))
        for key, count in whole.items()
    }
    if wanted == whole:
        counts = ", ".join(f"{key} {count}" for key, count in whole.items())
        raise BadInput(
            f"the pilot would be the whole design, and leave nothing to test (blocks: {counts}): "
            "plan more repetitions, or a smaller pilot"
        )
    return wanted


def play_pilot(
    tournament: Tournament,
    folder: Path,
    blocks: Mapping[str, int],
    watcher: Watcher,
    how: RunOptions,
) -> str | None:
    """Play the first blocks of a design, and mark them as the pilot's.

    Args:
        tournament: the design.
        folder: folder of the run, which continues with the whole design afterwards.
        blocks: result of `pilot_blocks`.
        watcher: receives the progress.
        how: options of the run; `blocks` overrides its own.

    Returns:
        Reason that the run is unusable as it stands, if there is one.

    Raises:
        BadInput: the design has no table of effects, the folder holds matches outside of a pilot,
            or the pilot cannot be played.
    """
    check_design(tournament)
    before = _check_folder(folder, blocks)
    known = {} if before is None else before.blocks
    most = {key: max(count, known.get(key, 0)) for key, count in blocks.items()}
    write_pilot(folder, Pilot(design_hash=tournament.hash, blocks=most))
    try:
        return play(tournament, folder, watcher, how=how)
    except BadInput:
        if before is None and not _begun(folder):  # nothing was played, so there is no pilot
            (folder / FILE).unlink(missing_ok=True)
        raise


def _check_folder(folder: Path, blocks: Mapping[str, int]) -> Pilot | None:
    """The existing pilot of the folder.

    Raises:
        BadInput: the folder holds matches outside of a pilot.
    """
    before = read_pilot(folder)
    try:
        run = Run(folder)
    except NoRun:
        return before
    try:
        last = dict(run.rows("SELECT game, max(repetition) + 1 FROM counted GROUP BY game"))
    finally:
        run.close()
    for game, count in last.items():
        if before is None or count > max(blocks.get(game, 0), before.blocks.get(game, 0)):
            raise BadInput(
                f"{folder} holds {count} block(s) of {game} that were not played as a pilot: what "
                "was played as a run cannot be made one; choose another folder with --out"
            )
    return before


def _begun(folder: Path) -> bool:
    """Whether the run has records."""
    try:
        run = Run(folder)
    except BadInput:
        return False
    query = "SELECT EXISTS (SELECT 1 FROM matches) OR EXISTS (SELECT 1 FROM attempts)"
    try:
        return bool(next(run.rows(query))[0])
    finally:
        run.close()


def costs(tournament: Tournament, run: Run, blocks: Mapping[str, int]) -> pd.DataFrame:
    """Calls, tokens and cost of the pilot, and their projection to the whole design.

    Returns:
        Columns COSTS, one row per game and model.
    """
    rows = []
    for game, count in blocks.items():
        (closed,) = next(run.rows(_CLOSED, game, count))
        whole = tournament.schedules[game].planned(table(tournament, game))
        for _, model, calls, prompts, replies, paid, unpriced in run.rows(_CALLS, count, game):
            taken = (calls, prompts, replies, float("nan") if unpriced else paid)
            rows.append(
                (game, model, closed, *taken, *(figure * whole / closed for figure in taken))
            )
    return pd.DataFrame(rows, columns=list(COSTS))


def losses(run: Run) -> pd.DataFrame:
    """Share of due decisions that the pilot lost, by arm.

    Returns:
        Columns LOSSES.
    """
    levels = effects(run, EffectsRequest(pilot=True)).levels
    first = levels.drop_duplicates(["contestant", "game", "arm"])
    return first[list(LOSSES)].reset_index(drop=True)


def pilot_result(
    tournament: Tournament, folder: Path, blocks: Mapping[str, int], question: EffectQuestion
) -> PilotResult:
    """Losses and costs of a played pilot, and the power of the whole design.

    Args:
        tournament: the design.
        folder: folder of the run.
        blocks: result of `pilot_blocks`.
        question: the power question.

    Raises:
        BadInput: the power of the design cannot be computed, or the run cannot be read.
    """
    run = Run(folder)
    power = effect_power(tournament, question, EffectsRequest(), run)
    return PilotResult(folder, blocks, losses(run), costs(tournament, run, blocks), power)
