"""Finite-state machines as agents, for repeated games with two actions."""

from random import Random
from typing import Any, ClassVar

from agents.core.spec import Points, Scripted
from games import BadInput, Game
from games.core.log import folded
from games.core.machines import Machine
from games.core.matrix import Bimatrix
from games.core.repeated import stage_of
from games.core.types import Choice, Event, Observation
from games.prisoners_dilemma import PrisonersDilemma


class MachineAgent(Scripted):
    """Plays a machine: a subclass names it, or makes it from its own fields and the payoffs."""

    machine: ClassVar[Machine]

    def machine_for(self, _points: Points, /) -> Machine:
        """The machine to play in a game with these payoffs."""
        return self.machine

    def machine_in(self, points: Points, /) -> Machine:
        """The machine itself."""
        return self.machine_for(points)

    def check(self, game: Game[Any]) -> None:
        """Only matrix games with two actions, once or repeatedly."""
        stage = stage_of(game)
        if not (
            isinstance(stage, Bimatrix)
            and len(stage.options_of(0)) == 2  # noqa: PLR2004
            and stage.options_of(0) == stage.options_of(1)
        ):
            raise BadInput(f"a strategy for games with two actions cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:
        """The machine's output after the rounds seen so far."""
        assert isinstance(seen.space, Choice)
        machine, options = self.machine_for(own_points(seen)), seen.space.options

        def after(state: int, event: Event) -> int:
            if event.kind != "played":
                return state
            own, other = (options.index(str(event.facts[who])) for who in ("own", "other"))
            return machine.next(state, own, other)

        return options[machine.output(folded(seen.events, self, 0, after), rng)]


def dilemma(agent: str, game: Game[Any]) -> PrisonersDilemma:
    """The prisoner's dilemma of one round, for strategies that are made for it.

    Raises:
        BadInput: the game is another one.
    """
    stage = stage_of(game)
    if not isinstance(stage, PrisonersDilemma):
        raise BadInput(f"{agent} is made for prisoners_dilemma, it cannot play {game.name}")
    return stage


def own_points(seen: Observation) -> Points:
    """The payoffs of a matrix game with two actions, from the player's own side."""
    rows: Any = seen.facts["payoffs"]
    return tuple(row["own_points"] for row in rows)
