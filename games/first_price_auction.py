"""First-price auction with private values: the highest sealed bid wins, and is paid.

Rules: every bidder learns its own value, any whole number of points of a range with equal odds, and
nobody else's. All bid whole points at the same time. The highest bidder gets its value and pays its
bid; a lot decides between equal bids. The others get and pay nothing.

For values and bids that are continuous, the equilibrium of n bidders is to bid the share
(n - 1) / n of the way from the lowest value to the own one. On the grid it is that, rounded down,
where this is an equilibrium, as for two bidders and an even number of values; elsewhere some values
draw lots.

Source: Vickrey (1961), Counterspeculation, auctions, and competitive sealed tenders, Journal of
Finance 16, 8 to 37; Riley and Samuelson (1981), Optimal auctions, American Economic Review 71, 381
to 392.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from types import MappingProxyType

from games.core.errors import BadInput
from games.core.game import Game
from games.core.outcomes import Due, Outcome, share
from games.core.policy import Policy, Stated
from games.core.seats import numbered
from games.core.types import CHANCE, Action, Amount, Event, Fact, Observation, Payoff, Player

_BIDDER = "bidder"
_BAND = 10
"""Per cent of the highest value; bids are compared with bids of values in the same band."""


@dataclass(frozen=True, slots=True)
class AuctionState:
    """Values and bids in seat order, and who has won."""

    values: tuple[int, ...] = ()
    bids: tuple[int, ...] = ()
    winner: Player | None = None


@dataclass(frozen=True)
class FirstPriceAuction(Game[AuctionState]):
    """Bids are whole points from 0 to the highest value.

    Args:
        bidders: how many bid, 2 to 10.
        lowest: the lowest value, in points.
        highest: the highest value, at most 1,000.

    Raises:
        BadInput: a parameter is out of range, or there is but one value.
    """

    bidders: int = 2
    lowest: int = 1
    highest: int = 10

    name = "first_price_auction"
    version = 1
    family = "private information"
    presets = MappingProxyType({"hundred": {"lowest": 1, "highest": 100}})
    roles = numbered(2, _BIDDER)
    zero_sum = False
    unstudied = (
        "no human data: people are known to bid above the risk-neutral equilibrium, but no "
        "published table of bids by value is known to us"
    )

    def __post_init__(self) -> None:
        """Check the numbers; name the seats."""
        ranges = {"bidders": (2, 10), "lowest": (0, 999), "highest": (1, 1000)}
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                bounds = f"a whole number from {low} to {high}"
                raise BadInput(f"first_price_auction: {name} must be {bounds}, not {value!r}")
        if self.lowest >= self.highest:
            raise BadInput(
                f"first_price_auction: highest must be above lowest, {self.lowest}, "
                f"not {self.highest}"
            )
        object.__setattr__(self, "roles", numbered(self.bidders, _BIDDER))

    @property
    def values(self) -> range:
        """All values there can be."""
        return range(self.lowest, self.highest + 1)

    def initial_state(self) -> AuctionState:
        """Nobody knows a value."""
        return AuctionState()

    def movers(self, state: AuctionState) -> tuple[Player, ...]:
        """Chance draws value by value; all bid at once; chance draws lots between equal bids."""
        if len(state.values) < self.bidders or (state.bids and state.winner is None):
            return (CHANCE,)
        return () if state.bids else tuple(range(self.bidders))

    def space(self, state: AuctionState, player: Player) -> Amount:  # noqa: ARG002 - the same for all
        """The bids."""
        return Amount(0, self.highest)

    def chance(self, state: AuctionState) -> Mapping[Action, Fraction]:
        """A value; or who wins, of those whose bids are highest."""
        drawn: list[Action] = [*_highest(state.bids)] if state.bids else [*self.values]
        return dict.fromkeys(drawn, Fraction(1, len(drawn)))

    def observe(self, state: AuctionState, player: Player) -> Observation:
        """The own value, then the own bid, then who won and for what price."""
        space = self.space(state, player) if player in self.movers(state) else None
        role, events = self.roles[player], tuple(self._events(state, player))
        return Observation(self.name, player, self.bidders, role, self._facts, events, space)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The bid in per cent of the highest value; whether it is above what it might be."""
        return share("bid"), Outcome("bid above equilibrium"), Outcome("bid above value")

    def due(self, state: AuctionState, moves: Mapping[Player, Action | None]) -> Iterator[Due]:
        """The bid of everybody."""
        for player, bid in moves.items():
            value = state.values[player]
            band = 100 * value // self.highest // _BAND * _BAND
            at = f"value of {band} to {min(band + _BAND - 1, 100)} %"
            limits = {
                "bid above equilibrium": self.continuous(value),
                "bid above value": Fraction(value),
            }
            yield Due(player, "bid", None if bid is None else 100 * int(bid) / self.highest, at)
            for name, limit in limits.items():
                yield Due(player, name, None if bid is None else float(int(bid) > limit), at)

    def continuous(self, value: int) -> Fraction:
        """The equilibrium bid, were values and bids continuous: (n - 1) / n of the way."""
        return self.lowest + Fraction((self.bidders - 1) * (value - self.lowest), self.bidders)

    @lru_cache(maxsize=16)  # noqa: B019 - small, and asked for again and again
    def equilibrium(self) -> Stated:
        """The symmetric equilibrium on the grid: exact where nobody draws lots, else approximate.

        The continuous bid, rounded down, if no other bid is better with any value; otherwise what
        regret matching comes to.
        """
        plain = [int(self.continuous(value)) for value in self.values]
        if self.is_equilibrium(plain):
            rows = [_sure(bid, self.highest) for bid in plain]
            return self._stated("closed form", rows, self._expected(plain))
        from games.core.bidding import bidding  # noqa: PLC0415 - it loads numpy

        found = bidding(self.values, self.bidders, plain)
        rows = [dict(enumerate(row)) for row in found.policy.tolist()]
        return self._stated("regret matching", rows, found.points, found.gain)

    def _stated(
        self,
        method: str,
        rows: list[dict[Action, float]],
        points: Fraction | float,
        gain: float = 0.0,
    ) -> Stated:
        """The same bids of all bidders."""
        policy: Policy = {
            f"{role}: valued {value};": row
            for role in self.roles
            for value, row in zip(self.values, rows, strict=True)
        }
        return Stated(method, policy, (points,) * self.bidders, gain)

    def is_equilibrium(self, bids: list[int]) -> bool:
        """Whether no bidder gains by another bid, where all bid so; exactly.

        Args:
            bids: one for each value, lowest value first.
        """
        odds = self._winning(bids)
        return all(
            (value - bid) * odds[bid] >= max((value - b) * p for b, p in enumerate(odds))
            for value, bid in zip(self.values, bids, strict=True)
        )

    def _expected(self, bids: list[int]) -> Fraction:
        """Points of each bidder, where all bid so."""
        odds, pairs = self._winning(bids), zip(self.values, bids, strict=True)
        return sum(((v - bid) * odds[bid] for v, bid in pairs), Fraction(0)) / len(self.values)

    def _winning(self, bids: list[int]) -> list[Fraction]:
        """The probability that each bid wins against others who bid so, lots counted."""
        up_to, odds, all_of = 0, [], self.bidders * len(bids) ** (self.bidders - 1)
        for bid in range(self.highest + 1):
            below, up_to = up_to, up_to + bids.count(bid)
            powers = range(self.bidders)  # of each number of others who bid as much, and a lot
            ways = sum(up_to**p * below ** (self.bidders - 1 - p) for p in powers)
            odds.append(Fraction(ways, all_of))
        return odds

    def _payoffs(self, state: AuctionState) -> tuple[Payoff, ...]:
        """The winner's value less its bid."""
        return tuple(
            value - bid if seat == state.winner else 0
            for seat, (value, bid) in enumerate(zip(state.values, state.bids, strict=True))
        )

    def _next(self, state: AuctionState, moves: Mapping[Player, Action]) -> AuctionState:
        if CHANCE not in moves:
            bids = tuple(int(moves[seat]) for seat in range(self.bidders))
            best = _highest(bids)
            return AuctionState(state.values, bids, best[0] if len(best) == 1 else None)
        drawn = int(moves[CHANCE])
        if state.bids:
            return AuctionState(state.values, state.bids, drawn)
        return AuctionState((*state.values, drawn))

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        """Who bids for what."""
        return {"bidders": self.bidders, "lowest": self.lowest, "highest": self.highest}

    def _events(self, state: AuctionState, player: Player) -> Iterator[Event]:
        if len(state.values) > player:
            yield Event("valued", {"value": state.values[player]})
        if state.bids:
            yield Event("bid", {"bid": state.bids[player]})
        if state.winner is not None:
            yield Event("sold", {"player": state.winner, "price": max(state.bids)})


def _sure(bid: int, highest: int) -> dict[Action, float]:
    """One bid for certain."""
    return {other: float(other == bid) for other in range(highest + 1)}


def _highest(bids: tuple[int, ...]) -> list[Player]:
    """The seats with the highest bid."""
    return [seat for seat, bid in enumerate(bids) if bid == max(bids)]


GAME = FirstPriceAuction
