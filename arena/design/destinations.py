"""Destinations of a tournament's model calls: hosts and the keys sent to them, without any call."""

import os
from collections.abc import Iterator

from agents.core.access.providers import ROUTES, route
from agents.core.models import embedded
from agents.core.models.keys import Allowed, Destination
from agents.core.models.lite import provider_of, where
from agents.core.models.model import ModelSpec
from arena.design.tournament import Tournament


def destinations(tournament: Tournament, allowed: Allowed | None = None) -> list[Destination]:
    """Hosts, variables of keys, and whether each key may go there, in order of appearance.

    Models that run inside this program are left out.

    Args:
        tournament: the design.
        allowed: pairs of host and key that the user allows; None reads the user's file.

    Raises:
        BadInput: a model has no provider, or takes no address from a design.
    """
    pairs = Allowed.read() if allowed is None else allowed
    return list(dict.fromkeys(where(spec, pairs) for spec in _specs(tournament)))


def variables(tournament: Tournament) -> frozenset[str]:
    """Environment variables that a worker on another machine needs to reach the models."""
    names: set[str | None] = set()
    for spec in _specs(tournament):
        provider = provider_of(spec.model)
        names |= {where(spec, Allowed()).variable, *route(provider).bases}
        if spec.api_base is None and provider not in ROUTES:  # only LiteLLM knows its variables
            names |= {name for name in os.environ if name.endswith(("_API_KEY", "_API_BASE"))}
    return frozenset(name for name in names if name is not None)


def _specs(tournament: Tournament) -> Iterator[ModelSpec]:
    """The models on remote servers."""
    for spec in tournament.model_specs:
        if not spec.model.startswith(embedded.PREFIX):
            yield spec
