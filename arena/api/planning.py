"""`plan`: resources of a design before the first call."""

from dataclasses import fields
from io import StringIO

from arena.api.pages import preformatted
from arena.design.tournament import Tournament
from arena.planning import plan as planning
from arena.report.plan import plan_text


class Plan(planning.Plan):
    """Matches, calls and cost of a tournament; `str` of it is the output of `arena plan`."""

    def __str__(self) -> str:
        """Text of `arena plan`."""
        stream = StringIO()
        plan_text(self, stream)
        return stream.getvalue()

    def _repr_html_(self) -> str:
        return preformatted(str(self))


def plan(
    tournament: Tournament,
    seconds: float | None = None,
    reasked: float = planning.REASKED,
    *,
    batch: bool = False,
) -> Plan:
    """Matches, decisions, calls, tokens, cost and time of a design, without any call.

    Args:
        tournament: the design.
        seconds: of one call; if not given, 1 to 10, 3 expected.
        reasked: share of decisions that are asked for again.
        batch: whether models are asked in batches, as by `run` with `batch=True`.

    Returns:
        Ranges of low, expected and high; cost in US dollars, None where a price is unknown.

    Raises:
        BadInput: an agent cannot be played here, or no model is asked in batches.
    """
    planned = planning.plan(tournament, seconds, reasked, batch=batch)
    return Plan(**{field.name: getattr(planned, field.name) for field in fields(planned)})
