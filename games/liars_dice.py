"""Liar's Dice: one round of bidding on everybody's dice, until somebody does not believe it.

Rules: each player rolls in secret. In turn each makes a higher bid on how many of all dice show a
face, or calls the last bid a lie. Then the dice are shown: if there are as many as bid, the bidder
takes a point from the caller, otherwise the caller takes one from the bidder.

Source: the rules and defaults are those of OpenSpiel's `liars_dice`, see Lanctot et al. (2019),
OpenSpiel: a framework for reinforcement learning in games, arXiv 1908.09453; the game with one die
and a wild highest face is DUDO(1, 1, 6) of Neller and Hnath (2011), Approximating optimal Dudo play
with fixed-strategy iteration counterfactual regret minimization, ACG 2011, with another face wild.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Literal, get_args

from games.core.dealt import Dealt
from games.core.errors import BadInput, unknown
from games.core.outcomes import Due, Outcome, detail
from games.core.types import CHANCE, Action, Choice, Claim, Event, Observation, Payoff, Player

LIAR = "liar"
"""The action that calls the last bid a lie."""

STAKE = 1
"""Points that the caller or the bidder pays the other."""

Bidding = Literal["reset-face", "reset-quantity"]
"""What counts as higher; the names are OpenSpiel's."""

BIDDING: tuple[str, ...] = get_args(Bidding)

_ROLES = ("first", "second", "third", "fourth", "fifth", "sixth")
_RANGES = {"players": (2, len(_ROLES)), "dice": (1, 6), "faces": (2, 10)}

Hand = tuple[int, ...]
"""Faces of one player's dice, lowest first."""


@dataclass(frozen=True, slots=True)
class DiceState:
    """Hands in seat order, and moves in the order they were made."""

    hands: tuple[Hand, ...] = ()
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class LiarsDice(Dealt[DiceState]):
    """One round of Liar's Dice. A bid is written QUANTITYxFACE, such as 2x5.

    Args:
        players: number of players, 2 to 6.
        dice: dice of each player, 1 to 6.
        faces: faces of each die, 2 to 10, numbered from 1.
        wild: whether the highest face counts as every face.
        bidding: what a higher bid is: "reset-face", more dice of any face or as many of a higher
            one; or "reset-quantity", any number of a higher face or more of the same one.

    Raises:
        BadInput: a parameter is of another kind or out of range.
    """

    players: int = 2
    dice: int = 1
    faces: int = 6
    wild: bool = True
    bidding: Bidding = "reset-face"

    name = "liars_dice"
    version = 1
    family = "private information"
    roles = _ROLES[:2]
    zero_sum = True
    unstudied = "no human data: nobody has published how people play Liar's Dice"

    def __post_init__(self) -> None:
        """Check every parameter; name the seats."""
        for key, (low, high) in _RANGES.items():
            value = getattr(self, key)
            if type(value) is not int or not low <= value <= high:
                bounds = f"a whole number from {low} to {high}"
                raise BadInput(f"liars_dice: {key} must be {bounds}, not {value!r}")
        if type(self.wild) is not bool:
            raise BadInput(f"liars_dice: wild must be true or false, not {self.wild!r}")
        if self.bidding not in BIDDING:
            raise unknown("bidding of liars_dice", self.bidding, BIDDING)
        object.__setattr__(self, "roles", _ROLES[: self.players])

    def initial_state(self) -> DiceState:
        """Nothing rolled."""
        return DiceState()

    def movers(self, state: DiceState) -> tuple[Player, ...]:
        """Chance rolls hand by hand; then the players take turns until one calls."""
        if len(state.hands) < self.players:
            return (CHANCE,)
        return () if state.moves[-1:] == (LIAR,) else (len(state.moves) % self.players,)

    def space(self, state: DiceState, player: Player) -> Choice:  # noqa: ARG002 - the mover is known
        """Every higher bid, lowest first; and, once there is a bid, to call it."""
        higher = _higher(self.players * self.dice, self.faces, self.bidding)
        return higher[state.moves[-1] if state.moves else ""]

    def chance(self, state: DiceState) -> Mapping[Action, Fraction]:  # noqa: ARG002 - dice have no memory
        """The hand of the next player."""
        return _rolls(self.dice, self.faces)

    def observe(self, state: DiceState, player: Player) -> Observation:
        """The own dice, the moves, and at the end all dice."""
        wild = "highest wild" if self.wild else "none wild"
        facts: dict[str, int | str] = {"players": self.players, "dice": self.dice}
        facts |= {"faces": self.faces, "wild": wild, "bidding": self.bidding, "stake": STAKE}
        role, events = self.roles[player], tuple(self._events(state, player))
        space = self.space(state, player) if self.movers(state) == (player,) else None
        return Observation(self.name, player, self.players, role, facts, events, space)

    def redealt(self, state: DiceState, deal: DiceState) -> DiceState:
        """The same moves with other dice."""
        return DiceState(deal.hands, state.moves)

    def outcome(self, state: DiceState) -> Hashable:
        """The last bid, and who called it."""
        return state.moves[-2], self._last_mover(state)

    def claims(self, state: DiceState) -> tuple[Claim, ...]:
        """Every bid: backed if the own dice alone make it true, believed unless called at once."""
        bids, answers = state.moves[:-1], state.moves[1:]
        return tuple(
            Claim(at, self._holds(bid, (state.hands[at % self.players],)), answer != LIAR)
            for at, (bid, answer) in enumerate(zip(bids, answers, strict=True))
        )

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Bluffs: bids that the own dice do not make true; and calls of the last bid."""
        parts = ("call of a bid that own dice back", "call of another bid")
        main = Outcome("bluff"), Outcome("call")
        return *main, detail("call of a bluff", hidden=True), *map(detail, parts)

    def due(self, state: DiceState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Whether the mover bluffs; and, once there is a bid, whether it calls the last one."""
        ((player, action),) = moves.items()
        own = state.hands[player]
        at = " ".join(map(str, (*own, *state.moves)))
        bluffed = action not in {None, LIAR} and not self._holds(str(action), (own,))
        yield Due(player, "bluff", None if action is None else float(bluffed), at)
        if not state.moves:
            return
        bid, bidder = state.moves[-1], self._last_mover(state)
        backed = self._holds(bid, (own,))
        names = ["call", "call of a bid that own dice back" if backed else "call of another bid"]
        names += ["call of a bluff"] * (not self._holds(bid, (state.hands[bidder],)))
        for name in names:
            yield Due(player, name, None if action is None else float(action == LIAR), at)

    def _payoffs(self, state: DiceState) -> tuple[Payoff, ...]:
        """A point from the caller to the bidder if the bid is true, otherwise the other way."""
        true = self._holds(state.moves[-2], state.hands)
        caller = self._last_mover(state)
        bidder = (caller - 1) % self.players
        points = {bidder: STAKE if true else -STAKE, caller: -STAKE if true else STAKE}
        return tuple(points.get(seat, 0) for seat in range(self.players))

    def _next(self, state: DiceState, moves: Mapping[Player, Action]) -> DiceState:
        ((player, action),) = moves.items()
        if player == CHANCE:
            hand = tuple(map(int, str(action).split()))
            return DiceState((*state.hands, hand), state.moves)
        return DiceState(state.hands, (*state.moves, str(action)))

    def _holds(self, bid: str, hands: tuple[Hand, ...]) -> bool:
        """Whether these hands alone make a bid true; the highest face may count as every face."""
        quantity, face = map(int, bid.split("x"))
        counted = {face, self.faces} if self.wild else {face}
        return sum(die in counted for hand in hands for die in hand) >= quantity

    def _last_mover(self, state: DiceState) -> Player:
        return (len(state.moves) - 1) % self.players

    def _events(self, state: DiceState, player: Player) -> Iterator[Event]:
        if len(state.hands) > player:
            for die in state.hands[player]:
                yield Event("rolled", {"face": die})
        for turn, action in enumerate(state.moves):
            yield _moved(turn % self.players, action)
        if state.moves[-1:] == (LIAR,):
            for seat, hand in enumerate(state.hands):
                if seat != player:
                    yield from (Event("shown", {"player": seat, "face": die}) for die in hand)


@cache
def _higher(dice: int, faces: int, bidding: str) -> dict[str, Choice]:
    """What may be answered to each bid, and to none, with so many dice in all."""
    bids = [(q, f) for q in range(1, dice + 1) for f in range(1, faces + 1)]
    if bidding == "reset-quantity":
        bids.sort(key=lambda bid: (bid[1], bid[0]))
    words = tuple(f"{quantity}x{face}" for quantity, face in bids)
    answers = {word: Choice((*words[at:], LIAR)) for at, word in enumerate(words, 1)}
    return {"": Choice(words)} | answers


@cache
def _rolls(dice: int, faces: int) -> dict[Action, Fraction]:
    """Hands of so many dice, as their faces in order, with their probabilities."""
    odds: dict[Action, Fraction] = {}
    for hand in combinations_with_replacement(range(1, faces + 1), dice):
        orders = factorial(dice) // prod(map(factorial, Counter(hand).values()))
        odds[" ".join(map(str, hand))] = Fraction(orders, faces**dice)
    return odds


@cache
def _moved(seat: Player, action: str) -> Event:
    """Made once: trees and matches ask for the same few thousands of times."""
    return Event("moved", {"player": seat, "action": action})


GAME = LiarsDice
