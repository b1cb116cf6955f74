"""Councils on record: actions and felt emotions recomputed from the proposals."""

from collections.abc import Iterator
from typing import Any

from agents.core.composite.rules import decide, felt, last_round
from agents.council import Council, felt_with
from arena.core.types import Transcript, TurnRecord
from arena.record.run import Run
from arena.record.steps import steps
from games import Game
from games.core.types import ActionSpace


def misjudged(transcript: Transcript, run: Run, game: Game[Any]) -> Iterator[str]:
    """Decisions that do not follow from their proposals, and emotions that do not, a line each.

    A chair decides freely; only the emotion felt follows from the proposals there.

    Args:
        transcript: of a match, without its attempts.
        run: that it belongs to.
        game: its rules.
    """
    if not any(turn.decision.opinions for turn in transcript.decisions):
        return
    for step in steps(transcript, game):
        for turn in () if step.opening else step.made:
            council = run.tournament.player(transcript.match.seats[turn.player])
            if isinstance(council, Council) and turn.decision.action is not None:
                yield from _wrong(turn, council, game.space(step.state, turn.player))


def _wrong(turn: TurnRecord, council: Council, space: ActionSpace) -> Iterator[str]:
    made, where = turn.decision, f"seat {turn.player}, turn {turn.turn}"
    last = last_round(made.opinions)
    if not council.chaired and (due := decide(council.deciding, last, space)) != made.action:
        yield f"{where}: {made.action!r} was played, and its proposals make {due!r}"
    if made.affect is not None and made.action is not None:
        emotion, strength = felt_with(felt(last, made.action))
        if (made.affect.felt, made.affect.intensity) != (emotion, strength):
            yield f"{where}: felt is {made.affect.felt!r}, and its proposals make {emotion!r}"
