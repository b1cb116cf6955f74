"""Finite-state machines as agents, for repeated games with two actions."""

from random import Random
from typing import Any, ClassVar

from agents.core.spec import Scripted
from games import BadInput, Game
from games.core.machines import Machine
from games.core.matrix import Bimatrix
from games.core.repeated import Repeated
from games.core.types import Choice, Observation


class MachineAgent(Scripted):
    """Plays a machine; a subclass names it."""

    machine: ClassVar[Machine]

    def check(self, game: Game[Any]) -> None:
        """Only matrix games with two actions, once or repeatedly."""
        stage = game.stage if isinstance(game, Repeated) else game
        if not (
            isinstance(stage, Bimatrix)
            and len(stage.options_of(0)) == 2  # noqa: PLR2004
            and stage.options_of(0) == stage.options_of(1)
        ):
            raise BadInput(f"a strategy for games with two actions cannot play {game.name}")

    def act(self, seen: Observation, rng: Random) -> str:
        """The machine's output after the rounds seen so far."""
        assert isinstance(seen.space, Choice)
        index = {option: at for at, option in enumerate(seen.space.options)}
        played = [
            (index[str(event.facts["own"])], index[str(event.facts["other"])])
            for event in seen.events
            if event.kind == "played"
        ]
        return seen.space.options[self.machine.output(self.machine.state_after(played), rng)]
