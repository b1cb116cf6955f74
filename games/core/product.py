"""Deals and open play of a game, walked apart: the two factors of its tree."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from games.core.dealt import Dealt
from games.core.types import CHANCE, Action, Payoff, Player, actions
from games.core.walk import OVER, Sets, told, too_large


@dataclass
class Deals:
    """All of chance.

    Attributes:
        arities: per chance node, breadth first, the number of its outcomes.
        odds: probabilities of the outcomes, in the order of nodes.
        sizes: number of chance nodes of each level.
        dealt: the positions after it, in order.
    """

    arities: list[int] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    dealt: list[Any] = field(default_factory=list)


@dataclass
class Play:
    """The open play after any one deal, breadth first.

    Attributes:
        movers: per position, the seat that moves, or OVER.
        arities: per position, the number of moves.
        marks: per position, the index of its first information set, whose number is then raised by
            what the mover was dealt; at an end, the index of its outcome.
        sizes: number of positions of each level.
        outcomes: one end for each outcome.
        opens: of each position in which somebody moves: the mover, how often it has moved before,
            what it was told since the deal, and what it may do.
        where: the position each of `opens` belongs to.
    """

    movers: list[int] = field(default_factory=list)
    arities: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    outcomes: list[Any] = field(default_factory=list)
    opens: list[tuple[Player, int, str, tuple[Action, ...]]] = field(default_factory=list)
    where: list[int] = field(default_factory=list)


class _Knows(NamedTuple):
    """What a seat had done and seen when it last decided."""

    decisions: int
    events: int
    told: str


@dataclass(frozen=True)
class Product:
    """A tree as the product of deals and play.

    Args:
        deals: the deals.
        play: what follows each of them.
        types: [players][deals] number of what the player was dealt, as far as it can tell.
        sets: the information sets, by owner and depth; those of one position are neighbours.
        payoffs: [outcomes][deals] points per seat.
    """

    deals: Deals
    play: Play
    types: list[list[int]]
    sets: Sets
    payoffs: list[list[tuple[Payoff, ...]]]


def product(game: Dealt[Any], limit: int) -> Product:
    """The factors of a game's tree.

    Raises:
        BadInput: the tree has more than `limit` nodes.
    """
    deals = _deals(game, limit)
    hands = [
        [told(game.observe(deal, seat).events) for deal in deals.dealt]
        for seat in range(len(game.roles))
    ]
    numbers = [{hand: n for n, hand in enumerate(dict.fromkeys(own))} for own in hands]
    play = _play(game, deals, limit)
    sets = _sets(game, play, [list(own) for own in numbers])
    types = [[number[h] for h in own] for own, number in zip(hands, numbers, strict=True)]
    payoffs = [
        [game.payoffs(game.redealt(end, deal)) for deal in deals.dealt] for end in play.outcomes
    ]
    return Product(deals, play, types, sets, payoffs)


def _deals(game: Dealt[Any], limit: int) -> Deals:
    deals, frontier = Deals(), [game.initial_state()]
    while game.movers(frontier[0]) == (CHANCE,):
        deals.sizes.append(len(frontier))
        following = []
        for state in frontier:
            odds = game.chance(state)
            deals.arities.append(len(odds))
            deals.odds += map(float, odds.values())
            following += [game.apply(state, {CHANCE: outcome}) for outcome in odds]
            if len(following) > limit:
                raise too_large(game, len(following), limit)
        frontier = following
    deals.dealt = frontier
    return deals


def _play(game: Dealt[Any], deals: Deals, limit: int) -> Play:
    """Walk through the play after the first deal, which stands for all."""
    play, outcomes = Play(), dict[Hashable, int]()
    start, seats = deals.dealt[0], range(len(game.roles))
    room = (limit - sum(deals.sizes)) // len(deals.dealt)
    knows = tuple(_Knows(0, len(game.observe(start, seat).events), "") for seat in seats)
    frontier: list[tuple[Any, tuple[_Knows, ...]]] = [(start, knows)]
    while frontier:
        play.sizes.append(len(frontier))
        following: list[tuple[Any, tuple[_Knows, ...]]] = []
        for state, knows in frontier:
            movers = game.movers(state)
            if not movers:
                outcome = outcomes.setdefault(game.outcome(state), len(outcomes))
                if outcome == len(play.outcomes):
                    play.outcomes.append(state)
                play.movers.append(OVER)
                play.arities.append(0)
                play.marks.append(outcome)
                continue
            (player,) = movers
            seen = game.observe(state, player)
            assert seen.space is not None
            options = actions(seen.space)
            depth, known, since = knows[player]
            since += told(seen.events[known:])
            now = _Knows(depth + 1, len(seen.events), since)
            later = (*knows[:player], now, *knows[player + 1 :])
            play.where.append(len(play.movers))
            play.opens.append((player, depth, since, options))
            play.movers.append(player)
            play.arities.append(len(options))
            play.marks.append(-1)
            following += [(game.apply(state, {player: option}), later) for option in options]
        frontier = following
        if (size := len(play.movers) + len(frontier)) > room:
            raise too_large(game, size * len(deals.dealt), limit)
    return play


def _sets(game: Dealt[Any], play: Play, hands: list[list[str]]) -> Sets:
    """Number the information sets by owner and depth, and mark each position with its first."""
    sets = Sets()
    heads = [
        [f"{role}:{hand}" for hand in own] for role, own in zip(game.roles, hands, strict=True)
    ]
    for at in sorted(range(len(play.opens)), key=lambda at: play.opens[at][:2]):
        player, depth, since, options = play.opens[at]
        play.marks[play.where[at]] = len(sets.keys)
        sets.add(player, depth, [head + since for head in heads[player]], options)
    return sets
