"""Playing and solving trees: payoffs, best responses, exploitability, CFR+, quantal response.

Everything works on the sequence form: of each player, the tree of its own decisions, in which a
strategy is a *plan*, the probabilities with which the player's own choices lead to each of them. A
game's ends tie the players' sequences together. All loops are over the depth of own decisions,
never over positions. Policies are arrays over the choices of a `Tree`; `Tree.array` and
`Tree.table` turn tables into them and back.

Source: Koller, Megiddo and von Stengel (1994), Fast algorithms for finding randomized strategies in
game trees, STOC 1994, 750 to 759.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from games.core.errors import BadInput
from games.core.tree import Floats, Ints, Tree
from games.core.types import Player


class _Seat:
    """The sequence form of one player; sequence 0 is to have made no choice yet.

    Attributes:
        choices: this player's range in the choices of the tree.
        blocks: the sets and the sequences of each depth, shallowest first, both as ranges.
        above: [sequences] the sequence before the one; 0 for the first.
        first: [sets] the first sequence of each set.
        sizes: [sets] number of actions.
        at_end: [ends] the player's sequence.
    """

    def __init__(self, tree: Tree, player: Player) -> None:
        own = np.flatnonzero(tree.owner == player)
        start, stop = (int(own[0]), int(own[-1]) + 1) if len(own) else (0, 0)
        low = int(tree.first_choice[start])
        self.choices = slice(low, int(tree.first_choice[stop]))
        self.first: Ints = tree.first_choice[start:stop] - low + 1
        self.sizes: Ints = np.diff(tree.first_choice[start : stop + 1])
        before = np.where(tree.set_parent < 0, 0, tree.set_parent - low + 1)[start:stop]
        self.above: Ints = np.concatenate([[0], np.repeat(before, self.sizes)])
        self.at_end: Ints = np.where(
            tree.end_choice[player] < 0, 0, tree.end_choice[player] - low + 1
        )
        depth = tree.depth[start:stop]
        edges = np.searchsorted(depth, np.arange(depth.max(initial=-1) + 2))
        ends = np.concatenate([self.first, [len(self.above)]])
        self.blocks = [
            (slice(a, b), slice(ends[a], ends[b]))
            for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        ]

    def plan(self, policy: Floats) -> Floats:
        """Probabilities of own sequences: [own choices] to [sequences]."""
        plan = np.concatenate([[1.0], policy])
        for _, block in self.blocks:
            plan[block] *= plan[self.above[block]]
        return plan

    def back(self, gains: Floats, policy: Floats | None) -> Floats:
        """Carry values from the ends of the own tree to its root.

        Args:
            gains: [sequences] what ends after a sequence are worth; becomes what sequences are
                worth with all that follows.
            policy: [own choices] what is played; None for the best.

        Returns:
            [sets] the value of each.
        """
        worth = np.empty(len(self.first))
        upper = [slice(0, 1), *(block for _, block in self.blocks)]
        for (sets, block), over in zip(self.blocks[::-1], upper[-2::-1], strict=True):
            starts = self.first[sets] - block.start
            if policy is None:
                worth[sets] = np.maximum.reduceat(gains[block], starts)
            else:
                played = policy[block.start - 1 : block.stop - 1]
                worth[sets] = np.add.reduceat(gains[block] * played, starts)
            before = self.above[self.first[sets]] - over.start
            gains[over] += np.bincount(before, worth[sets], over.stop - over.start)
        return worth

    def spread(self, per_set: Floats) -> Floats:
        """[sets] to [own choices]."""
        return np.repeat(per_set, self.sizes)

    def normalised(self, weights: Floats) -> Floats:
        """Weights as probabilities in each set, uniform where all are zero: [own choices]."""
        if not len(weights):
            return weights
        sums = self.spread(np.add.reduceat(weights, self.first - 1))
        even = self.spread(1 / self.sizes)
        return np.divide(weights, sums, out=even, where=sums > 0)


class _Form:
    """The sequence form of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.seats = [_Seat(tree, player) for player in range(tree.players)]
        self.stakes = tree.payoffs.T * tree.end_chance
        self.chance = tree.end_chance

    def plans(self, policy: Floats) -> list[Floats]:
        return [seat.plan(policy[seat.choices]) for seat in self.seats]

    def gains(self, player: Player, plans: list[Floats], stakes: Floats) -> Floats:
        """What ends are worth to a player, by its own sequence, as far as the others play there."""
        for other, seat in enumerate(self.seats):
            if other != player:
                stakes = stakes * plans[other][seat.at_end]
        own = self.seats[player]
        return np.bincount(own.at_end, stakes, len(own.above)).astype(np.float64, copy=False)


@lru_cache(maxsize=4)
def _form(tree: Tree) -> _Form:
    return _Form(tree)


def expected_payoffs(tree: Tree, policy: Floats) -> Floats:
    """Points that each player expects: [choices] to [players]."""
    form = _form(tree)
    reach = np.ones(len(tree.ends))
    for seat, plan in zip(form.seats, form.plans(policy), strict=True):
        reach *= plan[seat.at_end]
    return form.stakes @ reach


def best_response(tree: Tree, policy: Floats, player: Player) -> tuple[float, Floats]:
    """What a player could get at most if the others kept to the policy, and how.

    Returns:
        Points; and the policy, [choices], with the player's own part replaced: one action in each
        information set, the first of several that are equally good.
    """
    form = _form(tree)
    seat = form.seats[player]
    gains = form.gains(player, form.plans(policy), form.stakes[player])
    worth = seat.back(gains, None)
    best = np.flatnonzero(gains[1:] == seat.spread(worth))
    sets = np.repeat(np.arange(len(worth)), seat.sizes)[best]
    reply = np.zeros(len(gains) - 1)
    reply[best[np.unique(sets, return_index=True)[1]]] = 1
    changed = policy.copy()
    changed[seat.choices] = reply
    return float(gains[0]), changed


def nash_conv(tree: Tree, policy: Floats) -> float:
    """Points that all players together could gain by best responses; 0 in equilibrium alone.

    Source: Lanctot et al. (2017), A unified game-theoretic approach to multiagent reinforcement
    learning, NeurIPS 30.
    """
    form = _form(tree)
    plans = form.plans(policy)
    best = 0.0
    for player, seat in enumerate(form.seats):
        gains = form.gains(player, plans, form.stakes[player])
        seat.back(gains, None)
        best += float(gains[0])
    return best - float(expected_payoffs(tree, policy).sum())


def exploitability(tree: Tree, policy: Floats) -> float:
    """NashConv per player: if zero-sum, what a seat drawn by lot loses to its best opponent."""
    return nash_conv(tree, policy) / tree.players


def cfr_plus(tree: Tree, iterations: int) -> Floats:
    """An approximate equilibrium of a two-player zero-sum game: the average policy of CFR+.

    Alternating updates; iteration t weighs t in the average.

    Source: Tammelin (2014), Solving large imperfect information games using CFR+, arXiv 1407.5042.

    Args:
        tree: of a game that is zero-sum and has two players.
        iterations: how many; the exploitability falls about as their inverse, or faster.

    Returns:
        [choices]

    Raises:
        BadInput: the game is another one, or iterations is not positive.
    """
    if tree.players != 2 or not tree.game.zero_sum:  # noqa: PLR2004
        raise BadInput(f"CFR+ solves two-player zero-sum games, and {tree.game.name} is none")
    if iterations < 1:
        raise BadInput(f"iterations must be a whole number from 1, not {iterations}")
    form = _form(tree)
    policy = [seat.normalised(np.zeros(len(seat.above) - 1)) for seat in form.seats]
    plans = [seat.plan(own) for seat, own in zip(form.seats, policy, strict=True)]
    regret = [np.zeros(len(own)) for own in policy]
    total = [np.zeros(len(own)) for own in policy]
    for t in range(1, iterations + 1):
        for player, seat in enumerate(form.seats):
            gains = form.gains(player, plans, form.stakes[player])
            worth = seat.back(gains, policy[player])
            regret[player] += gains[1:] - seat.spread(worth)
            np.maximum(regret[player], 0, out=regret[player])
            policy[player] = seat.normalised(regret[player])
            plans[player] = seat.plan(policy[player])
            total[player] += t * plans[player][1:]
    average = np.empty(tree.choices)
    for seat, own in zip(form.seats, total, strict=True):
        average[seat.choices] = seat.normalised(own)
    return average


def quantal_response(tree: Tree, rationality: float) -> Floats:
    """The logit agent quantal response equilibrium of a small game.

    In each information set, the log odds of two actions are `rationality` times the difference of
    their expected points, given what all play. Followed from uniform play at 0 upwards, so that it
    is the one on the principal branch.

    Source: McKelvey and Palfrey (1995), Quantal response equilibria for normal form games, Games
    and Economic Behavior 10, 6 to 38; (1998), for extensive form games, Experimental Economics 1,
    9 to 41.

    Args:
        tree: of any game with at most 400 choices.
        rationality: lambda, in inverse points; 0 is uniform play.

    Returns:
        [choices]

    Raises:
        BadInput: the game is too large, rationality is negative, or the branch turns back before.
    """
    policy: Floats = quantal_responses(tree, [rationality])[0]
    return policy


def quantal_responses(tree: Tree, rationalities: Sequence[float]) -> Floats:
    """The same for several rationalities, in one walk along the branch.

    Args:
        tree: of any game with at most 400 choices.
        rationalities: lambdas, in ascending order.

    Returns:
        [rationalities, choices]

    Raises:
        BadInput: as `quantal_response`.
    """
    if tree.choices > _MOST_CHOICES:
        size = f"{tree.choices:,} choices, and the limit is {_MOST_CHOICES}"
        raise BadInput(f"{tree.game.name} is too large for quantal response: {size}")
    logs, at, step = np.log(tree.uniform()), 0.0, 0.25
    policies = np.empty((len(rationalities), tree.choices))
    for number, rationality in enumerate(rationalities):
        if not 0 <= rationality < np.inf:
            raise BadInput(f"rationality must be a number from 0, not {rationality!r}")
        while at < rationality:
            aim = min(at + step, rationality)
            if (newer := _newton(tree, logs, aim)) is not None:
                logs, at, step = newer, aim, 2 * step
            elif (step := step / 2) < _SMALLEST_STEP:
                name = tree.game.name
                raise BadInput(f"{name}: quantal response cannot be followed beyond {at:g}")
        policies[number] = np.exp(logs)
    return policies


_MOST_CHOICES, _SMALLEST_STEP, _NUDGE, _EXACT = 400, 1e-5, 1e-6, 1e-9
_NEVER = -50.0
"""Log probabilities end here: less makes no difference to anything, and would underflow."""


def _newton(tree: Tree, logs: Floats, rationality: float) -> Floats | None:
    """The fixed point of the logit response near a policy, by Newton's method; None if none is.

    In log probabilities, so that no step leads out of the simplex however rare an action is.
    """
    for _ in range(12):
        response = _logit(tree, logs, rationality)
        gap = logs - response
        if np.abs(gap).max() < _EXACT:
            return response
        nudged = logs + _NUDGE * np.eye(len(logs))
        moved = np.array([_logit(tree, row, rationality) for row in nudged])
        slope = np.eye(len(logs)) - (moved - response).T / _NUDGE
        try:
            logs = np.clip(logs - np.linalg.solve(slope, gap), _NEVER, 0)
        except np.linalg.LinAlgError:  # the branch may turn here: a smaller step will tell
            return None
    return None


def _logit(tree: Tree, logs: Floats, rationality: float) -> Floats:
    """The logit response to a policy, both as log probabilities: [choices] to [choices]."""
    worth, response = rationality * worths(tree, np.exp(logs)), np.empty(tree.choices)
    for seat in _form(tree).seats:
        own = worth[seat.choices]
        if not len(own):  # a player who never moves
            continue
        own = own - seat.spread(np.maximum.reduceat(own, seat.first - 1))
        total = np.add.reduceat(np.exp(own), seat.first - 1)
        response[seat.choices] = np.maximum(own - seat.spread(np.log(total)), _NEVER)
    return response


def worths(tree: Tree, policy: Floats) -> Floats:
    """What each choice is worth where it is made, in points: [choices] to [choices].

    That is, given that its information set is reached, and that all play the policy from there on;
    NaN where chance and the others never lead there.
    """
    form, values = _form(tree), np.empty(tree.choices)
    plans = form.plans(policy)
    for player, seat in enumerate(form.seats):
        own = policy[seat.choices]
        if not len(own):
            continue
        points = form.gains(player, plans, form.stakes[player])
        reach = form.gains(player, plans, form.chance)
        seat.back(points, own)
        seat.back(reach, own)
        # A choice is reached as often as its set, whatever its owner plays there.
        values[seat.choices] = np.divide(
            points[1:], reach[1:], out=np.full(len(own), np.nan), where=reach[1:] > 0
        )
    return values
