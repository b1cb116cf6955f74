"""Rules of games: pure, exact, and free of everything else.

A flat module is a game and its file name is its id; `core` is the machinery.

>>> game = load("prisoners_dilemma", {"temptation": 4, "reward": 3, "punishment": 2, "sucker": 1})
>>> state = game.apply(game.initial_state(), {0: "defect", 1: "cooperate"})
>>> game.payoffs(state)
(4, 1)
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from games.core import plugins
from games.core.errors import BadInput, unknown
from games.core.game import Game
from games.core.repeated import Repeated

_REPEATING = ("rounds", "continuation")


def available() -> tuple[str, ...]:
    """Ids of all games, in alphabetical order."""
    return plugins.available(__path__)


def rules(name: str) -> type[Game[Any]]:
    """The class behind a game's id.

    Raises:
        BadInput: there is no such game.
    """
    found: type[Game[Any]] = plugins.load("game", __name__, __path__, name, "GAME")
    return found


def load(name: str, params: Mapping[str, Any] | None = None) -> Game[Any]:
    """A game with its parameters.

    Args:
        name: id of the game.
        params: its parameters by name; with `rounds` or `continuation` it is played repeatedly.

    Raises:
        BadInput: unknown game or parameter, or a value out of range.
    """
    stage_params = dict(params or {})
    repeating = {key: stage_params.pop(key) for key in _REPEATING if key in stage_params}
    found = rules(name)
    known = [field.name for field in fields(found)]  # type: ignore[arg-type] # games are dataclasses
    for key in stage_params:
        if key not in known:
            raise unknown(f"parameter of {name}", key, [*known, *_REPEATING])
    stage = found(**stage_params)
    return Repeated(stage, **repeating) if repeating else stage


def identity(game: Game[Any]) -> dict[str, Any]:
    """What makes a game the game it is, as plain JSON, with every parameter written out."""
    if isinstance(game, Repeated):
        length = {
            "rounds": game.rounds,
            "continuation": game.continuation and str(game.continuation),
        }
        return identity(game.stage) | {key: value for key, value in length.items() if value}
    return {"name": game.name, "version": game.version, **asdict(game)}  # type: ignore[call-overload]


__all__ = ["BadInput", "Game", "available", "identity", "load", "rules"]
