"""Choices by information set, with equilibria and quantal response."""

import pandas as pd

from arena.analysis.equilibrium_family import beside_family
from arena.analysis.rating import Rated, Request, rate
from arena.record.run import Run
from games import BadInput
from ratings.core.play.behaviour import behaviour, frequencies
from ratings.core.tables import GameRecord


def shown_frequencies(rated: Rated, record: GameRecord) -> pd.DataFrame:
    """Frequencies of choices, with those of equilibria and of the quantal response.

    Of a family of equilibria, the one that is nearest to a contestant's choices, and its range; see
    `beside_family`.
    """
    from ratings import rationality  # noqa: PLC0415 - beside decisions only

    observed = behaviour(record)
    precision = rationality.METHOD(record, 0, rated.request.seed)
    lambdas = dict(zip(precision["contestant"], precision["precision"], strict=True))
    policy = None if record.equilibrium is None else observed.tree.array(record.equilibrium())
    return beside_family(frequencies(observed, policy, lambdas), record.stage)


def policies(run: Run, contestant: str, game: str | None = None) -> pd.DataFrame:
    """The choices of one contestant.

    Args:
        run: the run.
        contestant: its name.
        game: id of a game; by default the only game of the contestant.

    Returns:
        Columns set, action, times, frequency, low, high, equilibrium, noisy, equilibrium_low,
        equilibrium_high; see `frequencies` and `beside_family`.

    Raises:
        BadInput: the game is ambiguous, only outcomes were recorded, or the tree is too large.
    """
    query = "SELECT DISTINCT game FROM seats JOIN counted ON match = id WHERE contestant = ?"
    played = sorted(key for (key,) in run.rows(query, contestant))
    if game is None and len(played) != 1:
        told = f"name one of its games: {', '.join(played)}" if played else "it has played nothing"
        raise BadInput(f"contestant {contestant!r}: {told}")
    key = game or played[0]
    rated = rate([run], Request.checked("rationality", games=[key], rounds=0))
    table = shown_frequencies(rated, rated.records[key])
    own = table[table["contestant"] == contestant].drop(columns="contestant")
    return own.reset_index(drop=True)
