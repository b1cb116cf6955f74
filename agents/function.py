"""A Python function: it is given the view and gives the action.

A design names it by module and qualified name, with a hash of its own source; what it calls is not
part of the hash. It is made with `arena.Tournament`, in Python.
"""

import inspect
from collections.abc import Callable
from numbers import Integral
from random import Random
from typing import Any

from pydantic import Field

from agents.core.spec import Scripted
from agents.core.strategies.functions import DRAWS, check, find
from agents.core.types import Decision
from games import BadInput
from games.core.types import Action, ActionSpace, Amount, Observation, Said, Speech, one_line
from prompts import View


class Function(Scripted):
    """Decides by a function of the process that plays. No action (None) voids the match."""

    function: str = Field(pattern=r"^[\w.]+:[\w.]+$")
    """The function, as module:name."""

    source: str = Field(pattern=r"^[0-9a-f]{16}$")
    """Hash of its source."""

    parameters: dict[str, Any] = Field(default_factory=dict)
    """Values of its parameters, by name."""

    def code(self) -> str:
        """The function's name, once it is found."""
        check(find(self.function, self.source), self.parameters)
        return self.function

    def act(self, seen: Observation, rng: Random) -> Action | None:
        """The function's action where others show nothing.

        Raises:
            BadInput: the function has to be awaited, fails, or gives no legal action.
        """
        made = self._called(View(seen), rng)
        if inspect.isawaitable(made):
            raise BadInput(f"agent {self.function} has to be awaited: it only plays in matches")
        return legal(made, seen.space, self.function)

    async def decide(self, view: View, rng: Random) -> Decision:
        """The function's action."""
        return Decision(await action(self._called, view, rng, self.function))

    def _called(self, view: View, rng: Random) -> Any:  # noqa: ANN401 - an action or an awaitable
        function = find(self.function, self.source)
        return called(function, view, rng, self.parameters, self.function)


def called(
    function: Callable[..., Any],
    view: View,
    rng: Random,
    parameters: dict[str, Any],
    label: str,
) -> Any:  # noqa: ANN401 - an action or an awaitable
    """The answer of a function.

    Raises:
        BadInput: it fails; its own error is the cause.
    """
    draws = {DRAWS: rng} if DRAWS in inspect.signature(function).parameters else {}
    try:
        return function(view, **draws, **parameters)
    except Exception as error:
        raise _failed(label, error) from error


async def action(
    function: Callable[[View, Random], Any], view: View, rng: Random, label: str
) -> Action | None:
    """A function's action, awaited if need be.

    Raises:
        BadInput: it fails, or gives what is not legal.
    """
    made = function(view, rng)
    if inspect.isawaitable(made):
        try:
            made = await made
        except Exception as error:
            raise _failed(label, error) from error
    return legal(made, view.space, label)


def legal(made: Any, space: ActionSpace | None, label: str) -> Action | None:  # noqa: ANN401
    """The action in a function's answer; None if it gave None.

    Raises:
        BadInput: it is not legal.
    """
    if made is None or space is None:
        return None
    if isinstance(made, Integral) and not isinstance(made, bool):
        made = int(made)  # numpy's numbers are no JSON
    elif isinstance(made, str):
        made = Said(one_line(made)) if isinstance(space, Speech) else str(made)
    if isinstance(made, bool) or not isinstance(made, int | str | Said) or made not in space:
        known = f"{space.low} to {space.high}" if isinstance(space, Amount) else str(space)
        raise BadInput(f"agent {label}: {made!r} is not legal here; legal is {known}")
    return made


def _failed(label: str, error: Exception) -> BadInput:
    return BadInput(f"agent {label} failed: {type(error).__name__}: {error}")


AGENT = Function
