"""What a changed action or move of chance is worth, if everybody goes on as on record.

The expected payoff from a position follows from the rules and from how often each contestant has
chosen what in each information set of the run. Displays are in no tree, so that a changed display
is worth nothing here: its effect is in the simulated payoff alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from arena.analysis.information_sets import information_set, legal_decisions
from arena.core.types import Match
from arena.forking.change import CHANCE_KEY, Change
from arena.forking.fork import Forked
from arena.record.run import Run
from arena.record.steps import actions as made_in
from games import Game
from games.core.repeated import Repeated
from games.core.types import CHANCE, Action, Player
from games.core.types import actions as possible

LIMIT = 20_000
"""Largest number of positions of a tree that is walked; a larger one has no value."""

Policies = Mapping[tuple[str, str], Mapping[Action, float]]
"""By contestant and information set, how often each action was chosen."""


class _TooLarge(Exception):
    """A tree has more positions than are walked."""


def estimated_policies(run: Run, game: str) -> Policies:
    """How often each contestant of a run has chosen what, by information set."""
    counts: dict[tuple[str, str], dict[Action, float]] = defaultdict(lambda: defaultdict(float))
    table = legal_decisions([run], game)
    columns = (table[name].tolist() for name in ("contestant", "set", "action", "weight"))
    for contestant, asked, action, weight in zip(*columns, strict=True):
        counts[contestant, asked][action] += weight
    return counts


class TreeValues:
    """Changes of expected payoffs by forks of one run; policies are estimated once a game.

    Args:
        run: the recorded run.
    """

    def __init__(self, run: Run) -> None:
        self._run, self._known = run, dict[str, Policies]()

    def effects(self, state: Forked, change: str) -> np.ndarray:
        """Differences between expected payoffs after a change and after the recorded move, by seat.

        Args:
            state: the forked match.
            change: an arm.

        Returns:
            Points by seat; NaN of a change that is in no tree, of a repeated game and of a tree
            with more than LIMIT positions.
        """
        match, key = state.base.match, Change.read(change).key
        game, nothing = self._run.tournament.rules(match), np.full(len(match.seats), np.nan)
        if isinstance(game, Repeated) or key not in {"action", CHANCE_KEY}:
            return nothing
        if match.game not in self._known:
            self._known[match.game] = estimated_policies(self._run, match.game)
        walk = _Walk(game, match, self._known[match.game])
        beginning, step = state.beginnings[change], state.step
        try:
            if key == CHANCE_KEY:
                assert beginning.forced is not None
                changed = walk.value(game.apply(step.after, {CHANCE: beginning.forced}))
            else:
                moves = made_in(step.made)
                action = beginning.decisions[state.seat][-1].action
                assert action is not None
                changed = walk.value(game.apply(step.state, {**moves, state.seat: action}))
            difference: np.ndarray = changed - walk.value(step.after)
        except _TooLarge:
            return nothing
        return difference


class _Walk:
    """Expected payoffs from positions of a match.

    Args:
        game: its rules.
        match: who sits in it.
        policies: how they have chosen.
    """

    def __init__(self, game: Game[Any], match: Match, policies: Policies) -> None:
        self._game, self._match, self._policies = game, match, policies
        self._left = LIMIT

    def value(self, state: Any) -> np.ndarray:  # noqa: ANN401 - a state of any game
        """Expected points by seat."""
        self._left -= 1
        if self._left < 0:
            raise _TooLarge
        movers = self._game.movers(state)
        if not movers:
            return np.array(self._game.payoffs(state), dtype=float)
        worth = np.zeros(len(self._match.seats))
        for moves, p in self._moves(state, movers):
            worth += p * self.value(self._game.apply(state, moves))
        return worth

    def _moves(
        self,
        state: Any,  # noqa: ANN401 - a state of any game
        movers: Sequence[Player],
    ) -> Iterator[tuple[dict[Player, Action], float]]:
        """The moves that all movers can make together, each with its probability."""
        if movers == (CHANCE,):
            for deal, p in self._game.chance(state).items():
                yield {CHANCE: deal}, float(p)
            return
        for chosen in product(*(self._choices(state, player) for player in movers)):
            actions = (action for action, _ in chosen)
            yield dict(zip(movers, actions, strict=True)), prod(p for _, p in chosen)

    def _choices(self, state: Any, player: Player) -> list[tuple[Action, float]]:  # noqa: ANN401
        """The actions of a player; all alike where it was never asked."""
        name = self._match.seats[player]
        made = self._policies.get((name, information_set(self._game, state, player)), {})
        options = made or dict.fromkeys(possible(self._game.space(state, player)), 1.0)
        total = sum(options.values())
        return [(action, weight / total) for action, weight in options.items() if weight]
