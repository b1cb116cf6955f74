"""Void matches: possible payoffs, and treatment of void matches."""

from typing import Any

import pandas as pd

from games.core.errors import BadInput
from games.core.game import Game
from games.core.repeated import Repeated, without_talk
from games.core.tree import build
from ratings.core.tables import Range, Voids


def payoff_range(game: Game[Any], seats: pd.DataFrame) -> Range:
    """The worst and the best that each seat can earn in a match.

    Args:
        game: the rules.
        seats: columns SEATS, for games of no fixed length: the extremes on record stand in.
    """
    game = without_talk(game)
    stage, rounds = (game.stage, game.rounds) if isinstance(game, Repeated) else (game, 1)
    if rounds and (known_ends := stage.extremes()) is not None:
        worst, best = ((float(rounds * end),) * len(stage.roles) for end in known_ends)
        return Range(worst, best, "by the rules of the game")
    if rounds:
        try:
            points = rounds * build(stage).payoffs
        except BadInput:  # too large a tree
            pass
        else:
            low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
            return Range(tuple(low), tuple(high), "by the rules of the game")
    known = seats.groupby("seat")["payoff"]
    low, high = known.min().tolist(), known.max().tolist()
    return Range(tuple(low), tuple(high), "on record: the rules set no limit")


def filled(seats: pd.DataFrame, voids: Voids, extremes: Range | None, *, zero_sum: bool) -> Any:  # noqa: ANN401
    """Payoffs of all seats under a void rule; NaN where nothing is known.

    Args:
        seats: columns SEATS.
        voids: the rule.
        extremes: possible payoffs; not needed without void matches.
        zero_sum: whether the others share the loss of a player.
    """
    payoff = seats["payoff"].copy()
    if voids == Voids.drop or extremes is None:
        return payoff
    worst = seats["seat"].map(dict(enumerate(extremes.lowest)))
    payoff = payoff.mask(seats["fault"], worst)
    if zero_sum:
        others = seats.groupby("match")["seat"].transform("size") - 1
        lost = worst.where(seats["fault"], 0.0).groupby(seats["match"]).transform("sum")
        payoff = payoff.mask(seats["void"] & ~seats["fault"], -lost / others)
    return payoff
