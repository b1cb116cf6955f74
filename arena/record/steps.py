"""Positions of a recorded match, recomputed from the rules; positions are not stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from arena.core.types import Transcript, TurnRecord
from games import BadInput, Game
from games.core.messages import heard
from games.core.preplay import PreplayState
from games.core.repeated import Repeated, round_of
from games.core.types import CHANCE, Action, Event
from prompts import OPENING


class Disorder(BadInput):
    """Deals or decisions on record do not form a match.

    Args:
        match: id of the match.
        fault: the inconsistency, as a clause.
    """

    def __init__(self, match: str, fault: str) -> None:
        super().__init__(f"match {match} cannot be played again: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a match.

    Args:
        state: position before the step.
        deal: outcome of chance; None if players moved.
        made: decisions of the movers, in seat order; empty if chance moved. Displays before the
            first move are a step of their own that leaves the position unchanged.
        after: position after the step; None if the step ended the match because a mover gave no
            legal action, or an opener no display.
    """

    state: Any
    deal: Action | None
    made: tuple[TurnRecord, ...]
    after: Any | None

    @property
    def opening(self) -> bool:
        """Whether this step holds the displays before the first move."""
        return bool(self.made) and self.made[0].turn == OPENING


def steps(transcript: Transcript, game: Game[Any]) -> Iterator[Step]:
    """Every step from the first position to the end, or to the decision that made the match void.

    Args:
        transcript: the record, with its decisions.
        game: rules of the match.

    Raises:
        Disorder: deals or decisions are missing, superfluous, or not those of the movers.
        IllegalAction: a deal or an action on record violates the rules.
    """
    key, state = transcript.match.id, game.initial_state()
    openings = tuple(played for played in transcript.decisions if played.turn == OPENING)
    moves = iter([played for played in transcript.decisions if played.turn != OPENING])
    deals = iter(transcript.deals)
    while state is not None and (movers := game.movers(state)):
        before, made = state, tuple[TurnRecord, ...]()
        if movers == (CHANCE,):
            if (deal := next(deals, None)) is None:
                raise Disorder(key, "it ends too early")
            yield Step(before, deal, made, state := game.apply(before, {CHANCE: deal}))
            continue
        if openings:
            made, openings = openings, ()
            state = None if any(played.decision.affect is None for played in made) else before
        else:
            made = tuple(islice(moves, len(movers)))
            if len(made) < len(movers):
                raise Disorder(key, "it ends too early")
            if tuple(played.player for played in made) != movers:
                raise Disorder(key, "decisions are not in the order of play")
            chosen = actions(made)
            state = game.apply(before, chosen) if len(chosen) == len(movers) else None
        yield Step(before, None, made, state)
    if next(deals, None) is not None or next(moves, None) is not None:
        raise Disorder(key, "it goes on after its end")


def ends(transcript: Transcript, game: Game[Any]) -> Iterator[Any]:
    """The position in which each round of a match ended; one where the game is not repeated.

    Positions are those of the game without its messages.

    Args:
        transcript: the record, with its decisions.
        game: the rules it was played by.

    Raises:
        Disorder: as `steps` has it.
    """
    for step in steps(transcript, game):
        if (end := round_end(step, game)) is not None:
            yield end.stage if isinstance(end, PreplayState) else end


def round_end(step: Step, game: Game[Any]) -> Any | None:  # noqa: ANN401 - a state of any game
    """The position in which a step ended a round; None if the round goes on, or is no round."""
    state = step.state.stage if isinstance(game, Repeated) else step.state
    if step.opening or step.after is None or state is None:  # chance decides on another round
        return None
    stage = round_of(game)
    end = stage.apply(state, actions(step.made) if step.deal is None else {CHANCE: step.deal})
    return None if stage.movers(end) else end


def actions(made: tuple[TurnRecord, ...]) -> dict[int, Action]:
    """Actions by seat; seats without a legal action are missing."""
    chosen = {played.player: played.decision.action for played in made}
    return {player: action for player, action in chosen.items() if action is not None}


def details(event: Event, gap: str = "_") -> str:
    """The details of an event; of messages, who sent which.

    Args:
        event: what happened.
        gap: between the words of a key.
    """
    if messages := heard(event):
        return ", ".join(f"seat {seat} {said}" for seat, said in messages.items())
    return ", ".join(f"{key.replace('_', gap)} {value}" for key, value in event.facts.items())


def words(event: Event) -> str:
    """An event in words: what happened, and its details."""
    kind, facts = event.kind.replace("_", " "), details(event, " ")
    return f"{kind}: {facts}" if facts else kind
