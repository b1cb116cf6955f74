"""Rules of games: pure, exact, and free of everything else.

A flat module is a game and its file name is its id; `core` is the machinery.

>>> game = load("prisoners_dilemma", {"temptation": 4, "reward": 3, "punishment": 2, "sucker": 1})
>>> state = game.apply(game.initial_state(), {0: "defect", 1: "cooperate"})
>>> game.payoffs(state)
(4, 1)
>>> game == load("prisoners_dilemma", {"preset": "eai"})
True
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from fractions import Fraction
from typing import Any

from games.core import plugins
from games.core.errors import BadInput, unknown
from games.core.exchanges import MESSAGES
from games.core.game import Game
from games.core.preplay import Preplay, preplay
from games.core.repeated import Repeated

_REPEATING = ("rounds", "continuation")
_PRESET = "preset"


def _wrong(name: str, plugin: Any) -> str:  # noqa: ANN401 - whatever a package registers
    """The flaw of a registered game; empty if it has none."""
    if not (isinstance(plugin, type) and issubclass(plugin, Game) and is_dataclass(plugin)):
        return "it is no subclass of games.Game that is a frozen dataclass"
    stated: str = getattr(plugin, "name", "")
    return "" if stated == name else f"its name is {stated!r}, not the id it is registered by"


REGISTRY = plugins.Registry("game", __name__, "GAME", "games", _wrong)
"""Games of ours and those that installed packages register."""


def available() -> tuple[str, ...]:
    """Ids of all games, in alphabetical order."""
    return REGISTRY.available()


def rules(name: str) -> type[Game[Any]]:
    """The class behind a game's id.

    Raises:
        BadInput: there is no such game.
    """
    game_class: type[Game[Any]] = REGISTRY.load(name)
    return game_class


def load(name: str, params: Mapping[str, Any] | None = None) -> Game[Any]:
    """A game with its parameters.

    Args:
        name: id of the game.
        params: its parameters by name; with `rounds` or `continuation` it is played repeatedly;
            `talk` and `advice` are tables that put messages before it; `preset` names a set of them
            that the game knows.

    Raises:
        BadInput: unknown game or parameter, or a value out of range.
    """
    return play_by(rules(name), params)


def play_by(game_class: type[Game[Any]], params: Mapping[str, Any] | None = None) -> Game[Any]:
    """A game with its parameters, from its class.

    Args:
        game_class: the rules of a game.
        params: as `load` takes them.

    Raises:
        BadInput: unknown parameter, or a value out of range.
    """
    stage_params = dict(params or {})
    repeating = {key: stage_params.pop(key) for key in _REPEATING if key in stage_params}
    speaking = {key: stage_params.pop(key) for key in MESSAGES if key in stage_params}
    known = [field.name for field in fields(game_class)]  # type: ignore[arg-type] # games are dataclasses
    if game_class.presets:
        known.append(_PRESET)
    for key in stage_params:
        if key not in known:
            raise unknown(f"parameter of {game_class.name}", key, [*known, *_REPEATING, *MESSAGES])
    bare = game_class(**_with_preset(game_class, stage_params))
    stage = preplay(bare, speaking, repeated=bool(repeating))
    return Repeated(stage, **repeating) if repeating else stage


def identity(game: Game[Any]) -> dict[str, Any]:
    """What makes a game the game it is, as plain JSON, with every parameter written out."""
    if isinstance(game, Repeated):
        length = {
            "rounds": game.rounds,
            "continuation": game.continuation and str(game.continuation),
        }
        return identity(game.stage) | {key: value for key, value in length.items() if value}
    if isinstance(game, Preplay):
        spoken = {"talk": game.talk, "advice": game.advice}
        return identity(game.stage) | {key: asdict(each) for key, each in spoken.items() if each}
    written = {key: _plain(value) for key, value in asdict(game).items()}  # type: ignore[call-overload]
    return {"name": game.name, "version": game.version, **written}


def _with_preset(game_class: type[Game[Any]], params: dict[str, Any]) -> dict[str, Any]:
    """The parameters, with those that a preset stands for in place of its name."""
    if _PRESET not in params:
        return params
    rest = dict(params)
    preset = rest.pop(_PRESET)
    if not isinstance(preset, str) or preset not in game_class.presets:
        raise unknown(f"preset of {game_class.name}", preset, game_class.presets)
    named = game_class.presets[preset]
    if twice := sorted(named.keys() & rest.keys()):
        raise BadInput(f"{game_class.name}: preset {preset!r} already sets {', '.join(twice)}")
    return {**named, **rest}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a parameter of any game
    """A parameter as JSON holds it: fractions as text, tuples as lists."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Fraction) else value


__all__ = ["BadInput", "Game", "available", "identity", "load", "play_by", "rules"]
