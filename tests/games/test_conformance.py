"""What every game owes to whoever plays it.

Runs on every game there is, once and repeated both ways; a new game file is covered as it stands.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import Game, available, identity, load
from games.core.dealt import Dealt
from games.core.errors import IllegalAction
from games.core.types import CHANCE, Action, Amount, Event, Player
from tests.games.plays import DRAWN, Moves, actions, complete_plays, play_moves, random_play


def _all() -> Iterator[tuple[str, Game[Any]]]:
    for name in available():
        for params in ({}, {"rounds": 3}, {"continuation": 0.5}):
            label = "-".join([name, *(f"{key}={value}" for key, value in params.items())])
            yield label, load(name, params)


GAMES = dict(_all())
every_game = pytest.mark.parametrize("game", GAMES.values(), ids=GAMES)
seeds = given(seed=st.integers(0, 2**32 - 1))
a_few = settings(DRAWN, max_examples=15)


def _seats(game: Game[Any]) -> range:
    return range(len(game.roles))


def _name(player: Player) -> str:
    return "chance" if player == CHANCE else f"seat {player}"


# What it is


@every_game
def test_a_game_can_be_made_again_from_its_identity(game: Game[Any]) -> None:
    written = json.loads(json.dumps(identity(game)))
    assert (written.pop("name"), written.pop("version")) == (game.name, game.version)
    again = load(game.name, written)
    assert identity(again) == identity(game)
    play = random_play(game, 0)
    assert play_moves(again, list(play.moves)) == play


def test_games_that_differ_have_identities_that_differ() -> None:
    found = [json.dumps(identity(game), sort_keys=True) for game in GAMES.values()]
    assert len(set(found)) == len(GAMES)


# Play and its end


@every_game
@DRAWN
@seeds
def test_random_legal_play_ends(game: Game[Any], seed: int) -> None:
    assert game.movers(random_play(game, seed).end) == ()


@every_game
def test_movers_are_chance_alone_or_distinct_seats_with_something_to_do(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for state in play.states[:-1]:
            movers = game.movers(state)
            assert movers == (CHANCE,) or set(movers) <= set(_seats(game))
            assert len(set(movers)) == len(movers)
            assert all(actions(game, state, player) for player in movers)


@every_game
def test_deciders_are_those_who_ever_move(game: Game[Any]) -> None:
    moving = {player for play in complete_plays(game) for moves in play.moves for player in moves}
    assert set(game.deciders) == moving - {CHANCE}
    assert list(game.deciders) == sorted(game.deciders)


@every_game
def test_payoffs_are_exact_and_one_per_role(game: Game[Any]) -> None:
    for play in complete_plays(game):
        payoffs = game.payoffs(play.end)
        assert len(payoffs) == len(game.roles)
        assert {type(points) for points in payoffs} <= {int, Fraction}


@every_game
def test_a_game_says_rightly_whether_its_payoffs_sum_to_zero(game: Game[Any]) -> None:
    sums = {sum(game.payoffs(play.end)) for play in complete_plays(game)}
    assert (sums == {0}) is game.zero_sum


@every_game
def test_chance_is_exact_possible_and_sums_to_one(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for state in play.states:
            if game.movers(state) == (CHANCE,):
                odds = game.chance(state)
                assert {type(chance) for chance in odds.values()} == {Fraction}
                assert min(odds.values()) > 0
                assert sum(odds.values()) == 1


# Refusals


def _foreign(allowed: Sequence[Action]) -> Iterator[Any]:
    """What a careless caller or an unlucky parser might hand over, near misses first."""
    for action in (allowed[0], allowed[-1]):
        yield from (str(action) + " ", str(action).upper(), [action], (action,))
        yield from (action - 1, action + 1, float(action)) if isinstance(action, int) else ()
        yield str(action)
    yield from (True, False, 0, 1, -1, None, "", "x")


def _not_among(allowed: Sequence[Action]) -> Iterator[Any]:
    legal = {(type(action), action) for action in allowed}
    for action in _foreign(allowed):
        if isinstance(action, list) or (type(action), action) not in legal:
            yield action


def _wanted(game: Game[Any], state: Any, player: Player) -> Iterable[Action]:
    """What a refusal must name: each label, or the bounds of an amount."""
    if player != CHANCE and isinstance(space := game.space(state, player), Amount):
        return space.low, space.high
    return actions(game, state, player)


@every_game
@a_few
@seeds
def test_an_illegal_action_is_refused_by_name_with_what_is_allowed(
    game: Game[Any], seed: int
) -> None:
    for state, moves, _ in random_play(game, seed).steps():
        for player in moves:
            for action in _not_among(actions(game, state, player)):
                with pytest.raises(IllegalAction) as refusal:
                    game.apply(state, {**moves, player: action})
                message = str(refusal.value)
                assert repr(action) in message
                assert _name(player) in message
                assert all(str(wanted) in message for wanted in _wanted(game, state, player))


def _wrong_company(game: Game[Any], moves: Moves) -> Iterator[Moves]:
    """Moves from which somebody is missing, or in which somebody meddles, or both."""
    some = next(iter(moves.values()))
    strangers = {CHANCE, *_seats(game), len(game.roles)} - set(moves)
    yield {}
    yield from ({**moves, stranger: some} for stranger in strangers)
    for absent in moves:
        rest = {player: action for player, action in moves.items() if player != absent}
        yield rest
        yield from ({**rest, stranger: some} for stranger in strangers)


@every_game
@a_few
@seeds
def test_moves_of_any_but_the_movers_are_refused_naming_the_movers(
    game: Game[Any], seed: int
) -> None:
    for state, moves, _ in random_play(game, seed).steps():
        for wrong in _wrong_company(game, moves):
            with pytest.raises(IllegalAction) as refusal:
                game.apply(state, wrong)
            assert all(_name(player) in str(refusal.value) for player in moves)


@every_game
@a_few
@seeds
def test_nobody_moves_after_the_end(game: Game[Any], seed: int) -> None:
    play = random_play(game, seed)
    for moves in ({}, play.moves[-1], {0: "x"}, {CHANCE: "x"}):
        with pytest.raises(IllegalAction, match=f"{game.name} is over"):
            game.apply(play.end, moves)


# Nothing changes but by `apply`


@every_game
def test_states_are_frozen(game: Game[Any]) -> None:
    for state in complete_plays(game)[0].states:
        for field in fields(state):
            with pytest.raises(FrozenInstanceError):
                setattr(state, field.name, None)


@every_game
def test_states_can_be_keys(game: Game[Any]) -> None:
    for state in complete_plays(game)[0].states:
        assert {state: "found"}[deepcopy(state)] == "found"


@every_game
@a_few
@seeds
def test_asking_and_moving_leave_state_and_game_as_they_were(game: Game[Any], seed: int) -> None:
    parameters = deepcopy(game)
    for state, moves, after in random_play(game, seed).steps():
        before = deepcopy(state)
        asked = [game.observe(state, seat) for seat in _seats(game)]
        again = [game.observe(state, seat) for seat in _seats(game)]
        assert asked == again
        reordered = dict(reversed(moves.items()))
        assert game.apply(state, reordered) == after
        assert state == before
    assert game == parameters


# What a player sees


@every_game
def test_an_observation_says_who_looks_at_what(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for state in play.states:
            for seat in _seats(game):
                seen = game.observe(state, seat)
                assert (seen.game, seen.player) == (game.name, seat)
                assert (seen.players, seen.role) == (len(game.roles), game.roles[seat])


@every_game
def test_movers_and_nobody_else_see_what_they_may_do(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for state in play.states:
            for seat in _seats(game):
                its_turn = seat in game.movers(state)
                expected = game.space(state, seat) if its_turn else None
                assert game.observe(state, seat).space == expected


def _leaves(fact: Any) -> Iterator[object]:
    if isinstance(fact, Mapping):
        for key, value in fact.items():
            yield key
            yield from _leaves(value)
    elif isinstance(fact, tuple | list):
        for value in fact:
            yield from _leaves(value)
    else:
        yield fact


@every_game
def test_everything_seen_is_words_and_exact_numbers(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for seat in _seats(game):
            seen = game.observe(play.end, seat)
            told = [seen.facts, [(event.kind, event.facts) for event in seen.events]]
            assert {type(leaf) for leaf in _leaves(told)} <= {str, int, Fraction}


@every_game
def test_facts_stay_the_same_from_beginning_to_end(game: Game[Any]) -> None:
    for seat in _seats(game):
        facts = game.observe(game.initial_state(), seat).facts
        for play in complete_plays(game):
            assert all(game.observe(state, seat).facts == facts for state in play.states)


@every_game
def test_what_was_seen_stays_seen(game: Game[Any]) -> None:
    for play in complete_plays(game):
        for seat in _seats(game):
            told = [game.observe(state, seat).events for state in play.states]
            assert all(later[: len(sooner)] == sooner for sooner, later in pairwise(told))


@every_game
def test_the_first_news_after_a_move_tells_its_mover_which_it_was(game: Game[Any]) -> None:
    for play in complete_plays(game)[:20]:
        for state, moves, _ in play.steps():
            for seat in moves.keys() - {CHANCE}:
                known = len(game.observe(state, seat).events)
                told: list[tuple[Event, ...]] = [()]
                for action in actions(game, state, seat):
                    after = game.apply(state, {**moves, seat: action})
                    first = game.observe(after, seat).events[known:][:1]
                    assert first not in told
                    told.append(first)


@every_game
def test_equal_observations_have_equal_pasts(game: Game[Any]) -> None:
    """Perfect recall: from what a player sees follow its own decisions, and what it then saw."""
    pasts = defaultdict[str, set[tuple[tuple[str, Action], ...]]](set)
    for play in complete_plays(game):
        for seat in _seats(game):
            past: tuple[tuple[str, Action], ...] = ()
            for state, moves, _ in play.steps():
                seen = repr(game.observe(state, seat))
                pasts[seen].add(past)
                past = (*past, (seen, moves[seat])) if seat in moves else past
            pasts[repr(game.observe(play.end, seat))].add(past)
    assert {len(different) for different in pasts.values()} == {1}


@every_game
def test_what_a_mover_may_do_follows_from_what_it_has_seen(game: Game[Any]) -> None:
    """Nothing hidden shows through the space: same events so far, same actions on offer.

    Whether it is a player's turn may depend on what others do unseen, such as on a card dealt to
    somebody else, so positions where it is not are left out.
    """
    offered = defaultdict[str, set[str]](set)
    for play in complete_plays(game):
        for state in play.states:
            for seat in set(game.movers(state)) - {CHANCE}:
                seen = game.observe(state, seat)
                offered[repr((seat, seen.facts, seen.events))].add(repr(seen.space))
    assert {len(different) for different in offered.values()} == {1}


@pytest.mark.parametrize("name", [name for name in available() if isinstance(load(name), Dealt)])
def test_what_was_dealt_to_others_stays_unseen_until_the_end(name: str) -> None:
    """Deals that look the same to a player go on looking the same whatever is played."""
    game: Any = load(name)
    plays = complete_plays(game)
    deals = {state for play in plays for state in play.states if _just_dealt(game, state)}
    for seat in _seats(game):
        alike = defaultdict[str, list[Any]](list)
        for deal in deals:
            alike[repr(game.observe(deal, seat).events)].append(deal)
        assert len(alike) < len(deals)
        for play in plays[:50]:
            for state in play.states:
                if game.movers(state) in ((), (CHANCE,)):
                    continue
                for same in alike.values():
                    seen = {repr(game.observe(game.redealt(state, deal), seat)) for deal in same}
                    assert len(seen) == 1


def _just_dealt(game: Game[Any], state: Any) -> bool:
    return state == game.redealt(game.initial_state(), state) and game.movers(state) != (CHANCE,)  # type: ignore[attr-defined]
