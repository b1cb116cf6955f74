"""Kinds of agents. Each flat module is one kind, its file name is the id; `core` is machinery."""

from collections.abc import Mapping
from typing import Any

from agents.core.parse import parse
from agents.core.spec import AgentSpec
from games.core import plugins


def _wrong(_name: str, plugin: Any) -> str:  # noqa: ANN401 - whatever a package registers
    """The flaw of a registered kind of agent; empty if it has none."""
    fits = isinstance(plugin, type) and issubclass(plugin, AgentSpec)
    return "" if fits else "it is no subclass of agents.AgentSpec"


REGISTRY = plugins.Registry("agent", __name__, "AGENT", "agents", _wrong)
"""All kinds of agents: our own, and those of installed packages."""


def available() -> tuple[str, ...]:
    """Ids of all kinds of agents, in alphabetical order."""
    return REGISTRY.available()


def kind(name: str) -> type[AgentSpec]:
    """The class that holds the parameters of a kind of agent.

    Raises:
        BadInput: there is no such kind.
    """
    spec_class: type[AgentSpec] = REGISTRY.load(name)
    return spec_class


def load(name: str, params: Mapping[str, Any] | None = None, where: str | None = None) -> AgentSpec:
    """A kind of agent with its parameters.

    Args:
        name: id of the kind.
        params: its parameters by name.
        where: name of the place in the user's file, for error messages.

    Raises:
        BadInput: unknown kind or parameter, or invalid value.
    """
    return parse(kind(name), params or {}, where or f"agent {name}")


__all__ = ["AgentSpec", "available", "kind", "load"]
