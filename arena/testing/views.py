"""Checks of a game's observations: visible and hidden facts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from arena.testing.conformance import Check, differs
from arena.testing.plays import Moves, Play, actions, complete_plays
from arena.testing.rules import seats
from games import Game
from games.core.dealt import Dealt
from games.core.types import CHANCE, Action, Event, Text

_SOME, _MORE, _MOST = 20, 50, 200
"""Numbers of plays for the slower checks."""
_NEIGHBOURS = 10
"""Number of neighbouring actions that are told apart in a position, besides first and last."""


def observations_say_who_looks(game: Game[Any]) -> Iterator[str]:
    """An observation states its game, player, number of players and role."""
    for play in complete_plays(game):
        for state in play.states:
            for seat in seats(game):
                seen = game.observe(state, seat)
                told = (seen.game, seen.player, seen.players, seen.role)
                right = (game.name, seat, len(game.roles), game.roles[seat])
                if told != right:
                    yield differs("an observation states game, seat, players, role", told, right)


def movers_see_their_actions(game: Game[Any]) -> Iterator[str]:
    """Movers see their options, and other players do not."""
    for play in complete_plays(game):
        for state in play.states:
            for seat in seats(game):
                right = game.space(state, seat) if seat in game.movers(state) else None
                if game.observe(state, seat).space != right:
                    yield differs(f"seat {seat} is shown", game.observe(state, seat).space, right)


def _leaves(fact: Any) -> Iterator[object]:  # noqa: ANN401 - of any kind, that is the question
    if isinstance(fact, Mapping):
        for key, value in fact.items():
            yield key
            yield from _leaves(value)
    elif isinstance(fact, tuple | list):
        for value in fact:
            yield from _leaves(value)
    else:
        yield fact


def facts_are_words_and_numbers(game: Game[Any]) -> Iterator[str]:
    """Facts of an observation are words and exact numbers."""
    for play in complete_plays(game):
        for seat in seats(game):
            seen = game.observe(play.end, seat)
            for leaf in _leaves([seen.facts, [(e.kind, e.facts) for e in seen.events]]):
                if type(leaf) not in {str, Text, int, Fraction}:
                    yield f"{leaf!r} in an observation is no word, text, whole number or Fraction"


def facts_stay(game: Game[Any]) -> Iterator[str]:
    """Facts stay constant from beginning to end."""
    for seat in seats(game):
        facts = game.observe(game.initial_state(), seat).facts
        for play in complete_plays(game):
            for state in play.states:
                if (now := game.observe(state, seat).facts) != facts:
                    yield differs("facts change in the course of a match", facts, now)


def what_was_seen_stays_seen(game: Game[Any]) -> Iterator[str]:
    """Observations stay."""
    for play in complete_plays(game):
        for seat in seats(game):
            told = [game.observe(state, seat).events for state in play.states]
            for sooner, later in pairwise(told):
                if later[: len(sooner)] != sooner:
                    yield differs(f"seat {seat} no longer sees", sooner, later)


def movers_learn_their_move(game: Game[Any]) -> Iterator[str]:
    """The first event after a move tells its mover which move it was."""
    rng = Random(_SOME)
    for play in complete_plays(game)[:_SOME]:
        for state, moves, _ in play.steps():
            for seat in sorted(moves.keys() - {CHANCE}):
                known = len(game.observe(state, seat).events)
                told: list[Sequence[Event]] = [()]
                for action in _some(actions(game, state, seat), rng):
                    after = game.apply(state, {**moves, seat: action})
                    first = game.observe(after, seat).events[known:][:1]
                    if first in told:
                        yield f"after its move {action!r} seat {seat} is told no news of it"
                    told.append(first)


def _some(offered: list[Action], rng: Random) -> list[Action]:
    """All of few actions; of many, a run of neighbours with a random start, and both ends."""
    inner = offered[1:-1]
    start = rng.randrange(max(1, len(inner) - _NEIGHBOURS + 1))
    return [*offered[:1], *inner[start : start + _NEIGHBOURS], *offered[1:][-1:]]


def recall_is_perfect(game: Game[Any]) -> Iterator[str]:
    """A player's observations determine its own decisions, and its observations before them."""
    pasts = defaultdict[str, set[tuple[tuple[str, Action], ...]]](set)
    for play in complete_plays(game):
        for seat in seats(game):
            past: tuple[tuple[str, Action], ...] = ()
            for state, moves, _ in play.steps():
                seen = repr(game.observe(state, seat))
                pasts[seen].add(past)
                past = (*past, (seen, moves[seat])) if seat in moves else past
            pasts[repr(game.observe(play.end, seat))].add(past)
    for seen, different in pasts.items():
        if len(different) > 1:
            yield f"different own pasts lead to one observation: {seen}"


def offers_hide_nothing(game: Game[Any]) -> Iterator[str]:
    """The options of a mover follow from its observations.

    The turn of a player may depend on hidden moves of others, such as a card dealt to another
    player. Positions without the player's turn are therefore left out.
    """
    offered = defaultdict[str, set[str]](set)
    for play in complete_plays(game):
        for state in play.states:
            for seat in set(game.movers(state)) - {CHANCE}:
                seen = game.observe(state, seat)
                offered[repr((seat, seen.facts, seen.events))].add(repr(seen.space))
    for past, spaces in offered.items():
        if len(spaces) > 1:
            yield f"what is hidden shows in the actions on offer: {', '.join(spaces)} after {past}"


def deals_stay_unseen(game: Game[Any]) -> Iterator[str]:
    """Deals with equal observations for a player keep equal observations under all moves."""
    if not isinstance(game, Dealt):
        return
    plays = complete_plays(game)
    deals = {state for play in plays for state in play.states if _just_dealt(game, state)}
    for seat in seats(game):
        alike = defaultdict[str, list[Any]](list)
        for deal in deals:
            alike[repr(game.observe(deal, seat).events)].append(deal)
        if len(alike) == len(deals):
            yield f"seat {seat} sees all that is dealt"
        for play in plays[:_MORE]:
            for state in play.states:
                if game.movers(state) in ((), (CHANCE,)):
                    continue
                for same in alike.values():
                    if len({repr(game.observe(game.redealt(state, d), seat)) for d in same}) > 1:
                        yield f"seat {seat} sees at {state!r} what was dealt to others"


def _just_dealt(game: Dealt[Any], state: Any) -> bool:  # noqa: ANN401 - a state of any game
    return state == game.redealt(game.initial_state(), state) and game.movers(state) != (CHANCE,)


def _decisions(play: Play) -> Iterator[tuple[Any, Moves]]:
    return ((state, moves) for state, moves, _ in play.steps() if CHANCE not in moves)


def outcomes_are_declared(game: Game[Any]) -> Iterator[str]:
    """Every decision is due in declared outcomes, with values within bounds."""
    outcomes = {each.name: each for each in game.outcomes}
    if len(outcomes) < len(game.outcomes):
        yield "two outcomes have one name"
    for play in complete_plays(game) if outcomes else ():
        for state, moves in _decisions(play):
            due = list(game.due(state, moves))
            if {each.player for each in due} != set(moves):
                yield f"due says nothing of the decision of a mover at {state!r}"
            for each in due:
                kind = outcomes.get(each.outcome)
                if kind is None:
                    yield f"due names {each.outcome!r}, which is no outcome of the game"
                elif each.value is None or not kind.low <= each.value <= kind.high:
                    yield f"{each.outcome} is {each.value}, not from {kind.low} to {kind.high}"
                elif kind.yes_no and each.value not in {kind.low, kind.high}:
                    yield f"{each.outcome} is yes or no, and has the value {each.value}"


def lost_decisions_are_due(game: Game[Any]) -> Iterator[str]:
    """A missing decision is still due, without a value."""
    for play in complete_plays(game):
        for state, moves in _decisions(play):
            made = list(game.due(state, moves))
            lost = list(game.due(state, dict.fromkeys(moves)))
            if lost != [replace(each, value=None) for each in made]:
                yield differs("decisions that are lost are not due as those made", lost, made)


def what_is_ahead_comes(game: Game[Any]) -> Iterator[str]:
    """Outcomes ahead occur in every play, and have no value yet."""
    for play in complete_plays(game)[:_MOST]:
        made = list(_decisions(play))
        for at, (state, _) in enumerate(made):
            rest = Counter(
                (due.player, due.outcome, due.round)
                for later, moves in made[at + 1 :]
                for due in game.due(later, moves)
            )
            ahead = list(game.ahead(state))
            if any(each.value is not None for each in ahead):
                yield f"a decision ahead of {state!r} has a value"
            if not Counter((e.player, e.outcome, e.round) for e in ahead) <= rest:
                yield f"a decision is said to be ahead of {state!r} that does not come"


CHECKS: tuple[Check[Game[Any]], ...] = (
    observations_say_who_looks,
    movers_see_their_actions,
    facts_are_words_and_numbers,
    facts_stay,
    what_was_seen_stays_seen,
    movers_learn_their_move,
    recall_is_perfect,
    offers_hide_nothing,
    deals_stay_unseen,
    outcomes_are_declared,
    lost_decisions_are_due,
    what_is_ahead_comes,
)
