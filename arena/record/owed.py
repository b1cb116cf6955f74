"""Decisions due in a recorded match, made or not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.core.types import Decision
from arena.core.types import Transcript
from arena.record.steps import Step, steps
from games import Game
from games.core.outcomes import Due
from games.core.types import Action, Player


@dataclass(frozen=True, slots=True)
class Owed:
    """One decision that was due from a player.

    Args:
        player: the player.
        due: the decision in the outcomes of the game; at least one.
        state: position in which the decision was due; None if play did not reach it.
        turn: number of the player's earlier moves; None if the player was never asked.
        decision: the decision; None if the player was never asked.
        moves: moves of all simultaneous deciders; None for a player without a legal action.
    """

    player: Player
    due: tuple[Due, ...]
    state: Any = None
    turn: int | None = None
    decision: Decision | None = None
    moves: Mapping[Player, Action | None] = field(default_factory=dict)

    @property
    def action(self) -> Action | None:
        """Action taken; None if there was no legal one."""
        return None if self.decision is None else self.decision.action


def owed(transcript: Transcript, game: Game[Any]) -> Iterator[Owed]:
    """The decisions of a match in the order of play, then the unreached ones of a void match.

    Displays before the first move are not decisions. A match that ended with them owes all moves.

    Args:
        transcript: the record, with its decisions.
        game: rules of the match.

    Raises:
        Disorder: the record is not that of a match.
    """
    for step in steps(transcript, game):
        moves_due = step.deal is None and not (step.opening and step.after is not None)
        if moves_due:
            yield from _of_step(step, game)


def _of_step(step: Step, game: Game[Any]) -> Iterator[Owed]:
    made = {} if step.opening else {played.player: played for played in step.made}
    actions = {p: made[p].decision.action if p in made else None for p in game.movers(step.state)}
    for (player, *_), due in _by_decision(game.due(step.state, actions)):
        if player in made:
            yield Owed(player, due, step.state, made[player].turn, made[player].decision, actions)
        else:
            yield Owed(player, due, step.state)
    if step.after is None:
        for (player, *_), due in _by_decision(game.ahead(step.state)):
            yield Owed(player, due)


def _by_decision(due: Iterable[Due]) -> Iterable[tuple[tuple[Player, int, str], tuple[Due, ...]]]:
    """Due outcomes, grouped by decision."""
    groups: dict[tuple[Player, int, str], tuple[Due, ...]] = {}
    for each in due:
        place = each.player, each.round, each.at
        groups[place] = (*groups.get(place, ()), each)
    return groups.items()
