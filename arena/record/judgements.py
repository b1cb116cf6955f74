"""Judgements of vignettes, row by row: items and options by their ids, and no text of an item."""

from collections.abc import Iterator
from typing import Any

from arena.core.types import PASSIVE, Transcript
from arena.record.run import Run
from games import Game
from games.core.elicited import Elicited, information_sets
from games.core.repeated import stage_of
from games.core.vignette import Vignette


def vignette(game: Game[Any]) -> Vignette | None:
    """The rules of a game that shows vignettes, asked about or played; None for other games."""
    stage = stage_of(game.stage if isinstance(game, Elicited) else game)
    return stage if isinstance(stage, Vignette) else None


def shows_vignettes(run: Run) -> bool:
    """Whether any game of a run does."""
    return any(vignette(run.game(key)) for key in run.manifest.design["games"])


def warning(game: Game[Any], language: str = "en") -> str:
    """What a reader is told before an item of a game is shown; empty if nothing has to be.

    Args:
        game: the rules.
        language: of the reader; a set that has no words in it tells them in English.
    """
    shown = vignette(game)
    return "" if shown is None else shown.item_set.warning.of(language)


def case_of(transcript: Transcript, stage: Vignette) -> str:
    """Item and order that a match was about: of its information set, or of its first deal."""
    at = transcript.match.at
    if not at:
        return str(transcript.deals[0]) if transcript.deals else ""
    case: str = information_sets(stage)[at][1].case
    return case


def judgement_rows(run: Run) -> Iterator[tuple[Any, ...]]:
    """One row per judgement.

    It holds the match, game, repetition, contestant, item set, item, order, tags, right option,
    letter, option, ending of the match and verdict.
    """
    for key in run.manifest.design["games"]:
        stage = vignette(run.game(key))
        if stage is None or run.manifest.record == "outcomes":
            continue
        sql = "SELECT id FROM counted WHERE game = ? ORDER BY repetition, id"
        for (match,) in run.rows(sql, key).fetchall():
            yield from _rows(run.transcript(match, texts=False), stage)


def _rows(transcript: Transcript, stage: Vignette) -> Iterator[tuple[Any, ...]]:
    match, ending = transcript.match, transcript.ending
    who = next(name for name in match.seats if name != PASSIVE)
    case = case_of(transcript, stage)
    item, order = stage.item_of(case), case.partition(" ")[2]
    for played in transcript.decisions:
        answer = played.decision.action
        option = "" if answer is None else stage.meaning(case, answer)
        about = stage.items, item.id, order, "; ".join(item.tags), item.right
        made = "" if answer is None else str(answer), option
        yield (
            match.id,
            match.game,
            match.repetition,
            who,
            *about,
            *made,
            ending.kind,
            ending.verdict,
        )
