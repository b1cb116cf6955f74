"""Exact solutions: two-by-two games in closed form, perfect information by backward induction."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from games.core.game import Game
from games.core.policy import Policy
from games.core.types import CHANCE, Action, Payoff, actions
from games.core.walk import key

Cells = dict[tuple[Action, Action], tuple[Payoff, ...]]


class Equilibrium(NamedTuple):
    """An equilibrium of a 2x2 game: each player's probability of its first action, and points."""

    first: Fraction
    second: Fraction
    points: tuple[Fraction, ...]

    @property
    def pure(self) -> bool:
        """Whether nobody draws lots."""
        return {self.first, self.second} <= {0, 1}


def options(game: Game[Any]) -> list[tuple[Action, ...]]:
    """What each of two simultaneous movers may do at the start."""
    start = game.initial_state()
    return [actions(game.space(start, seat)) for seat in (0, 1)]


def two_by_two(game: Game[Any]) -> bool:
    """Whether two players move once, at the same time, with two actions each, and that is all."""
    start = game.initial_state()
    if len(game.roles) != 2 or game.movers(start) != (0, 1):  # noqa: PLR2004
        return False
    if any(len(own) != 2 for own in options(game)):  # noqa: PLR2004
        return False
    ends = [game.apply(start, {0: a, 1: b}) for a, b in product(*options(game))]
    return not any(map(game.movers, ends))


def equilibria(game: Game[Any]) -> list[Equilibrium]:
    """All equilibria of a 2x2 game: the pure ones, then the one in which both draw lots, if any.

    A game in which a player is indifferent against a pure action may have a continuum besides.

    Source: Nash (1951), Non-cooperative games, Annals of Mathematics 54, 286 to 295; each player's
    probability makes the other indifferent.
    """
    start, (mine, yours) = game.initial_state(), options(game)
    a, b = [
        [[Fraction(game.payoffs(game.apply(start, {0: i, 1: j}))[p]) for j in yours] for i in mine]
        for p in (0, 1)
    ]

    def points(p: Fraction, q: Fraction) -> tuple[Fraction, ...]:
        odds = [[p * q, p * (1 - q)], [(1 - p) * q, (1 - p) * (1 - q)]]
        cells = list(product((0, 1), repeat=2))
        return tuple(sum((odds[i][j] * m[i][j] for i, j in cells), Fraction(0)) for m in (a, b))

    def profiles() -> Iterator[tuple[Fraction, Fraction]]:
        for i, j in product((0, 1), repeat=2):
            if a[i][j] >= a[1 - i][j] and b[i][j] >= b[i][1 - j]:
                yield Fraction(1 - i), Fraction(1 - j)
        rows, columns = b[0][0] - b[0][1] - b[1][0] + b[1][1], a[0][0] - a[0][1] - a[1][0] + a[1][1]
        if rows and columns:
            p, q = (b[1][1] - b[1][0]) / rows, (a[1][1] - a[0][1]) / columns
            if 0 < p < 1 and 0 < q < 1:
                yield p, q

    return [Equilibrium(p, q, points(p, q)) for p, q in profiles()]


def selected(candidates: list[Equilibrium]) -> Equilibrium:
    """The equilibrium that an agent plays: the mixed one where there are several.

    It needs no agreement on who gets the better of two pure ones. Without one, the first.
    """
    return next((e for e in candidates if not e.pure), candidates[0])


def payoff_dominant(candidates: list[Equilibrium]) -> Equilibrium | None:
    """The pure equilibrium in which each player gets more than in any other pure one, if any.

    Source: Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games, section
    3.6.
    """
    pure = [each for each in candidates if each.pure]
    best = [
        one
        for one in pure
        if all(mine > yours for other in pure if other != one for mine, yours in _both(one, other))
    ]
    return best[0] if len(pure) > 1 and best else None


def risk_dominant(game: Game[Any], candidates: list[Equilibrium]) -> Equilibrium | None:
    """Of two strict pure equilibria, the one from which deviations lose more, multiplied.

    None where there are no two such equilibria, or the products are equal.

    Source: Harsanyi and Selten (1988), section 3.9.
    """
    products = [(_losses(game, each), each) for each in candidates if each.pure]
    if len(products) != 2 or any(product <= 0 for product, _ in products):  # noqa: PLR2004
        return None
    (one, first), (two, second) = products
    return None if one == two else first if one > two else second


def _both(one: Equilibrium, other: Equilibrium) -> Iterator[tuple[Fraction, Fraction]]:
    return zip(one.points, other.points, strict=True)


def _losses(game: Game[Any], at: Equilibrium) -> Fraction:
    """What each player loses by the other action in a pure equilibrium, multiplied."""
    start, moves = game.initial_state(), options(game)
    played = {0: moves[0][int(at.first == 0)], 1: moves[1][int(at.second == 0)]}
    lost = Fraction(1)
    for seat in (0, 1):
        (other,) = set(moves[seat]) - {played[seat]}
        end = game.apply(start, {**played, seat: other})
        lost *= at.points[seat] - Fraction(game.payoffs(end)[seat])
    return lost


def as_policy(game: Game[Any], played: Equilibrium) -> Policy:
    """An equilibrium of a 2x2 game as a table."""
    start, odds = game.initial_state(), (played.first, played.second)
    return {
        key(game.observe(start, seat)): {one: float(odds[seat]), two: float(1 - odds[seat])}
        for seat, (one, two) in enumerate(options(game))
    }


def backward_induction(game: Game[Any]) -> tuple[Policy, tuple[Fraction, ...]]:
    """The subgame perfect policy of a game of perfect information, and its points.

    Of actions that are equally good for the mover, the first is taken.

    Source: Selten (1965), Spieltheoretische Behandlung eines Oligopolmodells mit Nachfrageträgheit,
    Zeitschrift für die gesamte Staatswissenschaft 121, 301 to 324 and 667 to 689.
    """
    policy: Policy = {}

    def value(state: Any) -> tuple[Fraction, ...]:  # noqa: ANN401 - of any game
        movers = game.movers(state)
        if not movers:
            return tuple(map(Fraction, game.payoffs(state)))
        (player,) = movers
        if player == CHANCE:
            parts = [
                (p, value(game.apply(state, {CHANCE: o}))) for o, p in game.chance(state).items()
            ]
            return tuple(
                sum((p * v[s] for p, v in parts), Fraction(0)) for s in range(len(game.roles))
            )
        after = {
            a: value(game.apply(state, {player: a})) for a in actions(game.space(state, player))
        }
        best = max(after, key=lambda action: after[action][player])
        policy[key(game.observe(state, player))] = {
            action: float(action == best) for action in after
        }
        return after[best]

    return policy, value(game.initial_state())
