"""Simulating from Python: matches between scripts as arrays, without a record."""

from collections.abc import Mapping, Sequence
from typing import Any

from arena.api.designs import AgentLike, Tournament
from arena.engine.simulated import Simulated, simulated


def simulate(
    game: str,
    contestants: Sequence[AgentLike],
    *,
    matches: int,
    seed: int = 0,
    schedule: Mapping[str, Any] | None = None,
    **parameters: Any,  # noqa: ANN401 - the game's
) -> Simulated:
    """Play matches between scripts at once, as arrays, without a record.

    Rules and probabilities are those of recorded play, and matches without chance end the same.

    >>> simulate("prisoners_dilemma", ["grim", "defector"], matches=1, rounds=5).payoffs.tolist()
    [[[4.0, 9.0]], [[9.0, 4.0]]]

    Args:
        game: the id of a game.
        contestants: who plays, see `AgentLike`; policy tables and agents that arrays can play.
        matches: number of matches of each seating.
        seed: of all chance; the same arguments give the same results.
        schedule: who meets whom, as in a tournament file; if None, everybody in every seating.
        parameters: of the game, such as rounds.

    Raises:
        BadInput: a name or a parameter is unknown, the number of matches is no whole number from 1,
            or a contestant or the schedule needs recorded play.
    """
    plan = {} if schedule is None else {"schedule": dict(schedule)}
    rows = [{"name": game, "params": parameters, **plan}]
    design = Tournament(name="simulation", games=rows, contestants=contestants)
    return simulated(design, matches=matches, seed=seed)[0]
