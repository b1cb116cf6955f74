"""Leduc poker: a small poker of two betting rounds, with a card on the table between them.

Rules: two players pay the ante and are dealt one card each of a deck of six, two of each rank. In
each of two rounds they check or bet, and then fold, call or raise; the first player begins both.
Between the rounds one card is put on the table for both. A player whose card is of the rank on the
table wins the showdown, otherwise the higher rank does; equal ranks share the pot.

Source: Southey, Bowling, Larson, Piccione, Burch, Billings and Rayner (2005), Bayes' bluff:
opponent modelling in poker, UAI 21, 550 to 558; the rules are those of OpenSpiel's `leduc_poker`,
see Lanctot et al. (2019), arXiv 1908.09453.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import cycle, product
from typing import Any

from games.core.betting import BETS, paid
from games.core.dealt import Private
from games.core.errors import BadInput
from games.core.outcomes import Due, Outcome, detail
from games.core.types import CHANCE, Action, Choice, Claim, Event, Observation, Payoff, Player

DECK = ("J", "Q", "K")
"""Ranks, lowest first."""

COPIES = 2
"""Cards of each rank."""

_ROUNDS = ("first round", "second round")
_FREE = Choice(("check", "bet"))
_FACING = Choice(("fold", "call", "raise"))
_CAPPED = Choice(("fold", "call"))


@dataclass(frozen=True, slots=True)
class LeducState:
    """What has been dealt and done.

    Args:
        cards: ranks in seat order.
        first: moves of the first round.
        board: the rank on the table; empty before it is dealt.
        second: moves of the second round.
    """

    cards: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    board: str = ""
    second: tuple[str, ...] = ()

    @property
    def moves(self) -> tuple[str, ...]:
        """Of both rounds."""
        return self.first + self.second

    @property
    def round(self) -> int:
        """The round being played: 0 or 1."""
        return int(bool(self.board))

    @property
    def current(self) -> tuple[str, ...]:
        """Moves of the round being played."""
        return self.second if self.board else self.first


@dataclass(frozen=True)
class LeducPoker(Private[LeducState]):
    """Leduc poker for two.

    Args:
        ante: chips each player pays before the deal.
        small_bet: chips of a bet, and of a raise, in the first round.
        big_bet: the same in the second round.
        bets: how many bets and raises there can be in a round.

    Raises:
        BadInput: a parameter is not a whole number from 1.
    """

    ante: int = 1
    small_bet: int = 2
    big_bet: int = 4
    bets: int = 2

    name = "leduc_poker"
    version = 1
    family = "private information"
    roles = ("first", "second")
    zero_sum = True
    unstudied = "no human data: nobody has published how people play Leduc poker"

    def __post_init__(self) -> None:
        """Check the stakes."""
        for key in ("ante", "small_bet", "big_bet", "bets"):
            value = getattr(self, key)
            if type(value) is not int or value < 1:
                raise BadInput(f"leduc_poker: {key} must be a whole number from 1, not {value!r}")

    def initial_state(self) -> LeducState:
        """Nothing dealt."""
        return LeducState()

    def movers(self, state: LeducState) -> tuple[Player, ...]:
        """Chance deals a card to each; the players bet; chance deals the table; they bet again."""
        if len(state.cards) < len(self.roles):
            return (CHANCE,)
        if not _closed(state.current):
            return (_turn(state.current),)
        return () if state.board or state.first[-1] == "fold" else (CHANCE,)

    def space(self, state: LeducState, player: Player) -> Choice:  # noqa: ARG002 - the mover is known
        """Check or bet; facing a bet, fold, call, or raise as long as the rules let it."""
        made = _bets(state.current)
        if not made:
            return _FREE
        return _FACING if made < self.bets else _CAPPED

    def chance(self, state: LeducState) -> Mapping[Action, Fraction]:
        """A rank, as likely as there are cards of it left."""
        return _draw(state.cards)

    @lru_cache(maxsize=16384)  # noqa: B019 - there are few positions, and they come again and again
    def observe(self, state: LeducState, player: Player) -> Observation:
        """The own card, the moves, the card on the table, and at a showdown the other card."""
        movers, role = self.movers(state), self.roles[player]
        events = tuple(self._events(state, player, over=not movers))
        space = self.space(state, player) if movers == (player,) else None
        return Observation(self.name, player, 2, role, self._facts, events, space)

    def claims(self, state: LeducState) -> tuple[Claim, ...]:
        """Every bet and raise: a bluff if the hand is a weak one, believed if it is folded to."""
        answers = (*state.moves[1:], "")
        found = []
        for at, (move, answer) in enumerate(zip(state.moves, answers, strict=True)):
            later = at - len(state.first)
            turn, board = (at, "") if later < 0 else (later, state.board)
            if move in BETS:
                backed = not weak(state.cards[turn % 2], board)
                found.append(Claim(at, backed, believed=answer == "fold"))
        return tuple(found)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Bets and calls, in all and with each hand; a bet with a weak hand is a bluff."""
        hands = [(hand, at) for at in (0, 1) for hand in (*DECK, *["a pair"] * at)]
        parts = [_detail(kind, *hand) for kind, hand in product(("bet", "call"), hands)]
        main = map(Outcome, ("bet", "bluff", "call"))
        return *main, detail("call of a bluff", hidden=True), *map(detail, parts)

    def due(self, state: LeducState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """Whether the mover bets or raises, if it may; facing a bet, whether it stays in."""
        ((player, action),) = moves.items()
        card, facing = state.cards[player], bool(_bets(state.current))
        hand = "a pair" if card == state.board else card
        at = " ".join((card, *state.first, state.board, *state.second))
        bold = [*["bet"] * (_bets(state.current) < self.bets)]
        bold += ["bluff"] * (bool(bold) and weak(card, state.board))
        bold += [_detail("bet", hand, state.round)] * (not facing)
        for name in bold:
            yield Due(player, name, None if action is None else float(action in BETS), at)
        staying = ["call", _detail("call", hand, state.round)] if facing else []
        staying += ["call of a bluff"] * (facing and weak(state.cards[1 - player], state.board))
        for name in staying:
            yield Due(player, name, None if action is None else float(action != "fold"), at)

    def _payoffs(self, state: LeducState) -> tuple[Payoff, ...]:
        """The winner takes what the other paid; equal hands take back their own."""
        rounds = ((self.small_bet, state.first), (self.big_bet, state.second))
        by_seat = [(size, zip(cycle((0, 1)), moves, strict=False)) for size, moves in rounds]
        if state.moves[-1] == "fold":
            winner = 1 - (len(state.current) - 1) % 2
        else:
            ours, theirs = (_worth(card, state.board) for card in state.cards)
            if ours == theirs:
                return 0, 0
            winner = int(theirs > ours)
        lost = paid(self.ante, 2, by_seat)[1 - winner]
        return (lost, -lost) if winner == 0 else (-lost, lost)

    def _next(self, state: LeducState, moves: Mapping[Player, Action]) -> LeducState:
        ((player, action),) = moves.items()
        cards, first, board, second = state.cards, state.first, state.board, state.second
        if player != CHANCE:
            if board:
                return LeducState(cards, first, board, (*second, str(action)))
            return LeducState(cards, (*first, str(action)), board, second)
        if len(cards) < len(self.roles):
            return LeducState((*cards, str(action)))
        return LeducState(cards, first, str(action))

    @cached_property
    def _facts(self) -> dict[str, Any]:
        """The stakes and the cards."""
        facts = {key: getattr(self, key) for key in ("ante", "small_bet", "big_bet", "bets")}
        return {"deck": tuple({"card": card} for card in DECK), "copies": COPIES, **facts}

    def _events(self, state: LeducState, player: Player, *, over: bool) -> Iterator[Event]:
        if len(state.cards) > player:
            yield Event("dealt", {"card": state.cards[player]})
        yield from _moved(state.first)
        if state.board:
            yield Event("board", {"card": state.board})
        yield from _moved(state.second)
        if over and state.moves[-1] != "fold":
            yield Event("showdown", {"card": state.cards[1 - player]})


def weak(card: str, board: str) -> bool:
    """Whether a hand wins less than half of the showdowns against what the other may hold.

    The card that is yet to come is not looked at: before it, the lowest rank is weak; after it,
    every hand without a pair that does not beat more than it loses to.

    Args:
        card: the own rank.
        board: the rank on the table; empty if there is none.

    Source: hand strength of Billings, Davidson, Schaeffer and Szafron (2002), The challenge of
    poker, Artificial Intelligence 134, 201 to 240.
    """
    return _strength(card, board) < Fraction(1, 2)


@cache
def _strength(card: str, board: str) -> Fraction:
    """The share of the other's hands that are beaten, equal ones counted half."""
    seen = (card, board) if board else (card,)
    own, total = _worth(card, board), Fraction(0)
    for other, odds in _draw(seen).items():
        theirs = _worth(str(other), board)
        total += odds * Fraction((own > theirs) + (own >= theirs), 2)
    return total


def _worth(card: str, board: str) -> tuple[bool, int]:
    """Of two hands the greater one wins the showdown."""
    return card == board, DECK.index(card)


def _turn(moves: Sequence[str]) -> Player:
    return len(moves) % 2


def _bets(moves: Sequence[str]) -> int:
    """Bets and raises."""
    return sum(move in BETS for move in moves)


def _closed(moves: Sequence[str]) -> bool:
    """Whether a round of betting is over."""
    return moves[-1:] in (("fold",), ("call",)) or moves[:2] == ("check", "check")


def _detail(kind: str, hand: str, at: int) -> str:
    """The outcome of one hand in one round."""
    return f"{kind} with {hand}, {_ROUNDS[at]}"


@cache
def _draw(dealt: tuple[str, ...]) -> dict[Action, Fraction]:
    """Each rank that is left, with its share of the cards that are left."""
    left = {card: COPIES - dealt.count(card) for card in DECK}
    total = sum(left.values())
    return {card: Fraction(count, total) for card, count in left.items() if count}


@cache
def _moved(moves: tuple[str, ...]) -> tuple[Event, ...]:
    """Made once: trees and matches ask for the same few thousands of times."""
    return tuple(Event("moved", {"player": at % 2, "action": m}) for at, m in enumerate(moves))


GAME = LeducPoker
