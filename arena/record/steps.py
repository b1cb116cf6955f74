"""A recorded match, position by position: the rules are asked again, positions are not stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from arena.core.types import Transcript, TurnRecord
from games import Game
from games.core.types import CHANCE, Action


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a match.

    Args:
        state: the position before.
        deal: what chance did; None where players moved.
        made: the movers' decisions, in seat order; empty where chance moved.
        after: the position after; None if a mover gave no legal action, which ended the match.
    """

    state: Any
    deal: Action | None
    made: tuple[TurnRecord, ...]
    after: Any | None


def steps(transcript: Transcript, game: Game[Any]) -> Iterator[Step]:
    """Every step from the first position to the end, or to what made the match void.

    Decisions of a turn below 0 are displays before the first move, and no part of it.

    Args:
        transcript: the record.
        game: the rules it was played by.
    """
    state = game.initial_state()
    deals = iter(transcript.deals)
    decisions = (played for played in transcript.decisions if played.turn >= 0)
    while state is not None and (movers := game.movers(state)):
        if movers == (CHANCE,):
            deal = next(deals)
            yield Step(state, deal, (), state := game.apply(state, {CHANCE: deal}))
            continue
        made = tuple(islice(decisions, len(movers)))
        before, state = state, None
        if not made:
            return
        if all(played.decision.action is not None for played in made):
            state = game.apply(before, actions(made))
        yield Step(before, None, made, state)


def actions(made: tuple[TurnRecord, ...]) -> dict[int, Action]:
    """What was done, by seat; whoever did nothing legal is missing."""
    chosen = {played.player: played.decision.action for played in made}
    return {player: action for player, action in chosen.items() if action is not None}
