"""Designs from Python: the content of a tournament file, with functions and tables as agents."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeAlias

from agents.core.strategies.functions import FunctionAgent, findable
from arena.api.pages import Table, page
from arena.design import tournament
from games import BadInput

AgentLike: TypeAlias = str | Mapping[str, Any] | Callable[..., Any]
"""A decider: the id of a kind of agent; a row as in a tournament file; a function of a view,
with `@arena.agent` or without; or a policy table, from information set to action or to
probabilities."""


class Tournament(tournament.Tournament):
    """A checked design; its keywords are the keys of a tournament file.

    >>> Tournament(name="once", games=["ultimatum"], contestants=["fair", "uniform"]).models
    ()

    Args:
        name: name of the tournament and of the run's folder.
        games: ids of games, or rows as in a tournament file.
        contestants: agents, see `AgentLike`; a row's `agent` may be a function or a table, too.
        keys: the other keys of a tournament file, such as seed, repetitions or schedule; see
            docs/tournaments.md.

    Raises:
        BadInput: something in it cannot be; the message names the key.
    """

    def __init__(
        self,
        *,
        name: str,
        games: Sequence[str | Mapping[str, Any]],
        contestants: Sequence[AgentLike],
        **keys: Any,  # noqa: ANN401 - keys of a tournament file
    ) -> None:
        played = [{"name": game} if isinstance(game, str) else dict(game) for game in games]
        super().__init__(
            {"name": name, "games": played, "contestants": [*map(row, contestants)], **keys}, name
        )

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """The design in a tournament file.

        Raises:
            BadInput: the file is missing, unreadable, no TOML, or its content cannot be.
        """
        file = tournament.read_file(Path(path))
        tournament.Tournament(*file)  # its errors name lines of the file
        return cls(**file.data)

    def __repr__(self) -> str:
        """In one line."""
        return f"<Tournament {self.name}: {self._about()}; design {self.hash}>"

    def _repr_html_(self) -> str:
        games = [
            [
                key,
                game.name,
                self.entries[key].repetitions,
                len(self.entries[key].contestants or ()),
            ]
            for key, game in self.games.items()
        ]
        kinds = [[name, kind] for name, (kind, _) in self.contestants.items()]
        return page(
            self.name,
            f"{self._about()}; design {self.hash}",
            Table(["game", "rules", "repetitions", "contestants"], games),
            Table(["contestant", "agent"], kinds),
        )

    def _about(self) -> str:
        return f"{len(self.games)} game(s), {len(self.contestants)} contestant(s), seed {self.seed}"


def row(agent: AgentLike) -> dict[str, Any]:
    """An agent as the row of a contestant.

    Raises:
        BadInput: it is none, or a run could not find it again.
    """
    if isinstance(agent, str):
        return {"agent": agent}
    if not isinstance(agent, Mapping):
        return _function(agent, {}, {})
    if "agent" not in agent:
        return {"name": "policy", "agent": "policy", "policy": table(agent)}
    more = {key: value for key, value in agent.items() if key != "agent"}
    kind = agent["agent"]
    if isinstance(kind, str | list):
        return dict(agent)
    if isinstance(kind, Mapping):
        return {"name": "policy", **more, "agent": "policy", "policy": table(kind)}
    own = {"name": more.pop("name")} if "name" in more else {}
    return _function(kind, more, own)


def table(policy: Mapping[Any, Any]) -> dict[str, Any]:
    """A policy table as plain JSON."""
    return {
        str(name): {str(a): float(p) for a, p in told.items()}
        if isinstance(told, Mapping)
        else told
        for name, told in policy.items()
    }


def as_agent(agent: object, parameters: Mapping[str, Any]) -> FunctionAgent:
    """A function with its parameters.

    Raises:
        BadInput: it is no function, takes no view, or has no such parameter.
    """
    if isinstance(agent, FunctionAgent):
        return FunctionAgent(agent.function, agent.parameters | dict(parameters))
    if not callable(agent):
        raise BadInput(
            f"{agent!r} is no agent: give the id of a kind of agent, a row, a function or a table"
        )
    return FunctionAgent(agent, parameters)


def _function(agent: object, parameters: Mapping[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    made = as_agent(agent, parameters)
    name, source = findable(made.function)
    return {
        "name": made.label,
        **own,
        "agent": "function",
        "function": name,
        "source": source,
        "parameters": made.parameters,
    }
