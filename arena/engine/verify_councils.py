"""Councils on record: actions and felt emotions recomputed from the proposals."""

from collections.abc import Iterator, Mapping
from typing import Any

from agents.core.composite.rules import decide, felt, last_round
from agents.council import Council, felt_with
from arena.core.types import Match, TurnRecord
from arena.record.run import Run
from arena.record.steps import Step
from games import Game
from games.core.types import ActionSpace


def councils(match: Match, run: Run) -> dict[int, Council]:
    """The councils of a match of a run that kept its tournament file, by seat."""
    players = enumerate(map(run.tournament.player, match.seats))
    return {seat: player for seat, player in players if isinstance(player, Council)}


def misjudged(step: Step, seated: Mapping[int, Council], game: Game[Any]) -> Iterator[str]:
    """Decisions that do not follow from their proposals, and emotions that do not, a line each.

    A chair decides freely; only the emotion felt follows from the proposals there.

    Args:
        step: of a match.
        seated: its councils, by seat.
        game: its rules.
    """
    for turn in () if step.opening else step.made:
        council = seated.get(turn.player)
        if council is not None and turn.decision.action is not None:
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
