"""One rating over several games, in which every game weighs the same.

A game with more matches would decide the rating alone. So the wins and ties of a game are divided
by their number before they are added. Their sum is scaled to the mean number of comparisons of a
game, so that the ridge weighs as much as in the rating of one game.

Clusters are drawn game by game, as for the ratings of single games.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ratings.core.comparisons.connectivity import groups
from ratings.core.comparisons.counts import Compared, compared, kinds, one_of_each, tables
from ratings.core.comparisons.davidson import fit
from ratings.core.statistics import bootstrap
from ratings.core.statistics.bootstrap import Floats
from ratings.core.tables import GameRecord


def connected(records: Sequence[GameRecord]) -> tuple[str, ...]:
    """The largest group of contestants that play connects, over all games.

    Ratings of contestants that no chain of comparisons connects cannot be compared.

    Returns:
        Names in alphabetical order; none if no group is larger than all others.
    """
    components = groups(compared(together(records)))
    largest = [one for one in components if len(one) == max(map(len, components))]
    return largest[0] if len(largest) == 1 else ()


def together(records: Sequence[GameRecord]) -> GameRecord:
    """All games as one, with equal weight of comparisons; clusters are kept by game."""
    return replace(
        records[0],
        game=" + ".join(record.game for record in records),
        seats=pd.concat([_named(record, record.seats) for record in records]),
        comparisons=pd.concat([_named(record, record.comparisons) for record in records]),
    )


def strengths(
    records: Sequence[GameRecord], names: Sequence[str], rounds: int, seed: int
) -> tuple[Floats, Floats]:
    """Log strengths over all games, with mean 0, and their values in the bootstrap rounds.

    Args:
        records: of the games.
        names: names of rated contestants; other comparisons are left out.
        rounds: of the bootstrap.
        seed: of the bootstrap.

    Returns:
        [contestants] and [rounds, contestants]; no rounds if a game has fewer than two clusters.
    """
    played = [(record, data) for record in records if (data := _among(record, names)).clusters]
    among = [kinds(data) for _, data in played]
    drawn = [
        bootstrap.weights(each.copies, rounds, record.entropy(seed))
        for each, (record, _) in zip(among, played, strict=True)
    ]
    games = [one_of_each(data, each) for each, (_, data) in zip(among, played, strict=True)]
    usual = float(np.mean([len(data.score) for _, data in played])) / len(played)
    whole, ties = _fitted(games, usual, [each.whole for each in among])
    if not all(map(len, drawn)):
        return whole[0], np.empty((0, len(names)))
    return whole[0], _fitted(games, usual, drawn, (whole[0], ties))[0]


def _fitted(
    games: Sequence[Compared],
    usual: float,
    weights: Sequence[Floats],
    start: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Log strengths and propensities to tie, round by round.

    Args:
        games: the comparisons.
        usual: mean number of comparisons of a game, divided by the number of games.
        weights: [rounds, clusters] by game.
        start: of the fit.
    """
    counts = [tables(data, drawn) for data, drawn in zip(games, weights, strict=True)]
    parts = []
    for each in zip(*counts, strict=True):
        equal = [_equal(*one) for one in each]
        wins, ties = (usual * np.sum(of_games, axis=0) for of_games in zip(*equal, strict=True))
        parts.append(fit(wins, ties, start=start))
    strength, nu = zip(*parts, strict=True)
    return np.concatenate(strength), np.concatenate(nu)


def _equal(wins: Floats, ties: Floats) -> tuple[Floats, Floats]:
    """Wins and ties of a game, divided by their number in each round."""
    total = wins.sum(axis=(1, 2), keepdims=True) + ties.sum(axis=(1, 2), keepdims=True) / 2
    return wins / total, ties / total


def _among(record: GameRecord, names: Sequence[str]) -> Compared:
    """The comparisons of a game between certain contestants, all of whom are numbered."""
    table = record.comparisons
    inside = table["first"].isin(names) & table["second"].isin(names)
    return compared(replace(record, comparisons=table[inside]), names)


def _named(record: GameRecord, table: pd.DataFrame) -> pd.DataFrame:
    """A table whose clusters and matches bear the name of the game too."""
    own = {key: [f"{record.game}:{value}" for value in table[key]] for key in ("cluster", "match")
           if key in table}  # fmt: skip
    return table.assign(**own)
