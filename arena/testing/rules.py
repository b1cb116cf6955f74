"""The duties of a game to its players: identity, play, payoffs, chance, refusals."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from typing import Any

from arena.testing.conformance import Check, differs
from arena.testing.plays import Moves, actions, complete_plays, play_moves, random_play
from games import Game, identity, play_by
from games.core.errors import IllegalAction
from games.core.repeated import stage_of
from games.core.types import CHANCE, Action, Amount, Choice, Player, Speech

SEEDS = range(15)
"""Number of plays on which refusals are tried."""


def seats(game: Game[Any]) -> range:
    """All seats of a game."""
    return range(len(game.roles))


def made_again(game: Game[Any]) -> Iterator[str]:
    """A game can be made again from its identity."""
    written = json.loads(json.dumps(identity(game)))
    told = (written.pop("name"), written.pop("version"))
    if told != (game.name, game.version):
        yield differs("the identity states another name or version", told, game.name)
    again = play_by(type(stage_of(game)), written)
    if identity(again) != identity(game):
        yield differs("its identity makes another game", identity(again), identity(game))
    play = random_play(game, 0)
    if play_moves(again, list(play.moves)) != play:
        yield "the game that its identity makes is played otherwise"


def play_ends(game: Game[Any]) -> Iterator[str]:
    """Random legal play ends."""
    for seed in SEEDS:
        if game.movers(random_play(game, seed).end) != ():
            yield f"the play of seed {seed} has no end"


def movers_can_move(game: Game[Any]) -> Iterator[str]:
    """Movers are chance alone or distinct seats, each with something to do."""
    for play in complete_plays(game):
        for state in play.states[:-1]:
            movers = game.movers(state)
            if movers != (CHANCE,) and not set(movers) <= set(seats(game)):
                yield f"movers {movers} are neither chance alone nor seats of {len(game.roles)}"
            if len(set(movers)) < len(movers):
                yield f"a seat moves twice at a time: {movers}"
            for player in movers:
                if not actions(game, state, player):
                    yield f"{_name(player)} is to move at {state!r} and has no action"


def deciders_move(game: Game[Any]) -> Iterator[str]:
    """Deciders are the players that ever move, in order."""
    moving = {player for play in complete_plays(game) for moves in play.moves for player in moves}
    if list(game.deciders) != sorted(moving - {CHANCE}):
        yield f"deciders are {game.deciders}, but those who move are {sorted(moving - {CHANCE})}"


def payoffs_are_exact(game: Game[Any]) -> Iterator[str]:
    """Payoffs are whole numbers or fractions, one per role."""
    for play in complete_plays(game):
        payoffs = game.payoffs(play.end)
        if len(payoffs) != len(game.roles):
            yield f"{len(payoffs)} payoffs for {len(game.roles)} roles"
        for points in payoffs:
            if type(points) not in {int, Fraction}:
                yield f"the payoff {points!r} is neither a whole number nor a Fraction"


def zero_sum_is_right(game: Game[Any]) -> Iterator[str]:
    """A game says rightly whether its payoffs sum to zero."""
    sums = {sum(game.payoffs(play.end)) for play in complete_plays(game)}
    if (sums == {0}) is not game.zero_sum:
        yield f"zero_sum is {game.zero_sum}, and payoffs sum to {', '.join(map(str, sorted(sums)))}"


def chance_is_exact(game: Game[Any]) -> Iterator[str]:
    """Probabilities of chance are positive fractions that sum to one."""
    for play in complete_plays(game):
        for state in play.states:
            if game.movers(state) != (CHANCE,):
                continue
            odds = game.chance(state)
            for action, chance in odds.items():
                if type(chance) is not Fraction or chance <= 0:
                    yield f"the probability of {action!r} is {chance!r}, no Fraction above 0"
            if sum(odds.values()) != 1:
                yield f"probabilities of chance sum to {sum(odds.values())}"


def _foreign(allowed: Sequence[Action]) -> Iterator[Any]:
    """Actions of a careless caller or an unlucky parser, near misses first."""
    for action in (allowed[0], allowed[-1]):
        yield from (f"{action} ", str(action).upper(), [action], (action,))
        yield from (action - 1, action + 1, float(action)) if isinstance(action, int) else ()
        yield str(action)
    yield from (True, False, 0, 1, -1, None, "", "x")


def _not_among(allowed: Sequence[Action]) -> Iterator[Any]:
    legal = {(type(action), action) for action in allowed}
    for action in _foreign(allowed):
        if isinstance(action, list) or (type(action), action) not in legal:
            yield action


def _wanted(game: Game[Any], state: Any, player: Player) -> Sequence[Action]:  # noqa: ANN401
    """The names in a refusal: each label, or the bounds of an amount."""
    space = None if player == CHANCE else game.space(state, player)
    if isinstance(space, Speech):
        return (space.length, *_bounds(space.statement))
    return _bounds(space) if isinstance(space, Amount) else actions(game, state, player)


def _bounds(space: Choice | Amount | None) -> Sequence[Action]:
    if isinstance(space, Amount):
        return space.low, space.high
    return () if space is None else space.options


def illegal_actions_are_refused(game: Game[Any]) -> Iterator[str]:
    """An illegal action is refused by name, with the legal ones."""
    for seed in SEEDS:
        for state, moves, _ in random_play(game, seed).steps():
            for player in moves:
                for action in _not_among(actions(game, state, player)):
                    wanted = map(str, _wanted(game, state, player))
                    named = (repr(action), _name(player), *wanted)
                    yield from _refused(game, state, {**moves, player: action}, named)


def strangers_are_refused(game: Game[Any]) -> Iterator[str]:
    """Moves of any but the movers are refused, and the movers named."""
    for seed in SEEDS:
        for state, moves, _ in random_play(game, seed).steps():
            for wrong in _wrong_company(game, moves):
                yield from _refused(game, state, wrong, tuple(map(_name, moves)))


def nobody_moves_after_the_end(game: Game[Any]) -> Iterator[str]:
    """There are no movers after the end."""
    for seed in SEEDS:
        play = random_play(game, seed)
        late: tuple[Moves, ...] = ({}, play.moves[-1], {0: "x"}, {CHANCE: "x"})
        for moves in late:
            yield from _refused(game, play.end, moves, (f"{game.name} is over",))


def _refused(game: Game[Any], state: Any, moves: Moves, named: Sequence[str]) -> Iterator[str]:  # noqa: ANN401
    """Whether moves are refused with an `IllegalAction` that names these."""
    try:
        game.apply(state, moves)
    except IllegalAction as refusal:
        missing = [name for name in named if name not in str(refusal)]
        if missing:
            yield f"the refusal {str(refusal)!r} does not name {', '.join(missing)}"
    else:
        yield f"moves {moves!r} are not refused at {state!r}"


def _wrong_company(game: Game[Any], moves: Moves) -> Iterator[Moves]:
    """Moves with a missing mover, with an extra mover, or with both."""
    some = next(iter(moves.values()))
    strangers = {CHANCE, *seats(game), len(game.roles)} - set(moves)
    yield {}
    yield from ({**moves, stranger: some} for stranger in strangers)
    for absent in moves:
        rest = {player: action for player, action in moves.items() if player != absent}
        yield rest
        yield from ({**rest, stranger: some} for stranger in strangers)


def states_are_frozen(game: Game[Any]) -> Iterator[str]:
    """States are frozen, and can be keys."""
    for state in complete_plays(game)[0].states:
        if {state: "kept"}.get(deepcopy(state)) != "kept":
            yield f"an equal state is another key: {state!r}"
        for field in fields(state):
            try:
                setattr(state, field.name, None)
            except FrozenInstanceError:
                continue
            yield f"{field.name} of a state can be set: make it a frozen dataclass"


def asking_changes_nothing(game: Game[Any]) -> Iterator[str]:
    """Asking and moving leave state and game as they were."""
    parameters = deepcopy(game)
    for seed in SEEDS:
        for state, moves, after in random_play(game, seed).steps():
            before = deepcopy(state)
            asked, again = ([game.observe(state, s) for s in seats(game)] for _ in range(2))
            if asked != again:
                yield f"asked twice, observe answers otherwise at {state!r}"
            if game.apply(state, dict(reversed(moves.items()))) != after:
                yield f"moves in another order lead elsewhere: {moves!r}"
            if state != before:
                yield f"a state was changed from {before!r} to {state!r}"
    if game != parameters:
        yield f"the game was changed from {parameters!r} to {game!r}"


def _name(player: Player) -> str:
    return "chance" if player == CHANCE else f"seat {player}"


CHECKS: tuple[Check[Game[Any]], ...] = (
    made_again,
    play_ends,
    movers_can_move,
    deciders_move,
    payoffs_are_exact,
    zero_sum_is_right,
    chance_is_exact,
    illegal_actions_are_refused,
    strangers_are_refused,
    nobody_moves_after_the_end,
    states_are_frozen,
    asking_changes_nothing,
)
