"""Plays of a game: all of a small one, seeded ones of a large one."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random
from typing import Any

from games import Game
from games.core.errors import IllegalAction
from games.core.types import CHANCE, Action, Player
from games.core.types import actions as options

LONGEST = 1_000
"""Largest number of moves of a play."""

LARGEST = 2_000
"""Largest number of positions of a tree that is not sampled."""

SAMPLE = 20
"""Number of seeded plays of a game with a larger tree, each with its variations."""

VARIED = 4
"""Largest number of other outcomes of one chance move in the variations of a play."""

Moves = dict[Player, Action]


@dataclass(frozen=True)
class Play:
    """One path: the moves at index i lead from the state at i to the state at i + 1."""

    states: tuple[Any, ...]
    moves: tuple[Moves, ...] = ()

    @property
    def end(self) -> Any:  # noqa: ANN401 - a state of any game
        """The last state."""
        return self.states[-1]

    def steps(self) -> Iterator[tuple[Any, Moves, Any]]:
        """State before, moves, state after."""
        return zip(self.states[:-1], self.moves, self.states[1:], strict=True)

    def then(self, moves: Moves, state: Any) -> "Play":  # noqa: ANN401 - likewise
        """The play with one further step."""
        return Play((*self.states, state), (*self.moves, moves))


def actions(game: Game[Any], state: Any, player: Player) -> list[Action]:  # noqa: ANN401
    """All actions of a mover, or of chance."""
    if player == CHANCE:
        return list(game.chance(state))
    return list(options(game.space(state, player)))


def joint_moves(game: Game[Any], state: Any) -> Iterator[Moves]:  # noqa: ANN401
    """Every combination of the movers' actions."""
    movers = game.movers(state)
    for chosen in product(*(actions(game, state, player) for player in movers)):
        yield dict(zip(movers, chosen, strict=True))


def play_moves(game: Game[Any], sequence: list[Moves]) -> Play:
    """The play with these moves."""
    play = Play((game.initial_state(),))
    for moves in sequence:
        play = play.then(moves, game.apply(play.end, moves))
    return play


def random_play(game: Game[Any], seed: int) -> Play:
    """A legal play drawn from a seed, to its end.

    Raises:
        ValueError: the play does not end within LONGEST moves.
    """
    rng, states = Random(seed), [game.initial_state()]
    taken: list[Moves] = []
    while movers := game.movers(states[-1]):
        if len(taken) == LONGEST:
            raise ValueError(f"a play goes on after {LONGEST:,} moves")
        moves = {player: rng.choice(actions(game, states[-1], player)) for player in movers}
        taken.append(moves)
        states.append(game.apply(states[-1], moves))
    return Play(tuple(states), tuple(taken))


def variations(game: Game[Any], play: Play, rng: Random) -> Iterator[Play]:
    """The same play with another outcome of one chance move, if the rest stays legal.

    Most variations differ in a fact hidden from some player: pairs that reveal a leak.
    """
    for at, (state, moves, _) in enumerate(play.steps()):
        others = [*joint_moves(game, state)] if CHANCE in moves else []
        for other in rng.sample(others, min(len(others), VARIED)):
            with suppress(IllegalAction):
                varied = play_moves(game, [*play.moves[:at], other, *play.moves[at + 1 :]])
                if other != moves and not game.movers(varied.end):
                    yield varied


@cache
def tree(game: Game[Any]) -> tuple[Play, ...] | None:
    """All positions, with the paths to them, shortest first; None if there are too many."""
    waiting, paths = deque([Play((game.initial_state(),))]), []
    while waiting:
        play = waiting.popleft()
        paths.append(play)
        for moves in joint_moves(game, play.end) if game.movers(play.end) else ():
            if len(paths) + len(waiting) >= LARGEST:
                return None
            waiting.append(play.then(moves, game.apply(play.end, moves)))
    return tuple(paths)


@cache
def complete_plays(game: Game[Any]) -> tuple[Play, ...]:
    """All plays of a small game, a seeded sample of the plays of a large one."""
    paths = tree(game)
    if paths is not None:
        return tuple(path for path in paths if not game.movers(path.end))
    drawn = [random_play(game, seed) for seed in range(SAMPLE)]
    rng = Random(SAMPLE)
    return tuple(variant for play in drawn for variant in (play, *variations(game, play, rng)))
