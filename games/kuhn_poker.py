"""Kuhn poker: the smallest poker in which bluffing pays.

Rules: every player pays the ante and is dealt one card of a deck with one card more than there are
players. In turn they check, until one bets; the others, in turn and once each, then fold or call.
If nobody bets, all are in; if somebody bets, the bettor and the callers are. The highest card among
those who are in wins the pot, at a showdown if they are several, unseen otherwise.

Source: Kuhn (1950), A simplified two-person poker, in Contributions to the Theory of Games I,
pages 97 to 103. For three and four players: Szafron, Gibson and Sturtevant (2013), A parameterized
family of equilibrium profiles for three-player Kuhn poker, AAMAS 2013, 247 to 254; the rules are
those of OpenSpiel's `kuhn_poker(players=n)`.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import Any

from games.core.betting import paid
from games.core.dealt import Dealt
from games.core.errors import BadInput
from games.core.outcomes import Due, Outcome, detail
from games.core.types import CHANCE, Action, Choice, Claim, Event, Observation, Payoff, Player

_CARDS = ("9", "T", "J", "Q", "K")
"""Lowest first; n players use the n + 1 highest."""

_ROLES = ("first", "second", "third", "fourth")
_FREE = Choice(("check", "bet"))
_FACING_A_BET = Choice(("fold", "call"))


@dataclass(frozen=True, slots=True)
class KuhnState:
    """Cards in seat order, and moves in the order they were made."""

    cards: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class KuhnPoker(Dealt[KuhnState]):
    """Kuhn poker for two, three or four.

    Args:
        ante: chips each player pays before the deal.
        bet: chips of a bet, and of a call.
        players: number of players.

    Raises:
        BadInput: a stake is not a whole number from 1, or players is not 2, 3 or 4.
    """

    ante: int = 1
    bet: int = 1
    players: int = 2

    name = "kuhn_poker"
    version = 1
    family = "private information"
    roles = _ROLES[:2]
    zero_sum = True
    unstudied = "no human data: nobody has published how people play Kuhn poker"

    def __post_init__(self) -> None:
        """Check stakes and players; name the seats."""
        for key, value in (("ante", self.ante), ("bet", self.bet)):
            if type(value) is not int or value < 1:
                raise BadInput(f"kuhn_poker: {key} must be a whole number from 1, not {value!r}")
        if type(self.players) is not int or not 2 <= self.players <= len(_ROLES):  # noqa: PLR2004
            raise BadInput(f"kuhn_poker: players must be 2, 3 or 4, not {self.players!r}")
        object.__setattr__(self, "roles", _ROLES[: self.players])

    @property
    def deck(self) -> tuple[str, ...]:
        """The cards, lowest first."""
        return _CARDS[-self.players - 1 :]

    def initial_state(self) -> KuhnState:
        """Nothing dealt."""
        return KuhnState()

    def movers(self, state: KuhnState) -> tuple[Player, ...]:
        """Chance deals a card to each, one by one; then the players take turns."""
        if len(state.cards) < self.players:
            return (CHANCE,)
        turn, last = len(state.moves), self.players
        if "bet" in state.moves:  # everybody else has one more turn
            last += state.moves.index("bet")
        return () if turn == last else (turn % self.players,)

    def space(self, state: KuhnState, player: Player) -> Choice:  # noqa: ARG002 - the mover is known
        """Check or bet; facing a bet, fold or call."""
        return _FACING_A_BET if "bet" in state.moves else _FREE

    def chance(self, state: KuhnState) -> Mapping[Action, Fraction]:
        """Each card that is left, equally likely."""
        return _draw(self.deck, state.cards)

    @lru_cache(maxsize=4096)  # noqa: B019 - there are few positions, and they come again and again
    def observe(self, state: KuhnState, player: Player) -> Observation:
        """The own card, the moves, and at a showdown the other cards that are in."""
        movers, role = self.movers(state), self.roles[player]
        events = tuple(self._events(state, player, over=not movers))
        space = self.space(state, player) if movers == (player,) else None
        return Observation(self.name, player, self.players, role, self._facts, events, space)

    def redealt(self, state: KuhnState, deal: KuhnState) -> KuhnState:
        """The same moves with other cards."""
        return KuhnState(deal.cards, state.moves)

    def outcome(self, state: KuhnState) -> Hashable:
        """Who is in, and for how much."""
        return state.moves

    def claims(self, state: KuhnState) -> tuple[Claim, ...]:
        """A bet claims a card that can win; with the lowest it is a bluff, believed if all fold."""
        if "bet" not in state.moves:
            return ()
        first = state.moves.index("bet")
        backed = state.cards[first % self.players] != self.deck[0]
        return (Claim(first, backed, believed="call" not in state.moves),)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Bets and calls, in each information set; a bet with the lowest card is a bluff."""
        parts = [_detail(card, moves) for moves in self._histories for card in self.deck]
        main = map(Outcome, ("bet", "bluff", "call"))
        return *main, detail("call of a bluff", hidden=True), *map(detail, parts)

    def due(self, state: KuhnState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Whether the mover bets; facing a bet, whether it calls."""
        ((player, action),) = moves.items()
        card = state.cards[player]
        names = [_detail(card, state.moves)]
        if "bet" in state.moves:
            bettor = state.moves.index("bet") % self.players
            names += ["call", *["call of a bluff"] * (state.cards[bettor] == self.deck[0])]
        else:
            names += ["bet", *["bluff"] * (card == self.deck[0])]
        value = None if action is None else float(action in {"bet", "call"})
        at = " ".join((card, *state.moves))
        return (Due(player, name, value, at) for name in names)

    def _payoffs(self, state: KuhnState) -> tuple[Payoff, ...]:
        """The winner takes what the others paid: the ante, and the bet of those who called."""
        stay = self._in(state)
        moves = ((turn % self.players, move) for turn, move in enumerate(state.moves))
        put = paid(self.ante, self.players, [(self.bet, moves)])
        winner = max(stay, key=lambda seat: self.deck.index(state.cards[seat]))
        return tuple(sum(put) - put[p] if p == winner else -put[p] for p in self._seats)

    def _next(self, state: KuhnState, moves: Mapping[Player, Action]) -> KuhnState:
        ((player, action),) = moves.items()
        if player == CHANCE:
            return KuhnState((*state.cards, str(action)), state.moves)
        return KuhnState(state.cards, (*state.moves, str(action)))

    @cached_property
    def _histories(self) -> tuple[tuple[str, ...], ...]:
        """The moves before each decision that there can be: checks, a bet, answers to it."""
        checks = [("check",) * turn for turn in range(self.players)]
        answers = [
            (*before, "bet", *given)
            for before in checks
            for count in range(self.players - 1)
            for given in product(("fold", "call"), repeat=count)
        ]
        return (*checks, *answers)

    @property
    def _seats(self) -> range:
        return range(self.players)

    def _in(self, state: KuhnState) -> list[Player]:
        """Who can win the pot: all if nobody bet, otherwise the bettor and the callers."""
        if "bet" not in state.moves:
            return list(self._seats)
        first = state.moves.index("bet")
        answers = enumerate(state.moves[first:], first)
        return sorted(turn % self.players for turn, move in answers if move != "fold")

    @cached_property
    def _facts(self) -> dict[str, Any]:
        """The stakes, how many play and with which cards."""
        deck = tuple({"card": card} for card in self.deck)
        return {"players": self.players, "deck": deck, "ante": self.ante, "bet": self.bet}

    def _events(self, state: KuhnState, player: Player, *, over: bool) -> Iterator[Event]:
        if len(state.cards) > player:
            yield Event("dealt", {"card": state.cards[player]})
        for turn, action in enumerate(state.moves):
            yield _moved(turn % self.players, action)
        if over and len(stay := self._in(state)) > 1:
            for seat in stay:
                if seat != player:
                    yield Event("showdown", self._shown(seat, state.cards[seat]))

    def _shown(self, seat: Player, card: str) -> dict[str, int | str]:
        """With two, the other card needs no name beside it."""
        return {"card": card} if self.players == 2 else {"player": seat, "card": card}  # noqa: PLR2004


def _detail(card: str, moves: Sequence[str]) -> str:
    """The outcome of one information set."""
    kind = "call" if "bet" in moves else "bet"
    return f"{kind} with {card} {'after ' + ', '.join(moves) if moves else 'first'}"


@cache
def _draw(deck: tuple[str, ...], dealt: tuple[str, ...]) -> dict[Action, Fraction]:
    """Each card that has not been dealt, with the same probability."""
    left = [card for card in deck if card not in dealt]
    return dict.fromkeys(left, Fraction(1, len(left)))


@cache
def _moved(seat: Player, action: str) -> Event:
    """Made once: trees and matches ask for the same few thousands of times."""
    return Event("moved", {"player": seat, "action": action})


GAME = KuhnPoker
