"""Python functions as agents: naming, and import in other processes.

A design names a function by its module and qualified name, with a hash of its source. Designs are
files too, and a file must not have modules imported or functions called on its behalf. So a
function is found only where the process made it known: by `@arena.agent`, or by passing it to
`arena.Tournament`.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from functools import update_wrapper
from importlib import import_module
from textwrap import dedent
from typing import Any, NamedTuple

from games import BadInput
from games.core.errors import unknown

DRAWS = "rng"
"""A function with a parameter of this name is given its source of chance."""


class Known(NamedTuple):
    """A function that this process made known.

    Args:
        function: the function.
        source: hash of its source, 16 hexadecimal digits; empty if the source cannot be read.
    """

    function: Callable[..., Any]
    source: str


_KNOWN: dict[str, Known] = {}


class FunctionAgent:
    """A function that decides, with values of its parameters.

    Called with a view, it decides. Called with keywords alone, it is the same function with other
    values.

    Args:
        function: takes a view, a source of chance if it has a parameter `rng`, and its parameters.
        parameters: by name, plain JSON.

    Raises:
        BadInput: the function takes no view, or has no such parameter.
    """

    def __init__(self, function: Callable[..., Any], parameters: Mapping[str, Any]) -> None:
        check(function, parameters)
        self.function = function
        self.parameters = dict(parameters)
        update_wrapper(self, function)

    def __call__(self, *view: Any, **parameters: Any) -> Any:  # noqa: ANN401 - as the function's
        """The function's action; without a view, the function with these parameters."""
        merged = self.parameters | parameters
        return self.function(*view, **merged) if view else FunctionAgent(self.function, merged)

    @property
    def label(self) -> str:
        """The function's name with the values of its parameters."""
        values = [f"{key}={value}" for key, value in self.parameters.items()]
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return " ".join([name, *values])


def agent(function: Callable[..., Any]) -> FunctionAgent:
    """Make a function known as an agent whose parameters can be set.

    >>> @agent
    ... def first(view, place=0):
    ...     return view.space.options[place]
    >>> first(place=1).label
    'first place=1'

    Args:
        function: takes a view and gives an action, at once or awaited. Its other arguments are
            parameters; one that is called `rng` is given the only source of chance it may use.

    Raises:
        BadInput: it takes no view.
    """
    made = FunctionAgent(function, {})
    register(function)
    return made


def register(function: Callable[..., Any]) -> str:
    """Make a function known to this process, and return its name."""
    function = getattr(function, "__func__", function)
    module = getattr(function, "__module__", None)
    name = f"{module}:{getattr(function, '__qualname__', type(function).__qualname__)}"
    _KNOWN[name] = Known(function, _source(function))
    return name


def findable(function: Callable[..., Any]) -> tuple[str, str]:
    """The name of a function and the hash of its source, once both will be found again.

    Raises:
        BadInput: it is not at the top of a module, or its source cannot be read.
    """
    name = register(function)
    module, _, path = name.partition(":")
    there = sys.modules.get(module)
    for part in path.split("."):
        there = getattr(there, part, None)
    if getattr(there, "function", there) is not function:
        raise BadInput(
            f"agent {path}: a run has to find it again by name, and {module} has no {path}: "
            "define it with def at the top of a module or cell; arena.match plays any function"
        )
    if not _KNOWN[name].source:
        raise BadInput(f"agent {path}: its source cannot be read: define it in a file or a cell")
    return name, _KNOWN[name].source


def find(name: str, source: str) -> Callable[..., Any]:
    """The function that a design names.

    Raises:
        BadInput: this process does not know it, or knows it with another source.
    """
    if (known := _KNOWN.get(name)) is None:
        module = name.partition(":")[0]
        raise BadInput(
            f"function {name} is not known to this process: import {module}, where @arena.agent "
            "makes it known, or pass it to arena.Tournament, in Python"
        )
    if known.source != source:
        raise BadInput(
            f"function {name} has changed: its source has the hash {known.source or '-'}, and the "
            f"design states {source}"
        )
    return known.function


def restore(name: str) -> None:
    """Import the module of a function and make it known, in a worker of a process that knew it.

    Raises:
        BadInput: the module cannot be imported, or has no such function.
    """
    module, _, path = name.partition(":")
    try:
        there: Any = import_module(module)
        for part in path.split("."):
            there = getattr(there, part)
    except (ImportError, AttributeError) as error:
        raise BadInput(f"function {name} cannot be found by a worker: {error}") from None
    register(getattr(there, "function", there))


def check(function: Callable[..., Any], parameters: Mapping[str, Any]) -> None:
    """Refuse a function that takes no view, and parameters that it does not have.

    Raises:
        BadInput: as said.
    """
    label = getattr(function, "__name__", type(function).__name__)
    try:
        first, *others = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise BadInput(f"agent {label}: it must take a view as its first argument") from None
    if first.kind not in {first.POSITIONAL_ONLY, first.POSITIONAL_OR_KEYWORD}:
        raise BadInput(f"agent {label}: it must take a view as its first argument")
    if any(other.kind is other.VAR_KEYWORD for other in others):
        return
    names = [other.name for other in others if other.name != DRAWS]
    for name in parameters:
        if name not in names:
            raise unknown(f"parameter of agent {label}", name, names)


def _source(function: Callable[..., Any]) -> str:
    try:
        text = dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
