"""One play of a game as an environment needs it: moves by number, points at the end."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.bridges.vectors import all_actions, vector
from arena.engine.match import draw
from games import BadInput, Game
from games.core.types import CHANCE, Action, Observation, Player, actions
from games.core.walk import key


class Position:
    """A game with the position of a play in it.

    Args:
        game: its rules.
        width: length of the observation vectors.
        labels: its actions, by number; found by play if not given.

    Raises:
        BadInput: the width is no whole number from 1, or an action is given twice.
    """

    def __init__(self, game: Game[Any], width: int, labels: Sequence[Action] | None) -> None:
        if type(width) is not int or width < 1:
            raise BadInput(f"width must be a whole number from 1, not {width!r}")
        self.game, self.width = game, width
        self.labels = all_actions(game) if labels is None else tuple(labels)
        if len(set(self.labels)) < len(self.labels):
            raise BadInput(
                f"{game.name}: actions must differ, not {', '.join(map(str, labels or ()))}"
            )
        self._numbers = {label: number for number, label in enumerate(self.labels)}
        self._chance = Random()
        self._state = game.initial_state()

    @property
    def movers(self) -> tuple[Player, ...]:
        """The next movers; none once the game is over."""
        return self.game.movers(self._state)

    def begin(self, seed: int | None) -> None:
        """Go back to the start.

        Args:
            seed: of chance; None goes on with the draws there were.
        """
        if seed is not None:
            self._chance = Random(seed)
        self._state = self.game.initial_state()
        self._deal()

    def seen(self, player: Player) -> Observation:
        """The knowledge of a player."""
        return self.game.observe(self._state, player)

    def told(self, player: Player) -> dict[str, NDArray[Any]]:
        """The same as numbers: `observation` [width], and `action_mask` [actions]."""
        mask = np.zeros(len(self.labels), dtype=np.int8)
        mask[[self._number(action) for action in self._offered(player)]] = 1
        return {"observation": vector(self.seen(player), self.width), "action_mask": mask}

    def name(self, player: Player) -> str:
        """The name of a player's information set."""
        return key(self.seen(player))

    def problem(self, player: Player, number: int) -> str:
        """Why a player cannot make a move; empty if it can."""
        offered = self._offered(player)
        if 0 <= number < len(self.labels) and self.labels[number] in offered:
            return ""
        allowed = ", ".join(f"{self._number(action)} ({action})" for action in offered)
        return f"player_{player}: action {number} is not legal here; legal is {allowed}"

    def move(self, moves: Mapping[Player, int]) -> None:
        """Make the moves of all movers, and the chance moves that follow."""
        made = {player: self.labels[number] for player, number in moves.items()}
        self._state = self.game.apply(self._state, made)
        self._deal()

    def points(self) -> list[float]:
        """Points per seat; none before the end."""
        if self.movers:
            return [0.0] * len(self.game.roles)
        return [float(points) for points in self.game.payoffs(self._state)]

    def _deal(self) -> None:
        while self.movers == (CHANCE,):
            drawn = draw(self.game.chance(self._state), self._chance)
            self._state = self.game.apply(self._state, {CHANCE: drawn})

    def _offered(self, player: Player) -> tuple[Action, ...]:
        return actions(self.game.space(self._state, player)) if player in self.movers else ()

    def _number(self, action: Action) -> int:
        if action not in self._numbers:
            raise BadInput(
                f"{self.game.name}: no play came upon the action {action!r} before: state all of "
                "them with actions="
            )
        return self._numbers[action]
