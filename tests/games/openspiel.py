"""OpenSpiel's games beside ours: the same positions, information sets and policies."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyspiel

from games import Game
from games.core.policy import Policy
from games.core.types import CHANCE, Action
from games.core.walk import key

_CARDS = "9TJQK"


@dataclass(frozen=True)
class Pair:
    """A position in both engines."""

    ours: Any
    theirs: Any


def load(name: str, **params: Any) -> Any:
    return pyspiel.load_game(name, params)


def start(game: Game[Any], theirs: Any) -> Pair:
    return Pair(game.initial_state(), theirs.new_initial_state())


def codes(game: Game[Any], at: Pair) -> dict[Action, int]:
    """What may be done, by our name and by their number; both engines must offer the same."""
    ((player),) = game.movers(at.ours)
    assert at.theirs.current_player() == player
    if player == CHANCE:
        ours: list[Action] = list(game.chance(at.ours))
        assert sorted(p for _, p in at.theirs.chance_outcomes()) == [
            float(p) for p in sorted(game.chance(at.ours).values())
        ]
        pairs = {action: _chance_code(game, action) for action in ours}
    else:
        space = game.space(at.ours, player)
        ours = list(getattr(space, "options", ()))
        pairs = {action: _code(game, at, str(action)) for action in ours}
    assert sorted(pairs.values()) == at.theirs.legal_actions()
    return pairs


def after(game: Game[Any], at: Pair, action: Action, code: int) -> Pair:
    (player,) = game.movers(at.ours)
    return Pair(game.apply(at.ours, {player: action}), at.theirs.child(code))


def pairs(game: Game[Any], theirs: Any) -> Iterator[Pair]:
    """Every position of both games."""
    waiting = [start(game, theirs)]
    while waiting:
        at = waiting.pop()
        yield at
        if game.movers(at.ours):
            waiting += [after(game, at, *pair) for pair in codes(game, at).items()]


def policy(game: Game[Any], theirs: Any, ours: Policy) -> Any:
    """Our table as one of theirs, for all players at once."""
    table: dict[str, list[tuple[int, float]]] = {}
    for at in pairs(game, theirs):
        if not at.theirs.is_terminal() and not at.theirs.is_chance_node():
            name = at.theirs.information_state_string()
            if name not in table:
                row = ours[key(game.observe(at.ours, at.theirs.current_player()))]
                table[name] = [(code, row[a]) for a, code in codes(game, at).items()]
    return pyspiel.TabularPolicy(table)


def _chance_code(game: Game[Any], action: Action) -> int:
    if game.name == "kuhn_poker":
        return _CARDS[-len(game.roles) - 1 :].index(str(action))
    return int(action) - 1


def _code(game: Game[Any], at: Pair, action: str) -> int:
    if game.name == "kuhn_poker":
        return int(action in {"bet", "call"})
    words: dict[str, int] = {
        at.theirs.action_to_string(at.theirs.current_player(), code): code
        for code in at.theirs.legal_actions()
    }
    return words["Liar" if action == "liar" else action.replace("x", "-")]
