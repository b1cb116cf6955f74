"""Games as environments of PettingZoo, turn by turn (AEC) or all at once (parallel).

Observations are `{"observation": [width], "action_mask": [actions]}`, as in PettingZoo's classic
games; `infos` names the information set as policy tables and trees do. Rewards are points, at the
end. An illegal action truncates the play for all, without points; no other is made in its place.

Source: Terry et al. (2021), PettingZoo: gym for multi-agent reinforcement learning, NeurIPS.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import games
from arena.bridges.environment import Position
from games import BadInput, Game
from games.core.types import Action, Player

try:
    import numpy as np
    from gymnasium.spaces import Box, Dict, Discrete
    from pettingzoo import AECEnv, ParallelEnv
except ModuleNotFoundError as error:
    raise BadInput("PettingZoo is not installed: pip install 'affect-arena[pettingzoo]'") from error

WIDTH: Final = 256
"""Length of observations if none is asked for."""


def env(
    game: str | Game[Any],
    *,
    width: int = WIDTH,
    actions: Sequence[Action] | None = None,
    render_mode: str | None = None,
    **parameters: Any,  # noqa: ANN401 - the game's
) -> "TurnEnv":
    """A game in which agents move one after the other.

    Simultaneous movers are asked in seat order, and none of them sees the others' moves.

    Args:
        game: the id of a game, or the game.
        width: length of observations.
        actions: actions by number; found by play if not given.
        render_mode: "ansi" if it is rendered, as a line of text for each player.
        parameters: of the game, such as rounds.

    Raises:
        BadInput: a name or a parameter is unknown or out of range.
    """
    return TurnEnv(_position(game, width, actions, parameters), _checked(render_mode))


def parallel_env(
    game: str | Game[Any],
    *,
    width: int = WIDTH,
    actions: Sequence[Action] | None = None,
    render_mode: str | None = None,
    **parameters: Any,  # noqa: ANN401 - the game's
) -> "JointEnv":
    """The same game in which all agents are asked at once.

    Actions of agents whose turn it is not are ignored; their masks are all zeros.

    Args:
        game: the id of a game, or the game.
        width: length of observations.
        actions: actions by number; found by play if not given.
        render_mode: "ansi" if it is rendered, as a line of text for each player.
        parameters: of the game, such as rounds.

    Raises:
        BadInput: a name or a parameter is unknown or out of range.
    """
    return JointEnv(_position(game, width, actions, parameters), _checked(render_mode))


class _Seats:
    """The common part of both kinds: names of agents, spaces, observations."""

    def __init__(self, position: Position, render_mode: str | None) -> None:
        self.position, self.render_mode = position, render_mode
        name = position.game.name
        self.metadata = {"name": name, "render_modes": ["ansi"], "is_parallelizable": True}
        self.possible_agents = [f"player_{seat}" for seat in range(len(position.game.roles))]
        self.agents: list[str] = []
        self._offers = {agent: Discrete(len(position.labels)) for agent in self.possible_agents}
        self._views = {agent: self._view_space() for agent in self.possible_agents}

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions, by number."""
        return self.position.labels

    def observation_space(self, agent: str) -> Dict:
        """The space of observations of an agent."""
        return self._views[agent]

    def action_space(self, agent: str) -> Discrete:
        """The space of actions of an agent; the mask says which of them are legal."""
        return self._offers[agent]

    def observe(self, agent: str) -> dict[str, Any]:
        """The observation of an agent."""
        return self.position.told(self._seat(agent))

    def render(self) -> str | None:
        """The observations of all players, a line each."""
        if self.render_mode is None:
            return None
        return "\n".join(map(self.position.name, range(len(self.possible_agents))))

    def close(self) -> None:
        """Nothing is held."""

    def _view_space(self) -> Dict:
        numbers = Box(-np.inf, np.inf, (self.position.width,), np.float32)
        mask = Box(0, 1, (len(self.position.labels),), np.int8)
        return Dict({"observation": numbers, "action_mask": mask})

    def _seat(self, agent: str) -> Player:
        return self.possible_agents.index(agent)

    def _of_all(self, values: Sequence[Any]) -> dict[str, Any]:
        return {agent: values[self._seat(agent)] for agent in self.agents}

    def _infos(self, problem: str = "") -> dict[str, dict[str, str]]:
        """The name of each agent's information set, and why the play ended early if it did."""
        why = {"illegal": problem} if problem else {}
        names = {agent: self.position.name(self._seat(agent)) for agent in self.agents}
        return {agent: {"information_set": name, **why} for agent, name in names.items()}


class TurnEnv(_Seats, AECEnv):  # type: ignore[misc] # untyped
    """A game in which agents move one after the other; see `env`."""

    def reset(self, seed: int | None = None, options: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Begin a play.

        Args:
            seed: of chance; if not given, the draws go on.
            options: none are known.
        """
        self.position.begin(seed)
        self.agents = [*self.possible_agents]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos = self._infos()
        self._skip_agent_selection = None
        self._moves: dict[Player, int] = {}
        self.agent_selection = self.possible_agents[self.position.movers[0]]

    def step(self, action: int | None) -> None:
        """Make the move of the agent whose turn it is; None once the play is over for it."""
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        self._cumulative_rewards[agent] = 0.0
        self._clear_rewards()
        seat, number = self._seat(agent), -1 if action is None else int(action)
        if problem := self.position.problem(seat, number):
            self.truncations = dict.fromkeys(self.agents, True)
            self.infos = self._infos(problem)
            self._deads_step_first()
            return
        self._moves[seat] = number
        movers = self.position.movers
        if len(self._moves) < len(movers):
            self.agent_selection = self.possible_agents[movers[len(self._moves)]]
            return
        self._settle()

    def _settle(self) -> None:
        """Apply the moves of all movers, and see who is next."""
        self.position.move(self._moves)
        self._moves = {}
        self.infos = self._infos()
        if movers := self.position.movers:
            self.agent_selection = self.possible_agents[movers[0]]
            return
        self.rewards = self._of_all(self.position.points())
        self._accumulate_rewards()
        self.terminations = dict.fromkeys(self.agents, True)
        self._deads_step_first()


class JointEnv(_Seats, ParallelEnv):  # type: ignore[misc] # untyped
    """A game in which all agents are asked at once; see `parallel_env`."""

    def reset(
        self,
        seed: int | None = None,
        options: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin a play.

        Args:
            seed: of chance; if not given, the draws go on.
            options: none are known.

        Returns:
            Observations and infos, by agent.
        """
        self.position.begin(seed)
        self.agents = [*self.possible_agents]
        return {agent: self.observe(agent) for agent in self.agents}, self._infos()

    def step(self, actions: Mapping[str, int]) -> tuple[dict[str, Any], ...]:
        """Make the moves of those whose turn it is.

        Returns:
            Observations, rewards, terminations, truncations and infos, by agent.
        """
        moves = {
            seat: int(actions.get(self.possible_agents[seat], -1)) for seat in self.position.movers
        }
        problems = [self.position.problem(seat, number) for seat, number in moves.items()]
        problem = next(filter(None, problems), "")
        if not problem:
            self.position.move(moves)
        over = not self.position.movers
        seen = {agent: self.observe(agent) for agent in self.agents}
        ends = dict.fromkeys(self.agents, over), dict.fromkeys(self.agents, bool(problem))
        told = seen, self._of_all(self.position.points()), *ends, self._infos(problem)
        if over or problem:
            self.agents = []
        return told


def _position(
    game: str | Game[Any],
    width: int,
    actions: Sequence[Action] | None,
    parameters: Mapping[str, Any],
) -> Position:
    if not isinstance(game, str) and parameters:
        raise BadInput(f"{game.name} has its parameters already: {', '.join(parameters)}")
    rules = games.load(game, parameters) if isinstance(game, str) else game
    return Position(rules, width, actions)


def _checked(render_mode: str | None) -> str | None:
    if render_mode not in {None, "ansi"}:
        raise BadInput(f'render_mode must be "ansi" or None, not {render_mode!r}')
    return render_mode
