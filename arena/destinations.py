"""Where the calls of a tournament's models go, and with which keys; nobody is asked."""

from agents.core import embedded
from agents.core.keys import Allowed, Destination
from agents.core.lite import where
from arena.tournament import Tournament


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
    needs = (params.needs() for _, params in tournament.contestants.values())
    specs = (spec for spec in needs if spec and not spec.model.startswith(embedded.PREFIX))
    return list(dict.fromkeys(where(spec, pairs) for spec in specs))
