"""Kuhn poker: the smallest poker in which bluffing pays.

Rules: both players pay the ante and are dealt one card of three. The first checks or bets. After a
check the second checks or bets; whoever faces a bet folds or calls. If nobody bets, or the bet is
called, the higher card wins the pot at a showdown; a bettor who is not called wins it unseen.

Source: Kuhn (1950), A simplified two-person poker, in Contributions to the Theory of Games I,
pages 97 to 103.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from games.core.errors import BadInput
from games.core.game import Game
from games.core.types import CHANCE, Action, Choice, Event, Observation, Payoff, Player

DECK = ("J", "Q", "K")
"""The cards, lowest first."""

_FREE = Choice(("check", "bet"))
_FACING_A_BET = Choice(("fold", "call"))
_ENDS = {("check", "check"), ("bet", "fold"), ("bet", "call")}


@dataclass(frozen=True, slots=True)
class KuhnState:
    """Cards in seat order, and moves in the order they were made."""

    cards: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class KuhnPoker(Game[KuhnState]):
    """Kuhn poker for two.

    Args:
        ante: chips each player pays before the deal.
        bet: chips of a bet, and of a call.

    Raises:
        BadInput: a parameter is not a whole number from 1.
    """

    ante: int = 1
    bet: int = 1

    name = "kuhn_poker"
    version = 1
    roles = ("first", "second")
    zero_sum = True

    def __post_init__(self) -> None:
        """Check the stakes."""
        for key, value in (("ante", self.ante), ("bet", self.bet)):
            if type(value) is not int or value < 1:
                raise BadInput(f"kuhn_poker: {key} must be a whole number from 1, not {value!r}")

    def initial_state(self) -> KuhnState:
        """Nothing dealt."""
        return KuhnState()

    def movers(self, state: KuhnState) -> tuple[Player, ...]:
        """Chance deals two cards one by one; then the players take turns."""
        if len(state.cards) < len(self.roles):
            return (CHANCE,)
        return () if state.moves[-2:] in _ENDS else (len(state.moves) % 2,)

    def space(self, state: KuhnState, player: Player) -> Choice:  # noqa: ARG002 - the mover is known
        """Check or bet; facing a bet, fold or call."""
        return _FACING_A_BET if state.moves[-1:] == ("bet",) else _FREE

    def chance(self, state: KuhnState) -> Mapping[Action, Fraction]:
        """Each card that is left, equally likely."""
        left = [card for card in DECK if card not in state.cards]
        return {card: Fraction(1, len(left)) for card in left}

    def observe(self, state: KuhnState, player: Player) -> Observation:
        """The own card, the moves, and at a showdown the other card."""
        facts = {"ante": self.ante, "bet": self.bet}
        role, events = self.roles[player], tuple(self._events(state, player))
        space = self.space(state, player) if self.movers(state) == (player,) else None
        return Observation(self.name, player, 2, role, facts, events, space)

    def _payoffs(self, state: KuhnState) -> tuple[Payoff, ...]:
        """What the winner takes from the loser: the ante, and the bet if it was called."""
        if state.moves[-1] == "fold":
            winner = len(state.moves) % 2  # the fold was the other's
            stake = self.ante
        else:
            winner = max((0, 1), key=lambda seat: DECK.index(state.cards[seat]))
            stake = self.ante + (self.bet if state.moves[-1] == "call" else 0)
        return (stake, -stake) if winner == 0 else (-stake, stake)

    def _next(self, state: KuhnState, moves: Mapping[Player, Action]) -> KuhnState:
        ((player, action),) = moves.items()
        if player == CHANCE:
            return replace(state, cards=(*state.cards, str(action)))
        return replace(state, moves=(*state.moves, str(action)))

    def _events(self, state: KuhnState, player: Player) -> Iterator[Event]:
        if len(state.cards) > player:
            yield Event("dealt", {"card": state.cards[player]})
        for turn, action in enumerate(state.moves):
            yield Event("moved", {"player": turn % 2, "action": action})
        if state.moves[-2:] in _ENDS and state.moves[-1] != "fold":
            yield Event("showdown", {"card": state.cards[1 - player]})


GAME = KuhnPoker
