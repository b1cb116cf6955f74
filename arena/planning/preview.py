"""The messages of one decision, made without asking anybody."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, get_args

import games
from arena.engine.match import draw
from games import BadInput, Game
from games.core.errors import IllegalAction, unknown
from games.core.types import CHANCE, Action, ActionSpace, Amount, Player
from prompts import PLAIN, Asking, Message, View, Voice, Wording, render


def preview(
    game: str,
    params: Mapping[str, Any],
    voice: Voice,
    form: str,
    player: int | None,
    moves: Sequence[str],
    seed: int,
    wording: Wording = PLAIN,
) -> tuple[Message, ...]:
    """The messages a player would be sent after some moves.

    Args:
        game: id of the game.
        params: its parameters.
        voice: wording settings of the player.
        form: form of the answer: json, text, or fields, as a person is asked.
        player: the seat, from 0; None for the first mover.
        moves: earlier moves, in the order of play, simultaneous moves by seat.
        seed: of chance.
        wording: as it would be drawn for a block.

    Raises:
        BadInput: a name, a move or the seat does not fit.
    """
    rules = games.load(game, params)
    if form not in get_args(Asking):
        raise unknown("form", form, get_args(Asking))
    if player is not None and not 0 <= player < len(rules.roles):
        raise BadInput(f"player must be a seat from 0 to {len(rules.roles) - 1}, not {player}")
    if player is not None and player not in rules.deciders:
        raise BadInput(f"player {player}, the {rules.roles[player]}, never moves in this game")
    state = _advance(rules, moves, Random(seed))
    seen = rules.observe(state, _mover(rules.movers(state), player))
    openings = [View(seen, opening=True)] if voice.emotion.opening and not moves else []
    return tuple(
        message
        for view in (*openings, View(seen))
        for message in render(view, voice, form, wording)  # type: ignore[arg-type]
    )


def _mover(movers: Sequence[Player], player: Player | None) -> Player:
    """The player that is asked: the one that is named, or the first that moves."""
    if not movers:
        raise BadInput("the game is over after these moves: nobody is asked (see --after)")
    if player is None:
        return movers[0]
    if player not in movers:
        turn = " and ".join(f"player {mover}" for mover in movers)
        raise BadInput(
            f"player {player} does not move here; it is the turn of {turn} (see --after)"
        )
    return player


def _advance(rules: Game[Any], moves: Sequence[str], chance: Random) -> Any:  # noqa: ANN401
    """The position after the moves, with chance drawn where it is nature's turn."""
    state, left = rules.initial_state(), list(moves)
    while movers := rules.movers(state):
        if movers == (CHANCE,):
            state = rules.apply(state, {CHANCE: draw(rules.chance(state), chance)})
            continue
        if not left:
            break
        if len(left) < len(movers):
            raise BadInput(
                f"--after ends within a simultaneous move: {len(movers)} are made at once"
            )
        spaces = [rules.space(state, seat) for seat in movers]
        now, left = left[: len(movers)], left[len(movers) :]
        made = [_typed(move, space) for move, space in zip(now, spaces, strict=True)]
        try:
            state = rules.apply(state, dict(zip(movers, made, strict=True)))
        except IllegalAction as error:
            raise BadInput(f"--after: {error}") from None
    if left:
        raise BadInput(f"--after: the game is over before {left[0]!r}")
    return state


def _typed(move: str, space: ActionSpace) -> Action:
    return int(move) if isinstance(space, Amount) and move.isdigit() else move
